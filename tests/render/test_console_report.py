"""The console report: the right words in the right order, and nothing that a terminal obeys."""

from __future__ import annotations

import re
import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_samples import ACCOUNT, code, finding, gap, report
from report_strategies import reports

from scanner.model import Evidence, Why
from scanner.render import console, formats
from scanner.render.console_style import Style, continued
from scanner.render.text import columns, cut, plain_ascii, printable

PAINT = re.compile(r"\x1b\[[0-9;]*m")


def unknown(resource: str = "u", why: str = "denied: AccessDenied", **changed):
    return finding(resource, verdict="unknown", evidence=[Evidence("Policy", reason=why)], **changed)


@settings(max_examples=60)
@given(reports(), st.integers(1, 200), st.booleans(), st.booleans())
def test_nothing_reaches_the_terminal_but_lines_of_visible_text(made, width, color, unicode):
    text = console.render(made, width=width, color=color, unicode=unicode, paths=["a\x1b.html"], next_step="b\x07")
    bare = PAINT.sub("", text) if color else text
    assert all(line.isprintable() for line in bare.split("\n"))
    assert text.endswith("\n")
    if not unicode:
        assert text.isascii()


@settings(max_examples=60)
@given(reports())
def test_colour_adds_nothing_but_colour(made):
    assert PAINT.sub("", console.render(made, color=True)) == console.render(made)


def test_colour_leaves_no_blanks_at_the_end_of_a_line():
    style = Style(80, color=True, unicode=True)
    assert style.finish([f"a  {style.paint(' ', 'quiet')}"]) == "a\n"
    assert PAINT.sub("", style.finish([f"a  {style.paint('b ', 'quiet')}"])) == "a  b\n"


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
    assert "1 of 1,000 verdicts (under 1 %)" in console.render(report([*passed, unknown()], [gap()]))
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
    assert "Since the earlier scan: 1 new, 1 fixed." in text
    assert "s3-x, on 1 resource: not a number" in text


def test_reports_and_next_steps_close_the_summary():
    passed = report([finding(verdict="pass")])
    text = console.render(passed, paths=["out/report.html"], next_step="Open out/report.html")
    assert text.endswith("\nReport: out/report.html\nNext\n  Open out/report.html\n")
    assert "Next" not in console.render(passed, paths=["out/report.html"])
    assert formats.render("console", report()) == console.render(report())


def test_what_to_do_next_are_commands_with_their_reason():
    fingerprint = finding().fingerprint[:12]
    text = console.render(report([finding()], [gap()]), paths=["my report.json"])
    assert f"    posture explain --finding {fingerprint} --report 'my report.json'\n" in text
    assert "  1 permission is missing; the policy that has all:\n    posture permissions\n" in text
    assert "    posture report 'my report.json' -o html=report.html\n" in text
    assert "    … --baseline 'my report.json'\n" in text
    bare = console.render(report())
    assert "    posture explain s3-bucket-policy-public\n" in bare
    assert "    … -o html=report.html -o json=report.json\n" in bare
    slowed = console.render(report([finding(verdict="pass")], [gap(reason=Why.THROTTLED)]))
    assert "    … --concurrency 8\n" in slowed
    accepted = console.render(report([finding(verdict="pass")], [gap(accepted={"owner": "x"})]))
    assert "posture permissions" not in accepted
    assert "posture permissions" not in console.render(report([code()], [gap()], snapshot={"source": "terraform"}))


def test_the_scan_is_named_first():
    lines = console.render(report()).split("\n")
    assert lines[:2] == [
        "aws-posture 0.1.0 · live · 2026-11-24T01:02:03Z",
        "111122223333 · eu-central-1 · 1 resource · 1 rule",
    ]
    many = report(snapshot={"accounts": [str(number) for number in range(9)], "regions": ["a", "b", "c"]})
    assert "9 accounts · a, b, c · 1 resource" in console.render(many)


COUNTS = {"new": 6, "reopened": 0, "existing": 9, "fixed": 1, "not_assessed": 2, "gone": 3}
BASELINE = {
    **dict.fromkeys(("accounts", "regions", "rules_added", "rules_removed", "gone"), ()),
    "taken_at": "2026-11-20T00:00:00Z",
    "version": "0.1.0",
    "counts": COUNTS,
}


def test_what_is_new_and_fixed_is_told_against_the_baseline():
    found = [
        *[finding(f"n{number}", change="new") for number in range(6)],
        *[finding(f"e{number}", change="existing") for number in range(9)],
        finding("f", verdict="pass", change="fixed"),
        *[unknown(f"u{number}", change="not_assessed") for number in range(2)],
    ]
    text = console.render(report(found, baseline=BASELINE))
    assert "Since the scan of 2026-11-20T00:00:00Z: 6 new, 1 fixed, 9 existing, 2 not assessed, 3 gone.\n" in text
    assert "  ✗ new: s3-bucket-policy-public (critical), arn:aws:s3:::n0\n" in text
    assert "    and 2 more new\n" in text
    assert "  ✓ fixed: s3-bucket-policy-public (critical), arn:aws:s3:::f\n" in text
    assert "2 earlier failures cannot be told now: not fixed, not seen." in text
    assert "3 earlier findings have no counterpart" in text
    assert "--baseline" not in text
    made = console.render(report([finding("n0", change="new"), finding("e0", change="existing")], baseline=BASELINE))
    assert "    [new] n0 grants" in made
    assert "    e0 grants" in made
    none = BASELINE | {"counts": dict.fromkeys(COUNTS, 0)}
    same = console.render(report([finding(verdict="pass")], baseline=none))
    assert "Since the scan of 2026-11-20T00:00:00Z: no difference." in same


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal_unless_it_is_one_word_or_a_command(width):
    long = "grants s3:GetObject and s3:PutObject to everybody who asks, from wherever in the world that may be"
    found = [finding(f"bucket-{number}", message=f"bucket-{number} {long}", change="new") for number in range(5)]
    accepted_one = finding("w", waiver=waiver(reason="a public site, whose pages everybody may and shall read " * 3))
    gaps = [gap(region=f"eu-west-{number}", rules=tuple(f"rule-{each}" for each in range(9))) for number in range(9)]
    made = report([*found, accepted_one, unknown()], gaps, baseline=BASELINE)
    made.coverage["verdicts"] = {"pass": 123_456, "fail": 6, "unknown": 98_765, "not_applicable": 234_567}
    paths = [f"reports/{name}.html" for name in ("one-of-them", "another-one", "the-third-one", "a-fourth")]
    for line in console.render(made, width=width, paths=paths).splitlines():
        command = line.startswith("    posture ")
        assert columns(line) <= width or command or " " not in line.strip(), line


def waiver(**changed):
    return {"reason": "public site", "owner": "web@example.org", "expires": "2027-03-31"} | changed


def test_who_accepted_what_and_what_has_expired_is_told():
    expired = waiver(rule="kms-*", expires="2026-11-01", problems=["expired"], source="posture.waivers.toml:7")
    made = report(
        [finding("a", waiver=waiver()), finding("b", waiver=waiver()), finding("c", waiver=waiver(owner="x\x1b[2J"))],
        waivers=[waiver(rule="s3-*", problems=[]), expired],
    )
    text = " ".join(console.render(made).split())
    assert "Accepted ‖ 2 failures by web@example.org until 2027-03-31: public site" in text
    assert r"‖ 1 failure by x\x1b[2J until 2027-03-31" in text
    assert "posture.waivers.toml:7 (kms-*, of web@example.org) expired on 2026-11-01: it covers nothing" in text


def test_the_order_of_the_summary():
    made = report([finding("n", change="new"), finding("w", waiver=waiver()), unknown()], [gap()], baseline=BASELINE)
    text = console.render(made)
    marks = [
        *("aws-posture 0.1.0", "open failure in", "✗ critical", "Since the scan"),
        *("Accepted\n", "Could not be seen", "Next\n"),
    ]
    assert [text.index(mark) for mark in marks] == sorted(text.index(mark) for mark in marks)


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("aws a --b c", ["aws a --b c"]),
        ("aws s3api put --bucket data --acl private", ["aws s3api put --bucket data \\", "  --acl private"]),
        ("aws describe a b c --y 'a --b c'", ["aws describe a b c \\", "  --y 'a --b c'"]),
        ("# aws s3api put --bucket data --acl x", ["# aws s3api put --bucket data \\", "#   --acl x"]),
        ("# then look at it again -- or do not, as you like", ["# then look at it again -- or do not, as you like"]),
        ("", [""]),
    ],
)
def test_a_long_command_goes_on_in_the_next_line(command, lines):
    assert list(continued(command, 30)) == lines


words = st.sampled_from(["aws", "--a", "'x --y'", '"--b', 'c"', "--long-option", "v", "it's", "\\"])


@given(st.lists(words, max_size=12), st.integers(1, 60))
def test_a_continued_command_is_the_same_command(made, width):
    command = " ".join(["aws", *made])
    try:
        meant = shlex.split(command)
    except ValueError:
        return
    assert shlex.split("\n".join(continued(command, width)).replace("\\\n", "")) == meant
    assert list(continued(f"{command} # see --b", width)) == [f"{command} # see --b"]


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
    first, second = text.split("Accepted, and due for a look\n")[1].split("\n\n")[0].splitlines()
    assert first == "    posture.toml: accepted_gaps[1] (kms:GetKeyPolicy, of o) matches nothing: remove it."
    assert second == "    w.toml:1 (a-*, of o) ends tomorrow, on 2026-11-25."
