"""`posture scan`."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import click

from scanner import api
from scanner.cli import _collecting, _help, _judging, _options

_EPILOG = _help.page(
    _help.examples(
        (
            "the account of your credentials, to a page and a dashboard",
            "posture scan -o html=report.html -o sarif=report.sarif",
        ),
        (
            "one service, through a role",
            "posture scan --service s3 --role-arn arn:aws:iam::111122223333:role/audit",
        ),
        (
            "the whole organization, through the role aws-posture",
            "posture scan --org -s org.posture -o html=org.html",
        ),
        (
            "again; only what is older than six hours is read",
            "posture scan --org -s org.posture --max-age 6h -o html=org.html",
        ),
        ("fail a scheduled job", "posture scan --fail-on high -q -o json=report.json"),
        (
            "keep AWS's answers and scan them again without AWS",
            "posture scan --record answers && posture scan --replay answers",
        ),
    ),
    aws=True,
)


@click.command(epilog=_EPILOG)
@_collecting.asking
@_options.everything("Also make the calls that no chosen rule needs.")
@_options.paths
@_options.reporting
def command(*, everything: bool, **options: Any) -> int:
    """Collect what the rules need from an account, or from all of an organization, and judge it.

    Uses the credentials of your environment, like the AWS CLI, and makes read-only calls. Without
    -s the snapshot is not kept. Exits 1 only if --fail-on names a severity, and 3 if a call that a rule
    needed was not answered.
    """
    job = _judging.prepare(options, fail_on="none")
    options["now"] = job.now
    request = _collecting.request(options, job.settings)
    if not everything:
        # What the chosen rules read may lie in other services: an instance's rule reads its subnet.
        request.reads = api.needed(
            job.ruleset, job.waivers.waivers, job.settings.parameters, job.settings.frameworks, paths=job.paths
        )
        request.services = None
    with closing(_collecting.collect(request)) as snapshot:
        return _judging.conclude(job, snapshot)
