"""The role that is printed as code: valid in its language, and with exactly the policy that JSON has."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hcl2
import pytest
import yaml

from scanner.aws import permissions
from scanner.aws.policy_document import ATTACHED, LIMIT, ORGANIZATION, policies, size
from scanner.aws.table import extras

Run = Callable[..., Any]
TEMPLATE_LIMIT = 51_200
"""Bytes of a template that is given to CloudFormation as it is
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html)."""
WHOLE = ("permissions", "--all", *(word for name in extras() for word in ("--with", name)))


def held(resources: dict[str, Any]) -> list[Any]:
    return [
        body["Properties"]["PolicyDocument"] for name, body in resources.items() if name.startswith("PosturePolicy")
    ]


def printed(posture: Run) -> list[Any]:
    found = json.loads(posture(*WHOLE).out)
    return found if isinstance(found, list) else [found]


def linted(tmp_path: Path, text: str) -> str:
    path = tmp_path / "made.yaml"
    path.write_text(text)
    cfn_lint = [str(Path(sys.executable).with_name("cfn-lint")), "--", str(path)]
    done = subprocess.run(cfn_lint, capture_output=True, text=True, check=False)
    return f"{done.returncode} {done.stdout}{done.stderr}".strip()


@pytest.mark.parametrize("format_", ["cloudformation", "stackset"])
def test_a_template_passes_cfn_lint_and_holds_the_printed_policy(posture: Run, tmp_path: Path, format_: str) -> None:
    result = posture(*WHOLE, "--format", format_)
    assert (result.code, result.err) == (0, "")
    assert linted(tmp_path, result.out) == "0"
    assert linted(tmp_path, result.out.replace("AWS::IAM::Role", "AWS::IAM::Roll")).startswith("2 E3006"), (
        "it does look"
    )
    template = yaml.safe_load(result.out)
    assert held(template["Resources"]) == printed(posture)
    assert len(result.out.encode()) <= TEMPLATE_LIMIT
    assert result.out.isascii(), "CloudFormation shows other characters as question marks"


def test_the_stack_set_makes_the_same_role_that_the_caller_may_assume(posture: Run, tmp_path: Path) -> None:
    resources = yaml.safe_load(posture(*WHOLE, "--format", "stackset").out)["Resources"]
    properties = resources["PostureStackSet"]["Properties"]
    inner = yaml.safe_load(properties["TemplateBody"])
    assert inner == yaml.safe_load(posture(*WHOLE, "--format", "cloudformation").out)
    assert set(inner["Parameters"]) == {one["ParameterKey"] for one in properties["Parameters"]}
    assert properties["PermissionModel"] == "SERVICE_MANAGED"
    assert properties["AutoDeployment"]["Enabled"] is True
    caller = resources["PostureOrganizationPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert caller[0]["Action"] == list(ORGANIZATION)
    assert caller[1]["Action"] == ["sts:AssumeRole"]
    assert caller[1]["Resource"] == {"Fn::Sub": "arn:${AWS::Partition}:iam::*:role/${RoleName}"}
    assert {"Ref": "PostureOrganizationPolicy"} in resources["PostureRole"]["Properties"]["ManagedPolicyArns"]


def test_our_own_reader_takes_the_role(posture: Run, tmp_path: Path) -> None:
    """What the scanner prints, it passes: no rule of a high severity fails on it."""
    path = tmp_path / "role.yaml"
    path.write_text(posture(*WHOLE, "--format", "cloudformation").out)
    result = posture("gate", str(path), "-o", "json=-", "-q")
    assert result.code == 0, result.err
    assert {one["type"] for one in json.loads(result.out)["resources"].values()} <= {
        "AWS::IAM::Role",
        "AWS::IAM::ManagedPolicy",
    }


def test_terraform_parses_and_holds_the_printed_policy(posture: Run) -> None:
    text = posture(*WHOLE, "--format", "terraform").out
    found = hcl2.loads(text)
    kinds = [next(iter(one)).strip('"') for one in found["resource"]]
    parts = len(printed(posture))
    assert kinds == ["aws_iam_role", *["aws_iam_policy", "aws_iam_role_policy_attachment"] * parts]
    assert [next(iter(one)).strip('"') for one in found["variable"]] == [
        "trusted_principal",
        "external_id",
        "role_name",
    ]
    bodies = re.findall(r"policy = jsonencode\((.*?)\)\n}", text, re.DOTALL)
    as_json = [re.sub(r"^( *)(\w+) *= ", r'\1"\2": ', body, flags=re.MULTILINE) for body in bodies]
    assert [json.loads(body) for body in as_json if "PostureScan" in body] == printed(posture)


@pytest.mark.skipif(not shutil.which("terraform"), reason="needs the terraform binary")
def test_terraform_itself_takes_it(posture: Run, tmp_path: Path) -> None:
    """Without the provider: the format of the whole, and what variables and policies come to."""

    def terraform(*arguments: str) -> Any:
        command = ["terraform", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    text = posture(*WHOLE, "--format", "terraform").out
    main = tmp_path / "main.tf"
    main.write_text(text)
    assert terraform("fmt", "-check", "-diff").stdout == ""
    variables = text[: text.index('resource "aws_iam_role"')]
    documents = re.findall(r"policy = (jsonencode\(.*?\n  }\))\n", text, re.DOTALL)
    outputs = (f'output "x{number}" {{\n  value = {one}\n}}\n' for number, one in enumerate(documents))
    main.write_text(variables + "".join(outputs))
    terraform("init")
    for external_id, condition in (("", {}), ("7f3a", {"StringEquals": {"sts:ExternalId": "7f3a"}})):
        given = ("-var", "trusted_principal=111122223333", "-var", f"external_id={external_id}")
        assert terraform("apply", "-auto-approve", *given).returncode == 0
        made = [json.loads(one["value"]) for one in json.loads(terraform("output", "-json").stdout).values()]
        assert made[0]["Statement"][0]["Principal"] == {"AWS": "111122223333"}
        assert made[0]["Statement"][0]["Condition"] == condition
        assert made[1:] == printed(posture)
    refused = terraform("apply", "-auto-approve", "-var", "trusted_principal=*")
    assert "12 digits, or the ARN" in refused.stderr


def test_terraform_fills_nothing_into_texts() -> None:
    from scanner.aws.role_terraform import expression

    text = expression({"Resource": "arn:${aws:PrincipalOrgID}:%{x}"})
    assert '"arn:$${aws:PrincipalOrgID}:%%{x}"' in text
    assert hcl2.loads(f"a = {text}\n")


def test_whoever_scans_an_organization_may_list_its_accounts_and_assume_the_role(posture: Run, tmp_path: Path) -> None:
    first, second = json.loads(posture("permissions", "--org", "--role-name", "security/audit").out)["Statement"]
    assert first["Action"] == list(ORGANIZATION)
    assert second["Resource"] == "arn:*:iam::*:role/security/audit"
    assert second["Condition"] == {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}}
    (tmp_path / "posture.toml").write_text('[organization]\nrole_name = "scan"\n')
    assert "role/scan" in posture("permissions", "--org").out
    for wrong in (("--org", "--format", "text"), ("--role-name", "x"), ("--format", "terraform", "--part", "1")):
        assert posture("permissions", *wrong).code == 2
    assert "no name of a role" in posture("permissions", "--org", "--role-name", "a b").err


def test_the_whole_policy_fits_a_role() -> None:
    found = policies(permissions.actions(None, extras()))
    assert len(found) <= ATTACHED
    assert all(size(document) <= LIMIT for document in found)
    patterns = [
        one["Effect"] for document in found for one in document["Statement"] if "*" in json.dumps(one["Action"])
    ]
    assert patterns == ["Deny"], "what is allowed is named"


def test_settings_choose_the_rules_and_the_extras(posture: Run, tmp_path: Path) -> None:
    (tmp_path / "posture.toml").write_text('rules = ["kms-key-rotation-enabled"]\n')
    (only,) = (one for one in json.loads(posture("permissions").out)["Statement"] if one["Effect"] == "Allow")
    assert {action.partition(":")[0] for action in only["Action"]} == {"ec2", "kms"}
    (tmp_path / "posture.toml").write_text('[profiles.x]\nseverity = "critical"\n')
    assert len(posture("permissions", "--use", "x").out) < len(posture("permissions").out)
    assert "iam:GenerateServiceLastAccessedDetails" in posture("permissions", "--all", "--with", "access-advisor").out
    assert "iam:GenerateServiceLastAccessedDetails" not in posture("permissions", "--all").out
    assert "there is no extra" in posture("permissions", "--with", "access-adviser").err
