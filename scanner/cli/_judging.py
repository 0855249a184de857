"""From an inventory to reports and an exit code: what every judging command does alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanner import api
from scanner.cli import _output, _streams
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
    earlier: Report | None
    only_new: bool


def prepare(options: dict[str, Any], *, fail_on: str, services: Sequence[str] = ()) -> Job:
    """Check all options before any work. `fail_on` is the command's default. Raises `UsageError`."""
    settings = settings_from(options["config_path"])
    packs = [*options["packs"], *(Path(settings.path).parent / path for path in settings.packs)]
    targets = _output.targets(options["outputs"])
    earlier = _earlier(options)
    now = moment(options["now"])
    everything = api.load_rules(packs)
    for error in everything.errors:
        _streams.tell(f"posture: {error}")
    _check_params(settings, everything)
    ruleset = everything.select(ids=options["rule_globs"] or settings.rules, services=services or settings.services)
    if not ruleset.rules:
        raise UsageError("no rule is both of that name and of that service", hint="See: posture rules list")
    return Job(
        targets=targets,
        quiet=options["quiet"],
        fail_on=options["fail_on"] or settings.fail_on or ("high" if options["fail_on_new"] else fail_on),
        ruleset=ruleset,
        packs=packs,
        settings=settings,
        now=now,
        resources=options["resources"],
        earlier=earlier,
        only_new=options["fail_on_new"],
    )


def _earlier(options: dict[str, Any]) -> Report | None:
    """The report of `--baseline`, read before any work is done. Raises `UsageError`, `InputError`."""
    path: Path | None = options["baseline"]
    if path is None:
        if options["fail_on_new"]:
            hint = "Add --baseline REPORT.json; make one with -o json=REPORT.json"
            raise UsageError("--fail-on-new needs an earlier report", hint=hint)
        return None
    from scanner.comparing import read

    return read(path)


def _check_params(settings: Settings, everything: RuleSet) -> None:
    """Refuse parameters of a rule that does not exist: nobody would notice that they do nothing.

    Where a rule file was skipped, they may be that one's.
    """
    known = {rule.id for rule in everything.rules}
    for name in () if everything.errors else sorted(settings.params.keys() - known):
        near = get_close_matches(name, sorted(known), 1)
        hint = f"Did you mean {near[0]}?" if near else "See: posture rules list"
        raise UsageError(f"params: there is no rule {name!r}", where=settings.path, hint=hint)


def moment(text: str | None) -> str:
    """`--now` as snapshots keep times, or the clock. Raises `UsageError`."""
    if text is None:
        return api.utc_now()
    try:
        time = datetime.fromisoformat(text)
        aware = time if time.tzinfo else time.replace(tzinfo=UTC)
        utc = aware.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--now takes a time such as 2026-11-24T06:00:00Z, not {text!r}") from error
    return f"{utc.isoformat()}Z"


def conclude(job: Job, inventory: Inventory, *, next_step: str = "") -> int:
    """Judge, write, and give the exit code."""
    report = api.judge(
        inventory,
        job.ruleset,
        packs=job.packs,
        params=job.settings.params,
        resources=job.resources,
    )
    if job.earlier:
        from scanner.comparing import fill

        if not fill(report, job.earlier, inventory):
            _streams.tell(
                "posture: the earlier report has no finding in common with this one: is it of something else?"
            )
    return publish(job, report, next_step=next_step)


def publish(job: Job, report: Report, *, next_step: str = "") -> int:
    """Write a finished report and give the exit code; a rule file that was skipped makes it incomplete."""
    if job.settings.anchor:
        report.snapshot["anchor"] = job.settings.anchor
    _output.write(report, job.targets, quiet=job.quiet, next_step=next_step)
    code = _output.exit_code(report, job.fail_on, only_new=job.only_new)
    return _output.INCOMPLETE_RUN if code == _output.OK and job.ruleset.errors else code
