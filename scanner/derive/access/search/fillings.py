"""Which texts, put between two patterns, can give a text of a third?"""

from __future__ import annotations

from functools import lru_cache

from scanner.derive.access.search.strings import OutOfBudgetError, Pattern, Token, glob

ANYTHING = glob("*")
_SPANS = 64


@lru_cache(16384)
def fillings(before: Pattern, after: Pattern, pattern: Pattern) -> tuple[Pattern, ...]:
    """The patterns of what may stand between: exact; empty where nothing may. Raises `OutOfBudgetError`.

    A pattern is read from a place where `before` can end in it to one where `after` can begin.
    """
    starts = _ends(before, pattern)
    stops = {len(pattern) - place for place in _ends(_reversed(after), _reversed(pattern))} if starts else set()
    if any(pattern[start : start + 1] == ANYTHING and start + 1 in stops for start in starts):
        return (ANYTHING,)
    spans = sorted((start, stop) for start in starts for stop in stops if start <= stop)
    if len(spans) > _SPANS:
        raise OutOfBudgetError("a policy variable between wildcards")
    widest = [one for one in spans if not any(_lies(one, other, pattern) for other in spans)]
    return tuple(dict.fromkeys(Pattern(pattern[start:stop]) for start, stop in widest))


def _lies(span: tuple[int, int], other: tuple[int, int], pattern: Pattern) -> bool:
    """Whether a span only lacks, at its ends, what may be left out of the other one."""
    (start, stop), (first, last) = span, other
    lacking = (*pattern[first:start], *pattern[stop:last])
    return span != other and first <= start and stop <= last and all(token.many for token in lacking)


def _reversed(pattern: Pattern) -> Pattern:
    return Pattern(reversed(pattern))


def _ends(inner: Pattern, outer: Pattern) -> set[int]:
    """The places of a pattern to which some text of another leads."""
    todo, seen, found = [(0, 0)], {(0, 0)}, set()
    while todo:
        here, there = todo.pop()
        if here == len(inner):
            found.add(there)
            continue
        for place in _next(inner, here, outer, there):
            if place not in seen:
                seen.add(place)
                todo.append(place)
    return found


def _next(inner: Pattern, here: int, outer: Pattern, there: int) -> list[tuple[int, int]]:
    """Where both are after one character, or after none that either may leave out."""
    token = inner[here]
    found = [(here + 1, there)] if token.many else []
    if there < len(outer):
        other = outer[there]
        if other.many:
            found.append((here, there + 1))
        if _meet(token, other):
            found.append((here if token.many else here + 1, there if other.many else there + 1))
    return found


def _meet(one: Token, other: Token) -> bool:
    """Whether a character is of both."""
    if one.others:
        return other.others or not other.signs <= one.signs
    return not one.signs <= other.signs if other.others else not one.signs.isdisjoint(other.signs)
