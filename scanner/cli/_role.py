"""Options that say with whose credentials AWS is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from scanner.cli import _organization
from scanner.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])

_ANY = "arn:aws:iam::111122223333:role/any"
"""A role that is well-formed, where only the rest is to be checked."""

_OPTIONS = (
    click.option("--profile", metavar="NAME", help="A profile of your AWS configuration."),
    click.option(
        "--role-arn",
        default="",
        metavar="ARN",
        help="Act as this role, with these credentials; its own are renewed as long as the scan runs.",
    ),
    click.option("--external-id", default="", metavar="ID", help="What the roles' trust policies ask for."),
    click.option(
        "--duration",
        type=click.IntRange(900, 43200),
        default=None,
        metavar="SECONDS",
        help="How long each of the role's credentials holds. Default: an hour.",
    ),
)


def acting(command: F) -> F:
    """The options of commands that ask AWS."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def check(options: dict[str, Any]) -> None:
    """Refuse options that would do nothing and what AWS would not take for a role. Raises `UsageError`."""
    options["duration"] = options["duration"] or 0
    role = options["role_arn"]
    if not role and not _organization.several(options) and (options["external_id"] or options["duration"]):
        raise UsageError("--external-id and --duration are of a role", hint="Name it: --role-arn ARN")
    if role and options.get("replay"):
        raise UsageError("recorded answers need no credentials", hint="Leave out --role-arn")
    if role or options["external_id"]:
        from scanner.aws.role import Role

        Role(role or _ANY, options["external_id"], options["duration"]).checked()
