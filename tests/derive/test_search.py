"""The symbolic search against brute force: over short strings, over few values, over every request of a small world."""

from __future__ import annotations

import itertools
import json
import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from search_policies import ANN, OTHER, OUTSIDER, OWN, WORKER, policies, requests

from scanner.derive.access.decision import operators
from scanner.derive.access.decision.document import parse
from scanner.derive.access.decision.flow import Policies, decide
from scanner.derive.access.decision.operators import Test as Line
from scanner.derive.access.decision.request import Request, principal
from scanner.derive.access.search.compare import compare, permits
from scanner.derive.access.search.could import could
from scanner.derive.access.search.keys import Demand, Room, choose
from scanner.derive.access.search.strings import Clause, OutOfBudgetError, find, glob
from scanner.model import Unknown

WORDS = ["".join(letters) for length in range(6) for letters in itertools.product("abx", repeat=length)]
_globs = st.text("ab*?", max_size=4)
_clauses = st.lists(st.tuples(st.lists(_globs, min_size=1, max_size=2), st.booleans()), min_size=1, max_size=4)


def in_words(text: str, clauses: list[tuple[list[str], bool]]) -> bool:
    return all(any(_regex(one).fullmatch(text) for one in patterns) is inside for patterns, inside in clauses)


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in pattern))


@settings(max_examples=400, deadline=None)
@given(_clauses)
def test_a_string_is_found_exactly_where_there_is_one(clauses: list[tuple[list[str], bool]]) -> None:
    found = find([Clause(tuple(map(glob, patterns)), inside) for patterns, inside in clauses])
    if found is None:
        assert not any(in_words(word, clauses) for word in WORDS)
    else:
        assert in_words(found, clauses)


def test_a_string_is_short_unless_a_likely_one_will_do() -> None:
    clauses = [Clause((glob("*b*b"),), inside=True), Clause((glob("b*"), glob("x*")), inside=False)]
    assert len(find(clauses) or "") == 3
    assert find(clauses, ["no", "a long b and b"]) == "a long b and b"


def test_what_would_take_too_long_is_told() -> None:
    # of 64 such sets any may be left: more states than may be looked at
    wild = [Clause((glob(f"*{number:06b}*{number:06b}*z"),), inside=number % 2 == 0) for number in range(64)]
    with pytest.raises(OutOfBudgetError):
        find(wild)


_OPERATORS = {
    "stringequals": ("a", "b"), "stringnotequals": ("a", "b"), "stringlike": ("a*", "*b", "?"),
    "stringnotlike": ("a*", "ab"), "stringequalsignorecase": ("A", "b"), "null": ("true", "false"),
}  # fmt: skip


@st.composite
def _demand(draw: st.DrawFn) -> Demand:
    operator = draw(st.sampled_from(sorted(_OPERATORS)))
    values = tuple(draw(st.lists(st.sampled_from(_OPERATORS[operator]), min_size=1, max_size=2)))
    quantifier = "" if operator == "null" else draw(st.sampled_from(operators.QUANTIFIERS))
    if_exists = operator != "null" and draw(st.booleans())
    return Demand(Line(operator, quantifier, if_exists, "k", values), draw(st.booleans()))


@settings(max_examples=500, deadline=None)
@given(st.lists(_demand(), min_size=1, max_size=4), st.booleans(), st.sampled_from(("free", "always")))
def test_values_of_a_key_are_found_exactly_where_there_are_some(
    demands: list[Demand], several: bool, presence: Any
) -> None:
    def fulfilled(values: tuple[str, ...]) -> bool:
        return all(operators.holds(one.test, {"k": values}, None) is one.holds for one in demands)

    found = choose(demands, Room(presence, several), None)
    if found is not None:
        assert fulfilled(found)
        assert found or presence == "free"
        return
    texts = ("a", "b", "ab", "abb", "aab", "A", "x", "xx")
    counts = (1, 2, 3) if several else (1,)
    tried = [values for count in counts for values in itertools.combinations(texts, count)]
    assert not any(fulfilled(values) for values in tried if presence == "always" or values)
    assert presence == "always" or not fulfilled(())


@pytest.mark.parametrize(
    ("lines", "possible"),
    [
        ([("numericlessthan", "5", True), ("numericgreaterthan", "4", True)], True),
        ([("numericlessthan", "5", True), ("numericgreaterthanequals", "5", True)], False),
        ([("ipaddress", "10.0.0.0/8", True), ("ipaddress", "10.0.0.0/9", False)], True),
        ([("ipaddress", "10.0.0.0/8", True), ("ipaddress", "10.0.0.0/7", False)], False),
        ([("notipaddress", "0.0.0.0/0", True), ("ipaddress", "::/0", False)], False),
        ([("datelessthan", "2030-01-01T00:00:00Z", True), ("dategreaterthan", "2029-12-31T23:59:58Z", True)], True),
        ([("dategreaterthan", "2030-01-01T00:00:00Z", True), ("datelessthan", "2030-01-01", True)], False),
        ([("arnlike", "arn:aws:iam::*:role/a*", True), ("arnlike", "arn:aws:iam::1*:role/*", False)], True),
        ([("arnlike", "arn:aws:iam::1*:role/a*", True), ("arnlike", "arn:aws:iam::*:role/*", False)], False),
        ([("bool", "true", True), ("bool", "false", True)], False),
    ],
)
def test_values_of_every_type(lines: list[tuple[str, str, bool]], possible: bool) -> None:
    demands = [Demand(Line(operator, "", False, "k", (value,)), holds) for operator, value, holds in lines]
    assert (choose(demands, Room("always"), None) is not None) is possible


WORLD = list(requests(ANN, WORKER))
RESOURCE_WORLD = list(requests(ANN, WORKER, OUTSIDER, "anonymous", "sns.amazonaws.com"))


def _check(old: Any, new: Any, kind: Any, world: list[Request]) -> bool | None:
    before, after = parse(old, kind), parse(new, kind)
    found = compare(before, after, kind)
    if found.new_access:
        assert found.witness is not None
        assert permits(after, found.witness)
        assert not permits(before, found.witness)
    else:
        assert found.new_access is False, found.reason
        missed = [one for one in world if permits(after, one) and not permits(before, one)]
        assert not missed, missed[0]
    return found.new_access


@settings(max_examples=60, deadline=None)
@given(policies(), policies())
def test_new_access_is_found_exactly_where_there_is_some(old: Any, new: Any) -> None:
    _check(old, new, "identity", WORLD)


@settings(max_examples=40, deadline=None)
@given(policies(named=True), policies(named=True))
def test_new_access_to_a_resource_is_found_exactly_where_there_is_some(old: Any, new: Any) -> None:
    _check(old, new, "resource", RESOURCE_WORLD)


@settings(max_examples=60, deadline=None)
@given(policies(named=True), st.randoms(use_true_random=False))
def test_what_only_takes_away_gives_nothing_new(old: Any, random: Any) -> None:
    assert compare(parse(old, "resource"), parse(old, "resource"), "resource").new_access is False
    allowed = [one for one in old["Statement"] if one["Effect"] == "Allow"]
    less = [one for one in old["Statement"] if not allowed or one is not random.choice(allowed)]
    more = [{**one, "Effect": "Deny"} for one in old["Statement"][:1]]
    narrower = {"Version": "2012-10-17", "Statement": [*less, *more]}
    assert compare(parse(old, "resource"), parse(narrower, "resource"), "resource").new_access is False


@pytest.mark.slow
@settings(max_examples=3000, deadline=None)
@given(policies(), policies())
def test_new_access_over_many_policies(old: Any, new: Any) -> None:
    _check(old, new, "identity", WORLD)


def _allowed(request: Request, documents: list[Any]) -> bool:
    first, boundary, level, resource = documents
    held = Policies(identity=[first], boundary=[boundary], scp=[[level]], resource=resource)
    return decide(request, held).answer == "Allowed"


@settings(max_examples=25, deadline=None)
@given(st.tuples(policies(), policies(), policies(), policies(named=True)))
def test_what_somebody_could_do_is_found_exactly(documents: Any) -> None:
    parsed = [parse(one, use) for one, use in zip(documents, ("identity",) * 3 + ("resource",), strict=True)]
    held = Policies(identity=[parsed[0]], boundary=[parsed[1]], scp=[[parsed[2]]], resource=parsed[3])
    seen: set[tuple[str, str, str]] = set()
    for request in WORLD:
        if _allowed(request, parsed):
            seen.add((request.principal.id, request.action, request.resource))
    for who in (ANN, WORKER):
        for action, resource in {(one.action, one.resource) for one in WORLD}:
            found = could(principal(who), held, action, resource)
            assert not isinstance(found, Unknown), found
            assert found is not None or (who, action, resource) not in seen
            if found is not None:
                assert could(principal(who), held, action) is not None


def test_the_checks_that_are_published() -> None:
    path = Path(os.environ.get("POSTURE_CORPORA", "")) / "aws-policy-checks.jsonl"
    if not path.is_file():
        pytest.skip("POSTURE_CORPORA names no folder with aws-policy-checks.jsonl")
    cases = [json.loads(line) for line in path.read_text().splitlines()]
    wrong = []
    for case in cases:
        kind: Any = "identity" if case["policy_type"] == "identity" else "resource"
        old, new = (parse(case["policies"][name], kind) for name in ("reference", "candidate"))
        if compare(old, new, kind).new_access is not case["expected"]["new_access"]:
            wrong.append(case["id"])
    assert len(cases) > 100
    assert wrong == []


@pytest.mark.parametrize(
    "resource", ["*a*a*a*a*b", "?" * 200 + "*", "arn:aws:s3:::" + "*a" * 40, "${aws:username}" * 30]
)
def test_hard_patterns_take_no_time(resource: str) -> None:
    body = {"Effect": "Allow", "Action": "s3:*", "Resource": resource}
    many = [{"Effect": "Deny", "Action": "s3:Get*", "Resource": f"arn:aws:s3:::{n}*{n}*"} for n in range(300)]
    old = parse({"Version": "2012-10-17", "Statement": body})
    new = parse({"Version": "2012-10-17", "Statement": [{**body, "Resource": "*"}, *many]})
    begun = time.process_time()
    assert compare(old, new, "identity").new_access is not False
    assert compare(new, new, "identity").new_access is not True
    assert time.process_time() - begun < 20


def test_ten_thousand_statements() -> None:
    many = [
        {
            "Effect": "Allow" if n % 2 else "Deny",
            "Action": f"s3:{'Get' if n % 3 else 'Put'}*",
            "Resource": f"arn:aws:s3:::b{n}/*",
        }
        for n in range(10_000)
    ]
    document = parse({"Version": "2012-10-17", "Statement": many}, "identity")
    wider = parse(
        {"Version": "2012-10-17", "Statement": [*many, {**many[1], "Resource": "arn:aws:s3:::*"}]}, "identity"
    )
    assert compare(document, wider, "identity").new_access is True
    assert compare(wider, document, "identity").new_access is False


ORG = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}


@pytest.mark.parametrize(
    ("old", "new", "kind", "expected"),
    [
        # two statements together cover what one alone does not
        ([("s3:Get*", "*"), ("s3:Put*", "*")], [(["s3:GetObject", "s3:PutObject"], "*")], "identity", False),
        # NotAction leaves what the old policy names
        ([("*", "*")], [("NotAction", "*")], "identity", False),
        ([("s3:*", "arn:aws:s3:::a/*")], [("s3:*", "arn:aws:s3:::a*")], "identity", True),
        ([("s3:*", "arn:aws:s3:::a*")], [("s3:*", "arn:aws:s3:::a/*")], "identity", False),
        # an action of a service that the catalogue lacks hides nothing
        ([("nosuch:*", "*")], [("nosuch:Thing", "*")], "identity", False),
        ([("nosuch:Thing", "*")], [("nosuch:*", "*"), ("s3:GetObject", "*")], "identity", True),
    ],
)
def test_compare(old: Any, new: Any, kind: Any, expected: bool) -> None:
    def document(lines: Any) -> Any:
        body = [
            {
                "Effect": "Allow",
                **({"NotAction": "iam:*"} if action == "NotAction" else {"Action": action}),
                "Resource": where,
            }
            for action, where in lines
        ]
        return parse({"Version": "2012-10-17", "Statement": body}, kind)

    assert compare(document(old), document(new), kind).new_access is expected


def only(**condition: Any) -> Any:
    body = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": condition}
    return parse({"Version": "2012-10-17", "Statement": body}, "identity")


NO_ROOT = {
    "Effect": "Deny",
    "Action": "*",
    "Resource": "*",
    "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:*:iam::*:root"}},
}


def test_compare_who_holds_an_identity_policy() -> None:
    nobody = parse({"Version": "2012-10-17", "Statement": []}, "identity")
    for found in (
        only(StringEquals={"aws:PrincipalAccount": OWN}),
        only(ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/a*"}),
        only(ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:user/a*"}),
        only(StringEquals={"aws:PrincipalOrgID": "o-1"}),
        only(StringLike={"aws:username": "a*"}),
        only(StringEquals={"aws:PrincipalType": "Account"}),
    ):
        assert compare(nobody, found, "identity").new_access is True
        assert compare(found, nobody, "identity").new_access is False
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    guarded, open_ = (
        parse({"Version": "2012-10-17", "Statement": [everything, NO_ROOT]}),
        parse({"Statement": everything}),
    )
    assert compare(guarded, open_, "identity").new_access is True
    assert compare(open_, guarded, "identity").new_access is False


def test_a_role_with_a_path_keeps_it() -> None:
    role = f"arn:aws:iam::{OWN}:role/team/worker"
    named = bucket({"AWS": role})
    kept = bucket({"AWS": OWN}, {"ArnEquals": {"aws:PrincipalArn": role}})
    assert compare(kept, named, "resource").new_access is False


def bucket(principal_: Any, condition: Any = None) -> Any:
    body = {"Effect": "Allow", "Principal": principal_, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    return parse({"Version": "2012-10-17", "Statement": {**body, "Condition": condition or {}}}, "resource")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (bucket({"AWS": OWN}), bucket({"AWS": f"arn:aws:iam::{OWN}:role/r"}), False),
        (bucket({"AWS": f"arn:aws:iam::{OWN}:role/r"}), bucket({"AWS": OWN}), True),
        (bucket("*"), bucket({"AWS": OTHER}), False),
        (bucket({"AWS": OTHER}), bucket("*"), True),
        (bucket("*", ORG), bucket("*"), True),
        (bucket("*"), bucket("*", ORG), False),
        (bucket("*", ORG), bucket({"AWS": OWN}), True),
        (bucket({"Service": "sns.amazonaws.com"}), bucket({"Service": "sqs.amazonaws.com"}), True),
        (
            bucket("*", {"StringEquals": {"aws:PrincipalAccount": OWN}}),
            bucket({"AWS": OWN}),
            False,
        ),
        (
            bucket("*", {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/a*"}}),
            bucket({"AWS": f"arn:aws:iam::{OWN}:role/ab"}),
            False,
        ),
        (
            bucket("*", {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/ab*"}}),
            bucket("*", {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/a*"}}),
            True,
        ),
    ],
)
def test_compare_who(old: Any, new: Any, expected: bool) -> None:
    assert compare(old, new, "resource").new_access is expected
