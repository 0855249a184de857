"""The console report: the right words in the right order, and nothing that a terminal obeys."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report_samples import ACCOUNT, code, finding, gap, report
from report_strategies import reports

from scanner.model import Evidence, Why
from scanner.render import console, formats
from scanner.render.text import columns, cut, plain_ascii, printable

PAINT = re.compile(r"\x1b\[[0-9;]*m")
slow_to_draw = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def unknown(resource: str = "u", why: str = "denied: AccessDenied", **changed):
    return finding(resource, verdict="unknown", evidence=[Evidence("Policy", reason=why)], **changed)


@slow_to_draw
@given(reports(), st.integers(1, 200), st.booleans(), st.booleans())
def test_nothing_reaches_the_terminal_but_lines_of_visible_text(made, width, color, unicode):
    text = console.render(made, width=width, color=color, unicode=unicode, paths=["a\x1b.html"], next_step="b\x07")
    bare = PAINT.sub("", text) if color else text
    assert all(line.isprintable() for line in bare.split("\n"))
    assert text.endswith("\n")
    if not unicode:
        assert text.isascii()


@slow_to_draw
@given(reports())
def test_colour_adds_nothing_but_colour(made):
    assert PAINT.sub("", console.render(made, color=True)) == console.render(made)


def test_worst_comes_first_and_the_rest_is_counted():
    made = report(
        [
            *[finding(f"n{i}", "tls", severity="medium", message=f"n{i} takes plain HTTP") for i in range(40)],
            finding("open", "public", message="open is readable by everybody"),
        ]
    )
    text = console.render(made)
    assert "41 open failures in 1 account: 1 critical, 40 medium." in text
    assert text.index("open is readable") < text.index("n0 takes plain HTTP")
    assert "and 38 more" in text
    assert "n39" not in text


def test_a_long_list_of_rules_is_cut_and_says_so():
    made = report([finding(f"b{i}", f"rule-{i:03d}") for i in range(100)])
    text = console.render(made)
    shown = text.count("✗ critical")
    assert shown < 20
    assert f"and {100 - shown} open failures more, of {100 - shown} rules" in text


def test_accepted_fails_are_counted_and_not_listed():
    made = report([finding("site", waiver={"reason": "public site"}), finding("p", verdict="pass")])
    text = console.render(made)
    assert "No open failures in 1 account. Every call was answered." in text
    assert "‖ accepted 1" in text
    assert "arn:aws:s3:::site" not in text


@pytest.mark.parametrize(
    ("findings", "gaps", "said", "never"),
    [
        ([], [], "Nothing was judged", "No open failures"),
        ([unknown()], [gap()], "how many failures there are is not known", "fail 0"),
        ([finding("p", verdict="pass"), unknown()], [gap()], "No open failures in what was read of", "Every call"),
        ([finding("p", verdict="pass"), unknown()], [gap()], "Cannot tell for 1 of 2 verdicts (50 %).", "Every call"),
        ([finding("p", verdict="pass")], [gap(rules=())], "No open failures in 1 account.", "Every call"),
        ([finding("p", verdict="pass")], [gap()], "The scan is incomplete", "Every call"),
        ([finding("p", verdict="pass")], [gap(reason=Why.NOT_COLLECTED)], "Every call was answered", "incomplete"),
        ([code(), unknown(why="known only after apply")], [], "1 known only after apply", "incomplete"),
    ],
)
def test_headline_never_hides_what_was_not_seen(findings, gaps, said, never):
    text = " ".join(console.render(report(findings, gaps)).split())
    assert said in text
    assert never not in text


def test_a_share_is_neither_nothing_nor_all_unless_it_is():
    passed = [finding(f"p{i}", verdict="pass") for i in range(999)]
    assert "1 of 1,000 verdicts (1 %)" in console.render(report([*passed, unknown()], [gap()]))
    doubts = [unknown(f"u{i}") for i in range(999)]
    assert "999 of 1,000 verdicts (99 %)" in console.render(report([passed[0], *doubts], [gap()]))


def test_gaps_are_grouped_by_cause_and_name_the_permission():
    gaps = [gap(region=name, resource_id=name) for name in ("eu-central-1", "us-east-1")] + [
        gap(account="444455556666")
    ]
    text = " ".join(console.render(report([unknown()], gaps)).split())
    assert (
        f"? s3:GetBucketPolicy was denied in {ACCOUNT} and 444455556666, eu-central-1 and us-east-1, 3 times. "
        "Cannot tell for 1 rule: s3-bucket-policy-public. Grant s3:GetBucketPolicy."
    ) in text


def test_code_is_named_by_file_line_and_address():
    text = console.render(report([code(fix={"terraform": "aws_s3_bucket: x = true", "cli": "aws s3api"})]))
    assert "main.tf:4 aws_s3_bucket.data" in text
    assert "fix: aws_s3_bucket: x = true" in text


def test_a_fix_is_shown_whole_or_not_at_all():
    short = console.render(report([finding(fix={"cli": "aws a\naws b # then\n"})]))
    assert "    fix: aws a\n         aws b # then\n" in short
    assert "fix:" not in console.render(report([finding(fix={"cli": "aws\n" * 9})]))
    assert "fix:" not in console.render(report([finding("a", fix={"cli": "x"}), finding("b", fix={"cli": "x"})]))


def test_verdicts_of_one_rule_under_two_settings_are_told_apart():
    made = report([finding(params={"days": 90}), finding(params={"days": 30}, fingerprint="0" * 32)])
    made.rules["s3-bucket-policy-public"]["params"] = {"days": 90}
    assert console.render(made).count("with days") == 1
    assert "      with days = 30\n" in console.render(made)


def test_what_could_not_be_told_without_a_gap_is_named():
    text = console.render(report([code(), *[unknown(f"u{i}", message=f"Cannot tell for u{i}") for i in range(9)]]))
    assert "? Cannot tell for u2" in text
    assert "u3" not in text


def test_names_that_would_fool_a_reader_are_shown_as_escapes():
    text = console.render(report([finding("a\u202egnp\x1b[2J\nb")]))
    assert r"a\u202egnp\x1b[2J\x0ab" in text


def test_rule_errors_and_changes_are_told():
    made = report([finding(change="new"), finding("f", verdict="pass", change="fixed")])
    made.coverage["rule_errors"] = [{"rule": "s3-x", "resource": "r", "message": "not a number"}]
    text = console.render(made)
    assert "Since the earlier scan: 1 fixed, 1 new." in text
    assert "s3-x, on 1 resource: not a number" in text


def test_reports_and_next_step_close_the_summary():
    text = console.render(report(), paths=["out/report.html"], next_step="Open out/report.html")
    assert text.endswith("\nReport: out/report.html\nNext: Open out/report.html\n")
    assert formats.render("console", report()) == console.render(report())


@given(st.text(st.characters(codec=None), max_size=30), st.integers(0, 20))
def test_text_helpers_keep_their_promises(text, width):
    shown = printable(text)
    assert shown.isprintable()
    assert printable(shown) == shown
    assert columns(cut(shown, width)) <= width
    assert plain_ascii(shown).isascii()
    if columns(shown) <= width:
        assert cut(shown, width) == shown


def test_wide_characters_take_two_columns_and_marks_none():
    assert columns("日本") == 4
    assert columns("e\u0301") == 1
    assert cut("日本語", 5) == "日本…"


CLOSED = {"reason": "Closed.", "owner": "the organisation", "expires": "", "source": "accept_region_deny"}


def test_accepted_gaps_come_last_and_say_who_lives_with_them():
    accepted = {"reason": "not ours to read", "owner": "kms@example.org", "expires": "2027-03-31", "source": "x"}
    places = ("ap-east-1", "af-south-1")
    closed = [
        gap(operation="", service="", permission="", region=name, message="all refused", accepted=CLOSED)
        for name in places
    ]
    gaps = [gap(operation="GetKeyPolicy", accepted=accepted), *closed, gap(operation="GetBucketAcl")]
    text = " ".join(console.render(report([unknown()], gaps), width=200).split())
    assert text.index("GetBucketAcl") < text.index("all refused")
    assert f"all refused in {ACCOUNT}, af-south-1 and ap-east-1, 2 times" in text
    assert "Accepted by the organisation: Closed. " in text
    assert "GetKeyPolicy was denied" in text
    assert "Accepted by kms@example.org until 2027-03-31: not ours to read." in text
    assert text.count("Grant") == 1
    assert "3 gaps are accepted. The scan is incomplete" in text


def test_acceptances_that_do_nothing_are_told_before_those_that_soon_will():
    entry = {"rule": "a-*", "reason": "r", "owner": "o", "expires": "2026-11-25", "source": "w.toml:1", "problems": []}
    old = entry | {"source": "w.toml:8", "expires": "2026-01-01", "problems": ["expired", "too_broad"], "resource": "*"}
    gap_entry = {"service": "kms", "operation": "GetKeyPolicy", "reason": "r", "owner": "o", "expires": "2027-01-01",
                 "source": "posture.toml: accepted_gaps[1]", "gaps": 0, "problems": ["unused"]}  # fmt: skip
    text = console.render(report(waivers=[entry, old, *[old] * 8], accepted_gaps=[gap_entry]), width=300)
    lines = text.split("Accepted, and due for a look\n")[1].splitlines()
    assert lines[0] == (
        "    w.toml:8 (a-*, *, of o) says too little and expired on 2026-01-01: it covers nothing; "
        "name a rule, a resource, an account or tags."
    )
    assert lines[8] == "    and 3 more"
    text = console.render(report(waivers=[entry], accepted_gaps=[gap_entry]), width=300)
    first, second = text.split("Accepted, and due for a look\n")[1].splitlines()
    assert first == "    posture.toml: accepted_gaps[1] (kms:GetKeyPolicy, of o) matches nothing: remove it."
    assert second == "    w.toml:1 (a-*, of o) ends tomorrow, on 2026-11-25."
