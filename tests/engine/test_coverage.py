"""What became of controls."""

from __future__ import annotations

from scanner.engine import builtin
from scanner.engine.coverage import COVERED, NOT_AUTOMATED, OPEN, RULE, coverage

RULES = builtin.rules().rules


def test_each_outcome() -> None:
    keys = ("sg_ingress_ssh", "sg_ingress_remote_admin_ipv4", "eip_in_shodan", "no_such_control")
    found = coverage([(key, "vpc", "rule") for key in keys], RULES, builtin.not_automated())
    assert [one.outcome for one in found] == [RULE, COVERED, NOT_AUTOMATED, OPEN]
    assert found[1].rules == ("sg-ingress-rdp", "sg-ingress-ssh")


def test_what_people_must_do_has_a_reason_and_no_rule() -> None:
    controls, reasons = builtin.controls(), builtin.not_automated()
    apart = {key for key, status in controls.items() if status in ("drop", "manual")}
    assert apart <= set(reasons) <= set(controls)
    covered = {key for rule in RULES for key in rule.covers}
    assert not covered & set(reasons)
    assert all(set(entry) <= {"why", "into"} and entry["why"].endswith(".") for entry in reasons.values())
