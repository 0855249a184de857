"""Resources of a template have the live ones' shape: one test for each thing that CloudFormation says its own way."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.iac.cloudformation import read_template
from scanner.model import Resource, Shard, Why

BLOCK_ALL = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
FLAGS = dict.fromkeys(BLOCK_ALL, False)
EVERYBODY_OUT = {
    "IpProtocol": "-1",
    "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
    "Ipv6Ranges": [],
    "PrefixListIds": [],
    "UserIdGroupPairs": [],
}


def shard(resources: str, head: str = "", **parameters: Any) -> Shard:
    lines = "".join(f"  {line}\n" for line in resources.splitlines())
    (found,) = read_template("stack.yaml", f"{head}\nResources:\n{lines}".encode(), parameters=parameters)
    return found


def read(resources: str, head: str = "", **parameters: Any) -> dict[str, Resource]:
    return {item.origin.address: item for item in shard(resources, head, **parameters).resources}


def one(resources: str, head: str = "", **parameters: Any) -> Resource:
    (found,) = read(resources, head, **parameters).values()
    return found


def bucket(properties: str, head: str = "", **parameters: Any) -> Resource:
    return one(f"B:\n  Type: AWS::S3::Bucket\n  Properties: {properties}", head, **parameters)


def kinds(resource: Resource, under: str) -> dict[str, tuple[str, str]]:
    return {key: (item.kind, str(item.why)) for key, item in resource.unknown.items() if key.startswith(under)}


# --- S3


def test_a_bucket_that_says_nothing_has_what_aws_gives_new_ones() -> None:
    found = bucket("{}")
    assert (found.type, found.id, found.name) == ("AWS::S3::Bucket", "stack.yaml#B", "B")
    assert (found.account, found.region, found.partition) == ("", "", "aws")
    assert (found.origin.kind, found.origin.file, found.origin.line, found.origin.end_line) == (
        "cloudformation",
        "stack.yaml",
        3,
        5,
    )
    assert found.config["PublicAccessBlockConfiguration"] == BLOCK_ALL
    assert found.config["BucketEncryption"]["Rules"][0]["ApplyServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "AES256"
    }
    assert found.config["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert found.config["VersioningConfiguration"] == {}
    for member in ("Policy", "Acl", "LoggingConfiguration", "WebsiteConfiguration", "LifecycleConfiguration"):
        assert found.config[member] is None
    assert kinds(found, "/Name") == {"/Name": ("opaque", "after_apply")}
    assert found.unknown["/Name"].token == "B"
    assert "CreationDate" not in found.config
    assert "/CreationDate" in found.unknown


def test_properties_may_be_absent_or_null() -> None:
    assert one("B:\n  Type: AWS::S3::Bucket").config["PublicAccessBlockConfiguration"] == BLOCK_ALL
    assert bucket("").config["PublicAccessBlockConfiguration"] == BLOCK_ALL


def test_a_block_that_leaves_flags_out_turns_them_off() -> None:
    found = bucket('{PublicAccessBlockConfiguration: {BlockPublicAcls: "true", RestrictPublicBuckets: TRUE}}')
    assert found.config["PublicAccessBlockConfiguration"] == {
        **FLAGS,
        "BlockPublicAcls": True,
        "RestrictPublicBuckets": True,
    }


def test_an_unknown_flag_leaves_the_others_known() -> None:
    found = bucket(
        "{PublicAccessBlockConfiguration: {BlockPublicAcls: !Ref P, IgnorePublicAcls: maybe}}",
        "Parameters: {P: {Type: String}}",
    )
    assert found.config["PublicAccessBlockConfiguration"] == {
        "BlockPublicPolicy": False,
        "RestrictPublicBuckets": False,
    }
    assert kinds(found, "/PublicAccess") == {
        "/PublicAccessBlockConfiguration/BlockPublicAcls": ("any", "after_apply"),
        "/PublicAccessBlockConfiguration/IgnorePublicAcls": ("any", "error"),
    }


def test_encryption_takes_the_apis_names() -> None:
    found = read(
        "B:\n  Type: AWS::S3::Bucket\n  Properties:\n    BucketEncryption:\n      ServerSideEncryptionConfiguration:\n"
        "        - BucketKeyEnabled: 'true'\n"
        "          ServerSideEncryptionByDefault: {SSEAlgorithm: 'aws:kms', KMSMasterKeyID: !GetAtt K.Arn}\n"
        "K: {Type: 'AWS::KMS::Key'}"
    )["B"]
    assert found.config["BucketEncryption"] == {
        "Rules": [{"BucketKeyEnabled": True, "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]
    }
    at = "/BucketEncryption/Rules/0/ApplyServerSideEncryptionByDefault/KMSMasterKeyID"
    assert (found.unknown[at].kind, found.unknown[at].token) == ("opaque", "K.Arn")


def test_logging_goes_to_the_bucket_itself_without_a_destination() -> None:
    assert bucket("{BucketName: b, LoggingConfiguration: {LogFilePrefix: x/}}").config["LoggingConfiguration"] == {
        "TargetBucket": "b",
        "TargetPrefix": "x/",
    }
    assert bucket("{LoggingConfiguration: {DestinationBucketName: logs}}").config["LoggingConfiguration"] == {
        "TargetBucket": "logs",
        "TargetPrefix": "",
    }


def test_versioning_and_object_lock() -> None:
    assert bucket("{VersioningConfiguration: {Status: Suspended}}").config["VersioningConfiguration"] == {
        "Status": "Suspended"
    }
    locked = bucket('{ObjectLockEnabled: "true"}').config
    assert locked["VersioningConfiguration"] == {"Status": "Enabled"}
    assert locked["ObjectLockConfiguration"] == {"ObjectLockEnabled": "Enabled"}
    rule = "{ObjectLockEnabled: Enabled, Rule: {DefaultRetention: {Mode: GOVERNANCE, Days: 3}}}"
    assert bucket(f"{{ObjectLockEnabled: true, ObjectLockConfiguration: {rule}}}").config[
        "ObjectLockConfiguration"
    ] == {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 3}},
    }


@pytest.mark.parametrize(
    ("canned", "grantees"),
    [
        ("PublicRead", ["AllUsers READ"]),
        ("PublicReadWrite", ["AllUsers READ", "AllUsers WRITE"]),
        ("AuthenticatedRead", ["AuthenticatedUsers READ"]),
        ("LogDeliveryWrite", ["LogDelivery READ_ACP", "LogDelivery WRITE"]),
        ("Private", []),
    ],
)
def test_canned_acls_become_grants(canned: str, grantees: list[str]) -> None:
    found = bucket(f"{{AccessControl: {canned}, OwnershipControls: {{Rules: [{{ObjectOwnership: ObjectWriter}}]}}}}")
    grants = found.config["Acl"]["Grants"]
    groups = [f"{g['Grantee']['URI'].rsplit('/', 1)[1]} {g['Permission']}" for g in grants if "URI" in g["Grantee"]]
    assert sorted(groups) == grantees
    owners = [g for g in grants if g["Grantee"]["Type"] == "CanonicalUser"]
    assert [g["Permission"] for g in owners] == ["FULL_CONTROL"]
    assert any(key.startswith("/Acl/Grants/") and item.kind == "opaque" for key, item in found.unknown.items())


def test_an_acl_for_others_only_deploys_where_acls_work() -> None:
    assert bucket("{AccessControl: PublicRead}").config["OwnershipControls"] is None
    assert bucket("{AccessControl: Private}").config["Acl"] is None
    enforced = bucket(
        "{AccessControl: PublicRead, OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}}"
    )
    assert enforced.config["Acl"] is None
    assert kinds(bucket("{AccessControl: Nonsense}"), "/Acl") == {"/Acl": ("any", "error")}


def test_names_that_differ_from_the_api() -> None:
    found = bucket(
        """{
      CorsConfiguration: {CorsRules: [{Id: c, AllowedMethods: GET, AllowedOrigins: ["*"], ExposedHeaders: [x], MaxAge: "60"}]},
      WebsiteConfiguration: {IndexDocument: i.html, ErrorDocument: e.html, RoutingRules: [{RedirectRule: {HostName: h}, RoutingRuleCondition: {KeyPrefixEquals: k}}]},
      NotificationConfiguration: {QueueConfigurations: [{Event: "s3:ObjectCreated:*", Queue: q, Filter: {S3Key: {Rules: [{Name: prefix, Value: p}]}}}], LambdaConfigurations: [{Event: e, Function: f}], EventBridgeConfiguration: {EventBridgeEnabled: true}},
      ReplicationConfiguration: {Role: r, Rules: [{Id: i, Status: Enabled, Destination: {Bucket: d}, Filter: {And: {Prefix: p, TagFilters: [{Key: a, Value: b}]}}}]},
    }"""
    ).config
    assert found["CorsConfiguration"] == {
        "CORSRules": [
            {"ID": "c", "AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "ExposeHeaders": ["x"], "MaxAgeSeconds": 60}
        ]
    }
    assert found["WebsiteConfiguration"] == {
        "IndexDocument": {"Suffix": "i.html"},
        "ErrorDocument": {"Key": "e.html"},
        "RoutingRules": [{"Redirect": {"HostName": "h"}, "Condition": {"KeyPrefixEquals": "k"}}],
    }
    assert found["NotificationConfiguration"] == {
        "QueueConfigurations": [
            {
                "Events": ["s3:ObjectCreated:*"],
                "QueueArn": "q",
                "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "p"}]}},
            }
        ],
        "LambdaFunctionConfigurations": [{"Events": ["e"], "LambdaFunctionArn": "f"}],
        "EventBridgeConfiguration": {},
    }
    (rule,) = found["ReplicationConfiguration"]["Rules"]
    assert rule["ID"] == "i"
    assert rule["Filter"] == {"And": {"Prefix": "p", "Tags": [{"Key": "a", "Value": "b"}]}}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{ExpirationInDays: '3'}", {"Expiration": {"Days": 3}, "Filter": {"Prefix": ""}}),
        (
            "{Prefix: a, ExpiredObjectDeleteMarker: true}",
            {"Expiration": {"ExpiredObjectDeleteMarker": True}, "Filter": {"Prefix": "a"}},
        ),
        ("{TagFilters: [{Key: k, Value: v}]}", {"Filter": {"Tag": {"Key": "k", "Value": "v"}}}),
        (
            "{Prefix: a, ObjectSizeGreaterThan: '5', TagFilters: [{Key: k, Value: v}]}",
            {"Filter": {"And": {"Prefix": "a", "ObjectSizeGreaterThan": 5, "Tags": [{"Key": "k", "Value": "v"}]}}},
        ),
        (
            "{Id: x, Transition: {StorageClass: GLACIER, TransitionInDays: 1}, NoncurrentVersionExpirationInDays: 9}",
            {
                "ID": "x",
                "Transitions": [{"StorageClass": "GLACIER", "Days": 1}],
                "NoncurrentVersionExpiration": {"NoncurrentDays": 9},
                "Filter": {"Prefix": ""},
            },
        ),
        (
            "{NoncurrentVersionTransitions: [{StorageClass: GLACIER, TransitionInDays: 4, NewerNoncurrentVersions: 2}]}",
            {
                "NoncurrentVersionTransitions": [
                    {"StorageClass": "GLACIER", "NoncurrentDays": 4, "NewerNoncurrentVersions": 2}
                ],
                "Filter": {"Prefix": ""},
            },
        ),
    ],
)
def test_lifecycle_rules(written: str, meant: dict) -> None:
    assert bucket(f"{{LifecycleConfiguration: {{Rules: [{written}]}}}}").config["LifecycleConfiguration"] == {
        "Rules": [meant]
    }


def test_tags_are_a_map_and_doubt_is_told() -> None:
    head = "Parameters: {P: {Type: String}}"
    found = bucket("{Tags: [{Key: a, Value: 1}, {Key: b, Value: !Ref P}]}", head)
    assert found.tags == {"a": "1"}
    assert found.tags_unknown is not None
    assert found.tags_unknown.why is Why.AFTER_APPLY
    assert bucket("{Tags: [{Key: a, Value: 1}]}").tags_unknown is None


# --- bucket policies

POLICY = """
B:
  Type: AWS::S3::Bucket
  Properties: {NAME}
P:
  Type: AWS::S3::BucketPolicy
  Properties:
    Bucket: TARGET
    PolicyDocument:
      Version: 2012-10-17
      Statement:
        - Effect: Deny
          Principal: "*"
          Action: s3:*
          Resource: [ARN, OBJECTS]
          Condition: {Bool: {aws:SecureTransport: false}}
        - Effect: Allow
          Principal: {AWS: [!Sub "arn:aws:iam::${AWS::AccountId}:root", 123456789012]}
          Action: s3:GetObject
          Resource: !Sub "arn:aws:s3:::other-${AWS::Region}/*"
"""


def with_policy(
    name: str, target: str, arn: str, objects: str, head: str = "", **parameters: Any
) -> dict[str, Resource]:
    text = POLICY.replace("{NAME}", name).replace("TARGET", target).replace("ARN", arn).replace("OBJECTS", objects)
    return read(text.strip(), head, **parameters)


@pytest.mark.parametrize(
    ("name", "target", "arn", "objects"),
    [
        ("{}", "!Ref B", "!GetAtt B.Arn", "!Sub '${B.Arn}/*'"),
        ("{}", "!Sub '${B}'", "!Sub 'arn:aws:s3:::${B}'", "!Join ['', [!GetAtt B.Arn, '/*']]"),
        (
            "{BucketName: !Ref Name}",
            "!Ref Name",
            "!Sub 'arn:aws:s3:::${Name}'",
            "!Sub 'arn:${AWS::Partition}:s3:::${Name}/*'",
        ),
        (
            "{BucketName: !Sub 'x-${AWS::AccountId}'}",
            "!Ref B",
            "!Sub 'arn:aws:s3:::x-${AWS::AccountId}'",
            "!Sub 'arn:aws:s3:::${B}/*'",
        ),
    ],
)
def test_a_policy_joins_its_bucket_and_names_it_one_way(name: str, target: str, arn: str, objects: str) -> None:
    found = with_policy(name, target, arn, objects, "Parameters: {Name: {Type: String}}")
    assert list(found) == ["B"]
    deny, allow = found["B"].config["Policy"]["Statement"]
    assert deny == {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [None, None],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    assert allow == {"Effect": "Allow", "Principal": {"AWS": [None, "123456789012"]}, "Action": "s3:GetObject"}
    tokens = {key: (item.kind, item.token) for key, item in found["B"].unknown.items() if key.startswith("/Policy")}
    assert tokens == {
        "/Policy/Statement/0/Resource/0": ("opaque", "B.Arn"),
        "/Policy/Statement/0/Resource/1": ("opaque", "${B.Arn}/*"),
        "/Policy/Statement/1/Principal/AWS/0": ("opaque", "arn:aws:iam::${AWS::AccountId}:root"),
        "/Policy/Statement/1/Resource": ("opaque", "arn:aws:s3:::other-${AWS::Region}/*"),
    }


@pytest.mark.parametrize("target", ["data", "!Ref B", "!Ref Name", "!Sub '${Name}'"])
def test_a_known_name_joins_by_name(target: str) -> None:
    found = with_policy(
        "{BucketName: data}",
        target,
        "!GetAtt B.Arn",
        "!Sub '${B.Arn}/*'",
        "Parameters: {Name: {Type: String, Default: data}}",
    )
    assert list(found) == ["B"]
    assert found["B"].name == "data"
    assert found["B"].config["Policy"]["Statement"][0]["Resource"] == ["arn:aws:s3:::data", "arn:aws:s3:::data/*"]


def test_a_policy_for_a_bucket_elsewhere_knows_nothing_else() -> None:
    found = with_policy("{}", "elsewhere", "'*'", "'*'")
    assert found["B"].config["Policy"] is None
    other = found["P"]
    assert (other.type, other.id, other.name) == ("AWS::S3::Bucket", "stack.yaml#P", "elsewhere")
    assert set(other.config) == {"Name", "Policy"}
    assert other.unknown["/PublicAccessBlockConfiguration"].why is Why.OUT_OF_SCOPE
    assert other.unknown["/Acl"].why is Why.OUT_OF_SCOPE


def test_a_policy_for_a_bucket_that_a_parameter_names_is_about_that_bucket() -> None:
    found = one(
        """P:
  Type: AWS::S3::BucketPolicy
  Properties:
    Bucket: !Ref Name
    PolicyDocument:
      Statement:
        Resource: [!Sub "arn:${AWS::Partition}:s3:::${Name}", !Sub "arn:aws:s3:::${Name}/*", !Sub "${Name}/*"]""",
        "Parameters: {Name: {Type: String}}",
    )
    named = {key[-1]: item.token for key, item in found.unknown.items() if "/Resource/" in key and item.token}
    assert named["1"] == "${P.Arn}/*"
    assert "2" not in named


def test_a_policy_that_may_be_a_buckets_leaves_it_unknown() -> None:
    head = "Parameters: {Name: {Type: String}}\nConditions: {C: !Equals [!Ref Name, x]}"
    found = with_policy("{}", "!If [C, !Ref B, elsewhere]", "'*'", "'*'", head)
    assert kinds(found["B"], "/Policy") == {"/Policy": ("any", "after_apply")}
    assert "P" in found


def test_a_policy_as_json_text_is_parsed() -> None:
    text = "B: {Type: 'AWS::S3::Bucket'}\nP:\n  Type: AWS::S3::BucketPolicy\n  Properties:\n    Bucket: !Ref B\n    PolicyDocument: '%s'"
    assert read(text % '{"Statement": []}')["B"].config["Policy"] == {"Statement": []}
    assert read(text % '{"Statement": [')["B"].config["Policy"] == '{"Statement": ['
    assert read(text % ('{"a":' * 500))["B"].config["Policy"].startswith('{"a":{"a"')


def test_a_principal_that_is_a_bare_parameter_may_be_everybody() -> None:
    text = (
        "B: {Type: 'AWS::S3::Bucket'}\nP:\n  Type: AWS::S3::BucketPolicy\n  Properties:\n    Bucket: !Ref B\n"
        "    PolicyDocument: {Statement: [{Principal: {AWS: [!Ref Who, !Sub 'arn:aws:iam::${Who}:root', !Sub '${Who}*']}, Action: !Sub 's3:${Who}'}]}"
    )
    found = read(text, "Parameters: {Who: {Type: String}}")["B"]
    assert kinds(found, "/Policy/Statement/0/") == {
        "/Policy/Statement/0/Principal/AWS/0": ("any", "after_apply"),
        "/Policy/Statement/0/Principal/AWS/1": ("opaque", "after_apply"),
        "/Policy/Statement/0/Principal/AWS/2": ("any", "after_apply"),
        "/Policy/Statement/0/Action": ("any", "after_apply"),
    }


# --- KMS


def test_a_key_that_says_nothing() -> None:
    found = one("K: {Type: 'AWS::KMS::Key'}")
    config = found.config
    expected = {
        "KeyManager": "CUSTOMER",
        "KeyState": "Enabled",
        "Enabled": True,
        "Origin": "AWS_KMS",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "MultiRegion": False,
        "Rotation": {"KeyRotationEnabled": False},
    }
    assert {name: config[name] for name in expected} == expected
    (statement,) = config["Policy"]["Statement"]
    assert (statement["Effect"], statement["Action"], statement["Principal"]) == ("Allow", "kms:*", {})
    assert found.unknown["/Policy/Statement/0/Principal/AWS"].kind == "opaque"
    assert (found.unknown["/Arn"].token, found.unknown["/KeyId"].token) == ("K.Arn", "K.KeyId")


def test_the_account_completes_the_default_key_policy() -> None:
    found = one("K: {Type: 'AWS::KMS::Key'}", **{"AWS::AccountId": "111122223333", "AWS::Region": "cn-north-1"})
    assert found.config["Policy"]["Statement"][0]["Principal"] == {"AWS": "arn:aws-cn:iam::111122223333:root"}
    assert (found.account, found.region, found.partition) == ("111122223333", "cn-north-1", "aws-cn")


@pytest.mark.parametrize(
    ("properties", "rotation"),
    [
        ("{EnableKeyRotation: 'true'}", {"KeyRotationEnabled": True, "RotationPeriodInDays": 365}),
        (
            "{EnableKeyRotation: true, RotationPeriodInDays: '90'}",
            {"KeyRotationEnabled": True, "RotationPeriodInDays": 90},
        ),
        ("{EnableKeyRotation: false, RotationPeriodInDays: 90}", {"KeyRotationEnabled": False}),
        ("{KeySpec: RSA_2048, KeyUsage: SIGN_VERIFY}", None),
        ("{Origin: EXTERNAL}", None),
    ],
)
def test_rotation(properties: str, rotation: object) -> None:
    assert one(f"K: {{Type: 'AWS::KMS::Key', Properties: {properties}}}").config["Rotation"] == rotation


def test_states_of_keys() -> None:
    assert one("K: {Type: 'AWS::KMS::Key', Properties: {Enabled: 'false'}}").config["KeyState"] == "Disabled"
    assert "/KeyState" in one("K: {Type: 'AWS::KMS::Key', Properties: {Origin: EXTERNAL}}").unknown


def test_replicas_share_what_their_primary_states() -> None:
    found = read(
        "K: {Type: 'AWS::KMS::Key', Properties: {MultiRegion: true, EnableKeyRotation: true}}\n"
        "R: {Type: 'AWS::KMS::ReplicaKey', Properties: {PrimaryKeyArn: !GetAtt K.Arn, KeyPolicy: {Statement: []}}}\n"
        "E: {Type: 'AWS::KMS::ReplicaKey', Properties: {PrimaryKeyArn: 'arn:aws:kms:eu-west-1:1:key/mrk-1', KeyPolicy: {Statement: []}}}"
    )
    assert found["K"].config["MultiRegionConfiguration"]["MultiRegionKeyType"] == "PRIMARY"
    assert found["R"].type == "AWS::KMS::Key"
    assert found["R"].config["KeySpec"] == "SYMMETRIC_DEFAULT"
    assert found["R"].config["Rotation"]["KeyRotationEnabled"] is True
    assert found["R"].config["MultiRegionConfiguration"]["MultiRegionKeyType"] == "REPLICA"
    assert found["E"].unknown["/Rotation"].why is Why.OUT_OF_SCOPE


def test_aliases() -> None:
    found = read(
        "K: {Type: 'AWS::KMS::Key'}\nA: {Type: 'AWS::KMS::Alias', Properties: {AliasName: alias/a, TargetKeyId: !Ref K}}"
    )["A"]
    assert found.config["AliasName"] == "alias/a"
    assert found.unknown["/TargetKeyId"].token == "K.KeyId"
    assert found.unknown["/AliasArn"].token == "arn:aws:kms:${AWS::Region}:${AWS::AccountId}:alias/a"


# --- EC2


def group(properties: str, more: str = "", head: str = "") -> Resource:
    return read(f"G:\n  Type: AWS::EC2::SecurityGroup\n  Properties: {properties}\n{more}".strip(), head)["G"]


def rule(**members: Any) -> dict[str, Any]:
    return {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": [], **members}


def test_a_group_that_says_nothing_lets_everything_out() -> None:
    found = group("{GroupDescription: d}")
    assert found.config["IpPermissions"] == []
    assert found.config["IpPermissionsEgress"] == [EVERYBODY_OUT]
    assert found.config["Description"] == "d"
    assert found.unknown["/GroupId"].token == "G.GroupId"
    assert found.unknown["/VpcId"].why is Why.OUT_OF_SCOPE


def test_an_empty_egress_list_is_as_none() -> None:
    assert group("{SecurityGroupEgress: []}").config["IpPermissionsEgress"] == [EVERYBODY_OUT]


def test_inline_rules_merge_as_ec2_merges_them() -> None:
    found = group(
        """{GroupName: web, VpcId: vpc-1, SecurityGroupIngress: [
        {IpProtocol: 6, FromPort: "22", ToPort: 22, CidrIp: 10.0.0.0/8, Description: office},
        {IpProtocol: TCP, FromPort: 22, ToPort: "22", CidrIpv6: "::/0"},
        {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0},
        {IpProtocol: "-1", FromPort: 0, ToPort: 0, SourcePrefixListId: pl-1},
        {IpProtocol: icmp, CidrIp: 0.0.0.0/0},
        {IpProtocol: 50, FromPort: 1, ToPort: 2, CidrIp: 0.0.0.0/0},
        {IpProtocol: udp, FromPort: 53, ToPort: 53, SourceSecurityGroupId: sg-1, SourceSecurityGroupOwnerId: 123456789012}],
        SecurityGroupEgress: {IpProtocol: -1, CidrIp: 127.0.0.1/32}}"""
    )
    assert sorted(found.config["IpPermissions"], key=lambda item: item["IpProtocol"]) == [
        rule(IpProtocol="-1", PrefixListIds=[{"PrefixListId": "pl-1"}]),
        rule(IpProtocol="50", IpRanges=[{"CidrIp": "0.0.0.0/0"}]),
        rule(IpProtocol="icmp", FromPort=-1, ToPort=-1, IpRanges=[{"CidrIp": "0.0.0.0/0"}]),
        rule(
            IpProtocol="tcp",
            FromPort=22,
            ToPort=22,
            IpRanges=[{"CidrIp": "0.0.0.0/0"}, {"CidrIp": "10.0.0.0/8", "Description": "office"}],
            Ipv6Ranges=[{"CidrIpv6": "::/0"}],
        ),
        rule(
            IpProtocol="udp", FromPort=53, ToPort=53, UserIdGroupPairs=[{"GroupId": "sg-1", "UserId": "123456789012"}]
        ),
    ]
    assert found.config["IpPermissionsEgress"] == [rule(IpProtocol="-1", IpRanges=[{"CidrIp": "127.0.0.1/32"}])]
    assert (found.name, found.config["VpcId"]) == ("web", "vpc-1")


@pytest.mark.parametrize("named", ["GroupId: !Ref G", "GroupId: !GetAtt G.GroupId", "GroupName: web"])
def test_rules_apart_join_their_group(named: str) -> None:
    more = (
        f"I: {{Type: 'AWS::EC2::SecurityGroupIngress', Properties: {{{named}, IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}}}}\n"
        f"O: {{Type: 'AWS::EC2::SecurityGroupEgress', Properties: {{{named}, IpProtocol: tcp, FromPort: 443, ToPort: 443, DestinationPrefixListId: pl-1}}}}"
    )
    found = group("{GroupName: web}", more)
    assert found.config["IpPermissions"] == [
        rule(IpProtocol="tcp", FromPort=22, ToPort=22, IpRanges=[{"CidrIp": "0.0.0.0/0"}])
    ]
    assert sorted(item["IpProtocol"] for item in found.config["IpPermissionsEgress"]) == ["-1", "tcp"]


def test_a_rule_on_a_group_elsewhere_is_that_group_left_open() -> None:
    found = one(
        "I: {Type: 'AWS::EC2::SecurityGroupIngress', Properties: {GroupId: sg-9, IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}}"
    )
    assert (found.type, found.id, found.name) == ("AWS::EC2::SecurityGroup", "stack.yaml#I", "sg-9")
    assert found.config["GroupId"] == "sg-9"
    assert len(found.config["IpPermissions"]) == 1
    assert kinds(found, "/IpPermissions") == {
        "/IpPermissions/-": ("more", "out_of_scope"),
        "/IpPermissionsEgress": ("any", "out_of_scope"),
    }


def test_a_rule_on_a_vpcs_default_group_tells_its_name() -> None:
    rule_apart = "R: {Type: 'AWS::EC2::SecurityGroupIngress', Properties: {IpProtocol: '-1', GroupId: !GetAtt %s}}"
    network = "V: {Type: 'AWS::EC2::VPC', Properties: {CidrBlock: 10.0.0.0/16}}\n"
    found = read(network + rule_apart % "V.DefaultSecurityGroup")["R"]
    assert found.config["GroupName"] == "default"
    assert "GroupName" not in read(network + rule_apart % "V.VpcId")["R"].config


def test_unknown_parts_of_rules_leave_the_rest_known() -> None:
    head = "Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, x]}"
    found = group(
        """{SecurityGroupIngress: [
        {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref P},
        {IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: !Sub "${E.PublicIp}/32"},
        !If [C, {IpProtocol: tcp, FromPort: 3389, ToPort: 3389, CidrIp: 0.0.0.0/0}, !Ref AWS::NoValue]]}""",
        "E: {Type: 'AWS::EC2::EIP'}",
        head,
    )
    assert [item["FromPort"] for item in found.config["IpPermissions"]] == [22, 80]
    assert kinds(found, "/IpPermissions/") == {
        "/IpPermissions/0/IpRanges/0/CidrIp": ("any", "after_apply"),
        "/IpPermissions/1/IpRanges/0/CidrIp": ("opaque", "after_apply"),
        "/IpPermissions/-": ("more", "after_apply"),
    }


def test_a_rule_under_an_undecided_condition_leaves_the_group_open() -> None:
    head = "Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, x]}"
    text = "I: {Type: 'AWS::EC2::SecurityGroupIngress', Condition: C, Properties: {GroupId: !Ref G, IpProtocol: -1, CidrIp: 0.0.0.0/0}}"
    found = group("{}", text, head)
    assert found.config["IpPermissions"] == []
    assert kinds(found, "/IpPermissions/") == {"/IpPermissions/-": ("more", "after_apply")}


def test_networks() -> None:
    found = read(
        "V: {Type: 'AWS::EC2::VPC', Properties: {CidrBlock: 10.0.0.0/16, Tags: [{Key: Name, Value: main}]}}\n"
        "S: {Type: 'AWS::EC2::Subnet', Properties: {VpcId: !Ref V, CidrBlock: 10.0.0.0/24, MapPublicIpOnLaunch: 'true'}}\n"
        "T: {Type: 'AWS::EC2::Subnet', Properties: {VpcId: vpc-1, CidrBlock: 10.0.1.0/24}}\n"
        "P: {Type: 'AWS::EC2::PrefixList', Properties: {PrefixListName: p, AddressFamily: IPv4, MaxEntries: '2', Entries: [{Cidr: 2.0.0.0/8}, {Cidr: 1.0.0.0/8, Description: d}]}}\n"
        "X: {Type: 'AWS::EC2::VPCCidrBlock', Properties: {VpcId: !Ref V, AmazonProvidedIpv6CidrBlock: true}}"
    )
    assert (found["V"].config["CidrBlock"], found["V"].config["IsDefault"], found["V"].name) == (
        "10.0.0.0/16",
        False,
        "main",
    )
    assert found["V"].unknown["/Ipv6CidrBlockAssociationSet"].kind == "any"
    assert found["S"].config["MapPublicIpOnLaunch"] is True
    assert found["T"].config["MapPublicIpOnLaunch"] is False
    assert found["S"].unknown["/VpcId"].token == "V.VpcId"
    assert found["P"].config["Entries"] == [{"Cidr": "1.0.0.0/8", "Description": "d"}, {"Cidr": "2.0.0.0/8"}]
    assert found["P"].config["MaxEntries"] == 2
    assert "X" not in found


def test_launch_templates() -> None:
    found = one(
        """L:
  Type: AWS::EC2::LaunchTemplate
  Properties:
    LaunchTemplateName: web
    TagSpecifications: [{ResourceType: launch-template, Tags: [{Key: a, Value: b}]}, {ResourceType: instance, Tags: [{Key: c, Value: d}]}]
    LaunchTemplateData:
      MetadataOptions: {HttpTokens: required, HttpPutResponseHopLimit: "2"}
      NetworkInterfaces: [{DeviceIndex: "0", AssociatePublicIpAddress: "true", Groups: [!Ref Nothing]}]
      BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {Encrypted: "true", VolumeSize: "8"}}]
      UserData: !Base64 "password=hunter2"
      ImageId: !Ref P""".replace("!Ref Nothing", "sg-1"),
        "Parameters: {P: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /aws/x}}",
    )
    data = found.config["LaunchTemplateData"]
    assert data["MetadataOptions"] == {"HttpTokens": "required", "HttpPutResponseHopLimit": 2}
    assert data["NetworkInterfaces"] == [{"DeviceIndex": 0, "AssociatePublicIpAddress": True, "Groups": ["sg-1"]}]
    assert data["BlockDeviceMappings"] == [{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True, "VolumeSize": 8}}]
    assert data["UserData"] == {"redacted": True, "length": 16, "contains": ["password at line 1"]}
    assert "hunter2" not in repr(found)
    assert "/LaunchTemplateData/ImageId" in found.unknown
    assert (found.name, found.tags, found.config["DefaultVersionNumber"]) == ("web", {"a": "b"}, 1)


TEMPLATE = "L: {Type: 'AWS::EC2::LaunchTemplate', Properties: {LaunchTemplateName: web, LaunchTemplateData: {MetadataOptions: {HttpTokens: required}, KeyName: k}}}\n"


@pytest.mark.parametrize(
    ("properties", "tokens"),
    [
        ("{LaunchTemplate: {LaunchTemplateId: !Ref L, Version: !GetAtt L.LatestVersionNumber}}", "required"),
        ("{LaunchTemplate: {LaunchTemplateName: web, Version: '1'}}", "required"),
        (
            "{LaunchTemplate: {LaunchTemplateId: !Ref L, Version: 1}, MetadataOptions: {HttpTokens: optional}}",
            "optional",
        ),
        ("{MetadataOptions: {HttpTokens: required}}", "required"),
        ("{}", None),
        ("{LaunchTemplate: {LaunchTemplateId: lt-1, Version: '1'}}", None),
        ("{LaunchTemplate: {LaunchTemplateId: !Ref L, Version: '7'}}", None),
    ],
)
def test_metadata_options_of_instances(properties: str, tokens: str | None) -> None:
    found = read(f"{TEMPLATE}I: {{Type: 'AWS::EC2::Instance', Properties: {properties}}}")["I"]
    assert found.config["State"] == {"Name": "running"}
    assert found.config["MetadataOptions"].get("HttpTokens") == tokens
    why = found.unknown.get("/MetadataOptions/HttpTokens")
    assert (why is None) is (tokens is not None)
    if why:
        assert why.why is Why.OUT_OF_SCOPE


def test_instances() -> None:
    found = read(
        "S: {Type: 'AWS::EC2::Subnet', Properties: {VpcId: vpc-1, CidrBlock: 10.0.1.0/24}}\n"
        "I:\n  Type: AWS::EC2::Instance\n  Properties:\n    UserData: secret\n    Monitoring: 'true'\n    IamInstanceProfile: p\n"
        "    Tags: [{Key: Name, Value: bastion}]\n"
        "    NetworkInterfaces: [{DeviceIndex: '0', AssociatePublicIpAddress: false, GroupSet: [sg-2, sg-1], SubnetId: !Ref S}]"
    )["I"]
    assert found.config["SecurityGroups"] == [{"GroupId": "sg-1"}, {"GroupId": "sg-2"}]
    assert found.config["VpcId"] == "vpc-1"
    assert found.config["Monitoring"] == {"State": "enabled"}
    assert found.config["PublicIpAddress"] is None
    assert found.config["SourceDestCheck"] is True
    assert found.unknown["/SubnetId"].token == "S.SubnetId"
    assert "/IamInstanceProfile/Arn" in found.unknown
    assert found.name == "bastion"
    assert "secret" not in repr(found.config)


def test_user_data_known_in_part_is_not_spelled_out() -> None:
    found = one(
        "L: {Type: 'AWS::EC2::LaunchTemplate', Properties: {LaunchTemplateData: {UserData: !Base64 {'Fn::Sub': 'password=hunter2 ${AWS::Region}'}}}}"
    )
    assert "/LaunchTemplateData/UserData" in found.unknown
    assert "hunter2" not in repr(found)
