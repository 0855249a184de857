"""The public address ranges from which a security group lets anything in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypedDict

from scanner.derive.logic import as_kind, weightiest
from scanner.derive.network.permissions import Rule, rules
from scanner.derive.network.prefix_lists import READS, prefix_lists
from scanner.derive.network.ranges import BITS, Cidr, parse_cidr
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

# https://www.iana.org/assignments/iana-ipv4-special-registry
# https://www.iana.org/assignments/ipv6-address-space
_NOT_PUBLIC = tuple(
    block
    for text in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"),
        *("224.0.0.0/4", "240.0.0.0/4"),
        *("fc00::/7", "fe80::/10", "ff00::/8"),
    )
    if (block := parse_cidr(text)) is not None
)


class PublicRange(TypedDict):
    """`prefix` is the length of its mask, `source` the rule's place that names it."""

    family: Literal["ipv4", "ipv6"]
    prefix: int
    source: str


@derives("AWS::EC2::SecurityGroup", "public_ranges", gives=list[PublicRange], reads=("IpPermissions", *READS))
def public_ranges(group: Resource, context: Context) -> Partial:
    """Ranges that hold any address of the internet, by rule or by prefix list, whatever the ports.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """
    fact = Partial([])
    for one in public_blocks(group, context):
        if isinstance(one, Unknown):
            fact.unknown["/-"] = one
            continue
        block, rule = one
        source = rule.span.source
        told = source.path if isinstance(source, Node) else ""
        fact.value.append({"family": block.family, "prefix": prefix_of(block), "source": told})
    return fact


def public_blocks(group: Resource, context: Context) -> Iterator[tuple[Cidr, Rule] | Unknown]:
    """The public blocks with their rules; last, and once, why there may be others."""
    lists = prefix_lists(context, group.account, group.region)
    doubts: list[Unknown] = []
    for rule in rules(Node.of(group, "IpPermissions"), lists):
        block = Cidr(rule.family, *rule.span[:2])
        if rule.why is not None and not _is_written(rule):
            doubts.append(rule.why)
        elif _is_public(block):
            yield block, rule
    if doubts:
        yield as_kind(weightiest(doubts), "more")


def prefix_of(block: Cidr) -> int:
    """The length of a block's mask, in bits."""
    return BITS[block.family] - (block.end - block.start + 1).bit_length() + 1


def _is_written(rule: Rule) -> bool:
    """Whether the block itself is known, and only protocol or ports are not."""
    node = rule.span.source
    return isinstance(node, Node) and any(node.member(name).value is not None for name in ("CidrIp", "CidrIpv6"))


def _is_public(block: Cidr) -> bool:
    return not any(
        other.family == block.family and other.start <= block.start and block.end <= other.end for other in _NOT_PUBLIC
    )
