"""`posture access`: each module `_access_NAME` is one of its commands."""

from __future__ import annotations

import click

from scanner.cli._group import Modules


@click.group(cls=Modules, prefix="_access_")
def command() -> None:
    """Who may do what: ask a snapshot, compare policies, or decide requests over policies."""
