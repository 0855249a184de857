"""`posture access who-can`."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import _access_can, _help
from scanner.cli._output import INCOMPLETE_RUN

_EPILOG = (
    _help.examples(
        ("who reads an object", "posture access who-can s3:GetObject arn:aws:s3:::data/report account.posture"),
        ("who becomes a role", "posture access who-can sts:AssumeRole arn:aws:iam::111122223333:role/admin a.posture"),
    )
    + "\n"
    + _access_can.CODES
)


@click.command("who-can", epilog=_EPILOG)
@click.argument("action")
@click.argument("resource")
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.option(
    "--context", "context", multiple=True, metavar="KEY=VALUE", help="What the request has; empty: has not. Repeats."
)
@click.option(
    "--format",
    "format_",
    type=_access_can.FORMATS,
    default="text",
    show_default=True,
    help="For people or programs.",
)
def command(action: str, resource: str, snapshot: Path, context: tuple[str, ...], format_: str) -> int:
    """Who could do ACTION on RESOURCE, by all policies of a SNAPSHOT: each with the statements that allow it.

    Users, roles and root users of the snapshot, and whom the resource's policy lets in from outside: accounts,
    services, identity providers, everybody. RESOURCE is an ARN, * for actions that are about no resource; an ARN
    with wildcards means any that they match. Of whom it is not known is listed apart, and the exit code is then 3.
    """
    from scanner.derive.access.world import answers
    from scanner.render import access

    given = _access_can.given_of(context)
    answer = answers.who(_access_can.opened(snapshot, action, resource), action, resource, given)
    _access_can.show(answer, format_, access.who(answer) if format_ == "text" else "")
    return INCOMPLETE_RUN if answer["unknown"] else 0
