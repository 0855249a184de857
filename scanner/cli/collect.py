"""`posture collect`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scanner.cli import _collecting, _judging, _options
from scanner.errors import UsageError


@click.command()
@_collecting.asking
@_options.quiet
@_options.config
@click.option("--now", metavar="TIME", default=None, help="What the snapshot says it was taken at.")
def command(config_path: Path | None, **options: Any) -> int:
    """Snapshot an account: every read-only call that the collectors know, kept in one file.

    Interrupted, the same command goes on where it stopped. Exits 3 if calls were denied or failed.
    """
    from scanner.model import INCOMPLETE

    if options["path"] is None:
        raise UsageError("collect needs a file", hint="For example: posture collect -s account.posture")
    settings = _options.settings_from(config_path)
    options["now"] = _judging.moment(options["now"])
    request = _collecting.request(options, settings_regions=settings.regions, settings_services=settings.services)
    snapshot = _collecting.collect(request)
    missing = [gap for gap in snapshot.gaps if gap.reason in INCOMPLETE]
    if not options["quiet"]:
        _say(snapshot, len(missing))
    return 3 if missing else 0


def _say(snapshot: Any, missing: int) -> None:
    count = sum(1 for type_ in snapshot.types() for _ in snapshot.of(type_))
    lost = f"; {missing} calls were not answered" if missing else ""
    click.echo(f"{count} resources of {', '.join(snapshot.accounts)} in {snapshot.path}{lost}")
    click.echo(f"Judge them with: posture check {snapshot.path}")
