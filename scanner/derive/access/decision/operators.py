"""Condition operators: one line of a condition against the context of a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from scanner.derive.access.decision.patterns import Lookup, arn_matches, literal, matches

Values: TypeAlias = tuple[str, ...]
Match: TypeAlias = Callable[[str, str, Lookup | None], bool]
"""Whether a policy's value means a request's value."""
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}", re.ASCII)


class Test(NamedTuple):
    """One key of an operator; operator, quantifier and key in lower case."""

    operator: str
    quantifier: str
    if_exists: bool
    key: str
    values: Values


def _equal(wanted: str, given: str, lookup: Lookup | None) -> bool:
    return literal(wanted, lookup) == given


def _equal_ignoring_case(wanted: str, given: str, lookup: Lookup | None) -> bool:
    resolved = literal(wanted, lookup)
    return resolved is not None and resolved.lower() == given.lower()


def _like(wanted: str, given: str, lookup: Lookup | None) -> bool:
    return matches(wanted, given, lookup)


def _arn(wanted: str, given: str, lookup: Lookup | None) -> bool:
    return arn_matches(wanted, given, lookup)


def _bool(wanted: str, given: str, lookup: Lookup | None) -> bool:
    resolved = literal(wanted, lookup)
    return resolved is not None and resolved.lower() == given.lower() and given.lower() in ("true", "false")


def _binary(wanted: str, given: str, _: Lookup | None) -> bool:
    try:
        return base64.b64decode(wanted, validate=True) == base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        return False


@lru_cache(4096)
def network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """An address or range of addresses, `None` for what is neither."""
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def _address(wanted: str, given: str, _: Lookup | None) -> bool:
    outer, inner = network(wanted), network(given)
    if isinstance(outer, ipaddress.IPv4Network) and isinstance(inner, ipaddress.IPv4Network):
        return inner.subnet_of(outer)
    return (
        isinstance(outer, ipaddress.IPv6Network) and isinstance(inner, ipaddress.IPv6Network) and inner.subnet_of(outer)
    )


def number(text: str) -> float | None:
    """An integer or decimal number, `None` for what is none."""
    found = float(text) if _NUMBER.fullmatch(text) else math.nan
    return found if math.isfinite(found) else None


def moment(text: str) -> float | None:
    """Seconds since 1970 of a date in ISO 8601 or of a number of seconds, `None` for what is neither."""
    seconds = number(text)
    if seconds is not None:
        return seconds
    try:
        found = datetime.fromisoformat(f"{text}-01" if _MONTH.fullmatch(text) else text)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _compared(read: Callable[[str], float | None], holds: Callable[[float, float], bool]) -> Match:
    def match(wanted: str, given: str, _: Lookup | None) -> bool:
        limit, value = read(wanted), read(given)
        return limit is not None and value is not None and holds(value, limit)

    return match


def _comparisons(prefix: str, read: Callable[[str], float | None]) -> dict[str, Match]:
    return {
        f"{prefix}equals": _compared(read, lambda value, limit: value == limit),
        f"{prefix}lessthan": _compared(read, lambda value, limit: value < limit),
        f"{prefix}lessthanequals": _compared(read, lambda value, limit: value <= limit),
        f"{prefix}greaterthan": _compared(read, lambda value, limit: value > limit),
        f"{prefix}greaterthanequals": _compared(read, lambda value, limit: value >= limit),
    }


POSITIVE: Mapping[str, Match] = {
    "stringequals": _equal,
    "stringequalsignorecase": _equal_ignoring_case,
    "stringlike": _like,
    "arnequals": _arn,
    "arnlike": _arn,
    "bool": _bool,
    "binaryequals": _binary,
    "ipaddress": _address,
    **_comparisons("numeric", number),
    **_comparisons("date", moment),
}
NEGATED: Mapping[str, str] = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "notipaddress": "ipaddress",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
}
"""Operator → the one whose opposite it is."""
QUANTIFIERS = ("", "forallvalues", "foranyvalue")


def known(operator: str) -> bool:
    """Whether an operator (in lower case, without quantifier and IfExists) is one of AWS's."""
    return operator in POSITIVE or operator in NEGATED or operator == "null"


def holds(test: Test, context: Mapping[str, Values], lookup: Lookup | None) -> bool:
    """Whether a line holds. A key of the context without values counts as absent.

    Absent, a key fails positive operators and satisfies negated ones, `IfExists` and `ForAllValues`; for
    `ForAnyValue` there is no value that could match. To these two an empty text is no value either, and `Null`
    always holds with the one and never with the other. Several values without them are documented nowhere: one
    that matches is enough, so that a grant is rather seen than missed.
    """
    given = context.get(test.key, ())
    if test.operator == "null":
        return _is_null(test, given)
    negated = test.operator in NEGATED
    match = POSITIVE[NEGATED.get(test.operator, test.operator)]
    if not given or (test.quantifier and not any(given)):
        if test.quantifier == "forallvalues" or (test.if_exists and not given):
            return True
        return negated and not test.quantifier
    hits = [any(match(wanted, value, lookup) for wanted in test.values) for value in given]
    if test.quantifier == "forallvalues":
        return all(hit is not negated for hit in hits)
    if test.quantifier == "foranyvalue":
        return any(hit is not negated for hit in hits)
    return any(hits) is not negated


def _is_null(test: Test, given: Values) -> bool:
    if test.quantifier:
        return test.quantifier == "forallvalues"
    return any(value.lower() == ("false" if given else "true") for value in test.values)
