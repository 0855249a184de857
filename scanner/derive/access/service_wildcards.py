"""The statements that allow every action of some service by one wildcard (`ec2:*`)."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.derive.access.glob import matches
from scanner.derive.access.grants import ANY, Probe, denied, every_action
from scanner.derive.access.policy import PolicyStatement, PolicyStatements, allows, with_more
from scanner.derive.logic import Maybe, both, either, negate
from scanner.derive.node import Node
from scanner.model import Unknown


def service_wildcards(statements: PolicyStatements) -> Iterator[tuple[PolicyStatement, Maybe]]:
    """The statements that do, or may; resource and condition do not matter, `*` for all services is another matter.

    AWS Config's rule of the same meaning looks at `Action` alone.
    https://docs.aws.amazon.com/config/latest/developerguide/iam-policy-no-statements-with-full-access.html
    """
    for statement in statements.all:
        patterns = with_more(statement.node.member("Action"))
        found = both((allows(statement), either(_whole(pattern, statements) for pattern in patterns)))
        if found is not False:
            yield statement, found


def _whole(pattern: Node | Unknown, statements: PolicyStatements) -> Maybe:
    if isinstance(pattern, Unknown) or pattern.unknown:
        return pattern if isinstance(pattern, Unknown) else pattern.unknown or False
    text = str(pattern.value).lower()
    service = text.partition(":")[0].replace("*", "").replace("?", ANY)
    if ":" not in text or not service.strip(ANY):
        return False
    actions = every_action(service)
    if not all(matches(text, action) for action in actions):
        return False
    return negate(both(either((denied(statements.all, Probe(a, ANY)), statements.more or False)) for a in actions))
