"""Member-by-member comparison: by content, exact, and never a change where something is not known."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.aws.table import tables
from scanner.model import Unknown, Unknowns, Why, canonical, pointer
from scanner.snapshot.members import ORDERED, Member, compare

DENIED = Unknown(Why.DENIED, service="kms", operation="GetKeyPolicy")
GROUP: dict[str, Any] = {
    "IpPermissions": [
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
        {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
    ]
}


def diff(before: Any, after: Any, holes: Unknowns | None = None, later: Unknowns | None = None) -> list[Member]:
    return compare(before, after, holes or {}, later or {})


def told(before: Any, after: Any, **holes: Any) -> list[tuple[str, Any, Any]]:
    return [(member.path, member.before, member.after) for member in diff(before, after, **holes)]


def changed(document: dict[str, Any], *steps: Any, value: Any) -> dict[str, Any]:
    made = copy.deepcopy(document)
    node: Any = made
    for step in steps[:-1]:
        node = node[step]
    node[steps[-1]] = value
    return made


def test_an_inserted_permission_shifts_nothing() -> None:
    ssh = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    after = {"IpPermissions": [ssh, *GROUP["IpPermissions"]]}
    assert told(GROUP, after) == [("/IpPermissions/0", None, ssh)]
    assert told(after, GROUP) == [("/IpPermissions/0", ssh, None)]


def test_a_range_of_one_of_several_permissions() -> None:
    after = changed(GROUP, "IpPermissions", 1, "IpRanges", value=[{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "0.0.0.0/0"}])
    assert told(GROUP, after) == [("/IpPermissions/1/IpRanges/1", None, {"CidrIp": "0.0.0.0/0"})]


def test_the_only_range_that_was_widened() -> None:
    after = changed(GROUP, "IpPermissions", 0, "IpRanges", 0, "CidrIp", value="0.0.0.0/0")
    assert told(GROUP, after) == [("/IpPermissions/0/IpRanges/0/CidrIp", "10.0.0.0/8", "0.0.0.0/0")]


def test_statements_by_sid_else_by_content() -> None:
    a = {"Sid": "A", "Effect": "Allow", "Action": "s3:GetObject"}
    b = {"Effect": "Allow", "Action": ["s3:ListBucket"], "Principal": {"AWS": "x"}}
    before = {"Policy": {"Statement": [a, b]}}
    after = {"Policy": {"Statement": [b, {"Effect": "Deny", "Action": "*"}, {**a, "Action": "s3:*"}]}}
    assert told(before, after) == [
        ("/Policy/Statement/1", None, {"Effect": "Deny", "Action": "*"}),
        ("/Policy/Statement/2/Action", "s3:GetObject", "s3:*"),
    ]
    wider = {"Policy": {"Statement": [a, {**b, "Principal": {"AWS": "*"}}]}}
    assert told(before, wider) == [("/Policy/Statement/1/Principal/AWS", "x", "*")]


def test_tags_by_key() -> None:
    before = {"TagSet": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]}
    after = {"TagSet": [{"Key": "b", "Value": "3"}]}
    assert told(before, after) == [
        ("/TagSet/0", {"Key": "a", "Value": "1"}, None),
        ("/TagSet/0/Value", "2", "3"),
    ]


def test_a_rule_that_was_replaced_is_two_things() -> None:
    before = {"Statement": [{"Sid": "A", "Effect": "Allow"}]}
    after = {"Statement": [{"Sid": "B", "Effect": "Allow"}]}
    assert len(told(before, after)) == 2


def test_not_set_is_null_but_empty_is_not() -> None:
    assert told({"A": None}, {}) == []
    assert told({"A": []}, {}) == [("/A", [], None)]
    assert told({"A": 1}, {"A": True}) == [("/A", 1, True)]
    assert told({"a/b~": {"": 1}}, {"a/b~": {"": 2}}) == [("/a~1b~0/", 1, 2)]


def test_order_counts_where_aws_says_so() -> None:
    rules = [{"AllowedMethods": ["GET"]}, {"AllowedMethods": ["PUT"]}]
    assert told({"CORSRules": rules}, {"CORSRules": rules[::-1]}) == [("/CORSRules", rules, rules[::-1])]
    assert told({"Rules": rules}, {"Rules": rules[::-1]}) == []


def test_ordered_lists_are_those_of_the_collectors() -> None:
    entries = [entry for table in tables().values() for entry in table]
    assert {name for entry in entries for question in entry.questions() for name in question.ordered} == ORDERED


@pytest.mark.parametrize("side", ["holes", "later"])
def test_unknown_is_no_change(side: str) -> None:
    known, open_ = {"Policy": {"Version": "1"}, "Enabled": True}, {"Enabled": True}
    documents = (open_, known) if side == "holes" else (known, open_)
    (member,) = diff(*documents, **{side: {"/Policy": DENIED}})
    assert not member.known
    assert (member.before_unknown, member.after_unknown) == ((DENIED, None) if side == "holes" else (None, DENIED))
    assert member.to_json()["before_unknown" if side == "holes" else "after_unknown"] == "denied: kms:GetKeyPolicy"


def test_unknown_on_both_sides_is_told_apart() -> None:
    (member,) = diff({}, {}, {"/Policy": DENIED}, {"/Policy": Unknown(Why.THROTTLED)})
    assert member.told_by_neither


def test_the_same_string_that_is_made_later_is_the_same() -> None:
    opaque = Unknown(Why.AFTER_APPLY, "opaque", token="a")
    other = Unknown(Why.AFTER_APPLY, "opaque", token="b")
    assert diff({}, {}, {"/Id": opaque}, {"/Id": opaque}) == []
    assert len(diff({}, {}, {"/Id": opaque}, {"/Id": other})) == 1


def test_a_list_that_may_have_more() -> None:
    more = {"/L/-": Unknown(Why.NOT_COLLECTED, "more")}
    members = diff({"L": ["a"]}, {"L": ["a", "b"]}, more)
    assert [(member.path, member.known) for member in members] == [("/L/1", False), ("/L/-", False)]
    # what the open list surely has and the other has not, went
    assert [(m.path, m.known) for m in diff({"L": ["a", "b"]}, {"L": ["a"]}, more)] == [("/L/1", True), ("/L/-", False)]


def test_a_known_change_beside_what_is_not_known() -> None:
    before = {"NetworkInterfaces": [{"NetworkInterfaceId": "a", "Groups": [1]}, {"NetworkInterfaceId": "b"}]}
    after = changed(before, "NetworkInterfaces", 0, "Groups", value=[1, 2])
    members = diff(before, after, {"/NetworkInterfaces/1/Groups": DENIED})
    assert [(member.path, member.known) for member in members] == [
        ("/NetworkInterfaces/0/Groups/1", True),
        ("/NetworkInterfaces/1/Groups", False),
    ]


def test_a_name_that_is_hidden_may_be_the_other_ones() -> None:
    before, after = {"L": [{"Sid": "A", "Key": "k"}]}, {"L": [{"Key": "k"}]}
    assert [m for m in diff(before, after, {}, {"/L/0/Sid": DENIED}) if m.known] == []
    assert [m for m in diff(after, before, {"/L/0/Sid": DENIED}) if m.known] == []


# Laws.

KEYS = ("Sid", "CidrIp", "A", "B", "Key", "Value")
scalars = st.sampled_from([None, True, 1, "x", "y", "z"])
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)),
    max_leaves=12,
)
documents = st.dictionaries(st.sampled_from(KEYS), values, max_size=4)


def normal(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: normal(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return sorted(map(normal, value), key=canonical)
    return value


def shuffled(value: Any, rng: Random) -> Any:
    if isinstance(value, dict):
        return {key: shuffled(item, rng) for key, item in value.items()}
    if isinstance(value, list):
        items = [shuffled(item, rng) for item in value]
        rng.shuffle(items)
        return items
    return value


@given(documents, st.randoms(use_true_random=False))
def test_order_is_no_difference(document: dict[str, Any], rng: Random) -> None:
    assert diff(document, shuffled(document, rng)) == []


@given(documents, documents)
def test_every_difference_is_told_and_no_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert bool(diff(before, after)) == (canonical(normal(before)) != canonical(normal(after)))
    assert all(member.known for member in diff(before, after))


@given(documents, documents)
def test_there_and_back_tell_the_same(before: dict[str, Any], after: dict[str, Any]) -> None:
    there = sorted(canonical([m.before, m.after]) for m in diff(before, after))
    back = sorted(canonical([m.after, m.before]) for m in diff(after, before))
    assert there == back


def holed(value: Any, rng: Random, at: tuple[Any, ...] = ()) -> tuple[Any, Unknowns]:
    """A part of the truth: some places hidden, lists cut short and said to be open, and elements that are not there."""
    whole: Any = value
    holes: Unknowns = {}
    if isinstance(value, dict):
        whole = {}
        for key, item in value.items():
            if rng.random() < 0.2:
                holes[pointer(*at, key)] = DENIED
            else:
                whole[key], below = holed(item, rng, (*at, key))
                holes |= below
    elif isinstance(value, list):
        kept = [item for item in value if rng.random() < 0.7] if rng.random() < 0.3 else list(value)
        if len(kept) < len(value) or rng.random() < 0.1:
            holes[pointer(*at, "-")] = Unknown(Why.DENIED, "more")
        whole = []
        for item in kept:
            part, below = holed(item, rng, (*at, len(whole)))
            whole.append(part)
            holes |= below
        if rng.random() < 0.3:
            holes[pointer(*at, len(whole))] = Unknown(Why.DENIED, "maybe")
            whole.append(rng.choice([{"Sid": "x"}, "x", {"A": "y"}]))
    return whole, holes


@settings(max_examples=300)
@given(documents, st.randoms(use_true_random=False))
def test_two_views_of_one_truth_never_show_a_change(truth: dict[str, Any], rng: Random) -> None:
    (before, first), (after, second) = holed(truth, rng), holed(shuffled(truth, rng), rng)
    assert [member for member in diff(before, after, first, second) if member.known] == []
