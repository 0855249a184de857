"""Which call gave a member."""

import pytest

from scanner.aws.answers import call_of

KEY = ["ListKeys", "DescribeKey", "GetKeyPolicy"]


@pytest.mark.parametrize(
    ("type_", "member", "made", "call"),
    [
        ("AWS::KMS::Key", "Policy", KEY, "kms:GetKeyPolicy"),
        ("AWS::KMS::Key", "KeyState", KEY, "kms:DescribeKey"),
        ("AWS::KMS::Key", "Rotation", KEY, ""),
        ("AWS::S3::Bucket", "Name", ["ListBuckets"], "s3:ListBuckets"),
        ("AWS::S3::Bucket", "Policy", ["ListBuckets", "GetBucketPolicy"], "s3:GetBucketPolicy"),
        ("AWS::S3::AccountSettings", "PublicAccessBlockConfiguration", ["GetPublicAccessBlock"], "s3control:GetPublicAccessBlock"),
        ("AWS::EC2::SecurityGroup", "IpPermissions", ["DescribeSecurityGroups"], "ec2:DescribeSecurityGroups"),
        ("AWS::No::Such", "X", ["X"], ""),
    ],
)  # fmt: skip
def test_call_of(type_: str, member: str, made: list[str], call: str) -> None:
    assert call_of(type_, member, made) == call
