"""The JSON report: its schema, its bytes, and the way back."""

from __future__ import annotations

import copy
import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from report_samples import code, finding, gap, report
from report_strategies import reports

from scanner import assets, model
from scanner.errors import InputError
from scanner.render import json_model, json_report

SCHEMA = (assets.folder("reports") / "schema" / "report.json").read_text(encoding="utf-8")
VALIDATOR = Draft202012Validator(json.loads(SCHEMA))


def test_published_schema_is_the_one_that_load_checks_by():
    assert json_model.schema() == SCHEMA, "write json_model.schema() to reports/schema/report.json"
    Draft202012Validator.check_schema(json.loads(SCHEMA))


def test_every_member_of_the_schema_is_described():
    document = json.loads(SCHEMA)
    records = {"Report": document, **document["$defs"]}
    bare = [
        f"{name}.{member}"
        for name, record in records.items()
        for member, shape in record.get("properties", {}).items()
        if not shape.get("description") and "$ref" not in shape
    ]
    assert bare == []
    assert all(record.get("description") for record in records.values())


@pytest.mark.parametrize("name", ["Report", "Finding", "Evidence", "Gap", "Unknown"])
def test_schema_and_dataclass_have_the_same_members(name):
    document = json.loads(SCHEMA)
    shape = document if name == "Report" else document["$defs"][name]
    assert set(shape["properties"]) == {item.name for item in dataclasses.fields(getattr(model, name))}


def test_schema_knows_every_enumerated_word():
    defs = json.loads(SCHEMA)["$defs"]
    assert set(defs["Unknown"]["properties"]["why"]["enum"]) == {str(why) for why in model.Why}
    assert defs["Finding"]["properties"]["severity"]["enum"] == list(model.SEVERITIES)
    assert set(defs["VerdictCounts"]["required"]) == {str(verdict) for verdict in model.Verdict}


@settings(max_examples=60)
@given(reports())
def test_render_conforms_and_comes_back_exactly(made):
    text = json_report.render(made)
    assert text.isascii()
    assert [problem.message for problem in VALIDATOR.iter_errors(json.loads(text))] == []
    again = json_report.load(text, "report.json")
    assert json_report.render(again) == text
    assert [item.sort_key() for item in again.findings] == sorted(item.sort_key() for item in again.findings)


def test_load_gives_back_the_report_itself():
    made = report([code(), finding(waiver={"reason": "public site", "owner": "web", "expires": "2027-01-01"})], [gap()])
    assert json_report.load(json_report.render(made), "report.json") == made


@settings(max_examples=60)
@given(reports(), st.randoms(use_true_random=False))
def test_same_report_gives_same_bytes_whatever_the_order(made, random):
    shuffled = copy.deepcopy(made)
    random.shuffle(shuffled.findings)
    for name in ("rules", "resources", "coverage", "snapshot"):
        pairs = list(getattr(shuffled, name).items())
        random.shuffle(pairs)
        setattr(shuffled, name, dict(pairs))
    keys = {item.sort_key() for item in made.findings}
    if len(keys) == len(made.findings):
        assert json_report.render(shuffled) == json_report.render(made)


def test_a_record_is_a_line():
    made = report([finding("a"), finding("b"), finding("c")])
    lines = json_report.render(made).splitlines()
    records = [json.loads(line.rstrip(",")) for line in lines if '"fingerprint"' in line]
    assert [record["resource_id"] for record in records] == [f"arn:aws:s3:::{name}" for name in "abc"]


def test_members_stand_in_published_order():
    assert list(json.loads(json_report.render(report()))) == [
        "tool", "snapshot", "rules", "frameworks", "coverage", "gaps", "resources", "findings", "paths", "changes",
        "waivers", "accepted_gaps", "baseline", "attestations",
    ]  # fmt: skip


def test_not_applicable_is_only_counted():
    text = json_report.render(report([finding("a"), finding("b", verdict="not_applicable")]))
    data = json.loads(text)
    assert [item["resource_id"] for item in data["findings"]] == ["arn:aws:s3:::a"]
    assert data["coverage"]["verdicts"]["not_applicable"] == 1


def test_what_json_cannot_hold_never_ends_the_run():
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    made = finding("a")
    made.evidence[0].value = {
        "inf": float("inf"),
        "nan": float("nan"),
        "lone": "\ud800",
        "emoji": "\U0001f600",
        "deep": deep,
    }
    value = json.loads(json_report.render(report([made])))["findings"][0]["evidence"][0]["value"]
    assert value["inf"] == "inf"
    assert value["nan"] == "nan"
    assert value["lone"] == "\ufffd"
    assert value["emoji"] == "\U0001f600"
    assert "too deeply" in json.dumps(value["deep"])


def broken(**changed: Any) -> str:
    return json.dumps(json.loads(json_report.render(report())) | changed)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("[]", "the document"),
        ("{}", "tool: field required"),
        ("[" * 200_000, "too deeply"),
        ('{"tool": NaN}', "NaN is not a JSON number"),
        ("1" * 5000, "not JSON"),
        (broken(findings={}), "findings: input should be a valid list"),
        (broken(findings=[{}]), "findings[0].rule_id: field required"),
        (broken(surprise=1), "surprise: extra inputs are not permitted"),
        (broken(snapshot={"taken_at": 1}), "snapshot.taken_at: input should be a valid string"),
        (broken(**{"a\x1b[2J\nb": 1}), r"a\x1b[2J\x0ab: extra"),
    ],
)
def test_load_says_in_one_line_what_is_wrong_and_where(text, said):
    with pytest.raises(InputError) as caught:
        json_report.load(text, "old.json")
    message = str(caught.value)
    assert message.startswith("old.json: not ")
    assert said in message
    assert message.isprintable()


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("verdict", "not_applicable"),
        ("severity", "awful"),
        ("change", "gone"),
        ("fingerprint", "abc"),
        ("message", None),
    ],
)
def test_load_refuses_a_finding_with_a_foreign_word(member, value):
    data = json.loads(json_report.render(report()))
    data["findings"][0][member] = value
    with pytest.raises(InputError, match=rf"findings\[0\]\.{member}: "):
        json_report.load(json.dumps(data), "old.json")
