"""Who may administer a key by its policy, and who may also decrypt with it.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from scanner.derive.access.actions import KMS_ADMINISTERS, KMS_DECRYPTS, allows_action, allows_any
from scanner.derive.access.identities import OWN_ROOT
from scanner.derive.access.policy import PolicyStatement, allows, opens_to_anybody, policy_statements
from scanner.derive.logic import Maybe, as_kind, both, either, weightiest
from scanner.derive.node import Node
from scanner.model import Partial, Resource, Unknown

_ANYBODY = "*"
_ROOT = ":root"


class KeyRole(NamedTuple):
    """What all Allows of a policy together give one principal. `is_account`: an account as a whole."""

    principal: str
    manages_policy: Maybe
    administers: Maybe
    decrypts: Maybe

    @property
    def is_account(self) -> bool:
        """Whether it is an account, which shares its rights out by IAM policies."""
        return self.principal.endswith((_ROOT, OWN_ROOT))


def principals_with(key: Resource, wanted: Callable[[KeyRole], Maybe]) -> Partial:
    """The principals of whom `wanted` is true, by name; one in doubt is an element that may not be there.

    Services are left out, and principals that were deleted (AWS shows them by their unique id).
    Conditions and Denies are not weighed.
    """
    statements = policy_statements(Node.of(key, "Policy"))
    if isinstance(statements, Unknown):
        return Partial(None, {"": as_kind(statements, "any")})
    rights: dict[str, list[KeyRole]] = {}
    doubts = [statements.more] if statements.more else []
    for statement in statements.all:
        for principal in _principals(statement) if allows(statement) is not False else ():
            if isinstance(principal, Unknown):
                doubts.append(principal)
            else:
                rights.setdefault(principal, []).append(_rights(principal, statement))
    fact = Partial([])
    for principal in sorted(rights):
        verdict = wanted(_united(principal, rights[principal]))
        if isinstance(verdict, Unknown):
            fact.unknown[f"/{len(fact.value)}"] = as_kind(verdict, "maybe")
        if verdict is not False:
            fact.value.append(principal)
    if doubts:
        fact.unknown["/-"] = as_kind(weightiest(doubts), "more")
    return fact


def _rights(principal: str, statement: PolicyStatement) -> KeyRole:
    granted = allows(statement)
    return KeyRole(
        principal,
        both((granted, allows_action(statement, "kms:PutKeyPolicy"))),
        both((granted, allows_any(statement, KMS_ADMINISTERS))),
        both((granted, allows_any(statement, KMS_DECRYPTS))),
    )


def _united(principal: str, roles: list[KeyRole]) -> KeyRole:
    return KeyRole(
        principal,
        either(role.manages_policy for role in roles),
        either(role.administers for role in roles),
        either(role.decrypts for role in roles),
    )


def _principals(statement: PolicyStatement) -> Iterator[str | Unknown]:
    """As written, accounts in one form; `NotPrincipal` is everybody."""
    anybody = opens_to_anybody(statement)
    if isinstance(anybody, Unknown):
        yield anybody
        return
    if anybody:
        yield _ANYBODY
    principal = statement.node.member("Principal")
    names = principal.member("AWS") if isinstance(principal.value, dict) else principal
    for name in names.elements():
        text = name.unknown.token if name.unknown and name.opaque and name.unknown.token else str(name.value)
        if name.unknown and not name.opaque:
            yield name.unknown
        elif ":" in text or text.isdecimal() or name.opaque:
            yield f"arn:aws:iam::{text}{_ROOT}" if text.isdecimal() else text
    if names.more:
        yield names.more
