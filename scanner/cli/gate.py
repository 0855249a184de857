"""`posture gate PATH…`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scanner.cli import _help, _judging, _options, _streams

_EPILOG = _help.page(
    _help.examples(
        (
            "a Terraform plan (terraform plan -out plan.bin)",
            "terraform show -json plan.bin > plan.json && posture gate plan.json",
        ),
        ("every template of a folder, for code scanning", "posture gate templates/ -o sarif=posture.sarif"),
        ("with the account, so that those outside of it are known", "posture gate plan.json --account 111122223333"),
        ("CDK", "cdk synth && posture gate cdk.out"),
        ("from a pipe, told but not blocking", "terraform show -json plan.bin | posture gate - --fail-on none"),
    ),
)


@click.command(short_help="Judge Terraform plans and templates.", epilog=_EPILOG)
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="A template's parameter; repeats.")
@click.option("--account", default="", metavar="ID", help="The account that the inputs are deployed to.")
@click.option("--region", default="", metavar="NAME", help="The region that they are deployed to.")
@_options.reporting
def command(paths: tuple[str, ...], parameters: tuple[str, ...], account: str, region: str, **options: Any) -> int:
    """Judge Terraform plans and CloudFormation templates before they are deployed.

    A PATH is the JSON of a plan (`terraform show -json plan.bin > plan.json`), a template in YAML or
    JSON, a folder that holds some, or `-` for standard input. What cannot be read is named, and the
    rest is judged. Exits 1 for a failure of severity high or worse, unless --fail-on says otherwise.
    A plan or template seldom tells the account that it is for; with --account it is known who is
    outside of it.
    """
    from scanner.gating import Target, read_inputs

    target = Target(account, region)
    job = _judging.prepare(options, fail_on="high")
    inventory = read_inputs(paths, taken_at=job.now, parameters=parameters, target=target, root=Path.cwd())
    for gap in inventory.gaps:
        _streams.tell(f"posture: {gap.message}")
    return _judging.conclude(job, inventory)
