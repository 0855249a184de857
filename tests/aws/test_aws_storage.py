"""Storage, databases, backups, topics and queues: recorded answers into a snapshot, and what AWS's refusals mean."""

import json
import sqlite3
from pathlib import Path

import pytest
from aws_fakes import ACCOUNT, FakeSource, ListSink, error

from scanner.aws import source
from scanner.aws.recording import file_name
from scanner.aws.redact import redacted
from scanner.aws.replay import ReplaySource
from scanner.aws.run import collect
from scanner.aws.source import Account, Call
from scanner.cli._root import run
from scanner.model import Why

ANSWERS = json.loads((Path(__file__).parent / "answers" / "storage.json").read_text())
SERVICES = ("s3", "s3tables", "macie2", "backup", "sns", "sqs", "rds")
EXTRAS = ("bucket-inventory", "transfer-acceleration")
HERE = f"{ACCOUNT}/eu-west-1"
RDS, BACKUP = f"arn:aws:rds:eu-west-1:{ACCOUNT}", f"arn:aws:backup:eu-west-1:{ACCOUNT}"
GRANTS = f"arn:aws:s3:eu-west-1:{ACCOUNT}:access-grants/default"
IDS = {
    "AWS::S3::AccountSettings": [f"{ACCOUNT}/global/AWS::S3::AccountSettings"],
    "AWS::S3::Bucket": ["arn:aws:s3:::kept", "arn:aws:s3:::plain"],
    "AWS::S3::MultiRegionAccessPoint": [
        f"arn:aws:s3::{ACCOUNT}:accesspoint/aaaaaaaaaaaaa.mrap",
        f"arn:aws:s3::{ACCOUNT}:accesspoint/mfzwi23gnjvgw.mrap",
    ],
    "AWS::S3ObjectLambda::AccessPoint": [f"arn:aws:s3-object-lambda:eu-west-1:{ACCOUNT}:accesspoint/redact"],
    "AWS::S3::AccessGrantsInstance": [GRANTS],
    "AWS::S3::AccessGrantsLocation": [f"{GRANTS}/location/default"],
    "AWS::S3::AccessGrant": [f"{GRANTS}/grant/0a1b"],
    "AWS::S3Express::DirectoryBucket": [f"arn:aws:s3express:eu-west-1:{ACCOUNT}:bucket/fast--euw1-az1--x-s3"],
    "AWS::S3Express::AccessPoint": [f"arn:aws:s3express:eu-west-1:{ACCOUNT}:accesspoint/app--euw1-az1--xa-s3"],
    "AWS::S3Tables::TableBucket": [f"arn:aws:s3tables:eu-west-1:{ACCOUNT}:bucket/lake"],
    "AWS::Macie::AccountSettings": [f"{HERE}/AWS::Macie::AccountSettings"],
    "AWS::Backup::AccountSettings": [f"{HERE}/AWS::Backup::AccountSettings"],
    "AWS::Backup::BackupVault": [f"{BACKUP}:backup-vault:safe"],
    "AWS::Backup::BackupPlan": [f"{BACKUP}:backup-plan:p-1"],
    "AWS::Backup::BackupSelection": [f"{BACKUP}:backup-plan:p-1/selection/s-1"],
    "AWS::Backup::ProtectedResource": [f"{HERE}/AWS::Backup::ProtectedResource/arn:aws:s3:::kept"],
    "AWS::SNS::Topic": [f"arn:aws:sns:eu-west-1:{ACCOUNT}:alarms"],
    "AWS::SNS::Subscription": [f"arn:aws:sns:eu-west-1:{ACCOUNT}:alarms:{n}" for n in (1, 2)],
    "AWS::SQS::Queue": [f"arn:aws:sqs:eu-west-1:{ACCOUNT}:letters"],
    "AWS::RDS::AccountSettings": [f"{HERE}/AWS::RDS::AccountSettings"],
    "AWS::RDS::GlobalCluster": [f"arn:aws:rds::{ACCOUNT}:global-cluster:world"],
    "AWS::RDS::DBMajorEngineVersion": [f"{ACCOUNT}/global/AWS::RDS::DBMajorEngineVersion/mysql/8.0"],
    "AWS::RDS::OptionGroup": [f"{RDS}:og:oracle"],
    "AWS::RDS::DBProxy": [f"{RDS}:db-proxy:prx-1"],
    "AWS::RDS::DBProxyEndpoint": [f"{RDS}:db-proxy-endpoint:prx-endpoint-1"],
    "AWS::RDS::DBClusterEndpoint": [f"{RDS}:cluster-endpoint:reports"],
    "AWS::RDS::DBShardGroup": [f"{RDS}:shard-group:shardgroup-1"],
    "AWS::RDS::DBSubnetGroup": [f"{RDS}:subgrp:inner"],
    "AWS::RDS::EventSubscription": [f"{RDS}:es:pager"],
    "AWS::RDS::BlueGreenDeployment": [f"{RDS}:deployment:bgd-1"],
    "AWS::RDS::Integration": [f"{RDS}:integration:i-1"],
    "AWS::RDS::DBInstanceAutomatedBackup": [f"{HERE}/AWS::RDS::DBInstanceAutomatedBackup/db-ABC"],
    "AWS::RDS::DBClusterAutomatedBackup": [f"{RDS}:cluster-auto-backup:ab-1"],
    "AWS::RDS::ExportTask": [f"{HERE}/AWS::RDS::ExportTask/out"],
}
# Where AWS's own words end up: a member of the one resource of a type, or of the one with that name.
MEMBERS = [
    ("AWS::S3::Bucket plain", "ReplicationConfiguration", None),
    ("AWS::S3::Bucket plain", "ObjectLockConfiguration", None),
    ("AWS::S3::Bucket kept", "ObjectLockConfiguration.ObjectLockEnabled", "Enabled"),
    ("AWS::S3::Bucket kept", "ReplicationConfiguration.Rules.0.Destination.Account", "444455556666"),
    ("AWS::S3::Bucket kept", "InventoryConfigurations.0.Destination.S3BucketDestination.AccountId", "444455556666"),
    ("AWS::S3::Bucket kept", "AccelerateConfiguration.Status", "Enabled"),
    ("AWS::S3::MultiRegionAccessPoint world", "PublicAccessBlockConfiguration.RestrictPublicBuckets", False),
    ("AWS::S3::MultiRegionAccessPoint world", "Policy.Statement.0.Principal", "*"),
    ("AWS::S3::MultiRegionAccessPoint world", "Routes.0.TrafficDialPercentage", 100),
    ("AWS::S3::MultiRegionAccessPoint coming", "Policy", None),
    ("AWS::S3::MultiRegionAccessPoint coming", "Routes", None),
    ("AWS::S3ObjectLambda::AccessPoint", "Policy.Statement", []),
    (
        "AWS::S3ObjectLambda::AccessPoint",
        "ObjectLambdaConfiguration.SupportingAccessPoint",
        "arn:aws:s3:eu-west-1:111122223333:accesspoint/under",
    ),
    ("AWS::S3::AccessGrantsInstance", "Policy", None),
    ("AWS::S3::AccessGrant", "Grantee.GranteeType", "DIRECTORY_GROUP"),
    ("AWS::S3Express::DirectoryBucket", "Policy.Statement.0.Action", "s3express:CreateSession"),
    ("AWS::S3Express::DirectoryBucket", "LifecycleConfiguration", None),
    ("AWS::S3Express::AccessPoint", "Policy", None),
    ("AWS::S3Express::AccessPoint", "Scope.Permissions", ["GetObject"]),
    ("AWS::S3Tables::TableBucket", "ResourcePolicy", None),
    ("AWS::S3Tables::TableBucket", "EncryptionConfiguration.sseAlgorithm", "AES256"),
    ("AWS::Macie::AccountSettings", "Session.status", "ENABLED"),
    ("AWS::Macie::AccountSettings", "AutomatedDiscoveryConfiguration.status", "DISABLED"),
    ("AWS::Backup::AccountSettings", "ResourceTypeOptInPreference.S3", False),
    ("AWS::Backup::BackupVault", "AccessPolicy", None),
    ("AWS::Backup::BackupVault", "Locked", True),
    ("AWS::Backup::BackupPlan", "BackupPlan.Rules.0.Lifecycle.DeleteAfterDays", 35),
    ("AWS::Backup::BackupSelection", "BackupSelection.ListOfTags.0.ConditionKey", "backup"),
    ("AWS::Backup::ProtectedResource", "LastBackupTime", "2026-11-24T05:10:00Z"),
    ("AWS::SNS::Topic", "Policy.Statement.0.Action", "sns:Publish"),
    ("AWS::SNS::Topic", "KmsMasterKeyId", None),
    ("AWS::SNS::Topic", "SubscriptionsConfirmed", "2"),
    ("AWS::SNS::Subscription 2", "Endpoint", f"arn:aws:sqs:eu-west-1:{ACCOUNT}:letters"),
    ("AWS::SQS::Queue", "RedrivePolicy.maxReceiveCount", 3),
    ("AWS::SQS::Queue", "Policy", None),
    ("AWS::RDS::AccountSettings", "DefaultCertificateForNewLaunches", "rds-ca-rsa2048-g1"),
    ("AWS::RDS::AccountSettings", "Certificates.0.ValidTill", "2061-05-25T23:59:59Z"),
    (
        "AWS::RDS::AccountSettings",
        "PendingMaintenanceActions.0.PendingMaintenanceActionDetails.0.Action",
        "system-update",
    ),
    ("AWS::RDS::OptionGroup", "Options.0.OptionSettings.1.Value", "oem.example.com"),
    ("AWS::RDS::DBProxy", "Auth.0.IAMAuth", "DISABLED"),
    ("AWS::RDS::DBProxy", "TargetGroups.0.ConnectionPoolConfig.InitQuery.length", 31),
    ("AWS::RDS::DBProxy", "Targets.0.RdsResourceId", "orders"),
    ("AWS::RDS::DBShardGroup", "PubliclyAccessible", True),
]
TAGGED = {
    "AWS::S3Express::DirectoryBucket": "data",
    "AWS::S3Tables::TableBucket": "lake",
    "AWS::Backup::BackupVault": "ops",
    "AWS::SNS::Topic": "ops",
    "AWS::SQS::Queue": "post",
    "AWS::RDS::OptionGroup": "dba",
    "AWS::RDS::DBSubnetGroup": "net",
    "AWS::RDS::Integration": "bi",
}
SECRETS = ("hooksecret", "agentsecret", "querysecret")
MOVING = ("NumberOfRecoveryPoints", "LastExecutionDate", "TargetHealth", "RestoreWindow", "PercentProgress")


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recording")
    for service, region, operation, params, answer in ANSWERS:
        file = folder / ACCOUNT / service / region / file_name(operation, params)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(answer))
    return folder


@pytest.fixture(scope="module")
def sink(recording):
    found = ListSink()
    collect(ReplaySource(recording), found, services=SERVICES, regions=["eu-west-1"], extras=EXTRAS, threads=2)
    return found


def of(sink, type_, name=""):
    (found,) = [one for one in sink.of(type_) if name in ("", one.name)]
    return found


@pytest.mark.parametrize("type_", IDS)
def test_what_aws_lists_is_there_under_its_id(sink, type_):
    assert sorted(one.id for one in sink.of(type_)) == IDS[type_]
    place = "global" if type_.startswith(("AWS::S3::Account", "AWS::S3::Multi")) else None
    assert place is None or {one.region for one in sink.of(type_)} == {place}


@pytest.mark.parametrize(("where", "path", "value"), MEMBERS, ids=lambda one: str(one)[:60])
def test_answers_are_kept_in_the_words_of_aws(sink, where, path, value):
    found = of(sink, *where.split()).config
    for step in path.split("."):
        found = found[int(step)] if isinstance(found, list) else found[step]
    assert found == value


def test_tags_are_those_of_the_resource(sink):
    assert {type_: of(sink, type_).tags.get("team") for type_ in TAGGED} == TAGGED


def test_an_endpoint_that_takes_directory_buckets_for_buckets_gives_none(sink):
    assert "plain" not in [one.name for one in sink.of("AWS::S3Express::DirectoryBucket")]


def test_what_aws_changes_by_itself_is_left_out(sink):
    assert not [name for name in MOVING if name in sink.content()]


def test_no_secret_is_in_any_byte_of_the_snapshot(recording, tmp_path, capsys):
    file = tmp_path / "storage.posture"
    arguments = ["--replay", str(recording), "-s", str(file), "--region", "eu-west-1"]
    for name in SERVICES:
        arguments += ["--service", name]
    run(["collect", *arguments])
    shown = capsys.readouterr()
    assert not [secret for secret in SECRETS if secret.encode() in file.read_bytes()]
    assert not [secret for secret in SECRETS if secret in shown.out + shown.err]
    with sqlite3.connect(file) as db:
        types = {row[0] for row in db.execute("SELECT DISTINCT type FROM resource")}
    assert set(IDS) <= types


def collected(answers, *services, **options):
    source_, sink_ = FakeSource(answers, regions=("eu-west-1",)), ListSink()
    collect(source_, sink_, services=services, threads=1, **options)
    return source_, sink_


def test_macie_that_was_never_enabled_is_a_fact_and_a_denial_is_none():
    never = error("AccessDeniedException", 403, "Macie is not enabled.")
    asked, sink = collected({"get_macie_session": [never]}, "macie2")
    settings = sink.one("AWS::Macie::AccountSettings")
    assert settings.config == {"Session": None, "AutomatedDiscoveryConfiguration": None}
    assert not settings.unknown
    assert not asked.asked("get_automated_discovery_configuration")

    text = "User: arn:aws:sts::1:assumed-role/a/b is not authorized to perform: macie2:GetMacieSession on resource: *"
    denied = error("AccessDeniedException", 403, text)
    _, sink = collected({"get_macie_session": [denied], "get_automated_discovery_configuration": [denied]}, "macie2")
    settings = sink.one("AWS::Macie::AccountSettings")
    assert "Session" not in settings.config
    assert settings.unknown["/Session"].why is Why.DENIED
    assert settings.unknown["/Session"].permission == "macie2:GetMacieSession"


BUCKET = {"list_buckets": {"Buckets": [{"Name": "b", "BucketRegion": "eu-west-1"}]}}


@pytest.mark.parametrize(
    ("versioning", "asked"),
    [
        ({"Status": "Enabled"}, True),
        ({"Status": "Suspended"}, False),
        ({}, False),
        ([error("AccessDenied", 403)], True),
    ],
)
def test_locks_and_replication_are_asked_for_unless_versioning_rules_them_out(versioning, asked):
    locked = {"get_object_lock_configuration": {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}}
    replica = {"get_bucket_replication": {"ReplicationConfiguration": {"Role": "r", "Rules": []}}}
    found, sink = collected({**BUCKET, **locked, **replica, "get_bucket_versioning": versioning}, "s3")
    assert bool(found.asked("get_object_lock_configuration")) is asked
    assert bool(found.asked("get_bucket_replication")) is asked
    config = sink.one("AWS::S3::Bucket").config
    assert (config["ObjectLockConfiguration"] is not None) is asked
    assert (config["ReplicationConfiguration"] is not None) is asked


def test_a_rule_that_reads_locks_brings_the_versioning_that_decides_on_them():
    found, _ = collected(BUCKET, "s3", reads={"AWS::S3::Bucket": frozenset({"ObjectLockConfiguration"})})
    assert [call.operation for call in found.calls] == ["list_buckets", "get_bucket_versioning"]


def test_no_grants_is_no_gap_and_nothing_below_is_asked():
    found, sink = collected({"list_access_grants_instances": [error("AccessGrantsInstanceNotExistsError", 404)]}, "s3")
    assert sink.shard("eu-west-1", "s3").listed["AWS::S3::AccessGrant"] is None
    assert not found.asked("list_access_grants")


def test_refused_attributes_leave_each_member_unknown():
    answers = {
        "list_topics": {"Topics": [{"TopicArn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:t"}]},
        "get_topic_attributes": [error("AuthorizationError", 403)],
    }
    _, sink = collected(answers, "sns")
    topic = sink.one("AWS::SNS::Topic")
    assert {"/Policy", "/KmsMasterKeyId"} <= set(topic.unknown)
    assert topic.unknown["/Policy"].permission == "sns:GetTopicAttributes"
    assert set(topic.config) == {"TopicArn"}


def test_a_queue_deleted_meanwhile_is_no_gap():
    answers = {
        "list_queues": {"QueueUrls": ["https://sqs.eu-west-1.amazonaws.com/1/q"]},
        "get_queue_attributes": [error("AWS.SimpleQueueService.NonExistentQueue", 400)],
    }
    _, sink = collected(answers, "sqs")
    assert not sink.shard("eu-west-1", "sqs").resources
    assert not sink.shard("eu-west-1", "sqs").gaps


@pytest.mark.parametrize(
    ("service", "operation", "partition", "region"),
    [
        ("s3control", "list_multi_region_access_points", "aws", "us-west-2"),
        ("s3control", "get_multi_region_access_point_routes", "aws", "us-west-2"),
        ("s3control", "get_public_access_block", "aws", "us-east-1"),
        ("s3control", "list_multi_region_access_points", "aws-cn", "us-east-1"),
        ("globalaccelerator", "list_accelerators", "aws", "us-west-2"),
        ("iam", "list_users", "aws", "us-east-1"),
    ],
)
def test_the_region_that_answers_for_a_global_call(service, operation, partition, region):
    assert source.home(Call(Account(ACCOUNT, partition), service, "global", operation)) == region


@pytest.mark.parametrize(
    ("item", "judged"),
    [
        ({"Name": "PASSWORD_X", "Value": "s"}, True),
        ({"Name": "agent_password", "Value": "s"}, True),
        ({"Name": "PORT", "Value": "s"}, False),
        ({"Value": "s"}, True),
    ],
)
def test_of_some_only_those_that_are_named_so_are_secret(item, judged):
    answer = redacted({"Options": [{"Settings": [item]}]}, ["Options[].Settings[Name~PASSWORD].Value"])
    assert isinstance(answer["Options"][0]["Settings"][0]["Value"], dict) is judged
