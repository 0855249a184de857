"""Filter patterns of CloudWatch Logs, against an evaluator of its own that judges single events."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.derive.logs.patterns import ABSENT, OTHER, Both, Compared, Either, PatternError, matches_all, parse

NAMES = ("eventName", "errorCode", "userIdentity.type", "count")
TEXTS = ("DeleteTrail", "StopLogging", "Root", "*", "Delete*", "*Trail", "Not*Here", "7", "12.5")
VALUES = ("DeleteTrail", "StopLogging", "Root", "7", "12.5", "DeleteNothing", "zzz")


def told(text: str, regex: bool = False, **event: Any) -> bool:
    return matches_all(parse(text), {name.replace("__", "."): value for name, value in event.items()}, regex=regex)


@pytest.mark.parametrize(
    ("text", "event", "matches"),
    [
        ('{ $.eventName = "DeleteTrail" }', {"eventName": "DeleteTrail"}, True),
        ("{($.eventName=DeleteTrail)}", {"eventName": "DeleteTrail"}, True),
        ('{ $.eventName = "deletetrail" }', {"eventName": "DeleteTrail"}, False),
        ('{ $.eventName = "Delete*" }', {"eventName": "DeleteTrail"}, True),
        ('{ $.eventName = "*Logging" || $.eventName = "Delete*" }', {"eventName": "DeleteTrail"}, True),
        ('{ $.eventName = "*" }', {"eventName": OTHER}, True),
        ('{ $.eventName != "HeadBucket" }', {"eventName": OTHER}, True),
        ('{ $.eventName != "DeleteTrail" }', {"eventName": "DeleteTrail"}, False),
        # A conjunct about what is not fixed narrows.
        ('{ $.eventName = "DeleteTrail" && $.awsRegion = "eu-west-1" }', {"eventName": "DeleteTrail"}, False),
        ("{ $.eventName = DeleteTrail && $.errorCode NOT EXISTS }", {"eventName": "DeleteTrail"}, False),
        ("{ $.errorCode NOT EXISTS }", {"errorCode": ABSENT}, True),
        ("{ $.errorCode EXISTS }", {"errorCode": "x"}, True),
        ("{ $.errorCode EXISTS }", {"errorCode": ABSENT}, False),
        # `&&` binds before `||`.
        ("{ $.a = 1 || $.b = 2 && $.c = 3 }", {"a": "1", "b": "0", "c": "0"}, True),
        ("{ ($.a = 1 || $.b = 2) && $.c = 3 }", {"a": "1", "b": "0", "c": "0"}, False),
        ("{ $.count >= 7 }", {"count": "7"}, True),
        ("{ $.count < 7 }", {"count": "7"}, False),
        ("{ $.a IS NULL }", {"a": "x"}, False),
        ("", {}, True),
    ],
)
def test_what_a_pattern_matches(text: str, event: dict[str, Any], matches: bool) -> None:
    assert matches_all(parse(text), event, regex=False) is matches


def test_regular_expressions_are_not_judged() -> None:
    text = "{ $.eventName = %Delete.*% }"
    assert (told(text, eventName="DeleteTrail"), told(text, regex=True, eventName="DeleteTrail")) == (False, True)


@pytest.mark.parametrize(
    "text",
    ["ERROR", "?a ?b", "[ip, user]", "{", "{ }", "{ $.a }", "{ $.a = }", "{ a = 1 }", "{ ($.a = 1 }", "{ $.a = 1 ) }",
     "{ $.a LIKE 1 }", "{ $.a = 1 $.b = 2 }", "{" + "(" * 80 + "$.a=1" + ")" * 80 + "}"],
)  # fmt: skip
def test_what_is_no_pattern(text: str) -> None:
    with pytest.raises(PatternError):
        parse(text)


tests = st.one_of(
    st.builds(Compared, st.sampled_from(NAMES), st.sampled_from(["=", "!="]), st.sampled_from(TEXTS)),
    st.builds(Compared, st.sampled_from(NAMES), st.sampled_from(["<", "<=", ">", ">="]), st.sampled_from(["7", "8"])),
    st.builds(Compared, st.sampled_from(NAMES), st.sampled_from(["EXISTS", "NOT EXISTS"])),
)
patterns = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Both(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Either(tuple(parts))),
    ),
    max_leaves=6,
)
events = st.fixed_dictionaries({name: st.one_of(st.none(), st.sampled_from(VALUES)) for name in NAMES})


def written(pattern: Any) -> str:
    if isinstance(pattern, Compared):
        literal = "" if "EXISTS" in pattern.test else f'"{pattern.literal}"'
        return f"($.{pattern.selector} {pattern.test} {literal})"
    sign = " && " if isinstance(pattern, Both) else " || "
    return "(" + sign.join(map(written, pattern.parts)) + ")"


def like(literal: str, value: str) -> bool:
    """Wildcards by trying every split."""
    if not literal:
        return not value
    if literal[0] == "*":
        return any(like(literal[1:], value[at:]) for at in range(len(value) + 1))
    return bool(value) and literal[0] == value[0] and like(literal[1:], value[1:])


def number(text: str) -> float | None:
    return float(text) if text.replace(".", "", 1).isdigit() else None


def happens(pattern: Any, event: dict[str, str | None]) -> bool:
    """Whether CloudWatch Logs would count one event."""
    if isinstance(pattern, Both):
        return all(happens(part, event) for part in pattern.parts)
    if isinstance(pattern, Either):
        return any(happens(part, event) for part in pattern.parts)
    value = event[pattern.selector]
    if "EXISTS" in pattern.test:
        return (value is not None) == (pattern.test == "EXISTS")
    if value is None:
        return False
    return compares(pattern, value)


def compares(pattern: Compared, value: str) -> bool:
    if pattern.test in {"=", "!="}:
        return like(pattern.literal, value) == (pattern.test == "=")
    size, bound = number(value), float(pattern.literal)
    return (
        size is not None
        and {"<": size < bound, "<=": size <= bound, ">": size > bound, ">=": size >= bound}[pattern.test]
    )


@given(patterns, events, st.sets(st.sampled_from(NAMES)))
def test_what_is_matched_is_matched_whatever_the_rest(
    pattern: Any, event: dict[str, str | None], fixed: set[str]
) -> None:
    if matches_all(parse("{" + written(pattern) + "}"), {name: event[name] for name in fixed}, regex=False):
        assert happens(pattern, event)


@given(patterns, events)
def test_one_event_is_judged_alike(pattern: Any, event: dict[str, str | None]) -> None:
    assert matches_all(parse("{" + written(pattern) + "}"), event, regex=False) == happens(pattern, event)
