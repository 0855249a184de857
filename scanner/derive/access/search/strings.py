"""Is there a string that lies in all of some languages and in none of others? Exact, with such a string.

A language is a union of patterns, a pattern a row of character classes, each once or any number of times. The
answer walks the product of the patterns' automata, their states kept as bits of one integer a language.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import heappop, heappush
from typing import NamedTuple

_PLAIN = frozenset(string.ascii_letters + string.digits + string.punctuation + " ")
"""What is looked for where any character will do; one that no pattern names is like another."""
_LIMIT = 20_000


class OutOfBudgetError(Exception):
    """The search would take too long; the message says what of."""


class Token(NamedTuple):
    """One of some characters, or with `others` any but those; `many`: any number of them, none included."""

    signs: frozenset[str]
    many: bool
    others: bool = False

    def takes(self, sign: str) -> bool:
        """Whether it is about a character."""
        return (sign in self.signs) is not self.others

    def within(self, other: Token) -> bool:
        """Whether each of its characters is one of another's."""
        if self.others:
            return other.others and other.signs <= self.signs
        return not (self.signs & other.signs) if other.others else self.signs <= other.signs

    @property
    def is_one(self) -> bool:
        """Whether it is exactly one character."""
        return not self.many and not self.others and len(self.signs) == 1


class Pattern(tuple[Token, ...]):  # noqa: SLOT001 - the hash is kept in it
    """A row of tokens, which knows its hash: the same patterns are looked up again and again."""

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            self._hash: int = super().__hash__()
            return self._hash


_NONE: frozenset[str] = frozenset()
_ANY = Token(_NONE, many=True, others=True)


class Clause(NamedTuple):
    """A string lies in one of the patterns or, not `inside`, in none of them."""

    patterns: tuple[Pattern, ...]
    inside: bool

    def negated(self) -> Clause:
        """The opposite."""
        return Clause(self.patterns, not self.inside)


@lru_cache(8192)
def glob(text: str, *, ignore_case: bool = False, without: frozenset[str] = _NONE) -> Pattern:
    """The pattern of a text in which `*` is any string and `?` any character, none of them of `without`."""
    one, many = Token(without, many=False, others=True), Token(without, many=True, others=True)
    found: list[Token] = []
    for sign in text:
        if sign == "*":
            if not found or found[-1] != many:
                found.append(many)
        elif sign == "?":
            found.append(one)
        else:
            found.append(_sign(sign, ignore_case=ignore_case))
    return Pattern(found)


@lru_cache(512)
def _sign(sign: str, *, ignore_case: bool) -> Token:
    signs = {sign, sign.lower(), sign.upper()} if ignore_case else {sign}
    return Token(frozenset(one for one in signs if len(one) == 1), many=False)


@lru_cache(8192)
def exactly(text: str, *, ignore_case: bool = False) -> Pattern:
    """The pattern of one text, `*` and `?` being themselves."""
    return Pattern(_sign(sign, ignore_case=ignore_case) for sign in text)


class _Automaton:
    """A clause's patterns side by side: bit n of a state says that n is where a pattern may go on from."""

    __slots__ = ("_closing", "_lacking", "_moves", "_needed", "_repeats", "absorbing", "accepting", "begin", "inside",
                 "tokens")  # fmt: skip

    def __init__(self, clause: Clause) -> None:
        self.inside = clause.inside
        self.tokens: list[Token | None] = []
        self._lacking: list[int] = []
        self._needed: dict[int, int] = {}
        self.accepting = self._closing = self.absorbing = begin = 0
        moves: dict[str, int] = {}
        repeats: dict[str, int] = {}
        everything_moves = everything_repeats = 0
        for pattern in clause.patterns:
            begin |= 1 << len(self.tokens)
            for token in pattern:
                bit = 1 << len(self.tokens)
                self.tokens.append(token)
                if token.many:
                    self._closing |= bit
                if token.others:
                    everything_moves |= 0 if token.many else bit
                    everything_repeats |= bit if token.many else 0
                table = repeats if token.many else moves
                for sign in token.signs:
                    table[sign] = table.get(sign, 0) | bit
            self.accepting |= 1 << len(self.tokens)
            if pattern and pattern[-1] == _ANY:
                self.absorbing |= 1 << (len(self.tokens) - 1)
            self.tokens.append(None)
            self._lacking += _lacking(pattern)
        self._moves = (moves, everything_moves)
        self._repeats = (repeats, everything_repeats)
        self.begin = self._closed(begin)

    def _closed(self, state: int) -> int:
        while (more := state | ((state & self._closing) << 1)) != state:
            state = more
        return state

    def step(self, state: int, sign: str) -> int:
        # a character that a token names turns what the token says of all others round
        moves, all_move = self._moves
        repeats, all_repeat = self._repeats
        moved = (state & (moves.get(sign, 0) ^ all_move)) << 1
        return self._closed(moved | (state & (repeats.get(sign, 0) ^ all_repeat)))

    def dead(self, state: int) -> bool:
        """Whether no longer string can satisfy the clause."""
        return not state if self.inside else bool(state & self.absorbing)

    def satisfied(self, state: int) -> bool:
        """Whether the string so far satisfies it."""
        return bool(state & self.accepting) is self.inside

    def needed(self, state: int) -> int:
        """How many further characters a clause that wants to be satisfied needs at least."""
        if state not in self._needed:
            places, found, rest = self._lacking, len(self.tokens), state
            while rest:
                low = rest & -rest
                found = min(found, places[low.bit_length() - 1])
                rest ^= low
            self._needed[state] = found
        return self._needed[state]

    def holds(self, text: str) -> bool:
        """Whether a text satisfies the clause."""
        state = self.begin
        for sign in text:
            state = self.step(state, sign) if state else 0
        return self.satisfied(state)

    def signs(self) -> Iterable[frozenset[str]]:
        """The distinct classes of characters that the patterns tell apart."""
        return {token.signs for token in self.tokens if token is not None and token.signs}

    def expected(self, state: int) -> set[str] | None:
        """The characters that can go on from a state, `None` where many can."""
        found: set[str] = set()
        while state:
            low = state & -state
            token = self.tokens[low.bit_length() - 1]
            state ^= low
            if token is None:
                continue
            if token.many or token.others or len(token.signs) > len("aA"):
                return None
            found |= token.signs
        return found


def _lacking(pattern: Pattern) -> list[int]:
    """From each place of a pattern, how many characters it takes at least to its end."""
    found = [0]
    for token in reversed(pattern):
        found.append(found[-1] + (0 if token.many else 1))
    return found[::-1]


@lru_cache(8192)
def _automaton(clause: Clause) -> _Automaton:
    return _Automaton(clause)


@lru_cache(16384)
def holds(clause: Clause, text: str) -> bool:
    """Whether a text satisfies a clause."""
    return _automaton(clause).holds(text)


def find(clauses: Sequence[Clause], likely: Iterable[str] = ()) -> str | None:
    """A string that satisfies all clauses: the first of the likely ones that does, else a short one.

    `None`: there is none, which is proven. Raises `OutOfBudgetError`.
    """
    return _find(tuple(clauses), tuple(likely))


@lru_cache(16384)
def _find(clauses: tuple[Clause, ...], likely: tuple[str, ...]) -> str | None:
    automata = [_automaton(clause) for clause in clauses]
    for text in (*likely, *_plain(clauses)):
        if all(one.holds(text) for one in automata):
            return text
    if _covered(clauses):
        return None
    return _walk(automata)


def _plain(clauses: Sequence[Clause]) -> Iterator[str]:
    """The strings that one would try first: a pattern with its wildcards filled in."""
    for clause in clauses:
        if clause.inside:
            for pattern in clause.patterns[:8]:
                yield from ("".join(_filled(pattern, many)) for many in ("x", ""))


def _filled(pattern: Pattern, many: str) -> Iterator[str]:
    for token in pattern:
        if token.many:
            yield many if many and token.takes(many) else ""
        else:
            yield _ordinary(_PLAIN - token.signs if token.others else token.signs)


def _ordinary(signs: frozenset[str]) -> str:
    return next((sign for sign in "x0XaA" if sign in signs), min(signs, default="\0"))


def _covered(clauses: Sequence[Clause]) -> bool:
    """Whether each pattern of an inside clause lies in a pattern of an outside one, as is plain to see."""
    outside = [pattern for clause in clauses if not clause.inside for pattern in clause.patterns]
    if not outside or len(outside) > 64:
        return False
    return any(
        all(any(within(one, other) for other in outside) for one in clause.patterns)
        for clause in clauses
        if clause.inside and len(clause.patterns) <= 64
    )


@lru_cache(16384)
def within(inner: Pattern, outer: Pattern) -> bool:
    """Whether every string of a pattern lies in another, each token being matched by itself: sound, not complete."""
    starts = _shut({0}, outer)
    for token in inner:
        reached: set[int] = set()
        for place in starts:
            if place < len(outer) and token.within(outer[place]):
                if outer[place].many:
                    reached.add(place)
                elif not token.many:
                    reached.add(place + 1)
        starts = _shut(reached, outer)
        if not starts:
            return False
    return len(outer) in starts


def _shut(places: set[int], pattern: Pattern) -> set[int]:
    todo, found = list(places), set(places)
    while todo:
        place = todo.pop()
        if place < len(pattern) and pattern[place].many and place + 1 not in found:
            found.add(place + 1)
            todo.append(place + 1)
    return found


def _walk(automata: Sequence[_Automaton]) -> str | None:
    """The shortest text first: what a text still needs at least decides which is carried on."""
    alphabet = _alphabet(automata)
    inside = [number for number, one in enumerate(automata) if one.inside]
    start = tuple(one.begin for one in automata)
    seen = {start}
    todo: list[tuple[int, int, tuple[int, ...], str]] = [(0, 0, start, "")]
    while todo:
        *_, state, text = heappop(todo)
        if all(one.satisfied(at) for one, at in zip(automata, state, strict=True)):
            return text
        for sign in _next_signs(automata, state, inside, alphabet):
            after = tuple(one.step(at, sign) if at else 0 for one, at in zip(automata, state, strict=True))
            if after in seen or any(one.dead(at) for one, at in zip(automata, after, strict=True)):
                continue
            if len(seen) >= _LIMIT:
                raise OutOfBudgetError(f"more than {_LIMIT} states of {len(automata)} sets of patterns")
            seen.add(after)
            needed = max((automata[number].needed(after[number]) for number in inside), default=0)
            heappush(todo, (len(text) + 1 + needed, len(seen), after, text + sign))
    return None


def _next_signs(
    automata: Sequence[_Automaton], state: tuple[int, ...], inside: Sequence[int], alphabet: Sequence[str]
) -> Iterable[str]:
    for number in inside:
        expected = automata[number].expected(state[number])
        if expected is not None:
            return sorted(expected)
    return alphabet


def _alphabet(automata: Sequence[_Automaton]) -> list[str]:
    """One character of each part into which the patterns' classes divide all of them, letters first."""
    told_apart = {signs for one in automata for signs in one.signs()}
    parts: list[frozenset[str]] = [_PLAIN.union(*told_apart)]
    for signs in told_apart:
        parts = [part for whole in parts for part in (whole & signs, whole - signs) if part]
    return sorted((_ordinary(part) for part in parts), key=lambda sign: (sign != "x", not sign.isalnum(), sign))
