"""Statements of a group that seem to protect its members and do not."""

from __future__ import annotations

from functools import cache
from typing import TypedDict

from scanner.derive.access.catalogue.services import action, actions_of
from scanner.derive.access.effective.holdings import OF_GROUP, holdings
from scanner.derive.access.glob import matches
from scanner.derive.access.grants import Patterns
from scanner.derive.access.policy import PolicyStatement, denies, with_more
from scanner.derive.elements import Elements
from scanner.derive.logic import Maybe, both, either
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown


class MisplacedDenial(TypedDict):
    """One such statement."""

    policy: str | None
    sid: str | None


@derives("AWS::IAM::Group", "misplaced_denials", gives=list[MisplacedDenial], reads=OF_GROUP)
def misplaced_denials(group: Resource, context: Context) -> Partial:
    """A Deny of actions on users (passwords, keys, MFA) whose resources are groups alone denies nothing: a group's ARN
    does not mean its members.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
    """
    held = holdings(group, context)
    fact = Partial([])
    elements = Elements(fact)
    for why in held.doubts():
        elements.open(why)
    for policy in held.policies:
        for statement in policy.statements.all:
            found = both((denies(statement), _only_groups(statement)))
            found = found and both((found, _about_users(statement)))
            elements.add({"policy": policy.name, "sid": statement.node.member("Sid")}, found)
    return fact


def _only_groups(statement: PolicyStatement) -> Maybe:
    named = with_more(statement.node.member("Resource"))
    return both([bool(named), *(_is_group(one) for one in named)])


def _is_group(name: Node | Unknown) -> Maybe:
    if isinstance(name, Unknown) or name.unknown:
        return name if isinstance(name, Unknown) else name.unknown or False
    parts = str(name.value).split(":", 5)
    return parts[2:3] == ["iam"] and parts[-1].startswith("group/")


def _about_users(statement: PolicyStatement) -> Maybe:
    """Whether a pattern means actions on users alone; `iam:*` and `iam:Delete*` keep the group itself from changes."""
    patterns = Patterns.of(statement.node, "Action")
    if patterns.others:
        return False
    if patterns.doubt:
        return patterns.doubt
    users, groups = _only_on("user"), [name for name in _only_on("group") if "user" not in name]
    found = (
        any(matches(one, name) for name in users) and not any(matches(one, name) for name in groups)
        for one in (*patterns.exact, *patterns.wild)
    )
    return either([*found, *patterns.unknown])


@cache
def _only_on(kind: str) -> tuple[str, ...]:
    """IAM's actions of which all resources are of a kind, in small letters."""
    found = (action(name) for name in actions_of("iam"))
    return tuple(one.name.lower() for one in found if one and {wanted.type.name for wanted in one.resources} == {kind})
