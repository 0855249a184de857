"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from scanner.errors import UsageError
from scanner.settings import THRESHOLDS, Settings, find, load

F = TypeVar("F", bound=Callable[..., Any])

output = click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT=PATH",
    help="Write a report: html, json, sarif or console; repeats. The PATH `-` is standard output.",
)
quiet = click.option("-q", "--quiet", is_flag=True, help="No summary and no progress; errors remain.")
fail_on = click.option(
    "--fail-on",
    type=click.Choice(THRESHOLDS),
    default=None,
    help="Exit 1 when a rule of this severity or a worse one fails.",
)
config = click.option(
    "--config",
    "config_path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Settings file instead of posture.toml or pyproject.toml in this folder.",
)
rules = click.option(
    "--rule", "rule_globs", multiple=True, metavar="ID", help="Only this rule, or a glob such as 's3-*'; repeats."
)
packs = click.option(
    "--rules",
    "packs",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Rules of your own beside the built-in ones: a file or a folder; repeats.",
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


def reporting(command: F) -> F:
    """The options of every command that makes a report."""
    options = (output, quiet, fail_on, baseline, fail_on_new, config, rules, packs, now, resources)
    for option in reversed(options):
        command = option(command)
    return command


def settings_from(path: Path | None) -> Settings:
    """The settings named, else those of the current folder. Raises `UsageError`."""
    if path is not None and (not path.exists() or path.is_dir()):
        raise UsageError("there is no such settings file", where=str(path), hint="Check --config")
    return load(path or find(Path()))
