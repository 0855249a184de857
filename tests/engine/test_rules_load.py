"""Loading rule packs: good files, bad files, selection, what rules read."""

import pytest

from scanner.engine import rules
from scanner.errors import RuleError, UsageError

RULE = """\
id: data-key-named
title: Keys have a name
severity: low
since: "0.1"
resource: AWS::KMS::Key
responsibility: customer
covers: [kms_key_rotation_enabled]
params:
  most: 5
when: >-
  KeyManager == 'CUSTOMER'
  && derived.tags.team
expect: length(Aliases) <= param('most') && derived.who_uses.count > `0`
message: "{KeyId} of {derived.name} has {param.most}"
why: Because.
fix:
  cli: aws kms tag-resource --key-id {KeyId}
references: [https://docs.aws.amazon.com/kms/latest/developerguide/overview.html]
frameworks:
  nist-800-53-r5: [SC-12, {id: SC-28, params: {most: 3}}]
  pci-dss-4.0.1: [{id: "3.6.1", params: {most: 5}}, {id: "3.7.4", params: {most: 3}}]
examples:
  pass: [{Aliases: [a]}]
  unknown:
    - document: {KeyManager: CUSTOMER}
      unknown: {/Aliases/-: denied, /KeyId: {why: after_apply, kind: opaque, token: aws_kms_key.x.id}}
      params: {most: 2}
"""


@pytest.fixture
def pack(tmp_path):
    (tmp_path / "kms").mkdir()
    (tmp_path / "kms" / "rule.yaml").write_text(RULE)
    return tmp_path


def load_one(tmp_path, text):
    file = tmp_path / "rule.yaml"
    file.write_text(text)
    return rules.load_file(file, "pack/rule.yaml")


def fault(tmp_path, text):
    with pytest.raises(RuleError) as caught:
        load_one(tmp_path, text)
    return str(caught.value)


def test_a_rule_keeps_what_its_file_says(pack):
    (one,) = rules.load_pack(pack)
    rule = one.rule
    assert rule.service == "kms"
    assert rule.source == "kms/rule.yaml"
    assert rule.params == {"most": 5}
    assert rule.fix == {"cli": "aws kms tag-resource --key-id {KeyId}"}
    assert [(m.framework, m.requirement, m.params) for m in rule.frameworks] == [
        ("nist-800-53-r5", "SC-12", ()),
        ("nist-800-53-r5", "SC-28", (("most", 3),)),
        ("pci-dss-4.0.1", "3.6.1", (("most", 5),)),
        ("pci-dss-4.0.1", "3.7.4", (("most", 3),)),
    ]
    assert rule.examples["pass"] == [{"document": {"Aliases": ["a"]}, "unknown": {}, "params": {}}]
    assert rule.examples["unknown"] == [
        {
            "document": {"KeyManager": "CUSTOMER"},
            "unknown": {
                "/Aliases/-": {"why": "denied", "kind": "more"},
                "/KeyId": {"why": "after_apply", "kind": "opaque", "token": "aws_kms_key.x.id"},
            },
            "params": {"most": 2},
        }
    ]


def test_each_binding_of_parameters_is_in_use_once(pack):
    (one,) = rules.load_pack(pack)
    assert rules.parameter_bindings(one.rule) == [{}, {"most": 3}]
    assert rules.parameter_bindings(one.rule, ["nist-800-53-r5"]) == [{}, {"most": 3}]
    assert rules.parameter_bindings(one.rule, ["cis-aws-7.0"]) == [], "it says nothing of that framework"


def test_what_rules_read_is_told_apart_from_facts_and_envelope(pack):
    ruleset = rules.load_pack(pack)
    assert rules.reads(ruleset) == {"AWS::KMS::Key": {"KeyManager", "Aliases", "KeyId"}}
    assert rules.facts(ruleset) == {"AWS::KMS::Key": {"who_uses"}}


def test_one_malformed_file_is_an_error_and_the_rest_load(pack):
    (pack / "broken.yaml").write_text("id: [\n")
    (pack / "other.yml").write_text(RULE.replace("severity: low", "severity: harmless").replace("key-named", "key-x"))
    ruleset = rules.load_pack(pack, "mine")
    assert [one.rule.id for one in ruleset] == ["data-key-named"]
    assert [error.where for error in ruleset.errors] == ["mine/broken.yaml:2", "mine/other.yml:3"]


def test_an_id_is_taken_once(pack):
    (pack / "zz.yaml").write_text("# again\n" + RULE)
    ruleset = rules.load_pack(pack, "mine")
    assert len(ruleset) == 1
    assert [str(error) for error in ruleset.errors] == [
        "mine/zz.yaml:2: the id data-key-named is taken by mine/kms/rule.yaml"
    ]


def test_a_pack_cannot_replace_a_built_in_rule(pack):
    (pack / "kms" / "rule.yaml").write_text(RULE.replace("data-key-named", "kms-key-rotation-enabled"))
    ruleset = rules.load([pack])
    assert ruleset.loaded["kms-key-rotation-enabled"].rule.title != "Keys have a name"
    assert len(ruleset.errors) == 1


def test_frameworks_and_controls_of_a_pack_are_no_rules(pack):
    (pack / "frameworks").mkdir()
    (pack / "frameworks" / "own.yaml").write_text("id: own\n")
    (pack / "controls.yaml").write_text("rule: []\n")
    assert not rules.load_pack(pack).errors


def test_a_single_file_is_a_pack(pack):
    assert len(rules.load_pack(pack / "kms" / "rule.yaml")) == 1


def test_a_pack_that_is_not_there_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="there is no rule pack"):
        rules.load([tmp_path / "missing"])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("severity: low", "severity: urgent", "pack/rule.yaml:3: severity: Input should be"),
        ("title: Keys have a name", "titel: Keys have a name", "pack/rule.yaml:1: title: Field required"),
        ('since: "0.1"', "since: 0.1", "pack/rule.yaml:4: since: Input should be a valid string"),
        ("id: data-key-named", "id: Data_Key", "pack/rule.yaml:1: id: String should match"),
        ("  most: 5", "  most: null", "pack/rule.yaml:9: params.most: "),
        ("  && derived.tags.team", "  && derived.(", "pack/rule.yaml:12: when: "),
        ("  && derived.tags.team", "  && derived.tags.team)", "pack/rule.yaml:12: when: column 46: "),
        ("length(Aliases)", "len(Aliases)", "pack/rule.yaml:13: expect: "),
        ("[https://docs", "[http://docs", "pack/rule.yaml:18: references.0: "),
        ("  cli: aws", "  powershell: aws", "pack/rule.yaml:17: fix.powershell: Extra inputs"),
        ("{id: SC-28, params: {most: 3}}", "{id: SC-28, parameters: {most: 3}}", "pack/rule.yaml:20: frameworks."),
        ("/Aliases/-: denied", "/Aliases/-: forgotten", "pack/rule.yaml:26: examples: a reason is one of denied"),
        ("/Aliases/-: denied", "Aliases: denied", "pack/rule.yaml:26: examples: 'Aliases' is no JSON Pointer"),
        ("{KeyManager: CUSTOMER}", "[KeyManager]", "pack/rule.yaml:25: examples: document is not a mapping"),
        ("  pass: [{", "  passed: [{", "pack/rule.yaml:23: examples.passed: Extra inputs"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, old, new, told):
    assert old in RULE
    assert fault(tmp_path, RULE.replace(old, new)).startswith(told)


@pytest.mark.parametrize("text", ["", "- a\n", "just words\n", "~\n"])
def test_a_file_that_is_no_mapping_is_told(tmp_path, text):
    assert fault(tmp_path, text) == "pack/rule.yaml:1: is not a mapping of names to values"


@pytest.fixture(scope="module")
def ruleset():
    return rules.load()


def test_globs_services_and_severities_narrow_each_other(ruleset):
    chosen = ruleset.select(
        ids=["sg-ingress-?ll-*", "kms-key-policy-public", "kms-key-rotation-*"], severities=["critical"]
    )
    assert [rule.id for rule in chosen.rules] == ["kms-key-policy-public", "sg-ingress-all-ports"]
    assert {rule.service for rule in ruleset.select(services=["kms"]).rules} == {"kms"}


def test_skip_takes_rules_away(ruleset):
    left = ruleset.select(services=["kms"], skip=["*-public"])
    kms = [rule.id for rule in ruleset.rules if rule.service == "kms"]
    assert [rule.id for rule in left.rules] == [id_ for id_ in kms if not id_.endswith("-public")]
    assert len(left) < len(kms)


def test_nothing_asked_is_everything(ruleset):
    assert ruleset.select().rules == ruleset.rules


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"ids": ["kms-key-rotation-enable"]}, "Did you mean kms-key-rotation-enabled"),
        ({"ids": ["dynamo-*"]}, "no rule is called 'dynamo-\\*'"),
        ({"skip": ["nope"]}, "no rule is called 'nope'"),
        ({"services": ["dynamo"]}, "Services: .*ec2, .*iam, kms, .*s3, .*vpc"),
        ({"severities": ["urgent"]}, "'urgent' is no severity"),
    ],
)
def test_a_word_that_matches_nothing_is_a_usage_error(ruleset, asked, told):
    with pytest.raises(UsageError, match=told):
        ruleset.select(**asked)


def test_an_example_may_say_that_an_element_may_not_be_there(pack):
    told = RULE.replace("{/Aliases/-: denied", "{/Aliases/0: {why: denied, kind: maybe}")
    (pack / "kms" / "rule.yaml").write_text(told)
    (one,) = rules.load_pack(pack)
    assert one.rule.examples["unknown"][0]["unknown"]["/Aliases/0"] == {"why": "denied", "kind": "maybe"}


@pytest.mark.parametrize("reason", ["{why: denied, kind: perhaps}", "{why: forgotten}", "{kind: maybe}", "[denied]"])
def test_a_reason_that_there_is_not_is_an_error(pack, reason):
    (pack / "kms" / "rule.yaml").write_text(RULE.replace("{/Aliases/-: denied", f"{{/Aliases/-: {reason}"))
    (error,) = rules.load_pack(pack).errors
    assert "and a kind one of any, more, opaque, maybe" in str(error)
