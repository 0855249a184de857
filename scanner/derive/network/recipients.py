"""The accounts outside the own organization that a part of the network, or a share, is open to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, TypedDict

from scanner.derive.logic import as_kind, weightiest
from scanner.derive.node import Node, each
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_SHARE, _SERVICE = "AWS::RAM::ResourceShare", "AWS::EC2::VPCEndpointService"
_MEMBERS = ("PrincipalAssociations", "ResourceAssociations")
_READS = tuple(f"{_SHARE}.{name}" for name in _MEMBERS)
_LEFT = ("DISASSOCIATED", "FAILED")
_ACCOUNT = re.compile(r"(?:arn:[^:]*:[^:]*:[^:]*:)?([0-9]{12})(?::.*)?")


class Recipient(TypedDict):
    """`account` is `*` for anybody, and empty for a principal that names none."""

    principal: str
    account: str


class _Shared(NamedTuple):
    """A share's resources, why it may hold others, and whom it is open to."""

    resources: frozenset[str]
    others: Unknown | None
    recipients: Partial


@derives(_SHARE, "recipients", gives=list[Recipient], reads=_MEMBERS[:1])
def recipients(share: Resource, context: Context) -> Partial:
    """Principals that RAM itself calls external: they do not belong to the organization of the share's owner.

    In an account without an organization that is everybody else.

    https://docs.aws.amazon.com/ram/latest/APIReference/API_ResourceShareAssociation.html
    """
    del context
    return _collected(_external(Node.of(share, "PrincipalAssociations")))


@derives("AWS::EC2::TransitGateway", "recipients", gives=list[Recipient], reads=_READS)
@derives("AWS::EC2::SecurityGroup", "recipients", gives=list[Recipient], reads=_READS)
@derives("AWS::EC2::Subnet", "recipients", gives=list[Recipient], reads=_READS)
def recipients_of_shared(resource: Resource, context: Context) -> Partial:
    """The same for what shares of the region hold, by its ARN.

    https://docs.aws.amazon.com/ram/latest/userguide/shareable.html
    """
    place = (resource.account, resource.region)
    shares, incomplete = context.once(("recipients", *place), lambda: _shares(context, *place))
    found: list[Recipient | Unknown] = [incomplete] if incomplete else []
    for one in shares:
        more = one.recipients.unknown.get("/-")
        if resource.id in one.resources:
            found += [*one.recipients.value, more] if more else one.recipients.value
        elif one.others and (more or one.recipients.value):
            found.append(one.others)
    return _collected(found)


@derives(_SERVICE, "recipients", gives=list[Recipient], reads=("AllowedPrincipals",))
def recipients_of_service(service: Resource, context: Context) -> Partial:
    """Principals of other accounts that may make endpoints to a service; which belong to the organization is not known.

    https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
    """
    del context
    return _collected(
        one
        for one in _named(Node.of(service, "AllowedPrincipals"), "Principal")
        if isinstance(one, Unknown) or one["account"] != service.account
    )


def _shares(context: Context, account: str, region: str) -> tuple[list[_Shared], Unknown | None]:
    """The shares, and why there may be others."""
    listed = context.neighbours(_SHARE, account, region)
    return [_shared(one) for one in listed.resources], listed.incomplete


def _shared(share: Resource) -> _Shared:
    resources: set[str] = set()
    others: Unknown | None = None
    for one in each(Node.of(share, "ResourceAssociations")):
        if isinstance(one, Unknown):
            others = others or one
            continue
        entity, status = one.member("associatedEntity"), one.member("status")
        others = others or entity.unknown
        if status.value not in _LEFT and isinstance(entity.value, str):
            resources.add(entity.value)
    return _Shared(frozenset(resources), others, _collected(_external(Node.of(share, "PrincipalAssociations"))))


def _external(associations: Node) -> Iterator[Recipient | Unknown]:
    for one in each(associations):
        if isinstance(one, Unknown):
            yield one
            continue
        external, status = one.member("external"), one.member("status")
        if external.value is False or status.value in _LEFT:
            continue
        if why := external.unknown or status.unknown:
            yield why
        elif external.value is True:
            yield from _told(one.member("associatedEntity"))


def _named(principals: Node, member: str) -> Iterator[Recipient | Unknown]:
    for one in each(principals):
        if isinstance(one, Unknown):
            yield one
        else:
            yield from _told(one.member(member))


def _told(principal: Node) -> Iterator[Recipient | Unknown]:
    """An account by its id or an ARN in it; a service of AWS is none."""
    if principal.unknown:
        yield principal.unknown
        return
    text = str(principal.value or "")
    if text == "*":
        yield {"principal": text, "account": text}
    elif not text.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        found = _ACCOUNT.fullmatch(text)
        yield {"principal": text, "account": found[1] if found else ""}


def _collected(found: Iterator[Recipient | Unknown] | list[Recipient | Unknown]) -> Partial:
    value: list[Recipient] = []
    doubts: list[Unknown] = []
    for one in found:
        if isinstance(one, Unknown):
            doubts.append(one)
        elif one not in value:
            value.append(one)
    value.sort(key=lambda one: one["principal"])
    return Partial(value, {"/-": as_kind(weightiest(doubts), "more")} if doubts else {})
