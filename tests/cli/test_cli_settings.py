"""Settings as runs see them: profiles, pins, narrowing, and `posture config show`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

SETTINGS = """\
fail_on = "high"
baseline = "last.json"
packs = []

[rules]
select = ["s3-*", "sg-*"]
ignore = ["s3-bucket-versioning"]
pin = "0.1"

[params.kms-key-rotation-enabled]
max_rotation_period_days = 365

[profiles.nightly]
fail_on = "none"
severity = "high"
regions = ["eu-west-1"]
rules = ["sg-ingress-ssh", "s3-bucket-tls-only"]

[profiles.nightly.params.kms-key-rotation-enabled]
max_rotation_period_days = 90
"""


def show(posture: Run, *arguments: str) -> dict[str, tuple[Any, str]]:
    result = posture("config", "show", "--format", "json", *arguments)
    assert result.code == 0, result.err
    return {key: (item["value"], item["origin"]) for key, item in json.loads(result.out).items()}


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "posture.toml"
    path.write_text(SETTINGS)
    return path


def failed(result: Any) -> set[str]:
    return {item["rule_id"] for item in json.loads(result.out)["findings"] if item["verdict"] == "fail"}


def test_where_each_value_comes_from(posture: Run, settings: Path) -> None:
    plain = show(posture)
    assert plain["fail_on"] == ("high", "posture.toml: fail_on")
    assert plain["rules"] == (["s3-*", "sg-*"], "posture.toml: rules.select")
    assert plain["ignore"] == (["s3-bucket-versioning"], "posture.toml: rules.ignore")
    assert plain["pin"] == ("0.1", "posture.toml: rules.pin")
    assert plain["baseline"] == ("last.json", "posture.toml: baseline")
    assert plain["severity"] == ("", "default")
    assert plain["accept_region_deny"] == (True, "default")
    nightly = show(posture, "--use", "nightly", "--severity", "low", "--ignore-rule", "sg-default-*")
    assert nightly["use"] == ("nightly", "option --use")
    assert nightly["fail_on"] == ("none", "posture.toml: profiles.nightly.fail_on")
    assert nightly["rules"] == (["sg-ingress-ssh", "s3-bucket-tls-only"], "posture.toml: profiles.nightly.rules")
    assert nightly["ignore"] == (
        ["sg-default-*", "s3-bucket-versioning"],
        "option --ignore-rule, posture.toml: rules.ignore",
    )
    assert nightly["pin"] == ("0.1", "posture.toml: rules.pin")
    assert nightly["severity"] == ("low", "option --severity")
    assert nightly["params"][0] == {"kms-key-rotation-enabled": {"max_rotation_period_days": 90}}


def test_as_text(posture: Run, settings: Path) -> None:
    lines = posture("config", "show", "--origin").out.splitlines()
    assert 'fail_on             "high"  # posture.toml: fail_on' in lines
    assert "regions             []  # default" in lines
    assert 'fail_on             "high"' in posture("config", "show").out.splitlines()


def test_paths_are_seen_from_the_settings(posture: Run, tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "posture.toml").write_text('packs = ["own"]\nwaivers = ["w.toml"]\nbaseline = "b.json"\n')
    shown = show(posture, "--config", "conf/posture.toml")
    assert [shown[key][0] for key in ("packs", "waivers", "baseline")] == [["conf/own"], ["conf/w.toml"], "conf/b.json"]
    (tmp_path / "conf" / "posture.toml").write_text("")
    (tmp_path / "posture.waivers.toml").write_text("")
    assert show(posture, "--config", "conf/posture.toml")["waivers"] == (["posture.waivers.toml"], "found by its name")


def test_profiles(posture: Run, template: Path, settings: Path) -> None:
    assert posture("gate", template.name).code == 1
    nightly = posture("gate", template.name, "--use", "nightly", "-o", "json=-")
    assert (nightly.code, failed(nightly)) == (0, {"sg-ingress-ssh"})
    assert posture("gate", template.name, "--use", "nightly", "--fail-on", "high").code == 1
    settings.write_text('use = "nightly"\n' + SETTINGS)
    assert posture("gate", template.name).code == 0
    assert show(posture)["use"] == ("nightly", "posture.toml: use")
    pyproject = settings.with_name("pyproject.toml")
    pyproject.write_text('[tool.aws-posture.profiles.ci]\nfail_on = "none"\n')
    settings.unlink()
    assert posture("gate", template.name, "--use", "ci").code == 0


@pytest.mark.parametrize(
    ("text", "arguments", "words"),
    [
        (SETTINGS, ("--use", "nightyl"), ("there is no profile 'nightyl'", "Did you mean nightly?")),
        ('use = "x"\n', (), ("there is no profile 'x'", "Profiles: none")),
        ("", ("--use", "x"), ("there is no profile 'x'",)),
        ('[profiles.a]\nfail_no = "high"\n', (), ("'profiles.a.fail_no'", "Did you mean fail_on?")),
        ('[profiles.a]\nfail_on = "hgih"\n', (), ("profiles.a.fail_on must be one of critical",)),
        ('[profiles.a]\nuse = "b"\n', (), ("there is no setting 'profiles.a.use'",)),
        ("profiles = 3\n", (), ("profiles must be a table of names",)),
        ('rules = "s3-*"\n', (), ("rules must be a list of strings, or a table of select, ignore, pin",)),
        ('[rules]\nselct = ["x"]\n', (), ("'rules.selct'", "Did you mean select?")),
        ("[rules]\npin = 0.1\n", (), ('rules.pin must be a version such as "0.1"',)),
        ('severity = "none"\n', (), ("severity must be one of critical, high, medium, low, info",)),
        ('accept_region_deny = "no"\n', (), ("accept_region_deny must be true or false",)),
        ("[[waivers]]\n", (), ("waivers must be a list of strings",)),
    ],
)
def test_mistakes(posture: Run, tmp_path: Path, text: str, arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
    (tmp_path / "posture.toml").write_text(text)
    result = posture("config", "show", *arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.count("\n") == 1
    for word in words:
        assert word in result.err


def test_narrowing(posture: Run, template: Path, settings: Path) -> None:
    assert "s3-bucket-versioning" not in failed(posture("gate", template.name, "-o", "json=-"))
    named = posture("gate", template.name, "-o", "json=-", "--rule", "s3-bucket-versioning")
    assert failed(named) == {"s3-bucket-versioning"}, "what is named is run even if the settings ignore it"
    high = json.loads(posture("gate", template.name, "-o", "json=-", "--severity", "high").out)
    assert {rule["severity"] for rule in high["rules"].values()} == {"critical", "high"}
    less = posture("gate", template.name, "-o", "json=-", "--ignore-rule", "sg-*")
    assert less.code == 0
    assert failed(less) >= {"s3-bucket-kms-encryption", "s3-bucket-tls-only"}
    assert not any(rule.startswith("sg-") for rule in failed(less))
    none = posture("gate", template.name, "--rule", "s3-bucket-versioning", "--severity", "high")
    assert none.code == 2
    assert "no rule is both" in none.err


RULE = """\
id: own-name
title: Buckets have names
severity: critical
since: "{since}"
resource: AWS::S3::Bucket
responsibility: customer
covers: []
expect: Name == 'x'
message: "{{Name}} is not x"
why: A name is needed.
fix: {{cli: "true"}}
references: [https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html]
frameworks: {{}}
examples: {{pass: [{{Name: x}}], fail: [{{Name: y}}]}}
"""


@pytest.mark.parametrize(("since", "pin", "code"), [("0.2", "0.1", 0), ("0.2", "0.2", 1), ("0.2", "0.10", 1), ("1.0", "0.1.3", 0)])  # fmt: skip
def test_rules_newer_than_the_pin_report_and_fail_nothing(
    posture: Run, template: Path, tmp_path: Path, *, since: str, pin: str, code: int
) -> None:
    (tmp_path / "own.yaml").write_text(RULE.format(since=since))
    (tmp_path / "posture.toml").write_text(f'packs = ["own.yaml"]\n[rules]\nselect = ["own-name"]\npin = "{pin}"\n')
    result = posture("gate", template.name, "-o", "json=r.json")
    assert result.code == code, result.err
    assert "own-name" in result.out
    told = f"The rules are pinned to {pin}: 1 open failure of newer rules cannot fail the run."
    assert (told in result.out) is (code == 0)
    assert posture("report", "r.json", "--fail-on", "high").code == code, "a saved report keeps the pin"


EXAMPLE = str(Path(__file__).resolve().parents[2] / "examples" / "northwind.posture.gz")
SHARING = ("--rule", "s3-bucket-policy-cross-account", "--rule", "kms-key-policy-cross-account")


def foreign(posture: Run, *arguments: str) -> list[str]:
    report = json.loads(posture("check", EXAMPLE, "-q", *SHARING, *arguments, "-o", "json=-").out)
    return sorted(found["message"] for found in report["findings"] if found["verdict"] == "fail")


def test_one_setting_says_whom_every_rule_trusts(posture: Run, tmp_path: Path) -> None:
    everybody = foreign(posture)
    theirs = [text for text in everybody if "999988887777" in text]
    assert len(theirs) == 2
    (tmp_path / "posture.toml").write_text('trusted_accounts = ["999988887777"]\n')
    assert foreign(posture) == [text for text in everybody if text not in theirs]
    assert len(foreign(posture, "--trusted", "o-nw5freight1")) == len(everybody) - 3
    # a rule's own parameter says otherwise for it alone
    with (tmp_path / "posture.toml").open("a") as file:
        file.write("[params.kms-key-policy-cross-account]\ntrusted_accounts = []\n")
    assert [text for text in foreign(posture) if "999988887777" in text] == [text for text in theirs if "key" in text]


def test_whom_the_settings_trust_is_not_outside(posture: Run, tmp_path: Path) -> None:
    (tmp_path / "posture.toml").write_text('trusted_accounts = ["999988887777"]\n')
    named = json.loads(posture("access", "external", EXAMPLE, "--format", "json").out)
    (tmp_path / "posture.toml").unlink()
    assert named == json.loads(
        posture("access", "external", EXAMPLE, "--format", "json", "--trusted", "999988887777").out
    )


def test_what_is_no_account_is_refused(posture: Run, tmp_path: Path) -> None:
    (tmp_path / "posture.toml").write_text('trusted_accounts = ["acme"]\n')
    result = posture("config", "show")
    assert result.code == 2
    assert "trusted_accounts must be a list of account ids and of organizations' ids" in result.err


def test_parameters_of_every_rule_at_once(posture: Run, tmp_path: Path) -> None:
    tagged = ("--rule", "iam-role-tagged", "--rule", "kms-key-tagged")
    assert json.loads(posture("check", EXAMPLE, "-q", *tagged, "-o", "json=-").out)["findings"] == []
    (tmp_path / "posture.toml").write_text('[params."*"]\nrequired_tags = ["nobody-has-it"]\n')
    found = json.loads(posture("check", EXAMPLE, "-q", *tagged, "-o", "json=-").out)["findings"]
    assert {one["verdict"] for one in found} == {"fail"}
    (tmp_path / "posture.toml").write_text('[params."*"]\nrequired_tag = ["owner"]\n')
    result = posture("check", EXAMPLE, "-q", *tagged)
    assert result.code == 2
    assert "no rule has a parameter 'required_tag'" in result.err
    assert "Did you mean required_tags?" in result.err
