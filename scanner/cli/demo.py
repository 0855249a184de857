"""`posture demo`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from scanner.cli import _collecting, _judging, _options, _progress, _streams

_REPORTS = ("html", "json", "sarif")


@click.command()
@click.option(
    "-s", "--snapshot", type=click.Path(dir_okay=False, path_type=Path), help="Keep the snapshot, to try `check` on."
)
@_options.reporting
def command(snapshot: Path | None, **options: Any) -> int:
    """Scan a small fictional estate that lives in this process: no account, no network.

    Writes posture-report.html, .json and .sarif into the current folder, unless -o says otherwise.
    """
    from scanner.collecting import Request
    from scanner.demo.embedded import embedded
    from scanner.demo.estate import REGIONS, build

    options["outputs"] = options["outputs"] or tuple(f"{name}=posture-report.{name}" for name in _REPORTS)
    job = _judging.prepare(options, fail_on="none")
    progress = None if job.quiet else _progress.progress()
    with embedded(REGIONS[0]) as session:
        if not job.quiet:
            _streams.tell("Building a fictional estate in memory …")
        build(session)
        request = Request(session=session, regions=list(REGIONS), taken_at=job.now, progress=progress, concurrency=4)
        request.path = snapshot
        with closing(_collecting.collect(request)) as inventory:
            code = _judging.conclude(job, inventory)
    if not job.quiet and all(target.path != "-" for target in job.targets):
        _say_next(job)
    return code


def _say_next(job: _judging.Job) -> None:
    page = next((target.path for target in job.targets if target.format == "html"), "")
    if page:
        click.echo(f"Open {Path(page).absolute()}")
    click.echo("The same on your own account, read-only: posture scan -o html=report.html")
