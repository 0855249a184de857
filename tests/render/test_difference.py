"""The difference as text: on any terminal, and with names that others chose."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from report_strategies import texts, values

from scanner.render.difference import render

SIDE = {"file": "a", "source": "live", "taken_at": "2026-11-24T00:00:00Z", "accounts": ["1"], "regions": []}
OURS = re.compile(r"\x1b\[[0-9;]*m")

members = st.fixed_dictionaries(
    {"path": texts, "before": values, "after": values}, optional={"before_unknown": texts, "after_unknown": texts}
)
changes = st.fixed_dictionaries(
    {"kind": st.sampled_from(["added", "removed", "changed", "unknown"]), "members": st.lists(members, max_size=3)}
    | dict.fromkeys(("resource_id", "resource_type", "name", "account", "region"), texts)
)
findings = st.fixed_dictionaries(
    {
        "change": st.sampled_from(["new", "reopened", "fixed", "not_assessed"]),
        "severity": st.sampled_from(["critical", "info"]),
        "verdict": st.sampled_from(["fail", "unknown"]),
        "why": st.sampled_from(["resource", "rule", "not_applicable", "not_scanned", "untold"]),
        "waiver": st.none(),
    }
    | dict.fromkeys(("rule_id", "resource_id", "message"), texts)
)
places = st.fixed_dictionaries(
    dict.fromkeys(("type", "account", "region", "before", "after"), texts)
    | dict.fromkeys(("before_only", "after_only"), st.integers(0, 3))
)


def document(**parts: Any) -> dict[str, Any]:
    counts = dict.fromkeys(("new", "reopened", "existing", "fixed", "not_assessed", "gone"), 1)
    return {
        "old": SIDE,
        "new": SIDE,
        "different": parts.get("different", True),
        "complete": True,
        "configuration": {
            "compared": 3,
            "changes": parts.get("changes", []),
            "not_compared": parts.get("places", []),
            "unknown_in_both": 0,
        },
        "paths": {"compared": True, "new": parts.get("paths", []), "gone": [], "not_told": parts.get("lost", [])},
        "findings": {
            "compared": 3,
            "counts": counts,
            "changed": parts.get("changed", []),
            "gone": parts.get("gone", []),
            "rules_added": parts.get("rules", []),
            "rules_removed": [],
        },
    }


@given(
    st.lists(changes, max_size=3),
    st.lists(findings, max_size=3),
    st.lists(places, max_size=3),
    st.booleans(),
    st.booleans(),
)
def test_only_our_own_colours_reach_the_terminal(
    changed: list[Any], found: list[Any], where: list[Any], color: bool, unicode: bool
) -> None:
    made = document(changes=changed, changed=found, gone=found, places=where, rules=[each["rule_id"] for each in found])
    text = render(made, width=80, color=color, unicode=unicode)
    bare = OURS.sub("", text) if color else text
    assert all(line.isprintable() for line in bare.split("\n"))
    assert unicode or text.isascii()
    text.encode()


def test_resources_that_are_blind_alike_are_told_once() -> None:
    change = {
        "kind": "unknown", "resource_type": "AWS::KMS::Key", "name": "", "account": "", "region": "",
        "members": [{"path": "/Policy", "before": None, "after": {}, "before_unknown": "not collected"}],
    }  # fmt: skip
    made = document(changes=[{**change, "resource_id": f"key/{number}"} for number in range(40)])
    text = render(made, width=100, color=False, unicode=True)
    assert "? 40 resources: key/0, key/1 and 38 more" in text
    assert text.count("/Policy  cannot be compared (old is not known, not collected)") == 1


def test_attack_paths_that_came_and_those_that_nobody_can_tell() -> None:
    path = {"severity": "high", "title": "The internet reaches x\x1b[31m"}
    text = render(document(paths=[path] * 12, lost=[path]), width=100, color=False, unicode=True)
    assert "New attack paths (12)" in text
    assert "and 2 more" in text
    assert "Attack paths of which it cannot be told (1)" in text
    assert "\x1b" not in text
