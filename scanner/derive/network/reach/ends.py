"""What the two ends of a question are: the internet, other premises, an address, or something of the snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from scanner.derive.network.reach import flows
from scanner.derive.network.reach.balancers import Balancers
from scanner.derive.network.reach.databases import of_database
from scanner.derive.network.reach.index import (
    BALANCER,
    CLASSIC,
    DATABASE,
    ENDPOINT,
    GROUP,
    INSTANCE,
    INTERFACE,
    NAT,
    SUBNET,
    VPC,
)
from scanner.derive.network.reach.interfaces import Interface
from scanner.derive.network.reach.network import Network
from scanner.derive.network.reach.packets import EVERYTHING, Interval, Packets
from scanner.derive.node import Node, identity
from scanner.errors import UsageError
from scanner.model import Resource

INTERNET, PREMISES = "internet", "on-premises"
_CLUSTER = "AWS::RDS::DBCluster"
_NAMED = (INSTANCE, SUBNET, VPC, GROUP, NAT, ENDPOINT)
_TYPES = (INSTANCE, INTERFACE, DATABASE, BALANCER, CLASSIC, SUBNET, VPC, GROUP, NAT, ENDPOINT)


class End(NamedTuple):
    """`interfaces` stand for what is in the snapshot, `block` for an address. `answers`: what is listened on.

    `one_of`: it has one of the interfaces, and it is not known which. `host` is the name that clients look up.
    """

    text: str
    kind: Literal["internet", "on-premises", "address", "interfaces"]
    block: Interval = (0, 0)
    interfaces: tuple[Interface, ...] = ()
    answers: Packets = EVERYTHING
    one_of: bool = False
    type: str = ""
    host: str = ""


class Ends:
    """The ends that a snapshot knows."""

    def __init__(self, network: Network, balancers: Balancers) -> None:
        self._net = network
        self._balancers = balancers

    def named(self, text: str) -> End:
        """What somebody calls it: `internet`, `on-premises`, an address or block, an id, ARN or name.

        Raises `UsageError` where it is none, or has no interface.
        """
        if text in (INTERNET, PREMISES):
            return End(text, "internet" if text == INTERNET else "on-premises")
        if (block := flows.block(text)) is not None:
            return End(text, "address", block)
        found = self._net.index.inventory.get(text) or self._by_id(text)
        if found is None and (held := self._net.interfaces.by_owner.get(text.rpartition("instance/")[2])):
            return self._end(held)._replace(text=text, type=INSTANCE)
        if found is None:
            raise UsageError(
                f"{text!r} is not in the snapshot",
                hint="Give internet, on-premises, an address, or an id or ARN that `posture query` lists",
            )
        return self.of(found, text)

    def of(self, resource: Resource, text: str = "") -> End:
        """A resource as an end. Raises `UsageError` where it has no interface."""
        make = self._makers.get(resource.type)
        end = make(resource) if make else None
        if end is None or not end.interfaces:
            what = f"{text or resource.id} ({resource.type})"
            raise UsageError(f"{what} has no network interface that is known", hint="Name an interface or an address")
        return end._replace(text=text or resource.id, type=resource.type)

    def _by_id(self, text: str) -> Resource | None:
        for type_ in (*_TYPES, _CLUSTER):
            if type_ == _CLUSTER:
                found = next((one for one in self._net.index.inventory.of(type_) if text in (one.name, one.id)), None)
            else:
                found = self._net.index.all(type_).get(text)
            if found is None and type_ in (BALANCER, CLASSIC):
                found = next((one for one in self._net.index.all(type_).values() if one.name == text), None)
            if found is not None:
                return found
        return self._by_name(text)

    def _by_name(self, text: str) -> Resource | None:
        """By the tag `Name`, where only one of a type has it."""
        for type_ in _NAMED:
            found = [one for one in self._net.index.all(type_).values() if one.name == text]
            if len(found) > 1:
                ids = ", ".join(sorted(one.id for one in found)[:3])
                raise UsageError(f"{len(found)} resources are called {text!r}", hint=f"Name one by its ARN: {ids}")
            if found:
                return found[0]
        return None

    @property
    def _makers(self) -> dict[str, Callable[[Resource], End]]:
        return {
            INTERFACE: lambda one: self._end([self._net.interfaces.all.get(_key(one, "NetworkInterfaceId") or one.id)]),
            INSTANCE: lambda one: self._end(self._net.of_instance(_key(one, "InstanceId"))),
            NAT: lambda one: self._end([self._net.nats.get(_key(one, "NatGatewayId"))]),
            SUBNET: lambda one: self._where("subnet", _key(one, "SubnetId")),
            VPC: lambda one: self._where("vpc", _key(one, "VpcId")),
            GROUP: lambda one: self._where("group", _key(one, "GroupId")),
            ENDPOINT: self._endpoint,
            DATABASE: self.served,
            _CLUSTER: self._cluster,
            BALANCER: lambda one: self._balancer(_key(one, "LoadBalancerArn") or one.id),
            CLASSIC: lambda one: self._balancer(one.id),
        }

    def _end(self, interfaces: Iterable[Interface | None]) -> End:
        return End("", "interfaces", interfaces=tuple(one for one in interfaces if one is not None))

    def _where(self, what: str, id_: str) -> End:
        tests: dict[str, Callable[[Interface], bool]] = {
            "subnet": lambda one: one.subnet.id == id_,
            "vpc": lambda one: one.subnet.vpc == id_,
            "group": lambda one: id_ in one.groups,
        }
        return self._end(one for one in self._net.interfaces.all.values() if tests[what](one))

    def _endpoint(self, resource: Resource) -> End:
        names = [identity(one) for one in Node.of(resource, "NetworkInterfaceIds").elements()]
        return self._end(self._net.interfaces.all.get(name) for name in names)

    def served(self, resource: Resource) -> End:
        """A DB instance as an end, even if it has no interface that is known."""
        served = of_database(self._net, resource)
        host = str(Node.of(resource, "Endpoint", "Address").value or "")
        return End("", "interfaces", (0, 0), served.interfaces, served.answers, served.one_of, host=host)

    def _cluster(self, resource: Resource) -> End:
        members = [
            one
            for each in Node.of(resource, "DBClusterMembers").elements()
            if (one := self._net.index.all(DATABASE).get(identity(each.member("DBInstanceIdentifier"))))
        ]
        served = [of_database(self._net, one) for one in members]
        answers = Packets([one for each in served for one in each.answers.boxes])
        return End("", "interfaces", (0, 0), tuple(one for each in served for one in each.interfaces), answers)

    def _balancer(self, id_: str) -> End:
        found = self._balancers.all[id_]
        return End("", "interfaces", (0, 0), found.nodes, found.answers, host=found.host)


def _key(resource: Resource, member: str) -> str:
    return identity(Node.of(resource, member))
