"""The blocks of addresses that the ingress rules of a security group name."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.derive.logic import as_kind, malformed
from scanner.derive.network.prefix_lists import READS, PrefixLists, prefix_lists
from scanner.derive.network.public_ranges import prefix_of
from scanner.derive.network.ranges import Cidr, parse_cidr
from scanner.derive.network.reach.flows import address_text
from scanner.derive.network.reach.packets import V6
from scanner.derive.node import Node, each
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_RANGES = (("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6"))


@derives("AWS::EC2::SecurityGroup", "named_blocks", gives=list[str], reads=("IpPermissions", *READS))
def named_blocks(group: Resource, context: Context) -> Partial:
    """By the rules themselves or by the prefix lists that they name, as AWS writes them; AWS's own lists left out.

    https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
    """
    lists = prefix_lists(context, group.account, group.region)
    fact, found = Partial([]), set[str]()
    for permission in each(Node.of(group, "IpPermissions")):
        for block in (permission,) if isinstance(permission, Unknown) else _of_permission(permission, lists):
            if isinstance(block, Unknown):
                fact.unknown["/-"] = as_kind(block, "more")
            else:
                found.add(_text(block))
    fact.value.extend(sorted(found))
    return fact


def _of_permission(permission: Node, lists: PrefixLists) -> Iterator[Cidr | Unknown]:
    for member, key in _RANGES:
        for one in each(permission.member(member)):
            yield one if isinstance(one, Unknown) else _block(one.member(key))
    for one in each(permission.member("PrefixListIds")):
        if isinstance(one, Unknown):
            yield one
            continue
        for found in lists.blocks(one.member("PrefixListId")):
            yield found if isinstance(found, Unknown) else Cidr(found[0], *found[1][:2])


def _block(text: Node) -> Cidr | Unknown:
    cidr = parse_cidr(text.value) if isinstance(text.value, str) else None
    return text.unknown or cidr or malformed(text.path, "this is no address block")


def _text(block: Cidr) -> str:
    return f"{address_text(block.start + (V6 if block.family == 'ipv6' else 0))}/{prefix_of(block)}"
