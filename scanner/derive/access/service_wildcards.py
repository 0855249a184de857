"""The statements that allow every action of some service by one wildcard (`ec2:*`)."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.derive.access.glob import matches
from scanner.derive.access.grants import ANY, Probe, Reading, denied, every_action
from scanner.derive.access.policy import PolicyStatement, PolicyStatements, allows, with_more
from scanner.derive.logic import Maybe, both, either, negate
from scanner.derive.node import Node
from scanner.model import Unknown


def service_wildcards(statements: PolicyStatements, readings: list[Reading]) -> Iterator[tuple[PolicyStatement, Maybe]]:
    """The statements that do, or may; resource and condition do not matter, `*` for all services is another matter.

    AWS Config's rule of the same meaning looks at `Action` alone.
    https://docs.aws.amazon.com/config/latest/developerguide/iam-policy-no-statements-with-full-access.html
    """
    for statement in statements.all:
        patterns = with_more(statement.node.member("Action"))
        found = both((allows(statement), either(_whole(one, statements, readings) for one in patterns)))
        if found is not False:
            yield statement, found


def _whole(pattern: Node | Unknown, statements: PolicyStatements, readings: list[Reading]) -> Maybe:
    if isinstance(pattern, Unknown) or pattern.unknown:
        return pattern if isinstance(pattern, Unknown) else pattern.unknown or False
    text = str(pattern.value).lower()
    prefix, colon, name = text.partition(":")
    if not colon or name.strip("*?"):
        return False
    service = prefix.replace("*", "").replace("?", ANY)
    if not service.strip(ANY):
        return False
    actions = every_action(service)
    if not all(matches(text, action) for action in actions):
        return False
    away = (either((denied(readings, Probe(action, ANY)), statements.more or False)) for action in actions)
    return negate(both(away))
