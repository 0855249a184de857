"""Mapping files: evidence of many rules at once, and what is refused."""

import pytest

from scanner import api
from scanner.engine import builtin, frameworks, mappings, rules
from scanner.engine.mappings_check import faults
from scanner.engine.served import served
from scanner.errors import RuleError
from scanner.model import FrameworkMapping

TABLES, ERRORS = builtin.mapping_tables()
KNOWN = frameworks.load()[0]
RULE = """\
id: own-bucket-owner
title: Buckets have an owner
severity: low
since: "0.1"
resource: AWS::S3::Bucket
responsibility: customer
covers: [own_owner]
params: {days: 7, tags: []}
frameworks: {other: [{id: O1, params: {days: 3}}]}
expect: Name
message: "{derived.name} has none"
why: Nobody answers for it.
"""


def written(tmp_path, text):
    file = tmp_path / "own.yaml"
    file.write_text(text)
    return mappings.load_file(file, "own.yaml")


def a_rule(tmp_path):
    file = tmp_path / "rule.yaml"
    file.write_text(RULE)
    return rules.load_file(file, "rule.yaml").rule


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.framework)
def test_built_in_tables_name_controls_and_requirements_that_can_be_evidenced(table):
    assert not ERRORS
    requirements = {one["id"]: one for one in KNOWN[table.framework]["requirements"]}
    pairs = [(word, id_) for word, items in table.rules.items() for id_, _ in items]
    pairs += [(theirs, ours) for pairs in table.same_as.values() for theirs, all_ in pairs.items() for ours in all_]
    assert pairs
    for word, id_ in pairs:
        assert requirements[id_]["assessment"] in ("automated", "partial"), (word, id_)
        assert not requirements[id_].get("group"), (word, id_)
    assert set(table.rules) <= builtin.controls().keys()
    for other, items in table.same_as.items():
        theirs = {one["id"]: one for one in KNOWN[other]["requirements"]}
        for id_, all_ in items.items():
            assert {requirements[ours]["title"] for ours in all_} == {theirs[id_]["title"]}


def test_built_in_tables_bind_parameters_that_there_are():
    assert list(faults(TABLES, builtin.rules().rules, KNOWN, builtin.controls())) == []


def test_every_framework_has_evidence_from_built_in_rules():
    used = {mapping.framework for rule in builtin.rules().rules for mapping in rule.frameworks}
    assert used == set(KNOWN)


def test_a_table_speaks_of_controls_rules_and_other_editions(tmp_path):
    table = written(
        tmp_path,
        "framework: own\n"
        'controls: {own_owner: ["1"]}\n'
        'rules: {own-bucket-owner: [{id: "2", params: {days: 5}}], s3-bucket-none: ["4"]}\n'
        'same_as: {other: {"3": O1}}\n',
    )
    rule = a_rule(tmp_path)
    mappings.complete([rule], [table])
    assert list(rule.frameworks) == [
        FrameworkMapping("other", "O1", (("days", 3),)),
        FrameworkMapping("own", "1"),
        FrameworkMapping("own", "2", (("days", 5),)),
        FrameworkMapping("own", "3", (("days", 3),)),  # with the parameters of the one that it is the same as
    ]
    assert mappings.by_framework(rule) == {"other": ["O1"], "own": ["1", "2", "3"]}


def test_what_a_rule_says_itself_stands(tmp_path):
    table = written(tmp_path, "framework: other\ncontrols: {own_owner: [O1]}\n")
    rule = a_rule(tmp_path)
    mappings.complete([rule], [table])
    assert list(rule.frameworks) == [FrameworkMapping("other", "O1", (("days", 3),))]


def test_packed_mappings_are_the_same(tmp_path):
    rule = a_rule(tmp_path)
    rule.frameworks = (*rule.frameworks, FrameworkMapping("own", "A(1)"), FrameworkMapping("own", "{B}"))
    kept = mappings.Mappings(mappings.packed(rule.frameworks))
    assert kept == rule.frameworks
    assert (len(kept), kept[0]) == (3, rule.frameworks[0])
    grouped = mappings.by_framework(rule)
    rule.frameworks = kept
    assert mappings.by_framework(rule) == grouped


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("controls: {a: [b]}\n", "own.yaml:1: framework: Field required"),
        ("framework: own\ncontrols:\n  iam_x: one\n", "own.yaml:3: controls.iam_x: Input should be a valid list"),
        ("framework: own\nrules:\n  Bad: [A]\n", "own.yaml:3: rules.Bad"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, text, told):
    with pytest.raises(RuleError) as caught:
        written(tmp_path, text)
    assert str(caught.value).startswith(told)


def test_a_pack_maps_built_in_rules_to_its_own_framework(tmp_path):
    folder = tmp_path / "frameworks" / "mappings"
    folder.mkdir(parents=True)
    (folder / "own.yaml").write_text('framework: own\nrules: {s3-bucket-tls-only: ["7"]}\n')
    (folder / "bad.yaml").write_text("[")
    ruleset = rules.load([tmp_path])
    assert FrameworkMapping("own", "7") in list(ruleset.loaded["s3-bucket-tls-only"].rule.frameworks)
    assert [str(error).split(":")[0].rpartition("/")[2] for error in ruleset.errors] == ["bad.yaml"]


OWN = """\
id: own
title: Our standard
version: "1"
authority: We
url: https://www.example.com/standard
statement: A mapping gives evidence.
requirements:
  - {id: "7", title: Seven, responsibility: customer, assessment: automated}
  - {id: "8", title: Eight, responsibility: customer, assessment: manual}
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('framework: own\nrules:\n  s3-bucket-tls-onely: ["7"]\n', ":3: there is no rule s3-bucket-tls-onely. Did you mean"),
        ('framework: own\ncontrols:\n  kms_key_rotate: ["7"]\n', ":3: there is no control kms_key_rotate. Did you mean"),
        ('framework: owl\nrules: {s3-bucket-tls-only: ["7"]}\n', ":1: there is no framework owl. Did you mean own?"),
        ('framework: own\nrules:\n  s3-bucket-tls-only: ["9"]\n', ":3: s3-bucket-tls-only: own has no requirement 9 that"),
        ('framework: own\nrules:\n  s3-bucket-tls-only: ["8"]\n', ":3: s3-bucket-tls-only: own has no requirement 8 that"),
        ('framework: own\nsame_as:\n  cis-aws-5.0:\n    "7": "99"\n', ":4: cis-aws-5.0 has no requirement 99 that"),
        (
            'framework: own\nrules:\n  iam-user-unused-access-key: [{id: "7", params: {unused_day: 1}}]\n',
            ":3: iam-user-unused-access-key: the rule iam-user-unused-access-key has no parameter unused_day. Did you mean",
        ),
        (
            'framework: own\nrules:\n  iam-user-unused-access-key: [{id: "7", params: {unused_days: soon}}]\n',
            ":3: iam-user-unused-access-key: unused_days is of another kind",
        ),
    ],
)  # fmt: skip
def test_a_word_that_names_nothing_is_told_with_its_line(tmp_path, text, told):
    folder = tmp_path / "frameworks" / "mappings"
    folder.mkdir(parents=True)
    (folder.parent / "own.yaml").write_text(OWN)
    (folder / "own.yaml").write_text(text)
    errors = [str(error).replace(folder.as_posix(), "") for error in api.load_rules([tmp_path]).errors]
    assert len(errors) == 1
    assert errors[0].startswith(f"/own.yaml{told}"), errors[0]


def test_what_rules_serve_is_counted_and_the_rest_named(tmp_path):
    framework = {
        "id": "own",
        "requirements": [
            {"id": "A", "title": "Mail", "responsibility": "customer", "assessment": "automated", "group": True},
            {"id": "1", "title": "One", "responsibility": "customer", "assessment": "automated"},
            {"id": "2", "title": "Two", "responsibility": "customer", "assessment": "automated"},
            {"id": "3", "title": "Three", "responsibility": "customer", "assessment": "automated"},
            {"id": "4", "title": "Four", "responsibility": "customer", "assessment": "automated", "parent": "A"},
            {"id": "5", "title": "Five", "responsibility": "shared", "assessment": "partial"},
        ],
    }
    table = mappings.Table("own", {"own_owner": [("1", {})], "mail_signed": [("2", {})], "mail_kept": [("3", {})]})
    rule = a_rule(tmp_path)
    mappings.complete([rule], [table])
    found = served(framework, [rule], [table], {"mail_kept": {"why": "Nobody keeps mail."}})
    assert (found.requirements, found.served, found.rules) == (5, {"automated": 1}, 1)
    assert found.open == [
        ("2", "Two", "no rule yet for mail_signed"),
        ("3", "Three", "Nobody keeps mail."),
        ("4", "Four", "no rule looks at Mail yet"),
    ]
