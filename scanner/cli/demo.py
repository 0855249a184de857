"""`posture demo`."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli import _collecting, _judging, _options, _progress, _streams

if TYPE_CHECKING:
    import boto3

    from scanner.model import Reads, Report

_REPORTS = ("html", "json", "sarif")


@click.command(short_help="Scan a small fictional estate, no account.")
@click.option(
    "-s", "--snapshot", type=click.Path(dir_okay=False, path_type=Path), help="Keep the snapshot, to try `check` on."
)
@click.option("--force", is_flag=True, help="Replace the snapshot that is in that file.")
@_options.paths
@_options.reporting
def command(snapshot: Path | None, *, force: bool, **options: Any) -> int:
    """Scan a small fictional estate that lives in this process: no account, no network.

    It is scanned as it was a week ago, and again: the report shows what changed. Writes
    posture-report.html, .json and .sarif into the current folder, unless -o says otherwise.
    """
    from scanner.collecting import Request
    from scanner.demo import acceptances
    from scanner.demo.embedded import embedded
    from scanner.demo.estate import REGIONS, build, pass_a_week

    options["outputs"] = options["outputs"] or tuple(f"{name}=posture-report.{name}" for name in _REPORTS)
    job = _judging.prepare(options, fail_on="none")
    progress = None if job.quiet else _progress.progress()
    if not job.waivers.waivers:
        job.waivers.waivers += acceptances.waivers(job.now)
    with embedded(REGIONS[0]) as session:
        if not job.quiet:
            _streams.tell("Building a fictional estate in memory …")
        build(session)
        if not job.earlier:
            job = replace(job, earlier=_a_week_ago(job, session))
        pass_a_week(session)
        request = Request(session=session, regions=list(REGIONS), taken_at=job.now, progress=progress)
        request.reads = _needed(job)
        request.path, request.force = snapshot, force
        with closing(_collecting.collect(request)) as inventory:
            code = _judging.conclude(job, inventory, attestations=acceptances.attestations(job.now))
    if not job.quiet and all(target.path != "-" for target in job.targets):
        _say_next(job)
    return code


def _needed(job: _judging.Job) -> Reads:
    """What the rules read: the emulator does not know of all that there is."""
    from scanner import api

    return api.needed(
        job.ruleset, job.waivers.waivers, job.settings.parameters, job.settings.frameworks, paths=job.paths
    )


def _a_week_ago(job: _judging.Job, session: boto3.Session) -> Report:
    """The report that a scan gave then."""
    from scanner.collecting import Request
    from scanner.demo.estate import REGIONS

    then = (datetime.fromisoformat(job.now) - timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%SZ")
    request = Request(session=session, regions=list(REGIONS), taken_at=then, reads=_needed(job))
    with closing(_collecting.collect(request)) as inventory:
        return _judging.judged(replace(job, resources="all"), inventory)


def _say_next(job: _judging.Job) -> None:
    page = next((target.path for target in job.targets if target.format == "html"), "")
    if page:
        click.echo(f"Open {Path(page).absolute()}")
    click.echo("The same on your own account, read-only: posture scan -o html=report.html")
