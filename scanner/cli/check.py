"""`posture check SNAPSHOT`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scanner.cli import _help, _judging, _options

_EPILOG = _help.page(
    _help.examples(
        ("judge a snapshot again, any time, without credentials", "posture check account.posture -o html=report.html"),
        ("only S3, as on another day", "posture check account.posture --rule 's3-*' --now 2026-12-31T00:00:00Z"),
        ("with rules of your own", "posture check account.posture --rules security/rules --fail-on medium"),
    ),
)


@click.command(short_help="Judge a SNAPSHOT, or an export of one.", epilog=_EPILOG)
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.option(
    "--processes",
    "judging_processes",
    type=click.IntRange(1, 64),
    help="In how many processes to judge. Default: one, and for a large snapshot as many as there are processors.",
)
@_options.paths
@_options.reporting
def command(snapshot: Path, **options: Any) -> int:
    """Judge a SNAPSHOT file, or an export of one, without any credentials.

    Rules see the moment at which the snapshot was taken, unless --now says otherwise.
    """
    from scanner.snapshot.opening import open_inventory

    job = _judging.prepare(options, fail_on="none")
    inventory = open_inventory(snapshot, now=job.now if options["now"] else None)
    return _judging.conclude(job, inventory)
