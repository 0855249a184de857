"""A resource in the API's shape as the attributes that Terraform plans.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rendering.templates import NOTHING, TRUST, NotInCode, in_force
from rendering.words import attributes, text, without
from terraform_plans import change, configured, plan, ref

Config = dict[str, Any]
ACCOUNT = "111122223333"
"""Whose resources the examples are."""


@dataclass(slots=True)
class Part:
    """One planned resource, called `this`; `refers`: attributes that hold what another one will have."""

    type: str
    after: Config
    refers: Mapping[str, str] = field(default_factory=dict)
    name: str = "this"

    @property
    def address(self) -> str:
        return f"{self.type}.{self.name}"


def planned(type_: str, config: Config, tags: Config) -> tuple[str, Any]:
    """The address of the resource that the example is about, and the plan. Raises `NotInCode`."""
    if type_ not in TYPES:
        raise NotInCode("Terraform has no such type, or it is not read")
    parts = TYPES[type_](dict(config))
    if tags:
        parts[0].after |= {"tags": tags, "tags_all": tags}
    changes = [change(one.address, one.after, unknown=_later(one)) for one in parts]
    told = [configured(one.address, {name: ref(to) for name, to in one.refers.items()}) for one in parts]
    return parts[0].address, plan(changes, told)


def _later(one: Part) -> Config:
    """What the apply gives every resource, and what refers to it."""
    made = ("id", "arn", *(("name",) if "parameter_group" in one.type else ()))
    return dict.fromkeys((name for name in (*made, *one.refers) if name not in one.after), True)


def plain(type_: str, drop: tuple[str, ...] = (), **renamed: str) -> Callable[[Config], list[Part]]:
    """A type whose attributes are the API's members in Terraform's spelling but for some names."""

    def render(config: Config) -> list[Part]:
        return [Part(type_, attributes(without(config, drop), renamed))]

    return render


# --- S3

_SATELLITES = {
    "PublicAccessBlockConfiguration": "aws_s3_bucket_public_access_block",
    "OwnershipControls": "aws_s3_bucket_ownership_controls",
    "LifecycleConfiguration": "aws_s3_bucket_lifecycle_configuration",
    "CorsConfiguration": "aws_s3_bucket_cors_configuration",
    "ObjectLockConfiguration": "aws_s3_bucket_object_lock_configuration",
    "LoggingConfiguration": "aws_s3_bucket_logging",
    "BucketEncryption": "aws_s3_bucket_server_side_encryption_configuration",
    "ReplicationConfiguration": "aws_s3_bucket_replication_configuration",
    "WebsiteConfiguration": "aws_s3_bucket_website_configuration",
    "AccelerateConfiguration": "aws_s3_bucket_accelerate_configuration",
}
_S3_WORDS = {
    "Rules": "rule", "CORSRules": "cors_rule", "Transitions": "transition", "ID": "id",
    "NoncurrentVersionTransitions": "noncurrent_version_transition", "SSEAlgorithm": "sse_algorithm",
    "KMSMasterKeyID": "kms_master_key_id", "RoutingRules": "routing_rule", "ReplicaKmsKeyID": "replica_kms_key_id",
    "SseKmsEncryptedObjects": "sse_kms_encrypted_objects",
}  # fmt: skip


def _bucket(config: Config) -> list[Part]:
    name = config.pop("Name", None)
    parts = [Part("aws_s3_bucket", {"bucket": name} if name else {})]

    def beside(type_: str, after: Config) -> None:
        named = {"bucket": name} if name else {}
        parts.append(Part(type_, {**after, **named}, {} if name else {"bucket": "aws_s3_bucket.this.id"}))

    if config.get("ObjectLockConfiguration"):
        if config["ObjectLockConfiguration"].get("ObjectLockEnabled") != "Enabled":
            raise NotInCode("Terraform always writes that the lock is enabled")
        parts[0].after["object_lock_enabled"] = True
    versions = config.pop("VersioningConfiguration", None)
    if versions:
        beside("aws_s3_bucket_versioning", {"versioning_configuration": [attributes(versions, {"MFADelete": "mfa_delete"})]})
    policy = config.pop("Policy", None)
    if policy is not None:
        beside("aws_s3_bucket_policy", {"policy": text(policy)})
    acl = config.pop("Acl", None)
    if acl is not None:
        if config.get("OwnershipControls") is None:
            config["OwnershipControls"] = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
        beside("aws_s3_bucket_acl", _acl(acl))
    notified = config.pop("NotificationConfiguration", None)
    if notified:
        beside("aws_s3_bucket_notification", _notification(notified))
    for member, value in config.items():
        if value is None and member in ("PublicAccessBlockConfiguration", "OwnershipControls"):
            raise NotInCode(f"AWS gives every new bucket {member}")
        if value is None:
            continue
        if member not in _SATELLITES:
            raise NotInCode(f"Terraform does not write {member}")
        beside(_SATELLITES[member], attributes(_filtered(value), _S3_WORDS))
    return parts


def _filtered(value: Config) -> Config:
    """Tags of a filter are a map there, and kinds of encryption a list."""
    rules = [dict(rule) for rule in value.get("Rules", [])]
    for rule in rules:
        if "BlockedEncryptionTypes" in rule:
            rule["BlockedEncryptionTypes"] = rule["BlockedEncryptionTypes"]["EncryptionType"]
        inner = (rule.get("Filter") or {}).get("And")
        if inner and "Tags" in inner:
            rule["Filter"] = {"And": {**inner, "Tags": {tag["Key"]: tag["Value"] for tag in inner["Tags"]}}}
    return {**value, "Rules": rules} if rules else value


def _acl(acl: Any) -> Config:
    grants = [
        {
            "permission": grant["Permission"],
            "grantee": [
                {
                    "type": grant["Grantee"].get("Type") or ("Group" if "URI" in grant["Grantee"] else "CanonicalUser"),
                    "id": grant["Grantee"].get("ID"),
                    "uri": grant["Grantee"].get("URI"),
                }
            ],
        }
        for grant in acl.get("Grants") or []
    ]
    owner = [{"id": (acl.get("Owner") or {}).get("ID", "0a"), "display_name": None}]
    return {"acl": None, "access_control_policy": [{"grant": grants, "owner": owner}]}


def _notification(value: Config) -> Config:
    out: Config = {"eventbridge": True} if "EventBridgeConfiguration" in value else {}
    for kind, block, target in (
        ("LambdaFunctionConfigurations", "lambda_function", "LambdaFunctionArn"),
        ("QueueConfigurations", "queue", "QueueArn"),
        ("TopicConfigurations", "topic", "TopicArn"),
    ):
        found = [{block_target(target): item[target], "events": item.get("Events")} for item in value.get(kind, [])]
        if found:
            out[block] = found
    return out


def block_target(target: str) -> str:
    """`LambdaFunctionArn` as `lambda_function_arn`."""
    return next(iter(attributes({target: ""})))


def _access_point(config: Config) -> list[Part]:
    if config.get("PublicAccessBlockConfiguration", "") is None:
        raise NotInCode("every access point has a block of its own, all on by default")
    if config.pop("NetworkOrigin", None) == "VPC":
        config.setdefault("VpcConfiguration", {"VpcId": "vpc-0a"})
    config.setdefault("Bucket", "data")
    policy = config.pop("Policy", None)
    (made,) = plain("aws_s3_access_point", ("AccessPointArn", "Alias"))(config)
    if policy is not None:
        made.after["policy"] = text(policy)
    return [made]


# --- IAM


def _principal(kind: str) -> Callable[[Config], list[Part]]:
    low = kind.lower()

    def render(config: Config) -> list[Part]:
        after = {
            "name": config.get(f"{kind}Name"),
            "path": config.get("Path"),
            "permissions_boundary": (config.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn"),
        }
        if kind == "Role":
            after["assume_role_policy"] = text(config.get("AssumeRolePolicyDocument") or TRUST)
            after["max_session_duration"] = config.get("MaxSessionDuration")
        owner = Part(f"aws_iam_{low}", {name: value for name, value in after.items() if value is not None})
        named = {low: after["name"]} if after["name"] else {}
        refers = {} if named else {low: f"aws_iam_{low}.this.name"}
        parts = [owner]
        for number, item in enumerate(config.get(f"{kind}PolicyList") or []):
            inline = {"name": item["PolicyName"], "policy": text(item.get("PolicyDocument") or NOTHING), **named}
            parts.append(Part(f"aws_iam_{low}_policy", inline, refers, f"inline{number}"))
        for number, item in enumerate(config.get("AttachedManagedPolicies") or []):
            attached = {"policy_arn": item["PolicyArn"], **named}
            parts.append(Part(f"aws_iam_{low}_policy_attachment", attached, refers, f"attached{number}"))
        groups = config.get("GroupList")
        if groups:
            parts.append(Part("aws_iam_user_group_membership", {"groups": groups, **named}, refers))
        return parts

    return render


def _managed_policy(config: Config) -> list[Part]:
    if str(config.get("Arn", "")).startswith("arn:aws:iam::aws:"):
        raise NotInCode("AWS's own policies are in no plan")
    if config.get("PolicyDocument") is None:
        raise NotInCode("a policy in code has a document")
    parts = [Part("aws_iam_policy", {"name": "mine", "policy": text(config["PolicyDocument"])})]
    if config.get("AttachmentCount", 1):
        attached = Part("aws_iam_role_policy_attachment", {"role": "somebody"}, {"policy_arn": "aws_iam_policy.this.arn"})
        parts.append(attached)
    if config.get("PermissionsBoundaryUsageCount"):
        bound = {"name": "bound", "assume_role_policy": text(TRUST)}
        parts.append(Part("aws_iam_role", bound, {"permissions_boundary": "aws_iam_policy.this.arn"}))
    return parts


# --- RDS

_DB_WORDS = {
    "CACertificateIdentifier": "ca_cert_identifier", "DBInstanceClass": "instance_class", "DBName": "db_name",
    "MasterUsername": "username", "DBInstanceIdentifier": "identifier", "PreferredBackupWindow": "backup_window",
    "ReadReplicaSourceDBInstanceIdentifier": "replicate_source_db",
}  # fmt: skip
_CLUSTER_WORDS = {
    "DBClusterParameterGroup": "db_cluster_parameter_group_name", "HttpEndpointEnabled": "enable_http_endpoint",
    "DBClusterIdentifier": "cluster_identifier", "ScalingConfigurationInfo": "scaling_configuration",
    "ServerlessV2ScalingConfiguration": "serverlessv2_scaling_configuration",
}  # fmt: skip


def _encrypted(config: Config) -> None:
    if not in_force(config):
        raise NotInCode("a group is in force from the start")
    if config.get("StorageEncryptionType") in ("sse-rds", "none") and "StorageEncrypted" in config:
        raise NotInCode("AWS itself chooses how storage without a key is encrypted")


def _database(config: Config) -> list[Part]:
    _encrypted(config)
    member = config.get("DBClusterIdentifier") is not None
    type_ = "aws_rds_cluster_instance" if member else "aws_db_instance"
    after = _common(config, type_ if member else "aws_db_instance")
    if config.get("ReadReplicaSourceDBClusterIdentifier"):
        raise NotInCode("Terraform's instances replicate instances")
    group, parameters = _parameters(config, "aws_db_parameter_group")
    options = config.pop("OptionGroupMemberships", None)
    if options:
        after["option_group_name"] = options[0]["OptionGroupName"]
    groups = config.pop("DBParameterGroups", None)
    if groups:
        after["parameter_group_name"] = groups[0]["DBParameterGroupName"]
    config = without(config, ("DBInstanceArn", "CertificateDetails", "StorageEncryptionType", "AssociatedRoles"))
    after |= attributes(config, {**_DB_WORDS, "DBClusterIdentifier": "cluster_identifier"})
    attribute = "db_parameter_group_name" if member else "parameter_group_name"
    return [Part(type_, after, {attribute: group} if group else {}), *parameters]


def _cluster(config: Config) -> list[Part]:
    _encrypted(config)
    for member in ("InternetAccessGatewayEnabled", "AutoMinorVersionUpgrade", "ActivityStreamKinesisStreamName"):
        if member in config:
            raise NotInCode(f"Terraform does not write {member}")
    members = [Part("aws_rds_cluster_instance", {"identifier": f"m{zone}", "availability_zone": f"eu-west-1{zone}"}, {"cluster_identifier": "aws_rds_cluster.this.id"}, f"m{zone}") for zone in ("ab" if config.pop("MultiAZ", False) else "")]
    streams = config.pop("ActivityStreamStatus", "stopped")
    key = config.pop("ActivityStreamKmsKeyId", "arn:aws:kms:eu-west-1:111122223333:key/k")
    if streams != "stopped":
        members.append(Part("aws_rds_cluster_activity_stream", {"kms_key_id": key, "mode": "async"}, {"resource_arn": "aws_rds_cluster.this.arn"}))
    after = _common(config, "aws_rds_cluster")
    group, parameters = _parameters(config, "aws_rds_cluster_parameter_group")
    roles = config.pop("AssociatedRoles", None)
    if roles:
        after["iam_roles"] = [item["RoleArn"] for item in roles]
    config = without(config, ("DBClusterArn", "StorageEncryptionType"))
    after |= attributes(config, _CLUSTER_WORDS)
    group_of = {"db_cluster_parameter_group_name": group} if group else {}
    return [Part("aws_rds_cluster", after, group_of), *parameters, *members]


def _common(config: Config, type_: str) -> Config:
    after: Config = {}
    secret = config.pop("MasterUserSecret", None)
    if secret and secret.get("SecretStatus", "active") != "active":
        raise NotInCode("how a secret fares is told only live")
    if secret:
        after["manage_master_user_password"] = True
    endpoint = config.pop("Endpoint", None)
    if isinstance(endpoint, dict) and endpoint.get("Port") and type_ != "aws_rds_cluster":
        after["port"] = endpoint["Port"]
    subnets = config.pop("DBSubnetGroup", None)
    if subnets:
        after["db_subnet_group_name"] = subnets if isinstance(subnets, str) else subnets["DBSubnetGroupName"]
    groups = config.pop("VpcSecurityGroups", None)
    if groups:
        after["vpc_security_group_ids"] = [item["VpcSecurityGroupId"] for item in groups]
    return after


def _parameters(config: Config, type_: str) -> tuple[str, list[Part]]:
    chosen = config.pop("Parameters", None)
    if chosen is None:
        return "", []
    after = {
        "family": config.pop("Family", "postgres16"),
        "parameter": [{"name": name, "value": value, "apply_method": "immediate"} for name, value in chosen.items()],
    }
    return f"{type_}.this.name", [Part(type_, after)]


# --- EC2 and VPC


def _group(config: Config) -> list[Part]:
    after: Config = {"description": config.get("Description") or "d", "revoke_rules_on_delete": False}
    if config.get("GroupName"):
        after["name"] = config["GroupName"]
    if config.get("VpcId"):
        after["vpc_id"] = config["VpcId"]
    parts = [Part("aws_security_group", after)]
    for member, type_ in (
        ("IpPermissions", "aws_vpc_security_group_ingress_rule"),
        ("IpPermissionsEgress", "aws_vpc_security_group_egress_rule"),
    ):
        for item in config.get(member) or []:
            parts += _rules(item, type_, len(parts))
    return parts


def _rules(permission: Config, type_: str, first: int) -> list[Part]:
    base = {"ip_protocol": permission["IpProtocol"]}
    base |= {to: permission[name] for name, to in (("FromPort", "from_port"), ("ToPort", "to_port")) if name in permission}
    parts: list[Part] = []
    for ranges, member, to in (
        ("IpRanges", "CidrIp", "cidr_ipv4"),
        ("Ipv6Ranges", "CidrIpv6", "cidr_ipv6"),
        ("PrefixListIds", "PrefixListId", "prefix_list_id"),
        ("UserIdGroupPairs", "GroupId", "referenced_security_group_id"),
    ):
        for one in permission.get(ranges) or []:
            value = f"{one['UserId']}/{one[member]}" if one.get("UserId") else one[member]
            after = {**base, to: value, "description": one.get("Description")}
            refers = {"security_group_id": "aws_security_group.this.id"}
            parts.append(Part(type_, after, refers, f"rule{first + len(parts)}"))
    return parts


def _acl_of_network(config: Config) -> list[Part]:
    default = config.get("IsDefault") is True
    after: Config = {"vpc_id": config.get("VpcId") or "vpc-0a"}
    if default:
        after = {"default_network_acl_id": config.get("NetworkAclId") or "acl-0a"}
    for attribute, egress in (("ingress", False), ("egress", True)):
        entries = [e for e in config.get("Entries") or [] if bool(e.get("Egress")) is egress and e["RuleNumber"] != 32767]  # noqa: PLR2004
        after[attribute] = [_entry(entry) for entry in entries]
    after["subnet_ids"] = [item["SubnetId"] for item in config.get("Associations") or []]
    return [Part("aws_default_network_acl" if default else "aws_network_acl", after)]


def _entry(entry: Config) -> Config:
    ports, icmp = entry.get("PortRange") or {}, entry.get("IcmpTypeCode") or {}
    return {
        "rule_no": entry["RuleNumber"],
        "action": entry["RuleAction"],
        "protocol": entry["Protocol"],
        "from_port": ports.get("From", 0),
        "to_port": ports.get("To", 0),
        "cidr_block": entry.get("CidrBlock", ""),
        "ipv6_cidr_block": entry.get("Ipv6CidrBlock", ""),
        "icmp_type": icmp.get("Type", 0),
        "icmp_code": icmp.get("Code", 0),
    }


def _instance(config: Config) -> list[Part]:
    if (config.get("State") or {}).get("Name", "running") != "running":
        raise NotInCode("an instance that a plan makes runs")
    after: Config = {"ami": config.pop("ImageId", None) or "ami-0a", "instance_type": config.pop("InstanceType", None) or "t3.micro"}
    watched = config.pop("Monitoring", None)
    if watched is not None:
        after["monitoring"] = watched["State"] == "enabled"
    profile = config.pop("IamInstanceProfile", None)
    if profile is not None:
        after["iam_instance_profile"] = profile["Arn"].rpartition("/")[2]
    gone = ("State", "InstanceId", "PublicIpAddress", "LaunchTime", "StateTransitionReason", "NetworkInterfaces")
    after |= attributes(without(config, gone))
    return [Part("aws_instance", after)]


def _volume(config: Config) -> list[Part]:
    attached = config.pop("Attachments", None) or []
    if config.get("State") not in (None, "in-use", "available"):
        raise NotInCode("a volume that a plan makes is in use or not")
    if config.get("State") == "in-use" and not attached:
        attached = [{"InstanceId": "i-0a"}]
    after = attributes(without(config, ("VolumeId", "State", "CreateTime")), {"VolumeType": "type"})
    parts = [Part("aws_ebs_volume", {"availability_zone": "eu-west-1a", **after})]
    for number, item in enumerate(attached):
        after = {"instance_id": item["InstanceId"], "device_name": "/dev/sdf"}
        parts.append(Part("aws_volume_attachment", after, {"volume_id": "aws_ebs_volume.this.id"}, f"a{number}"))
    return parts


def _key(config: Config) -> list[Part]:
    if config.get("KeyManager") == "AWS":
        raise NotInCode("a key that AWS manages is in no plan")
    rotation = config.get("Rotation") or {}
    after = {
        "policy": text(config["Policy"]) if config.get("Policy") else None,
        "enable_key_rotation": rotation.get("KeyRotationEnabled", False),
        "rotation_period_in_days": rotation.get("RotationPeriodInDays"),
        "customer_master_key_spec": config.get("KeySpec", "SYMMETRIC_DEFAULT"),
        "key_usage": config.get("KeyUsage", "ENCRYPT_DECRYPT"),
        "multi_region": config.get("MultiRegion", False),
        "is_enabled": config.get("KeyState") != "Disabled",
    }
    if config.get("KeyState") not in (None, "Enabled", "Disabled"):
        raise NotInCode(f"no plan makes a key that is {config['KeyState']}")
    if (config.get("MultiRegionConfiguration") or {}).get("MultiRegionKeyType") == "REPLICA":
        primary = {"primary_key_arn": "arn:aws:kms:us-east-1:111122223333:key/mrk-0a", "enabled": after["is_enabled"]}
        return [Part("aws_kms_replica_key", primary)]
    if config.get("Policy") is None and "Policy" in config:
        raise NotInCode("every key has a policy")
    if config.get("Origin") == "EXTERNAL":
        after = {name: value for name, value in after.items() if name in ("policy", "multi_region")}
        after |= {"enabled": config.get("KeyState") != "Disabled", "key_material_base64": "c2VjcmV0"}
        if config.get("ExpirationModel") and not config.get("ValidTo"):
            raise NotInCode("material that expires has a date")
        if config.get("ValidTo"):
            after["valid_to"] = config["ValidTo"]
        return [Part("aws_kms_external_key", after)]
    if config.get("Origin") not in (None, "AWS_KMS"):
        raise NotInCode("keys of custom stores need the store")
    return [Part("aws_kms_key", {name: value for name, value in after.items() if value is not None})]


def _peering(config: Config) -> list[Part]:
    ours, theirs = config.get("RequesterVpcInfo") or {}, config.get("AccepterVpcInfo") or {}
    if (config.get("Status") or {}).get("Code", "active") != "active":
        raise NotInCode("a peering that a plan makes is accepted or not yet")
    after: Config = {"vpc_id": ours.get("VpcId", "vpc-0a"), "peer_vpc_id": theirs.get("VpcId", "vpc-0b"), "auto_accept": True}
    if theirs.get("OwnerId"):
        after["peer_owner_id"] = theirs["OwnerId"]
    for side, block in ((ours, "requester"), (theirs, "accepter")):
        if "PeeringOptions" in side:
            allowed = side["PeeringOptions"].get("AllowDnsResolutionFromRemoteVpc", False)
            after[block] = [{"allow_remote_vpc_dns_resolution": allowed}]
    return [Part("aws_vpc_peering_connection", after)]


def _endpoint(config: Config) -> list[Part]:
    if config.get("RequesterManaged"):
        raise NotInCode("an endpoint that a service manages is in no plan")
    if config.get("PolicyDocument", "") is None:
        raise NotInCode("an endpoint without a policy has AWS's, which allows all")
    policy = config.pop("PolicyDocument", None)
    (made,) = plain("aws_vpc_endpoint", ("VpcEndpointId", "State", "OwnerId", "Groups"))(config)
    made.after |= {"vpc_id": "vpc-0a", "service_name": made.after.get("service_name", "com.amazonaws.eu-west-1.s3")}
    if policy is not None:
        made.after["policy"] = text(policy)
    return [made]


def _gateway(config: Config) -> list[Part]:
    if config.get("OwnerId", ACCOUNT) != ACCOUNT:
        raise NotInCode("another account's gateway is in no plan")
    return plain("aws_ec2_transit_gateway")(config.get("Options") or {})


def _flow_log(config: Config) -> list[Part]:
    if config.get("DeliverLogsErrorMessage") or config.get("FlowLogStatus") == "DELETING":
        raise NotInCode("how the delivery fares is told only live")
    owner = config.pop("ResourceId", "vpc-0a")
    kinds = {"vpc": "vpc_id", "subnet": "subnet_id", "eni": "eni_id", "tgw": "transit_gateway_id"}
    (made,) = plain("aws_flow_log", ("FlowLogId", "FlowLogStatus", "DeliverLogsStatus"))(config)
    made.after |= {kinds.get(owner.partition("-")[0], "vpc_id"): owner, "traffic_type": made.after.get("traffic_type", "ALL")}
    return [made]


def _launch_template(config: Config) -> list[Part]:
    data = config.get("LaunchTemplateData") or {}
    if isinstance(data.get("UserData"), dict) or config.get("Versions"):
        raise NotInCode("the example tells what was found in user data, not the data")
    return [Part("aws_launch_template", attributes(data, {"SecurityGroupIds": "vpc_security_group_ids"}))]


def _password_policy(config: Config) -> list[Part]:
    policy = config.get("PasswordPolicy")
    if policy is None:
        raise NotInCode("a plan without the resource tells nothing of the account's policy")
    if "ExpirePasswords" in policy:
        policy = without(policy, ("ExpirePasswords",))
    words = {"RequireUppercaseCharacters": "require_uppercase_characters"}
    return [Part("aws_iam_account_password_policy", attributes(policy, words))]


_SETTINGS = {
    "EbsEncryptionByDefault": ("aws_ebs_encryption_by_default", "enabled"),
    "EbsDefaultKmsKeyId": ("aws_ebs_default_kms_key", "key_arn"),
    "SnapshotBlockPublicAccessState": ("aws_ebs_snapshot_block_public_access", "state"),
    "ImageBlockPublicAccessState": ("aws_ec2_image_block_public_access", "state"),
    "SerialConsoleAccessEnabled": ("aws_ec2_serial_console_access", "enabled"),
}


def _region_settings(config: Config) -> list[Part]:
    defaults = config.pop("InstanceMetadataDefaults", None)
    parts = [Part("aws_ec2_instance_metadata_defaults", attributes(defaults))] if defaults else []
    for member, value in config.items():
        if member not in _SETTINGS:
            raise NotInCode(f"Terraform does not write {member}, or it is not read")
        type_, attribute = _SETTINGS[member]
        parts.append(Part(type_, {attribute: value}))
    if not parts:
        raise NotInCode("nothing of it is written")
    return parts


def _address(config: Config) -> list[Part]:
    if config.get("ServiceManaged"):
        raise NotInCode("an address that a service manages is in no plan")
    held = config.get("InstanceId") or ("i-0a" if config.get("AssociationId") else "")
    after = {"domain": config.get("Domain", "vpc")}
    if config.get("NetworkInterfaceId"):
        after["network_interface"] = config["NetworkInterfaceId"]
    elif held:
        after["instance"] = held
    return [Part("aws_eip", after)]


def _prefix_list(config: Config) -> list[Part]:
    if config.get("OwnerId", ACCOUNT) != ACCOUNT:
        raise NotInCode("another account's list is in no plan")
    return plain("aws_ec2_managed_prefix_list", ("OwnerId",))(config)


TYPES: dict[str, Callable[[Config], list[Part]]] = {
    "AWS::S3::Bucket": _bucket,
    "AWS::S3::AccessPoint": _access_point,
    "AWS::S3::AccountSettings": lambda config: [
        Part("aws_s3_account_public_access_block", attributes(config.get("PublicAccessBlockConfiguration") or {}))
    ],
    "AWS::IAM::Role": _principal("Role"),
    "AWS::IAM::User": _principal("User"),
    "AWS::IAM::Group": _principal("Group"),
    "AWS::IAM::ManagedPolicy": _managed_policy,
    "AWS::IAM::AccountPasswordPolicy": _password_policy,
    "AWS::IAM::OIDCProvider": plain("aws_iam_openid_connect_provider", ("Arn",)),
    "AWS::IAM::SAMLProvider": plain("aws_iam_saml_provider", ("Arn",)),
    "AWS::RDS::DBInstance": _database,
    "AWS::RDS::DBCluster": _cluster,
    "AWS::RDS::EventSubscription": plain("aws_db_event_subscription"),
    "AWS::RDS::DBSubnetGroup": plain("aws_db_subnet_group"),
    "AWS::EC2::SecurityGroup": _group,
    "AWS::EC2::NetworkAcl": _acl_of_network,
    "AWS::EC2::Instance": _instance,
    "AWS::EC2::LaunchTemplate": _launch_template,
    "AWS::EC2::Volume": _volume,
    "AWS::EC2::VPC": lambda config: plain(
        "aws_default_vpc" if config.get("IsDefault") else "aws_vpc", ("VpcId", "IsDefault")
    )(config),
    "AWS::EC2::Subnet": lambda config: plain(
        "aws_default_subnet" if config.get("DefaultForAz") else "aws_subnet", ("SubnetId", "DefaultForAz")
    )(config),
    "AWS::EC2::EIP": _address,
    "AWS::EC2::FlowLog": _flow_log,
    "AWS::EC2::PrefixList": _prefix_list,
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::EC2::TransitGateway": _gateway,
    "AWS::EC2::VPCPeeringConnection": _peering,
    "AWS::EC2::KeyPair": plain("aws_key_pair", ("KeyPairId", "CreateTime")),
    "AWS::EC2::AccountSettings": _region_settings,
    "AWS::KMS::Key": _key,
}
