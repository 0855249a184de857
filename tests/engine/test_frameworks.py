"""Framework files: complete requirements, and what is refused."""

from collections import Counter
from pathlib import Path

import pytest

from scanner.engine import frameworks
from scanner.errors import RuleError

HEAD = """\
id: own
title: Our own standard
version: "1"
authority: We
url: https://www.example.com/standard
statement: A mapping gives evidence for a requirement and never satisfies it.
attestations:
  soc2: {title: SOC 2 report, where: AWS Artifact}
requirements:
"""
ONE = "  - {id: A, title: All, responsibility: customer, assessment: manual, group: true}\n"
TWO = (
    '  - {id: "A.1", title: First, parent: A, responsibility: aws, assessment: inherited, '
    "attested_by: [soc2], remains: Own offices}\n"
)


def load(tmp_path, text):
    file = tmp_path / "own.yaml"
    file.write_text(text)
    return frameworks.load_file(file, "own.yaml")


@pytest.mark.parametrize(
    ("id_", "count"),
    [
        ("aws-fsbp", 406),
        ("aws-well-architected-security", 74),
        ("cis-aws-3.0", 71),
        ("cis-aws-5.0", 72),
        ("cis-aws-6.0", 72),
        ("cis-aws-7.0", 80),
        ("hipaa-security-rule", 75),
        ("iso-27001-2022", 97),
        ("nist-800-53-r5", 305),
        ("nist-csf-2.0", 134),
        ("pci-dss-4.0.1", 366),
        ("soc2-2017", 82),
    ],
)
def test_the_built_in_frameworks_list_every_requirement(id_, count):
    known, errors = frameworks.load()
    assert not errors
    body = known[id_]
    assert len(body["requirements"]) == count
    assert "evidence" in body["statement"]


def test_the_nist_baselines_are_whole():
    body = frameworks.load()[0]["nist-800-53-r5"]
    levels = Counter(level for one in body["requirements"] for level in one.get("levels", ()))
    assert levels == {"Low": 149, "Moderate": 287}


def test_a_requirement_is_found_by_its_id(tmp_path):
    body = load(tmp_path, HEAD + ONE + TWO)
    assert frameworks.requirement(body, "A.1") == {
        "id": "A.1",
        "title": "First",
        "parent": "A",
        "responsibility": "aws",
        "assessment": "inherited",
        "attested_by": ["soc2"],
        "remains": "Own offices",
    }
    assert frameworks.requirement(body, "A.2") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD + ONE + ONE, "own.yaml:11: the requirement A is there twice"),
        (HEAD + TWO + ONE, "own.yaml:10: A.1: its parent A does not come before it"),
        (HEAD + ONE.replace("manual", "guessed"), "own.yaml:10: requirements.0.assessment: "),
        (HEAD.replace("requirements:\n", "requirements: []\n"), "own.yaml:9: requirements: "),
        (HEAD.replace("https:", "javascript:") + ONE, "own.yaml:5: url: "),
        (HEAD + ONE.replace("id: A", "id: 1"), "own.yaml:10: requirements.0.id: Input should be a valid string"),
        (HEAD + ONE + TWO.replace("[soc2]", "[soc3]"), "own.yaml:11: A.1: attested_by names soc3. Known: soc2"),
        (HEAD + ONE + TWO.replace("inherited", "manual"), "own.yaml:11: A.1: what AWS answers for alone is inherited"),
        (
            HEAD + ONE + TWO.replace(", remains: Own offices", ""),
            "own.yaml:11: A.1: the part that AWS answers for needs",
        ),
        (
            HEAD + ONE + TWO.replace("aws, assessment: inherited", "customer, assessment: manual"),
            "own.yaml:11: A.1: no ",
        ),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, text, told):
    with pytest.raises(RuleError) as caught:
        load(tmp_path, text)
    assert str(caught.value).startswith(told)


def test_a_pack_brings_frameworks_of_its_own_but_replaces_none(tmp_path):
    folder = tmp_path / "frameworks"
    folder.mkdir()
    (folder / "own.yaml").write_text(HEAD + ONE)
    (folder / "again.yaml").write_text((HEAD + ONE).replace("id: own", "id: aws-fsbp"))
    (folder / "broken.yaml").write_text("[")
    known, errors = frameworks.load([tmp_path])
    assert known["own"]["title"] == "Our own standard"
    assert len(known["aws-fsbp"]["requirements"]) == 406
    assert len(errors) == 2


def test_the_page_has_the_figures_of_every_framework():
    page = (Path(__file__).resolve().parents[2] / "docs" / "compliance.md").read_text(encoding="utf-8")
    for id_, body in frameworks.load()[0].items():
        asked = [one for one in body["requirements"] if not one.get("group")]
        who = [sum(one["responsibility"] == word for one in asked) for word in ("customer", "shared", "aws")]
        how = [
            sum(one["assessment"] == word for one in asked) for word in ("automated", "partial", "manual", "inherited")
        ]
        row = f"| `{id_}` | {len(asked)} | {', '.join(map(str, who))} | {', '.join(map(str, how))} |"
        assert row in page
