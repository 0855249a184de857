"""Which calls are needed: a call whose answer no rule and no fact reads is not made."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jmespath

from scanner.aws import shapes
from scanner.aws.normalise import TAG_MEMBERS
from scanner.aws.table import Collect, Then, tables
from scanner.model import Reads

_TAGS = frozenset({"tags", "Tags"})
_FIRST = re.compile(r"[^.\[\]|/ ]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An entry of a table with the questions that are to be asked, and those that are not.

    `marked`: whether the listing by which the entry marks resources is to be made.
    """

    collect: Collect
    then: tuple[Then, ...]
    skipped: tuple[Then, ...]
    marked: bool = False


def wanted(reads: Reads | None, extras: Collection[str] = ()) -> dict[str, tuple[Wanted, ...]]:
    """By the name of a table: what is to be collected for `reads`; `None` means everything but extras not named.

    Besides members, `tags` may be read: where a listing does not give them, that is a call of its own.
    """
    found = {name: tuple(_entries(table, reads, extras)) for name, table in tables().items()}
    return {name: entries for name, entries in found.items() if entries}


def asked_services(entries: Collection[Wanted]) -> frozenset[str]:
    """The services (boto3's names) that the calls of entries go to."""
    questions = [(entry.collect, then) for entry in entries for then in (entry.collect.locate, *entry.then)]
    asked = {(then.service if then else "") or table.service for table, then in questions}
    return frozenset(asked | {entry.collect.service for entry in entries})


def needed_services(reads: Reads | None) -> tuple[str, ...]:
    """The names of the tables that are needed, in order."""
    return tuple(wanted(reads))


def _entries(table: tuple[Collect, ...], reads: Reads | None, extras: Collection[str]) -> Iterator[Wanted]:
    types = {entry.type for entry in table if reads is None or entry.type in reads}
    while above := {entry.parent for entry in table if entry.type in types and entry.parent} - types:
        types |= above
    for entry in table:
        if entry.type in types and _chosen(entry, extras):
            members = frozenset({"*"}) if reads is None else reads.get(entry.type, frozenset())
            members |= {
                root
                for child in table
                if child.parent == entry.type and child.type in types
                for root in roots(child.only_where)
            }
            asked = tuple(then for then in _needed(entry, members) if _chosen(then, extras))
            yield Wanted(
                entry, asked, tuple(then for then in entry.then if then not in asked), _marks(entry, members, asked)
            )


def _chosen(one: Collect | Then, extras: Collection[str]) -> bool:
    return not one.extra or one.extra in extras


def _needed(entry: Collect, members: frozenset[str]) -> tuple[Then, ...]:
    """The questions whose members are read, and those that the questions themselves depend on."""
    if "*" in members:
        return entry.then
    read = _read(members)
    asked: list[Then] = []
    while more := [then for then in entry.then if then not in asked and _gives(entry, then) & read]:
        asked += more
        read |= {name for then in more for expression in _reading(then) for name in roots(expression)}
    return tuple(then for then in entry.then if then in asked)


def _reading(then: Then) -> tuple[str, ...]:
    """The expressions over `config` that decide whether and how a question is asked."""
    return (then.when, then.each, *then.params.values())


def _marks(entry: Collect, members: frozenset[str], asked: tuple[Then, ...]) -> bool:
    """Whether the mark is read, or decides whether one of the questions is asked."""
    if not entry.mark:
        return False
    read = _read(members).union(*(roots(then.when) for then in asked))
    return "*" in members or entry.mark.member in read


def _read(members: frozenset[str]) -> set[str]:
    return {found[0] for member in members if (found := _FIRST.search(member.removeprefix("derived.")))}


def _gives(entry: Collect, then: Then) -> frozenset[str]:
    if then.member == "Tags":
        return _TAGS
    if then.member:
        return frozenset({then.member})
    merged = shapes.merged_members(entry, then)
    return merged if merged.isdisjoint(TAG_MEMBERS) else merged | _TAGS


@cache
def roots(expression: str) -> frozenset[str]:
    """The members of the document that a JMESPath expression reads. Raises jmespath's errors."""
    return frozenset(_roots(jmespath.compile(expression).parsed)) if expression else frozenset()


def _roots(node: Mapping[str, Any]) -> Iterator[str]:
    if node["type"] == "field":
        yield node["value"]
        return
    inside = node["children"]
    # Right of these, names are members of what stands left, not of the document.
    narrowing = (
        "subexpression",
        "projection",
        "value_projection",
        "filter_projection",
        "index_expression",
        "pipe",
        "flatten",
    )
    for child in inside[:1] if node["type"] in narrowing else inside:
        yield from _roots(child)
