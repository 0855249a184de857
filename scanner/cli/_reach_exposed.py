"""`posture reach exposed`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import _help
from scanner.cli._access_can import FORMATS, show
from scanner.cli._output import INCOMPLETE_RUN

_EPILOG = (
    _help.examples(
        ("what the internet reaches", "posture reach exposed account.posture"),
        ("and what only one thing keeps from it", "posture reach exposed account.posture --near-misses --format json"),
    )
    + """
\b
Exit codes: 0 answered, whatever the answer
            2 wrong usage, or a fatal error: see standard error
            3 of some resources it is not known, since something was not read
"""
)


@click.command("exposed", epilog=_EPILOG)
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.option("--near-misses", is_flag=True, help="Also what a single group, ACL, route or address keeps from it.")
@click.option("--format", "format_", type=FORMATS, default="text", show_default=True, help="For people or programs.")
def command(snapshot: Path, *, near_misses: bool, format_: str) -> int:
    """What in a SNAPSHOT the internet reaches: on which ports, from which addresses, straight or through what.

    Packets are followed there and back through gateways, routes, network ACLs, security groups and load balancers;
    an open security group alone reaches nothing.
    """
    from scanner.derive.network.reach.cases import Cases
    from scanner.derive.network.reach.exposed import exposed
    from scanner.render import reach_exposed
    from scanner.snapshot.opening import open_inventory

    answer = exposed(Cases(open_inventory(snapshot)), near_misses=near_misses)
    show(answer, format_, reach_exposed.text(answer) if format_ == "text" else "")
    return INCOMPLETE_RUN if answer["unknown"] else 0
