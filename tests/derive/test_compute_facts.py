"""What instances, groups of them, disks and images have to do with what surrounds them."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import DENIED, REGION, World, resource

from scanner.derive.facts import Facts
from scanner.model import Partial, Resource

INSTANCE, IMAGE, VOLUME, KEY = "AWS::EC2::Instance", "AWS::EC2::Image", "AWS::EC2::Volume", "AWS::EC2::KeyPair"
SETTINGS, SNAPSHOT, TEMPLATE = "AWS::EC2::AccountSettings", "AWS::EC2::Snapshot", "AWS::EC2::LaunchTemplate"
GROUP, LAUNCH = "AWS::AutoScaling::AutoScalingGroup", "AWS::AutoScaling::LaunchConfiguration"
NODE, POLICY, PROTECTED = (
    "AWS::SSM::ManagedInstanceInventory",
    "AWS::DLM::LifecyclePolicy",
    "AWS::Backup::ProtectedResource",
)


def made(type_: str, **config: Any) -> Resource:
    return resource(type_, config, region=REGION)


def fact(one: Resource, name: str, *others: Resource, **more: Any) -> Partial:
    return Facts(World(one, *others, **more)).fact(one, name)


def unknown(one: Resource, name: str, type_: str) -> bool:
    """Whether nothing is known where the listing of a type was denied."""
    return bool(fact(one, name, incomplete={type_: DENIED}).unknown)


@pytest.mark.parametrize("type_", [LAUNCH, "AWS::EC2::SpotFleet"])
def test_what_the_region_encrypts(type_: str) -> None:
    for value in (True, False):
        assert fact(made(type_), "region_encrypts", made(SETTINGS, EbsEncryptionByDefault=value)) == Partial(value)
    assert unknown(made(type_), "region_encrypts", SETTINGS)


def test_launch_configurations() -> None:
    one = made(LAUNCH, LaunchConfigurationName="l", SecurityGroups=["sg-1", "web", "sg-gone"])
    assert fact(one, "in_use", made(GROUP, LaunchConfigurationName="l")) == Partial(True)
    assert fact(one, "in_use", made(GROUP, LaunchConfigurationName="m")) == Partial(False)
    assert unknown(one, "in_use", GROUP)
    group = made("AWS::EC2::SecurityGroup", GroupId="sg-1", GroupName="web")
    assert fact(one, "missing_groups", group) == Partial(["sg-gone"])
    assert unknown(one, "missing_groups", "AWS::EC2::SecurityGroup")


def test_load_balancers_of_a_group() -> None:
    one = made(GROUP, LoadBalancerNames=["old", "gone"], TargetGroupARNs=["arn:t"])
    held = (
        made("AWS::ElasticLoadBalancing::LoadBalancer", LoadBalancerName="old"),
        made("AWS::ElasticLoadBalancingV2::TargetGroup", TargetGroupArn="arn:t"),
    )
    assert fact(one, "missing_balancers", *held) == Partial(["gone"])
    assert unknown(one, "missing_balancers", "AWS::ElasticLoadBalancingV2::TargetGroup")
    none = made(GROUP, LoadBalancerNames=[], TargetGroupARNs=[])
    assert fact(none, "missing_balancers", incomplete={"AWS::ElasticLoadBalancing::LoadBalancer": DENIED}) == Partial(
        []
    )


def test_policies_that_make_snapshots() -> None:
    assert fact(made(SETTINGS), "snapshot_policies", made(POLICY, State="ENABLED")) == Partial(True)
    assert fact(made(SETTINGS), "snapshot_policies", made(POLICY, State="DISABLED")) == Partial(False)
    assert unknown(made(SETTINGS), "snapshot_policies", POLICY)


def test_what_systems_manager_says() -> None:
    one = made(INSTANCE, InstanceId="i-1")
    assert fact(one, "managed", made(NODE, InstanceId="i-1", PingStatus="Online")) == Partial({"ping": "Online"})
    assert fact(one, "managed", made(NODE, InstanceId="i-2", PingStatus="Online")) == Partial({"ping": ""})
    assert unknown(one, "managed", NODE)


def test_what_uses_keys_and_images() -> None:
    instance = made(INSTANCE, KeyName="k", ImageId="ami-1")
    assert fact(made(KEY, KeyName="k"), "instances", instance) == Partial(["it"])
    assert fact(made(KEY, KeyName="other"), "instances", instance) == Partial([])
    assert unknown(made(KEY, KeyName="k"), "instances", INSTANCE)
    image = made(IMAGE, ImageId="ami-1")
    template = made(TEMPLATE, LaunchTemplateData={"ImageId": "ami-1"})
    assert fact(image, "used_by", instance, template) == Partial(["it", "it"])
    assert unknown(image, "used_by", LAUNCH)


def test_the_last_snapshot() -> None:
    one = made(VOLUME, VolumeId="vol-1")
    taken = [
        made(SNAPSHOT, VolumeId="vol-1", StartTime="2025-12-01T00:00:00Z", State="completed"),
        made(SNAPSHOT, VolumeId="vol-1", StartTime="2025-12-09T00:00:00Z", State="completed"),
        made(SNAPSHOT, VolumeId="vol-1", StartTime="2025-12-20T00:00:00Z", State="error"),
        made(SNAPSHOT, VolumeId="vol-2", StartTime="2025-12-30T00:00:00Z", State="completed"),
    ]
    assert fact(one, "last_snapshot", *taken) == Partial("2025-12-09T00:00:00Z")
    assert fact(made(VOLUME, VolumeId="vol-3"), "last_snapshot", *taken) == Partial(None)
    assert unknown(one, "last_snapshot", SNAPSHOT)


def test_copies_by_aws_backup() -> None:
    one = made(VOLUME, VolumeId="vol-1")
    copy = made(PROTECTED, ResourceArn=one.id, LastBackupTime="2025-12-31T00:00:00Z")
    assert fact(one, "backup", copy) == Partial({"protected": True, "last": "2025-12-31T00:00:00Z"})
    assert fact(one, "backup", made(PROTECTED, ResourceArn="arn:x")) == Partial({"protected": False, "last": None})
    assert unknown(one, "backup", PROTECTED)
