"""Is there a value that some tests of one key mean and others do not?

Strings and ARNs are decided exactly; numbers, dates, addresses and booleans by a value of every range into which
the tests' limits divide all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple

from scanner.derive.access.decision import operators
from scanner.derive.access.decision.operators import Test
from scanner.derive.access.decision.patterns import Lookup, Part, arn_pieces, literal, pieces
from scanner.derive.access.search.strings import (
    Clause,
    OutOfBudgetError,
    Pattern,
    Token,
    exactly,
    find,
    glob,
    holds,
)

_TEXTS = frozenset({"stringequals", "stringequalsignorecase", "stringlike"})
_ARNS = frozenset({"arnequals", "arnlike"})
TEXTUAL = _TEXTS | _ARNS
"""The positive operators that compare texts."""
_ALL: frozenset[str] = frozenset()
_COLON = frozenset(":")
_FAR = (2**31, 2**31 + 1)


class Wish(NamedTuple):
    """A value shall be meant by a positive operator's values, or by none of them."""

    test: Test
    inside: bool


def base(test: Test) -> str:
    """The positive operator of a test."""
    return operators.NEGATED.get(test.operator, test.operator)


def value(wishes: Sequence[Wish], domain: Sequence[Clause], likely: Sequence[str], lookup: Lookup | None) -> str | None:
    """A value that fulfils all wishes and lies in the domain; `None` if there is none. Raises `OutOfBudgetError`."""
    families = {base(wish.test) for wish in wishes}
    if families <= TEXTUAL:
        clauses = [clause for wish in wishes for clause in _clauses(wish, lookup)]
        return find([*clauses, *domain], likely)
    pool = (*likely, *(text for wish in wishes for text in _pool(wish.test, lookup)), *_between(wishes, lookup))
    forms = [_FORMS[form] for form in {_form(family) for family in families} - {"text"}]
    for text in pool:
        if (
            all(form(text) for form in forms)
            and all(_means(wish.test, text, lookup) is wish.inside for wish in wishes)
            and _lies(text, domain)
        ):
            return text
    wild = any(base(wish.test) in TEXTUAL and _is_wild(wish.test) for wish in wishes)
    if wild and len(families) > 1:
        raise OutOfBudgetError(f"{wishes[0].test.key} is compared as a text with wildcards and in other ways")
    return None


def _means(test: Test, text: str, lookup: Lookup | None) -> bool:
    match = operators.POSITIVE[base(test)]
    return any(match(wanted, text, lookup) for wanted in test.values)


def _form(operator: str) -> str:
    return next((form for form in _FORMS if operator.startswith(form)), "text")


_FORMS: dict[str, Callable[[str], bool]] = {
    "numeric": lambda text: operators.number(text) is not None,
    "date": lambda text: operators.moment(text) is not None,
    "bool": lambda text: text in ("true", "false"),
    "ipaddress": lambda text: "/" not in text and operators.network(text) is not None,
}
"""What a value looks like that a request can give for a key which is compared so."""


def _lies(text: str, domain: Iterable[Clause]) -> bool:
    return all(holds(clause, text) for clause in domain)


def _is_wild(test: Test) -> bool:
    return any(sign in one for one in test.values for sign in "*?")


def _clauses(wish: Wish, lookup: Lookup | None) -> Iterator[Clause]:
    yield Clause(tuple(patterns(wish.test, lookup)), wish.inside)


def patterns(test: Test, lookup: Lookup | None = None) -> Iterator[Pattern]:
    """What the values of a test on texts or ARNs mean, whether it is negated or not."""
    reading = _READINGS.get(base(test), _equal)
    for text in test.values:
        found = reading(text, lookup)
        if found is not None:
            yield found


def _equal(text: str, lookup: Lookup | None) -> Pattern | None:
    known = literal(text, lookup)
    return None if known is None else exactly(known)


def _equal_ignoring_case(text: str, lookup: Lookup | None) -> Pattern | None:
    known = literal(text, lookup)
    return None if known is None else exactly(known, ignore_case=True)


def like(text: str, lookup: Lookup | None) -> Pattern | None:
    """The pattern of a text with wildcards and variables; `None` if a variable has no value."""
    if lookup is None or "${" not in text:
        return glob(text)
    parts = pieces(text, lookup, wild=True)
    return None if parts is None else _pattern(parts, _ALL)


def _pattern(parts: Sequence[Part], without: frozenset[str]) -> Pattern:
    found: list[Token] = []
    for part in parts:
        if isinstance(part, str):
            found += exactly(part)
        else:
            found += glob("*" if part is None else "?", without=without)
    return Pattern(found)


def _arn(text: str, lookup: Lookup | None) -> Pattern | None:
    if text == "*":
        return glob("*")
    parts = arn_pieces(text, lookup)
    if parts is None:
        return None
    found: list[Token] = []
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        found += _pattern(part, _ALL if last else _COLON)
        if not last:
            found += exactly(":")
    return Pattern(found)


_READINGS: dict[str, Callable[[str, Lookup | None], Pattern | None]] = {
    "stringequals": _equal,
    "stringequalsignorecase": _equal_ignoring_case,
    "stringlike": like,
    "arnequals": _arn,
    "arnlike": _arn,
}


def _pool(test: Test, lookup: Lookup | None) -> Iterator[str]:
    operator = base(test)
    for wanted in test.values:
        known = literal(wanted, lookup)
        if known is None:
            continue
        if operator in TEXTUAL or operator == "binaryequals":
            yield known.replace("*", "x").replace("?", "x")
        elif operator.startswith("numeric"):
            yield from _numbers_near(known)
        elif operator.startswith("date"):
            yield from _moments_near(known)
        elif operator == "ipaddress":
            yield from _addresses_near(known)
        elif operator == "bool":
            yield from ("true", "false")
    if operator in TEXTUAL or operator == "binaryequals":
        yield from ("x", "eHg=")


def _numbers_near(text: str) -> Iterator[str]:
    limit = operators.number(text)
    if limit is not None:
        yield from (_number(one) for one in (limit, limit + 1, limit - 1, *_FAR))


def _number(one: float) -> str:
    return str(int(one)) if one == int(one) else str(one)


def _moments_near(text: str) -> Iterator[str]:
    limit = operators.moment(text)
    if limit is not None:
        for one in (limit, limit + 1, limit - 1, *_FAR):
            yield datetime.fromtimestamp(one, UTC).isoformat().replace("+00:00", "Z")


def _addresses_near(text: str) -> Iterator[str]:
    found = operators.network(text)
    if found is None:
        return
    yield str(found.network_address)
    version = type(found.network_address)
    for one in (int(found.broadcast_address) + 1, int(found.network_address) - 1):
        if 0 <= one < 1 << found.max_prefixlen:
            yield str(version(one))
    yield from ("198.51.100.7", "2001:db8::7", "0.0.0.0", "::")  # noqa: S104 - the first of all addresses


def _between(wishes: Sequence[Wish], lookup: Lookup | None) -> Iterator[str]:
    """Numbers between neighbouring limits, which no limit's own neighbours need reach."""
    texts = (
        literal(one, lookup) for wish in wishes if base(wish.test).startswith("numeric") for one in wish.test.values
    )
    limits = sorted({limit for text in texts if text and (limit := operators.number(text)) is not None})
    yield from (_number((low + high) / 2) for low, high in pairwise(limits))
