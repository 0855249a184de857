"""What watches an account and what runs in it: each type from an answer of AWS's form, secrets judged and gone."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from aws_fakes import ACCOUNT, FakeSource, ListSink, doubts, error

from scanner.aws.redact import redacted
from scanner.aws.run import collect
from scanner.aws.source import Call
from scanner.aws.table import tables
from scanner.model import Why, canonical

REGION = "us-east-1"
PASSWORD = "hunter2-hunter2"
SCRIPT = base64.b64encode(f"#!/bin/sh\nexport DB_PASSWORD={PASSWORD}\n".encode()).decode()


def arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


GROUP = arn("autoscaling", "autoScalingGroup:u:autoScalingGroupName/web")
CONFIGURATION = arn("autoscaling", "launchConfiguration:u:launchConfigurationName/old")
TRAIL = arn("cloudtrail", "trail/all")
FOREIGN = "arn:aws:cloudtrail:us-east-1:999999999999:trail/org"
SHARED = f"{ACCOUNT}/global/AWS::CloudTrail::OrganizationTrail"
STORE = arn("cloudtrail", "eventdatastore/e1")
FILES = arn("elasticfilesystem", "file-system/fs-1")
POLICY = '{"Version": "2012-10-17", "Statement": []}'

# By table: answers, and the ids that come of them.
CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "autoscaling": (
        {
            "describe_auto_scaling_groups": {
                "AutoScalingGroups": [{"AutoScalingGroupName": "web", "AutoScalingGroupARN": GROUP}]
            },
            "describe_notification_configurations": {
                "NotificationConfigurations": [
                    {"AutoScalingGroupName": "web", "TopicARN": "t", "NotificationType": "autoscaling:TEST"}
                ]
            },
            "describe_tags": {
                "Tags": [{"ResourceId": "web", "Key": "team", "Value": "a", "PropagateAtLaunch": False}]
            },
            "describe_launch_configurations": {
                "LaunchConfigurations": [
                    {"LaunchConfigurationName": "old", "LaunchConfigurationARN": CONFIGURATION, "UserData": SCRIPT}
                ]
            },
        },
        [GROUP, CONFIGURATION],
    ),
    "cloudtrail": (
        {
            "describe_trails": lambda call: {
                "trailList": [
                    {"Name": "all", "TrailARN": TRAIL, "HomeRegion": REGION, "IsOrganizationTrail": True,
                     "IsMultiRegionTrail": True},
                    *([] if call.params else [{"Name": "org", "TrailARN": FOREIGN, "IsOrganizationTrail": True}]),
                ]
            },
            "get_trail_status": {"IsLogging": True, "LatestDeliveryTime": "2026-01-01T00:00:00Z"},
            "get_event_selectors": {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]},
            "list_tags": {"ResourceTagList": [{"ResourceId": TRAIL, "TagsList": [{"Key": "a", "Value": "b"}]}]},
            "list_event_data_stores": {"EventDataStores": [{"EventDataStoreArn": STORE, "Name": "lake"}]},
            "get_event_data_store": {"EventDataStoreArn": STORE, "KmsKeyId": "k", "RetentionPeriod": 90},
        },
        [f"{ACCOUNT}/global/AWS::CloudTrail::AccountSettings",
         f"{ACCOUNT}/global/AWS::CloudTrail::MultiRegionTrail/{TRAIL}", TRAIL, STORE, f"{SHARED}/{TRAIL}", f"{SHARED}/{FOREIGN}"],
    ),
    "config": (
        {
            "describe_configuration_recorders": {"ConfigurationRecorders": [{"name": "default", "roleARN": "r"}]},
            "describe_configuration_recorder_status": {
                "ConfigurationRecordersStatus": [{"name": "default", "recording": True}]
            },
            "describe_delivery_channels": {"DeliveryChannels": [{"name": "default", "s3BucketName": "b"}]},
            "describe_delivery_channel_status": {
                "DeliveryChannelsStatus": [
                    {
                        "name": "default",
                        "configStreamDeliveryInfo": {"lastStatus": "FAILURE", "lastStatusChangeTime": "2026-01-01T00:00:00Z"},
                    }
                ]
            },
            "describe_retention_configurations": {
                "RetentionConfigurations": [{"Name": "default", "RetentionPeriodInDays": 2557}]
            },
            "describe_configuration_aggregators": {
                "ConfigurationAggregators": [
                    {
                        "ConfigurationAggregatorName": "all",
                        "ConfigurationAggregatorArn": arn("config", "config-aggregator/config-aggregator-1"),
                        "OrganizationAggregationSource": {"RoleArn": "r", "AllAwsRegions": True},
                    }
                ]
            },
            "describe_conformance_packs": {
                "ConformancePackDetails": [
                    {"ConformancePackName": "cis", "ConformancePackArn": arn("config", "conformance-pack/cis/1")}
                ]
            },
        },
        [
            f"{ACCOUNT}/{REGION}/AWS::Config::AccountSettings",
            arn("config", "configuration-recorder/default"),
            arn("config", "delivery-channel/default"),
            arn("config", "retention-configuration/default"),
            arn("config", "config-aggregator/config-aggregator-1"),
            arn("config", "conformance-pack/cis/1"),
        ],
    ),
    "guardduty": (
        {
            "list_detectors": {"DetectorIds": ["d1"]},
            "get_detector": {"Status": "ENABLED", "Features": [], "Tags": {"team": "a"}},
            "get_administrator_account": {},
            "list_publishing_destinations": {
                "Destinations": [{"DestinationId": "x", "DestinationType": "S3", "Status": "PUBLISHING"}]
            },
            "list_malware_protection_plans": {"MalwareProtectionPlans": [{"MalwareProtectionPlanId": "p1"}]},
            "get_malware_protection_plan": {
                "Arn": "a",
                "Role": "r",
                "ProtectedResource": {"S3Bucket": {"BucketName": "b"}},
                "Status": "ACTIVE",
                "Tags": {"team": "b"},
            },
        },
        [
            f"{ACCOUNT}/{REGION}/AWS::GuardDuty::AccountSettings",
            arn("guardduty", "detector/d1"), arn("guardduty", "malware-protection-plan/p1")],
    ),
    "securityhub": (
        {
            "describe_hub": {"HubArn": arn("securityhub", "hub/default"), "AutoEnableControls": True},
            "get_administrator_account": {},
            "get_enabled_standards": {
                "StandardsSubscriptions": [
                    {"StandardsSubscriptionArn": arn("securityhub", "subscription/cis"), "StandardsStatus": "READY"}
                ]
            },
        },
        [
            f"{ACCOUNT}/{REGION}/AWS::SecurityHub::AccountSettings",
            arn("securityhub", "hub/default"), arn("securityhub", "subscription/cis")],
    ),
    "cloudwatch": (
        {
            "describe_alarms": {
                "MetricAlarms": [{"AlarmName": "root", "AlarmArn": arn("cloudwatch", "alarm:root"), "StateValue": "OK"}]
            }
        },
        [arn("cloudwatch", "alarm:root")],
    ),
    "logs": (
        {
            "describe_log_groups": {"logGroups": [{"logGroupName": "/trail", "storedBytes": 5}]},
            "describe_metric_filters": {"metricFilters": [{"logGroupName": "/trail", "filterName": "root"}]},
            "describe_resource_policies": {"resourcePolicies": [{"policyName": "p", "policyDocument": POLICY}]},
        },
        [
            arn("logs", "log-group:/trail"),
            arn("logs", "log-group:/trail:metric-filter:root"),
            arn("logs", "resource-policy:p"),
        ],
    ),
    "efs": (
        {
            "describe_file_systems": {"FileSystems": [{"FileSystemId": "fs-1", "FileSystemArn": FILES}]},
            "describe_file_system_policy": [error("PolicyNotFound", 404)],
            "describe_backup_policy": {"BackupPolicy": {"Status": "ENABLED"}},
            "describe_mount_targets": {"MountTargets": [{"MountTargetId": "m", "SubnetId": "s"}]},
            "describe_access_points": {
                "AccessPoints": [{"AccessPointId": "a", "AccessPointArn": arn("elasticfilesystem", "access-point/a")}]
            },
        },
        [FILES, arn("elasticfilesystem", "access-point/a")],
    ),
    "dlm": (
        {
            "get_lifecycle_policies": {"Policies": [{"PolicyId": "policy-1", "State": "ENABLED"}]},
            "get_lifecycle_policy": {"Policy": {"PolicyId": "policy-1", "ExecutionRoleArn": "r", "Tags": {"a": "b"}}},
        },
        [arn("dlm", "policy/policy-1")],
    ),
    "ssm": (
        {
            "describe_instance_information": {
                "InstanceInformationList": [{"InstanceId": "i-1", "PingStatus": "Online", "LastPingDateTime": "x"}]
            },
            "list_resource_compliance_summaries": {
                "ResourceComplianceSummaryItems": [{"ResourceId": "i-1", "ComplianceType": "Patch", "Status": "COMPLIANT"}]
            },
            "list_documents": {"DocumentIdentifiers": [{"Name": "mine"}]},
            "describe_document_permission": {"AccountIds": ["all"], "AccountSharingInfoList": []},
            "get_service_setting": {"ServiceSetting": {"SettingValue": "Disable"}},
            "describe_parameters": {"Parameters": [{"Name": "/db/password", "Type": "SecureString"}]},
        },
        [
            arn("ssm", "managed-instance/i-1"),
            arn("ssm", "managed-instance/i-1/compliance/Patch"),
            arn("ssm", "document/mine"),
            f"{ACCOUNT}/{REGION}/AWS::SSM::AccountSettings",
            arn("ssm", "parameter//db/password"),
        ],
    ),
    "ecr": (
        {
            "describe_repositories": {
                "repositories": [
                    {
                        "repositoryArn": arn("ecr", "repository/app"),
                        "repositoryName": "app",
                        "imageScanningConfiguration": {"scanOnPush": True},
                    }
                ]
            },
            "get_repository_policy": {"repositoryName": "app", "policyText": POLICY},
            "get_registry_policy": [error("RegistryPolicyNotFoundException", 400)],
            "get_registry_scanning_configuration": {"scanningConfiguration": {"scanType": "BASIC", "rules": []}},
        },
        [arn("ecr", "repository/app"), f"{ACCOUNT}/{REGION}/AWS::ECR::AccountSettings"],
    ),
    "inspector2": (
        {
            "batch_get_account_status": {
                "accounts": [{"accountId": ACCOUNT, "state": {"status": "ENABLED"}, "resourceState": {}}]
            },
            "list_finding_aggregations": {
                "responses": [{"ec2InstanceAggregation": {"instanceId": "i-1", "severityCounts": {"critical": 2}}}]
            },
        },
        [f"{ACCOUNT}/{REGION}/AWS::InspectorV2::AccountSettings"],
    ),
}  # fmt: skip


class Redacting(FakeSource):
    """As every source does, it judges what may be secret before it gives it."""

    def pages(self, call: Call) -> Iterator[dict[str, Any]]:
        return (redacted(page, call.secret) for page in super().pages(call))


def read(service: str, **changed: Any) -> tuple[FakeSource, list[Any], dict[str, Any]]:
    answers, _ = CASES[service]
    source, sink = Redacting({**answers, **changed}), ListSink()
    asked = [*tables()[service], *(then for one in tables()[service] for then in one.then)]
    extras = {one.extra for one in asked if one.extra}
    collect(source, sink, services=[service], extras=extras, threads=1)
    gaps = [gap for shard in sink.shards for gap in shard.gaps]
    return source, gaps, {one.id: one for shard in sink.shards for one in shard.resources}


@pytest.mark.parametrize("service", CASES)
def test_each_type_is_read_whole(service: str) -> None:
    source, gaps, found = read(service)
    assert not gaps
    assert set(found) == set(CASES[service][1])
    assert {one.type for one in found.values()} == {entry.type for entry in tables()[service]}
    assert not [doubts(one) for one in found.values() if doubts(one)]
    asked = [(call.operation, canonical(dict(call.params)), call.region) for call in source.calls]
    assert len(set(asked)) == len(asked), "a call was made twice"


@pytest.mark.parametrize("service", CASES)
def test_no_secret_is_kept(service: str) -> None:
    _, _, found = read(service)
    kept = json.dumps([one.config for one in found.values()])
    assert PASSWORD not in kept
    assert SCRIPT not in kept


@pytest.mark.parametrize("service", CASES)
def test_what_is_denied_is_a_gap_with_its_permission(service: str) -> None:
    denied = {operation: [error("AccessDeniedException", 403)] for operation in CASES[service][0]}
    _, gaps, _ = read(service, **denied)
    assert gaps
    assert all(gap.reason is Why.DENIED and ":" in gap.permission for gap in gaps)


def test_a_region_without_security_hub_is_no_gap() -> None:
    off = [error("InvalidAccessException", 401, "Account is not subscribed to AWS Security Hub")]
    _, gaps, found = read("securityhub", describe_hub=off, get_enabled_standards=off)
    assert (gaps, list(found)) == ([], [f"{ACCOUNT}/{REGION}/AWS::SecurityHub::AccountSettings"])


def test_organization_trails_are_named_where_they_are_not_the_account_s() -> None:
    source, _, found = read("cloudtrail")
    assert found[f"{SHARED}/{FOREIGN}"].config["Status"] == {"IsLogging": True}
    # In the management account the trail itself tells.
    assert found[f"{SHARED}/{TRAIL}"].config["Status"] is None
    assert sorted(call.params["Name"] for call in source.asked("get_trail_status")) == [TRAIL, FOREIGN]
    asked = [call.params for call in source.asked("describe_trails")]
    assert sorted(map(canonical, asked)) == sorted(map(canonical, [{}, {"includeShadowTrails": False}]))
    assert found[TRAIL].tags == {"a": "b"}
    assert "LatestDeliveryTime" not in found[TRAIL].config["Status"]


def test_the_parts_end_up_where_they_belong() -> None:
    assert read("logs")[2][arn("logs", "resource-policy:p")].config["policyDocument"] == json.loads(POLICY)
    assert read("config")[2][arn("config", "configuration-recorder/default")].config["Status"]["recording"] is True
    assert read("guardduty")[2][arn("guardduty", "detector/d1")].tags == {"team": "a"}
    assert read("guardduty")[2][arn("guardduty", "malware-protection-plan/p1")].config["Role"] == "r"
    assert read("ecr")[2][arn("ecr", "repository/app")].config["RepositoryPolicyText"] == json.loads(POLICY)
    assert read("ecr")[2][f"{ACCOUNT}/{REGION}/AWS::ECR::AccountSettings"].config["RegistryPolicy"] is None
    status = read("config")[2][arn("config", "delivery-channel/default")].config["Status"]
    assert status["configStreamDeliveryInfo"] == "FAILURE"
    notified = read("autoscaling")[2][GROUP].config["NotificationConfigurations"]
    assert notified == [{"TopicARN": "t", "NotificationType": "autoscaling:TEST"}]
    tags = read("autoscaling")[2][GROUP].config["TagPropagation"]
    assert tags == [{"Key": "team", "PropagateAtLaunch": False}]


def test_inspector_is_asked_for_findings_only_where_it_is_on() -> None:
    off = {"accounts": [{"accountId": ACCOUNT, "state": {"status": "DISABLED"}}]}
    source, gaps, _ = read("inspector2", batch_get_account_status=off)
    assert not source.asked("list_finding_aggregations")
    assert not gaps
