"""Whether Systems Manager reaches an instance."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_NODE = "AWS::SSM::ManagedInstanceInventory"


class Managed(TypedDict):
    """`Online`, `ConnectionLost` or `Inactive`; empty for one that never answered."""

    ping: str


@derives(
    "AWS::EC2::Instance", "managed", gives=Managed, reads=("InstanceId", f"{_NODE}.InstanceId", f"{_NODE}.PingStatus")
)
def managed(instance: Resource, context: Context) -> Partial:
    """As Systems Manager lists it.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InstanceInformation.html
    """
    place = (instance.account, instance.region)
    pings, missing = context.once(("managed", *place), lambda: _pings(context, *place))
    key = identity(Node.of(instance, "InstanceId")) or instance.name
    if key in pings:
        ping = pings[key]
        return Partial({}, {"/ping": ping}) if isinstance(ping, Unknown) else Partial(Managed(ping=ping))
    return Partial(None, {"": missing}) if missing else Partial(Managed(ping=""))


def _pings(context: Context, account: str, region: str) -> tuple[dict[str, str | Unknown], Unknown | None]:
    found = context.neighbours(_NODE, account, region)
    pings: dict[str, str | Unknown] = {}
    for one in found.resources:
        status = Node.of(one, "PingStatus")
        pings[identity(Node.of(one, "InstanceId")) or one.name] = status.unknown or str(status.value or "")
    return pings, found.incomplete
