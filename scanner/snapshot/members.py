"""Two configurations of one resource, compared member by member.

Lists are compared by what they hold: an element that came in does not shift those behind it. What is not
known on one side is never a change. A pointer into a list counts the newer list, but for an element that
only the earlier one has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from scanner.model import Unknown, Unknowns, canonical, pointer, pointer_parts
from scanner.snapshot.pairing import pairs

ORDERED = frozenset({"CORSRules", "RoutingRules", "contains"})
"""Lists whose order means something; all others are sorted when they are read."""


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


@dataclass(frozen=True, slots=True)
class _Hole:
    """Stands where a value is not known."""

    why: Unknown


@dataclass(frozen=True, slots=True)
class _Maybe:
    """An element that may not be there."""

    value: Any
    why: Unknown


class _Open(list[Any]):
    """A list that may have further elements."""

    why: Unknown


Path: TypeAlias = tuple[str | int, ...]


def compare(
    before: Mapping[str, Any], after: Mapping[str, Any], before_unknown: Unknowns, after_unknown: Unknowns
) -> list[Member]:
    """The members that differ, or of which nobody can tell, in the order of their pointers."""
    if before == after and not before_unknown and not after_unknown:
        return []
    return sorted(_walk(_partial(before, before_unknown), _partial(after, after_unknown), ()), key=_order)


def _order(member: Member) -> list[tuple[int, int, str]]:
    parts = pointer_parts(member.path)
    return [(0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts]


def _partial(value: Any, unknown: Unknowns) -> Any:
    """The document with what is not known put into its places."""
    tree: dict[Any, Any] = {}
    for at, why in unknown.items():
        node = tree
        for part in pointer_parts(at):
            node = node.setdefault(part, {})
        node[None] = why
    return _holed(value, tree) if tree else value


def _holed(value: Any, tree: Mapping[Any, Any]) -> Any:
    why: Unknown | None = tree.get(None)
    if why is not None and why.kind in ("any", "opaque"):
        return _Hole(why)
    below = {part: node for part, node in tree.items() if part is not None}
    if isinstance(value, list):
        value = _holed_list(value, below)
    elif below:
        held = value if isinstance(value, dict) else {}
        value = {**held, **{part: _holed(held.get(part), node) for part, node in below.items()}}
    return _Maybe(value, why) if why is not None and why.kind == "maybe" else value


def _holed_list(value: list[Any], below: Mapping[str, Any]) -> list[Any]:
    items = [_holed(item, below[str(index)]) if str(index) in below else item for index, item in enumerate(value)]
    more = below.get("-", {}).get(None)
    if more is None:
        return items
    held = _Open(items)
    held.why = more
    return held


def _walk(before: Any, after: Any, at: Path) -> Iterator[Member]:
    if isinstance(before, _Hole) or isinstance(after, _Hole):
        yield from _untold(before, after, at)
    elif isinstance(before, dict) and isinstance(after, dict):
        for key in before.keys() | after.keys():
            yield from _walk(before.get(key), after.get(key), (*at, key))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, at)
    elif not _same(before, after):
        yield Member(pointer(*at), _plain(before), _plain(after))


def _untold(before: Any, after: Any, at: Path) -> Iterator[Member]:
    first, second = (value.why if isinstance(value, _Hole) else None for value in (before, after))
    if first and second and first.token and first.token == second.token:
        return  # the same string, whatever it is
    yield Member(pointer(*at), None if first else _plain(before), None if second else _plain(after), first, second)


def _same(before: Any, after: Any) -> bool:
    """Scalars by value and kind: to JSON, true is not 1."""
    return isinstance(before, bool) == isinstance(after, bool) and bool(before == after)


def _lists(before: list[Any], after: list[Any], at: Path) -> Iterator[Member]:
    old, new = _sides(before, after)
    if not old and not new and at and at[-1] in ORDERED and _plain(before) != _plain(after):
        yield Member(pointer(*at), _plain(before), _plain(after))
    bare = [[_bare(item) for item in side] for side in (before, after)]
    matched = pairs(bare[0], bare[1], old, new)
    for first, second in matched:
        yield from _doubted(before[first], after[second], (*at, second))
        yield from _walk(bare[0][first], bare[1][second], (*at, second))
    open_before, open_after = (value.why if isinstance(value, _Open) else None for value in (before, after))
    for index in sorted(set(old) - {first for first, _ in matched}):
        yield _left(before[index], open_after, (*at, index))
    for index in sorted(set(new) - {second for _, second in matched}):
        yield _came(after[index], open_before, (*at, index))
    if open_before != open_after or open_before:
        yield Member(pointer(*at, "-"), before_unknown=open_before, after_unknown=open_after)


def _doubted(before: Any, after: Any, at: Path) -> Iterator[Member]:
    """That an element of both lists may be missing in one of them."""
    first, second = _doubt(before), _doubt(after)
    if first or second:
        yield Member(pointer(*at), before_unknown=first, after_unknown=second)


def _left(value: Any, elsewhere: Unknown | None, at: Path) -> Member:
    """An element that only the earlier list is known to have."""
    doubt = _doubt(value)
    return Member(pointer(*at), None if doubt else _plain(value), None, doubt, elsewhere)


def _came(value: Any, elsewhere: Unknown | None, at: Path) -> Member:
    """An element that only the newer list is known to have."""
    doubt = _doubt(value)
    return Member(pointer(*at), None, None if doubt else _plain(value), elsewhere, doubt)


def _doubt(value: Any) -> Unknown | None:
    return value.why if isinstance(value, _Maybe | _Hole) else None


def _sides(before: Sequence[Any], after: Sequence[Any]) -> tuple[list[int], list[int]]:
    """The places in either list of the elements that the other does not hold alike."""
    first, second = [[canonical(_marked(item)) for item in side] for side in (before, after)]
    common = Counter(first) & Counter(second)
    return _rest(first, common.copy()), _rest(second, common)


def _rest(texts: Sequence[str], common: Counter[str]) -> list[int]:
    left = []
    for index, text in enumerate(texts):
        if common[text]:
            common[text] -= 1
        else:
            left.append(index)
    return left


def _marked(value: Any) -> Any:
    """The value as JSON that is equal for equal content, and in which what is not known differs from any value."""
    if isinstance(value, _Hole):
        return {"": [value.why.to_json()]}
    if isinstance(value, _Maybe):
        return {"": [value.why.to_json(), _marked(value.value)]}
    if isinstance(value, dict):
        return {key: _marked(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        items = sorted((_marked(item) for item in value), key=canonical)
        return [*items, {"": [value.why.to_json()]}] if isinstance(value, _Open) else items
    return value


def _bare(value: Any) -> Any:
    return value.value if isinstance(value, _Maybe) else value


def _plain(value: Any) -> Any:
    """The value as JSON, without what is not known of it."""
    if isinstance(value, _Maybe):
        return _plain(value.value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if not isinstance(item, _Hole)}
    if isinstance(value, list):
        return [_plain(item) for item in value if not isinstance(item, _Hole)]
    return value
