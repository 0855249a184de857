"""`posture types`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from scanner.cli import _help, _names
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.aws.described import Described, Question
    from scanner.model import Shape

_EPILOG = _help.examples(
    ("every type, with the calls that it takes", "posture types"),
    ("what a key's configuration holds, and which call gives it", "posture types AWS::KMS::Key"),
)


@click.command(short_help="Tell what is collected: types, members, calls.", epilog=_EPILOG)
@click.argument("type_", metavar="[TYPE]", required=False, shell_complete=_names.types)
@_names.service_option("Only types of this service")
def command(type_: str | None, services: tuple[str, ...]) -> int:
    """Tell what is collected: every type, or the members, calls and permissions of one.

    Members are those that rules and queries read, with the kind of each value.
    """
    from scanner.aws.described import described

    found = [one for one in described() if not services or one.service in services]
    if type_ is None:
        click.echo("\n".join(_list(found)))
        return 0
    chosen = [one for one in found if one.type == type_]
    if not chosen:
        near = get_close_matches(type_, [one.type for one in found], 1, 0.5)
        raise UsageError(f"no type {type_!r}", hint=f"Did you mean {near[0]}?" if near else "See: posture types")
    click.echo("\n\n".join("\n".join(_one(one)) for one in chosen))
    return 0


def _list(found: Sequence[Described]) -> Iterator[str]:
    width = max((len(one.type) for one in found), default=0)
    for service in dict.fromkeys(one.service for one in found):
        yield service
        for one in found:
            if one.service == service:
                calls = ", ".join(dict.fromkeys(question.call.operation for question in one.questions))
                yield f"  {one.type:<{width}}  {calls}"


def _one(one: Described) -> Iterator[str]:
    from scanner.aws.shapes import shape_of

    shape = shape_of(one.type)
    members = shape.members if shape else {}
    yield f"{one.type} ({one.service})"
    yield f"id: {one.id}"
    for question in one.questions:
        yield ""
        yield f"{question.call.service}:{question.call.operation} ({question.call.action}): {_often(question)}"
        width = max(map(len, question.gives), default=0)
        for name in question.gives:
            yield f"  {name:<{width}}  {_kind(members[name]) if name in members else 'map of string'}"


def _often(question: Question) -> str:
    where = f", where {question.condition}" if question.condition else ""
    extra = f"; asked for with --with {question.extra}" if question.extra else ""
    return f"{question.cost}{where}{extra}"


def _kind(shape: Shape) -> str:
    """`list of structure (Key, Value)`, `string: Enabled, Disabled`."""
    if shape.kind in ("list", "map") and shape.element:
        return f"{shape.kind} of {_kind(shape.element)}"
    if shape.kind == "structure" and shape.members:
        return f"structure ({', '.join(shape.members)})"
    return f"{shape.kind}: {', '.join(shape.enum)}" if shape.enum else shape.kind
