"""No member of a type may be absent by oversight: what is not told is a default or unknown."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from scanner.iac.defaults import Constant, Depends, default_key_policy, default_of, defaults, missing
from scanner.model import Why

SHAPES = {
    "AWS::KMS::Key": ("kms", "DescribeKey", "KeyMetadata"),
    "AWS::KMS::Alias": ("kms", "ListAliases", "Aliases"),
    "AWS::EC2::SecurityGroup": ("ec2", "DescribeSecurityGroups", "SecurityGroups"),
    "AWS::EC2::VPC": ("ec2", "DescribeVpcs", "Vpcs"),
    "AWS::EC2::Subnet": ("ec2", "DescribeSubnets", "Subnets"),
    "AWS::EC2::PrefixList": ("ec2", "DescribeManagedPrefixLists", "PrefixLists"),
    "AWS::EC2::LaunchTemplate": ("ec2", "DescribeLaunchTemplates", "LaunchTemplates"),
    "AWS::EC2::Instance": ("ec2", "DescribeInstances", "Reservations", "Instances"),
}


def members(service: str, operation: str, *path: str) -> set[str]:
    shape: Any = botocore.session.get_session().get_service_model(service).operation_model(operation).output_shape
    for name in path:
        shape = shape.members[name]
        while shape.type_name == "list":
            shape = shape.member
    return set(shape.members)


@pytest.mark.parametrize("type_", SHAPES)
def test_every_member_of_the_api_has_a_default_or_a_reason(type_: str) -> None:
    assert members(*SHAPES[type_]) - {"Tags"} - set(defaults()[type_]) == set()


@pytest.mark.parametrize("type_", defaults())
def test_a_resource_that_says_nothing_is_complete(type_: str) -> None:
    found = missing(type_, ())
    told = set(found.value) | {where[1:] for where in found.unknown}
    assert told == {name for name in defaults()[type_] if "." not in name}
    assert missing(type_, told).value == {}
    assert missing(type_, told).unknown == {}


def test_a_default_for_new_resources_says_nothing_of_old_ones() -> None:
    assert missing("AWS::S3::Bucket", (), new=True).value["Policy"] is None
    old = missing("AWS::S3::Bucket", (), new=False)
    assert old.unknown["/Policy"].why is Why.OUT_OF_SCOPE
    assert missing("AWS::KMS::Key", (), new=False).value == {"KeyManager": "CUSTOMER"}


def test_defaults_are_not_shared_between_resources() -> None:
    missing("AWS::S3::Bucket", ()).value["VersioningConfiguration"]["Status"] = "Enabled"
    assert missing("AWS::S3::Bucket", ()).value["VersioningConfiguration"] == {}


def test_single_defaults_can_be_asked_for() -> None:
    assert default_of("AWS::KMS::Key", "KeySpec") == Constant("SYMMETRIC_DEFAULT")
    assert isinstance(default_of("AWS::EC2::Instance", "MetadataOptions.HttpTokens"), Depends)
    assert default_of("AWS::KMS::Key", "NoSuchMember") is None


def test_the_default_key_policy_names_the_root_or_keeps_it_opaque() -> None:
    told = default_key_policy("111122223333", "aws-cn")
    assert told.value["Statement"][0]["Principal"] == {"AWS": "arn:aws-cn:iam::111122223333:root"}
    assert told.unknown == {}
    untold = default_key_policy("")
    assert untold.value["Statement"][0]["Principal"] == {}
    assert untold.unknown["/Statement/0/Principal/AWS"].kind == "opaque"
