"""Attestation files: what is taken, and what is refused with its line."""

import pytest

from scanner.demo.acceptances import attestations
from scanner.engine import frameworks
from scanner.engine.attestation_file import load

KNOWN = frameworks.load()[0]
HEAD = "attestations:\n"
ENTRY = """\
  - framework: pci-dss-4.0.1
    requirement: ["9.1.1", "9.1.2"]
    by: Ada Lovelace, CISO
    on: 2026-01-01
    until: 2026-12-31
    evidence: https://wiki.example.com/pci-9
    accounts: ["111122223333"]
    statement: Premises policy 4.2 is in force.
"""


@pytest.fixture
def read(tmp_path):
    def run(text):
        file = tmp_path / "a.yaml"
        file.write_text(text)
        made = load(file, KNOWN)
        return made, [str(error).replace(f"{tmp_path}/", "") for error in made.errors]

    return run


def test_an_entry_stands_for_each_requirement(read):
    made, errors = read(HEAD + ENTRY)
    assert not errors
    assert [(one.framework, one.requirement) for one in made.attestations] == [
        ("pci-dss-4.0.1", "9.1.1"),
        ("pci-dss-4.0.1", "9.1.2"),
    ]
    one = made.attestations[0]
    assert (one.says, one.accounts, one.by) == ("met", ("111122223333",), "Ada Lovelace, CISO")
    assert one.source.endswith("a.yaml:2")


def test_awss_report_is_on_file(read):
    made, errors = read(
        HEAD + "  - {aws_report: soc2, by: Ada, on: 2026-01-01, until: 2026-12-31, evidence: share/aws}\n"
    )
    assert not errors
    assert [(one.aws_report, one.requirement) for one in made.attestations] == [("soc2", "")]


def test_an_empty_file_attests_nothing(read):
    assert read("")[1] == []
    assert read(HEAD)[1] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD + ENTRY.replace("9.1.1", "9.1.11"), "a.yaml:2: attestation: there is no '9.1.11' in pci-dss-4.0.1. Did you"),
        (HEAD + ENTRY.replace("pci-dss-4.0.1", "pci-dss-4"), "a.yaml:2: attestation: there is no 'pci-dss-4'. Did you mean"),
        (HEAD + ENTRY.replace("until: 2026-12-31", "until: 2025-12-31"), "a.yaml:2: attestation: until (2025-12-31) is"),
        (HEAD + ENTRY.replace("until: 2026-12-31", "until: soon"), "a.yaml:2: attestation: until must be a date"),
        (HEAD + ENTRY.replace("    by: Ada Lovelace, CISO\n", ""), "a.yaml:2: attestation: by is missing"),
        (HEAD + ENTRY.replace("    by:", "    sez: met\n    by:"), "a.yaml:2: attestation: there is no member 'sez'"),
        (HEAD + ENTRY.replace('"111122223333"', '"1"'), "a.yaml:2: attestation: accounts must be a list of account ids"),
        (HEAD + ENTRY + ENTRY.replace("    evidence", "    aws_report: soc2\n    evidence"), "a.yaml:10: attestation: it must"),
        (HEAD + ENTRY.replace('["9.1.1", "9.1.2"]', "9.1"), "a.yaml:2: attestation: requirement must be an id in quotation"),
        ("attestation: []\n", "a.yaml: there is no member 'attestation'. Did you mean attestations?"),
        ("attestations: [\n", "a.yaml:2: "),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line_and_the_others_hold(read, text, told):
    made, errors = read(text)
    assert len(errors) == 1
    assert errors[0].startswith(told), errors[0]
    assert len(made.attestations) == (2 if text.count("framework:") > 1 else 0)


def test_the_demos_people_attest_what_there_is():
    made = attestations("2026-11-24T06:00:00Z")
    for one in made:
        body = KNOWN.get(one.framework, {"requirements": [{"id": ""}]})
        assert one.requirement in {each["id"] for each in body["requirements"]}
    assert {one.standing("2026-11-24") for one in made} == {"valid", "expired"}
