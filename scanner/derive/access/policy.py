"""Policies in every form that AWS takes, with what is not known of them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from typing import NamedTuple

from scanner.derive.access.glob import matches
from scanner.derive.logic import Maybe, as_kind, both, either, malformed, negate
from scanner.derive.node import Node
from scanner.model import Partial, Unknown

_KINDS = ("AWS", "Service", "Federated", "CanonicalUser")


class PolicyStatement(NamedTuple):
    """One statement; `number` counts from 0, also where the policy has no list."""

    number: int
    node: Node


class PolicyStatements(NamedTuple):
    """A policy's statements in order, and why there may be others."""

    all: list[PolicyStatement]
    more: Unknown | None


def policy_statements(policy: Node) -> PolicyStatements | Unknown:
    """The statements of a policy (none of null), or why the policy as a whole is not known."""
    if policy.unknown:
        return policy.unknown
    if not policy.present:
        return PolicyStatements([], None)
    if policy.value is not None and not isinstance(policy.value, dict):
        return malformed(policy.path, "this is no policy document")
    body = policy.member("Statement")
    if body.unknown:
        return body.unknown
    found = [PolicyStatement(number, node) for number, node in enumerate(body.elements())]
    return PolicyStatements(found, body.more)


def allows(statement: PolicyStatement) -> Maybe:
    """Whether it is an Allow. Effects are compared exactly, as AWS does."""
    return _has_effect(statement, "Allow")


def denies(statement: PolicyStatement) -> Maybe:
    """Whether it is a Deny."""
    return _has_effect(statement, "Deny")


def _has_effect(statement: PolicyStatement, wanted: str) -> Maybe:
    node = statement.node
    if node.unknown:
        return node.unknown
    if not isinstance(node.value, dict | None):
        return malformed(node.path, "a statement is an object")
    effect = node.member("Effect")
    if effect.unknown and not effect.opaque:
        return effect.unknown
    if effect.value not in ("Allow", "Deny"):
        return malformed(effect.path, "Effect is neither Allow nor Deny")
    return bool(effect.value == wanted)


def opens_to_anybody(statement: PolicyStatement, kinds: tuple[str, ...] = _KINDS) -> Maybe:
    """Whether principals of any account, or anonymous ones, are meant: the widest reading.

    `kinds` are those of which `*` means everybody.

    `NotPrincipal` means everybody but those named. AWS knows no wildcard inside a principal's
    ARN, so a policy with one cannot exist: nothing is concluded from it.
    """
    principal, others = statement.node.member("Principal"), statement.node.member("NotPrincipal")
    doubt = principal.unknown or others.unknown
    if doubt is not None and doubt.kind != "opaque":
        return doubt
    if principal.present == others.present:
        return malformed(statement.node.path, "a statement needs either Principal or NotPrincipal")
    return _names_anybody(principal, kinds) if principal.present else negate(_names_anybody(others, kinds))


def covers_everybody(statement: PolicyStatement) -> Maybe:
    """Whether every request is meant, anonymous ones too: the narrowest reading, for a Deny.

    `NotPrincipal` leaves somebody out, so it is never everybody.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    others = statement.node.member("NotPrincipal")
    if others.present and not others.unknown:
        return False
    return both((_names_anybody(statement.node.member("Principal"), ("AWS",)), others.unknown or True))


def _names_anybody(principal: Node, kinds: tuple[str, ...]) -> Maybe:
    if principal.opaque:
        return False
    if principal.unknown:
        return principal.unknown
    if isinstance(principal.value, dict) or principal.value is None:
        members = list(principal.members())
        strange = (
            malformed(names.path, "this is no kind of principal") for kind, names in members if kind not in _KINDS
        )
        named = (_is_anybody(name, wild=kind in kinds) for kind, names in members for name in with_more(names))
        return either((*named, *strange))
    return either(_is_anybody(name, wild=True) for name in with_more(principal))


def with_more(names: Node) -> list[Node | Unknown]:
    """A list's elements, a single value as one, and why there may be others."""
    return [*names.elements(), *([names.more] if names.more else [])]


def named(statement: PolicyStatement, kind: str) -> list[Node | Unknown]:
    """The principals of a kind (`AWS`, `Service`, `Federated`), and why there may be others; `"*"` is under `AWS`."""
    principal = statement.node.member("Principal")
    if principal.unknown:
        return [principal.unknown]
    if kind == "AWS" and not isinstance(principal.value, dict | None):
        return with_more(principal)
    return with_more(principal.member(kind))


def _is_anybody(name: Node | Unknown, *, wild: bool) -> Maybe:
    if isinstance(name, Unknown):
        return name
    if name.opaque:
        return False
    if name.unknown:
        return name.unknown
    if name.value == "*":
        return wild
    if not isinstance(name.value, str | int) or any(sign in str(name.value) for sign in "*?"):
        return malformed(name.path, "this is no principal")
    return False


def grants_nothing(statement: PolicyStatement) -> Maybe:
    """Whether every action is left out by `NotAction`."""
    return either(is_all_actions(action) for action in with_more(statement.node.member("NotAction")))


def all_actions(statement: PolicyStatement, service: str) -> Maybe:
    """Whether each action of a service is named by one wildcard (`s3:*`, `*`), or none of them left out.

    Lists that come to the same by naming every action are not recognised.
    """
    named = either(is_all_actions(action, service) for action in with_more(statement.node.member("Action")))
    others = statement.node.member("NotAction")
    if not others.present:
        return named
    return either((named, both(negate(_is_of_service(action, service)) for action in with_more(others))))


def _is_of_service(action: Node | Unknown, service: str) -> Maybe:
    """Whether an action pattern may match actions of a service."""
    if isinstance(action, Unknown) or action.unknown:
        return action if isinstance(action, Unknown) else action.unknown or True
    return matches(str(action.value).lower().partition(":")[0], service)


def is_all_actions(action: Node | Unknown, service: str = "") -> Maybe:
    """Whether one action pattern matches every action (of a service)."""
    if isinstance(action, Unknown):
        return action
    if action.unknown:
        return False if action.opaque else action.unknown
    name = str(action.value).lower()
    if service:
        name = name.removeprefix(f"{service}:")
    return bool(name) and not name.strip("*")


def strings(node: Node) -> Partial:
    """A string or a list of strings, as a list; `""` points at the list as a whole."""
    if node.unknown:
        return Partial(None, {"": as_kind(node.unknown, "any")})
    fact = Partial([])
    for index, element in enumerate(node.elements()):
        fact.value.append(None if element.unknown else str(element.value))
        if element.unknown:
            fact.unknown[f"/{index}"] = element.unknown
    if node.more:
        fact.unknown["/-"] = node.more
    return fact
