"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from scanner.cli import _names
from scanner.cli._pack import Pack
from scanner.errors import UsageError
from scanner.model import SEVERITIES
from scanner.settings import THRESHOLDS, Settings, find, load

F = TypeVar("F", bound=Callable[..., Any])

output = click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    cls=_names.FormatOption,
    metavar="FORMAT=PATH",
    shell_complete=_names.outputs,
    help="Write a report; repeats. The PATH `-` is standard output.",
)
quiet = click.option("-q", "--quiet", is_flag=True, help="No summary and no progress; errors remain.")
fail_on = click.option(
    "--fail-on",
    type=click.Choice(THRESHOLDS),
    default=None,
    help="Exit 1 when a rule of this severity or a worse one fails. Default: the settings' fail_on, else high for "
    "gate and none for the others.",
)
config = click.option(
    "--config",
    "config_path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Settings file instead of posture.toml or pyproject.toml in this folder.",
)
use = click.option(
    "--use", "use", metavar="NAME", default=None, help="A profile of the settings: [profiles.NAME] in posture.toml."
)
severity = click.option(
    "--severity", type=click.Choice(SEVERITIES), default=None, help="Only rules of this severity or a worse one."
)
ignored = click.option(
    "--ignore-rule", "ignored", multiple=True, metavar="ID", help="Not this rule, or a glob such as 's3-*'; repeats."
)
trusted = click.option(
    "--trusted",
    "trusted",
    multiple=True,
    metavar="ID",
    help="An account, or an organization (o-…), that may be let in, for every rule that asks; repeats.",
)
waivers = click.option(
    "--waivers",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Accepted failures: a file, instead of posture.waivers.toml or .yaml beside the settings; repeats.",
)
attestations = click.option(
    "--attestations",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What people attest of requirements that no rule can see: a YAML file; repeats.",
)
rules = click.option(
    "--rule",
    "rule_globs",
    multiple=True,
    metavar="ID",
    shell_complete=_names.rule_ids,
    help="Only this rule, or a glob such as 's3-*'; repeats.",
)
frameworks = click.option(
    "--framework",
    "framework_ids",
    multiple=True,
    metavar="ID",
    shell_complete=_names.framework_ids,
    help="Only rules that give evidence for this framework, such as cis-aws-7.0, with its thresholds; repeats.",
)
packs = click.option(
    "--rules",
    "packs",
    multiple=True,
    type=Pack(),
    metavar="PATH|NAME",
    help="Rules of your own beside the built-in ones: a file, a folder or an installed pack; repeats.",
)
now = click.option(
    "--now",
    metavar="TIME",
    default=None,
    help="The time from which rules count ages, such as 2026-11-24T06:00:00Z. Default: when it was read.",
)
resources = click.option(
    "--resources",
    type=click.Choice(("relevant", "all", "none")),
    default="relevant",
    show_default=True,
    help="Whose configuration the report holds: resources with a fail or unknown, all or none.",
)
baseline = click.option(
    "--baseline",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Compare with this earlier report (the file of -o json=FILE): what is new, fixed, or still open.",
)
fail_on_new = click.option(
    "--fail-on-new",
    is_flag=True,
    help="Only what failed since --baseline counts for --fail-on, which is then high unless said otherwise.",
)


paths = click.option(
    "--paths/--no-paths",
    "paths",
    default=None,
    help="Look for attack paths. Default: where the rule about them (ec2-internet-reachable-admin-role-imdsv1) is run.",
)


def everything(help_: str) -> Callable[[F], F]:
    """`--all`: every call but extras, whatever the rules read; `--everything` is its older name."""
    return click.option("--all", "--everything", "everything", is_flag=True, help=help_)


choosing = (fail_on, config, use, rules, ignored, severity, frameworks, packs, waivers, attestations, trusted)
"""The options that settings give, too."""

_KEYS = {
    "fail_on": ("fail_on", "--fail-on"),
    "severity": ("severity", "--severity"),
    "regions": ("regions", "--region"),
    "services": ("services", "--service"),
    "rule_globs": ("rules", "--rule"),
    "ignored": ("ignore", "--ignore-rule"),
    "framework_ids": ("frameworks", "--framework"),
    "waivers": ("waivers", "--waivers"),
    "attestations": ("attestations", "--attestations"),
    "packs": ("packs", "--rules"),
    "trusted": ("trusted_accounts", "--trusted"),
}
"""Option → the key of the settings that it lays over, and what users call it."""


def reporting(command: F) -> F:
    """The options of every command that makes a report."""
    for option in reversed((output, quiet, baseline, fail_on_new, now, resources)):
        command = option(command)
    return laid_over(command)


def laid_over(command: F) -> F:
    """The options that lie over settings, for the commands that show these."""
    for option in reversed(choosing):
        command = option(command)
    return command


def settings_from(options: Mapping[str, Any]) -> Settings:
    """The settings named, else those of the current folder, with the options given laid over.

    Packs, ignored rules and trusted accounts add to those of the settings; a rule named by its id is run even if
    these ignore it. Raises `UsageError`.
    """
    path = options["config_path"]
    if path is not None and (not path.exists() or path.is_dir()):
        raise UsageError("there is no such settings file", where=str(path), hint="Check --config")
    settings = load(path or find(Path()), options.get("use") or "")
    if settings.ignore and options.get("rule_globs"):
        kept = tuple(word for word in settings.ignore if word not in options["rule_globs"])
        settings = settings.over({"ignore": kept}, {})
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for option, (key, name) in _KEYS.items():
        if given := options.get(option):
            values[key] = given if isinstance(given, str) else tuple(map(str, given))
            origins[key] = f"option {name}"
    for key in ("packs", "ignore", "trusted_accounts"):
        if key in values and (more := getattr(settings, key)):
            values[key] += more
            origins[key] += f", {settings.origin(key)}"
    return settings.over(values, origins)
