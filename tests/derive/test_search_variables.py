"""Policy variables in the search: what a variable may be depends on every text that it stands in, and on the rest."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.derive.access.decision.document import parse
from scanner.derive.access.decision.flow import Policies
from scanner.derive.access.decision.request import Request, principal
from scanner.derive.access.search.compare import compare, permits
from scanner.derive.access.search.could import could
from scanner.derive.access.search.fillings import fillings
from scanner.derive.access.search.strings import Clause, Pattern, exactly, find, glob, holds
from scanner.model import Unknown

NAME, TAG, TEAM = "${aws:username}", "aws:PrincipalTag/t", "${aws:PrincipalTag/t}"
TEXTS = ["".join(signs) for count in (1, 2, 3) for signs in itertools.product("ab", repeat=count)]


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def says(effect: str, resource: str, **conditions: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": "s3:GetObject", "Resource": resource, "Condition": conditions}


def is_new(old: Any, new: Any) -> bool | None:
    before, after = parse(old, "identity"), parse(new, "identity")
    found = compare(before, after, "identity")
    if found.witness is not None:
        assert permits(after, found.witness)
        assert not permits(before, found.witness)
        who = found.witness.principal
        assert who.kind != "User" or found.witness.context["aws:username"] == (who.name,)
    return found.new_access


@pytest.mark.parametrize(
    ("expected", "statements"),
    [
        (True, [says("Allow", f"arn:aws:s3:::b/{NAME}/x", StringLike={"aws:username": "a*"})]),
        (False, [says("Allow", f"arn:aws:s3:::b/{NAME}/x"), says("Deny", "arn:aws:s3:::b/?*")]),
        (True, [says("Allow", f"arn:aws:s3:::b/{NAME}"), says("Deny", "*", StringNotLike={"aws:username": "*z"})]),
        # The tag is the name, so the name begins as the tag must.
        (True, [says("Allow", "*", StringEquals={TAG: NAME}), says("Deny", "*", StringNotLike={TAG: "q*"})]),
        (
            False,
            [
                says("Allow", f"arn:aws:s3:::b/{NAME}", StringEquals={TAG: NAME}),
                says("Deny", "*", StringNotLike={TAG: "q*"}),
                says("Deny", "arn:aws:s3:::b/q*"),
            ],
        ),
        # Two variables of which both must begin and end so.
        (
            True,
            [
                says("Allow", f"arn:aws:s3:::b/{NAME}", StringEquals={TAG: NAME}),
                says("Deny", "*", StringNotLike={TAG: "q*"}),
                says("Deny", "*", StringNotLike={"aws:username": "*z"}),
                says("Deny", "*", StringNotEquals={"aws:RequestTag/t": TEAM}),
            ],
        ),
        (True, [says("Allow", "*", ArnLike={"aws:SourceArn": f"arn:aws:s3:::{NAME}"}),
                says("Deny", "*", ArnNotLike={"aws:SourceArn": "arn:aws:s3:::a*z"})]),
        (True, [says("Allow", "*", StringEqualsIgnoreCase={TAG: NAME}), says("Deny", "*", StringNotLike={TAG: "Q*"})]),
    ],
)  # fmt: skip
def test_a_variable_is_chosen_by_all_that_is_said_of_its_places(expected: bool, statements: list[Any]) -> None:
    assert is_new(policy(), policy(*statements)) is expected


ANN = principal("arn:aws:iam::123456789012:user/ann")


@pytest.mark.parametrize(
    ("key", "statements", "allowed"),
    [
        ("home/ann/f", [says("Allow", f"arn:aws:s3:::b/home/{NAME}/*")], True),
        ("home/bob/f", [says("Allow", f"arn:aws:s3:::b/home/{NAME}/*")], False),
        ("home/ann/f", [says("Allow", "*"), says("Deny", f"arn:aws:s3:::b/home/{NAME}/*")], False),
        ("x", [says("Allow", f"arn:aws:s3:::b/{NAME}*", StringLike={TAG: f"{NAME}-*"})], False),
    ],
)
def test_of_whom_a_variable_is_known_nothing_is_open(key: str, statements: list[Any], *, allowed: bool) -> None:
    found = could(ANN, Policies([parse(policy(*statements), "identity")]), "s3:GetObject", f"arn:aws:s3:::b/{key}")
    assert not isinstance(found, Unknown), found
    assert (found is not None) is allowed


def test_what_the_old_policy_says_of_a_variable_counts_too() -> None:
    old = policy(says("Allow", "arn:aws:s3:::b/a*"), says("Allow", "arn:aws:s3:::b/*b"))
    assert is_new(old, policy(says("Allow", f"arn:aws:s3:::b/{NAME}"))) is True
    narrow = says("Deny", "*", StringNotLike={"aws:username": "a*"})
    assert is_new(old, policy(says("Allow", f"arn:aws:s3:::b/{NAME}"), narrow)) is False


def test_a_variable_between_wildcards_is_no_guess() -> None:
    """Either the answer is right or there is none."""
    long = "arn:aws:s3:::" + "".join(chr(97 + number % 26) + str(number) for number in range(40))
    assert is_new(policy(), policy(says("Allow", f"*{NAME}*"), says("Deny", long))) in (True, None)


_PLACES = ("*", f"arn:aws:s3:::b/{NAME}", "arn:aws:s3:::b/a*", "arn:aws:s3:::b/*b", f"arn:aws:s3:::b/{NAME}b",
           f"arn:aws:s3:::b/a{NAME}*", f"arn:aws:s3:::b/{TEAM}", "arn:aws:s3:::b/ab")  # fmt: skip
_LINES = (
    {}, {"StringEquals": {TAG: NAME}}, {"StringLike": {TAG: "a*"}}, {"StringNotLike": {TAG: "*b"}},
    {"StringNotEquals": {TAG: NAME}}, {"StringLike": {"aws:username": "a*"}}, {"StringNotLike": {"aws:username": "?"}},
    {"StringLike": {"aws:username": "*b"}}, {"StringEqualsIfExists": {TAG: "ba"}}, {"StringLike": {TAG: f"{NAME}*"}},
    {"Null": {TAG: "true"}},
)  # fmt: skip
_STATEMENT = st.builds(
    lambda effect, place, line: says(effect, place, **line),
    st.sampled_from(("Allow", "Allow", "Deny")), st.sampled_from(_PLACES), st.sampled_from(_LINES),
)  # fmt: skip
_POLICY = st.lists(_STATEMENT, min_size=1, max_size=4).map(lambda several: policy(*several))
_WORLD = [
    Request(principal(f"arn:aws:iam::123456789012:user/{name}"), "s3:GetObject", f"arn:aws:s3:::b/{key}", "", given)
    for name in TEXTS
    for key in TEXTS
    for given in ({}, *({TAG: (value,)} for value in TEXTS))
]


@pytest.mark.slow
@settings(max_examples=3000, deadline=None)
@given(_POLICY, _POLICY)
def test_new_access_by_variables_over_many_policies(old: Any, new: Any) -> None:
    _exact(old, new)


@settings(max_examples=60, deadline=None)
@given(_POLICY, _POLICY)
def test_new_access_by_variables_is_found_exactly(old: Any, new: Any) -> None:
    _exact(old, new)


def _exact(old: Any, new: Any) -> None:
    """Where there is an answer it is right; of what is open there are few."""
    if is_new(old, new) is False:
        before, after = parse(old, "identity"), parse(new, "identity")
        assert [one for one in _WORLD if permits(after, one) and not permits(before, one)] == []


_GLOB = st.text("ab*?", max_size=4)


@settings(max_examples=300, deadline=None)
@given(_GLOB, _GLOB, _GLOB)
def test_fillings_are_exact(before: str, after: str, text: str) -> None:
    found = fillings(glob(before), glob(after), glob(text))
    whole = Clause((glob(text),), inside=True)
    for middle in ("", *TEXTS):
        meets = Clause((Pattern((*glob(before), *exactly(middle), *glob(after))),), inside=True)
        assert holds(Clause(found, inside=True), middle) is (find([meets, whole]) is not None), middle
