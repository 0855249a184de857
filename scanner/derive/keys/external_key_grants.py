"""Grants by which other accounts may use a key, past its policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypedDict

from scanner.derive.access.identities import Owner, account_of
from scanner.derive.logic import Maybe, as_kind, either, negate
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

GRANT = "AWS::KMS::Grant"
_OPENS = (
    "Decrypt", "ReEncryptFrom", "CreateGrant", "DeriveSharedSecret", "GenerateDataKey", "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext",
)  # fmt: skip
"""Operations that give plain text, the keys of data, or the right to pass either on."""


class ExternalKeyGrant(TypedDict):
    """One grant to a principal of another account, or to a service acting for one."""

    grant: str
    account: str
    grantee: str
    operations: list[str]


class _Grants(NamedTuple):
    by_key: dict[str, list[Resource]]
    more: Unknown | None


@derives(
    "AWS::KMS::Key",
    "external_key_grants",
    gives=list[ExternalKeyGrant],
    reads=(
        "KeyId",
        "Arn",
        f"{GRANT}.KeyId",
        f"{GRANT}.GrantId",
        f"{GRANT}.GranteePrincipal",
        f"{GRANT}.Operations",
        f"{GRANT}.Constraints",
    ),
)
def external_key_grants(key: Resource, context: Context) -> Partial:
    """Grants that let others decrypt, make data keys or grant on. AWS services are others only for a foreign source.

    https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
    """
    grants: _Grants = context.once(
        ("external_key_grants", key.account, key.region), lambda: _by_key(context, key.account, key.region)
    )
    owner, fact = Owner(key, context), Partial([])
    doubts = [grants.more] if grants.more else []
    for one in (one for name in _names(key) for one in grants.by_key.get(name, ())):
        opens = either(_opens(operation) for operation in Node.of(one, "Operations").elements())
        for account in _accounts(one) if opens is not False else ():
            foreign = account if isinstance(account, Unknown) else negate(owner.owns(account))
            if isinstance(account, Unknown):
                doubts.append(account)
            elif foreign is not False:
                _add(fact, one, account, foreign)
    if doubts:
        fact.unknown["/-"] = as_kind(doubts[0], "more")
    return fact


def _names(key: Resource) -> list[str]:
    return sorted({str(value) for member in ("KeyId", "Arn") if (value := Node.of(key, member).value)})


def _by_key(context: Context, account: str, region: str) -> _Grants:
    found = context.neighbours(GRANT, account, region)
    by_key: dict[str, list[Resource]] = {}
    more = found.incomplete
    for one in found.resources:
        name = Node.of(one, "KeyId")
        more = more or name.unknown
        by_key.setdefault(str(name.value), []).append(one)
    return _Grants(by_key, more)


def _opens(operation: Node) -> Maybe:
    return operation.unknown or operation.value in _OPENS


def _accounts(grant: Resource) -> Iterator[str | Unknown]:
    grantee = Node.of(grant, "GranteePrincipal")
    places = [Node.of(grant, "Constraints").member("SourceArn")]
    if not _is_service(grantee):
        places.append(grantee)
    for place in places:
        account = account_of(place) if place.present else None
        if account is not None:
            yield account


def _is_service(grantee: Node) -> bool:
    """Whether it is a service's own principal; in an ARN the name of a service is only a path's or a role's."""
    text = str(grantee.value or "")
    return not text.startswith("arn:") and ".amazonaws.com" in text


def _add(fact: Partial, grant: Resource, account: str, foreign: Maybe) -> None:
    operations = Node.of(grant, "Operations")
    element: ExternalKeyGrant = {
        "grant": str(Node.of(grant, "GrantId").value),
        "account": account,
        "grantee": str(Node.of(grant, "GranteePrincipal").value or "a service"),
        "operations": [str(one.value) for one in operations.elements() if not one.unknown],
    }
    if isinstance(foreign, Unknown):
        fact.unknown[f"/{len(fact.value)}"] = as_kind(foreign, "maybe")
    fact.value.append(element)
