"""Databases, identities, storage and network of a template in the live resources' shape."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

from scanner.aws.shapes import shape_of
from scanner.errors import InputError
from scanner.iac.cloudformation import read_template
from scanner.iac.cloudformation.parse import parse
from scanner.model import Resource, Shape, Shard, Why, canonical, pointer_parts

TEMPLATE = Path(__file__).parent / "fixtures" / "cloudformation" / "services.yaml"
JUNK: tuple[Any, ...] = (
    None, True, -1, 1.5, 10**30, "", "x\x1b[31m\n", [], {}, [[]], [None], {"Ref": "Key"}, {"Ref": "Wide"}, {"Ref": 5},
    {"Fn::GetAtt": ["Key", "Arn"]}, {"Fn::GetAtt": []}, {"Fn::If": ["IsWide", 1, {"Ref": "AWS::NoValue"}]}, {"Fn::Sub": "${"},
    {"Fn::Split": [",", {"Ref": "Wide"}]}, [{"Ref": "AWS::NoValue"}],
)  # fmt: skip


def shard(data: bytes, path: str = "services.yaml", **parameters: Any) -> Shard:
    (found,) = read_template(path, data, parameters=parameters)
    return found


def by_address(found: Shard) -> dict[str, Resource]:
    return {item.id.partition("#")[2]: item for item in found.resources}


@pytest.fixture(scope="module")
def services() -> dict[str, Resource]:
    return by_address(shard(TEMPLATE.read_bytes()))


def token(resource: Resource, where: str) -> str:
    why = resource.unknown[where]
    assert (why.kind, why.why) == ("opaque", Why.AFTER_APPLY)
    return why.token


def members(resource: Resource, **expected: Any) -> None:
    assert {name: resource.config.get(name, "unknown") for name in expected} == expected


def test_the_planted_secret_appears_nowhere(services: dict[str, Resource]) -> None:
    assert "planted-secret" in TEMPLATE.read_text()
    assert "planted-secret" not in repr(services)


def test_json_says_the_same_as_yaml(services: dict[str, Resource]) -> None:
    text = json.dumps(parse(TEMPLATE.read_bytes(), "services.yaml").value)
    again = by_address(shard(text.encode(), "services.json"))
    assert {key: (item.config, item.unknown) for key, item in again.items()} == {
        key: (item.config, item.unknown) for key, item in services.items()
    }


def test_every_member_is_one_that_the_api_has(services: dict[str, Resource]) -> None:
    for item in services.values():
        shape = shape_of(item.type)
        assert shape is not None
        fits(item.config, shape, item.id)
        told = set(item.config) | {pointer_parts(where)[0] for where in item.unknown}
        assert set(shape.members) - told == set(), item.id


def fits(value: Any, shape: Shape, where: str) -> None:
    if value is None or shape.kind == "any":
        return
    if shape.kind == "structure":
        assert isinstance(value, dict), where
        assert set(value) <= set(shape.members), where
        for name, inner in value.items():
            fits(inner, shape.members[name], f"{where}/{name}")
    elif shape.kind in ("list", "map"):
        assert isinstance(value, list if shape.kind == "list" else dict), where
        for inner in value if shape.kind == "list" else value.values():
            fits(inner, shape.element or Shape("any"), f"{where}/-")
    else:
        kinds: dict[str, Any] = {"string": str, "boolean": bool, "number": (int, float)}
        assert isinstance(value, kinds[shape.kind]), where
        assert isinstance(value, bool) == (shape.kind == "boolean"), where


# --- RDS


def test_an_instance_that_says_little_has_aws_s_defaults(services: dict[str, Resource]) -> None:
    members(
        services["Bare"], Engine="postgres", StorageEncrypted=False, StorageEncryptionType="none", BackupRetentionPeriod=1,
        PubliclyAccessible=True, MultiAZ=False, DeletionProtection=False, AutoMinorVersionUpgrade=True,
        IAMDatabaseAuthenticationEnabled=False, MasterUserSecret=None, DBClusterIdentifier=None,
        DBParameterGroups=[{"DBParameterGroupName": "default.postgres16", "ParameterApplyStatus": "in-sync"}],
        Endpoint={"Port": 5432},
    )  # fmt: skip


def test_an_instance_says_what_it_says(services: dict[str, Resource]) -> None:
    found = services["Full"]
    members(
        found, DBInstanceIdentifier="full", StorageEncrypted=True, StorageEncryptionType="sse-kms", MultiAZ=True,
        BackupRetentionPeriod=14, DeletionProtection=True, IAMDatabaseAuthenticationEnabled=True,
        EnabledCloudwatchLogsExports=["postgresql", "upgrade"], PubliclyAccessible="unknown", Endpoint={"Port": 6543},
    )  # fmt: skip
    assert [item["VpcSecurityGroupId"] for item in found.config["VpcSecurityGroups"]] == ["sg-11111111", "sg-22222222"]
    assert found.unknown["/PubliclyAccessible"].why is Why.AFTER_APPLY
    assert token(found, "/KmsKeyId") == "Key.Arn"
    assert token(found, "/DBParameterGroups/0/DBParameterGroupName") == token(
        services["DbGroup"], "/DBParameterGroupName"
    )
    assert token(found, "/DBSubnetGroup/VpcId") == token(services["Network"], "/VpcId")
    assert found.config["MasterUserSecret"] == {"SecretStatus": "active"}
    assert found.tags == {"team": "data"}


def test_a_restore_is_as_encrypted_as_its_snapshot_whatever_is_written(services: dict[str, Resource]) -> None:
    for where in (
        "/StorageEncrypted",
        "/StorageEncryptionType",
        "/Engine",
        "/MasterUsername",
        "/BackupRetentionPeriod",
    ):
        assert services["Restored"].unknown[where].why is Why.OUT_OF_SCOPE


def test_a_cluster_and_its_members_agree(services: dict[str, Resource]) -> None:
    cluster, writer = services["Cluster"], services["Writer"]
    members(
        cluster,
        StorageEncrypted=False,
        StorageEncryptionType="sse-rds",
        BackupRetentionPeriod=1,
        Port=3306,
        MultiAZ="unknown",
    )
    assert token(cluster, "/DBClusterParameterGroup") == "ClusterGroup"
    assert cluster.config["DBClusterMembers"] == [{"DBClusterParameterGroupStatus": "in-sync", "PromotionTier": 1}]
    assert cluster.unknown["/DBClusterMembers/-"].kind == "more"
    members(writer, StorageEncryptionType="sse-rds", MasterUsername="keeper", DeletionProtection=False, MultiAZ=False)
    assert token(writer, "/DBClusterIdentifier") == token(cluster, "/DBClusterIdentifier")
    assert token(writer, "/DBSubnetGroup/DBSubnetGroupName") == "DbSubnets"


def test_a_decided_condition_decides_whether_there_is_a_reader() -> None:
    without = by_address(shard(TEMPLATE.read_bytes(), Wide="no"))
    assert "Reader" not in without
    members(without["Cluster"], MultiAZ=False)
    assert "/DBClusterMembers/-" not in without["Cluster"].unknown
    assert len(by_address(shard(TEMPLATE.read_bytes(), Wide="yes"))["Cluster"].config["DBClusterMembers"]) == 2


def test_parameter_groups_hold_what_they_set_and_what_tls_is_by_default(services: dict[str, Resource]) -> None:
    told = services["DbGroup"].config["Parameters"]
    assert len(told) > 1
    assert next(item for item in told if item["ParameterName"] == "rds.force_ssl") == {
        "ParameterName": "rds.force_ssl",
        "ParameterValue": "0",
        "Source": "user",
    }
    (default,) = services["ClusterGroup"].config["Parameters"]
    assert (default["ParameterName"], default["ParameterValue"]) == ("require_secure_transport", "OFF")


# --- IAM


def test_a_role_has_what_it_says_and_what_is_beside_it(services: dict[str, Resource]) -> None:
    found = services["Service"]
    assert found.region == "global"
    members(found, RoleName="service", Path="/app/")
    assert [item["PolicyName"] for item in found.config["RolePolicyList"]] == ["beside", "inside", "shared"]
    policies = found.config["AttachedManagedPolicies"]
    assert policies[0] == {"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess", "PolicyName": "ReadOnlyAccess"}
    assert token(found, "/AttachedManagedPolicies/1/PolicyArn") == "Limit.PolicyArn"
    assert token(found, "/PermissionsBoundary/PermissionsBoundaryArn") == "Limit.PolicyArn"
    assert len(found.config["InstanceProfileList"]) == 1
    assert not [where for where in found.unknown if where.endswith("/-")]
    assert services["Profile"].config["Roles"] == [{"RoleName": "service"}]


def test_users_have_groups_and_policies_from_everywhere(services: dict[str, Resource]) -> None:
    ann, bob = services["Ann"], services["Bob"]
    assert token(ann, "/GroupList/0") == token(bob, "/GroupList/0") == token(services["Ops"], "/GroupName")
    assert (len(ann.config["GroupList"]), len(bob.config["GroupList"])) == (1, 1)
    assert [item["PolicyName"] for item in ann.config["UserPolicyList"]] == ["shared"]
    assert token(ann, "/AttachedManagedPolicies/0/PolicyArn") == "Limit.PolicyArn"
    members(bob, UserPolicyList=[], AttachedManagedPolicies=[])
    assert bob.unknown["/UserPolicyList/-"].kind == "more"


def test_principals_outside_the_template_are_known_by_what_it_adds(services: dict[str, Resource]) -> None:
    user, group = services["Limit.Users[1]"], services["Shared.Groups[1]"]
    assert (user.type, user.name) == ("AWS::IAM::User", "elsewhere")
    assert user.unknown["/AttachedManagedPolicies/-"].why is Why.OUT_OF_SCOPE
    assert "/UserPolicyList" in user.unknown
    assert (group.type, group.config["GroupName"]) == ("AWS::IAM::Group", "other-group")
    assert [item["PolicyName"] for item in group.config["GroupPolicyList"]] == ["shared"]


def test_a_policy_counts_its_uses(services: dict[str, Resource]) -> None:
    members(services["Limit"], AttachmentCount=3, PermissionsBoundaryUsageCount=1, IsAttachable=True)


def test_an_unknown_list_of_arns_leaves_the_list_open() -> None:
    text = b"""
Parameters: {Arns: {Type: CommaDelimitedList}}
Resources:
  R:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {Statement: []}, ManagedPolicyArns: !Ref Arns}
"""
    found = by_address(shard(text))["R"]
    assert found.config["AttachedManagedPolicies"] == []
    assert found.unknown["/AttachedManagedPolicies/-"].why is Why.AFTER_APPLY


def test_how_long_the_sessions_of_roles_last() -> None:
    text = b"""
Resources:
  Plain: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: []}}}
  Long: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: []}, MaxSessionDuration: "43200"}}
"""
    found = by_address(shard(text))
    assert [found[name].config["MaxSessionDuration"] for name in ("Plain", "Long")] == [3600, 43200]


# --- EBS and network


def test_volumes_and_addresses(services: dict[str, Resource]) -> None:
    assert services["Plain"].unknown["/Encrypted"].why is Why.OUT_OF_SCOPE
    members(services["Plain"], Size=1, State="available", Attachments=[])
    sealed = services["Sealed"]
    members(sealed, Encrypted=True, State="in-use", Attachments=[{"Device": "/dev/sdf", "State": "attached"}])
    assert sealed.name == "sealed"
    assert token(sealed, "/Attachments/0/InstanceId") == token(services["Host"], "/InstanceId")
    members(services["Free"], AssociationId=None, InstanceId=None)
    assert token(services["Taken"], "/AssociationId") == "Taken.AssociationId"
    assert token(services["Host"], "/PublicIpAddress") == "Host.PublicIp"
    members(services["Host"], Monitoring={"State": "disabled"})
    assert token(services["ForNat"], "/AssociationId") == "Nat.AssociationId"
    members(services["Block"], SnapshotBlockPublicAccessState="block-all-sharing", EbsEncryptionByDefault="unknown")


def test_network_acls_have_their_entries_and_subnets(services: dict[str, Resource]) -> None:
    found = services["Acl"]
    rules = {(entry["Egress"], entry["RuleNumber"]): entry for entry in found.config["Entries"]}
    assert set(rules) == {(False, 100), (True, 100), (False, 32767), (True, 32767)}
    assert rules[False, 100]["PortRange"] == {"From": 22, "To": 22}
    assert (rules[False, 100]["Protocol"], rules[True, 100]["Protocol"]) == ("6", "-1")
    assert token(found, "/Associations/0/SubnetId") == token(services["Inner"], "/SubnetId")
    default = services["DefaultAcl"]
    assert (default.type, default.config["IsDefault"]) == ("AWS::EC2::NetworkAcl", True)
    assert default.unknown["/Entries/-"].why is Why.OUT_OF_SCOPE


def test_the_rest_of_the_network(services: dict[str, Resource]) -> None:
    assert token(services["Logs"], "/ResourceId") == token(services["Network"], "/VpcId")
    members(services["Logs"], TrafficType="ALL", MaxAggregationInterval=600)
    assert services["Gateway"].config["PolicyDocument"]["Statement"][0]["Action"] == "*"
    assert services["Interface"].config["PolicyDocument"]["Statement"][0]["Action"] == "kms:Decrypt"
    members(services["Interface"], Groups=[{"GroupId": "sg-11111111"}])
    assert services["Hub"].config["Options"]["AutoAcceptSharedAttachments"] == "enable"
    assert services["Hub"].config["Options"]["VpnEcmpSupport"] == "enable"
    assert services["Peering"].config["AccepterVpcInfo"]["OwnerId"] == "444455556666"
    block = services["Point"].config["PublicAccessBlockConfiguration"]
    assert [name for name, on in block.items() if not on] == ["BlockPublicPolicy"]


# --- whatever a template holds


def places(node: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        found.append((node, key))
        places(value, found)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_mutated_templates_give_a_shard_or_an_input_error(seed: int) -> None:
    rng = random.Random(seed)
    document = parse(TEMPLATE.read_bytes(), "services.yaml").value
    for _ in range(8):
        changed = copy.deepcopy(document)
        for body in changed["Resources"].values():
            spots = places(body.get("Properties"), [])
            if spots and rng.random() < 0.5:
                container, key = rng.choice(spots)
                container[key] = copy.deepcopy(rng.choice(JUNK))
        check(json.dumps(changed).encode())


def check(data: bytes) -> None:
    try:
        found = shard(data, "services.json")
    except InputError:
        return
    assert len({item.id for item in found.resources}) == len(found.resources)
    for item in found.resources:
        canonical([item.config, item.tags, item.name]).encode()
        for where, why in item.unknown.items():
            assert resolves(item.config, pointer_parts(where)), (item.id, where)
            assert (why.kind == "more") == where.endswith("/-"), (item.id, where)


def resolves(node: Any, parts: list[str]) -> bool:
    """An unknown member is absent, an unknown element null, and what leads there exists."""
    for part in parts[:-1]:
        node = node[int(part)] if isinstance(node, list) else node[part]
    last = parts[-1]
    if isinstance(node, list):
        return last == "-" or node[int(last)] is None
    return isinstance(node, dict) and last not in node
