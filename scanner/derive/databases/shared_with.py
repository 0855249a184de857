"""With whom a cluster is shared, so that they can clone it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from scanner.derive.databases.named import CLUSTER
from scanner.derive.logic import Maybe, as_kind, both
from scanner.derive.node import Node, each
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_SHARE = "AWS::RAM::ResourceShare"
_ENDED = ("DISASSOCIATED", "DISASSOCIATING", "FAILED")


class SharedWith(TypedDict):
    """`principal` as RAM names it, its account (`""` for an organization or unit), and whether it is outside the own
    organization.
    """

    principal: str
    account: str
    external: bool
    share: str


@derives(
    CLUSTER,
    "shared_with",
    gives=list[SharedWith],
    reads=("DBClusterArn", *(f"{_SHARE}.{member}" for member in ("PrincipalAssociations", "ResourceAssociations"))),
)
def shared_with(cluster: Resource, context: Context) -> Partial:
    """Principals of shares that hold the cluster; an invitation that is not yet taken counts.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Clone.Cross-Account.html
    https://docs.aws.amazon.com/ram/latest/APIReference/API_ResourceShareAssociation.html
    """
    arn = Node.of(cluster, "DBClusterArn")
    if arn.unknown:
        return Partial(None, {"": as_kind(arn.unknown, "any")})
    shares = context.neighbours(_SHARE, cluster.account, cluster.region)
    fact = Partial([])
    for share in shares.resources:
        held = _holds(share, str(arn.value))
        for principal in each(Node.of(share, "PrincipalAssociations")) if held is not False else ():
            _add(fact, share, principal, held)
    if shares.incomplete:
        fact.unknown["/-"] = as_kind(shares.incomplete, "more")
    return fact


def _holds(share: Resource, arn: str) -> Maybe:
    doubt: Unknown | None = None
    for one in each(Node.of(share, "ResourceAssociations")):
        if isinstance(one, Unknown):
            doubt = one
            continue
        held = both((_is_live(one), _is_named(one, arn)))
        if held is True:
            return True
        if isinstance(held, Unknown):
            doubt = held
    return doubt or False


def _is_named(one: Node, arn: str) -> Maybe:
    entity = one.member("associatedEntity")
    return entity.unknown or entity.value == arn


def _is_live(one: Node) -> Maybe:
    status = one.member("status")
    return status.unknown or status.value not in _ENDED


def _add(fact: Partial, share: Resource, principal: Node | Unknown, held: Maybe) -> None:
    if isinstance(principal, Unknown):
        fact.unknown["/-"] = as_kind(principal, "more")
        return
    there = both((held, _is_live(principal)))
    if there is False:
        return
    index = len(fact.value)
    found: dict[str, str | bool] = {"share": share.name}
    name, external = principal.member("associatedEntity"), principal.member("external")
    for member, value in _told(name, external):
        if isinstance(value, Unknown):
            fact.unknown[f"/{index}/{member}"] = as_kind(value, "any")
        else:
            found[member] = value
    if isinstance(there, Unknown):
        fact.unknown[f"/{index}"] = as_kind(there, "maybe")
    fact.value.append(found)


def _told(name: Node, external: Node) -> Iterator[tuple[str, str | bool | Unknown]]:
    yield "principal", name.unknown or str(name.value)
    yield "account", name.unknown or _account(str(name.value))
    yield "external", external.unknown or external.value is not False


def _account(principal: str) -> str:
    """Of an account's id, or of a role's or user's ARN."""
    if not principal.startswith("arn:"):
        return principal
    parts = principal.split(":")
    return parts[4] if len(parts) > 4 and parts[2] == "iam" else ""
