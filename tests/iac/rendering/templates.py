"""A resource in the API's shape as CloudFormation's properties.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rendering.words import tags, without

Config = dict[str, Any]
Resources = dict[str, Any]
MAIN = "This"
"""The logical id of the resource that the example is about."""

TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}  # fmt: skip
"""A role must have a trust policy; one that says nothing of note."""

NOTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
"""A policy in code has a document; this one allows nothing."""


class NotInCode(Exception):  # noqa: N818 - an answer, not a fault
    """Why a document cannot be written as code."""


def resources(type_: str, config: Config, tags_of: Config) -> Resources:
    """The template's resources. Raises `NotInCode`."""
    if type_ not in TYPES:
        raise NotInCode("CloudFormation has no such type, or it is not read")
    out = TYPES[type_](dict(config))
    if tags_of:
        written: Any = tags(tags_of)
        member = "Tags"
        if type_ == "AWS::EC2::LaunchTemplate":
            member, written = "TagSpecifications", [{"ResourceType": "launch-template", "Tags": written}]
        out[MAIN].setdefault("Properties", {})[member] = written
    return out


def plain(type_: str, drop: tuple[str, ...] = (), **renamed: str) -> Callable[[Config], Resources]:
    """A type whose properties are the API's members but for some names; `drop`: AWS gives them itself."""

    def render(config: Config) -> Resources:
        properties = {renamed.get(name, name): value for name, value in without(config, drop).items()}
        return main(type_, {name: value for name, value in properties.items() if value is not None})

    return render


def main(type_: str, properties: Config, **beside: Config) -> Resources:
    """The resource and those that complete it."""
    return {MAIN: {"Type": type_, "Properties": properties}, **beside}


def _move(source: Config, target: Config, name: str, to: str, make: Callable[[Any], Any] = lambda value: value) -> None:
    value = source.pop(name, None)
    if value is not None:
        target[to] = make(value)


# --- S3


def _bucket(config: Config) -> Resources:
    out: Config = {}
    _move(config, out, "Name", "BucketName")
    policy = config.pop("Policy", None)
    _move(config, out, "BucketEncryption", "BucketEncryption", _encryption)
    _move(config, out, "LoggingConfiguration", "LoggingConfiguration", _logging)
    _move(config, out, "CorsConfiguration", "CorsConfiguration", _cors)
    _move(config, out, "LifecycleConfiguration", "LifecycleConfiguration", _lifecycle)
    _move(config, out, "AccelerateConfiguration", "AccelerateConfiguration", lambda v: {"AccelerationStatus": v["Status"]})
    _move(config, out, "WebsiteConfiguration", "WebsiteConfiguration", _website)
    _move(config, out, "NotificationConfiguration", "NotificationConfiguration", _notification)
    lock = config.get("ObjectLockConfiguration")
    if lock:
        out["ObjectLockEnabled"] = True
    acl = config.pop("Acl", None)
    if acl is not None:
        acl = _canned(acl)
        if acl:
            out["AccessControl"] = acl
            config.setdefault("OwnershipControls", {"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    if config.get("VersioningConfiguration") == {}:
        config.pop("VersioningConfiguration")
    if (config.get("VersioningConfiguration") or {}).get("MFADelete") == "Enabled":
        raise NotInCode("MFA delete is switched on by the root user only, in no template")
    for member in ("PublicAccessBlockConfiguration", "OwnershipControls"):
        if config.get(member, "") is None:
            raise NotInCode(f"AWS gives every new bucket {member}")
    out.update({name: value for name, value in config.items() if value is not None})
    beside = {"Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": MAIN}, "PolicyDocument": policy}}}
    return main("AWS::S3::Bucket", out, **(beside if policy is not None else {}))


def _encryption(value: Any) -> Any:
    names = {"ApplyServerSideEncryptionByDefault": "ServerSideEncryptionByDefault"}
    rules = [{names.get(name, name): item for name, item in rule.items()} for rule in value["Rules"]]
    return {"ServerSideEncryptionConfiguration": rules}


def _logging(value: Any) -> Any:
    names = {"TargetBucket": "DestinationBucketName", "TargetPrefix": "LogFilePrefix"}
    return {names.get(name, name): item for name, item in value.items()}


def _cors(value: Any) -> Any:
    names = {"ID": "Id", "MaxAgeSeconds": "MaxAge", "ExposeHeaders": "ExposedHeaders"}
    return {"CorsRules": [{names.get(name, name): item for name, item in rule.items()} for rule in value["CORSRules"]]}


def _lifecycle(value: Any) -> Any:
    return {"Rules": [_lifecycle_rule(dict(rule)) for rule in value["Rules"]]}


def _lifecycle_rule(rule: Config) -> Config:
    out: Config = {}
    _move(rule, out, "ID", "Id")
    expiration = rule.pop("Expiration", None) or {}
    for name, to in (("Days", "ExpirationInDays"), ("Date", "ExpirationDate"), ("ExpiredObjectDeleteMarker",) * 2):
        if name in expiration:
            out[to] = expiration[name]
    chosen = rule.pop("Filter", None) or {}
    chosen = {**chosen.pop("And", {}), **chosen} if "And" in chosen else chosen
    for name, item in chosen.items():
        if name == "Tag":
            out["TagFilters"] = [item]
        else:
            out["TagFilters" if name == "Tags" else name] = item
    _move(rule, out, "Transitions", "Transitions", lambda v: [_transition(item, "Days") for item in v])
    nonce = "NoncurrentVersionTransitions"
    _move(rule, out, nonce, nonce, lambda v: [_transition(item, "NoncurrentDays") for item in v])
    return {**out, **rule}


def _transition(item: Config, days: str) -> Config:
    names = {days: "TransitionInDays", "Date": "TransitionDate"}
    return {names.get(name, name): value for name, value in item.items()}


def _website(value: Any) -> Any:
    out = dict(value)
    for name, inner in (("IndexDocument", "Suffix"), ("ErrorDocument", "Key")):
        if name in out:
            out[name] = out[name][inner]
    return out


def _notification(value: Any) -> Any:
    out: Config = {}
    for kind, arn, name, target in (
        ("LambdaFunctionConfigurations", "LambdaFunctionArn", "LambdaConfigurations", "Function"),
        ("QueueConfigurations", "QueueArn", "QueueConfigurations", "Queue"),
        ("TopicConfigurations", "TopicArn", "TopicConfigurations", "Topic"),
    ):
        for item in value.get(kind, []):
            events = item.get("Events") or ["s3:ObjectCreated:*"]
            out.setdefault(name, []).extend({"Event": event, target: item[arn]} for event in events)
    if "EventBridgeConfiguration" in value:
        out["EventBridgeConfiguration"] = {"EventBridgeEnabled": True}
    return out


_GROUPS = "http://acs.amazonaws.com/groups/"
_CANNED = {
    (): "",
    (("global/AllUsers", "READ"),): "PublicRead",
    (("global/AllUsers", "READ"), ("global/AllUsers", "WRITE")): "PublicReadWrite",
    (("global/AuthenticatedUsers", "READ"),): "AuthenticatedRead",
    (("s3/LogDelivery", "READ_ACP"), ("s3/LogDelivery", "WRITE")): "LogDeliveryWrite",
}


def _canned(acl: Any) -> str:
    owner = (acl.get("Owner") or {}).get("ID")
    grants = []
    for grant in acl.get("Grants") or []:
        grantee = grant.get("Grantee") or {}
        if owner and grantee.get("ID") == owner and grant.get("Permission") == "FULL_CONTROL":
            continue
        grants.append((str(grantee.get("URI", grantee.get("ID"))).removeprefix(_GROUPS), grant.get("Permission")))
    found = _CANNED.get(tuple(sorted(grants, key=str)))
    if found is None:
        raise NotInCode("a template knows canned ACLs only")
    return found


def _access_point(config: Config) -> Resources:
    if config.get("PublicAccessBlockConfiguration", "") is None:
        raise NotInCode("every access point has a block of its own, all on by default")
    config.setdefault("Bucket", "data")
    origin = config.pop("NetworkOrigin", None)
    if origin == "VPC":
        config.setdefault("VpcConfiguration", {"VpcId": "vpc-0a"})
    return plain("AWS::S3::AccessPoint", ("AccessPointArn", "Alias"))(config)


# --- IAM


def _principal(kind: str) -> Callable[[Config], Resources]:
    def render(config: Config) -> Resources:
        out: Config = {}
        _move(config, out, f"{kind}Name", f"{kind}Name")
        _move(config, out, "Path", "Path")
        _move(config, out, f"{kind}PolicyList", "Policies", lambda v: [{"PolicyDocument": NOTHING, **item} for item in v])
        arns = [item["PolicyArn"] for item in config.pop("AttachedManagedPolicies", None) or []]
        if arns:
            out["ManagedPolicyArns"] = arns
        _move(config, out, "PermissionsBoundary", "PermissionsBoundary", lambda v: v["PermissionsBoundaryArn"])
        _move(config, out, "GroupList", "Groups")
        _move(config, out, "MaxSessionDuration", "MaxSessionDuration")
        if kind == "Role":
            out["AssumeRolePolicyDocument"] = config.pop("AssumeRolePolicyDocument", None) or TRUST
        return main(f"AWS::IAM::{kind}", out)

    return render


def _managed_policy(config: Config) -> Resources:
    if str(config.get("Arn", "")).startswith("arn:aws:iam::aws:"):
        raise NotInCode("AWS's own policies are in no template")
    document = config.get("PolicyDocument")
    if document is None:
        raise NotInCode("a policy in code has a document")
    out: Config = {"PolicyDocument": document}
    if config.get("AttachmentCount", 1):
        out["Roles"] = ["somebody"]
    beside: Resources = {}
    if config.get("PermissionsBoundaryUsageCount"):
        bound = {"AssumeRolePolicyDocument": TRUST, "PermissionsBoundary": {"Ref": MAIN}}
        beside = {"Bound": {"Type": "AWS::IAM::Role", "Properties": bound}}
    return main("AWS::IAM::ManagedPolicy", out, **beside)


# --- RDS

_DB_NAMES = {
    "IAMDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
    "PerformanceInsightsEnabled": "EnablePerformanceInsights",
    "PerformanceInsightsKMSKeyId": "PerformanceInsightsKMSKeyId",
    "ReadReplicaSourceDBInstanceIdentifier": "SourceDBInstanceIdentifier",
    "ReadReplicaSourceDBClusterIdentifier": "SourceDBClusterIdentifier",
    "EnabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
    "HttpEndpointEnabled": "EnableHttpEndpoint",
    "ReplicationSourceIdentifier": "ReplicationSourceIdentifier",
    "DBClusterParameterGroup": "DBClusterParameterGroupName",
    "ScalingConfigurationInfo": "ScalingConfiguration",
}


def _database(type_: str, group: str, option: str) -> Callable[[Config], Resources]:
    def render(config: Config) -> Resources:
        out: Config = {}
        secret = config.pop("MasterUserSecret", None)
        _written(config, secret)
        members: Resources = {}
        if type_.endswith("Cluster") and config.pop("MultiAZ", False):
            members = {f"M{zone}": _member(zone) for zone in "ab"}
        if secret:
            out["ManageMasterUserPassword"] = True
        endpoint = config.pop("Endpoint", None)
        if isinstance(endpoint, dict) and endpoint.get("Port"):
            out["Port"] = endpoint["Port"]
        _move(config, out, "VPCSecurityGroups", "VPCSecurityGroups")
        _move(config, out, "OptionGroupMemberships", option, lambda v: v[0]["OptionGroupName"])
        _move(config, out, "DBParameterGroups", group, lambda v: v[0]["DBParameterGroupName"])
        _move(config, out, "DBSubnetGroup", "DBSubnetGroupName", lambda v: v if isinstance(v, str) else v["DBSubnetGroupName"])
        _move(config, out, "AssociatedRoles", "AssociatedRoles", lambda v: [without(item, ("Status",)) for item in v])
        beside = _parameters(config, out, type_, group)
        for gone in ("DBInstanceArn", "CertificateDetails", "StorageEncryptionType", "DbiResourceId"):
            config.pop(gone, None)
        out.update({_DB_NAMES.get(name, name): value for name, value in config.items() if value is not None})
        return main(type_, out, **beside, **members)

    return render


def _member(zone: str) -> Config:
    properties = {"DBClusterIdentifier": {"Ref": MAIN}, "Engine": "aurora-postgresql", "AvailabilityZone": f"eu-west-1{zone}"}
    return {"Type": "AWS::RDS::DBInstance", "Properties": properties}


def in_force(config: Config) -> bool:
    """Whether the database's groups are applied, as those are that code gives it."""
    groups = config.get("DBParameterGroups") or []
    options = config.get("OptionGroupMemberships") or []
    applied = [item.get("ParameterApplyStatus") == "in-sync" for item in groups if "ParameterApplyStatus" in item]
    return all([*applied, *(item.get("Status", "in-sync") == "in-sync" for item in options)])


def _written(config: Config, secret: Any) -> None:
    if config.get("StorageEncryptionType") in ("sse-rds", "none") and "StorageEncrypted" in config:
        raise NotInCode("AWS itself chooses how storage without a key is encrypted")
    if secret and secret.get("SecretStatus", "active") != "active":
        raise NotInCode("how a secret fares is told only live")
    if not in_force(config):
        raise NotInCode("a group is in force from the start")
    for member in ("InternetAccessGatewayEnabled", "ActivityStreamStatus"):
        if member in config:
            raise NotInCode(f"CloudFormation does not write {member}")


def _parameters(config: Config, out: Config, type_: str, member: str) -> Resources:
    """The parameter group with the parameters of the example."""
    chosen = config.pop("Parameters", None)
    if chosen is None:
        return {}
    kind = type_.replace("DBInstance", "DBParameterGroup").replace("DBCluster", "DBClusterParameterGroup")
    out[member] = {"Ref": "Group"}
    family = {"Family": config.pop("Family", "postgres16"), "Description": "d", "Parameters": chosen}
    return {"Group": {"Type": kind.replace("DBClusterParameterGroupParameterGroup", "DBClusterParameterGroup"), "Properties": family}}


# --- EC2 and VPC


def _default(config: Config) -> None:
    if config.get("IsDefault") or config.get("DefaultForAz") or config.get("GroupName") == "default":
        raise NotInCode("what AWS makes by default is in no template")


def _group(config: Config) -> Resources:
    _default(config)
    if config.get("IpPermissionsEgress") == []:
        raise NotInCode("a group without a rule for what leaves has AWS's, which allows all")
    out: Config = {"GroupDescription": config.pop("Description", None) or "d"}
    _move(config, out, "GroupName", "GroupName")
    _move(config, out, "VpcId", "VpcId")
    _move(config, out, "IpPermissions", "SecurityGroupIngress", lambda v: _rules(v, "Source"))
    _move(config, out, "IpPermissionsEgress", "SecurityGroupEgress", lambda v: _rules(v, "Destination"))
    return main("AWS::EC2::SecurityGroup", out)


def _rules(permissions: Any, side: str) -> list[Config]:
    out: list[Config] = []
    for item in permissions:
        base = {name: item[name] for name in ("IpProtocol", "FromPort", "ToPort") if item.get(name) is not None}
        for ranges, member, to in (
            ("IpRanges", "CidrIp", "CidrIp"),
            ("Ipv6Ranges", "CidrIpv6", "CidrIpv6"),
            ("PrefixListIds", "PrefixListId", f"{side}PrefixListId"),
            ("UserIdGroupPairs", "GroupId", f"{side}SecurityGroupId"),
        ):
            for one in item.get(ranges) or []:
                told = {"Description": one["Description"]} if one.get("Description") else {}
                if one.get("UserId") and side == "Source":
                    told["SourceSecurityGroupOwnerId"] = one["UserId"]
                out.append({**base, to: one[member], **told})
    return out


def _acl(config: Config) -> Resources:
    if config.get("IsDefault"):
        raise NotInCode("a template makes no default network ACL")
    out = main("AWS::EC2::NetworkAcl", {"VpcId": config.get("VpcId") or "vpc-0a"})
    for number, entry in enumerate(config.get("Entries") or []):
        if entry.get("RuleNumber") == 32767:  # noqa: PLR2004 - AWS's own last rule
            continue
        properties = {("Icmp" if name == "IcmpTypeCode" else name): value for name, value in entry.items()}
        properties["NetworkAclId"] = {"Ref": MAIN}
        out[f"Entry{number}"] = {"Type": "AWS::EC2::NetworkAclEntry", "Properties": properties}
    for number, one in enumerate(config.get("Associations") or []):
        properties = {"NetworkAclId": {"Ref": MAIN}, "SubnetId": one["SubnetId"]}
        out[f"Subnet{number}"] = {"Type": "AWS::EC2::SubnetNetworkAclAssociation", "Properties": properties}
    return out


def _instance(config: Config) -> Resources:
    if (config.get("State") or {}).get("Name", "running") != "running":
        raise NotInCode("an instance that a template makes runs")
    out: Config = {}
    _move(config, out, "Monitoring", "Monitoring", lambda v: v["State"] == "enabled")
    _move(config, out, "IamInstanceProfile", "IamInstanceProfile", lambda v: v["Arn"].rpartition("/")[2])
    _move(config, out, "UserData", "UserData")
    for gone in ("State", "InstanceId", "Ipv6Address", "PublicIpAddress", "LaunchTime", "StateTransitionReason"):
        config.pop(gone, None)
    _move(config, out, "NetworkInterfaces", "NetworkInterfaces", lambda v: [{"DeviceIndex": "0", "SubnetId": "subnet-0a"} for _ in v])
    out.update({name: value for name, value in config.items() if value is not None})
    out.setdefault("ImageId", "ami-0a")
    return main("AWS::EC2::Instance", out)


def _volume(config: Config) -> Resources:
    state, attached = config.get("State"), config.pop("Attachments", None) or []
    if state not in (None, "in-use", "available"):
        raise NotInCode("a volume that a template makes is in use or not")
    if state == "in-use" and not attached:
        attached = [{"InstanceId": "i-0a"}]
    beside = {
        f"Attachment{number}": {
            "Type": "AWS::EC2::VolumeAttachment",
            "Properties": {"VolumeId": {"Ref": MAIN}, "InstanceId": item["InstanceId"], "Device": "/dev/sdf"},
        }
        for number, item in enumerate(attached)
    }
    config.setdefault("AvailabilityZone", "eu-west-1a")
    out = plain("AWS::EC2::Volume", ("VolumeId", "State", "CreateTime"))(config)
    return {**out, **beside}


def _key(config: Config) -> Resources:
    if config.get("KeyManager") == "AWS":
        raise NotInCode("a key that AWS manages is in no template")
    if (config.get("MultiRegionConfiguration") or {}).get("MultiRegionKeyType") == "REPLICA":
        primary = "arn:aws:kms:us-east-1:111122223333:key/mrk-0a"
        return main("AWS::KMS::ReplicaKey", {"PrimaryKeyArn": primary, "KeyPolicy": config.get("Policy") or TRUST})
    if config.get("Origin") == "EXTERNAL" and config.get("KeyState") == "Enabled":
        raise NotInCode("no template imports a key's material")
    if config.get("ExpirationModel"):
        raise NotInCode("no template imports a key's material")
    out: Config = {"KeyPolicy": config.get("Policy") or TRUST}
    rotation = config.get("Rotation") or {}
    if "KeyRotationEnabled" in rotation:
        out["EnableKeyRotation"] = rotation["KeyRotationEnabled"]
    if "RotationPeriodInDays" in rotation:
        out["RotationPeriodInDays"] = rotation["RotationPeriodInDays"]
    for name in ("KeySpec", "KeyUsage", "MultiRegion", "Origin"):
        if config.get(name) is not None:
            out[name] = config[name]
    if config.get("KeyState") == "Disabled":
        out["Enabled"] = False
    elif config.get("KeyState") not in (None, "Enabled"):
        raise NotInCode(f"no template makes a key that is {config['KeyState']}")
    return main("AWS::KMS::Key", out)


def _peering(config: Config) -> Resources:
    if (config.get("Status") or {}).get("Code", "active") != "active":
        raise NotInCode("a peering that a template makes is accepted or not yet")
    ours, theirs = config.get("RequesterVpcInfo") or {}, config.get("AccepterVpcInfo") or {}
    if any((side.get("PeeringOptions") or {}).get("AllowDnsResolutionFromRemoteVpc") for side in (ours, theirs)):
        raise NotInCode("a peering's DNS options cannot be written in a template")
    out = {"VpcId": ours.get("VpcId", "vpc-0a"), "PeerVpcId": theirs.get("VpcId", "vpc-0b")}
    if theirs.get("OwnerId"):
        out["PeerOwnerId"] = theirs["OwnerId"]
    return main("AWS::EC2::VPCPeeringConnection", out)


def _endpoint(config: Config) -> Resources:
    if config.get("PolicyDocument", "") is None:
        raise NotInCode("an endpoint without a policy has AWS's, which allows all")
    if config.get("RequesterManaged"):
        raise NotInCode("an endpoint that a service manages is in no template")
    config.setdefault("ServiceName", "com.amazonaws.eu-west-1.s3")
    config.setdefault("VpcId", "vpc-0a")
    _move(config, config, "Groups", "SecurityGroupIds", lambda v: [item["GroupId"] for item in v])
    return plain("AWS::EC2::VPCEndpoint", ("VpcEndpointId", "State", "OwnerId"))(config)


def _gateway(config: Config) -> Resources:
    if config.get("OwnerId", "111122223333") != "111122223333":
        raise NotInCode("another account's gateway is in no template")
    return main("AWS::EC2::TransitGateway", config.get("Options") or {})


def _made(type_: str, drop: tuple[str, ...]) -> Callable[[Config], Resources]:
    def render(config: Config) -> Resources:
        _default(config)
        return plain(type_, drop)(config)

    return render


def _launch_template(config: Config) -> Resources:
    if isinstance((config.get("LaunchTemplateData") or {}).get("UserData"), dict) or config.get("Versions"):
        raise NotInCode("the example tells what was found in user data, not the data")
    return plain("AWS::EC2::LaunchTemplate", ("LaunchTemplateId", "Versions"))(config)


def _flow_log(config: Config) -> Resources:
    if config.get("DeliverLogsErrorMessage") or config.get("FlowLogStatus") == "DELETING":
        raise NotInCode("how the delivery fares is told only live")
    return plain("AWS::EC2::FlowLog", ("FlowLogId", "FlowLogStatus", "DeliverLogsStatus"))(config)


def _prefix_list(config: Config) -> Resources:
    if config.get("OwnerId", "111122223333") != "111122223333":
        raise NotInCode("another account's list is in no template")
    return plain("AWS::EC2::PrefixList", ("OwnerId",))(config)


def _address(config: Config) -> Resources:
    if config.get("ServiceManaged"):
        raise NotInCode("an address that a service manages is in no template")
    held = config.get("InstanceId") or ("i-0a" if config.get("AssociationId") or config.get("NetworkInterfaceId") else "")
    return main("AWS::EC2::EIP", {"Domain": config.get("Domain", "vpc"), **({"InstanceId": held} if held else {})})


TYPES: dict[str, Callable[[Config], Resources]] = {
    "AWS::S3::Bucket": _bucket,
    "AWS::S3::AccessPoint": _access_point,
    "AWS::IAM::Role": _principal("Role"),
    "AWS::IAM::User": _principal("User"),
    "AWS::IAM::Group": _principal("Group"),
    "AWS::IAM::ManagedPolicy": _managed_policy,
    "AWS::IAM::OIDCProvider": plain("AWS::IAM::OIDCProvider", ("Arn",)),
    "AWS::IAM::SAMLProvider": plain("AWS::IAM::SAMLProvider", ("Arn",)),
    "AWS::RDS::DBInstance": _database("AWS::RDS::DBInstance", "DBParameterGroupName", "OptionGroupName"),
    "AWS::RDS::DBCluster": _database("AWS::RDS::DBCluster", "DBClusterParameterGroupName", "OptionGroupName"),
    "AWS::RDS::EventSubscription": plain("AWS::RDS::EventSubscription"),
    "AWS::RDS::DBSubnetGroup": plain("AWS::RDS::DBSubnetGroup"),
    "AWS::EC2::SecurityGroup": _group,
    "AWS::EC2::NetworkAcl": _acl,
    "AWS::EC2::Instance": _instance,
    "AWS::EC2::LaunchTemplate": _launch_template,
    "AWS::EC2::Volume": _volume,
    "AWS::EC2::VPC": _made("AWS::EC2::VPC", ("VpcId", "IsDefault")),
    "AWS::EC2::Subnet": _made("AWS::EC2::Subnet", ("SubnetId", "DefaultForAz")),
    "AWS::EC2::EIP": _address,
    "AWS::EC2::FlowLog": _flow_log,
    "AWS::EC2::PrefixList": _prefix_list,
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::EC2::TransitGateway": _gateway,
    "AWS::EC2::VPCPeeringConnection": _peering,
    "AWS::EC2::NatGateway": plain("AWS::EC2::NatGateway", ("NatGatewayId", "State")),
    "AWS::EC2::KeyPair": plain("AWS::EC2::KeyPair", ("KeyPairId",)),
    "AWS::KMS::Key": _key,
}
