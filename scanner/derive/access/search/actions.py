"""Sets of actions as bits of an integer, over the catalogue and what policies name beside it.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from scanner.derive.access.catalogue import services as catalogue
from scanner.derive.access.decision.document import Statement
from scanner.derive.access.decision.patterns import matches
from scanner.derive.access.search.strings import Clause, Pattern, Token, exactly, glob

_HOLE = re.compile(r"\$\{(\w+)\}")
_DIGITS = frozenset("0123456789")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
_ALIKE: dict[str, tuple[Token, ...]] = {
    "Partition": (*exactly("aws"), Token(_LETTERS | {"-"}, many=True)),
    "Region": (Token(_LETTERS, many=False), Token(_LETTERS | _DIGITS | {"-"}, many=True)),
    "Account": (Token(_DIGITS, many=False),) * 12,
}
_ACCOUNT = re.compile(r"\w*Account(Id)?\Z")
_FREE = re.compile(r"Object(Name|Key)|Path")
"""Names of what may hold colons, as keys of objects do."""
_COLONS = 5
"""As many come before the resource of an ARN."""
_LIKELY = {"Partition": "aws", "Region": "us-east-1", "Account": "123456789012"}


class Group(NamedTuple):
    """Actions about the same kinds of resources; no formats: it is not known which."""

    formats: tuple[str, ...]
    bits: int


class _Index:
    """Gives each action of the catalogue a bit when its service is first needed."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._spans: dict[str, range] = {}

    def of(self, pattern: str) -> int:
        """The actions that a pattern in lower case means."""
        prefix = pattern.partition(":")[0]
        if "*" not in prefix and "?" not in prefix:
            return self._in_service(pattern, prefix)
        found = 0
        for each in catalogue.services():
            if pattern == "*" or matches(prefix, each) or ":" not in pattern:
                found |= self._in_service(pattern, each)
        return found

    def _in_service(self, pattern: str, prefix: str) -> int:
        span = self._span(prefix)
        name = pattern.partition(":")[2]
        if pattern == "*" or (name == "*" and ":" in pattern):
            return ((1 << len(span)) - 1) << span.start
        found = 0
        for number in span:
            if matches(pattern, self._names[number]):
                found |= 1 << number
        return found

    def _span(self, prefix: str) -> range:
        if prefix not in self._spans:
            service = catalogue.service(prefix)
            start = len(self._names)
            self._names += service.names if service else ()
            self._spans[prefix] = range(start, len(self._names))
        return self._spans[prefix]

    def name(self, number: int) -> str:
        return self._names[number]

    def spans(self, bits: int) -> Iterator[range]:
        """The services that hold some of the actions."""
        for span in self._spans.values():
            if (bits >> span.start) & ((1 << len(span)) - 1):
                yield span


@cache
def _index() -> _Index:
    return _Index()


@lru_cache(16384)
def _of_pattern(pattern: str) -> int:
    return _index().of(pattern)


@cache
def _groups(span: range) -> tuple[Group, ...]:
    found: dict[tuple[str, ...], int] = {}
    for number in span:
        formats = catalogue.resource_formats(_index().name(number))
        found[formats] = found.get(formats, 0) | 1 << number
    return tuple(Group(formats, bits) for formats, bits in found.items())


class Actions:
    """The actions that some statements may be about: the catalogue's, and those that only they name."""

    def __init__(self, statements: Iterable[Statement], named: Iterable[str] = ()) -> None:
        """Actions that the catalogue lacks, and one for each prefix that it lacks, get bits of their own."""
        patterns = {text for one in statements for text in one.actions or one.not_actions or ()}
        patterns.update(name.lower() for name in named)
        self._others = sorted({name for text in patterns if (name := _unlisted(text))})
        self._bits: dict[int, int] = {}

    def of(self, statement: Statement) -> int:
        """The actions that a statement means."""
        key = id(statement)
        if key not in self._bits:
            inside = statement.actions is not None
            found = self._named(statement.actions if statement.actions is not None else statement.not_actions or ())
            self._bits[key] = found if inside else self._named(("*",)) & ~found
        return self._bits[key]

    def _named(self, patterns: Iterable[str]) -> int:
        found, beside = 0, len(self._others)
        for pattern in patterns:
            found |= _of_pattern(pattern) << beside
            for number, name in enumerate(self._others):
                if matches(pattern, name):
                    found |= 1 << number
        return found

    def one(self, name: str) -> int:
        """The bit of an action by name in whichever case, 0 if it is not known here."""
        return self._named((name.lower(),))

    def name(self, bits: int) -> str:
        """The first action of a set, as AWS writes it."""
        number = (bits & -bits).bit_length() - 1
        if number < len(self._others):
            return self._others[number]
        found = _index().name(number - len(self._others))
        known = catalogue.action(found)
        return known.name if known else found

    def groups(self, bits: int) -> Iterator[Group]:
        """The actions of a set by the kinds of their resources."""
        beside = len(self._others)
        if own := bits & ((1 << beside) - 1):
            yield Group((), own)
        listed = bits >> beside
        for span in _index().spans(listed):
            for group in _groups(span):
                if group.bits & listed:
                    yield Group(group.formats, (group.bits & listed) << beside)


@lru_cache(16384)
def _unlisted(pattern: str) -> str:
    """An action that a pattern means and the catalogue lacks; `""` if it lacks none, or the pattern is too wide."""
    prefix, _, name = pattern.partition(":")
    if any(sign in prefix for sign in "*?"):
        return ""
    if catalogue.known_prefix(prefix) and (any(sign in name for sign in "*?") or _of_pattern(pattern)):
        return ""
    return pattern.replace("*", "x").replace("?", "x")


@lru_cache(4096)
def shape(formats: tuple[str, ...], account: str = "") -> Clause | None:
    """What resources of these formats look like (in an account, if given); `None` where any text may be one."""
    return Clause(tuple(_format(one, account) for one in formats), inside=True) if formats else None


@lru_cache(4096)
def _format(text: str, account: str) -> Pattern:
    """Wildcards of a format are wildcards; `*` alone is what actions without resources are asked on."""
    if text == "*":
        return exactly("*")
    found: list[Token] = []
    at = 0
    for hole in _HOLE.finditer(text):
        found += glob(text[at : hole.start()])
        after = text[hole.end() : hole.end() + 1]
        in_front = text[: hole.start()].count(":") < _COLONS
        if in_front and account and _ACCOUNT.match(hole[1]):
            found += exactly(account)
        else:
            found += _held(hole[1], after, in_front=in_front)
        at = hole.end()
    return Pattern((*found, *glob(text[at:])))


def _held(name: str, after: str, *, in_front: bool) -> tuple[Token, ...]:
    if in_front and _ACCOUNT.match(name):
        name = "Account"
    if in_front and name in _ALIKE:
        return _ALIKE[name]
    end = "" if _FREE.search(name) else ":"
    without = frozenset(after if after in (":", "/") else "" if after else end)
    return Token(without, many=False, others=True), Token(without, many=True, others=True)


def account_pattern() -> Pattern:
    """What an account's number looks like."""
    return Pattern(_ALIKE["Account"])


@lru_cache(4096)
def likely(formats: tuple[str, ...], account: str) -> tuple[str, ...]:
    """Resources of these formats that read well."""
    known = {**_LIKELY, "Account": account}
    return tuple(_HOLE.sub(lambda hole: known.get(hole[1], "x"), text) for text in formats)
