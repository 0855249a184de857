"""The addresses behind a prefix list's id."""

from __future__ import annotations

import re
from collections.abc import Hashable

from scanner.derive.logic import malformed
from scanner.derive.network.ranges import Family, Span, parse_cidr
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context
from scanner.model import Resource, Unknown, Why

TYPE = "AWS::EC2::PrefixList"
READS = tuple(f"{TYPE}.{member}" for member in ("PrefixListId", "OwnerId", "Entries"))

Found = list[tuple[Family, Span] | Unknown]
"""The blocks of a list (their source is the list's id), and reasons why there may be others."""


class PrefixLists:
    """The prefix lists of one account and region, by id or, where one is yet to be made, by token."""

    def __init__(self, context: Context, account: str, region: str) -> None:
        """Reads them all; the blocks of each only once asked for."""
        listed = context.neighbours(TYPE, account, region)
        self._incomplete = listed.incomplete
        self._lists: dict[str, Resource] = {}
        self._found: dict[str, Found] = {}
        for one in listed.resources:
            name = identity(Node.of(one, "PrefixListId"))
            if name:
                self._lists[name] = one

    def blocks(self, reference: Node) -> Found:
        """What a `PrefixListId` stands for.

        AWS's own lists never are the world, and their entries are left alone.
        """
        name = identity(reference)
        if not name:
            return [reference.unknown or malformed(reference.path, "this is no prefix list")]
        if name not in self._found:
            self._found[name] = self._read(name)
        return self._found[name]

    def _read(self, name: str) -> Found:
        resource = self._lists.get(name)
        if resource is None:
            absent = Unknown(Why.OUT_OF_SCOPE, message=f"{name} is not among the prefix lists that were read")
            return [self._incomplete or absent]
        owner = Node.of(resource, "OwnerId")
        if owner.value == "AWS":
            return []
        entries = Node.of(resource, "Entries")
        if entries.unknown:
            return [entries.unknown]
        blocks = (addresses(entry.member("Cidr"), None, name) for entry in entries.elements())
        found: Found = [block for block in blocks if block is not None]
        return [*found, entries.more] if entries.more else found


def prefix_lists(context: Context, account: str, region: str) -> PrefixLists:
    """The prefix lists of a place, read once a run."""
    return context.once(("prefix_lists", account, region), lambda: PrefixLists(context, account, region))


def addresses(text: Node, family: Family | None, source: Hashable) -> tuple[Family, Span] | Unknown | None:
    """The block that a CIDR member names, of that family if one is told, or why it is not known.

    `None`: a block of one resource yet to be made (a VPC's, a subnet's, an elastic address). AWS
    makes none wider than /16, so it is no part of the world; unless a width is written to it.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    """
    if text.unknown:
        width = _WIDTH.search(text.unknown.token)
        return text.unknown if not text.opaque or (width and int(width[1]) < _NARROW) else None
    cidr = parse_cidr(text.value) if isinstance(text.value, str) else None
    if cidr is None or family not in (None, cidr.family):
        return malformed(text.path, "this is no address block")
    return cidr.family, Span(cidr.start, cidr.end, source)


_WIDTH = re.compile(r"/([0-9]{1,3})$")
_NARROW = 16
