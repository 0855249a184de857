"""`posture waive`: an entry more at the end of a waivers file, and not a byte of the rest touched."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_rules import only

Run = Callable[..., Any]

NOW = ("--now", "2026-11-24T06:00:00Z")
WHO = ("--reason", "bastion", "--owner", "net@example.org", "--expires", "2027-03-31")
SSH = "6abc3ec2b0d33b6f717cbc025f525616"


@pytest.fixture
def waive(posture: Run, template: Path, tmp_path: Path) -> Run:
    """Judge the template, and waive findings of the report."""
    posture("gate", template.name, *NOW, "-q", "-o", "json=r.json")

    def run(fingerprint: str, *arguments: str) -> Any:
        return posture("waive", fingerprint, "--report", "r.json", *(arguments or WHO))

    return run


def fingerprints(folder: Path, verdict: str) -> dict[str, str]:
    findings = json.loads((folder / "r.json").read_text())["findings"]
    return {item["rule_id"]: item["fingerprint"] for item in findings if item["verdict"] == verdict}


def test_the_next_run_accepts_it(waive: Run, posture: Run, template: Path, tmp_path: Path) -> None:
    gate = ("gate", template.name, *NOW, *only("sg-ingress-ssh"))
    assert posture(*gate).code == 1
    result = waive(SSH[:6])
    assert result.code == 0, result.err
    assert result.err == (
        "posture: posture.waivers.toml: sg-ingress-ssh on template.yaml#Open is accepted until 2027-03-31\n"
    )
    assert (tmp_path / "posture.waivers.toml").read_text() == (
        "# Security groups keep TCP port 22 (SSH) closed to the whole internet: "
        "Open lets the whole internet reach TCP port 22\n"
        "[[waivers]]\n"
        'rule = "sg-ingress-ssh"\n'
        'resource = "template.yaml#Open"\n'
        f'fingerprint = "{SSH}"\n'
        'reason = "bastion"\n'
        'owner = "net@example.org"\n'
        "expires = 2027-03-31\n"
    )
    assert posture(*gate).code == 0


ENTRY = {
    "crlf.toml": '# ours\r\n[[waivers]]\r\nrule = "s3-*"\r\nresource="x"\r\nreason="a"\r\nowner="b"\r\nexpires=2027-01-01',
    "comment.toml": "\n\n# nothing yet\n",
    "wrong.toml": '\ufeff[[waivers]]\nruel = "wrong, and left as it is"\n',
    "flush.yaml": "# ours\nwaivers:\n- rule: kms-*\n  resource: k\n  reason: a\n  owner: b\n  expires: 2027-01-01",
    "deep.yml": """\
waivers:
      - rule: kms-*
        exclude:
          - rule: x
        resource: k
        reason: a
        owner: b
        expires: 2027-01-01
""",
    "empty.yaml": "",
    "comment.yaml": "# nothing yet\n",
}


@pytest.mark.parametrize("name", ENTRY)
def test_what_stands_there_is_kept_byte_for_byte(
    waive: Run, posture: Run, template: Path, tmp_path: Path, name: str
) -> None:
    path, before = tmp_path / name, ENTRY[name]
    path.write_bytes(before.encode())
    for start in (SSH, fingerprints(tmp_path, "fail")["s3-bucket-versioning"]):
        result = waive(start, *WHO, "--file", name)
        assert result.code == 0, result.err
    after = path.read_bytes()
    assert after.startswith(before.encode())
    assert after.count(b"\r\n") in (0, after.count(b"\n"))
    report = json.loads(posture("gate", template.name, *NOW, "--waivers", name, "-o", "json=-").out)
    assert {f["rule_id"] for f in report["findings"] if f["waiver"]} == {"sg-ingress-ssh", "s3-bucket-versioning"}
    assert [item["fingerprint"] for item in report["waivers"]][-2] == SSH


def test_never_twice(waive: Run, tmp_path: Path) -> None:
    assert waive(SSH).code == 0
    before = (tmp_path / "posture.waivers.toml").read_bytes()
    result = waive(SSH, *WHO[:-1], "2028-01-01")
    assert result.code == 2
    assert "posture.waivers.toml:2: this entry names the finding already" in result.err
    assert "its last day is 2027-03-31" in result.err
    assert (tmp_path / "posture.waivers.toml").read_bytes() == before
    (tmp_path / "posture.waivers.toml").write_text(
        '[[waivers]]\nrule = "sg-*"\nresource = "Open"\nreason = "a"\nowner = "b"\nexpires = 2020-01-01\n'
    )
    assert "posture.waivers.toml:1" in waive(SSH).err


def test_the_file_that_a_scan_reads_is_taken(waive: Run, tmp_path: Path) -> None:
    (tmp_path / "posture.waivers.yml").write_text("waivers: []")
    assert "cannot be added" in waive(SSH).err, "a list in brackets has no end to add to"
    (tmp_path / "posture.waivers.yml").write_text("waivers:\n")
    assert waive(SSH).code == 0
    assert not (tmp_path / "posture.waivers.toml").exists()
    (tmp_path / "posture.toml").write_text('waivers = ["sub/own.toml"]')
    (tmp_path / "sub").mkdir()
    assert waive(SSH).code == 0
    assert (tmp_path / "sub" / "own.toml").exists()


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("a.toml", "waivers = []\n"),
        ("a.toml", "[[waivers]]\nreason = '''\n"),
        ("a.yaml", "waivers: [\n"),
        ("a.yaml", "waivers: [{rule: x, resource: y, reason: a, owner: b, expires: 2027-01-01}]\n"),
    ],
)
def test_a_file_that_cannot_take_one_is_left_alone(waive: Run, tmp_path: Path, name: str, before: str) -> None:
    (tmp_path / name).write_text(before)
    result = waive(SSH, *WHO, "--file", name)
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert name in result.err
    assert (tmp_path / name).read_text() == before


@pytest.mark.parametrize(
    ("fingerprint", "arguments", "words"),
    [
        ("6abc3ed", WHO, ("no finding has the fingerprint '6abc3ed'", f"Did you mean {SSH}")),
        ("", WHO, ("no finding has the fingerprint ''",)),
        ("sg-ingress-ssh", WHO, ("no finding has the fingerprint 'sg-ingress-ssh'", "`fingerprint`")),
        (SSH, (*WHO[:-1], "2026-11-23"), ("before the report's own day, 2026-11-24",)),
        (SSH, (*WHO[:-1], "soon"), ("--expires must be a date such as 2027-03-31, not 'soon'",)),
        (SSH, ("--reason", " ", *WHO[2:]), ("--reason must be a text that is not empty",)),
        (SSH, WHO[2:], ("Missing option '--reason'", "posture waive --help")),
        (SSH, (*WHO, "--file", "no/such/a.toml"), ("no/such/a.toml: cannot be written",)),
    ],
)
def test_what_is_refused(
    waive: Run, tmp_path: Path, fingerprint: str, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    result = waive(fingerprint, *arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.count("\n") == 1
    for word in words:
        assert word in result.err
    assert not (tmp_path / "posture.waivers.toml").exists()


def test_only_a_failure_can_be_waived(waive: Run, tmp_path: Path) -> None:
    name, fingerprint = next(iter(fingerprints(tmp_path, "pass").items()))
    assert f"{name} on " in (err := waive(fingerprint).err)
    assert "is pass; only a failure can be waived" in err


def test_a_beginning_of_several_is_refused(waive: Run, tmp_path: Path) -> None:
    report = json.loads((tmp_path / "r.json").read_text())
    fails = [item for item in report["findings"] if item["verdict"] == "fail"]
    for number, item in enumerate(fails):
        item["fingerprint"] = f"ab{number:03}".ljust(32, "0")
    (tmp_path / "r.json").write_text(json.dumps(report))
    result = waive("AB")
    assert f"{len(fails)} findings begin with 'AB'" in result.err
    assert waive("ab000").code == 0


@pytest.mark.parametrize("name", ["a.toml", "a.yaml"])
def test_hostile_names_make_a_well_formed_entry(posture: Run, template: Path, tmp_path: Path, name: str) -> None:
    posture("gate", template.name, *NOW, "-q", "-o", "json=r.json")
    text = (tmp_path / "r.json").read_text()
    hostile = '"] = \\ \n\r\t# [[waivers]] \x1b\x7f\u2028\u202e\U0001f600\x85 {a: *b}'
    text = text.replace('"template.yaml#Open"', json.dumps(hostile)).replace("Open lets", json.dumps(hostile)[1:-1])
    (tmp_path / "r.json").write_text(text)
    result = posture("waive", SSH, "--report", "r.json", *WHO[2:], "--reason", hostile, "--file", name)
    assert result.code == 0, result.err
    assert not {"\x1b", "\u202e"} & set(result.err)
    assert not {"\x1b", "\x7f", "\u2028", "\u202e", "\x85"} & set((tmp_path / name).read_text())
    again = posture("waive", SSH, "--report", "r.json", *WHO, "--file", name)
    assert "names the finding already" in again.err
