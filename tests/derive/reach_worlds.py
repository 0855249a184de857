"""Small networks for questions on reachability: resources in few words, in AWS's own members."""

from __future__ import annotations

from typing import Any

from scanner.derive.network.reach import index
from scanner.derive.network.reach.answers import ask
from scanner.derive.network.reach.bounds import Reading
from scanner.derive.network.reach.cases import Cases
from scanner.derive.network.reach.flows import NUMBERS, only
from scanner.derive.network.reach.packets import NOTHING, Packets
from scanner.derive.network.reach.stages import through
from scanner.model import Inventory, Resource, Shard, Unknown
from scanner.snapshot.memory import MemoryInventory

OWN, REGION = "111122223333", "eu-west-1"
TYPES = tuple(value for name, value in vars(index).items() if name.isupper() and isinstance(value, str))
ALL = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}


def made(type_: str, id_: str, config: dict[str, Any], account: str = OWN, **more: Any) -> Resource:
    kinds = {index.GROUP: "security-group", index.SUBNET: "subnet", index.VPC: "vpc"}
    kind = kinds.get(type_, type_.rpartition("::")[2].lower())
    arn = id_ if id_.startswith("arn:") else f"arn:aws:ec2:{REGION}:{account}:{kind}/{id_}"
    return Resource(type=type_, id=arn, name=id_, account=account, region=REGION, config=config, **more)


def vpc(id_: str, *blocks: str) -> Resource:
    four, six = ([one for one in blocks if (":" in one) == v6] for v6 in (False, True))
    return made(index.VPC, id_, {
        "VpcId": id_, "OwnerId": OWN, "CidrBlock": four[0] if four else None,
        "CidrBlockAssociationSet": [{"CidrBlock": one, "CidrBlockState": {"State": "associated"}} for one in four],
        "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": one, "Ipv6CidrBlockState": {"State": "associated"}} for one in six],
    })  # fmt: skip


def subnet(id_: str, vpc_: str, block: str, six: str = "", zone: str = "euw1-az1") -> Resource:
    return made(index.SUBNET, id_, {
        "SubnetId": id_, "VpcId": vpc_, "OwnerId": OWN, "CidrBlock": block, "AvailabilityZoneId": zone,
        "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": six, "Ipv6CidrBlockState": {"State": "associated"}}] if six else [],
    })  # fmt: skip


_TARGETS = {
    "igw": "GatewayId", "vgw": "GatewayId", "vpce": "GatewayId", "local": "GatewayId", "nat": "NatGatewayId",
    "pcx": "VpcPeeringConnectionId", "tgw": "TransitGatewayId", "eigw": "EgressOnlyInternetGatewayId",
    "eni": "NetworkInterfaceId",
}  # fmt: skip


def route(block: str, target: str, **more: Any) -> dict[str, Any]:
    member = (
        "DestinationPrefixListId"
        if block.startswith("pl-")
        else "DestinationIpv6CidrBlock"
        if ":" in block
        else "DestinationCidrBlock"
    )
    return {
        member: block,
        _TARGETS[target.split("-", maxsplit=1)[0]]: target,
        "State": "active",
        "Origin": "CreateRoute",
        **more,
    }


def table(
    id_: str, vpc_: str, routes: list[dict[str, Any]], *subnets: str, main: bool = False, gateway: str = ""
) -> Resource:
    associations: list[dict[str, Any]] = [{"SubnetId": one, "Main": False} for one in subnets]
    associations += [{"Main": True}] if main else []
    associations += [{"GatewayId": gateway, "Main": False}] if gateway else []
    return made(
        index.TABLE,
        id_,
        {"RouteTableId": id_, "VpcId": vpc_, "OwnerId": OWN, "Routes": routes, "Associations": associations},
    )


def entry(
    number: int,
    action: str,
    block: str,
    protocol: str = "-1",
    ports: tuple[int, int] | None = None,
    *,
    out: bool = False,
) -> dict[str, Any]:
    found: dict[str, Any] = {"RuleNumber": number, "RuleAction": action, "Protocol": protocol, "Egress": out}
    found["Ipv6CidrBlock" if ":" in block else "CidrBlock"] = block
    if ports and protocol in ("6", "17"):
        found["PortRange"] = {"From": ports[0], "To": ports[1]}
    elif ports:
        found["IcmpTypeCode"] = {"Type": ports[0], "Code": ports[1]}
    return found


OPEN_ACL = [
    entry(100 + six, "allow", block, out=out)
    for six, block in enumerate(("0.0.0.0/0", "::/0"))
    for out in (False, True)
]


def acl(id_: str, entries: list[dict[str, Any]], *subnets: str) -> Resource:
    return made(
        index.ACL,
        id_,
        {
            "NetworkAclId": id_,
            "OwnerId": OWN,
            "Entries": entries,
            "Associations": [{"SubnetId": one} for one in subnets],
        },
    )


def permission(protocol: str, low: int | None = None, high: int | None = None, *peers: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "IpProtocol": protocol,
        "IpRanges": [],
        "Ipv6Ranges": [],
        "PrefixListIds": [],
        "UserIdGroupPairs": [],
    }
    if low is not None:
        found |= {"FromPort": low, "ToPort": low if high is None else high}
    for one in peers:
        if one.startswith("sg-"):
            found["UserIdGroupPairs"].append({"GroupId": one, "UserId": OWN})
        elif one.startswith("pl-"):
            found["PrefixListIds"].append({"PrefixListId": one})
        elif ":" in one:
            found["Ipv6Ranges"].append({"CidrIpv6": one})
        else:
            found["IpRanges"].append({"CidrIp": one})
    return found


def group(
    id_: str, ingress: list[dict[str, Any]], egress: list[dict[str, Any]] | None = None, vpc_: str = "vpc-1"
) -> Resource:
    out = [ALL] if egress is None else egress
    return made(
        index.GROUP,
        id_,
        {
            "GroupId": id_,
            "GroupName": id_,
            "OwnerId": OWN,
            "VpcId": vpc_,
            "IpPermissions": ingress,
            "IpPermissionsEgress": out,
        },
    )


def prefix_list(id_: str, *blocks: str) -> Resource:
    return made(index.LISTS, id_, {"PrefixListId": id_, "OwnerId": OWN, "Entries": [{"Cidr": one} for one in blocks]})


def interface(  # noqa: PLR0917 - a word each
    id_: str,
    subnet_: str,
    vpc_: str,
    address: str,
    public: str = "",
    groups: tuple[str, ...] = ("sg-1",),
    six: str = "",
    instance: str = "",
    **more: Any,
) -> Resource:
    private: dict[str, Any] = {"PrivateIpAddress": address, "Primary": True}
    if public:
        private["Association"] = {"PublicIp": public}
    config = {
        "NetworkInterfaceId": id_, "SubnetId": subnet_, "VpcId": vpc_, "OwnerId": OWN, "InterfaceType": "interface",
        "Groups": [{"GroupId": one} for one in groups], "PrivateIpAddress": address, "PrivateIpAddresses": [private] if address else [],
        "Ipv6Addresses": [{"Ipv6Address": six}] if six else [], "SourceDestCheck": True, "Status": "in-use",
        "Attachment": {"InstanceId": instance or id_.replace("eni", "i"), "DeviceIndex": 0}, **more,
    }  # fmt: skip
    return made(index.INTERFACE, id_, config)


def igw(id_: str, vpc_: str) -> Resource:
    return made(
        index.IGW,
        id_,
        {"InternetGatewayId": id_, "Attachments": [{"VpcId": vpc_, "State": "available"}] if vpc_ else []},
    )


def eigw(id_: str, vpc_: str) -> Resource:
    return made(
        index.EIGW, id_, {"EgressOnlyInternetGatewayId": id_, "Attachments": [{"VpcId": vpc_, "State": "attached"}]}
    )


def vgw(id_: str, vpc_: str) -> Resource:
    return made(
        index.VGW,
        id_,
        {"VpnGatewayId": id_, "State": "available", "VpcAttachments": [{"VpcId": vpc_, "State": "attached"}]},
    )


def nat(  # noqa: PLR0917 - a word each
    id_: str, subnet_: str, vpc_: str, private: str, public: str = "", state: str = "available"
) -> Resource:
    address = {"PrivateIp": private, **({"PublicIp": public} if public else {})}
    return made(
        index.NAT,
        id_,
        {"NatGatewayId": id_, "SubnetId": subnet_, "VpcId": vpc_, "State": state, "NatGatewayAddresses": [address]},
    )


def peering(id_: str, one: str, other: str, status: str = "active") -> Resource:
    sides = {
        name: {"VpcId": vpc_, "Region": REGION, "OwnerId": OWN}
        for name, vpc_ in (("RequesterVpcInfo", one), ("AccepterVpcInfo", other))
    }
    return made(index.PEERING, id_, {"VpcPeeringConnectionId": id_, "Status": {"Code": status}, **sides})


def attachment(
    id_: str, tgw: str, vpc_: str, *subnets: str, kind: str = "vpc", referring: bool = False, **more: Any
) -> Resource:
    options = {"SecurityGroupReferencingSupport": "enable" if referring else "disable"}
    return made(index.ATTACHMENT, id_, {
        "TransitGatewayAttachmentId": id_, "TransitGatewayId": tgw, "TransitGatewayOwnerId": OWN, "ResourceType": kind,
        "ResourceId": vpc_, "State": "available", "VpcAttachment": {"VpcId": vpc_, "SubnetIds": list(subnets), "Options": options}, **more,
    })  # fmt: skip


def tgw_table(id_: str, tgw: str, routes: dict[str, str], *attached: str) -> Resource:
    """`routes` are blocks to attachments, an empty one being a blackhole."""
    told = [
        {"DestinationCidrBlock": block, "Type": "static", "State": "active" if to else "blackhole",
         "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": to}] if to else []}
        for block, to in routes.items()
    ]  # fmt: skip
    associations = [{"TransitGatewayAttachmentId": one, "State": "associated"} for one in attached]
    return made(
        index.TGW_TABLE,
        id_,
        {"TransitGatewayRouteTableId": id_, "TransitGatewayId": tgw, "Routes": told, "Associations": associations},
    )


def block_public_access(mode: str = "off") -> Resource:
    return made(
        index.OPTIONS, f"{OWN}/{REGION}/options", {"InternetGatewayBlockMode": mode, "State": "update-complete"}
    )


def exclusion(what: str, mode: str) -> Resource:
    return made(
        index.EXCLUSION,
        "vpcbpa-exclude-1",
        {
            "ExclusionId": "vpcbpa-exclude-1",
            "InternetGatewayExclusionMode": mode,
            "ResourceArn": f"arn:aws:ec2:{REGION}:{OWN}:x/{what}",
            "State": "create-complete",
        },
    )


def inventory(*resources: Resource, missing: dict[str, Unknown] | None = None) -> Inventory:
    """Everything was listed, save what is `missing`."""
    held = [*resources]
    if not any(one.type == index.OPTIONS for one in held):
        held.append(block_public_access())
    listed: dict[str, Unknown | None] = dict.fromkeys(TYPES) | (missing or {})
    held = [one for one in held if one.type not in (missing or {})]
    shard = Shard(OWN, REGION, "ec2", held, listed)
    return MemoryInventory([shard], taken_at="2026-01-01T00:00:00Z", source="live")


def wanted(protocol: str | None = None, port: int | None = None) -> Packets:
    return only(NUMBERS[protocol] if protocol else None, None if port is None else (port, port + 1))


def asked(
    held: Inventory, source: str, target: str, protocol: str | None = None, port: int | None = None
) -> dict[str, Any]:
    cases = Cases(held)
    return ask(cases, cases.ends.named(source), cases.ends.named(target), wanted(protocol, port))


def surely(cases: Cases, source: str, target: str, reading: Reading = "least") -> Packets:
    """All packets that surely, or possibly, get through from one end to the other."""
    found = NOTHING
    for case in cases.of(cases.ends.named(source), cases.ends.named(target)):
        sets = through(case.trail, case.start, reading)
        found = found | (sets[0] if sets else NOTHING)
    return found
