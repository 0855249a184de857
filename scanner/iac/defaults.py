"""What AWS makes of a member that code leaves out: a constant of the service, or something that depends.

One table for Terraform and CloudFormation, keyed by our type and the member of `Resource.config`
(`MetadataOptions.HttpTokens` for a member inside). Every member of a type is named here, so that
none can be absent by oversight: what is neither told by the input nor a constant is unknown.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from scanner.model import Partial, Unknown, Why, pointer


@dataclass(frozen=True, slots=True)
class Constant:
    """AWS answers this for a new resource that does not say the member; `always`: for an old one too."""

    value: Any
    always: bool = False


@dataclass(frozen=True, slots=True)
class Depends:
    """No constant: `on` says what decides, `why` whether that lies outside the input or in the future."""

    on: str
    why: Why = Why.OUT_OF_SCOPE

    def unknown(self) -> Unknown:
        """The reason to record at the member."""
        return Unknown(self.why, message=self.on)


Default: TypeAlias = Constant | Depends


def _after(what: str, members: str) -> dict[str, Default]:
    """Members that AWS decides when the resource is made."""
    return {member: Depends(what, Why.AFTER_APPLY) for member in members.split()}


def _outside(what: str, members: str) -> dict[str, Default]:
    """Members that something outside the input decides."""
    return {member: Depends(what) for member in members.split()}


def _nulls(members: str) -> dict[str, Default]:
    """Members that a new resource does not have unless it says so."""
    return dict.fromkeys(members.split(), Constant(None))


_ON_CREATION = "AWS decides it when the resource is created"
_BLOCK_ALL = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
_AES256 = {
    "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}],
}

# Block Public Access and disabled ACLs since April 2023, SSE-S3 since January 2023:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
_BUCKET: dict[str, Default] = {
    **_after(_ON_CREATION, "Name CreationDate BucketRegion"),
    "PublicAccessBlockConfiguration": Constant(_BLOCK_ALL),
    "OwnershipControls": Constant({"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}),
    "BucketEncryption": Constant(_AES256),
    "VersioningConfiguration": Constant({}),
    "NotificationConfiguration": Constant({}),
    "Acl": Constant(None),
    **_nulls(
        "Policy LoggingConfiguration WebsiteConfiguration CorsConfiguration ReplicationConfiguration "
        "ObjectLockConfiguration LifecycleConfiguration"
    ),
}

# https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
_KEY: dict[str, Default] = {
    **_after(_ON_CREATION, "Arn AWSAccountId KeyId CreationDate CurrentKeyMaterialId"),
    "KeyManager": Constant("CUSTOMER", always=True),
    "KeyState": Constant("Enabled"),
    "Enabled": Constant(value=True),
    "Description": Constant(""),
    "Origin": Constant("AWS_KMS"),
    "KeySpec": Constant("SYMMETRIC_DEFAULT"),
    "KeyUsage": Constant("ENCRYPT_DECRYPT"),
    "MultiRegion": Constant(value=False),
    "Rotation": Constant({"KeyRotationEnabled": False}),
    "Policy": Depends("the key's policy"),
    **_nulls(
        "CustomKeyStoreId CloudHsmClusterId DeletionDate ValidTo ExpirationModel MultiRegionConfiguration "
        "PendingDeletionWindowInDays XksKeyConfiguration"
    ),
    **_after(
        "it follows from the key's specification and usage",
        "CustomerMasterKeySpec EncryptionAlgorithms SigningAlgorithms KeyAgreementAlgorithms "
        "EncapsulationAlgorithms MacAlgorithms",
    ),
}

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
_SECURITY_GROUP: dict[str, Default] = {
    **_after(_ON_CREATION, "GroupId GroupName SecurityGroupArn"),
    **_outside("the account that the code is deployed to", "OwnerId"),
    "VpcId": Depends("the region's default VPC"),
    "Description": Constant(""),
    "IpPermissions": Constant([]),
    # What AWS adds to every new group; Terraform takes it away again.
    "IpPermissionsEgress": Constant(
        [
            {
                "IpProtocol": "-1",
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
                "Ipv6Ranges": [],
                "PrefixListIds": [],
                "UserIdGroupPairs": [],
            },
        ],
    ),
}

_VPC: dict[str, Default] = {
    **_after(_ON_CREATION, "VpcId CidrBlock CidrBlockAssociationSet DhcpOptionsId"),
    **_outside("the account that the code is deployed to", "OwnerId"),
    "InstanceTenancy": Constant("default"),
    "IsDefault": Constant(value=False),
    "State": Constant("available"),
    "Ipv6CidrBlockAssociationSet": Constant([]),
    **_outside("the region's VPC Block Public Access options", "BlockPublicAccessStates"),
    **_outside("the region's VPC encryption controls", "EncryptionControl"),
}

_SUBNET: dict[str, Default] = {
    **_after(
        _ON_CREATION,
        "SubnetId SubnetArn VpcId CidrBlock AvailabilityZone AvailabilityZoneId AvailableIpAddressCount "
        "PrivateDnsNameOptionsOnLaunch",
    ),
    **_outside("the account that the code is deployed to", "OwnerId"),
    **_outside("the region's VPC Block Public Access options", "BlockPublicAccessStates"),
    "State": Constant("available"),
    "DefaultForAz": Constant(value=False),
    "MapPublicIpOnLaunch": Constant(value=False),
    "AssignIpv6AddressOnCreation": Constant(value=False),
    "EnableDns64": Constant(value=False),
    "Ipv6Native": Constant(value=False),
    "MapCustomerOwnedIpOnLaunch": Constant(value=False),
    "Ipv6CidrBlockAssociationSet": Constant([]),
    **_nulls("CustomerOwnedIpv4Pool OutpostArn EnableLniAtDeviceIndex Type"),
}

_PREFIX_LIST: dict[str, Default] = {
    **_after(_ON_CREATION, "PrefixListId PrefixListArn PrefixListName AddressFamily MaxEntries Version"),
    **_outside("the account that the code is deployed to", "OwnerId"),
    "State": Constant("create-complete"),
    "Entries": Constant([]),
    **_nulls("StateMessage IpamPrefixListResolverTargetId IpamPrefixListResolverSyncEnabled"),
}

_LAUNCH_TEMPLATE: dict[str, Default] = {
    **_after(_ON_CREATION, "LaunchTemplateId LaunchTemplateName CreateTime CreatedBy LaunchTemplateData"),
    "DefaultVersionNumber": Constant(1),
    "LatestVersionNumber": Constant(1),
    **_nulls("Operator Versions"),
}

_METADATA = "the launch template, the region's instance metadata defaults and the AMI"
_INSTANCE: dict[str, Default] = {
    "State": Constant({"Name": "running"}),
    "SourceDestCheck": Constant(value=True),
    **_after(
        _ON_CREATION,
        "InstanceId BlockDeviceMappings NetworkInterfaces PrivateIpAddress PrivateDnsName PublicDnsName "
        "LaunchTime AmiLaunchIndex ClientToken Placement Ipv6Address SecondaryInterfaces StateTransitionReason "
        "UsageOperationUpdateTime",
    ),
    **_outside(
        "the AMI",
        "Architecture BootMode CurrentInstanceBootMode EnaSupport Hypervisor Platform PlatformDetails ProductCodes "
        "RootDeviceName RootDeviceType SriovNetSupport TpmSupport UsageOperation VirtualizationType KernelId RamdiskId",
    ),
    **_outside("the instance type", "CpuOptions EbsOptimized NetworkPerformanceOptions"),
    **_outside("the launch template", "ImageId InstanceType KeyName IamInstanceProfile Monitoring"),
    **_outside("the launch template", "HibernationOptions EnclaveOptions MaintenanceOptions Licenses"),
    **_outside("the launch template", "InstanceLifecycle CapacityReservationSpecification SpotInstanceRequestId"),
    **_outside("the launch template, else the default subnet", "SubnetId VpcId PrivateDnsNameOptions"),
    **_outside("the launch template, else the VPC's default group", "SecurityGroups"),
    **_outside("the launch template, else the subnet's setting", "PublicIpAddress"),
    "MetadataOptions": Depends(_METADATA),
    "MetadataOptions.HttpTokens": Depends(_METADATA),
    "MetadataOptions.HttpEndpoint": Depends(_METADATA),
    "MetadataOptions.HttpPutResponseHopLimit": Depends(_METADATA),
    "MetadataOptions.InstanceMetadataTags": Depends(_METADATA),
    "MetadataOptions.HttpProtocolIpv6": Constant("disabled"),
    **_nulls(
        "StateReason OutpostArn CapacityBlockId CapacityReservationId ElasticGpuAssociations "
        "ElasticInferenceAcceleratorAssociations Operator"
    ),
}

DEFAULTS: Mapping[str, Mapping[str, Default]] = {
    "AWS::S3::Bucket": _BUCKET,
    "AWS::S3::AccountSettings": _outside("the account's setting", "PublicAccessBlockConfiguration"),
    "AWS::KMS::Key": _KEY,
    "AWS::KMS::Alias": _after(_ON_CREATION, "AliasName AliasArn TargetKeyId CreationDate LastUpdatedDate"),
    "AWS::EC2::SecurityGroup": _SECURITY_GROUP,
    "AWS::EC2::VPC": _VPC,
    "AWS::EC2::Subnet": _SUBNET,
    "AWS::EC2::PrefixList": _PREFIX_LIST,
    "AWS::EC2::LaunchTemplate": _LAUNCH_TEMPLATE,
    "AWS::EC2::Instance": _INSTANCE,
    "AWS::EC2::AccountSettings": _outside(
        "the account's setting in the region",
        "InstanceMetadataDefaults EbsEncryptionByDefault EbsDefaultKmsKeyId SnapshotBlockPublicAccessState "
        "ImageBlockPublicAccessState SerialConsoleAccessEnabled",
    ),
}


def default_of(type_: str, member: str) -> Default | None:
    """What AWS makes of a member (`MetadataOptions.HttpTokens`) left out; `None` where the table has none."""
    return DEFAULTS.get(type_, {}).get(member)


def missing(type_: str, present: Collection[str], *, new: bool = True) -> Partial:
    """The top-level members of a type that are not in `present`: their values, and the unknown ones.

    `new=False` is a resource that exists already and of which the input does not tell the member:
    AWS's default for new ones says nothing of it.
    """
    out = Partial({})
    for member, default in DEFAULTS.get(type_, {}).items():
        if member in present or "." in member:
            continue
        if isinstance(default, Depends):
            out.unknown[pointer(member)] = default.unknown()
        elif new or default.always:
            out.value[member] = copy.deepcopy(default.value)
        else:
            out.unknown[pointer(member)] = Unknown(Why.OUT_OF_SCOPE, message="the input does not tell it")
    return out


def default_key_policy(account: str, partition: str = "aws") -> Partial:
    """The policy of a key made without one: the account's root may do everything, so IAM policies decide.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    Where the account is not known its root is opaque: some ARN, but certainly not everybody.
    """
    principal = {"AWS": f"arn:{partition}:iam::{account}:root"} if account else {}
    statement = {
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": principal,
        "Action": "kms:*",
        "Resource": "*",
    }
    out = Partial({"Version": "2012-10-17", "Id": "key-default-1", "Statement": [statement]})
    if not account:
        out.unknown["/Statement/0/Principal/AWS"] = Unknown(
            Why.OUT_OF_SCOPE,
            "opaque",
            message="the account that the code is deployed to",
            token="account.root",  # noqa: S106 - names an opaque value
        )
    return out
