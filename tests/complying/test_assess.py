"""States of requirements from a report: bindings, places, gaps, attestations, levels."""

import pytest
from complying_samples import ONE, TWO, attestation, finding, gap, report, rule

from scanner.complying.assess import Scope, assess
from scanner.complying.published import document
from scanner.complying.states import State


def states(made, scope=None):
    return {one.id: str(one.state) for one in assess(made, "own", scope).assessed}


def told(made, id_, scope=None):
    return next(one for one in assess(made, "own", scope).requirements if one.id == id_)


def test_each_kind_of_requirement():
    made = report([rule("see", "A.1", "A.2")], [finding("see", "pass")])
    assert states(made) == {
        "A.1": "met",
        "A.2": "partly_seen",
        "A.3": "needs_attestation",
        "A.4": "not_seen",
        "B.1": "inherited",
    }
    assert told(made, "A.4").because == ("No rule looks at it yet.",)
    assert told(made, "A").total == {
        State.NOT_SEEN: 1,
        State.PARTLY_SEEN: 1,
        State.NEEDS_ATTESTATION: 1,
        State.MET: 1,
    }


def test_a_failure_counts_even_if_somebody_accepts_it():
    made = report([rule("see", "A.1")], [finding("see", "pass"), finding("see", "fail", waiver={"reason": "x"})])
    assert states(made)["A.1"] == "not_met"
    assert told(made, "A.1").because == ("1 of 2 verdicts are failures, 1 of them accepted.",)


def test_what_was_denied_is_not_seen_and_names_the_call():
    made = report([rule("see", "A.1")], [finding("see", "pass"), finding("see", "unknown")], gaps=[gap("see")])
    assert states(made)["A.1"] == "not_seen"
    assert told(made, "A.1").because == ("1 of 2 verdicts are unknown.", "Not read: s3:GetBucketAcl (denied).")


def test_a_type_that_nobody_asked_for_is_not_seen():
    made = report([rule("see", "A.1")], [], gaps=[gap("see", region="", operation="")])
    assert states(made)["A.1"] == "not_seen"
    assert states(made, Scope(region="eu-west-1"))["A.1"] == "not_seen"
    assert states(made, Scope(account=TWO))["A.1"] == "not_applicable"


def test_rules_that_were_left_out_leave_it_not_seen():
    made = report([rule("see", "A.1")], [finding("see", "pass")])
    made.frameworks["own"]["requirements"][1]["not_run"] = 2
    assert states(made)["A.1"] == "not_seen"
    assert told(made, "A.1").because == ("2 rules that give evidence for it did not run.",)


def test_nothing_to_judge_is_neither_met_nor_a_gap():
    assert states(report([rule("see", "A.1")], []))["A.1"] == "not_applicable"


def test_states_by_account_and_region():
    made = report(
        [rule("see", "A.1")],
        [finding("see", "pass"), finding("see", "fail", TWO), finding("see", "pass", TWO, "global")],
    )
    one = told(made, "A.1")
    assert (one.state, one.accounts) == ("not_met", {ONE: "met", TWO: "not_met"})
    assert one.regions == {"eu-west-1": "not_met", "global": "met"}
    assert states(made, Scope(account=ONE))["A.1"] == "met"
    assert states(made, Scope(region="global"))["A.1"] == "met"


THRESHOLD = {
    "params": {"days": 45, "names": []},
    "bindings": [{}, {"days": 90}],
    "framework_params": {"own": {"A.4": {"days": 90}}},
}


def test_a_requirement_looks_only_at_its_own_binding():
    old = finding("see", "fail", params={"days": 45, "names": []})
    made = report(
        [rule("see", "A.1", "A.4", **THRESHOLD)], [old, finding("see", "pass", params={"days": 90, "names": []})]
    )
    assert states(made)["A.1"] == "not_met"
    assert states(made)["A.4"] == "met"
    [used] = told(made, "A.4").rules
    assert used.bound == {"days": 90}


def test_a_binding_that_was_not_judged_is_not_seen():
    made = report([rule("see", "A.4", **{**THRESHOLD, "bindings": []})], [finding("see", "pass", params={"days": 45})])
    assert states(made)["A.4"] == "not_seen"


def test_a_projects_own_threshold_meets_nothing():
    own = {"params": {"days": 45, "names": []}, "own": {"days": 400}, "bindings": [{"days": 400}]}
    made = report([rule("see", "A.1", **own)], [finding("see", "pass", params={"days": 400, "names": []})])
    assert states(made)["A.1"] == "partly_seen"
    assert "see was judged at the project's own days = 400" in told(made, "A.1").because[-1]


def test_a_projects_own_lists_are_facts():
    own = {"params": {"days": 45, "names": []}, "own": {"names": ["a"]}, "bindings": [{"names": ["a"]}]}
    made = report([rule("see", "A.1", **own)], [finding("see", "pass", params={"days": 45, "names": ["a"]})])
    assert states(made)["A.1"] == "met"


def test_code_shows_what_it_makes():
    made = report([rule("see", "A.1"), rule("other", "A.4")], [finding("see", "pass")])
    made.snapshot["source"] = "terraform"
    assert states(made)["A.1"] == "partly_seen"
    assert states(made)["A.4"] == "not_seen"


@pytest.mark.parametrize(
    ("entry", "state", "words"),
    [
        (attestation(), "attested", "Attested, says Ada, until 2026-12-31."),
        (attestation("A"), "attested", "Attested, says Ada, until 2026-12-31."),
        (attestation(until="2026-11-23"), "needs_attestation", "is expired"),
        (attestation(on="2026-11-25"), "needs_attestation", "is not yet valid"),
        (attestation(until="2026-11-24"), "attested", "until 2026-11-24"),
        (attestation(accounts=[ONE]), "needs_attestation", f"Attested for {ONE}, says Ada"),
        (attestation(says="not_applicable"), "not_applicable", "Does not apply, says Ada"),
        (attestation("A.2"), "needs_attestation", "Nobody has attested it."),
    ],
)
def test_an_attestation(entry, state, words):
    made = report([], [], attestations=[entry])
    assert states(made)["A.3"] == state
    assert words in " ".join(told(made, "A.3").because)


def test_an_attestation_of_one_account_holds_there():
    made = report([], [], attestations=[attestation(accounts=[ONE])])
    assert told(made, "A.3").accounts == {ONE: "attested", TWO: "needs_attestation"}


def test_the_rest_of_what_is_seen_in_part():
    made = report([rule("see", "A.2")], [finding("see", "pass")], attestations=[attestation("A.2")])
    assert states(made)["A.2"] == "attested"
    failing = report([rule("see", "A.2")], [finding("see", "fail")], attestations=[attestation("A.2")])
    assert states(failing)["A.2"] == "not_met"


def test_a_level_leaves_what_it_asks_for_and_the_headings_over_it():
    found = assess(report([rule("see", "A.1")], []), "own", Scope(level="L1"))
    assert [one.id for one in found.requirements] == ["A", "A.1"]


def test_the_document_counts_by_who_answers_and_how():
    made = report([rule("see", "A.1")], [finding("see", "pass")])
    made.attestations = [attestation("", framework="", aws_report="soc2")]
    body = document(made, assess(made, "own"))
    assert [(cell["responsibility"], cell["assessment"], cell["count"]) for cell in body["matrix"]] == [
        ("customer", "automated", 2),
        ("customer", "partial", 1),
        ("customer", "manual", 1),
        ("aws", "inherited", 1),
    ]
    assert sum(body["totals"].values()) == 5
    [aws] = body["aws_attestations"]
    assert [(one["by"], one["standing"]) for one in aws["got"]] == [("Ada", "valid")]


def test_a_document_with_places_tells_each_binding_once():
    made = report([rule("see", "A.1", "A.2")], [finding("see", "pass"), finding("see", "fail", TWO, "global")])
    body = document(made, assess(made, "own"), places=True)
    [evidence] = body["evidence"]
    assert (evidence["id"], evidence["passed"], evidence["failed"]) == ("see", 1, 1)
    assert [(place["account"], place["region"], place["failed"]) for place in evidence["places"]] == [
        (ONE, "eu-west-1", 0),
        (TWO, "global", 1),
    ]
    assert "evidence" not in document(made, assess(made, "own"))


def test_an_account_that_only_a_finding_names_counts():
    other = "333333333333"
    made = report([rule("see", "A.1")], [finding("see", "fail", other)])
    assert told(made, "A.1").accounts[other] == "not_met"
    assert states(made, Scope(account=other, region="eu-west-1"))["A.1"] == "not_met"
    assert states(made, Scope(account=other, region="global"))["A.1"] == "not_applicable"
