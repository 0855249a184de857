"""EC2's instances and what they are started from, read from recorded answers by the command: secrets judged and gone."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from aws_fakes import ACCOUNT

from scanner.aws.recording import file_name
from scanner.cli._root import run
from scanner.model import Resource, Why
from scanner.snapshot.opening import open_inventory

REGION = "us-east-1"
ARN = f"arn:aws:ec2:{REGION}:{ACCOUNT}:"
PASSWORD = "hunter2-hunter2"
KEY_ID = "AKIA" + "Q3ZT5W7LMN2PXYAB"
SCRIPT = f"#!/bin/sh\nexport DB_PASSWORD={PASSWORD}\nexport AWS_ACCESS_KEY_ID={KEY_ID}\n"
PLAIN = base64.b64encode(SCRIPT.encode()).decode()
PACKED = base64.b64encode(gzip.compress(SCRIPT.encode())).decode()
FOUND = ["password at line 2", "AWS access key id at line 3"]
SIDES = ("i-1", "i-2")


def of(instance: str, attribute: str) -> dict[str, str]:
    return {"InstanceId": instance, "Attribute": attribute}


def version(template: str, number: int, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"LaunchTemplateId": template, "VersionNumber": number, "LaunchTemplateData": data, **more}


OLD, NEW = {"UserData": PLAIN}, {"ImageId": "ami-1", "MetadataOptions": {"HttpTokens": "required"}}
# Operation, parameters, answer.
ANSWERS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "describe_instances",
        {},
        {
            "Reservations": [
                {"Instances": [{"InstanceId": "i-1", "State": {"Name": "running"}}]},
                {"Instances": [{"InstanceId": "i-2", "State": {"Name": "stopped"}}]},
                {"Instances": [{"InstanceId": "i-3", "State": {"Name": "terminated"}}]},
            ]
        },
    ),
    (
        "describe_instance_image_metadata",
        {},
        {
            "InstanceImageMetadata": [
                {"InstanceId": "i-1", "ImageMetadata": {"OwnerId": "999999999999", "State": "deregistered"}},
                {"InstanceId": "i-2", "ImageMetadata": {"OwnerId": ACCOUNT, "ImageOwnerAlias": "amazon"}},
            ]
        },
    ),
    ("describe_instance_attribute", of("i-1", "userData"), {"InstanceId": "i-1", "UserData": {"Value": PACKED}}),
    ("describe_instance_attribute", of("i-2", "userData"), {"InstanceId": "i-2", "UserData": {}}),
    ("describe_instance_attribute", of("i-1", "disableApiTermination"), {"DisableApiTermination": {"Value": True}}),
    ("describe_instance_attribute", of("i-2", "disableApiTermination"), {"DisableApiTermination": {"Value": False}}),
    (
        "describe_launch_templates",
        {},
        {
            "LaunchTemplates": [
                {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "web", "LatestVersionNumber": 2},
                {"LaunchTemplateId": "lt-2", "LaunchTemplateName": "db", "LatestVersionNumber": 1},
            ]
        },
    ),
    (
        "describe_launch_template_versions",
        {"Versions": ["$Default"]},
        {
            "LaunchTemplateVersions": [
                version("lt-1", 2, NEW, DefaultVersion=True),
                version("lt-2", 1, OLD, DefaultVersion=True),
            ]
        },
    ),
    (
        "describe_launch_template_versions",
        {"LaunchTemplateId": "lt-1"},
        {"LaunchTemplateVersions": [version("lt-1", 2, NEW), version("lt-1", 1, OLD)]},
    ),
    (
        "describe_spot_fleet_requests",
        {},
        {
            "SpotFleetRequestConfigs": [
                {
                    "SpotFleetRequestId": "sfr-1",
                    "ActivityStatus": "fulfilled",
                    "SpotFleetRequestConfig": {"LaunchSpecifications": [{"ImageId": "ami-1", "UserData": PLAIN}]},
                }
            ]
        },
    ),
    ("describe_fleets", {}, {"Fleets": [{"FleetId": "fleet-1", "ActivityStatus": "fulfilled"}]}),
    ("describe_hosts", {}, {"Hosts": [{"HostId": "h-1", "AvailableCapacity": {"AvailableVCpus": 3}}]}),
    ("describe_capacity_reservations", {}, {"CapacityReservations": [{"CapacityReservationId": "cr-1"}]}),
    (
        "describe_instance_connect_endpoints",
        {},
        {
            "InstanceConnectEndpoints": [
                {
                    "InstanceConnectEndpointId": "eice-1",
                    "InstanceConnectEndpointArn": ARN + "instance-connect-endpoint/eice-1",
                    "SecurityGroupIds": ["sg-1"],
                    "Tags": [{"Key": "team", "Value": "a"}],
                }
            ]
        },
    ),
    ("describe_snapshots", {"OwnerIds": ["self"]}, {"Snapshots": [{"SnapshotId": "snap-1"}, {"SnapshotId": "snap-2"}]}),
    (
        "describe_snapshots",
        {"OwnerIds": ["self"], "RestorableByUserIds": ["all"]},
        {"Snapshots": [{"SnapshotId": "snap-1"}]},
    ),
    (
        "describe_snapshot_attribute",
        {"SnapshotId": "snap-1", "Attribute": "createVolumePermission"},
        {"CreateVolumePermissions": [{"Group": "all"}]},
    ),
    (
        "describe_snapshot_attribute",
        {"SnapshotId": "snap-2", "Attribute": "createVolumePermission"},
        {"CreateVolumePermissions": [{"UserId": "999999999999"}]},
    ),
    ("get_serial_console_access_status", {}, {"SerialConsoleAccessEnabled": True}),
    (
        "get_allowed_images_settings",
        {},
        {"State": "enabled", "ImageCriteria": [{"ImageProviders": ["amazon"]}], "ManagedBy": "declarative-policy"},
    ),
    (
        "get_snapshot_block_public_access_state",
        {},
        {"State": "block-all-sharing", "ManagedBy": "account"},
    ),
    ("get_image_block_public_access_state", {}, {"ImageBlockPublicAccessState": "unblocked"}),
    ("get_instance_metadata_defaults", {}, {"AccountLevel": {"HttpTokens": "required"}}),
    ("get_ebs_encryption_by_default", {}, {"EbsEncryptionByDefault": True}),
    ("get_ebs_default_kms_key_id", {}, {"KmsKeyId": "alias/aws/ebs"}),
]
DENIED = {"Error": {"Code": "UnauthorizedOperation", "Message": "no"}}


class Read:
    """A snapshot of the answers, some of them replaced by their number."""

    def __init__(self, folder: Path, *arguments: str, **changed: Any) -> None:
        for operation, params, answer in ANSWERS:
            file = folder / "answers" / ACCOUNT / "ec2" / REGION / file_name(operation, params)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(changed.get(operation, answer)))
        self.path = folder / "found.posture"
        chosen = ["--service", "ec2", "--region", REGION, *arguments]
        self.code = run(
            ["collect", "--replay", str(folder / "answers"), "-s", str(self.path), "--force", "-q", *chosen]
        )
        inventory = open_inventory(self.path)
        self.gaps = list(inventory.gaps)
        self.found: dict[str, Resource] = {one.id: one for type_ in inventory.types() for one in inventory.of(type_)}

    def config(self, rest: str) -> dict[str, Any]:
        return self.found[ARN + rest].config

    def versions(self, template: str) -> dict[int, dict[str, Any]]:
        found = self.config(f"launch-template/{template}")["Versions"]
        return {one["VersionNumber"]: one["LaunchTemplateData"] for one in found}


def test_user_data_is_judged_wherever_it_stands_and_in_no_byte_of_the_file(tmp_path: Path) -> None:
    read = Read(tmp_path)
    places = [
        read.config("instance/i-1")["UserData"],
        read.config("launch-template/lt-2")["LaunchTemplateData"]["UserData"],
        read.versions("lt-1")[1]["UserData"],
        read.config("spot-fleet-request/sfr-1")["SpotFleetRequestConfig"]["LaunchSpecifications"][0]["UserData"],
    ]
    for one in places:
        assert (one["contains"], one["length"]) == (FOUND, len(SCRIPT))
        assert [key["ends"] for key in one["access_keys"]] == [KEY_ID[-4:]]
    content = b"".join(path.read_bytes() for path in tmp_path.glob("found.posture*"))
    for secret in (PASSWORD, KEY_ID, PLAIN, PACKED):
        assert secret.encode() not in content
    assert read.config("instance/i-2")["UserData"] is None
    assert read.config("instance/i-3")["UserData"] is None


def test_the_versions_of_a_template_are_whole_and_only_those_of_one_that_changed(tmp_path: Path) -> None:
    read = Read(tmp_path)
    changed, first = read.config("launch-template/lt-1"), read.config("launch-template/lt-2")
    assert changed["LaunchTemplateData"] == NEW
    assert set(read.versions("lt-1")) == {1, 2}
    assert read.versions("lt-1")[2] == NEW
    assert first["Versions"] is None


def test_all_default_versions_cost_one_call_and_a_refusal_leaves_each_unknown(tmp_path: Path) -> None:
    read = Read(tmp_path, describe_launch_template_versions=DENIED)
    assert read.code == 3
    assert {(gap.operation, gap.reason, gap.permission) for gap in read.gaps if gap.reason is Why.DENIED} == {
        ("DescribeLaunchTemplateVersions", Why.DENIED, "ec2:DescribeLaunchTemplateVersions")
    }
    for template in ("lt-1", "lt-2"):
        one = read.found[f"{ARN}launch-template/{template}"]
        assert one.unknown["/LaunchTemplateData"].why is Why.DENIED
    assert "/Versions" not in read.found[f"{ARN}launch-template/lt-2"].unknown


def test_of_what_image_each_instance_is(tmp_path: Path) -> None:
    read = Read(tmp_path)
    images = [read.config(f"instance/{one}")["ImageMetadata"] for one in (*SIDES, "i-3")]
    assert images == [
        {"OwnerId": "999999999999", "State": "deregistered"},
        {"OwnerId": ACCOUNT, "ImageOwnerAlias": "amazon"},
        None,
    ]


def test_the_rest_of_what_runs_is_read(tmp_path: Path) -> None:
    read = Read(tmp_path)
    for rest in ("fleet/fleet-1", "dedicated-host/h-1", "capacity-reservation/cr-1"):
        assert not {"ActivityStatus", "AvailableCapacity"} & set(read.config(rest))
    assert read.found[ARN + "instance-connect-endpoint/eice-1"].tags == {"team": "a"}
    settings = read.found[f"{ACCOUNT}/{REGION}/AWS::EC2::AccountSettings"]
    assert settings.config == {
        "AllowedImagesSettings": {
            "State": "enabled",
            "ImageCriteria": [{"ImageProviders": ["amazon"]}],
            "ManagedBy": "declarative-policy",
        },
        "EbsDefaultKmsKeyId": "alias/aws/ebs",
        "EbsEncryptionByDefault": True,
        "ImageBlockPublicAccessState": "unblocked",
        "InstanceMetadataDefaults": {"HttpTokens": "required"},
        "SerialConsoleAccessEnabled": True,
        "SnapshotBlockPublicAccessState": "block-all-sharing",
    }
    assert not settings.unknown


@pytest.mark.parametrize("named", [False, True])
def test_what_costs_a_call_for_each_is_asked_of_those_who_name_it(named: bool, tmp_path: Path) -> None:
    read = Read(tmp_path, *(("--with", "termination-protection", "--with", "snapshot-sharing") if named else ()))
    instances = [read.found[f"{ARN}instance/{one}"] for one in SIDES]
    shared = read.found[f"arn:aws:ec2:{REGION}::snapshot/snap-2"]
    if named:
        assert [one.config["DisableApiTermination"] for one in instances] == [True, False]
        assert shared.config["SharedWith"] == [{"UserId": "999999999999"}]
    else:
        assert {one.unknown["/DisableApiTermination"].why for one in instances} == {Why.NOT_COLLECTED}
        assert "--with snapshot-sharing" in shared.unknown["/SharedWith"].message
    public = read.found[f"arn:aws:ec2:{REGION}::snapshot/snap-1"]
    assert public.config["CreateVolumePermissions"] == [{"Group": "all"}]
