"""Two configurations of one resource, compared member by member.

Lists are compared by what they hold: an element that came in does not shift those behind it. What is not
known on one side is never a change. A pointer into a list counts the newer list, but for an element that
only the earlier one has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from scanner.model import Unknown, Unknowns, canonical, pointer, pointer_parts
from scanner.snapshot.holes import Hole, Maybe, Open, bare, partial, plain
from scanner.snapshot.pairing import match

ORDERED = frozenset({"CORSRules", "RoutingRules", "StatefulRules", "contains"})
"""Lists whose order means something; all others are sorted when they are read."""

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One member that differs. A side that is not known has no value but says why."""

    path: str
    before: Any = None
    after: Any = None
    before_unknown: Unknown | None = None
    after_unknown: Unknown | None = None

    @property
    def known(self) -> bool:
        """Whether it is sure that something changed."""
        return self.before_unknown is None and self.after_unknown is None

    @property
    def told_by_neither(self) -> bool:
        """Whether neither side is known."""
        return self.before_unknown is not None and self.after_unknown is not None

    def doubted(self, before: Unknown | None, after: Unknown | None) -> Member:
        """The member where it is not sure which element a side has."""
        made = replace(self, before_unknown=self.before_unknown or before, after_unknown=self.after_unknown or after)
        return replace(
            made,
            before=None if made.before_unknown else made.before,
            after=None if made.after_unknown else made.after,
        )

    def to_json(self) -> dict[str, Any]:
        """The member of `changes[].members`."""
        unknown = {"before_unknown": self.before_unknown, "after_unknown": self.after_unknown}
        words = {name: reason(why) for name, why in unknown.items() if why}
        return {"path": self.path, "before": self.before, "after": self.after, **words}


def reason(why: Unknown) -> str:
    """`denied: kms:GetKeyPolicy`, or `not collected`: why a side is not known, in a few words."""
    word = str(why.why).replace("_", " ")
    call = f"{why.service}:{why.operation}" if why.service and why.operation else why.operation
    detail = call or why.message
    return f"{word}: {detail}" if detail else word


def compare(
    before: Mapping[str, Any], after: Mapping[str, Any], before_unknown: Unknowns, after_unknown: Unknowns
) -> list[Member]:
    """The members that differ, or of which nobody can tell, in the order of their pointers.

    A member that is absent and one that is null are alike: both are not set.
    """
    if not before_unknown and not after_unknown and canonical(before) == canonical(after):
        return []
    return sorted(_walk(partial(before, before_unknown), partial(after, after_unknown), ()), key=_order)


def _order(member: Member) -> list[tuple[int, int, str]]:
    parts = pointer_parts(member.path)
    return [(0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts]


def _walk(before: Any, after: Any, at: Path) -> Iterator[Member]:
    if isinstance(before, Hole) or isinstance(after, Hole):
        yield from _untold(before, after, at)
    elif isinstance(before, dict) and isinstance(after, dict):
        for key in before.keys() | after.keys():
            yield from _walk(before.get(key), after.get(key), (*at, key))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, at)
    elif not _same(before, after):
        yield Member(pointer(*at), plain(before), plain(after))


def _untold(before: Any, after: Any, at: Path) -> Iterator[Member]:
    first, second = (value.why if isinstance(value, Hole) else None for value in (before, after))
    if first and second and first.token and first.token == second.token:
        return  # the same string, whatever it is
    yield Member(pointer(*at), None if first else plain(before), None if second else plain(after), first, second)


def _same(before: Any, after: Any) -> bool:
    """Scalars by value and kind: to JSON, true is not 1."""
    return isinstance(before, bool) == isinstance(after, bool) and bool(before == after)


def _lists(before: list[Any], after: list[Any], at: Path) -> Iterator[Member]:
    """What came, what went, and what is otherwise in elements that are one thing in both lists."""
    found = match(before, after)
    if not (found.pairs or found.left or found.came) and at and at[-1] in ORDERED and plain(before) != plain(after):
        yield Member(pointer(*at), plain(before), plain(after))
    for first, second in found.pairs:
        whys = [value.why if isinstance(value, Maybe) else None for value in (before[first], after[second])]
        if any(whys):
            yield Member(pointer(*at, second), None, None, *whys)
        for member in _walk(bare(before[first]), bare(after[second]), (*at, second)):
            yield member if found.sure else member.doubted(found.before, found.after)
    for index, why in found.left.items():
        yield Member(pointer(*at, index), plain(before[index])).doubted(why, found.after)
    for index, why in found.came.items():
        yield Member(pointer(*at, index), None, plain(after[index])).doubted(found.before, why)
    if isinstance(before, Open) or isinstance(after, Open):
        whys = [side.why if isinstance(side, Open) else None for side in (before, after)]
        yield Member(pointer(*at, "-"), None, None, *whys)
