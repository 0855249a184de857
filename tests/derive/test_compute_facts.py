"""What instances, groups of them, disks and images have to do with what surrounds them."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, REGION, World, resource

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


def test_what_the_region_encrypts() -> None:
    fleet = made("AWS::EC2::SpotFleet")
    for value in (True, False):
        assert fact(fleet, "region_encrypts", made(SETTINGS, EbsEncryptionByDefault=value)) == Partial(value)
    assert unknown(fleet, "region_encrypts", SETTINGS)


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


def test_the_copy_of_an_instance_holds_its_volumes() -> None:
    host = f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-1"
    copy = made(PROTECTED, ResourceArn=host, LastBackupTime="2025-12-31T00:00:00Z")
    one = made(VOLUME, VolumeId="vol-1", Attachments=[{"InstanceId": "i-1", "State": "attached"}])
    assert fact(one, "backup", copy) == Partial({"protected": True, "last": "2025-12-31T00:00:00Z"})
    other = made(VOLUME, VolumeId="vol-2", Attachments=[{"InstanceId": "i-2", "State": "attached"}])
    assert fact(other, "backup", copy) == Partial({"protected": False, "last": None})
    for place in ("/Attachments", "/Attachments/0/InstanceId", "/Attachments/-"):
        kept = {} if place == "/Attachments" else {"Attachments": [{"State": "attached"}]}
        unread = resource(VOLUME, kept, {place: DENIED}, region=REGION)
        assert fact(unread, "backup", copy).unknown[""].why is DENIED.why


FLEET, SPOT, INSPECTOR = "AWS::EC2::EC2Fleet", "AWS::EC2::SpotFleet", "AWS::InspectorV2::AccountSettings"
MEMBERSHIP = "AWS::Organizations::Membership"


def member_of(organization: dict[str, Any] | None, **more: Any) -> Resource:
    return resource(MEMBERSHIP, {"Organization": organization, **more}, region="global")


def test_whether_there_is_an_organization() -> None:
    assert fact(made(SETTINGS), "in_organization", member_of({"Id": "o-1"})) == Partial(True)
    assert fact(made(SETTINGS), "in_organization", member_of(None)) == Partial(False)
    assert unknown(made(SETTINGS), "in_organization", MEMBERSHIP)
    unread = resource(MEMBERSHIP, {}, {"/Organization": DENIED}, region="global")
    assert fact(made(SETTINGS), "in_organization", unread).unknown


def test_whose_image_it_is() -> None:
    def of(owner: str, *others: Resource, **more: Any) -> Partial:
        return fact(made(INSTANCE, ImageMetadata={"OwnerId": owner, **more}), "image_is_own", *others)

    assert of(ACCOUNT) == Partial(True)
    assert of("222222222222", member_of(None)) == Partial(False)
    assert of("222222222222", ImageOwnerAlias="amazon") == Partial(False)
    manager = member_of({"Id": "o-1", "MasterAccountId": ACCOUNT}, Accounts=[{"Id": "222222222222"}])
    assert of("222222222222", manager) == Partial(True)
    assert of("333333333333", manager) == Partial(False)
    assert of("222222222222").unknown
    assert fact(resource(INSTANCE, {}, {"/ImageMetadata": DENIED}), "image_is_own", manager).unknown


def test_whether_there_are_instances_where_inspector_may_scan() -> None:
    settings = made(INSPECTOR, AccountStatus=None)
    stopped, gone = (resource(INSTANCE, {"State": {"Name": name}}, id=name) for name in ("stopped", "terminated"))
    assert fact(settings, "has_instances", gone, stopped) == Partial(True)
    assert fact(settings, "has_instances", gone) == Partial(False)
    assert fact(settings, "has_instances", stopped, incomplete={INSTANCE: DENIED}) == Partial(True)
    assert set(fact(settings, "has_instances", gone, incomplete={INSTANCE: DENIED}).unknown) == {""}


def test_what_inspector_says() -> None:
    one = made(INSTANCE, InstanceId="i-1")
    status = {"ResourceState": {"ec2": {"status": "ENABLED"}}}
    found = [
        {"InstanceId": "i-1", "AccountId": ACCOUNT, "SeverityCounts": {"critical": 1, "high": 2, "all": 9}},
        {"InstanceId": "i-1", "AccountId": "222222222222", "SeverityCounts": {"critical": 7}},
    ]
    settings = made(INSPECTOR, AccountStatus=status, Ec2InstanceFindings=found)
    counts = {"critical": 1, "high": 2, "medium": 0}
    assert fact(one, "inspector", settings) == Partial({"scanning": True, **counts})
    clean = made(INSTANCE, InstanceId="i-2")
    none = dict.fromkeys(counts, 0)
    assert fact(clean, "inspector", settings) == Partial({"scanning": True, **none})
    off = made(INSPECTOR, AccountStatus=None, Ec2InstanceFindings=None)
    assert fact(one, "inspector", off) == Partial({"scanning": False, **none})
    assert unknown(one, "inspector", INSPECTOR)
    for place in ("/Ec2InstanceFindings", "/Ec2InstanceFindings/0/SeverityCounts"):
        unread = resource(INSPECTOR, {"AccountStatus": status}, {place: DENIED})
        said = fact(one, "inspector", unread)
        assert said.value == {"scanning": True}
        assert set(said.unknown) == {"/critical", "/high", "/medium"}
    unread = resource(INSPECTOR, {"Ec2InstanceFindings": found}, {"/AccountStatus": DENIED})
    said = fact(one, "inspector", unread)
    assert (said.value, set(said.unknown)) == (counts, {"/scanning"})


def test_tags_of_what_a_key_opens() -> None:
    key = made(KEY, KeyName="k")
    prod, test = (
        resource(INSTANCE, {"KeyName": "k"}, tags={"stage": stage, "owner": "a"}) for stage in ("prod", "test")
    )
    other = resource(INSTANCE, {"KeyName": "l"}, tags={"stage": "lab"})
    both = [{"key": "owner", "values": ["a"]}, {"key": "stage", "values": ["prod", "test"]}]
    assert fact(key, "instance_tags", prod, test, other) == Partial(both)
    assert fact(key, "instance_tags", other) == Partial([])
    partly = fact(key, "instance_tags", prod, test, incomplete={INSTANCE: DENIED})
    assert partly.value == both
    assert set(partly.unknown) == {"/-", "/0/values/-", "/1/values/-"}
    untold = resource(INSTANCE, {"KeyName": "k"}, tags_unknown=DENIED)
    assert "/-" in fact(key, "instance_tags", prod, untold).unknown


DISK = {"Ebs": {"Encrypted": True}}
STRONG = {
    "MetadataOptions": {"HttpTokens": "required"},
    "NetworkInterfaces": [{"AssociatePublicIpAddress": False}],
    "BlockDeviceMappings": [DISK],
    "UserData": {"redacted": True, "contains": []},
}


def template(version: dict[str, Any], **more: Any) -> Resource:
    given = {
        "LaunchTemplateId": "lt-1",
        "LaunchTemplateName": "web",
        "DefaultVersionNumber": 2,
        "LatestVersionNumber": 3,
        "LaunchTemplateData": STRONG,
        "Versions": [
            {"VersionNumber": 1, "LaunchTemplateData": version},
            {"VersionNumber": 2, "LaunchTemplateData": STRONG},
            {"VersionNumber": 3, "LaunchTemplateData": version},
        ],
    }
    return made(TEMPLATE, **{**given, **more})


def group(version: str | None, **more: Any) -> Resource:
    return made(GROUP, **{"LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": version}, **more})


PLAIN = made(SETTINGS, InstanceMetadataDefaults={}, EbsEncryptionByDefault=False)
WEAK = {
    "IMDSv2": {**STRONG, "MetadataOptions": {"HttpTokens": "optional"}},
    "no public address": {**STRONG, "NetworkInterfaces": [{"AssociatePublicIpAddress": True}]},
    "encrypted disks": {**STRONG, "BlockDeviceMappings": [DISK, {"Ebs": {"Encrypted": False}}]},
    "no secret in user data": {**STRONG, "UserData": {"redacted": True, "contains": ["private key at line 1"]}},
}


@pytest.mark.parametrize("loss", WEAK)
def test_versions_in_use_that_lack_something(loss: str) -> None:
    found = fact(template(WEAK[loss]), "weaker_versions", PLAIN, group("1"))
    assert found == Partial([{"version": 1, "lacks": [loss], "used_by": ["it"]}])
    assert fact(template(STRONG), "weaker_versions", PLAIN, group("1")) == Partial([])


def test_how_versions_are_named() -> None:
    weak = template(WEAK["IMDSv2"])

    def numbers(*users: Resource) -> list[int]:
        return [one["version"] for one in fact(weak, "weaker_versions", PLAIN, *users).value]

    assert numbers(group("$Latest")) == [3]
    for default in ("$Default", None, "2"):
        assert numbers(group(default)) == []
    assert numbers(group("1", LaunchTemplate={"LaunchTemplateName": "web", "Version": "1"})) == [1]
    assert numbers(group("1", LaunchTemplate={"LaunchTemplateId": "lt-9", "Version": "1"})) == []
    given = {"LaunchTemplateSpecification": {"LaunchTemplateId": "lt-1", "Version": "1"}}
    mixed = {"LaunchTemplate": {**given, "Overrides": []}}
    assert numbers(group("", LaunchTemplate=None, MixedInstancesPolicy=mixed)) == [1]
    mixed = {"LaunchTemplate": {"Overrides": [given]}}
    assert numbers(group("", LaunchTemplate=None, MixedInstancesPolicy=mixed)) == [1]
    assert numbers(made(FLEET, FleetState="active", LaunchTemplateConfigs=[given])) == [1]
    assert numbers(made(FLEET, FleetState="deleted", LaunchTemplateConfigs=[given])) == []
    spot = {"LaunchTemplateConfigs": [given]}
    assert numbers(made(SPOT, SpotFleetRequestState="active", SpotFleetRequestConfig=spot)) == [1]
    assert numbers(made(SPOT, SpotFleetRequestState="cancelled", SpotFleetRequestConfig=spot)) == []


def test_what_a_region_adds_to_a_version() -> None:
    silent = template({"NetworkInterfaces": []})
    region = made(SETTINGS, InstanceMetadataDefaults={"HttpTokens": "required"}, EbsEncryptionByDefault=True)
    assert fact(silent, "weaker_versions", region, group("1")) == Partial([])
    lost = ["IMDSv2", "encrypted disks"]
    found = fact(silent, "weaker_versions", PLAIN, group("1"))
    assert found == Partial([{"version": 1, "lacks": lost, "used_by": ["it"]}])
    assert set(fact(silent, "weaker_versions", group("1")).unknown) == {"/-"}


def test_versions_that_are_not_known() -> None:
    weak = template(WEAK["IMDSv2"])
    partly = fact(weak, "weaker_versions", PLAIN, group("1"), incomplete={FLEET: DENIED})
    assert len(partly.value) == 1
    assert set(partly.unknown) == {"/-"}
    unread = resource(TEMPLATE, {**weak.config, "Versions": None}, {"/Versions": DENIED}, region=REGION)
    assert set(fact(unread, "weaker_versions", PLAIN, group("1")).unknown) == {"/-"}
    assert fact(unread, "weaker_versions", PLAIN, group("$Default")) == Partial([])
    once = template(STRONG, LatestVersionNumber=1, DefaultVersionNumber=1, Versions=None)
    assert fact(once, "weaker_versions", PLAIN, incomplete={FLEET: DENIED}) == Partial([])
