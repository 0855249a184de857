"""Filter patterns of CloudWatch Logs for JSON events: read, and asked whether they match all events of a kind.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

_TOKEN = re.compile(
    r"""\s*(?:(?P<sign>\(|\)|&&|\|\||<=|>=|!=|=|<|>)|(?P<text>"(?:[^"\\]|\\.)*")|(?P<regex>%(?:[^%\\]|\\.)*%)"""
    r"""|(?P<word>[^\s()=<>!&|"]+))"""
)
_ORDER: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_DEEPEST = 50


class Other:
    """A text that no pattern names: only a wildcard that takes any text matches it."""


ABSENT: Final = None
"""That an event has no such member."""
OTHER: Final = Other()
Value: TypeAlias = str | Other | None
Event: TypeAlias = Mapping[str, Value]
"""Events of a kind: selector (without `$.`) → value; of a member that is not named they may have any."""


class PatternError(ValueError):
    """That a text is no filter pattern for JSON events."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison: `test` is an operator, or `EXISTS`, `NOT EXISTS`, `IS NULL`, `IS TRUE`, `IS FALSE`."""

    selector: str
    test: str
    literal: str = ""
    regex: bool = False


@dataclass(frozen=True, slots=True)
class Both:
    """`&&`: all of the parts."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """`||`: one of the parts at least."""

    parts: tuple[Pattern, ...]


Pattern: TypeAlias = Compared | Both | Either


def parse(text: str) -> Pattern:
    """The pattern that a text writes; no text at all is a pattern that matches everything.

    Raises `PatternError` for patterns of other kinds (terms, space-delimited) and where it is none.
    """
    inner = text.strip()
    if not inner:
        return Both(())
    if not (inner.startswith("{") and inner.endswith("}")):
        raise PatternError("not a pattern for JSON events")
    reader = _Reader(list(_tokens(inner[1:-1].strip())))
    found = reader.either(0)
    if reader.kind:
        raise PatternError(f"{reader.value} is not expected there")
    return found


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            if not text[at:].strip():
                return
            raise PatternError(f"{text[at:].strip()[:20]} is not expected there")
        yield str(found.lastgroup), found[str(found.lastgroup)]
        at = found.end()


class _Reader:
    """Reads tokens by recursive descent: `&&` binds before `||`."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def kind(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    @property
    def value(self) -> str:
        return self._tokens[self._at][1] if self.kind else ""

    def either(self, depth: int) -> Pattern:
        parts = [self._both(depth)]
        while self._skip("||"):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self, depth: int) -> Pattern:
        parts = [self._one(depth)]
        while self._skip("&&"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _one(self, depth: int) -> Pattern:
        if depth > _DEEPEST:
            raise PatternError("nested too deeply")
        if self._skip("("):
            found = self.either(depth + 1)
            if not self._skip(")"):
                raise PatternError("a parenthesis is not closed")
            return found
        return self._test()

    def _test(self) -> Compared:
        selector = self._take("word")
        if not selector.startswith(("$.", "$[")):
            raise PatternError(f"{selector} is no selector")
        selector = selector.removeprefix("$").removeprefix(".")
        if self.kind == "word":
            words = self._take("word").upper()
            if words in {"NOT", "IS"}:
                words += " " + self._take("word").upper()
            if words not in {"EXISTS", "NOT EXISTS", "IS NULL", "IS TRUE", "IS FALSE"}:
                raise PatternError(f"{words} is no test")
            return Compared(selector, words)
        sign = self._take("sign")
        if sign not in {"=", "!=", *_ORDER}:
            raise PatternError(f"{sign} is no comparison")
        if self.kind == "regex":
            return Compared(selector, sign, self._take("regex"), regex=True)
        if self.kind == "text":
            return Compared(selector, sign, re.sub(r"\\(.)", r"\1", self._take("text")[1:-1]))
        return Compared(selector, sign, self._take("word"))

    def _take(self, kind: str) -> str:
        if self.kind != kind:
            raise PatternError(f"{self.value or 'the end'} is not expected there")
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _skip(self, sign: str) -> bool:
        found = self.kind == "sign" and self.value == sign
        self._at += found
        return found


def matches_all(pattern: Pattern, event: Event, *, regex: bool) -> bool:
    """Whether each event of the kind surely matches; `regex` is what is taken of regular expressions.

    A pattern has no negation, so it is certain where both answers are the same.
    """
    if isinstance(pattern, Both):
        return all(matches_all(part, event, regex=regex) for part in pattern.parts)
    if isinstance(pattern, Either):
        return any(matches_all(part, event, regex=regex) for part in pattern.parts)
    if pattern.selector not in event:
        return False
    return regex if pattern.regex else _holds(pattern, event[pattern.selector])


def _holds(test: Compared, value: Value) -> bool:
    if test.test in {"EXISTS", "NOT EXISTS"}:
        return (value is ABSENT) == (test.test == "NOT EXISTS")
    if value is ABSENT or test.test.startswith("IS "):
        # Whether `!=` matches where there is nothing to compare is not documented: not surely.
        return False
    if test.test in _ORDER:
        return isinstance(value, str) and _ordered(test, value)
    return _like(test.literal, value) == (test.test == "=")


def _ordered(test: Compared, value: str) -> bool:
    try:
        return _ORDER[test.test](float(value), float(test.literal))
    except ValueError:
        return False


def _like(literal: str, value: Value) -> bool:
    if not isinstance(value, str):
        return set(literal) == {"*"}
    parts = [re.escape(part) for part in re.split(r"\*+", literal)]
    return re.fullmatch(".*".join(parts), value, re.DOTALL) is not None
