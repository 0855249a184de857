"""The interpreter against written-down answers: what is known, what is not, and why."""

import threading

import pytest
from aws_fakes import ACCOUNT, FakeSource, ListSink, error

from scanner.aws.events import ShardFinished, ShardStarted
from scanner.aws.failures import Failure
from scanner.aws.run import collect
from scanner.errors import UsageError
from scanner.model import Why

BPA = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
ENFORCED = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}}
ABSENT = {
    "s3.get_public_access_block": [error("NoSuchPublicAccessBlockConfiguration", 404)],
    "s3control.get_public_access_block": [error("NoSuchPublicAccessBlockConfiguration", 404)],
    "get_bucket_policy": [error("NoSuchBucketPolicy", 404)],
    "get_bucket_encryption": [error("ServerSideEncryptionConfigurationNotFoundError", 404)],
    "get_bucket_ownership_controls": [error("OwnershipControlsNotFoundError", 404)],
    "get_bucket_website": [error("NoSuchWebsiteConfiguration", 404)],
    "get_bucket_cors": [error("NoSuchCORSConfiguration", 404)],
    "get_bucket_replication": [error("ReplicationConfigurationNotFoundError", 404)],
    "get_object_lock_configuration": [error("ObjectLockConfigurationNotFoundError", 404)],
    "get_bucket_lifecycle_configuration": [error("NoSuchLifecycleConfiguration", 404)],
    "get_bucket_tagging": [error("NoSuchTagSet", 404)],
    "get_bucket_acl": {"Owner": {"ID": "o"}, "Grants": []},
}
BUCKETS = {**ABSENT, "list_buckets": {"Buckets": [{"Name": "logs", "BucketRegion": "us-east-1"}]}}
KEY = "arn:aws:kms:us-east-1:111122223333:key/k1"
KEYS = {
    "list_keys": {"Keys": [{"KeyId": "k1", "KeyArn": KEY}]},
    "describe_key": {
        "KeyMetadata": {
            "KeyId": "k1",
            "Arn": KEY,
            "KeyManager": "CUSTOMER",
            "KeySpec": "SYMMETRIC_DEFAULT",
            "Origin": "AWS_KMS",
            "KeyState": "Enabled",
        }
    },
    "get_key_rotation_status": {"KeyRotationEnabled": True, "KeyId": "k1", "RotationPeriodInDays": 365},
    "get_key_policy": {"Policy": '{"Statement": []}'},
    "list_resource_tags": {"Tags": [{"TagKey": "team", "TagValue": "a"}]},
    "list_grants": {"Grants": [{"GrantId": "g1", "KeyId": KEY}]},
}
DEFAULTS = {
    "get_instance_metadata_defaults": {},
    "get_ebs_encryption_by_default": {"EbsEncryptionByDefault": True},
    "get_ebs_default_kms_key_id": {"KmsKeyId": "alias/aws/ebs"},
    "get_snapshot_block_public_access_state": {"State": "unblocked"},
    "get_image_block_public_access_state": {"ImageBlockPublicAccessState": "unblocked"},
    "get_serial_console_access_status": {"SerialConsoleAccessEnabled": False},
    "get_allowed_images_settings": {"State": "disabled"},
}


def run(answers, **options):
    sink = ListSink()
    fake = {name: options.pop(name) for name in ("jitter", "regions_failure") if name in options}
    source = FakeSource(answers, regions=options.pop("enabled", ("us-east-1",)), **fake)
    collect(source, sink, threads=4, **options)
    return source, sink


def refused(resource):
    """Where something is unknown, but for the extras, which nobody named here."""
    return [place for place, unknown in resource.unknown.items() if "--with" not in unknown.message]


def test_what_is_not_configured_is_null():
    _, sink = run(BUCKETS, services=["s3"])
    bucket = sink.one("AWS::S3::Bucket")
    assert bucket.id == "arn:aws:s3:::logs"
    assert (bucket.account, bucket.region, bucket.name, bucket.tags) == (ACCOUNT, "us-east-1", "logs", {})
    assert refused(bucket) == []
    assert bucket.tags_unknown is None
    assert [name for name, value in bucket.config.items() if value is None] == [
        "PublicAccessBlockConfiguration",
        "Policy",
        "BucketEncryption",
        "OwnershipControls",
        "LoggingConfiguration",
        "WebsiteConfiguration",
        "CorsConfiguration",
        "ReplicationConfiguration",
        "ObjectLockConfiguration",
        "LifecycleConfiguration",
    ]
    assert bucket.config["VersioningConfiguration"] == {}
    assert sink.shard("global", "s3").listed == dict.fromkeys(
        ("AWS::S3::AccountSettings", "AWS::S3::Bucket", "AWS::S3::MultiRegionAccessPoint")
    )
    assert sink.shard("global", "s3").gaps == []


DENIALS = [
    (error("AccessDenied", 403), Why.DENIED),
    (error("AccessDeniedException", 400), Why.DENIED),
    (error("UnauthorizedOperation", 403), Why.DENIED),
    (error("", 403), Why.DENIED),
    (error("403", 200), Why.DENIED),
    (error("SlowDown", 503), Why.THROTTLED),
    (error("OptInRequired", 403), Why.UNSUPPORTED),
    (error("NotImplemented", 501), Why.UNSUPPORTED),
    (error("InternalError", 500), Why.ERROR),
    (Failure(Why.ERROR, "EndpointConnectionError", "Could not connect"), Why.ERROR),
]


@pytest.mark.parametrize(("failure", "why"), DENIALS, ids=lambda one: getattr(one, "code", None))
def test_a_refused_question_leaves_unknown_at_its_member_and_one_gap(failure, why):
    _, sink = run({**BUCKETS, "get_bucket_encryption": [failure]}, services=["s3"])
    bucket = sink.one("AWS::S3::Bucket")
    assert "BucketEncryption" not in bucket.config
    assert refused(bucket) == ["/BucketEncryption"]
    unknown = bucket.unknown["/BucketEncryption"]
    assert (unknown.why, unknown.kind, unknown.service) == (why, "any", "s3")
    assert (unknown.operation, unknown.permission) == ("GetBucketEncryption", "s3:GetEncryptionConfiguration")
    (gap,) = sink.shard("global", "s3").gaps
    assert (gap.reason, gap.resource_id, gap.operation) == (why, bucket.id, "GetBucketEncryption")
    assert (gap.account, gap.region, gap.resource_types) == (ACCOUNT, "us-east-1", ("AWS::S3::Bucket",))
    assert "GetBucketEncryption" not in bucket.origin.calls
    assert "GetBucketPolicy" in bucket.origin.calls


@pytest.mark.parametrize(("failure", "why"), DENIALS, ids=lambda one: getattr(one, "code", None))
def test_a_refused_listing_is_incomplete(failure, why):
    _, sink = run({**KEYS, "list_keys": [failure], "list_aliases": {"Aliases": []}}, services=["kms"])
    shard = sink.shard("us-east-1", "kms")
    assert shard.resources == []
    assert shard.listed["AWS::KMS::Key"].why is why
    assert shard.listed["AWS::KMS::Grant"].why is why, "nobody knows whose grants to ask for"
    assert shard.listed["AWS::KMS::Alias"] is None
    (gap,) = shard.gaps
    assert (gap.operation, gap.resource_id, gap.permission) == ("ListKeys", "", "kms:ListKeys")


def test_a_listing_that_fails_on_page_three_keeps_what_was_read():
    pages = [{"Keys": [{"KeyId": f"k{n}", "KeyArn": f"arn:aws:kms:us-east-1:1:key/k{n}"}]} for n in (1, 2)]
    _, sink = run(
        {**KEYS, "list_keys": [*pages, error("ThrottlingException")], "describe_key": [error("X")]}, services=["kms"]
    )
    shard = sink.shard("us-east-1", "kms")
    assert [key.name for key in shard.resources if key.type == "AWS::KMS::Key"] == ["k1", "k2"]
    assert (shard.listed["AWS::KMS::Key"].why, shard.listed["AWS::KMS::Key"].kind) == (Why.THROTTLED, "more")


def test_a_sub_listing_that_fails_midway_may_have_more_elements():
    answers = {
        "describe_managed_prefix_lists": {"PrefixLists": [{"PrefixListId": "pl-1", "PrefixListName": "office"}]},
        "get_managed_prefix_list_entries": [{"Entries": [{"Cidr": "10.0.0.0/8"}]}, error("RequestLimitExceeded", 503)],
    }
    _, sink = run(answers, services=["vpc"])
    listed = sink.one("AWS::EC2::PrefixList")
    assert listed.id == "arn:aws:ec2:us-east-1:111122223333:prefix-list/pl-1"
    assert listed.config["Entries"] == [{"Cidr": "10.0.0.0/8"}]
    assert (listed.unknown["/Entries/-"].kind, listed.unknown["/Entries/-"].why) == ("more", Why.THROTTLED)


def test_pages_are_joined_and_sorted():
    groups = [{"SecurityGroups": [{"GroupId": f"sg-{n}", "GroupName": "x"}]} for n in (3, 1, 2)]
    _, sink = run({"describe_security_groups": groups}, services=["vpc"])
    assert [item.config["GroupId"] for item in sink.of("AWS::EC2::SecurityGroup")] == ["sg-1", "sg-2", "sg-3"]


def test_account_settings_are_made_even_if_every_call_failed():
    denied = {name: [error("AccessDenied", 403)] for name in ("s3control.get_public_access_block", *DEFAULTS)}
    _, sink = run(
        {**denied, "list_buckets": [error("AccessDenied", 403)]},
        services=["s3", "ec2"],
        regions=["eu-west-1", "us-east-1"],
    )
    account = sink.one("AWS::S3::AccountSettings")
    assert (account.id, account.region) == (f"{ACCOUNT}/global/AWS::S3::AccountSettings", "global")
    assert account.config == {}
    assert account.unknown["/PublicAccessBlockConfiguration"].permission == "s3:GetAccountPublicAccessBlock"
    assert sorted(item.id for item in sink.of("AWS::EC2::AccountSettings")) == [
        f"{ACCOUNT}/eu-west-1/AWS::EC2::AccountSettings",
        f"{ACCOUNT}/us-east-1/AWS::EC2::AccountSettings",
    ]
    for settings in sink.of("AWS::EC2::AccountSettings"):
        assert sorted(settings.unknown) == [
            "/AllowedImagesSettings",
            "/EbsDefaultKmsKeyId",
            "/EbsEncryptionByDefault",
            "/ImageBlockPublicAccessState",
            "/InstanceMetadataDefaults",
            "/SerialConsoleAccessEnabled",
            "/SnapshotBlockPublicAccessState",
        ]


def test_no_metadata_defaults_are_an_empty_structure():
    _, sink = run(DEFAULTS, services=["ec2"])
    assert sink.one("AWS::EC2::AccountSettings").config == {
        "InstanceMetadataDefaults": {},
        "EbsEncryptionByDefault": True,
        "EbsDefaultKmsKeyId": "alias/aws/ebs",
        "AllowedImagesSettings": {"State": "disabled", "ImageCriteria": None, "ManagedBy": None},
        "SnapshotBlockPublicAccessState": "unblocked",
        "ImageBlockPublicAccessState": "unblocked",
        "SerialConsoleAccessEnabled": False,
    }


def test_acl_is_not_asked_under_bucket_owner_enforced():
    source, sink = run({**BUCKETS, "get_bucket_ownership_controls": ENFORCED}, services=["s3"])
    assert source.asked("get_bucket_acl") == []
    assert sink.one("AWS::S3::Bucket").config["Acl"] is None
    assert not refused(sink.one("AWS::S3::Bucket"))


def test_a_question_is_asked_where_its_when_is_unknown():
    source, sink = run({**BUCKETS, "get_bucket_ownership_controls": [error("AccessDenied", 403)]}, services=["s3"])
    assert len(source.asked("get_bucket_acl")) == 1
    assert sink.one("AWS::S3::Bucket").config["Acl"] == {"Owner": {"ID": "o"}, "Grants": []}


@pytest.mark.parametrize(
    ("location", "region"), [(None, "us-east-1"), ("EU", "eu-west-1"), ("eu-central-1", "eu-central-1")]
)
def test_a_bucket_is_asked_in_its_own_region(location, region):
    answers = {
        **BUCKETS,
        "list_buckets": {"Buckets": [{"Name": "b"}]},
        "get_bucket_location": {"LocationConstraint": location},
    }
    source, sink = run(answers, services=["s3"], regions=["us-east-1", "eu-west-1", "eu-central-1"])
    bucket = sink.one("AWS::S3::Bucket")
    assert (bucket.region, bucket.config["BucketRegion"]) == (region, region)
    assert source.asked("get_bucket_location")[0].region == "global"
    assert {call.region for call in source.asked("get_bucket_policy")} == {region}


def test_listed_region_needs_no_location_call():
    source, _ = run(BUCKETS, services=["s3"])
    assert source.asked("get_bucket_location") == []


def test_buckets_of_other_regions_are_left_out_and_that_is_said():
    buckets = [
        {"Name": f"b{n}", "BucketRegion": region} for n, region in enumerate(("us-east-1", "eu-west-1", "eu-west-1"))
    ]
    source, sink = run({**BUCKETS, "list_buckets": {"Buckets": buckets}}, services=["s3"], regions=["us-east-1"])
    assert sink.one("AWS::S3::Bucket").name == "b0"
    listed = sink.shard("global", "s3").listed["AWS::S3::Bucket"]
    assert (listed.why, listed.kind) == (Why.NOT_COLLECTED, "more")
    assert "eu-west-1: 2" in listed.message
    assert {call.params["Bucket"] for call in source.asked("get_bucket_policy")} == {"b0"}
    assert sink.shard("global", "s3").gaps == []


def test_a_bucket_of_unknown_region_is_never_dropped():
    answers = {
        **BUCKETS,
        "list_buckets": {"Buckets": [{"Name": "b"}]},
        "get_bucket_location": [error("AccessDenied", 403)],
    }
    _, sink = run(answers, services=["s3"], regions=["eu-west-1"])
    bucket = sink.one("AWS::S3::Bucket")
    assert bucket.region == "global"
    assert refused(bucket) == ["/BucketRegion"]
    assert bucket.config["Policy"] is None


def test_a_bucket_deleted_meanwhile_is_no_gap():
    _, sink = run({**BUCKETS, "get_bucket_versioning": [error("NoSuchBucket", 404)]}, services=["s3"])
    assert sink.of("AWS::S3::Bucket") == []
    assert sink.shard("global", "s3").gaps == []


def test_an_answer_without_its_result_is_malformed_and_no_null():
    _, sink = run({**BUCKETS, "get_bucket_encryption": {}}, services=["s3"])
    assert sink.one("AWS::S3::Bucket").unknown["/BucketEncryption"].why is Why.ERROR


def test_an_element_without_its_id_makes_the_listing_incomplete():
    _, sink = run({**BUCKETS, "list_buckets": {"Buckets": [{"Name": None}]}}, services=["s3"])
    assert sink.shard("global", "s3").listed["AWS::S3::Bucket"].why is Why.ERROR


def test_a_policy_is_parsed_and_its_statements_keep_their_order():
    text = '{"Statement": [{"Sid": "b"}, {"Sid": "a"}]}'
    _, sink = run({**BUCKETS, "get_bucket_policy": {"Policy": text}}, services=["s3"])
    bucket = sink.one("AWS::S3::Bucket")
    assert bucket.config["Policy"] == {"Statement": [{"Sid": "b"}, {"Sid": "a"}]}


@pytest.mark.parametrize("text", ["{no", "[]", '"text"'])
def test_a_policy_that_is_no_document_is_unknown_and_not_absent(text: str):
    _, sink = run({**BUCKETS, "get_bucket_policy": {"Policy": text}}, services=["s3"])
    bucket = sink.one("AWS::S3::Bucket")
    assert "Policy" not in bucket.config
    assert bucket.unknown["/Policy"].why is Why.ERROR


def test_a_policy_that_arrives_as_a_structure_is_one():
    _, sink = run({**KEYS, "get_key_policy": {"Policy": {"Statement": [2, 1]}}}, services=["kms"])
    assert sink.one("AWS::KMS::Key").config["Policy"] == {"Statement": [2, 1]}


def test_a_key_with_all_that_is_known_of_it():
    source, sink = run(KEYS, services=["kms"])
    key = sink.one("AWS::KMS::Key")
    assert key.id == KEY
    assert key.tags == {"team": "a"}
    assert key.config["Rotation"] == KEYS["get_key_rotation_status"]
    assert key.config["KeyState"] == "Enabled"
    assert "KeyArn" not in key.config
    assert sink.one("AWS::KMS::Grant").id == f"{KEY}/grant/g1"
    assert source.asked("list_grants")[0].params == {"KeyId": KEY}


@pytest.mark.parametrize("member", [("KeyManager", "AWS"), ("KeySpec", "RSA_2048"), ("Origin", "EXTERNAL")])
def test_rotation_is_asked_only_where_aws_would_answer(member):
    metadata = {**KEYS["describe_key"]["KeyMetadata"], member[0]: member[1]}
    source, sink = run({**KEYS, "describe_key": {"KeyMetadata": metadata}}, services=["kms"])
    assert source.asked("get_key_rotation_status") == []
    assert sink.one("AWS::KMS::Key").config["Rotation"] is None


def test_a_refused_description_leaves_each_of_its_members_unknown():
    source, sink = run({**KEYS, "describe_key": [error("AccessDeniedException")]}, services=["kms"])
    key = sink.one("AWS::KMS::Key")
    assert key.config["KeyId"] == "k1"
    assert {"/KeyManager", "/KeyState", "/KeySpec", "/Origin", "/MultiRegion"} <= set(key.unknown)
    assert "/KeyId" not in key.unknown
    assert "/Arn" not in key.unknown
    assert len(source.asked("get_key_rotation_status")) == 1
    assert len(sink.shard("us-east-1", "kms").gaps) == 1


def test_grants_of_one_key_refused_leave_that_listing_incomplete():
    def grants(call):
        return (
            [error("AccessDeniedException")] if call.params["KeyId"].endswith("k2") else {"Grants": [{"GrantId": "g"}]}
        )

    keys = {"Keys": [{"KeyId": k, "KeyArn": f"arn:aws:kms:us-east-1:1:key/{k}"} for k in ("k1", "k2")]}
    _, sink = run({**KEYS, "list_keys": keys, "list_grants": grants}, services=["kms"])
    shard = sink.shard("us-east-1", "kms")
    assert [item.id for item in sink.of("AWS::KMS::Grant")] == ["arn:aws:kms:us-east-1:1:key/k1/grant/g"]
    assert shard.listed["AWS::KMS::Grant"].why is Why.DENIED
    assert "key/k2" in shard.listed["AWS::KMS::Grant"].message
    assert shard.listed["AWS::KMS::Key"] is None
    assert [gap.resource_id for gap in shard.gaps] == ["arn:aws:kms:us-east-1:1:key/k2"]


def test_refused_tags_are_unknown_beside_the_envelope():
    _, sink = run({**BUCKETS, "get_bucket_tagging": [error("AccessDenied", 403)]}, services=["s3"])
    bucket = sink.one("AWS::S3::Bucket")
    assert bucket.tags_unknown.permission == "s3:GetBucketTagging"
    assert refused(bucket) == []


def test_tags_that_no_call_gives_are_unknown_and_not_empty():
    alias = {"AliasArn": "arn:aws:kms:us-east-1:111122223333:alias/a", "AliasName": "alias/a"}
    _, sink = run({**BUCKETS, "list_aliases": {"Aliases": [alias]}}, services=["kms", "s3", "vpc"])
    why = sink.one("AWS::KMS::Alias").tags_unknown
    assert (why.why, why.kind) == (Why.NOT_COLLECTED, "any")
    for told in (sink.one("AWS::S3::Bucket"), sink.one("AWS::S3::AccountSettings")):
        assert (told.tags, told.tags_unknown) == ({}, None), "no tags was the answer, or there can be none"


def test_tags_that_a_recording_holds_all_the_same_are_kept():
    alias = {
        "AliasArn": "arn:aws:kms:us-east-1:111122223333:alias/a",
        "AliasName": "alias/a",
        "Tags": [{"Key": "k", "Value": "v"}],
    }
    _, sink = run({"list_aliases": {"Aliases": [alias]}}, services=["kms"])
    assert (sink.one("AWS::KMS::Alias").tags, sink.one("AWS::KMS::Alias").tags_unknown) == ({"k": "v"}, None)


def test_only_what_is_read_is_asked_and_the_rest_is_not_collected():
    reads = {"AWS::S3::Bucket": frozenset({"PublicAccessBlockConfiguration.BlockPublicAcls"})}
    source, sink = run(BUCKETS, reads=reads)
    assert sorted({call.operation for call in source.calls}) == ["get_public_access_block", "list_buckets"]
    bucket = sink.one("AWS::S3::Bucket")
    assert bucket.config["PublicAccessBlockConfiguration"] is None
    assert bucket.unknown["/Policy"].why is Why.NOT_COLLECTED
    assert bucket.unknown["/Policy"].operation == "GetBucketPolicy"
    assert bucket.tags_unknown.why is Why.NOT_COLLECTED
    assert [shard.service for shard in sink.shards] == ["s3"]
    assert sink.shards[0].listed == {"AWS::S3::Bucket": None}, "what nobody reads was not asked for"


def test_an_unread_description_leaves_its_members_not_collected():
    source, sink = run(KEYS, reads={"AWS::KMS::Key": frozenset({"Policy"})})
    assert sorted({call.operation for call in source.calls}) == ["get_key_policy", "list_keys"]
    assert sink.one("AWS::KMS::Key").unknown["/KeyManager"].why is Why.NOT_COLLECTED


def test_security_groups_take_the_one_form_that_ec2_gives():
    permissions = [
        {"IpProtocol": "6", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.2.0.0/16"}]},
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.1.0.0/16"}]},
        {"IpProtocol": "-1", "FromPort": -1, "ToPort": -1, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
    ]
    group = {"GroupId": "sg-1", "GroupName": "g", "IpPermissions": permissions, "Tags": [{"Key": "k", "Value": "v"}]}
    _, sink = run({"describe_security_groups": {"SecurityGroups": [group]}}, services=["vpc"])
    found = sink.one("AWS::EC2::SecurityGroup")
    empty = {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
    ssh = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
    assert found.config["IpPermissions"] == [
        {**ssh, **empty, "IpRanges": [{"CidrIp": "10.1.0.0/16"}, {"CidrIp": "10.2.0.0/16"}]},
        {"IpProtocol": "-1", **empty, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
    ]
    assert found.tags == {"k": "v"}
    assert "Tags" not in found.config


def test_order_and_threads_never_show():
    def shuffled(seed):
        buckets = [{"Name": f"b{n}", "BucketRegion": "us-east-1"} for n in range(12)]
        groups = [{"GroupId": f"sg-{n}", "GroupName": "g", "IpPermissions": []} for n in range(5)]
        for items in (buckets, groups):
            items[:] = items[seed:] + items[:seed]
        failing = [error("AccessDenied", 403, f"Encoded authorization failure message: blob{seed}")]
        answers = {**BUCKETS, **KEYS, "get_bucket_cors": failing}
        answers |= {"list_buckets": {"Buckets": buckets}, "describe_security_groups": {"SecurityGroups": groups}}
        return run(answers, jitter=seed, regions=["eu-west-1", "us-east-1"])[1].content()

    assert len({shuffled(seed) for seed in range(4)}) == 1


def test_a_finished_shard_is_not_read_again():
    sink = ListSink({(ACCOUNT, "us-east-1", "kms"), (ACCOUNT, "global", "s3"), (ACCOUNT, "us-east-1", "s3")})
    source = FakeSource(KEYS)
    record = collect(source, sink, services=["kms", "s3"], regions=["us-east-1"])
    assert source.calls == []
    assert sink.shards == []
    assert [shard.resumed for shard in record.shards] == [True, True, True]


def test_shards_arrive_one_at_a_time_in_the_callers_thread_with_their_events():
    threads, events = set(), []

    class Watching(ListSink):
        def write(self, shard):
            threads.add(threading.get_ident())
            super().write(shard)

    sink = Watching()
    source = FakeSource({**BUCKETS, **KEYS}, regions=("eu-west-1", "us-east-1"))
    record = collect(source, sink, services=["s3", "kms"], progress=events.append)
    assert threads == {threading.get_ident()}
    assert [(one.region, one.service) for one in record.shards] == [
        ("eu-west-1", "kms"),
        ("eu-west-1", "s3"),
        ("global", "s3"),
        ("us-east-1", "kms"),
        ("us-east-1", "s3"),
    ]
    assert len([event for event in events if isinstance(event, ShardStarted)]) == 5
    finished = [event for event in events if isinstance(event, ShardFinished)]
    assert len(finished) == 5
    assert finished[-1].calls == record.calls == len(source.calls)
    assert record.to_json()["operations"]["kms:list_keys"]["calls"] == 2


def test_regions_that_aws_does_not_tell_are_a_gap_and_the_session_s_own_is_read():
    _, sink = run(
        {**BUCKETS, "list_buckets": {"Buckets": [{"Name": "b", "BucketRegion": "eu-west-1"}]}},
        regions_failure=error("UnauthorizedOperation", 403),
        services=["s3", "kms"],
    )
    (gap,) = sink.shard("global", "regions").gaps
    assert (gap.operation, gap.permission, gap.reason) == ("DescribeRegions", "ec2:DescribeRegions", Why.DENIED)
    assert "us-east-1" in gap.message
    assert sink.shard("us-east-1", "kms")
    assert sink.one("AWS::S3::Bucket").region == "eu-west-1", "where regions are only guessed no bucket is dropped"


def test_a_service_without_a_table_is_a_usage_error():
    with pytest.raises(UsageError, match="no collector for nothing"):
        collect(FakeSource({}), ListSink(), services=["nothing"])


def test_a_fault_of_ours_ends_the_run_instead_of_hanging_it():
    def broken(call):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run({"list_keys": broken}, services=["kms"])


def test_a_sink_that_fails_ends_the_run():
    class Full(ListSink):
        def write(self, shard):
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        collect(FakeSource({**BUCKETS, **KEYS}), Full(), services=["s3", "kms"])


@pytest.mark.parametrize("latest", [1, 2, None])
def test_user_data_is_never_kept(latest):
    template = {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "t"}
    answers = {
        **DEFAULTS,
        "describe_launch_templates": {"LaunchTemplates": [{**template, "LatestVersionNumber": latest}]},
        "describe_launch_template_versions": {
            "LaunchTemplateVersions": [{"LaunchTemplateId": "lt-1", "LaunchTemplateData": {"ImageId": "ami-1"}}]
        },
    }
    source, sink = run(answers, services=["ec2"])
    calls = source.asked("describe_launch_template_versions")
    assert {call.secret for call in calls} == {("LaunchTemplateVersions[].LaunchTemplateData.UserData",)}
    # The old versions of a template that never changed are not asked for.
    default, every = {"Versions": ["$Default"]}, {"LaunchTemplateId": "lt-1"}
    assert [call.params for call in calls] == ([default] if latest == 1 else [default, every])
    assert sink.one("AWS::EC2::LaunchTemplate").config["LaunchTemplateData"] == {"ImageId": "ami-1"}


def test_volatile_members_are_left_out():
    subnet = {"SubnetId": "subnet-1", "AvailableIpAddressCount": 250, "VpcId": "vpc-1"}
    _, sink = run({"describe_subnets": {"Subnets": [subnet]}}, services=["vpc"])
    assert sink.one("AWS::EC2::Subnet").config == {"SubnetId": "subnet-1", "VpcId": "vpc-1"}


def test_order_stays_where_it_has_a_meaning():
    rules = [{"ID": "b", "AllowedMethods": ["PUT", "GET"]}, {"ID": "a", "AllowedMethods": ["GET"]}]
    _, sink = run({**BUCKETS, "get_bucket_cors": {"CORSRules": rules}}, services=["s3"])
    found = sink.one("AWS::S3::Bucket").config["CorsConfiguration"]["CORSRules"]
    assert found == [{"ID": "b", "AllowedMethods": ["GET", "PUT"]}, {"ID": "a", "AllowedMethods": ["GET"]}]


def test_hostile_names_are_data():
    name = "../../{account}<script>&[?a]\u202e"
    group = {"GroupId": name, "GroupName": name, "Tags": [{"Key": name, "Value": "{region}"}, "junk", {"Key": 1}]}
    _, sink = run({"describe_security_groups": {"SecurityGroups": [group]}}, services=["vpc"])
    found = sink.one("AWS::EC2::SecurityGroup")
    assert found.id.endswith("security-group/" + name)
    assert found.tags == {name: "{region}"}
