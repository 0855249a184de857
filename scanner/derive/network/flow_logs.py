"""What the flow logs of a VPC record of all its traffic."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from scanner.derive.logic import Maybe, as_kind, both, either
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Why, pointer

_LOG, _SUBNET = "AWS::EC2::FlowLog", "AWS::EC2::Subnet"
_RECORDS = {"accepted": ("ALL", "ACCEPT"), "rejected": ("ALL", "REJECT")}


class FlowLogs(TypedDict):
    """Whether all traffic that was let through, or refused, is recorded."""

    accepted: bool
    rejected: bool


@derives(
    "AWS::EC2::VPC",
    "flow_logs",
    gives=FlowLogs,
    reads=(
        "VpcId",
        *(f"{_LOG}.{name}" for name in ("ResourceId", "FlowLogStatus", "DeliverLogsStatus", "TrafficType")),
        *(f"{_SUBNET}.{name}" for name in ("VpcId", "SubnetId")),
    ),
)
def flow_logs(vpc: Resource, context: Context) -> Partial:
    """Recorded is what an active log of the VPC holds, or one of each of its subnets.

    A log that AWS cannot deliver records nothing. One of a single interface says nothing of those
    to come, and is left out. A VPC without subnets has only its own logs.

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_FlowLog.html
    """
    key = identity(Node.of(vpc, "VpcId"))
    place = (vpc.account, vpc.region)
    logs = context.once(("flow_logs", *place), lambda: _Logs(context, *place))
    subnets = context.once(("flow_logs.subnets", *place), lambda: _Subnets(context, *place))
    fact = Partial({})
    for name, kinds in _RECORDS.items():
        own = logs.record(key, kinds)
        below = own if own is True else subnets.all(key, lambda one, kinds=kinds: logs.record(one, kinds))  # type: ignore[misc]  # a default binds the value of this turn
        found = either((own, below))
        if isinstance(found, Unknown):
            fact.unknown[pointer(name)] = as_kind(found, "any")
        else:
            fact.value[name] = found
    return fact


class _Logs:
    """The flow logs of one account and region, by what they are attached to."""

    def __init__(self, context: Context, account: str, region: str) -> None:
        listed = context.neighbours(_LOG, account, region)
        self._incomplete = listed.incomplete
        self._by_resource: dict[str, list[Resource]] = {}
        for one in listed.resources:
            self._by_resource.setdefault(identity(Node.of(one, "ResourceId")), []).append(one)

    def record(self, key: str, kinds: tuple[str, ...]) -> Maybe:
        """Whether a working log of the resource is of one of these kinds; unknown if its id is."""
        if not key:
            return _NO_ID
        strays = [Node.of(one, "ResourceId").unknown or False for one in self._by_resource.get("", ())]
        mine = [_records(one, kinds) for one in self._by_resource.get(key, ())]
        return either([*mine, *strays, self._incomplete or False])


def _records(log: Resource, kinds: tuple[str, ...]) -> Maybe:
    """AWS tells a delivery's state only where it knows it, so only a failed one counts against it."""
    state, delivery, traffic = (Node.of(log, name) for name in ("FlowLogStatus", "DeliverLogsStatus", "TrafficType"))
    return both(
        (
            state.unknown or state.value == "ACTIVE",
            delivery.unknown or delivery.value != "FAILED",
            traffic.unknown or traffic.value in kinds,
        )
    )


class _Subnets:
    """The subnets of each VPC of one account and region."""

    def __init__(self, context: Context, account: str, region: str) -> None:
        listed = context.neighbours(_SUBNET, account, region)
        strays = (Node.of(one, "VpcId").unknown for one in listed.resources)
        self._doubt = listed.incomplete or next((why for why in strays if why and why.kind != "opaque"), None)
        self._by_vpc: dict[str, list[str]] = {}
        for one in listed.resources:
            self._by_vpc.setdefault(identity(Node.of(one, "VpcId")), []).append(identity(Node.of(one, "SubnetId")))

    def all(self, vpc: str, holds: Callable[[str], Maybe]) -> Maybe:
        """Whether it holds of each subnet of a VPC, of which there must be one."""
        mine = self._by_vpc.get(vpc, [])
        if not mine and self._doubt is None:
            return False
        return both([*map(holds, mine), self._doubt or True])


_NO_ID = Unknown(Why.AFTER_APPLY, message="the id that flow logs would name is not known")
