"""What the keys of policy variables may be: a value of each kind that the statements tell apart.

A variable stands in a text: in a resource, or in a value that a key is compared with. Which texts it gives together
with what else is said of the same place decides; so the places' patterns, read between what stands around the
variable, divide its values into parts, and of each part one is tried.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, product
from typing import NamedTuple

from scanner.derive.access.decision.document import Statement
from scanner.derive.access.decision.operators import Values
from scanner.derive.access.decision.patterns import literal, variables_in
from scanner.derive.access.search.fillings import ANYTHING, fillings
from scanner.derive.access.search.keys import Room
from scanner.derive.access.search.strings import Clause, OutOfBudgetError, Pattern, Token, exactly, find, holds
from scanner.derive.access.search.values import TEXTUAL, base, like, patterns

_WORK = 30_000
_FEWEST = 16
_PARTS = 64
_PAIRS = 2_000
_FRESH = "any"
_STANDS_FOR = 0xE000
"""The first of the characters that stand for variables here: of private use, so none that a policy has."""
_ANY = ANYTHING[0]
_RESOURCE = ""
"""The place that is no key."""


class OpenVariablesError(OutOfBudgetError):
    """Nothing was found with the values that were tried, and others might do."""


def bindings(places: Places) -> Iterator[dict[str, Values]]:
    """The values of the keys together, those first that are likely. Raises `OutOfBudgetError` for too many.

    They stand for all that there are where `places.decided`; else what they do not give may still be.
    """
    rooms = [places.room(key) for key in places.keys]
    texts = [text for key, one in zip(places.keys, rooms, strict=True) for text in _texts(key, one, places.statements)]
    # mostly one does at once, and the parts take long
    tried = next(product(*(_choices(one, texts) for one in rooms)), None)
    if tried is not None:
        yield dict(zip(places.keys, tried, strict=True))
    apart = tuple(dict.fromkeys(_clauses(places)))
    count = 2 if len(places.keys) > 1 else 1
    texts += [text for one in rooms for text in _parts(apart, one.domain, count) if one.fixed is None]
    chosen = (one for one in product(*(dict.fromkeys(_choices(one, texts)) for one in rooms)) if one != tried)
    for values in islice(chosen, max(_FEWEST, _WORK // len(places.statements))):
        yield dict(zip(places.keys, values, strict=True))
    if next(chosen, None) is not None:
        raise OpenVariablesError(f"policy variables of {len(places.keys)} keys")


def _texts(key: str, room: Room, statements: Sequence[Statement]) -> Iterator[str]:
    """What one would try first for a key."""
    if room.fixed is None:
        tests = [test for one in statements for test in one.tests if test.key == key]
        named = {text for test in tests for text in test.values if literal(text, None) == text}
        yield from (*room.likely[:1], _FRESH)
        yield from sorted(text for text in named if not any(sign in text for sign in "*?$"))


def _choices(room: Room, texts: Iterable[str]) -> Iterator[Values]:
    """Two keys may have to be alike, so the texts of one are tried for the others, too."""
    if room.fixed is not None:
        yield room.fixed
        return
    if room.presence != "never":
        own = [text for text in texts if all(holds(clause, text) for clause in room.domain)]
        yield from ((text,) for text in sorted(own, key=lambda text: text not in room.likely))
    if room.presence != "always":
        yield ()


@lru_cache(1024)
def _parts(apart: tuple[Clause, ...], domain: tuple[Clause, ...], count: int) -> tuple[str, ...]:
    """Texts of each part into which some languages divide a domain, so many of each that two keys can differ."""
    if len(apart) > _PARTS:
        raise OpenVariablesError(f"policy variables beside more than {_PARTS} texts")
    parts = {domain: text} if (text := find(domain, (_FRESH,))) is not None else {}
    for clause in apart:
        sides = ((*part, side) for part in parts for side in (clause, clause.negated()))
        parts = {side: text for side in sides if (text := find(side, (_FRESH,))) is not None}
        if len(parts) > _PARTS:
            raise OpenVariablesError(f"policy variables of more than {_PARTS} kinds")
    found = list(parts.values())
    if count > 1:
        others = (find((*part, Clause((exactly(text),), inside=False))) for part, text in parts.items())
        found += [text for text in others if text is not None]
    return tuple(found)


class _Form(NamedTuple):
    """A text with one variable in it."""

    before: Pattern
    after: Pattern


class Places:
    """Of each place the texts with variables, and those without."""

    def __init__(
        self,
        keys: Sequence[str],
        statements: Sequence[Statement],
        room: Callable[[str], Room],
        resource: Sequence[Clause] = (),
    ) -> None:
        """`keys` are those of the statements' variables; `resource` is what else is asked of the resource."""
        self.keys = keys
        self.statements = statements
        self.room = room
        self._rooms = {key: room(key) for key in keys}
        unsettled = [key for key, one in self._rooms.items() if one.fixed is None and one.presence != "never"]
        self._signs = {key: chr(_STANDS_FOR + number) for number, key in enumerate(unsettled)}
        self._alone = {frozenset(sign) for sign in self._signs.values()}
        found: dict[str, dict[Pattern, None]] = {key: {exactly(sign): None} for key, sign in self._signs.items()}
        for place, pattern in self._said():
            found.setdefault(place, {})[pattern] = None
        self.forms: dict[str, list[_Form]] = {}
        self.plain: dict[str, list[Pattern]] = {}
        for place, said in found.items():
            if forms := list(dict.fromkeys(form for pattern in said for form in self._forms(pattern))):
                self.forms[place] = forms
                known = [] if place == _RESOURCE else _of_room(room(place))
                asked = [one for clause in resource for one in clause.patterns] if place == _RESOURCE else []
                wild = [self._wild(pattern) for pattern in said]
                self.plain[place] = [*dict.fromkeys((*wild, *known, *asked))]

    @property
    def decided(self) -> bool:
        """Whether the parts' texts stand for all others, and no two variables depend on each other.

        They do where each place has one text with a variable and nothing wild is in it, or where variables
        stand alone; what is compared in other ways than as a text is divided by no pattern. A key whose value is
        known, or which no request of the asker has, is no variable.
        """
        if not all(map(self._as_texts, self.statements)):
            return False
        every = [form for forms in self.forms.values() for form in forms]
        if all(not form.before and not form.after for form in every):
            return len(self._signs) <= 2
        single = all(len(forms) == 1 for forms in self.forms.values())
        return len(self._signs) == 1 and single and not any(_is_wild(form) for form in every)

    def _as_texts(self, statement: Statement) -> bool:
        """Whether all that a statement compares with variables, or their keys with, are texts one by one."""
        for test in statement.tests:
            varies = statement.variables and any(self._signs.keys() & variables_in(text) for text in test.values)
            if varies and (test.quantifier or base(test) not in TEXTUAL or base(test) == "stringequalsignorecase"):
                return False
            if test.key in self._signs and base(test) not in (*TEXTUAL, "null"):
                return False
        return True

    def _said(self) -> Iterator[tuple[str, Pattern]]:
        for one in self.statements:
            lookup = self._lookup if one.variables else None
            yield from ((_RESOURCE, pattern) for pattern in self.resources(one))
            for test in one.tests:
                if base(test) in TEXTUAL:
                    yield from ((test.key, pattern) for pattern in patterns(test, lookup))

    def resources(self, statement: Statement) -> list[Pattern]:
        """What a statement says of the resource, or what not, with a character for each variable."""
        lookup = self._lookup if statement.variables else None
        texts = statement.resources or statement.not_resources or ()
        return [pattern for text in texts if (pattern := like(text, lookup)) is not None]

    def _lookup(self, key: str) -> str | None:
        """The character that stands for a key, or the one value that it is known to have."""
        fixed = self._rooms[key].fixed if key in self._rooms else None
        return self._signs.get(key) or (fixed[0] if fixed and len(fixed) == 1 else None)

    def _forms(self, pattern: Pattern) -> Iterator[_Form]:
        for place, token in enumerate(pattern):
            if token.signs in self._alone:
                before, after = Pattern(pattern[:place]), Pattern(pattern[place + 1 :])
                yield _Form(self._wild(before), self._wild(after))

    def _wild(self, pattern: Pattern) -> Pattern:
        """With any text for each variable."""
        if not any(token.signs in self._alone for token in pattern):
            return pattern
        found: list[Token] = []
        for token in pattern:
            if token.signs not in self._alone:
                found.append(token)
            elif found[-1:] != [_ANY]:
                found.append(_ANY)
        return Pattern(found)


def _is_wild(form: _Form) -> bool:
    return any(token.many or token.others for token in (*form.before, *form.after))


def _of_room(room: Room) -> Iterable[Pattern]:
    return (*(one for clause in room.domain for one in clause.patterns), *map(exactly, room.fixed or ()))


def _clauses(places: Places) -> Iterator[Clause]:
    """The languages in which a variable's value may lie or not, so that something depends on it."""
    pairs = 0
    for place, forms in places.forms.items():
        heads = [(_head(pattern), pattern) for pattern in places.plain[place]]
        for form in forms:
            begin = _head(form.before)
            for head, pattern in heads:
                if any(map(frozenset.isdisjoint, begin, head)):
                    continue
                pairs += 1
                if pairs > _PAIRS:
                    raise OpenVariablesError(f"more than {_PAIRS} texts beside policy variables")
                found = fillings(form.before, form.after, pattern)
                if found and ANYTHING not in found:
                    yield Clause(found, inside=True)


@lru_cache(16384)
def _head(pattern: Pattern) -> tuple[frozenset[str], ...]:
    """The characters with which every text of a pattern begins."""
    found: list[frozenset[str]] = []
    for token in pattern:
        if token.many or token.others:
            break
        found.append(token.signs)
    return tuple(found)
