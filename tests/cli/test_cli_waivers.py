"""Waivers: a fail that somebody answers for is marked in every format, and nothing else is touched."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_rules import only

Run = Callable[..., Any]

NOW = ("--now", "2026-11-24T06:00:00Z")
FEW = only("sg-ingress-ssh", "s3-bucket-kms-encryption", "s3-bucket-tls-only", "s3-bucket-versioning")
SAID = 'reason = "bastion"\nowner = "net@example.org"\nexpires = 2027-03-31\n'


@pytest.fixture
def gate(posture: Run, template: Path, tmp_path: Path) -> Callable[..., tuple[Any, dict[str, Any]]]:
    """Judge the template by a few rules with waivers, and give the result and the report."""

    def run(waivers: str, *arguments: str, name: str = "posture.waivers.toml") -> tuple[Any, dict[str, Any]]:
        (tmp_path / name).write_text(waivers)
        result = posture("gate", template.name, *NOW, *FEW, "-o", "json=r.json", *arguments)
        return result, json.loads((tmp_path / "r.json").read_text())

    return run


def waived(report: dict[str, Any]) -> set[str]:
    return {item["rule_id"] for item in report["findings"] if item["waiver"]}


def entry(*lines: str, said: str = SAID) -> str:
    return "[[waivers]]\n" + "".join(f"{line}\n" for line in lines) + said


def test_a_waived_fail_fails_no_gate_and_stays_in_every_format(gate: Any, posture: Run, tmp_path: Path) -> None:
    result, report = gate(
        entry('rule = "sg-ingress-ssh"', 'resource = "Open"'), "-o", "sarif=r.sarif", "-o", "html=r.html"
    )
    assert result.code == 0, result.err
    acceptance = {
        "reason": "bastion",
        "owner": "net@example.org",
        "expires": "2027-03-31",
        "source": "posture.waivers.toml:1",
    }
    [finding] = [item for item in report["findings"] if item["waiver"]]
    assert (finding["rule_id"], finding["verdict"], finding["waiver"]) == ("sg-ingress-ssh", "fail", acceptance)
    [listed] = report["waivers"]
    assert listed == {
        "rule": "sg-ingress-ssh",
        "account": "",
        "region": "",
        "resource": "Open",
        "tags": {},
        "fingerprint": "",
        "exclude": [],
        **acceptance,
        "findings": 1,
        "problems": [],
    }
    assert "‖ accepted 1" in result.out
    results = json.loads((tmp_path / "r.sarif").read_text())["runs"][0]["results"]
    [suppressed] = [item for item in results if item.get("suppressions")]
    assert suppressed["ruleId"] == "sg-ingress-ssh"
    assert "bastion" in suppressed["suppressions"][0]["justification"]
    assert "<tr><td>Waived</td><td>1</td></tr>" in (tmp_path / "r.html").read_text()
    assert posture("report", "r.json", "--fail-on", "high").code == 0


@pytest.mark.parametrize(
    ("lines", "covered"),
    [
        (('rule = "s3-*"', 'resource = "data-*"'), {"s3-bucket-kms-encryption", "s3-bucket-tls-only", "s3-bucket-versioning"}),
        (('rule = "s3-bucket-versioning"',), {"s3-bucket-versioning"}),
        (('rule = "S3-bucket-versioning"',), set()),
        (('rule = "sg-ingress-ssh"', 'resource = "template.yaml#Open"'), {"sg-ingress-ssh"}),
        (('rule = "sg-ingress-ssh"', 'resource = "template.yaml#Ope"'), set()),
        (('rule = "sg-ingress-ssh"', 'account = "111122223333"'), set()),
        (('rule = "sg-ingress-ssh"', 'region = "eu-*"'), set()),
        (('fingerprint = "6abc3ec2b0d33b6f717cbc025f525616"',), {"sg-ingress-ssh"}),
        (('rule = "s3-*"', 'tags = {env = "d?v"}'), set()),
        (('resource = "*Data"', 'exclude = {account = "9*"}'), set()),
        (
            ('resource = "*Data"', 'exclude = {rule = "s3-bucket-v*"}'),
            {"s3-bucket-kms-encryption", "s3-bucket-tls-only"},
        ),
        (
            ('resource = "*Data"', 'exclude = [{rule = "s3-bucket-v*"}, {rule = "s3-bucket-tls-only", resource = "data-*"}]'),
            {"s3-bucket-kms-encryption"},
        ),
    ],
)  # fmt: skip
def test_matchers(gate: Any, lines: tuple[str, ...], covered: set[str]) -> None:
    _, report = gate(entry(*lines))
    assert waived(report) == covered
    assert report["waivers"][0]["findings"] == len(covered)


def test_tags(gate: Any, template: Path) -> None:
    bucket = "{BucketName: data-bucket}"
    template.write_text(
        template.read_text().replace(bucket, "{BucketName: data-bucket, Tags: [{Key: env, Value: dev}]}")
    )
    _, report = gate(entry('rule = "s3-*"', 'tags = {env = "d?v"}'))
    assert "s3-bucket-versioning" in waived(report)
    _, report = gate(entry('rule = "s3-*"', 'tags = {env = "d?v", team = "*"}'))
    assert waived(report) == set()


def test_brackets_are_plain(gate: Any, posture: Run, tmp_path: Path) -> None:
    change = {"actions": ["create"], "before": None, "after": {"bucket": "b"}, "after_unknown": {}}
    address = 'aws_s3_bucket.data["a"]'
    resource = {"address": address, "mode": "managed", "type": "aws_s3_bucket", "name": "data", "index": "a",
                "provider_name": "registry.terraform.io/hashicorp/aws", "change": change}  # fmt: skip
    plan = {"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": [resource], "configuration": {}}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    toml = entry('rule = "s3-bucket-*"', f"resource = '*{address}'")
    (tmp_path / "posture.waivers.toml").write_text(toml)
    report = json.loads(posture("gate", "plan.json", "-o", "json=-").out)
    fails = [item for item in report["findings"] if item["verdict"] == "fail"]
    assert fails
    assert all(item["waiver"] for item in fails)


def test_yaml_beside_the_settings_and_numbers_for_accounts(posture: Run, template: Path, tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "posture.toml").write_text("")
    (tmp_path / "conf" / "posture.waivers.yaml").write_text(
        "waivers:\n"
        "  # the bastion\n"
        "  - {rule: sg-ingress-ssh, reason: bastion, owner: net, expires: 2027-03-31}\n"
        "  - rule: sg-ingress-ssh\n    account: 111122223333\n    reason: x\n    owner: y\n    expires: 2027-03-31\n"
    )
    result = posture("gate", template.name, "--config", "conf/posture.toml", *NOW, *FEW, "-o", "json=-")
    report = json.loads(result.out)
    assert result.code == 0, result.err
    assert waived(report) == {"sg-ingress-ssh"}
    assert [item["source"] for item in report["waivers"]] == [f"conf/posture.waivers.yaml:{line}" for line in (3, 4)]
    assert report["waivers"][1]["account"] == "111122223333"


def test_files_named_by_option_or_settings_stand_for_those_found(posture: Run, template: Path, tmp_path: Path) -> None:
    (tmp_path / "posture.waivers.toml").write_text(entry('rule = "s3-bucket-tls-only"'))
    (tmp_path / "a.toml").write_text(entry('rule = "sg-ingress-ssh"'))
    (tmp_path / "b.yml").write_text("waivers: [{rule: s3-bucket-versioning, reason: x, owner: y, expires: 2027-03-31}]")
    named = posture("gate", template.name, *NOW, "--waivers", "a.toml", "--waivers", "b.yml", "-o", "json=-")
    assert waived(json.loads(named.out)) == {"sg-ingress-ssh", "s3-bucket-versioning"}
    (tmp_path / "posture.toml").write_text('waivers = ["a.toml"]')
    assert waived(json.loads(posture("gate", template.name, *NOW, "-o", "json=-").out)) == {"sg-ingress-ssh"}
    (tmp_path / "posture.toml").write_text('waivers = ["none.toml"]')
    lost = posture("gate", template.name, *NOW, "--fail-on", "none")
    assert lost.code == 3
    assert lost.err == "posture: none.toml: cannot be read (No such file or directory)\n"


def test_an_entry_holds_until_the_end_of_its_last_day(gate: Any) -> None:
    text = entry('rule = "sg-ingress-ssh"').replace("2027-03-31", "2026-11-24")
    result, report = gate(text)
    assert (result.code, waived(report)) == (0, {"sg-ingress-ssh"})
    assert "ends today, on 2026-11-24" in result.out
    result, report = gate(text.replace("2026-11-24", "2026-11-23"))
    assert (result.code, waived(report)) == (1, set())
    assert (report["waivers"][0]["problems"], report["waivers"][0]["findings"]) == (["expired"], 0)
    assert "expired on 2026-11-23: it covers nothing" in " ".join(result.out.split())


@pytest.mark.parametrize(("expires", "told"), [("2026-12-08", True), ("2026-12-09", False)])
def test_what_ends_within_two_weeks_is_told(gate: Any, tmp_path: Path, expires: str, told: bool) -> None:
    result, _ = gate(entry('rule = "sg-ingress-ssh"').replace("2027-03-31", expires), "-o", "sarif=r.sarif")
    assert ("in 14 days" in result.out) is told
    assert ("in 14 days" in (tmp_path / "r.sarif").read_text()) is told


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ('rule = "*"',),
        ('rule = "sg-*"',),
        ('rule = "sg-*"', 'region = "eu-west-1"'),
        ('resource = "*"',),
        ('resource = "arn:*"',),
        ('resource = "*#*"',),
        ('rule = "*"', 'account = "????????????"'),
        ('rule = "**"', 'exclude = {rule = "s3-*"}'),
    ],
)
def test_what_says_too_little_covers_nothing_and_is_told(gate: Any, tmp_path: Path, lines: tuple[str, ...]) -> None:
    result, report = gate(entry(*lines), "-o", "sarif=r.sarif")
    assert result.code == 1
    assert waived(report) == set()
    assert report["waivers"][0]["problems"] == ["too_broad"]
    notes = json.loads((tmp_path / "r.sarif").read_text())["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    for text in (result.out, *(note["message"]["text"] for note in notes if note["level"] == "warning")):
        assert "says too little: it covers nothing; name a rule" in " ".join(text.split())


def test_unused_is_told_of_what_was_judged_only(gate: Any) -> None:
    result, report = gate(
        entry('rule = "sg-ingress-ssh"', 'resource = "Shut"')
        + entry('rule = "sg-ingress-ssh"', 'account = "111122223333"')
        + entry('rule = "s3-bucket-versioning"', 'resource = "arn:aws:s3:::old"')
        + entry('rule = "kms-key-rotation-enabled"', 'resource = "k"')
        + entry('rule = "s3-bucket-versioning"', 'resource = "data-bucket"')
    )
    assert [item["problems"] for item in report["waivers"]] == [["unused"], [], [], [], []]
    assert "(sg-ingress-ssh, Shut, of net@example.org) matches nothing: remove it." in " ".join(result.out.split())


def test_what_could_not_be_told_is_not_unused(gate: Any, template: Path) -> None:
    template.write_text("Parameters: {Cidr: {Type: String}}\n" + template.read_text().replace("0.0.0.0/0", "!Ref Cidr"))
    _, report = gate(entry('rule = "sg-ingress-ssh"', 'resource = "*Open"'))
    assert [f["verdict"] for f in report["findings"] if f["rule_id"] == "sg-ingress-ssh"] == ["unknown"]
    assert report["waivers"][0]["problems"] == []
    assert waived(report) == set()


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (entry('ruel = "x"'), ("posture.waivers.toml:6", "'ruel'", "Did you mean rule?")),
        (entry('rule = "x"', said='reason = "x"\nowner = "y"\n'), ("posture.waivers.toml:6", "expires is missing", "2027-03-31")),
        (entry('rule = "x"', said='reason = " "\nowner = "y"\nexpires = 2027-03-31\n'), ("reason must be a text",)),
        (entry('rule = "x"', said='reason = "x"\nowner = "y"\nexpires = "31.3.2027"\n'), ("expires must be a date",)),
        (entry('rule = "x"', said='reason = "x"\nowner = "y"\nexpires = "2027-02-30"\n'), ("expires must be a date",)),
        (entry('rule = "x"', said='reason = "x"\nowner = "y"\nexpires = 2027-03-31T00:00:00Z\n'), ("expires must be a date",)),
        (entry('fingerprint = "6abc"'), ("fingerprint must be the 32 hex digits",)),
        (entry("tags = 3"), ("tags must be a table",)),
        (entry('rule = "x"', "exclude = {}"), ("exclude must be a table",)),
        (entry('rule = "x"', 'exclude = {ruel = "x"}'), ("no member 'exclude.ruel'",)),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_told_and_the_good_ones_hold(gate: Any, bad: str, words: tuple[str, ...]) -> None:
    result, report = gate(entry('rule = "sg-ingress-ssh"') + bad)
    assert result.code == 3
    assert waived(report) == {"sg-ingress-ssh"}
    assert result.err.count("\n") == 1
    for word in words:
        assert word in result.err


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("posture.waivers.toml", "[[waivers]\n", ("posture.waivers.toml: not TOML", "line 1")),
        ("posture.waivers.toml", "waiver = 3\n", ("no member 'waiver'", "Did you mean waivers?")),
        ("posture.waivers.toml", "waivers = 3\n", ("waivers must be a list of entries",)),
        ("posture.waivers.toml", f"a = {'[' * 5000}{']' * 5000}", ("nested too deeply",)),
        ("posture.waivers.yaml", "waivers:\n  - rule: [\n", ("posture.waivers.yaml:3",)),
        ("posture.waivers.yaml", "- rule: x\n", ("posture.waivers.yaml", "must be a table")),
        ("posture.waivers.yml", "waivers: [&a {rule: x}, *a]\n", ("posture.waivers.yml:1", "anchors")),
        ("posture.waivers.yaml", "waivers:\n  - 3\n", ("posture.waivers.yaml:2", "must be a table")),
    ],
)
def test_a_broken_file_is_told_and_waives_nothing(gate: Any, name: str, text: str, words: tuple[str, ...]) -> None:
    result, report = gate(text, "--fail-on", "none", name=name)
    assert result.code == 3
    assert waived(report) == set()
    assert result.err.count("\n") == 1
    assert "Traceback" not in result.err
    for word in words:
        assert word in result.err


def test_without_resources_names_still_match(gate: Any) -> None:
    _, report = gate(entry('rule = "s3-*"', 'resource = "data-bucket"'), "--resources", "none")
    assert report["resources"] == {}
    assert "s3-bucket-versioning" in waived(report)


def test_the_first_of_several_that_hold_is_named(gate: Any) -> None:
    old = entry('rule = "sg-ingress-ssh"').replace("2027-03-31", "2026-01-01")
    _, report = gate(old + entry('rule = "sg-ingress-ssh"') + entry('rule = "sg-*"', 'resource = "*Open"'))
    [finding] = [item for item in report["findings"] if item["waiver"]]
    assert finding["waiver"]["source"] == "posture.waivers.toml:6"
    assert [item["findings"] for item in report["waivers"]] == [0, 1, 1]


def test_hostile_text_reaches_no_terminal(gate: Any) -> None:
    said = 'reason = "\\u001b]0;x\\u0007"\nowner = "\\u202eo"\nexpires = 2026-12-01\n'
    result, _ = gate(entry('rule = "\\u001b[31m"', said=said) + entry('rule = "sg-ingress-ssh"', said=said))
    assert not {"\x1b", "\x07", "\u202e"} & set(result.out + result.err)
    assert "\\u202eo" in result.out


KEY = "arn:aws:kms:eu-west-1:111122223333:key/k1"
NO_KEYS: dict[str, Any] = {"Keys": []}
DENIED = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}


@pytest.mark.parametrize(
    ("answer", "lines", "problems"),
    [
        (NO_KEYS, (f'resource = "{KEY}"',), ["unused"]),
        (DENIED, (f'resource = "{KEY}"',), []),
        (DENIED, (f'resource = "{KEY}"', 'region = "us-*"'), []),
        (NO_KEYS, (f'resource = "{KEY}"', 'region = "us-*"'), []),
        (NO_KEYS, (f'resource = "{KEY}"', 'account = "9*"'), []),
        (NO_KEYS, (f'resource = "{KEY}"', 'account = "1111*"', 'region = "eu-west-?"'), ["unused"]),
        (NO_KEYS, ('resource = "infra#aws_kms_key.a"',), []),
    ],
)
def test_unused_in_an_account(
    posture: Run, tmp_path: Path, answer: dict[str, Any], lines: tuple[str, ...], problems: list[str]
) -> None:
    file = tmp_path / "answers" / "111122223333" / "kms" / "eu-west-1" / "list_keys.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(answer))
    file.with_name("list_aliases.json").write_text(json.dumps({"Aliases": []}))
    (tmp_path / "posture.waivers.toml").write_text(entry('rule = "kms-key-rotation-enabled"', *lines))
    arguments = ("scan", "--replay", "answers", "--rule", "kms-*", *NOW, "-o", "json=-")
    report = json.loads(posture(*arguments).out)
    assert report["waivers"][0]["problems"] == problems


def test_nothing_but_the_mark_changes(gate: Any) -> None:
    _, before = gate("")
    _, after = gate(entry('rule = "sg-ingress-ssh"'))
    assert after.pop("waivers")
    assert before.pop("waivers") == []
    for finding in after["findings"]:
        finding["waiver"] = None
    assert after == before


def bucket(folder: Path, tags: dict[str, Any]) -> None:
    """A recording of one bucket without versions."""
    answers = {
        "list_buckets": {"Buckets": [{"Name": "b", "BucketRegion": "eu-west-1"}]},
        "get_bucket_versioning@Bucket=b": {},
        "get_bucket_tagging@Bucket=b": tags,
    }
    for name, answer in answers.items():
        file = folder / "answers" / "111122223333" / "s3" / "us-east-1" / f"{name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(answer))


DEV = {"TagSet": [{"Key": "env", "Value": "dev"}]}


@pytest.mark.parametrize(
    ("tags", "lines", "covered", "problems"),
    [
        (DEV, ('tags = {env = "d*"}',), True, []),
        (DEV, ('exclude = {tags = {env = "p*"}}',), True, []),
        (DEV, ('exclude = {tags = {env = "d*"}}',), False, ["unused"]),
        (DENIED, ('tags = {env = "d*"}',), False, []),
        (DENIED, ('exclude = {tags = {env = "p*"}}',), False, []),
        (DENIED, ('exclude = {tags = {env = "p*"}, resource = "c"}',), True, []),
        (DENIED, ('tags = {env = "d*"}', 'resource = "c"'), False, ["unused"]),
    ],
)
def test_tags_are_read_for_a_waiver_and_never_guessed(
    posture: Run, tmp_path: Path, *, tags: dict[str, Any], lines: tuple[str, ...], covered: bool, problems: list[str]
) -> None:
    bucket(tmp_path, tags)
    (tmp_path / "posture.waivers.toml").write_text(entry('rule = "s3-bucket-versioning"', *lines))
    arguments = ("scan", "--replay", "answers", "--rule", "s3-bucket-versioning", *NOW, "-o", "json=-")
    report = json.loads(posture(*arguments).out)
    assert [item["verdict"] for item in report["findings"]] == ["fail"]
    assert bool(waived(report)) is covered
    assert report["waivers"][0]["problems"] == problems


def test_a_waiver_of_a_rule_that_does_not_exist_is_told(gate: Any) -> None:
    result, _ = gate(entry('rule = "sg-ingres-ssh"', 'resource = "Open"'))
    told = "posture.waivers.toml:1: no rule is named 'sg-ingres-ssh', so this waiver covers nothing."
    assert f"{told} Did you mean sg-ingress-ssh?" in result.err
    result, _ = gate(entry('rule = "sg-ingress-*"', 'resource = "Open"'))
    assert "no rule is named" not in result.err
