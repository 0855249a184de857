"""The addresses behind a prefix list's id, AWS's own lists too."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from scanner.derive.network.reach.flows import block
from scanner.derive.network.reach.index import LISTS, Index, Place, unseen
from scanner.derive.network.reach.packets import Interval
from scanner.derive.node import Node, each
from scanner.model import Unknown


class Listed(NamedTuple):
    """The blocks of a list; with a `doubt` there may be others. `managed`: it is one of AWS's own."""

    blocks: tuple[Interval, ...]
    doubt: Unknown | None
    managed: bool = False


class Lists:
    """The prefix lists of a snapshot."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.of = cache(self._read)

    def _read(self, id_: str, place: Place) -> Listed:
        """What the list holds (https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html)."""
        resource = self._index.all(LISTS).get(id_)
        if resource is None:
            return Listed((), self._index.missing(LISTS, place, f"the prefix list {id_}") or unseen(id_))
        managed = Node.of(resource, "OwnerId").value == "AWS"
        entries = Node.of(resource, "Entries")
        found: list[Interval] = []
        doubt: Unknown | None = None
        for entry in each(entries):
            cidr = entry if isinstance(entry, Unknown) else entry.member("Cidr")
            if isinstance(cidr, Unknown) or cidr.unknown:
                doubt = cidr if isinstance(cidr, Unknown) else cidr.unknown
            elif one := block(str(cidr.value)):
                found.append(one)
        return Listed(tuple(found), doubt, managed)
