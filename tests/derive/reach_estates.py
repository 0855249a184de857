"""Random networks with everything that the simulator knows, mostly open, so that many packets get through."""

from __future__ import annotations

from random import Random
from typing import Any

from scanner.model import Resource
from tests.derive.reach_worlds import (
    acl,
    attachment,
    block_public_access,
    eigw,
    entry,
    exclusion,
    group,
    igw,
    interface,
    nat,
    peering,
    permission,
    prefix_list,
    route,
    subnet,
    table,
    tgw_table,
    vpc,
)

_PORTS = [(0, 65535), (22, 22), (80, 443), (443, 443), (1024, 65535), (8000, 9000), (0, 1023), (32768, 60999)]
_PEERS = [
    "0.0.0.0/0",
    "0.0.0.0/0",
    "10.0.0.0/8",
    "198.51.100.0/24",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "10.1.0.0/16",
    "10.0.1.0/24",
]
_PEERS6 = ["::/0", "::/0", "2001:db8::/32", "2001:db8:1::/56", "2600::/12"]


def estate(seed: int) -> list[Resource]:
    """Two or three VPCs of two or three subnets each, joined and guarded at random."""
    random = Random(seed)
    count = random.choice([2, 3])
    found: list[Resource] = [
        prefix_list("pl-1", "198.51.100.0/25", "10.1.0.0/16"),
        prefix_list("pl-2", "2001:db8:1::/56", "203.0.113.0/24"),
    ]
    groups = [f"sg-{one}" for one in range(6)]
    found += [
        group(one, _rules(random, groups), None if random.random() < 0.7 else _rules(random, groups)) for one in groups
    ]
    subnets = {vpc_: range(random.choice([2, 3])) for vpc_ in range(count)}
    for vpc_, inner in subnets.items():
        found += _vpc(random, vpc_, inner, groups)
    found += _joined(random, count)
    found.append(block_public_access(random.choice(["off"] * 7 + ["block-ingress", "block-bidirectional"])))
    if random.random() < 0.5:
        found.append(
            exclusion(random.choice(["vpc-0", "subnet-00"]), random.choice(["allow-bidirectional", "allow-egress"]))
        )
    return found


def _vpc(random: Random, vpc_: int, inner: range, groups: list[str]) -> list[Resource]:
    name = f"vpc-{vpc_}"
    found = [
        vpc(name, f"10.{vpc_}.0.0/16", f"2001:db8:{vpc_}::/56"),
        igw(f"igw-{vpc_}", name if random.random() < 0.9 else ""),
    ]
    found.append(eigw(f"eigw-{vpc_}", name))
    state = "available" if random.random() < 0.9 else "deleted"
    found.append(nat(f"nat-{vpc_}", f"subnet-{vpc_}0", name, f"10.{vpc_}.0.200", f"198.51.100.{200 + vpc_}", state))
    found.append(
        interface(
            f"eni-nat{vpc_}",
            f"subnet-{vpc_}0",
            name,
            f"10.{vpc_}.0.200",
            f"198.51.100.{200 + vpc_}",
            (),
            InterfaceType="nat_gateway",
        )
    )
    for one in inner:
        id_ = f"subnet-{vpc_}{one}"
        found.append(subnet(id_, name, f"10.{vpc_}.{one}.0/24", f"2001:db8:{vpc_}:{one}::/64"))
        found.append(acl(f"acl-{vpc_}{one}", _entries(random), id_))
        if one or random.random() < 0.5:
            found.append(table(f"rtb-{vpc_}{one}", name, _routes(random, vpc_), id_))
        for host in range(random.choice([1, 2])):
            chosen = tuple(random.sample(groups, random.choice([1, 1, 2])))
            public = f"198.51.100.{vpc_ * 60 + one * 20 + host + 1}" if random.random() < 0.6 else ""
            six = f"2001:db8:{vpc_}:{one}::{host + 5}" if random.random() < 0.7 else ""
            found.append(
                interface(f"eni-{vpc_}{one}{host}", id_, name, f"10.{vpc_}.{one}.{host + 5}", public, chosen, six)
            )
    found.append(table(f"rtb-{vpc_}m", name, _routes(random, vpc_), main=True))
    return found


def _routes(random: Random, vpc_: int) -> list[dict[str, Any]]:
    found = [route(f"10.{vpc_}.0.0/16", "local"), route(f"2001:db8:{vpc_}::/56", "local")]
    chance = random.random
    if chance() < 0.9:
        found.append(route("0.0.0.0/0", random.choice([f"igw-{vpc_}"] * 3 + [f"nat-{vpc_}", "tgw-1"])))
    if chance() < 0.8:
        found.append(route("::/0", random.choice([f"igw-{vpc_}"] * 3 + [f"eigw-{vpc_}"])))
    for other in range(3):
        if other != vpc_ and chance() < 0.8:
            target = random.choice([f"pcx-{min(vpc_, other)}{max(vpc_, other)}", "tgw-1", f"nat-{vpc_}"])
            found.append(route(f"10.{other}.0.0/16", target))
            found.append(
                route(f"2001:db8:{other}::/56", random.choice([f"pcx-{min(vpc_, other)}{max(vpc_, other)}", "tgw-1"]))
            )
            if chance() < 0.2:
                found.append(route(f"10.{other}.1.0/24", "tgw-1", State=random.choice(["active", "blackhole"])))
    if chance() < 0.2:
        found.append(route("pl-2", f"igw-{vpc_}"))
    if chance() < 0.2:
        found.append(
            route(
                "198.51.100.0/26",
                random.choice([f"igw-{vpc_}", f"nat-{vpc_}"]),
                State=random.choice(["active", "active", "blackhole"]),
            )
        )
    return found


def _joined(random: Random, count: int) -> list[Resource]:
    found = []
    for one in range(count):
        for other in range(one + 1, count):
            status = random.choice(["active"] * 4 + ["deleted"])
            found.append(peering(f"pcx-{one}{other}", f"vpc-{one}", f"vpc-{other}", status))
    referring = random.random() < 0.5
    names = [f"tgw-attach-{one}" for one in range(count)]
    found += [
        attachment(name, "tgw-1", f"vpc-{one}", f"subnet-{one}{random.choice([0, 1])}", referring=referring)
        for one, name in enumerate(names)
    ]
    routes = {f"10.{one}.0.0/16": name for one, name in enumerate(names) if random.random() < 0.9}
    routes |= {f"2001:db8:{one}::/56": name for one, name in enumerate(names) if random.random() < 0.9}
    routes |= {"0.0.0.0/0": names[0]} if random.random() < 0.5 else {}
    routes |= {"10.1.1.0/24": random.choice(["", names[1]])} if random.random() < 0.3 else {}
    found.append(tgw_table("tgw-rtb-1", "tgw-1", routes, *names[: count if random.random() < 0.8 else 1]))
    return found


def _rules(random: Random, groups: list[str]) -> list[dict[str, Any]]:
    found = []
    for _ in range(random.choice([1, 2, 3, 4])):
        protocol = random.choice(["-1", "tcp", "tcp", "tcp", "udp", "icmp", "icmpv6", "47"])
        peers = random.sample([*_PEERS, *_PEERS6, *groups[:3], "pl-1", "pl-2"], random.choice([1, 2, 3]))
        if protocol in ("tcp", "udp"):
            found.append(permission(protocol, *random.choice(_PORTS), *peers))
        elif protocol in ("icmp", "icmpv6"):
            kind = random.choice([-1, 8, 128, 3])
            found.append(permission(protocol, kind, -1 if kind < 0 else random.choice([-1, 0]), *peers))
        else:
            found.append(permission(protocol, None, None, *peers))
    return found


def _entries(random: Random) -> list[dict[str, Any]]:
    found = []
    for out in (False, True):
        for number in range(random.choice([0, 1, 2, 3])):
            protocol = random.choice(["-1", "6", "6", "17", "1", "58"])
            block = random.choice([*_PEERS, *_PEERS6])
            ports = (
                random.choice(_PORTS)
                if protocol in ("6", "17")
                else random.choice([(8, 0), (0, -1), (-1, -1), (129, -1)])
            )
            found.append(
                entry(
                    number * 10 + 10,
                    random.choice(["allow", "allow", "deny"]),
                    block,
                    protocol,
                    ports if protocol != "-1" else None,
                    out=out,
                )
            )
        for six, block in enumerate(("0.0.0.0/0", "::/0")):
            if random.random() < 0.9:
                found.append(entry(100 + six, "allow", block, out=out))
    return found
