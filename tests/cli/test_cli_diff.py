"""`posture diff`: five changes are told as these five, and what was not read is never a change."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cli_snapshots import ACCOUNT, ARCHIVE, DENIED, EXAMPLE, OPEN_SSH, Estate, estate, five_changes, named, write

from scanner.model import Unknown, Why

pytestmark = pytest.mark.usefixtures("few_rules")

Run = Callable[..., Any]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return write(tmp_path / "old.posture")


def difference(posture: Run, *arguments: str) -> dict[str, Any]:
    result = posture("diff", *arguments, "--format", "json")
    assert result.code == 0, result.err
    found: dict[str, Any] = json.loads(result.out)
    return found


def test_an_unchanged_account_has_no_difference(posture: Run, old: Path, tmp_path: Path) -> None:
    write(tmp_path / "new.posture")
    result = posture("diff", "old.posture", "new.posture", "--exit-code")
    assert result.code == 0
    assert re.search(
        rf"^No difference in {len(estate()):,} resources and [0-9,]+ verdicts\.$", result.out, re.MULTILINE
    )
    # what no rule reads was not collected, on neither side
    assert [line.partition("members")[0][:19] for line in result.out.splitlines()[4:]] == ["Neither side knows "]
    assert difference(posture, "old.posture", "new.posture")["different"] is False


def test_five_changes_are_exactly_those_five(posture: Run, old: Path, tmp_path: Path) -> None:
    write(tmp_path / "new.posture", five_changes)
    found = difference(posture, "old.posture", "new.posture")
    told = {
        change["name"] or change["resource_id"]: (change["kind"], [m["path"] for m in change["members"]])
        for change in found["configuration"]["changes"]
    }
    key = next(name for name, (_, members) in told.items() if members == ["/Policy/Statement/0"])
    assert told == {
        "track-portal": ("changed", ["/IpPermissions/0"]),
        key: ("changed", ["/Policy/Statement/0"]),
        "nwf-bookings-archive": ("changed", ["/VersioningConfiguration/Status"]),
        "nwf-customs-documents": ("removed", []),
        "nwf-twin": ("added", []),
    }
    group = next(each for each in found["configuration"]["changes"] if each["name"] == "track-portal")
    assert group["members"] == [{"path": "/IpPermissions/0", "before": None, "after": OPEN_SSH}]
    assert (found["different"], found["complete"]) == (True, True)
    changed = {(each["rule_id"], each["change"]) for each in found["findings"]["changed"]}
    assert ("sg-ingress-ssh", "new") in changed
    assert posture("diff", "old.posture", "new.posture", "--exit-code").code == 1


def test_the_text_names_resource_member_and_values(posture: Run, old: Path, tmp_path: Path) -> None:
    write(tmp_path / "new.posture", five_changes)
    text = posture("diff", "old.posture", "new.posture").out
    assert "5 resources differ: 1 added, 1 removed, 3 changed." in text
    assert "  - arn:aws:s3:::nwf-customs-documents" in text
    assert "  + arn:aws:s3:::nwf-twin" in text
    assert '      ~ /VersioningConfiguration/Status  "Enabled" -> "Suspended"' in text
    assert "      + /IpPermissions/0  {" in text
    assert "\x1b" not in text
    back = posture("diff", "new.posture", "old.posture").out
    assert "      - /IpPermissions/0  {" in back
    assert "Fixed" in back


def test_an_export_is_compared_like_its_snapshot(posture: Run, tmp_path: Path) -> None:
    write(tmp_path / "new.posture", five_changes)
    posture("export", "new.posture", "new.gz")
    first = posture("diff", str(EXAMPLE), "new.posture").out.splitlines()[2:]
    assert posture("diff", str(EXAMPLE), "new.gz").out.splitlines()[2:] == first


def test_the_same_input_gives_the_same_bytes(posture: Run, old: Path, tmp_path: Path) -> None:
    write(tmp_path / "new.posture", five_changes)
    for name in ("text", "json"):
        runs = [
            posture("diff", "old.posture", "new.posture", "--format", name, PYTHONHASHSEED=seed).out for seed in "12"
        ]
        assert runs[0] == runs[1]


def test_denied_is_not_changed(posture: Run, old: Path, tmp_path: Path) -> None:
    def blind(resources: Estate) -> None:
        for key in [each for each in resources.values() if each.type == "AWS::KMS::Key" and each.config["Policy"]]:
            policy = key.config.pop("Policy")
            assert policy is not None
            key.unknown["/Policy"] = DENIED

    write(tmp_path / "new.posture", blind)
    found = difference(posture, "old.posture", "new.posture")
    assert {change["kind"] for change in found["configuration"]["changes"]} == {"unknown"}
    assert {each["change"] for each in found["findings"]["changed"]} == {"not_assessed"}
    assert (found["different"], found["complete"]) == (False, False)
    result = posture("diff", "old.posture", "new.posture", "--exit-code")
    assert result.code == 3
    assert "as far as it can be told" in result.out
    assert "? /Policy  cannot be compared (new is not known, denied: kms:GetKeyPolicy)" in result.out
    assert "cannot be told any more" in result.out.lower()
    assert "fixed" not in result.out.lower()
    twice = difference(posture, "new.posture", "new.posture")
    assert twice["configuration"]["changes"] == []
    assert twice["configuration"]["unknown_in_both"] > 0


def test_a_listing_that_failed_removes_nothing(posture: Run, old: Path, tmp_path: Path) -> None:
    def empty(resources: Estate) -> None:
        for id_ in [id_ for id_, each in resources.items() if each.type == "AWS::S3::Bucket"]:
            del resources[id_]

    denied = Unknown(Why.DENIED, service="s3", operation="ListBuckets", permission="s3:ListAllMyBuckets")
    write(tmp_path / "new.posture", empty, unlisted={("AWS::S3::Bucket", "global"): denied})
    found = difference(posture, "old.posture", "new.posture")
    assert found["configuration"]["changes"] == []
    (place,) = found["configuration"]["not_compared"]
    assert (place["type"], place["account"], place["after"]) == ("AWS::S3::Bucket", ACCOUNT, "denied: s3:ListBuckets")
    assert {each["why"] for each in found["findings"]["gone"]} == {"not_scanned"}
    text = posture("diff", "old.posture", "new.posture", "--exit-code")
    assert text.code == 3
    assert "AWS::S3::Bucket in 123456789012 global (new: denied: s3:ListBuckets)" in text.out
    write(tmp_path / "gone.posture", empty)
    gone = difference(posture, "old.posture", "gone.posture")
    assert {change["kind"] for change in gone["configuration"]["changes"]} == {"removed"}
    assert {each["why"] for each in gone["findings"]["gone"]} == {"resource"}


def test_filters_narrow_findings_and_configuration(posture: Run, old: Path, tmp_path: Path) -> None:
    write(tmp_path / "new.posture", five_changes)
    found = difference(posture, "old.posture", "new.posture", "--service", "kms")
    assert [change["resource_type"] for change in found["configuration"]["changes"]] == ["AWS::KMS::Key"]
    ssh = difference(posture, "old.posture", "new.posture", "--rule", "sg-ingress-ss?")
    assert {change["resource_type"] for change in ssh["configuration"]["changes"]} == {"AWS::EC2::SecurityGroup"}
    assert {each["rule_id"] for each in ssh["findings"]["changed"]} == {"sg-ingress-ssh"}
    assert "no rule is called" in posture("diff", "old.posture", "new.posture", "--rule", "nope").err


def test_hostile_names_and_values_stay_text(posture: Run, old: Path, tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\x1b[31m\u202e\n"

    def spoil(resources: Estate) -> None:
        group = named(resources, "track-portal", "AWS::EC2::SecurityGroup")
        group.name = evil
        group.tags = {evil: evil}
        group.config[evil] = evil
        twin = replace(resources[ARCHIVE], id=f"arn:aws:s3:::{evil}", name=evil)
        resources[twin.id] = twin

    write(tmp_path / "new.posture", spoil)
    text = posture("diff", "old.posture", "new.posture").out
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert all(line.isprintable() for line in text.splitlines())
    assert "owned" in text
    assert json.loads(posture("diff", "old.posture", "new.posture", "--format", "json").out)["different"] is True


def test_two_reports(posture: Run, old: Path, tmp_path: Path) -> None:
    write(tmp_path / "new.posture", five_changes)
    for name in ("old", "new"):
        posture("check", f"{name}.posture", "-q", "-o", f"json={name}.json", "--resources", "all")
    found = difference(posture, "old.json", "new.json")
    assert {change["name"] for change in found["configuration"]["changes"] if "arn:aws:kms" not in change["resource_id"]} == {
        "track-portal", "nwf-bookings-archive",
    }  # fmt: skip
    whole = difference(posture, "old.posture", "new.posture")
    assert found["findings"]["changed"] == whole["findings"]["changed"]
    assert found["findings"]["counts"] == whole["findings"]["counts"]
    assert posture("diff", "old.json", "old.json", "--exit-code").code == 0
    rules = json.loads((tmp_path / "new.json").read_text())["rules"]
    network = [each for each in whole["findings"]["changed"] if rules[each["rule_id"]]["service"] == "vpc"]
    assert "sg-ingress-ssh" in {each["rule_id"] for each in network}
    vpc = difference(posture, "old.json", "new.json", "--service", "vpc")
    assert vpc["findings"]["changed"] == network
    assert {change["name"] for change in vpc["configuration"]["changes"]} == {"track-portal"}


@pytest.mark.parametrize("no_color", ["", "1"])
def test_colour_is_for_terminals(old: Path, tmp_path: Path, no_color: str) -> None:
    write(tmp_path / "new.posture", five_changes)
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "scanner", "diff", "old.posture", "new.posture", "--rule", "sg-ingress-ssh"]
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": no_color}
    with subprocess.Popen(command, cwd=tmp_path, stdout=slave, env=environment) as process:
        os.close(slave)
        text = b""
        with suppress(OSError):  # Linux's way to say that the other end is closed
            while chunk := os.read(master, 65536):
                text += chunk
        assert process.wait() == 0
    os.close(master)
    assert (b"\x1b[" in text) is (not no_color)
    assert b"track-portal" in text


def test_settings_and_own_rules(posture: Run, old: Path, tmp_path: Path) -> None:
    write(tmp_path / "new.posture", five_changes)
    (tmp_path / "posture.toml").write_text(
        'rules = ["s3-bucket-versioning", "kms-key-rotation-enabled"]\n'
        "[params.kms-key-rotation-enabled]\nmax_rotation_period_days = 90\n"
    )
    found = difference(posture, "old.posture", "new.posture")
    assert {each["rule_id"] for each in found["findings"]["changed"]} == {"s3-bucket-versioning"}
    assert len(found["configuration"]["changes"]) == 5  # settings narrow no configuration
    pack = str(EXAMPLE.parent / "rules")
    own = difference(posture, "old.posture", "new.posture", "--rules", pack, "--rule", "own-*")
    assert {change["resource_type"] for change in own["configuration"]["changes"]} == {"AWS::S3::Bucket"}
    posture("check", "old.posture", "-q", "-o", "json=old.json")
    refused = posture("diff", "old.json", "old.json", "--rules", pack)
    assert refused.code == 2
    assert "reports are not judged again" in refused.err


def test_output_and_errors(posture: Run, old: Path, template: Path, tmp_path: Path) -> None:
    assert posture("diff", "old.posture", "old.posture", "-o", "d.txt").out == ""
    assert (tmp_path / "d.txt").read_text().startswith("old  old.posture")
    before = old.read_bytes()
    for arguments, words in (
        (("old.posture", "gone.posture"), "gone.posture: cannot be read"),
        (("old.posture", str(template)), "is a snapshot and"),
        ((str(template), str(template)), "not JSON"),
        (("old.posture", "old.posture", "-o", "old.posture"), "one of the files to compare"),
        (("old.posture", "old.posture", "-o", "no/where"), "cannot be written"),
    ):
        result = posture("diff", *arguments)
        assert result.code == 2
        assert words in result.err
        assert len(result.err.splitlines()) == 1
    assert old.read_bytes() == before
