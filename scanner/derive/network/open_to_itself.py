"""Whether a security group lets its own members reach each other on every port."""

from __future__ import annotations

from scanner.derive.logic import Maybe, as_kind, both, either
from scanner.derive.network.permissions import ALL, PORTS, where
from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown


@derives("AWS::EC2::SecurityGroup", "open_to_itself", gives=bool, reads=("IpPermissions", "GroupId"))
def open_to_itself(group: Resource, context: Context) -> Partial:
    """Whether a rule names the group itself and all ports of TCP, or all protocols.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html#security-group-referencing
    """
    del context
    own = identity(Node.of(group, "GroupId")) or group.id
    found = either(
        one if isinstance(one, Unknown) else both((_on_every_port(one), _names(one, own)))
        for one in each(Node.of(group, "IpPermissions"))
    )
    return Partial(None, {"": as_kind(found, "any")}) if isinstance(found, Unknown) else Partial(found)


def _on_every_port(permission: Node) -> Maybe:
    place = where(permission)
    if place.protocol not in (ALL, "tcp") or (place.low, place.high) != PORTS:
        return False
    return place.why or True


def _names(permission: Node, own: str) -> Maybe:
    return either(
        one if isinstance(one, Unknown) else _is(one.member("GroupId"), own)
        for one in each(permission.member("UserIdGroupPairs"))
    )


def _is(named: Node, own: str) -> Maybe:
    written = identity(named)
    return written == own if written or named.unknown is None else named.unknown
