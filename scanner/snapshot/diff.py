"""The configuration of two inventories, compared in one pass over both: what came, went or is set otherwise.

A resource that only one of them holds came or went only if the other listed its type completely in that
place; else it was not compared, and the reason is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from scanner.model import GLOBAL, INCOMPLETE, Inventory, Resource, Unknown, Unknowns
from scanner.snapshot.members import Member, compare, reason

_CODE = ("terraform", "cloudformation", "mixed")


@dataclass(frozen=True, slots=True)
class Change:
    """One resource that differs, or (`unknown`) of which nobody can tell whether it does."""

    kind: Literal["added", "removed", "changed", "unknown"]
    resource: Resource
    members: tuple[Member, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The element of the report's `changes`."""
        resource = self.resource
        return {
            "kind": self.kind,
            "resource_id": resource.id,
            "resource_type": resource.type,
            "name": resource.name,
            "account": resource.account,
            "region": resource.region,
            "members": [member.to_json() for member in self.members],
        }


@dataclass(frozen=True, slots=True)
class NotCompared:
    """A type in one place that one side did not list in full, or neither: what may have come or gone there.

    `before` and `after` say why the side lacks it; `before_only` and `after_only` count the resources that
    stand on one side alone.
    """

    type: str
    account: str
    region: str
    before: Unknown | None
    after: Unknown | None
    before_only: int = 0
    after_only: int = 0

    def to_json(self) -> dict[str, Any]:
        """All members; a side that listed everything has an empty reason."""
        words = {"before": self.before, "after": self.after}
        return {
            **{name: getattr(self, name) for name in ("type", "account", "region", "before_only", "after_only")},
            **{name: reason(why) if why else "" for name, why in words.items()},
        }


class Comparison:
    """One comparison. Iterate `changes()` once; then `compared`, `unknown` and `not_compared()` are complete."""

    def __init__(self, old: Inventory, new: Inventory, types: Collection[str] | None = None) -> None:
        """`types` limits it to those types."""
        self.old = old
        self.new = new
        self.types = types
        self.compared = 0
        """Resources that both hold."""
        self.unknown = 0
        """Members of these that neither side knows."""
        self._listings = (Listings(old), Listings(new))
        self._lost: tuple[Counter[tuple[str, str, str]], ...] = (Counter(), Counter())

    def changes(self) -> Iterator[Change]:
        """What differs, ordered by type, account, region and id; both sides are streamed."""
        for type_ in sorted({*self.old.types(), *self.new.types()}):
            if self.types is None or type_ in self.types:
                yield from self._of(type_)

    def _of(self, type_: str) -> Iterator[Change]:
        for before, after in _merged(self.old.of(type_), self.new.of(type_)):
            if before and after:
                yield from self._both(before, after)
            elif before:
                yield from self._one(before, 1, "removed")
            elif after:
                yield from self._one(after, 0, "added")

    def _both(self, before: Resource, after: Resource) -> Iterator[Change]:
        self.compared += 1
        found, unknown = difference(before, after)
        self.unknown += unknown
        if found:
            yield found

    def _one(self, resource: Resource, side: int, kind: Literal["added", "removed"]) -> Iterator[Change]:
        """A resource of one side; `side` is the other one's."""
        missing = self._listings[side].missing(resource.type, resource.account, resource.region)
        if missing is None:
            yield Change(kind, resource)
        else:
            self._lost[1 - side][resource.type, resource.account, missing[0]] += 1

    def not_compared(self) -> list[NotCompared]:
        """Places where what came or went cannot be told, in order; not those that neither side meant to read."""
        places = {*self._lost[0], *self._lost[1]}
        for inventory, listings in zip((self.old, self.new), self._listings, strict=True):
            for type_ in inventory.listed_types():
                if self.types is None or type_ in self.types:
                    places.update((type_, *place) for place in listings.of(type_))
        return [found for place in sorted(places) if (found := self._place(*place))]

    def _place(self, type_: str, account: str, region: str) -> NotCompared | None:
        found = [listings.missing(type_, account, region) for listings in self._listings]
        before, after = (each[1] if each else None for each in found)
        counts = [lost[type_, account, region] for lost in self._lost]
        whys = {why.why for why in (before, after) if why}
        if not whys or not (any(counts) or None in (before, after) or whys & INCOMPLETE):
            return None
        return NotCompared(type_, account, region, before, after, *counts)


def _merged(old: Iterator[Resource], new: Iterator[Resource]) -> Iterator[tuple[Resource | None, Resource | None]]:
    """Both streams in one order; resources of one account, region and id stand together."""
    before, after = next(old, None), next(new, None)
    while before or after:
        first, second = _key(before), _key(after)
        pair = (before if first <= second else None, after if second <= first else None)
        yield pair
        before = next(old, None) if pair[0] else before
        after = next(new, None) if pair[1] else after


def _key(resource: Resource | None) -> tuple[int, str, str, str]:
    return (0, resource.account, resource.region, resource.id) if resource else (1, "", "", "")


class Listings:
    """What an inventory listed in full, and so what it surely does not hold."""

    def __init__(self, inventory: Inventory) -> None:
        """Listings are read a type at a time and kept."""
        self._inventory = inventory
        self._asked: dict[str, dict[tuple[str, str], Unknown | None]] = {}

    def missing(self, type_: str, account: str, region: str) -> tuple[str, Unknown] | None:
        """Where and why the type is not listed in full for that place; `None`: what it lacks is not there.

        What is listed for a whole account (buckets) lies in regions of its own: there the account's listing
        counts, and what that left out lies in regions that were not selected.
        """
        if self._inventory.source in _CODE:
            return None
        asked = self.of(type_)
        if (account, region) in asked or (account, GLOBAL) not in asked:
            why = self._inventory.listing(type_, account, region)
            return (region, why) if why else None
        whole = asked[account, GLOBAL]
        if whole is None or (whole.kind == "more" and region in self._inventory.regions):
            return None
        return GLOBAL, whole

    def of(self, type_: str) -> dict[tuple[str, str], Unknown | None]:
        """(account, region) → why the listing there is incomplete, wherever the type was asked for."""
        if type_ not in self._asked:
            listings = self._inventory.listings(type_)
            self._asked[type_] = {(account, region): why for account, region, why in listings}
        return self._asked[type_]


def difference(before: Resource, after: Resource) -> tuple[Change | None, int]:
    """How one resource differs, if it does; and how many of its members neither side knows."""
    members = compare(document(before), document(after), unknowns(before), unknowns(after))
    told = tuple(member for member in members if not member.told_by_neither)
    kind: Literal["changed", "unknown"] = "changed" if any(member.known for member in told) else "unknown"
    return Change(kind, after, told) if told else None, len(members) - len(told)


def document(resource: Resource) -> dict[str, Any]:
    """What of a resource is compared: its configuration, and its tags under `/tags`."""
    return {**resource.config, "tags": resource.tags}


def unknowns(resource: Resource) -> Unknowns:
    """What is not known of `document`."""
    tags = {"/tags": resource.tags_unknown} if resource.tags_unknown else {}
    return {**resource.unknown, **tags}
