"""`posture collect`."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from scanner.cli import _collecting, _help, _judging, _options, _streams
from scanner.cli._output import INCOMPLETE_RUN
from scanner.errors import UsageError
from scanner.settings import Settings

if TYPE_CHECKING:
    from scanner.snapshot.reading import Snapshot

_NAMED = 3
"""As many accounts are named, more are counted."""

_EPILOG = _help.page(
    _help.examples(
        ("every region and service, kept in one file", "posture collect -s account.posture"),
        (
            "the same command goes on with what was interrupted; then judge it, offline",
            "posture check account.posture -o html=report.html",
        ),
        (
            "an organization, through the role aws-posture in each account",
            "posture collect -s org.posture --org",
        ),
        (
            "another account",
            "posture collect -s x.posture --role-arn arn:aws:iam::111122223333:role/audit",
        ),
    ),
    aws=True,
    codes=_help.COLLECT_CODES,
)


@click.command(short_help="Keep what an account is like in a SNAPSHOT.", epilog=_EPILOG)
@_collecting.asking
@_options.everything("Every call that the collectors know: what this command does anyway.")
@_options.quiet
@_options.config
@_options.use
@click.option(
    "--now", metavar="TIME", default=None, help="The time that the snapshot says it was taken at. Default: now."
)
def command(**options: Any) -> int:
    """Snapshot an account: every read-only call that the collectors know, kept in one file.

    Interrupted, the same command goes on where it stopped. Exits 3 if calls were denied or failed.
    """
    if options["path"] is None:
        raise UsageError("collect needs a file", hint="For example: posture collect -s account.posture")
    settings = _options.settings_from(options)
    options["now"] = _judging.moment(options["now"])
    snapshot = _collecting.collect(_collecting.request(options, settings))
    missing = _missing(snapshot, settings)
    if not options["quiet"]:
        _say(snapshot, missing)
    return INCOMPLETE_RUN if missing else 0


def _missing(snapshot: Snapshot, settings: Settings) -> int:
    """How many calls were not answered that nobody accepted."""
    from scanner.engine import accepted_gaps, region_deny

    gaps = region_deny.merged(snapshot.gaps, snapshot, accepted=settings.accept_region_deny)
    accepted_gaps.mark(gaps, settings.accepted_gaps, snapshot.taken_at[:10])
    return sum(gap.unanswered for gap in gaps)


def _say(snapshot: Snapshot, missing: int) -> None:
    from scanner.render.tally import plural
    from scanner.render.text import printable

    count = sum(1 for type_ in snapshot.types() for _ in snapshot.of(type_))
    lost = f"; {plural(missing, 'call')} not answered" if missing else ""
    path = str(snapshot.path)
    accounts = snapshot.accounts
    whose = ", ".join(accounts) if len(accounts) <= _NAMED else plural(len(accounts), "account")
    what = f"{plural(count, 'resource')} of {whose} in {path}{lost}"
    _streams.write(f"{printable(what)}\nJudge them with: posture check {printable(quote(path))}\n")
