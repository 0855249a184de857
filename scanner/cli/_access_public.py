"""`posture access public`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import _help, _outside

_EPILOG = (
    _help.examples(("what anybody gets at, and by which statement", "posture access public account.posture"))
    + "\n"
    + _outside.CODES
)


@click.command("public", epilog=_EPILOG)
@click.argument("snapshot", type=click.Path(path_type=Path))
@_outside.format_option
def command(snapshot: Path, *, format_: str) -> int:
    """What in a SNAPSHOT anybody can reach who is named nowhere, each with a request that is allowed.

    Denials, conditions, blocks of public access and access points are weighed, not names: a statement for everybody
    that an organization's id, a network or a Deny keeps to somebody is not public.
    """
    return _outside.answer(snapshot, "public", (), format_)
