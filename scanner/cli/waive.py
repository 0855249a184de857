"""`posture waive FINGERPRINT`."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import click

from scanner.cli import _judging, _options, _streams
from scanner.cli._report_file import read_report
from scanner.engine import fields, waiver_file
from scanner.engine.waivers import Subject, day_of
from scanner.errors import InputError, UsageError
from scanner.model import Finding, Report, Verdict


@click.command(short_help="Accept a failure: add it to the waivers file.")
@click.argument("fingerprint")
@click.option(
    "--report",
    "report_path",
    required=True,
    type=click.Path(path_type=Path),
    help="The JSON report that holds the finding.",
)
@click.option("--reason", required=True, metavar="TEXT", help="Why it is accepted.")
@click.option("--owner", required=True, metavar="WHO", help="Who answers for that.")
@click.option("--expires", required=True, metavar="DATE", help="The last day on which it holds: 2027-03-31.")
@click.option(
    "--file",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The waivers file. Default: the one that a scan would read, else posture.waivers.toml.",
)
@_options.config
@_options.use
def command(  # noqa: PLR0913 - click gives each option by its name
    fingerprint: str,
    *,
    report_path: Path,
    reason: str,
    owner: str,
    expires: str,
    file: Path | None,
    config_path: Path | None,
    use: str | None,
) -> int:
    """Accept the failure that FINGERPRINT (or its beginning) names in a report, until a day.

    Adds an entry at the end of the waivers file and changes nothing else in it. The failure stays in
    every report, as accepted.
    """
    report = read_report(report_path)
    finding = _finding(report, fingerprint, str(report_path))
    until = _until(expires, report)
    said = {"reason": _given("--reason", reason), "owner": _given("--owner", owner)}
    path = file or _file(config_path, use)
    subject = Subject.of(finding, report)
    try:
        before = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path)) from error
    _refuse_twice(before, str(path), subject)
    title = str(report.rules.get(finding.rule_id, {}).get("title", ""))
    added = waiver_file.addition(before, str(path), finding, title, {**said, "expires": until})
    try:
        with path.open("ab") as out:
            out.write(added)
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", where=str(path)) from error
    _streams.tell(f"posture: {path}: {finding.rule_id} on {finding.resource_id} is accepted until {until}")
    return 0


def _finding(report: Report, fingerprint: str, where: str) -> Finding:
    """The one finding whose fingerprint begins so. Raises `UsageError` for none, several, or one that does not fail."""
    start = fingerprint.strip().lower()
    found = {item.fingerprint: item for item in report.findings if start and item.fingerprint.startswith(start)}
    if not found:
        raise UsageError(f"no finding has the fingerprint {fingerprint!r}", where=where, hint=_near(report, start))
    if len(found) > 1:
        some = ", ".join(f"{name[: len(start) + 4]} ({item.rule_id})" for name, item in sorted(found.items())[:3])
        raise UsageError(
            f"{len(found)} findings begin with {fingerprint!r}", where=where, hint=f"Give more of it: {some}"
        )
    [finding] = found.values()
    if finding.verdict is not Verdict.FAIL:
        what = f"{finding.rule_id} on {finding.resource_id} is {finding.verdict}"
        raise UsageError(f"{what}; only a failure can be waived", where=where)
    return finding


def _near(report: Report, start: str) -> str:
    fails = {item.fingerprint: item for item in report.findings if item.verdict is Verdict.FAIL}
    close = get_close_matches(start, [name[: max(len(start), 1)] for name in fails], 1, 0.7)
    if close:
        item = next(item for name, item in fails.items() if name.startswith(close[0]))
        return f"Did you mean {item.fingerprint} ({item.rule_id} on {item.resource_id})?"
    return "Each failure's is in the report, as `fingerprint`"


def _until(expires: str, report: Report) -> str:
    try:
        until = fields.day(expires)
    except ValueError as error:
        raise UsageError(f"--expires must be {error}, not {expires!r}") from error
    if until < day_of(report):
        raise UsageError(f"--expires {until} is before the report's own day, {day_of(report)}")
    return until


def _given(option: str, text: str) -> str:
    try:
        return fields.words(text)
    except ValueError as error:
        raise UsageError(f"{option} must be {error}") from error


def _file(config_path: Path | None, use: str | None) -> Path:
    """The first waivers file that a scan here would read, else a new one."""
    settings = _options.settings_from({"config_path": config_path, "use": use})
    return next(iter(_judging.waiver_files(settings)), Path(settings.path).parent / waiver_file.NAMES[0])


def _refuse_twice(before: bytes, name: str, subject: Subject) -> None:
    made = waiver_file.parse(before, name)
    for error in made.errors:
        _streams.tell(f"posture: {error}")
    for waiver in made.waivers:
        if not waiver.match.too_broad and waiver.covers(subject):
            hint = f"Change that entry; its last day is {waiver.expires}"
            raise UsageError("this entry names the finding already", where=waiver.source, hint=hint)
