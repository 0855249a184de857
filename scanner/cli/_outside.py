"""What `posture access public` and `external` share."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Literal

import click

from scanner.cli._access_can import FORMATS, show
from scanner.cli._output import INCOMPLETE_RUN
from scanner.errors import UsageError
from scanner.settings import TRUSTED

_WHOM = {"public": "anybody", "external": "accounts outside"}
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

    for one in trusted:
        if not TRUSTED.fullmatch(one):
            hint = "Give an account's twelve digits, or an organization's id (o-…)"
            raise UsageError(f"{one!r} is no account and no organization", hint=hint)
    found = outside(World(open_inventory(snapshot)), scope, trusted)
    show(found, format_, access_outside.outside(found, _WHOM[scope]) if format_ == "text" else "")
    return INCOMPLETE_RUN if found["unknown"] else 0
