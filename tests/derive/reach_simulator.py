"""One packet at a time through a network, hop by hop: an independent reading of AWS's documentation.

It shares nothing with the scanner: addresses are the standard library's, configurations are AWS's own members. Sets
of packets are held to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

Address = IPv4Address | IPv6Address
QUERIES = {(1, 8): 0, (1, 13): 14, (1, 17): 18, (58, 128): 129}
PRIVATE = [
    ip_network(one)
    for one in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]


@dataclass(frozen=True)
class Packet:
    """For ICMP `dport` is type × 256 + code."""

    protocol: int
    src: Address
    dst: Address
    sport: int
    dport: int

    def reply(self) -> Packet | None:
        if self.protocol in (1, 58):
            kind = QUERIES.get((self.protocol, self.dport // 256))
            if kind is None:
                return None
            return Packet(self.protocol, self.dst, self.src, 0, kind * 256 + self.dport % 256)
        return Packet(self.protocol, self.dst, self.src, self.dport, self.sport)


def is_internet(address: Address) -> bool:
    if address.version == 6:
        return address in ip_network("2000::/3")
    return not any(address in one for one in PRIVATE)


class Dropped(Exception):  # noqa: N818 - what happens to packets
    """The packet goes no further."""


class Simulator:
    def __init__(self, resources: Iterable[Any]) -> None:
        self._all: dict[str, list[dict[str, Any]]] = {}
        for one in resources:
            self._all.setdefault(one.type.rpartition("::")[2], []).append(one.config)
        self._groups = {one["GroupId"]: one for one in self._of("SecurityGroup")}
        self._subnets = {one["SubnetId"]: one for one in self._of("Subnet")}
        self._interfaces = {one["NetworkInterfaceId"]: one for one in self._of("NetworkInterface")}

    def passes(self, packet: Packet, source: str, target: str) -> bool:
        """Whether the packet gets from an interface (or `internet`) to another, and its answer back."""
        if packet.reply() is None:
            return False  # without an answer nothing is reached
        try:
            if source == "internet":
                return is_internet(packet.src) and self._arrives(packet) == target
            return self._sent(packet, source) == target
        except Dropped:
            return False

    def _sent(self, packet: Packet, source: str) -> str:
        """Where a packet of an interface ends up; its answer having come back."""
        sender = self._interfaces[source]
        if str(packet.src) not in _addresses(sender):
            raise Dropped
        kind, at, known = self._forward(sender["SubnetId"], packet)
        peer = self._interfaces[at] if kind == "interface" and known else None
        self._group(sender, "IpPermissionsEgress", packet, packet.dst, peer)
        answer = packet.reply()
        if kind == "interface":
            receiver = self._interfaces[at]
            self._group(receiver, "IpPermissions", packet, packet.src, sender if known else None)
            self._listens(receiver)
            if answer:
                self._expect(receiver["SubnetId"], answer, "interface", source)
            return at
        if kind == "nat":
            return self._translated(packet, source, at)
        public = self._to_internet(packet, sender, at, kind)
        if answer:
            self._acl(sender["SubnetId"], answer, out=False)
        return self._outside(replace(packet, src=public))

    def _translated(self, packet: Packet, source: str, nat: str, behind: tuple[str, ...] = ()) -> str:
        """Through a NAT gateway: it may choose any port, so one that works is enough."""
        gateway = next(one for one in self._of("NatGateway") if one["NatGatewayId"] == nat)
        own = gateway["NatGatewayAddresses"][0]
        if packet.protocol not in (1, 6, 17) or nat in behind:
            raise Dropped
        if answer := packet.reply():
            self._expect(gateway["SubnetId"], answer, "interface", source)
        for port in self._ports() if packet.protocol in (6, 17) else [0]:
            inner = replace(packet, src=ip_address(own["PrivateIp"]), sport=port)
            try:
                return self._beyond(inner, gateway, own, (*behind, nat))
            except Dropped:
                continue
        raise Dropped

    def _beyond(self, inner: Packet, gateway: dict[str, Any], own: dict[str, Any], behind: tuple[str, ...]) -> str:
        kind, at, _ = self._forward(gateway["SubnetId"], inner)
        answer = inner.reply()
        if kind == "nat":
            return self._translated(inner, self._holder(gateway["VpcId"], inner.src), at, behind)
        if kind == "interface":
            receiver = self._interfaces[at]
            self._group(receiver, "IpPermissions", inner, inner.src, None)
            self._listens(receiver)
            if answer:
                self._expect(receiver["SubnetId"], answer, "interface", self._holder(gateway["VpcId"], inner.src))
            return at
        if kind != "igw" or "PublicIp" not in own or at != self._gateway("InternetGateway", gateway["VpcId"]):
            raise Dropped
        self._block_public_access(gateway["SubnetId"], gateway["VpcId"], inward=False)
        if answer:
            self._acl(gateway["SubnetId"], answer, out=False)
        return self._outside(replace(inner, src=ip_address(own["PublicIp"])))

    def _to_internet(self, packet: Packet, sender: dict[str, Any], gateway: str, kind: str) -> Address:
        self._block_public_access(sender["SubnetId"], sender["VpcId"], inward=False, egress_only=kind == "eigw")
        if kind in ("igw", "eigw") and gateway != self._gateway(
            {"igw": "InternetGateway", "eigw": "EgressOnlyInternetGateway"}[kind], sender["VpcId"]
        ):
            raise Dropped  # a gateway knows the addresses of its own VPC only
        if packet.src.version == 6:
            if not is_internet(packet.src):
                raise Dropped
            return packet.src
        if kind != "igw":
            raise Dropped
        for one in sender["PrivateIpAddresses"]:
            if one["PrivateIpAddress"] == str(packet.src) and "Association" in one:
                return ip_address(one["Association"]["PublicIp"])
        raise Dropped

    def _outside(self, packet: Packet) -> str:
        """On the internet: somewhere out there, or an interface again."""
        if not is_internet(packet.dst):
            raise Dropped
        if self._public(packet.dst):
            return self._arrives(packet)
        return "internet"

    def _arrives(self, packet: Packet) -> str:
        """From the internet to a public address."""
        found = self._public(packet.dst)
        if not found:
            raise Dropped
        receiver, private = found
        gateway = self._gateway("InternetGateway", receiver["VpcId"])
        self._block_public_access(receiver["SubnetId"], receiver["VpcId"], inward=True)
        inner = replace(packet, dst=private)
        self._acl(receiver["SubnetId"], inner, out=False)
        self._group(receiver, "IpPermissions", inner, inner.src, None)
        self._listens(receiver)
        if answer := inner.reply():
            self._expect(receiver["SubnetId"], answer, "igw", gateway)
        return str(receiver["NetworkInterfaceId"])

    def _expect(self, subnet: str, answer: Packet, kind: str, at: str) -> None:
        if self._forward(subnet, answer)[:2] != (kind, at):
            raise Dropped

    def _forward(self, subnet: str, packet: Packet, hops: int = 0) -> tuple[str, str, bool]:
        """The next thing that is no router: an interface, a gateway, a NAT gateway; whether groups are known there."""
        if hops > 8:
            raise Dropped
        vpc = self._subnets[subnet]["VpcId"]
        if packet.dst in _networks(self._subnets[subnet]):
            return "interface", self._holder(vpc, packet.dst), True
        kind, target = self._route(subnet, vpc, packet.dst)
        self._not_dead(kind, target, vpc)
        if kind == "nat":
            home = next(one for one in self._of("NatGateway") if one["NatGatewayId"] == target)["SubnetId"]
            if home != subnet:
                self._acl(subnet, packet, out=True)
                self._acl(home, packet, out=False)
            return "nat", target, False
        self._acl(subnet, packet, out=True)
        if kind == "local":
            return self._into(vpc, packet)
        if kind == "pcx":
            sides = self._peering(target)
            return self._into(next(one for one in sides if one != vpc), packet)
        if kind == "tgw":
            return self._transit(target, vpc, packet, hops)
        return kind, target, False

    def _into(self, vpc: str, packet: Packet) -> tuple[str, str, bool]:
        for id_, one in self._subnets.items():
            if one["VpcId"] == vpc and packet.dst in _networks(one):
                self._acl(id_, packet, out=False)
                return "interface", self._holder(vpc, packet.dst), True
        raise Dropped

    def _transit(self, gateway: str, vpc: str, packet: Packet, hops: int) -> tuple[str, str, bool]:
        mine = self._attachment(gateway, vpc)
        self._acl(mine["VpcAttachment"]["SubnetIds"][0], packet, out=False)
        id_ = mine["TransitGatewayAttachmentId"]
        tables = [
            one
            for one in self._of("TransitGatewayRouteTable")
            if id_ in [each["TransitGatewayAttachmentId"] for each in one["Associations"]]
        ]
        if not tables:
            raise Dropped
        matching = [one for one in tables[0]["Routes"] if packet.dst in ip_network(one["DestinationCidrBlock"])]
        if not matching:
            raise Dropped
        best = max(matching, key=lambda one: ip_network(one["DestinationCidrBlock"]).prefixlen)
        if best["State"] != "active":
            raise Dropped
        leaving = best["TransitGatewayAttachments"][0]["TransitGatewayAttachmentId"]
        other = next(
            one for one in self._of("TransitGatewayAttachment") if one["TransitGatewayAttachmentId"] == leaving
        )
        inner = other["VpcAttachment"]["SubnetIds"][0]
        kind, at, _ = self._forward(inner, packet, hops + 1)
        options = [one["VpcAttachment"]["Options"]["SecurityGroupReferencingSupport"] for one in (mine, other)]
        return kind, at, options == ["enable", "enable"]

    def _attachment(self, gateway: str, vpc: str) -> dict[str, Any]:
        for one in self._of("TransitGatewayAttachment"):
            if one["TransitGatewayId"] == gateway and one["ResourceId"] == vpc:
                return one
        raise Dropped

    def _route(self, subnet: str, vpc: str, dst: Address) -> tuple[str, str]:
        tables = self._of("RouteTable")
        own = [one for one in tables if subnet in [each.get("SubnetId") for each in one["Associations"]]]
        main = [one for one in tables if one["VpcId"] == vpc and any(each.get("Main") for each in one["Associations"])]
        found: tuple[int, int, dict[str, Any]] | None = None
        for route in (own or main)[0]["Routes"]:
            for block, listed in self._blocks(route):
                if dst in ip_network(block):
                    rank = (ip_network(block).prefixlen, 0 if listed else 1)
                    if found is None or rank > found[:2]:
                        found = (*rank, route)
        if found is None or found[2]["State"] != "active":
            raise Dropped
        for member, kind in (
            ("NatGatewayId", "nat"),
            ("TransitGatewayId", "tgw"),
            ("VpcPeeringConnectionId", "pcx"),
            ("EgressOnlyInternetGatewayId", "eigw"),
        ):
            if member in found[2]:
                return kind, found[2][member]
        target = found[2]["GatewayId"]
        return ("local", "") if target == "local" else ("igw", target)

    def _blocks(self, route: dict[str, Any]) -> Iterator[tuple[str, bool]]:
        for member in ("DestinationCidrBlock", "DestinationIpv6CidrBlock"):
            if member in route:
                yield route[member], False
        if "DestinationPrefixListId" in route:
            yield from ((one, True) for one in self._listed(route["DestinationPrefixListId"]))

    def _not_dead(self, kind: str, target: str, vpc: str) -> None:
        if kind == "igw" and self._gateway("InternetGateway", vpc) != target:
            raise Dropped
        if kind == "eigw" and self._gateway("EgressOnlyInternetGateway", vpc) != target:
            raise Dropped
        if kind == "nat" and not any(
            one["NatGatewayId"] == target and one["State"] == "available" for one in self._of("NatGateway")
        ):
            raise Dropped
        if kind == "pcx" and vpc not in self._peering(target):
            raise Dropped

    def _peering(self, id_: str) -> list[str]:
        for one in self._of("VPCPeeringConnection"):
            if one["VpcPeeringConnectionId"] == id_ and one["Status"]["Code"] == "active":
                return [one["RequesterVpcInfo"]["VpcId"], one["AccepterVpcInfo"]["VpcId"]]
        raise Dropped

    def _gateway(self, type_: str, vpc: str) -> str:
        for one in self._of(type_):
            if any(each["VpcId"] == vpc for each in one["Attachments"]):
                return str(one[f"{type_}Id"])
        raise Dropped

    def _acl(self, subnet: str, packet: Packet, *, out: bool) -> None:
        acl = next(
            one for one in self._of("NetworkAcl") if subnet in [each["SubnetId"] for each in one["Associations"]]
        )
        far = packet.dst if out else packet.src
        for one in sorted(acl["Entries"], key=lambda each: each["RuleNumber"]):
            if (
                one["Egress"] == out
                and far in ip_network(one.get("CidrBlock") or one["Ipv6CidrBlock"])
                and _of_entry(one, packet)
            ):
                if one["RuleAction"] == "allow":
                    return
                raise Dropped
        raise Dropped

    def _group(
        self, interface: dict[str, Any], member: str, packet: Packet, far: Address, peer: dict[str, Any] | None
    ) -> None:
        theirs = {one["GroupId"] for one in peer["Groups"]} if peer else set()
        if interface["InterfaceType"] == "nat_gateway":
            return
        for one in interface["Groups"]:
            for rule in self._groups[one["GroupId"]][member]:
                if _of_rule(rule, packet) and (
                    any(each["GroupId"] in theirs for each in rule.get("UserIdGroupPairs", ()))
                    or any(far in ip_network(block) for block in self._peers(rule))
                ):
                    return
        raise Dropped

    def _peers(self, rule: dict[str, Any]) -> Iterator[str]:
        yield from (one["CidrIp"] for one in rule.get("IpRanges", ()))
        yield from (one["CidrIpv6"] for one in rule.get("Ipv6Ranges", ()))
        for one in rule.get("PrefixListIds", ()):
            yield from self._listed(one["PrefixListId"])

    def _listed(self, id_: str) -> list[str]:
        found = next(one for one in self._of("PrefixList") if one["PrefixListId"] == id_)
        return [one["Cidr"] for one in found["Entries"]]

    def _listens(self, interface: dict[str, Any]) -> None:
        if interface["InterfaceType"] == "nat_gateway":
            raise Dropped

    def _block_public_access(self, subnet: str, vpc: str, *, inward: bool, egress_only: bool = False) -> None:
        mode = self._of("VPCBlockPublicAccessOptions")[0]["InternetGatewayBlockMode"]
        if mode == "off" or (mode == "block-ingress" and egress_only):
            return
        for one in self._of("VPCBlockPublicAccessExclusion"):
            named = one["ResourceArn"].rpartition("/")[2] in (subnet, vpc)
            if named and (one["InternetGatewayExclusionMode"] == "allow-bidirectional" or not inward):
                return
        raise Dropped

    def _holder(self, vpc: str, address: Address) -> str:
        for id_, one in self._interfaces.items():
            if one["VpcId"] == vpc and str(address) in _addresses(one):
                return id_
        raise Dropped

    def _public(self, address: Address) -> tuple[dict[str, Any], Address] | None:
        for one in self._interfaces.values():
            for each in one["PrivateIpAddresses"]:
                if each.get("Association", {}).get("PublicIp") == str(address):
                    return one, ip_address(each["PrivateIpAddress"])
            if any(ip_address(each["Ipv6Address"]) == address for each in one["Ipv6Addresses"]):
                return one, address
        return None

    def _ports(self) -> list[int]:
        """Ports of which one works if any does: the ends of all that ACLs know."""
        edges = {1024, 65535}
        for acl in self._of("NetworkAcl"):
            for one in acl["Entries"]:
                if "PortRange" in one:
                    edges |= {
                        one["PortRange"]["From"],
                        one["PortRange"]["To"],
                        one["PortRange"]["From"] - 1,
                        one["PortRange"]["To"] + 1,
                    }
        return sorted(one for one in edges if 1024 <= one <= 65535)

    def _of(self, type_: str) -> list[dict[str, Any]]:
        return self._all.get(type_, [])


def _addresses(interface: dict[str, Any]) -> list[str]:
    found = [one["PrivateIpAddress"] for one in interface["PrivateIpAddresses"]]
    return [str(ip_address(one)) for one in (*found, *(each["Ipv6Address"] for each in interface["Ipv6Addresses"]))]


class _networks:  # noqa: N801 - reads as a word
    def __init__(self, subnet: dict[str, Any]) -> None:
        blocks = [subnet["CidrBlock"], *(one["Ipv6CidrBlock"] for one in subnet["Ipv6CidrBlockAssociationSet"])]
        self._held = [ip_network(one) for one in blocks]

    def __contains__(self, address: Address) -> bool:
        return any(address in one for one in self._held)


_PROTOCOLS = {"tcp": 6, "udp": 17, "icmp": 1, "icmpv6": 58}


def _of_rule(rule: dict[str, Any], packet: Packet) -> bool:
    name = rule["IpProtocol"]
    if name == "-1":
        return True
    if (_PROTOCOLS[name] if name in _PROTOCOLS else int(name)) != packet.protocol:
        return False
    if name in ("tcp", "udp"):
        return bool(rule["FromPort"] <= packet.dport <= rule["ToPort"])
    if name in ("icmp", "icmpv6") and rule.get("FromPort", -1) != -1:
        return packet.dport // 256 == rule["FromPort"] and rule["ToPort"] in (-1, packet.dport % 256)
    return True


def _of_entry(entry: dict[str, Any], packet: Packet) -> bool:
    if entry["Protocol"] == "-1":
        return True
    if int(entry["Protocol"]) != packet.protocol:
        return False
    if "PortRange" in entry:
        return bool(entry["PortRange"]["From"] <= packet.dport <= entry["PortRange"]["To"])
    if "IcmpTypeCode" in entry:
        kind, code = entry["IcmpTypeCode"]["Type"], entry["IcmpTypeCode"]["Code"]
        return kind in (-1, packet.dport // 256) and code in (-1, packet.dport % 256)
    return True
