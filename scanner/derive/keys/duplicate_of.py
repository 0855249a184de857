"""Whether a grant says again what an earlier one says."""

from __future__ import annotations

from typing import NamedTuple

from scanner.derive.logic import as_kind
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, canonical

GRANT = "AWS::KMS::Grant"
_SAME = (
    "KeyId", "GranteePrincipal", "GranteeServicePrincipal", "RetiringPrincipal", "RetiringServicePrincipal",
    "Constraints",
)  # fmt: skip
_READ = (*_SAME, "Operations", "CreationDate", "GrantId")


class _Grants(NamedTuple):
    first: dict[str, str]
    more: Unknown | None


@derives(GRANT, "duplicate_of", gives=str | None, reads=_READ)
def duplicate_of(grant: Resource, context: Context) -> Partial:
    """The id of the first grant of the same key, grantee, operations and constraints; null for that one itself.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html
    """
    grants: _Grants = context.once(
        ("duplicate_of", grant.account, grant.region), lambda: _first(context, grant.account, grant.region)
    )
    if grant.unknown:
        return Partial(None, {"": as_kind(next(iter(grant.unknown.values())), "any")})
    own = Node.of(grant, "GrantId").value
    first = grants.first.get(_content(grant))
    if first is not None and first != own:
        return Partial(first)
    return Partial(None, {"": as_kind(grants.more, "any")}) if grants.more else Partial(None)


def _first(context: Context, account: str, region: str) -> _Grants:
    found = context.neighbours(GRANT, account, region)
    first: dict[str, str] = {}
    more = found.incomplete
    for one in sorted(found.resources, key=_age):
        if one.unknown:
            more = more or next(iter(one.unknown.values()))
        else:
            first.setdefault(_content(one), str(Node.of(one, "GrantId").value))
    return _Grants(first, more)


def _age(grant: Resource) -> tuple[str, str]:
    return str(Node.of(grant, "CreationDate").value), str(Node.of(grant, "GrantId").value)


def _content(grant: Resource) -> str:
    """All that two grants would share."""
    operations = sorted(str(one.value) for one in Node.of(grant, "Operations").elements())
    return canonical([operations, *(Node.of(grant, member).value for member in _SAME)])
