"""The HTML page as text: sealed, escaped, self-contained, the same every time."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import html_samples as samples
import html_samples_changes as more
import pytest
from html_page import Data

from scanner.assets import folder
from scanner.model import Evidence, Gap, Report, Verdict, Why
from scanner.render import html as renderer
from scanner.render.formats import formats
from scanner.render.html_columns import pack
from scanner.render.html_gaps import Links, group_gaps
from scanner.render.html_summary import LISTED, summary, visible

PROBLEMS = [[], ["expired"], ["unused"], ["unused"], ["too_broad", "unused"]]
SAMPLES = (samples.small, samples.hostile, samples.nothing, samples.empty, samples.unreadable, samples.plan)
SAMPLES += (more.compared, more.unread, more.hostile_everywhere)


class Elements(HTMLParser):
    """Every start tag with its attributes, and the text of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.text: list[str] = []
        self._inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag if tag in self.raw else ""
        if self._inside:
            self.raw[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.raw[self._inside][-1] += data
        else:
            self.text.append(data)

    def attribute(self, tag: str, name: str) -> list[str]:
        return [str(attrs[name]) for found, attrs in self.tags if found == tag and name in attrs]


def data_of(report: Report) -> Data:
    return Data(renderer.render(report))


@pytest.fixture(scope="module")
def page() -> str:
    return renderer.render(samples.small())


def test_the_format_is_found_by_presence() -> None:
    assert formats()["html"].extension == "html"
    assert formats()["html"].render is renderer.render


@pytest.mark.parametrize("make", SAMPLES)
def test_the_same_report_gives_the_same_bytes(make: Any) -> None:
    assert renderer.render(make()) == renderer.render(make())


def test_the_policy_names_the_very_script_and_style(page: str) -> None:
    elements = Elements(page)
    (policy,) = [a["content"] for t, a in elements.tags if a.get("http-equiv") == "Content-Security-Policy"]
    directives = dict(part.split(" ", 1) for part in str(policy).split("; "))
    (script,) = [text for text in elements.raw["script"] if "function" in text]
    (style,) = elements.raw["style"]
    for name, text in (("script-src", script), ("style-src", style)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert directives[name] == f"'sha256-{digest}'"
    assert directives["default-src"] == directives["base-uri"] == directives["form-action"] == "'none'"
    assert directives["font-src"] == "data:"
    assert directives["require-trusted-types-for"] == "'script'"
    assert directives["trusted-types"] == "'none'"


def test_the_policy_stands_before_anything_it_governs(page: str) -> None:
    assert page.index("Content-Security-Policy") < page.index("<style>") < page.index("<body>")


@pytest.mark.parametrize("make", SAMPLES)
def test_nothing_is_loaded_and_nothing_is_inline(make: Any) -> None:
    elements = Elements(renderer.render(make()))
    names = {name for _, attrs in elements.tags for name in attrs}
    assert not {name for name in names if name.startswith("on")}
    assert not names & {"style", "src", "srcset", "action", "formaction", "data", "poster", "srcdoc"}
    assert all(target.startswith("#") for target in elements.attribute("a", "href"))
    assert not {tag for tag, _ in elements.tags} & {"link", "img", "iframe", "object", "embed", "base", "form"}
    (style,) = elements.raw["style"]
    assert set(re.findall(r"url\((?!#)([a-z]+):", style)) == {"data"}
    assert "@import" not in style
    assert "fonts/" not in re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)


def test_hostile_strings_are_never_markup() -> None:
    page = renderer.render(more.hostile_everywhere())
    for text in more.HOSTILE:
        if html.escape(text) != text:
            assert text not in page
    elements = Elements(page)
    assert len(elements.raw["script"]) == 5
    # The noscript copy is text to a browser that runs scripts, so it must not end early either.
    assert page.count("</noscript>") == page.count("</template>") == 1
    assert "<img src=x onerror=window.pwned=1>" in "".join(elements.text)


def test_what_cannot_be_seen_is_written_out() -> None:
    assert visible("a\u202eb\u0007\ud800") == "a⟨U+202E⟩b⟨U+0007⟩⟨U+D800⟩"
    assert visible("plain – text\n") == "plain – text\n"
    assert visible(7) == 7
    assert "\u202e" not in renderer.render(samples.hostile())


def test_the_page_can_be_written_whatever_the_names() -> None:
    made = samples.report([samples.finding("s3-bucket-versioning", "x\ud83d", "fail", "lone \ud83d surrogate")])
    renderer.render(made).encode("utf-8")


def test_numbers_that_json_lacks_do_not_break_the_page() -> None:
    made = samples.small()
    made.resources["arn:aws:s3:::exports"]["config"]["Odd"] = [float("nan"), float("inf"), 1.5]
    assert data_of(made).document("arn:aws:s3:::exports")["config"]["Odd"] == ["nan", "inf", 1.5]


@pytest.mark.parametrize("make", [samples.small, more.compared, more.hostile_everywhere])
def test_the_data_hold_every_finding(make: Any) -> None:
    report = make()
    data = data_of(report)
    assert data.fingerprints() == [item.fingerprint for item in report.findings]
    assert {len(column) for column in data.findings.values()} == {len(report.findings)}
    for index, item in enumerate(report.findings):
        assert data.core["rules"][data.findings["rule"][index]]["id"] == item.rule_id
        assert data.resource(data.findings["resource"][index], "id") == item.resource_id
        assert data.evidence(index) == [e.to_json() for e in item.evidence]
        assert data.core["changeNames"][data.findings["change"][index]] == (item.change or "")


def test_details_stand_in_blocks_that_end_with_a_resource() -> None:
    report = samples.many(4000)
    data = data_of(report)
    assert len(data.blocks) > 2
    assert data.columns["starts"][0] == 0
    for start in list(data.columns["starts"])[1:]:
        assert report.findings[start].resource_id != report.findings[start - 1].resource_id
    for index in (0, 777, 3999):
        assert data.evidence(index) == [e.to_json() for e in report.findings[index].evidence]
        id_ = report.findings[index].resource_id
        assert data.document(id_)["config"] == report.resources[id_]["config"]


def test_resources_that_nothing_judged_are_there_too() -> None:
    made = samples.nothing()
    made.resources["lonely"] = samples.resource("lonely", "AWS::SNS::Topic", "lonely", {"Name": "lonely"})
    assert data_of(made).document("lonely") == {"config": {"Name": "lonely"}, "origin": {"kind": "live"}}


def test_what_does_not_apply_is_counted_from_the_coverage() -> None:
    totals = data_of(samples.small()).core["totals"]
    assert totals == {"fail": 3, "unknown": 2, "waived": 1, "pass": 1, "not_applicable": 5}


def test_an_expired_waiver_waives_nothing() -> None:
    waiver = {"reason": "x", "owner": "y", "expires": "2020-01-01", "expired": True}
    made = samples.report([samples.finding("s3-bucket-versioning", "b", "fail", "b", waiver=waiver)])
    totals = data_of(made).core["totals"]
    assert (totals["fail"], totals["waived"]) == (1, 0)


def test_texts_are_kept_once() -> None:
    data = data_of(samples.many(800))
    assert len(data.core["strings"]) == len(set(data.core["strings"]))
    assert data.core["strings"][0] == ""


def test_numbers_take_the_width_that_they_need() -> None:
    layout, data = pack({"a": [0, 255], "b": [256], "c": [], "d": [70_000], "e": b"xyz"})
    assert layout == [("a", 1, 2), ("b", 2, 1), ("c", 1, 0), ("d", 4, 1), ("e", 1, 3)]
    assert data == bytes((0, 255, 0, 0, 0, 1, 0, 0)) + (70_000).to_bytes(4, "little") + b"xyz\0"


def test_the_core_says_what_changed() -> None:
    core = data_of(more.compared()).core
    assert core["baseline"]["taken_at"] == "2026-11-16T06:00:00Z"
    assert (core["baseline"]["gone"], core["baseline"]["goneFails"]) == (3, 3)
    assert core["baseline"]["differences"] == {"added": 1, "changed": 1, "removed": 1}
    assert [item["problems"] for item in core["waivers"]] == PROBLEMS
    assert data_of(samples.small()).core["baseline"] is None


def test_an_earlier_severity_is_told_where_the_comparison_tells_it() -> None:
    made = more.compared()
    item = made.findings[0]
    assert made.baseline is not None
    made.baseline["severities"] = {item.fingerprint: "low", made.findings[1].fingerprint: made.findings[1].severity}
    assert data_of(made).core["baseline"]["severities"] == {"0": 3}


def test_what_is_gone_and_what_differs_stand_apart() -> None:
    differences = data_of(more.compared()).differences()
    assert [item["why"] for item in differences["gone"]] == ["rule", "not_scanned", "resource"]
    assert [item["kind"] for item in differences["changes"]] == ["changed", "added", "removed"]
    assert differences["changes"][0]["members"] == more.POLICY_CHANGES


def test_an_accepted_gap_leaves_the_run_complete() -> None:
    accepted = {"reason": "x", "owner": "y", "expires": "2027-01-31"}
    made = samples.report([], gaps=[gap("ListKeys", "x", accepted=accepted), gap("ListKeys", "y", accepted=accepted)])
    (group,) = data_of(made).core["gaps"]
    assert (group["incomplete"], group["accepted"], group["count"]) == (False, accepted, 2)
    assert summary(made).unknown_sentence == "Every call was answered, 1 accepted gap aside."
    made.gaps.append(gap("ListKeys", "x"))
    assert [item["incomplete"] for item in data_of(made).core["gaps"]] == [True, False]


def gap(operation: str, region: str, reason: Why = Why.DENIED, **more: Any) -> Gap:
    return Gap(samples.ACCOUNTS[0], region, "s3", operation, f"s3:{operation}", reason, **more)


def test_gaps_are_one_entry_a_call_and_reason() -> None:
    gaps = [
        gap("GetBucketPolicy", "eu-central-1", resource_id="a", rules=("x",), message="no"),
        gap("GetBucketPolicy", "us-east-1", resource_id="b", rules=("y",), message="no"),
        gap("GetBucketPolicy", "us-east-1", Why.THROTTLED),
        gap("", "", Why.NOT_COLLECTED, resource_types=("AWS::RDS::DBInstance",)),
    ]
    first, second, third = (group.to_json() for group in group_gaps(gaps))
    assert (first["reason"], first["regions"], first["resources"]) == ("denied", ["eu-central-1", "us-east-1"], 2)
    assert (first["rules"], first["count"], first["message"]) == (["x", "y"], 2, "no")
    assert second["reason"] == "throttled"
    assert (third["reason"], third["incomplete"]) == ("not_collected", False)


def test_inputs_without_a_call_are_not_lumped_together() -> None:
    gaps = [
        Gap("", "", "", "", "", Why.ERROR, resource_id=name, message="does not parse") for name in ("a.yaml", "b.yaml")
    ]
    assert [group.to_json()["resource"] for group in group_gaps(gaps)] == ["a.yaml", "b.yaml"]


def test_findings_are_linked_to_the_gap_that_left_them_open() -> None:
    report = samples.small()
    groups = group_gaps(report.gaps)
    links = Links(report, groups)
    linked = {
        item.resource_id: [groups[index].call for index in links.groups_of(item)]
        for item in report.findings
        if item.verdict is Verdict.UNKNOWN
    }
    assert linked["arn:aws:s3:::logs"] == ["s3:GetBucketPolicy"]
    assert linked[f"{samples.ACCOUNTS[1]}/us-east-1/AWS::EC2::SecurityGroup"] == ["ec2:DescribeSecurityGroups"]


def test_why_comes_from_the_resource_then_the_gap_then_the_listing() -> None:
    plan = samples.plan()
    (unknown,) = [item for item in plan.findings if item.verdict is Verdict.UNKNOWN]
    assert Links(plan, []).why(unknown) == "after_apply"
    small = samples.small()
    by_id = {item.resource_id: item for item in small.findings if item.verdict is Verdict.UNKNOWN}
    unlisted = by_id[f"{samples.ACCOUNTS[1]}/us-east-1/AWS::EC2::SecurityGroup"]
    assert Links(small, group_gaps(small.gaps)).why(unlisted) == "denied"
    assert Links(small, []).why(unlisted) == "denied"
    small.coverage["listings"] = []
    assert Links(small, []).why(unlisted) == ""


@pytest.mark.parametrize(
    ("make", "said", "unknown"),
    [
        (
            samples.small,
            "3 findings are open.",
            "Incomplete scan: 2 calls could not be answered. 2 of 12 verdicts are unknown.",
        ),
        (samples.nothing, "No open failures in 2 accounts.", "Every call was answered."),
        (samples.empty, "No rule found anything to judge.", "Every call was answered."),
        (samples.plan, "1 finding is open.", "1 of 2 verdicts is unknown."),
        (
            samples.unreadable,
            "Nothing could be read, so whether anything fails is not known.",
            "Incomplete scan: 1 call could not be answered. 4 of 4 verdicts are unknown.",
        ),
    ],
)
def test_the_summary_says_what_it_is(make: Any, said: str, unknown: str) -> None:
    made = summary(make())
    assert (made.open_sentence, made.unknown_sentence) == (said, unknown)


def test_the_summary_says_what_changed_and_what_was_accepted() -> None:
    made = summary(more.compared())
    assert made.since_sentence == ("Since 2026-11-16T06:00:00Z: 1 new, 1 reopened, 1 fixed, 1 not assessed, 3 gone.")
    assert [why for call, _, why in made.gaps if call == "kms:ListKeys"] == [
        "denied (accepted by platform until 2027-01-31)"
    ]
    assert summary(samples.small()).since_sentence == ""


def test_no_failures_is_never_said_of_an_incomplete_scan_alone() -> None:
    made = samples.report([samples.finding("s3-bucket-versioning", "a", "pass", "a")], gaps=[gap("GetBucketAcl", "x")])
    assert summary(made).open_sentence == "No open failures in 2 accounts."
    assert summary(made).unknown_sentence.startswith("Incomplete scan: 1 call could not be answered.")


def test_severity_counts_of_an_unreadable_estate_are_not_zero() -> None:
    assert {shown for _, shown, _ in summary(samples.unreadable()).severities} == {"not known"}


def test_a_long_summary_says_that_it_is_cut() -> None:
    findings = [samples.finding("sg-ingress-ssh", f"sg-{n}", "fail", f"sg-{n} is open") for n in range(LISTED + 5)]
    page = renderer.render(samples.report(findings))
    assert f"The first {LISTED} of {LISTED + 5} are listed." in page


def test_an_unknown_rule_or_severity_does_not_break_the_page() -> None:
    stranger = samples.finding("gone", "x", "fail", "x", severity="apocalyptic", evidence=[Evidence("A", [1], None)])
    made = Report({}, {}, {}, {}, {}, [], {}, [stranger])
    data = data_of(made)
    assert data.core["rules"][0]["title"] == "gone"
    assert list(data.findings["severity"]) == [4]


def test_frameworks_may_map_requirements_by_id() -> None:
    made = samples.small()
    made.frameworks["nist-800-53-r5"]["requirements"] = {"AC-3": {"title": "Access is enforced"}}
    assert data_of(made).core["frameworks"]["nist-800-53-r5"]["requirements"] == {"AC-3": "Access is enforced"}


def test_the_page_is_small(page: str) -> None:
    assert len(page) < 300_000
    assert len(renderer.render(samples.many(4000))) < 800_000


@pytest.mark.slow
def test_twenty_thousand_findings_stay_small() -> None:
    assert len(renderer.render(samples.many(20_000))) < 5_000_000


def test_our_own_files_cannot_end_their_elements_early() -> None:
    home: Path = folder("reports") / "html"
    assert all("</script" not in path.read_text("utf-8").lower() for path in (home / "js").iterdir())
    assert all("</style" not in path.read_text("utf-8").lower() for path in (home / "css").iterdir())
    for path in (home / "js").iterdir():
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", path.read_text("utf-8"))


def test_the_fonts_come_with_their_licence() -> None:
    fonts = folder("reports") / "html" / "fonts"
    assert {path.suffix for path in fonts.iterdir()} == {".woff2", ".txt"}
    for name in ("Inter-OFL.txt", "JetBrainsMono-OFL.txt"):
        assert "SIL OPEN FONT LICENSE Version 1.1" in (fonts / name).read_text("utf-8")


def test_findings_of_other_parameters_say_which() -> None:
    usual = samples.finding("sg-ingress-ssh", "b", "fail", "b is open", params={"port": 22})
    other = samples.finding("sg-ingress-ssh", "b", "fail", "b is open", params={"port": 90}, fingerprint="0" * 32)
    made = samples.report([usual, other])
    assert data_of(made).texts("binding") == ["port=90", ""]
    assert sorted(row[1] for row in summary(made).worst) == ["b is open", "b is open (port=90)"]


def test_the_list_shows_the_place_a_fact_names_rather_than_the_fact() -> None:
    shown = set(data_of(samples.small()).texts("found"))
    assert "/Policy/Statement/1" in shown
    assert not any(text.startswith("{") for text in shown)
