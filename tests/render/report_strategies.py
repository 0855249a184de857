"""Hypothesis strategies for reports: well-formed in shape, as hostile as possible in content."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from scanner.model import SEVERITIES, Evidence, Finding, Gap, Report, Verdict, Why, fingerprint
from scanner.render.json_text import clean

HOSTILE = (
    "",
    "bucket",
    "\x1b[31mred\x1b[0m",
    "\x9b2J",
    "a\u202egnp.exe",
    "line\nbreak\r\n",
    "\u2028\u2029\u0085",
    "</script><script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "[link](https://evil.example)",
    "{0} {{1}} %s %(x)s",
    "\ud800",
    "\ud83d\ude00",
    "\U0001f600",
    "\U000e0041\u200b\ufeff",
    "../../etc/passwd",
    "C:\\stack.yaml",
    "javascript:alert(1)",
    "arn:aws:s3:::data",
    "\x00",
    "日本語バケット",
    "e\u0301",
    "`" * 5,
)
ACCOUNTS = ("", "111122223333", "444455556666", "a/b")
TYPES = ("AWS::S3::Bucket", "AWS::KMS::Key")

texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec=None), max_size=12))
leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts)
values: st.SearchStrategy[Any] = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=5,
)
documents = st.dictionaries(texts, values, max_size=3)


@st.composite
def attack_paths(draw):
    """A way through one to three places."""
    named = {"id": texts, "type": texts, "name": texts, "kind": texts, "members": st.lists(texts, max_size=2)}
    places = draw(st.lists(st.fixed_dictionaries(named), min_size=1, max_size=3))
    evidence = st.fixed_dictionaries({"resource": texts, "rule": texts, "path": texts, "value": values})
    step = st.fixed_dictionaries(
        {
            **dict.fromkeys(("from", "to", "kind", "text", "mend"), texts),
            "evidence": st.lists(evidence, max_size=2),
            "unknown": st.lists(texts, max_size=2),
        }
    )
    return {
        **{name: draw(texts) for name in ("id", "kind", "title", "account")},
        "severity": draw(st.sampled_from(SEVERITIES)),
        "certain": draw(st.booleans()),
        "nodes": places,
        "edges": [draw(step) for _ in places[1:]],
    }


severities = st.sampled_from(SEVERITIES)
whys = st.sampled_from(list(Why))
gap_whys = st.sampled_from([Why.DENIED, Why.THROTTLED, Why.UNSUPPORTED, Why.ERROR, Why.NOT_COLLECTED])
counts = st.fixed_dictionaries(dict.fromkeys(("pass", "fail", "unknown", "not_applicable"), st.integers(0, 9)))
accounts = st.sampled_from(ACCOUNTS)

origins = st.one_of(
    st.just({"kind": "live"}),
    st.fixed_dictionaries({"kind": st.just("live"), "calls": st.lists(texts, max_size=2)}),
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["terraform", "cloudformation"]), "file": texts, "address": texts},
        optional={"line": st.integers(0, 10**9), "end_line": st.integers(0, 50)},
    ),
)
entries = st.fixed_dictionaries(
    {
        "rule": texts,
        "reason": texts,
        "owner": texts,
        "expires": texts,
        "problems": st.lists(st.just("unused"), max_size=1),
    }
)
gap_entries = st.fixed_dictionaries(
    dict.fromkeys(("service", "region", "resource", "reason", "owner", "expires", "source"), texts)
    | {"gaps": st.integers(0, 9), "problems": st.lists(st.sampled_from(["expired", "too_broad"]), max_size=2)}
)
changes = st.fixed_dictionaries(
    {"kind": st.sampled_from(["added", "removed", "changed"])}
    | dict.fromkeys(("resource_id", "resource_type", "name", "account", "region"), texts)
    | {"members": st.lists(st.fixed_dictionaries({"path": texts, "before": values, "after": values}), max_size=2)}
)
baselines = st.fixed_dictionaries(
    dict.fromkeys(("taken_at", "version"), texts)
    | dict.fromkeys(("accounts", "regions", "rules_added", "rules_removed"), st.lists(texts, max_size=1))
    | {"counts": st.just({"new": 1, "gone": 0}), "gone": st.just([])}
)
waivers = st.one_of(st.none(), st.fixed_dictionaries({"reason": texts, "owner": texts, "expires": texts}))
evidences = st.builds(
    Evidence,
    path=texts,
    value=values,
    expected=values,
    source=texts,
    reason=st.one_of(whys.map(str), texts),
    operation=texts,
    permission=texts,
)
gaps = st.builds(
    Gap,
    account=accounts,
    region=texts,
    service=texts,
    operation=texts,
    permission=texts,
    reason=gap_whys,
    resource_types=st.lists(st.sampled_from(TYPES), max_size=2).map(tuple),
    resource_id=texts,
    rules=st.lists(texts, max_size=2).map(tuple),
    message=texts,
    accepted=st.one_of(
        st.none(), st.fixed_dictionaries({"reason": texts, "owner": texts, "expires": texts, "source": texts})
    ),
)


def rules(id_: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "id": st.just(id_),
            "title": texts,
            "severity": severities,
            "service": texts,
            "resource": st.sampled_from(TYPES),
            "responsibility": st.just("customer"),
            "since": st.just("0.1"),
            "covers": st.lists(texts, max_size=2),
            "why": texts,
            "fix": st.fixed_dictionaries({"cli": texts, "terraform": texts, "cloudformation": texts}),
            "references": st.lists(texts, max_size=2),
            "frameworks": st.dictionaries(texts, st.lists(texts, max_size=2), max_size=14),
            "when": texts,
            "expect": texts,
            "params": documents,
            "message": texts,
        }
    )


@st.composite
def findings(draw: st.DrawFn, rule_ids: list[str]) -> Finding:
    rule_id, resource_id = draw(st.sampled_from(rule_ids)), draw(texts)
    params = draw(documents)
    return Finding(
        rule_id=rule_id,
        resource_id=resource_id,
        resource_type=draw(st.sampled_from(TYPES)),
        account=draw(accounts),
        region=draw(st.sampled_from(["eu-central-1", "global"])),
        verdict=draw(st.sampled_from([Verdict.PASS, Verdict.FAIL, Verdict.FAIL, Verdict.UNKNOWN])),
        severity=draw(severities),
        message=draw(texts),
        evidence=draw(st.lists(evidences, max_size=2)),
        origin=draw(origins),
        params=params,
        fingerprint=fingerprint(rule_id, resource_id),
        fix=draw(st.fixed_dictionaries({"cli": texts})),
        waiver=draw(waivers),
        change=draw(st.sampled_from([None, "new", "existing", "fixed", "reopened", "not_assessed"])),
    )


resources = st.fixed_dictionaries(
    {
        "type": st.sampled_from(TYPES),
        "id": texts,
        "name": texts,
        "account": accounts,
        "region": texts,
        "tags": st.dictionaries(texts, texts, max_size=2),
        "config": documents,
        "unknown": st.dictionaries(texts, st.fixed_dictionaries({"why": whys.map(str)}), max_size=2),
        "derived": documents,
        "origin": origins,
        "physical_id": texts,
    }
)
frameworks = st.fixed_dictionaries(
    {
        "id": texts,
        "title": texts,
        "requirements": st.lists(
            st.fixed_dictionaries({"id": texts, "title": texts, "responsibility": texts, "assessment": texts}),
            max_size=2,
        ),
    }
)
listings = st.fixed_dictionaries(
    {
        "type": st.sampled_from(TYPES),
        "account": accounts,
        "region": texts,
        "complete": st.booleans(),
        "reason": st.one_of(st.none(), whys.map(str)),
        "message": texts,
    }
)


rule_errors = st.fixed_dictionaries({"rule": texts, "resource": texts, "message": texts})


@st.composite
def reports(draw: st.DrawFn, max_findings: int = 6) -> Report:
    """A report whose findings' rules are all described."""
    rule_ids = draw(st.lists(texts, min_size=1, max_size=3, unique_by=clean))  # ids that are written alike are one
    return Report(
        tool={"name": "aws-posture", "version": "0.1.0"},
        snapshot={
            "taken_at": "2026-11-24T01:02:03Z",
            "accounts": draw(st.lists(accounts, max_size=2, unique=True)),
            "regions": draw(st.lists(texts, max_size=2)),
            "source": draw(st.sampled_from(["live", "recording", "terraform", "cloudformation", "mixed"])),
        },
        rules={id_: draw(rules(id_)) for id_ in rule_ids},
        frameworks=draw(st.dictionaries(texts, frameworks, max_size=2)),
        coverage={
            "rules": draw(st.dictionaries(texts, counts, max_size=2)),
            "resources": draw(st.dictionaries(texts, st.integers(0, 9), max_size=2)),
            "listings": draw(st.lists(listings, max_size=2)),
            "verdicts": draw(counts),
            "rule_errors": draw(st.lists(rule_errors, max_size=1)),
        },
        gaps=draw(st.lists(gaps, max_size=2)),
        resources=draw(st.dictionaries(texts, resources, max_size=2)),
        findings=draw(st.lists(findings(rule_ids), max_size=max_findings)),
        paths=draw(st.lists(attack_paths(), max_size=2)),
        changes=draw(st.lists(changes, max_size=1)),
        waivers=draw(st.lists(entries, max_size=1)),
        accepted_gaps=draw(st.lists(gap_entries, max_size=1)),
        baseline=draw(st.one_of(st.none(), baselines)),
    )
