"""From an inventory to reports and an exit code: what every judging command does alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanner import api
from scanner.cli import _attested, _output, _streams
from scanner.cli._options import settings_from
from scanner.errors import UsageError
from scanner.model import SEVERITIES, Inventory, Report
from scanner.settings import EVERY_RULE, Settings

if TYPE_CHECKING:
    from scanner.complying.attestations import Attestation
    from scanner.engine.rules import RuleSet
    from scanner.engine.waiver_file import WaiverSet


@dataclass(frozen=True, slots=True)
class Job:
    """The shared options of a judging command, checked and with settings laid under."""

    targets: Sequence[_output.Target]
    quiet: bool
    fail_on: str
    ruleset: RuleSet
    waivers: WaiverSet
    packs: Sequence[Path]
    settings: Settings
    now: str
    resources: str
    earlier: Report | None
    only_new: bool
    processes: int
    paths: bool | None = None


def prepare(options: dict[str, Any], *, fail_on: str) -> Job:
    """Check all options before any work. `fail_on` is the command's default. Raises `UsageError`."""
    settings = settings_from(options)
    packs = [Path(path) for path in settings.packs]
    targets = _output.targets(options["outputs"])
    earlier = _earlier(options, settings)
    now = moment(options["now"])
    everything = _loaded(settings)
    ruleset = _selected(everything, settings)
    waivers = waivers_of(settings)
    for problem in waivers.errors:
        _streams.tell(f"posture: {problem}")
    _tell_strange(waivers, everything)
    return Job(
        targets=targets,
        quiet=options["quiet"],
        fail_on=settings.fail_on or ("high" if options["fail_on_new"] else fail_on),
        ruleset=ruleset,
        waivers=waivers,
        packs=packs,
        settings=settings,
        now=now,
        resources=options["resources"],
        earlier=earlier,
        only_new=options["fail_on_new"] and earlier is not None,
        processes=options.get("judging_processes") or 0,
        paths=options.get("paths"),
    )


def chosen(settings: Settings) -> RuleSet:
    """The rules that settings choose; those that are not valid are told. Raises `UsageError` if there is none."""
    return _selected(_loaded(settings), settings)


def _loaded(settings: Settings) -> RuleSet:
    everything = api.load_rules([Path(path) for path in settings.packs])
    for error in everything.errors:
        _streams.tell(f"posture: {error}")
    _check_params(settings, everything)
    return everything


def _selected(everything: RuleSet, settings: Settings) -> RuleSet:
    ruleset = everything.select(
        settings.rules, settings.services, or_worse(settings.severity), settings.ignore, settings.frameworks
    )
    if not ruleset.rules:
        message = "no rule is both of that name and of that service, severity or framework"
        raise UsageError(message, hint="See: posture rules list")
    return ruleset


def _earlier(options: dict[str, Any], settings: Settings) -> Report | None:
    """The report of `--baseline` or the settings, read before any work. Raises `UsageError`, `InputError`."""
    path = options["baseline"] or settings.baseline
    if not path:
        if options["fail_on_new"]:
            hint = "Add --baseline REPORT.json; make one with -o json=REPORT.json"
            raise UsageError("--fail-on-new needs an earlier report", hint=hint)
        return None
    if not options["baseline"] and not Path(path).exists():
        _streams.tell(f"posture: {path}: there is no earlier report yet, so nothing is compared; make it with -o json")
        return None
    from scanner.comparing import read

    return read(Path(path))


def or_worse(severity: str) -> Sequence[str]:
    """The severities from the worst down to this one; all where none is given."""
    return SEVERITIES[: SEVERITIES.index(severity) + 1] if severity else ()


def waivers_of(settings: Settings) -> WaiverSet:
    """The waivers of the files that options or settings name, else of those beside the settings."""
    from scanner.engine import waiver_file

    made = waiver_file.WaiverSet()
    for path in waiver_files(settings):
        made.add(waiver_file.load(path))
    return made


def waiver_files(settings: Settings) -> list[Path]:
    """The waivers files that are named, else those beside the settings, else those in the current folder."""
    from scanner.engine import waiver_file

    return list(map(Path, settings.waivers)) or waiver_file.found_in(Path(settings.path).parent, Path())


def _tell_strange(waivers: WaiverSet, everything: RuleSet) -> None:
    """Name the waivers of rules that do not exist: mistyped or retired, they cover nothing."""
    if not waivers.waivers or everything.errors:
        return
    from scanner.engine import globs

    known = [rule.id for rule in everything.rules]
    for waiver in waivers.waivers:
        name = waiver.match.rule
        if name and not any(globs.matches(name, id_) for id_ in known):
            near = get_close_matches(name, known, 1)
            hint = f"Did you mean {near[0]}?" if near else "See: posture rules list"
            _streams.tell(f"posture: {waiver.source}: no rule is named {name!r}, so this waiver covers nothing. {hint}")


def _check_params(settings: Settings, everything: RuleSet) -> None:
    """Refuse parameters of a rule that does not exist, and those of every rule that none has: they would do nothing.

    Where a rule file was skipped, they may be that one's.
    """
    if everything.errors:
        return
    shared = {name for rule in everything.rules for name in rule.params}
    for name in sorted(settings.params.get(EVERY_RULE, {}).keys() - shared):
        near = get_close_matches(name, sorted(shared), 1)
        hint = f"Did you mean {near[0]}?" if near else "See a rule's parameters: posture rules show RULE"
        raise UsageError(f"params: no rule has a parameter {name!r}", where=settings.path, hint=hint)
    known = {rule.id for rule in everything.rules}
    for name in sorted(settings.params.keys() - known - {EVERY_RULE}):
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


def conclude(job: Job, inventory: Inventory, *, next_step: str = "", attestations: Sequence[Attestation] = ()) -> int:
    """Judge, compare, write, and give the exit code; `attestations` stand where no file of them is named."""
    report = judged(job, inventory)
    if job.earlier:
        from scanner.comparing import fill

        if not fill(report, job.earlier, inventory):
            _streams.tell(
                "posture: the earlier report has no finding in common with this one: is it of something else?"
            )
    files = [Path(path) for path in job.settings.attestations]
    attested = _attested.add_to(report, files)
    if not files:
        _attested.add(report, attestations)
    code = publish(job, report, next_step=next_step)
    return code if attested or code != _output.OK else _output.INCOMPLETE_RUN


def judged(job: Job, inventory: Inventory) -> Report:
    """The report of an inventory, with what is accepted marked."""
    from scanner.engine.acceptance import Acceptances

    settings = job.settings
    return api.judge(
        inventory,
        job.ruleset,
        packs=job.packs,
        params=settings.parameters,
        resources=job.resources,
        acceptances=Acceptances(job.waivers.waivers, settings.accepted_gaps, settings.accept_region_deny),
        processes=job.processes,
        frameworks=settings.frameworks,
        paths=job.paths,
    )


def publish(job: Job, report: Report, *, next_step: str = "") -> int:
    """Write a finished report and give the exit code; a rule file or waiver that was skipped makes it incomplete."""
    for name in ("anchor", "pin"):
        if value := getattr(job.settings, name):
            report.snapshot[name] = value
    _output.write(report, job.targets, quiet=job.quiet, next_step=next_step)
    code = _output.exit_code(report, job.fail_on, only_new=job.only_new)
    return _output.INCOMPLETE_RUN if code == _output.OK and (job.ruleset.errors or job.waivers.errors) else code
