"""One unknown address block leaves open what it can reach, and nothing else: whole inputs, real rules."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scanner import api
from scanner.collecting import Request, collect_into
from scanner.gating import read_inputs
from scanner.model import Finding, Inventory, Verdict

ACCOUNT, REGION = "111122223333", "eu-west-1"
RULES = ("sg-ingress-ssh", "sg-ingress-rdp", "sg-ingress-all-ports")
PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN

TEMPLATE = """
Parameters:
  Office: {Type: String}
  Port: {Type: Number}
  Protocol: {Type: String}
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      VpcId: vpc-1
      SecurityGroupIngress:
"""


def findings(inventory: Inventory) -> dict[str, Finding]:
    report = api.judge(inventory, api.load_rules(globs=list(RULES)))
    assert len(report.findings) == len(RULES)
    return {one.rule_id: one for one in report.findings}


def verdicts(found: dict[str, Finding]) -> tuple[Verdict, ...]:
    return tuple(found[id_].verdict for id_ in RULES)


def template(folder: Path, *rules: str) -> dict[str, Finding]:
    file = folder / "t.yaml"
    file.write_text(TEMPLATE + "".join(f"        - {{{rule}}}\n" for rule in rules), encoding="utf-8")
    return findings(read_inputs([str(file)], taken_at="2026-01-01T00:00:00Z", root=folder))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (["IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: !Ref Office"], (PASS, PASS, PASS)),
        (["IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref Office"], (UNKNOWN, PASS, PASS)),
        (["IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIpv6: !Ref Office"], (UNKNOWN, PASS, PASS)),
        (["IpProtocol: udp, FromPort: 0, ToPort: 65535, CidrIp: !Ref Office"], (PASS, UNKNOWN, UNKNOWN)),
        (["IpProtocol: -1, CidrIp: !Ref Office"], (UNKNOWN, UNKNOWN, UNKNOWN)),
        (["IpProtocol: !Ref Protocol, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0"], (UNKNOWN, UNKNOWN, UNKNOWN)),
        (["IpProtocol: !Ref Protocol, FromPort: 22, ToPort: 22, CidrIp: 10.0.0.0/8"], (PASS, PASS, PASS)),
        (["IpProtocol: tcp, FromPort: !Ref Port, ToPort: !Ref Port, CidrIp: 0.0.0.0/0"], (UNKNOWN, UNKNOWN, UNKNOWN)),
        (["IpProtocol: tcp, FromPort: !Ref Port, ToPort: 443, CidrIp: 0.0.0.0/0"], (UNKNOWN, PASS, PASS)),
        (["IpProtocol: icmp, FromPort: !Ref Port, ToPort: -1, CidrIp: 0.0.0.0/0"], (PASS, PASS, PASS)),
        # Two halves, of which one is certain.
        (
            [
                "IpProtocol: tcp, FromPort: 22, ToPort: 3389, CidrIp: 0.0.0.0/1",
                "IpProtocol: tcp, FromPort: 0, ToPort: 22, CidrIp: !Ref Office",
            ],
            (UNKNOWN, PASS, PASS),
        ),
        # What is certain stands, and what is in doubt may add to it.
        (
            [
                "IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0",
                "IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: !Ref Office",
            ],
            (FAIL, PASS, PASS),
        ),
        (
            [
                "IpProtocol: tcp, FromPort: 0, ToPort: 442, CidrIp: 0.0.0.0/0",
                "IpProtocol: tcp, FromPort: 443, ToPort: 65535, CidrIp: !Ref Office",
            ],
            (FAIL, UNKNOWN, UNKNOWN),
        ),
    ],
)
def test_a_parameter_without_a_default(tmp_path: Path, rules: list[str], expected: tuple[Verdict, ...]) -> None:
    assert verdicts(template(tmp_path, *rules)) == expected


def test_the_open_rule_names_the_parameter(tmp_path: Path) -> None:
    found = template(tmp_path, "IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref Office")["sg-ingress-ssh"]
    assert [(one.source, "Office" in one.reason) for one in found.evidence] == [("/derived/world_ingress/0", True)]
    assert "Office" in found.message


def plan(folder: Path, *rules: dict[str, Any], unknown: list[Any]) -> dict[str, Finding]:
    """A group with ingress blocks in the group itself."""
    empty = {"ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": [], "self": False, "description": ""}
    change = {
        "address": "aws_security_group.web",
        "mode": "managed",
        "type": "aws_security_group",
        "name": "web",
        "change": {
            "actions": ["create"],
            "before": None,
            "after": {"name": "web", "ingress": [empty | {"protocol": "tcp"} | rule for rule in rules], "egress": []},
            "after_unknown": {"id": True, "ingress": unknown},
        },
    }
    configured = {
        "address": "aws_security_group.web",
        "mode": "managed",
        "type": "aws_security_group",
        "name": "web",
        "provider_config_key": "aws",
        "expressions": {"ingress": {"references": ["data.http.office.response_body", "data.http.office"]}},
    }
    text = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "resource_changes": [change],
        "configuration": {"root_module": {"resources": [configured]}},
    }
    file = folder / "plan.json"
    file.write_text(json.dumps(text), encoding="utf-8")
    return findings(read_inputs([str(file)], taken_at="2026-01-01T00:00:00Z", root=folder))


@pytest.mark.parametrize(
    ("port", "unknown", "expected"),
    [
        (443, {"cidr_blocks": True}, (PASS, PASS, PASS)),
        (22, {"cidr_blocks": True}, (UNKNOWN, PASS, PASS)),
        (443, {"cidr_blocks": [True]}, (PASS, PASS, PASS)),
        (22, {"cidr_blocks": [True]}, (UNKNOWN, PASS, PASS)),
    ],
)
def test_blocks_known_only_after_apply(
    tmp_path: Path, port: int, unknown: dict[str, Any], expected: tuple[Verdict, ...]
) -> None:
    rule = {"from_port": port, "to_port": port, "cidr_blocks": [None]}
    if unknown["cidr_blocks"] is True:
        del rule["cidr_blocks"]
    assert verdicts(plan(tmp_path, rule, unknown=[unknown])) == expected
    certain = {"from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}
    assert verdicts(plan(tmp_path, rule, certain, unknown=[unknown, {}])) == (FAIL, PASS, PASS)


def recorded(folder: Path, *permissions: dict[str, Any]) -> dict[str, Finding]:
    """A scan of a group and of a prefix list whose entries were denied."""
    calls = folder / "recording" / ACCOUNT / "ec2" / REGION
    calls.mkdir(parents=True)
    group = {"GroupId": "sg-1", "GroupName": "web", "OwnerId": ACCOUNT, "IpPermissions": permissions}
    answers: dict[str, Any] = {
        "describe_security_groups": {"SecurityGroups": [group | {"IpPermissionsEgress": []}]},
        "describe_managed_prefix_lists": {
            "PrefixLists": [{"PrefixListId": "pl-1", "PrefixListName": "offices", "OwnerId": ACCOUNT}]
        },
        "get_managed_prefix_list_entries@PrefixListId=pl-1": {
            "Error": {"Code": "UnauthorizedOperation", "Message": "You are not authorized"}
        },
    }
    for name, answer in answers.items():
        (calls / f"{name}.json").write_text(json.dumps(answer), encoding="utf-8")
    request = Request(replay=folder / "recording", services=["vpc"], path=folder / "snapshot.posture")
    with closing(collect_into(request)) as snapshot:
        return findings(snapshot)


def through_the_list(port: int) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "PrefixListIds": [{"PrefixListId": "pl-1"}]}


def test_a_prefix_list_whose_entries_were_denied(tmp_path: Path) -> None:
    assert verdicts(recorded(tmp_path / "web", through_the_list(443))) == (PASS, PASS, PASS)
    found = recorded(tmp_path / "ssh", through_the_list(22), through_the_list(443))
    assert verdicts(found) == (UNKNOWN, PASS, PASS)
    evidence = found["sg-ingress-ssh"].evidence
    assert [one.source for one in evidence] == ["/derived/world_ingress/0", "/derived/world_ingress/1"]
    assert {one.permission for one in evidence} == {"ec2:GetManagedPrefixListEntries"}
    assert {one.operation for one in evidence} == {"ec2:GetManagedPrefixListEntries"}
