"""From an inventory to reports and an exit code: what every judging command does alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner import api
from scanner.cli import _output
from scanner.cli._options import settings_from
from scanner.errors import UsageError
from scanner.model import Inventory, Report
from scanner.settings import Settings

if TYPE_CHECKING:
    from scanner.engine.rules import RuleSet


@dataclass(frozen=True, slots=True)
class Job:
    """The shared options of a judging command, checked and with settings laid under."""

    targets: Sequence[_output.Target]
    quiet: bool
    fail_on: str
    ruleset: RuleSet
    packs: Sequence[Path]
    settings: Settings
    now: str
    resources: str


def prepare(options: dict[str, Any], *, fail_on: str, services: Sequence[str] = ()) -> Job:
    """Check all options before any work. `fail_on` is the command's default. Raises `UsageError`."""
    settings = settings_from(options["config_path"])
    packs = [*options["packs"], *(Path(path) for path in settings.packs)]
    ruleset = api.load_rules(packs, options["rule_globs"] or settings.rules, services or settings.services)
    for error in ruleset.errors:
        click.echo(f"posture: {error}", err=True)
    return Job(
        targets=_output.targets(options["outputs"]),
        quiet=options["quiet"],
        fail_on=options["fail_on"] or settings.fail_on or fail_on,
        ruleset=ruleset,
        packs=packs,
        settings=settings,
        now=moment(options["now"]),
        resources=options["resources"],
    )


def moment(text: str | None) -> str:
    """`--now` as snapshots keep times, or the clock. Raises `UsageError`."""
    if text is None:
        return api.utc_now()
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--now takes a time such as 2026-11-24T06:00:00Z, not {text!r}") from error
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def conclude(job: Job, inventory: Inventory, *, next_step: str = "") -> int:
    """Judge, write, and give the exit code."""
    report = api.judge(
        inventory,
        job.ruleset,
        packs=job.packs,
        params=job.settings.params,
        resources=job.resources,
    )
    return publish(job, report, next_step=next_step)


def publish(job: Job, report: Report, *, next_step: str = "") -> int:
    """Write a finished report and give the exit code; a rule file that was skipped makes it incomplete."""
    if job.settings.anchor:
        report.snapshot["anchor"] = job.settings.anchor
    _output.write(report, job.targets, quiet=job.quiet, next_step=next_step)
    code = _output.exit_code(report, job.fail_on)
    return _output.INCOMPLETE_RUN if code == _output.OK and job.ruleset.errors else code
