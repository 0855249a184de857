"""What `posture access public` and `external` share."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Literal

import click

from scanner.cli._access_can import FORMATS, show
from scanner.cli._output import INCOMPLETE_RUN
from scanner.errors import UsageError

_WHOM = {"public": "anybody", "external": "accounts outside"}
_DIGITS = 12
CODES = """\b
Exit codes: 0 answered, whatever the answer
            2 wrong usage, or a fatal error: see standard error
            3 of some resources it is not known, since something was not read
"""
format_option = click.option(
    "--format", "format_", type=FORMATS, default="text", show_default=True, help="For people or programs."
)


def answer(snapshot: Path, scope: Literal["public", "external"], trusted: Collection[str], format_: str) -> int:
    """Ask, show, and give the exit code. Raises `UsageError` and `InputError`."""
    from scanner.derive.access.outside.answers import outside
    from scanner.derive.access.world.world import World
    from scanner.render import access_outside
    from scanner.snapshot.opening import open_inventory

    for account in trusted:
        if not (account.isdigit() and len(account) == _DIGITS):
            raise UsageError(f"{account!r} is no account", hint="Give its twelve digits")
    found = outside(World(open_inventory(snapshot)), scope, trusted)
    show(found, format_, access_outside.outside(found, _WHOM[scope]) if format_ == "text" else "")
    return INCOMPLETE_RUN if found["unknown"] else 0
