"""From resources to findings: the verdicts' law, their order, their evidence, and what the unread gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from scanner.engine.assemble import Inputs, assemble
from scanner.engine.clauses import Condition
from scanner.engine.evaluate import Binding
from scanner.engine.expression import parse
from scanner.model import (
    Gap,
    Partial,
    Report,
    Resource,
    Rule,
    Shard,
    Unknown,
    Verdict,
    Why,
    fingerprint,
)
from scanner.snapshot.memory import MemoryInventory

TYPE = "AWS::KMS::Key"
DENIED = Unknown(Why.DENIED, service="kms", operation="GetKeyPolicy", permission="kms:GetKeyPolicy")


class Plain:
    """Documents without facts."""

    def document(self, resource: Resource, names: Iterable[str]) -> Partial:
        envelope = {"name": resource.name, "account": resource.account, "region": resource.region}
        return Partial({**resource.config, "derived": envelope}, dict(resource.unknown))


def rule(expect: str, when: str = "", id_: str = "kms-a", **params: Any) -> Binding:
    text = Rule(
        id_, "Keys are good", "high", "0.1", TYPE, "customer", ("x",), expect, "{derived.name} is bad: {A.B}", "w",
        {"cli": "mend {derived.name}"}, (), when, params, source="rules/kms/a.yaml",
    )  # fmt: skip
    holds = parse(expect)
    return Binding(text, parse(when) if when else None, holds, params, {}, Condition.of(holds))


def key(id_: str, config: dict[str, Any], account: str = "1", region: str = "r", **unknown: Unknown) -> Resource:
    return Resource(TYPE, id_, id_.upper(), account, region, config, unknown={f"/{k}": v for k, v in unknown.items()})


def judge(
    bindings: list[Binding], *resources: Resource, listed: Unknown | None = None, gaps: tuple[Gap, ...] = ()
) -> Report:
    shard = Shard("1", "r", "kms", list(resources), {TYPE: listed}, list(gaps))
    inventory = MemoryInventory([shard], taken_at="2026-01-01T00:00:00Z", source="live")
    return assemble(Inputs(inventory, bindings, Plain(), {}, {"name": "t", "version": "0"}))


@pytest.mark.parametrize(
    ("config", "unknown", "verdict"),
    [
        ({"A": {"B": 1}, "W": True}, {}, Verdict.PASS),
        ({"A": {"B": 2}, "W": True}, {}, Verdict.FAIL),
        ({"A": {"B": 2}, "W": False}, {}, Verdict.NOT_APPLICABLE),
        ({"W": True}, {"A": DENIED}, Verdict.UNKNOWN),
        ({"A": {"B": 1}}, {"W": DENIED}, Verdict.UNKNOWN),
        ({"A": {"B": 2}}, {"W": DENIED}, Verdict.UNKNOWN),
        ({"W": False}, {"A": DENIED}, Verdict.NOT_APPLICABLE),
        ({"A": {"B": 1}, "W": True}, {"Other": DENIED}, Verdict.PASS),
    ],
)
def test_verdicts(config: dict[str, Any], unknown: dict[str, Unknown], verdict: Verdict) -> None:
    report = judge([rule("A.B == `1`", "W")], key("a", config, **unknown))
    counts = report.coverage["rules"]["kms-a"]
    assert counts == {**dict.fromkeys(counts, 0), str(verdict): 1}
    assert [f.verdict for f in report.findings] == ([] if verdict is Verdict.NOT_APPLICABLE else [verdict])


def test_a_fail_explains_itself() -> None:
    report = judge([rule("A.B == `1` && C")], key("a b", {"A": {"B": 2}, "C": True}))
    (finding,) = report.findings
    assert finding.message == "A B is bad: 2"
    assert finding.fix == {"cli": "mend 'A B'"}
    assert [(e.path, e.value, e.expected, e.source) for e in finding.evidence] == [("A.B", 2, 1, "/A/B")]
    assert finding.fingerprint == fingerprint("kms-a", "a b")
    assert report.resources["a b"]["config"] == {"A": {"B": 2}, "C": True}


def test_an_unknown_names_call_and_permission_and_blames_its_gap() -> None:
    gap = Gap("1", "r", "kms", "GetKeyPolicy", "kms:GetKeyPolicy", Why.DENIED, (TYPE,), "a")
    report = judge([rule("A.B == `1`")], key("a", {}, A=DENIED), gaps=(gap,))
    (finding,) = report.findings
    assert finding.message == "Cannot tell for A: GetKeyPolicy was denied (needs kms:GetKeyPolicy)"
    (evidence,) = finding.evidence
    assert (evidence.path, evidence.operation, evidence.permission) == ("A", "kms:GetKeyPolicy", "kms:GetKeyPolicy")
    assert report.gaps[0].rules == ("kms-a",)


def test_a_failed_listing_gives_one_unknown_a_rule_and_keeps_what_was_read() -> None:
    failed = Unknown(Why.DENIED, service="kms", operation="ListKeys", permission="kms:ListKeys")
    report = judge([rule("A", id_="kms-a"), rule("B", id_="kms-b")], key("a", {"A": 1, "B": 1}), listed=failed)
    found = [(f.rule_id, f.resource_id, f.verdict) for f in report.findings]
    place = "1/r/AWS::KMS::Key"
    assert found == [
        ("kms-a", place, Verdict.UNKNOWN),
        ("kms-b", place, Verdict.UNKNOWN),
        ("kms-a", "a", Verdict.PASS),
        ("kms-b", "a", Verdict.PASS),
    ]


def test_a_listing_that_nobody_wanted_is_no_finding() -> None:
    report = judge([rule("A")], listed=Unknown(Why.NOT_COLLECTED, message="other regions were not selected"))
    assert report.findings == []
    assert report.coverage["listings"][0]["complete"] is False


def test_a_type_that_nobody_asked_for_is_a_gap_not_a_clean_report() -> None:
    inventory = MemoryInventory([Shard("1", "r", "s3")], taken_at="2026-01-01T00:00:00Z", source="live")
    report = assemble(Inputs(inventory, [rule("A")], Plain(), {}, {}))
    assert [(g.reason, g.resource_types, g.rules) for g in report.gaps] == [(Why.NOT_COLLECTED, (TYPE,), ("kms-a",))]


def test_an_expression_that_errs_is_unknown_and_names_the_rule() -> None:
    report = judge([rule("length(A) == `1`")], key("a", {"A": 3}), key("b", {"A": [1]}))
    assert [(f.resource_id, f.verdict) for f in report.findings] == [("a", Verdict.UNKNOWN), ("b", Verdict.PASS)]
    assert [e["rule"] for e in report.coverage["rule_errors"]] == ["kms-a"]


def test_the_published_order() -> None:
    places = [("2", "a"), ("1", "b"), ("1", "a")]
    resources = [
        key(f"{name}{account}{region}", {"A": 1}, account, region) for account, region in places for name in "yx"
    ]
    report = judge([rule("A", id_="kms-b"), rule("!(A)", id_="kms-a")], *resources)
    keys = [(f.account, f.region, f.resource_type, f.resource_id, f.rule_id) for f in report.findings]
    assert keys == sorted(keys)
    assert len(keys) == 12


@pytest.mark.parametrize(
    ("expect", "document", "paths"),
    [
        ("A && B", {"A": True, "B": False}, ["B"]),
        ("A && B", {"A": True, "B": True}, ["A", "B"]),
        ("A || B", {"A": False, "B": True}, ["B"]),
        ("A || B", {"A": False, "B": False}, ["A", "B"]),
        ("!(A && B)", {"A": True, "B": True}, ["A", "B"]),
        ("!(A && B)", {"A": True, "B": False}, ["B"]),
        ("A == 'x' || (B && C)", {"A": "y", "B": True, "C": False}, ["A", "C"]),
        ("length(not_null(L, `[]`)[?x]) == `0`", {"L": [{"x": 0}, {"x": 1}]}, ["L", "L"]),
        ("param('p') || A", {"A": False}, ["A"]),
    ],
)
def test_only_the_leaves_that_decided_are_shown(expect: str, document: dict[str, Any], paths: list[str]) -> None:
    report = judge([rule(expect, p=False)], key("a", document))
    assert [e.path for e in report.findings[0].evidence] == paths


def test_a_deciding_element_is_pointed_at() -> None:
    document = {"L": [{"x": 0}, {"x": 1}, {"x": 2}]}
    report = judge([rule("length(L[?x == `2`]) == `0`")], key("a", document))
    assert [(e.source, e.value) for e in report.findings[0].evidence] == [("/L/2", {"x": 2})]


def test_gaps_of_code_are_told_in_the_published_words() -> None:
    broken = Gap("", "", "cloudformation", "read", "", Why.ERROR, (TYPE,), "t#A", message="t:3: A: broken")
    open_ = Gap("", "", "cloudformation", "read", "", Why.AFTER_APPLY, (TYPE,), "t#B", message="t:9: B: a condition")
    report = judge([rule("A")], gaps=(broken, open_))
    told = {gap.resource_id: (gap.reason, gap.operation, gap.rules) for gap in report.gaps}
    assert told == {"t#A": (Why.ERROR, "", ("kms-a",)), "t#B": (Why.NOT_COLLECTED, "", ())}


def test_a_pass_over_a_filtered_list_does_not_say_that_the_list_is_empty() -> None:
    report = judge([rule("length(L[?x == `2`]) == `0`")], key("a", {"L": [{"x": 1}]}))
    assert [(e.path, e.value, e.expected, e.source) for e in report.findings[0].evidence] == [
        ("L[?…]", [], "none", "/L")
    ]


def named(config: dict[str, Any], **unknown: Unknown) -> tuple[str, str]:
    one = rule("length(A.B[?bad]) == `0` && length(C[?bad].x) == `0`")
    text = replace(one.rule, message="{A.B[].n} of {C[].n}", fix={"cli": "mend {A.B[0].n}"})
    (found,) = judge([replace(one, rule=text)], key("k", config, **unknown)).findings
    return found.message, found.fix["cli"]


def test_a_message_names_the_elements_that_made_it_fail() -> None:
    good, bad = {"n": "good", "bad": False}, {"n": "bad", "bad": True}
    assert named({"A": {"B": [good, bad]}, "C": [good]}) == ("bad of good", "mend bad")
    assert named({"A": {"B": [bad, good, bad]}, "C": []}) == ("bad of none", "mend bad")
    # Parts of elements tell nothing of their place; nor does evidence that was cut short.
    assert named({"A": {"B": [good]}, "C": [good, {**bad, "x": 1}]}) == ("good of good and bad", "mend good")
    many = named({"A": {"B": [good, *({"n": str(i), "bad": True} for i in range(30))]}, "C": []})
    assert many[0].startswith("good, 0, 1 and 28 more")


def test_a_message_of_a_list_that_is_not_wholly_known_stays() -> None:
    good, bad = {"n": "good", "bad": False}, {"n": "bad", "bad": True}
    assert named({"A": {"B": [good, bad]}, "C": []}, **{"A/B/-": DENIED})[0] == "good and bad of none"
