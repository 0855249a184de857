"""One finding: evidence, the deciding document, the way out, and accepting the risk."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import html_samples as samples
import html_samples_changes as more
import pytest

from scanner.model import fingerprint

pytestmark = pytest.mark.browser

PUBLIC = fingerprint("s3-bucket-policy-public", "arn:aws:s3:::exports")
DENIED = fingerprint("s3-bucket-policy-public", "arn:aws:s3:::logs")
SSH = fingerprint("sg-ingress-ssh", "arn:aws:ec2:eu-central-1:111122223333:security-group/sg-0a1")


def test_the_detail_shows_the_claim_the_evidence_and_the_deciding_statement(page: Any) -> None:
    page.open(samples.small, f"#/findings/{PUBLIC}?v=fail")
    page.wait_for_text(".detail", "Fingerprint")
    text = page.text(".detail")
    for part in ("Anyone on the internet can read objects", "env=production", "PartnerDownloads", "AC-3", PUBLIC):
        assert part in text
    marked = page.text(".detail mark")
    assert '"Sid": "PartnerDownloads"' in marked
    assert "AllowAppRole" not in marked


def test_the_fix_has_tabs_that_arrows_move(page: Any) -> None:
    page.open(samples.small, f"#/findings/{PUBLIC}?v=fail")
    page.wait_for_text(".tabs", "CloudFormation")
    assert "put-public-access-block" in page.text("[role=tabpanel]")
    page.click(".tabs [role=tab]")
    page.keys("\ue014")
    page.wait_for_text("[role=tabpanel]", "restrict_public_buckets")
    assert page.run("return document.activeElement.innerText") == "Terraform"


def test_an_unknown_says_what_would_decide_it(page: Any) -> None:
    page.open(samples.small, f"#/findings/{DENIED}?v=unknown")
    page.wait_for_text(".detail", "What would decide it")
    text = page.text(".detail")
    assert "not read" in text
    assert "s3:GetBucketPolicy" in text
    assert "How to fix" not in text


def test_code_says_file_and_line(page: Any) -> None:
    page.open(samples.small, f"#/findings/{SSH}?v=fail")
    page.wait_for_text(".detail", "network/main.tf:12")
    assert page.text(".tabs [aria-selected=true]") == "CLI"


def waiver_toml(page: Any) -> dict[str, Any]:
    """What the form shows, as TOML reads it."""
    page.click(".waive summary")
    page.filled(".waive [name=reason]", 'Behind the VPN, "really"\nuntil May')
    page.filled(".waive [name=owner]", "platform")
    (entry,) = tomllib.loads(page.run("return document.querySelector('.waive pre').textContent"))["waiver"]
    made: dict[str, Any] = entry
    return made


def test_accepting_a_risk_writes_an_entry_for_the_waivers(page: Any, downloads: Path) -> None:
    page.open(samples.small, f"#/findings/{PUBLIC}?v=fail")
    page.wait_for_text(".detail", "Accept this risk")
    entry = waiver_toml(page)
    assert entry == {
        "rule": "s3-bucket-policy-public",
        "resource": "arn:aws:s3:::exports",
        "reason": 'Behind the VPN, "really"\nuntil May',
        "owner": "platform",
        "expires": date(2027, 2, 22),
    }
    page.click(".waive [type=submit]")
    assert tomllib.loads(page.saved(downloads / "posture.waivers.toml")) == {"waiver": [entry]}
    assert len(page.texts(".vlist .vr.f")) == 3


def test_a_waiver_without_reason_or_owner_is_not_written(page: Any, downloads: Path) -> None:
    page.open(samples.small, f"#/findings/{PUBLIC}?v=fail")
    page.wait_for_text(".detail", "Accept this risk")
    page.click(".waive summary")
    page.click(".waive [type=submit]")
    page.wait_for_text(".waive [role=alert]", "A reason, an owner and a day of expiry are required.")
    assert not (downloads / "posture.waivers.toml").exists()


def test_a_waiver_for_an_account_names_no_resource(page: Any) -> None:
    page.open(samples.small, f"#/findings/{PUBLIC}?v=fail")
    page.wait_for_text(".detail", "Accept this risk")
    script = (
        "const s = document.querySelector('.waive select'); s.value = 'account'; s.dispatchEvent(new Event('change'))"
    )
    page.run(script)
    entry = waiver_toml(page)
    assert (entry["account"], "resource" in entry) == (samples.ACCOUNTS[0], False)


def starred() -> Any:
    return samples.report([samples.finding("s3-bucket-versioning", "arn:aws:s3:::*", "fail", "* keeps nothing")])


def test_a_name_that_is_a_glob_is_waived_by_its_fingerprint(page: Any) -> None:
    mark = fingerprint("s3-bucket-versioning", "arn:aws:s3:::*")
    page.open(starred, f"#/findings/{mark}?v=fail")
    page.wait_for_text(".detail", "Accept this risk")
    entry = waiver_toml(page)
    assert (entry["fingerprint"], "resource" in entry) == (mark, False)


def named(text: str) -> Any:
    def hostile_name() -> Any:
        return samples.report([samples.finding("s3-bucket-versioning", text, "fail", text)])

    hostile_name.__name__ = f"hostile_name_{more.HOSTILE.index(text)}"
    return hostile_name


@pytest.mark.parametrize("text", more.HOSTILE)
def test_hostile_names_give_toml_that_means_the_same(page: Any, downloads: Path, text: str) -> None:
    mark = fingerprint("s3-bucket-versioning", text)
    page.open(named(text), f"#/findings/{mark}?v=fail")
    page.wait_for_text(".detail", "Accept this risk")
    waiver_toml(page)
    page.click(".waive [type=submit]")
    (entry,) = tomllib.loads(page.saved(downloads / "posture.waivers.toml"))["waiver"]
    if "resource" in entry:
        assert entry["resource"] == text
    else:
        assert entry["fingerprint"] == mark


def test_a_waived_finding_says_who_and_until_when(page: Any) -> None:
    mark = fingerprint("s3-bucket-versioning", "arn:aws:s3:::exports")
    page.open(samples.small, f"#/findings/{mark}?v=waived")
    page.wait_for_text(".detail", "Accepted risk")
    assert "platform · until 2027-02-28" in page.text(".detail")
    assert page.run("return document.querySelector('.waive') === null")
