"""`posture access can` and what it shares with `who-can`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli import _help, _streams
from scanner.cli._output import INCOMPLETE_RUN
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.derive.access.world.world import World

FORMATS = click.Choice(("text", "json"))
CODES = """\b
Exit codes: 0 answered, whatever the answer
            2 wrong usage, or a fatal error: see standard error
            3 not known, since something was not read
"""
_EPILOG = (
    _help.examples(
        (
            "in any request at all",
            "posture access can deployer s3:GetObject arn:aws:s3:::data/report account.posture",
        ),
        (
            "in requests without MFA",
            "posture access can ann iam:CreateUser '*' account.posture --context aws:MultiFactorAuthPresent=false",
        ),
    )
    + "\n"
    + CODES
)


@click.command("can", epilog=_EPILOG)
@click.argument("principal")
@click.argument("action")
@click.argument("resource")
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.option(
    "--context", "context", multiple=True, metavar="KEY=VALUE", help="What the request has; empty: has not. Repeats."
)
@click.option("--format", "format_", type=FORMATS, default="text", show_default=True, help="For people or programs.")
def command(  # noqa: PLR0913 - an option each
    principal: str, action: str, resource: str, snapshot: Path, *, context: tuple[str, ...], format_: str
) -> int:
    """Whether PRINCIPAL may do ACTION on RESOURCE, by all policies of a SNAPSHOT, and why.

    PRINCIPAL is an ARN, the name of a user or role, an account id (its root user), a service (such as
    sns.amazonaws.com), the ARN of an identity provider, or anonymous. RESOURCE is an ARN, or * for actions that
    are about no resource; an ARN with wildcards means any that they match. Keys that --context does not name
    are free: the question is whether there is a request that is allowed, and one is shown.
    """
    from scanner.derive.access.world import answers, naming
    from scanner.render import access

    given = given_of(context)
    world = opened(snapshot, action, resource)
    answer = answers.can(world, naming.asker(world, principal), action, resource, given)
    show(answer, format_, access.can(answer) if format_ == "text" else "")
    return INCOMPLETE_RUN if answer["allowed"] is None else 0


def opened(snapshot: Path, action: str, resource: str) -> World:
    """The access of a snapshot, once the question is one. Raises `UsageError` and `InputError`."""
    from scanner.derive.access.world.resources import spans_several
    from scanner.derive.access.world.world import World
    from scanner.snapshot.opening import open_inventory

    _check_action(action)
    if resource != "*" and not resource.startswith("arn:"):
        raise UsageError(f"{resource!r} is no resource", hint="Give an ARN, or * for actions that are about none")
    if spans_several(resource, action):
        hint = "Name one; wildcards may stand within it: arn:aws:s3:::data/*"
        raise UsageError(f"{resource} means several resources, each with a policy of its own", hint=hint)
    return World(open_inventory(snapshot))


def given_of(context: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Keys in lower case with their values. Raises `UsageError`."""
    found: dict[str, tuple[str, ...]] = {}
    for text in context:
        key, sign, value = text.partition("=")
        if not sign or ":" not in key:
            raise UsageError(f"--context takes KEY=VALUE, not {text!r}", hint="For example: aws:SourceIp=198.51.100.7")
        found[key.lower()] = (*found.get(key.lower(), ()), *((value,) if value else ()))
    return found


def show(answer: Mapping[str, Any], format_: str, text: str) -> None:
    """Write an answer to standard output."""
    if format_ == "json":
        import json

        _streams.write(json.dumps(answer, indent=2, ensure_ascii=True) + "\n", wanted=True)
    else:
        _streams.write(text)


def _check_action(name: str) -> None:
    """Refuse what is no action; of one that the catalogue lacks, say so, since it may be newer."""
    from difflib import get_close_matches

    from scanner.derive.access.catalogue import services

    prefix, sign, rest = name.partition(":")
    if not sign or not rest or any(one in name for one in "*? "):
        raise UsageError(f"{name!r} is no action", hint="Give one by name: s3:GetObject")
    if services.action(name) is None:
        near = get_close_matches(name, services.actions_of(prefix), 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        _streams.tell(f"posture: the catalogue of actions does not know {name}{hint}")
