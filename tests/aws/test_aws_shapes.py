import pytest

from scanner.aws.shapes import shape_of
from scanner.aws.table import tables

TYPES = sorted({entry.type for table in tables().values() for entry in table})


def member(type_, path):
    shape = shape_of(type_)
    for name in path.split("."):
        shape = shape.element if name == "[]" else shape.members[name]
    return shape


@pytest.mark.parametrize("type_", TYPES)
def test_every_type_has_a_shape_without_the_envelope(type_):
    shape = shape_of(type_)
    assert shape.kind == "structure"
    places = not any(
        entry.operation or entry.then for table in tables().values() for entry in table if entry.type == type_
    )
    assert bool(shape.members) is not places
    assert not {"Tags", "TagSet", "", "ResponseMetadata"} & set(shape.members)


def test_a_type_that_no_table_makes_has_none():
    assert shape_of("AWS::Nobody::Knows") is None


@pytest.mark.parametrize(
    ("type_", "path", "kind", "enum"),
    [
        ("AWS::KMS::Key", "KeyManager", "string", ("AWS", "CUSTOMER")),
        ("AWS::KMS::Key", "Rotation.KeyRotationEnabled", "boolean", ()),
        ("AWS::KMS::Key", "Rotation.RotationPeriodInDays", "number", ()),
        ("AWS::KMS::Key", "Policy", "any", ()),
        ("AWS::KMS::Key", "CreationDate", "string", ()),
        ("AWS::S3::Bucket", "Policy", "any", ()),
        ("AWS::S3::Bucket", "PublicAccessBlockConfiguration.BlockPublicAcls", "boolean", ()),
        ("AWS::S3::Bucket", "VersioningConfiguration.Status", "string", ("Enabled", "Suspended")),
        ("AWS::S3::Bucket", "BucketEncryption.Rules.[].BucketKeyEnabled", "boolean", ()),
        ("AWS::S3::Bucket", "LoggingConfiguration.TargetBucket", "string", ()),
        ("AWS::S3::Bucket", "CorsConfiguration.CORSRules.[].AllowedOrigins.[]", "string", ()),
        ("AWS::S3::Bucket", "BucketRegion", "string", ()),
        ("AWS::S3::AccountSettings", "PublicAccessBlockConfiguration.RestrictPublicBuckets", "boolean", ()),
        ("AWS::EC2::SecurityGroup", "IpPermissions.[].IpRanges.[].CidrIp", "string", ()),
        ("AWS::EC2::SecurityGroup", "IpPermissions.[].FromPort", "number", ()),
        ("AWS::EC2::Instance", "MetadataOptions.HttpTokens", "string", ("optional", "required")),
        ("AWS::EC2::PrefixList", "Entries.[].Cidr", "string", ()),
        ("AWS::EC2::AccountSettings", "InstanceMetadataDefaults.HttpTokens", "string", ("optional", "required")),
        ("AWS::EC2::AccountSettings", "EbsEncryptionByDefault", "boolean", ()),
        ("AWS::EC2::LaunchTemplate", "LaunchTemplateData.NetworkInterfaces.[].AssociatePublicIpAddress", "boolean", ()),
        ("AWS::EC2::LaunchTemplate", "LaunchTemplateData.UserData.contains.[]", "string", ()),
        ("AWS::KMS::Grant", "GranteePrincipal", "string", ()),
    ],
)
def test_members_are_those_of_the_api(type_, path, kind, enum):
    found = member(type_, path)
    assert found.kind == kind
    assert set(enum) <= set(found.enum)
    assert bool(enum) == bool(found.enum)


def test_renamed_and_volatile_members_are_not_there():
    assert "KeyArn" not in shape_of("AWS::KMS::Key").members
    assert "Arn" in shape_of("AWS::KMS::Key").members
    assert "AvailableIpAddressCount" not in shape_of("AWS::EC2::Subnet").members
