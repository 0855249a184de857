"""Who may administer a key by its policy, and who may also decrypt with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from scanner.derive.access.actions import KMS_ADMINISTERS, KMS_DECRYPTS, allows_action, allows_any
from scanner.derive.access.policy import PolicyStatement, allows, policy_statements
from scanner.derive.logic import Maybe, as_kind, both, either
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, pointer

_ANYBODY = "*"
_ROOT = ":root"


class KeyRole(TypedDict):
    """One principal that the policy names. `is_account`: an account as a whole, which its IAM policies share out.

    `manages_policy` is kms:PutKeyPolicy, `administers` that or kms:ScheduleKeyDeletion, `decrypts`
    kms:Decrypt or kms:ReEncryptFrom.
    """

    principal: str
    is_account: bool
    manages_policy: bool
    administers: bool
    decrypts: bool


@derives("AWS::KMS::Key", "key_roles", gives=list[KeyRole], reads=("Policy",))
def key_roles(key: Resource, context: Context) -> Partial:
    """The principals of all Allows, each once, with what the statements together give it.

    Services are left out, and principals that were deleted (AWS shows them by their unique id).
    Conditions and Denies are not weighed.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    """
    del context
    statements = policy_statements(Node.of(key, "Policy"))
    if isinstance(statements, Unknown):
        return Partial(None, {"": as_kind(statements, "any")})
    rights: dict[str, list[tuple[Maybe, Maybe, Maybe]]] = {}
    doubts = [statements.more] if statements.more else []
    for statement in statements.all:
        granted = allows(statement)
        if granted is not False:
            given = _rights(statement, granted)
            for principal in _principals(statement):
                if isinstance(principal, Unknown):
                    doubts.append(principal)
                else:
                    rights.setdefault(principal, []).append(given)
    fact = Partial([])
    for principal, given_all in rights.items():
        _add(fact, principal, given_all)
    if doubts:
        fact.unknown["/-"] = as_kind(doubts[0], "more")
    return fact


def _rights(statement: PolicyStatement, granted: Maybe) -> tuple[Maybe, Maybe, Maybe]:
    return (
        both((granted, allows_action(statement, "kms:PutKeyPolicy"))),
        both((granted, allows_any(statement, KMS_ADMINISTERS))),
        both((granted, allows_any(statement, KMS_DECRYPTS))),
    )


def _principals(statement: PolicyStatement) -> Iterator[str | Unknown]:
    """As written, accounts in one form; `NotPrincipal` is everybody."""
    principal = statement.node.member("Principal")
    if statement.node.member("NotPrincipal").present:
        yield _ANYBODY
        return
    if principal.unknown:
        yield principal.unknown
        return
    names = principal.member("AWS") if isinstance(principal.value, dict) else principal
    for name in names.elements():
        text = name.unknown.token if name.unknown and name.opaque and name.unknown.token else str(name.value)
        if name.unknown and not name.opaque:
            yield name.unknown
        elif text == _ANYBODY or ":" in text or text.isdecimal() or name.opaque:
            yield f"arn:aws:iam::{text}{_ROOT}" if text.isdecimal() else text
    if names.more:
        yield names.more


def _add(fact: Partial, principal: str, given: list[tuple[Maybe, Maybe, Maybe]]) -> None:
    base = pointer(len(fact.value))
    element: dict[str, str | bool] = {"principal": principal, "is_account": principal.endswith(_ROOT)}
    for number, name in enumerate(("manages_policy", "administers", "decrypts")):
        value = either(one[number] for one in given)
        if isinstance(value, Unknown):
            fact.unknown[f"{base}/{name}"] = as_kind(value, "any")
        else:
            element[name] = value
    fact.value.append(element)
