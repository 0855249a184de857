"""Facts of instances, snapshots and launch templates, and of an endpoint's policy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from derive_worlds import DENIED, LATER, fact, resource

from scanner.model import Partial, Resource, Unknown, Why

INSTANCE, SNAPSHOT, IMAGE = "AWS::EC2::Instance", "AWS::EC2::Snapshot", "AWS::EC2::Image"
TEMPLATE, SETTINGS, ENDPOINT = "AWS::EC2::LaunchTemplate", "AWS::EC2::AccountSettings", "AWS::EC2::VPCEndpoint"


@pytest.mark.parametrize(
    ("state", "reason", "since"),
    [
        ("stopped", "User initiated (2026-01-31 08:00:00 GMT)", "2026-01-31T08:00:00Z"),
        ("stopped", "User initiated (2026-01-31 08:00:00 UTC)", "2026-01-31T08:00:00Z"),
        ("running", "User initiated (2026-01-31 08:00:00 GMT)", None),
        ("terminated", "", None),
    ],
)
def test_since_when_an_instance_is_stopped(state: str, reason: str, since: str | None) -> None:
    found = fact(resource(INSTANCE, {"State": {"Name": state}, "StateTransitionReason": reason}), "stopped")
    assert (found.value, found.unknown) == ({"since": since}, {})


@pytest.mark.parametrize("reason", ["", "Server.SpotInstanceShutdown", None, "(yesterday)"])
def test_a_stop_without_a_time_is_not_known(reason: Any) -> None:
    found = fact(resource(INSTANCE, {"State": {"Name": "stopped"}, "StateTransitionReason": reason}), "stopped")
    assert found.unknown["/since"].why is Why.UNSUPPORTED
    hidden = resource(INSTANCE, {"State": {"Name": "stopped"}}, {"/StateTransitionReason": LATER})
    assert fact(hidden, "stopped").unknown == {"/since": LATER}


def settings(**config: Any) -> Resource:
    return resource(SETTINGS, {"InstanceMetadataDefaults": {}, "EbsEncryptionByDefault": False, **config}, id="ec2")


def test_the_region_says_what_sharing_means() -> None:
    one = resource(SNAPSHOT, {})
    for state in ("block-all-sharing", "block-new-sharing", "unblocked"):
        told = fact(one, "snapshot_sharing", settings(SnapshotBlockPublicAccessState=state))
        assert (told.value, told.unknown) == ({"block": state}, {})
    assert fact(one, "snapshot_sharing", settings()).value == {"block": "unblocked"}
    assert fact(one, "snapshot_sharing", incomplete={SETTINGS: DENIED}).unknown == {"/block": DENIED}
    without = Unknown(Why.UNSUPPORTED, message="the region does not offer the call")
    assert fact(
        one, "snapshot_sharing", resource(SETTINGS, {}, {"/SnapshotBlockPublicAccessState": without})
    ).value == {"block": "unblocked"}
    hidden = resource(SETTINGS, {}, {"/SnapshotBlockPublicAccessState": DENIED})
    assert fact(one, "snapshot_sharing", hidden).unknown == {"/block": DENIED}


def template(*mappings: Any, unknown: Any = None, **data: Any) -> Resource:
    return resource(TEMPLATE, {"LaunchTemplateData": {"BlockDeviceMappings": list(mappings), **data}}, unknown)


def plain(one: Resource, *others: Resource, **more: Any) -> Partial:
    return fact(one, "plain_volumes", *(others or (settings(),)), **more)


def mapping(device: str = "/dev/xvda", **volume: Any) -> dict[str, Any]:
    return {"DeviceName": device, "Ebs": volume}


def image(**volume: Any) -> Resource:
    return resource(IMAGE, {"ImageId": "ami-1", "BlockDeviceMappings": [mapping(**volume)]})


OWN = resource(SNAPSHOT, {"SnapshotId": "snap-1", "Encrypted": True})


@pytest.mark.parametrize(
    ("one", "others", "devices"),
    [
        (template(mapping(Encrypted=True)), (settings(),), []),
        (template(mapping(Encrypted=False), ImageId="ami-1"), (settings(), image()), ["/dev/xvda"]),
        # What comes from an encrypted snapshot stays encrypted, whatever is asked for.
        (template(mapping(Encrypted=False), ImageId="ami-1"), (settings(), image(Encrypted=True)), []),
        (template(mapping(Encrypted=False, SnapshotId="snap-1")), (settings(), OWN), []),
        (template(mapping(Encrypted=False)), (settings(EbsEncryptionByDefault=True),), []),
        # Taken at its word where another account's image or snapshot, or one chosen at launch, comes under it.
        (template(mapping(Encrypted=False)), (settings(),), ["/dev/xvda"]),
        (template(mapping(Encrypted=False), ImageId="ami-2"), (settings(), image(Encrypted=True)), ["/dev/xvda"]),
        (template(mapping(Encrypted=False, SnapshotId="snap-2")), (settings(), OWN), ["/dev/xvda"]),
        (template(mapping(), mapping("/dev/sdb")), (settings(EbsEncryptionByDefault=True),), []),
        (template({"DeviceName": "/dev/sdb", "VirtualName": "ephemeral0"}), (settings(),), []),
        (template(mapping(SnapshotId="snap-1")), (settings(), OWN), []),
        (template(mapping(), ImageId="ami-1"), (settings(), image(Encrypted=True)), []),
        (template(mapping(), ImageId="ami-1"), (settings(), image(Encrypted=False)), ["/dev/xvda"]),
        (template(mapping(), ImageId="ami-1"), (settings(), image()), ["/dev/xvda"]),
        # The image has no such device: an empty volume.
        (template(mapping("/dev/sdb"), ImageId="ami-1"), (settings(), image(Encrypted=True)), ["/dev/sdb"]),
    ],
)
def test_volumes_that_nothing_encrypts(one: Resource, others: Any, devices: list[str]) -> None:
    found = plain(one, *others)
    assert found.unknown == {}
    assert [volume["device"] for volume in found.value] == devices


@pytest.mark.parametrize(
    ("one", "others", "why"),
    [
        (template(mapping(SnapshotId="snap-2")), (settings(), OWN), Why.OUT_OF_SCOPE),
        (template(mapping(), ImageId="ami-2"), (settings(), image()), Why.OUT_OF_SCOPE),
        (template(mapping()), (settings(),), Why.OUT_OF_SCOPE),
        (template(mapping(Encrypted=False), ImageId="ami-1"), (image(),), Why.NOT_COLLECTED),
        (template(mapping(Encrypted=False), ImageId="ami-2"), (image(),), Why.NOT_COLLECTED),
        (template(mapping(), unknown={"/LaunchTemplateData/BlockDeviceMappings/0/Ebs/Encrypted": LATER}), (settings(),), Why.AFTER_APPLY),
    ],
)  # fmt: skip
def test_volumes_that_may_not_be_encrypted(one: Resource, others: Any, why: Why) -> None:
    found = fact(one, "plain_volumes", *others)
    assert [reason.kind for reason in found.unknown.values()] == ["maybe"]
    assert set(found.unknown) == {"/0"}
    assert found.unknown["/0"].why is why


def test_where_the_images_were_not_listed_none_is_taken_for_anothers() -> None:
    one = template(mapping(Encrypted=False), ImageId="ami-1")
    assert fact(one, "plain_volumes", settings(), incomplete={IMAGE: DENIED}).unknown == {
        "/0": replace(DENIED, kind="maybe")
    }


def test_a_launch_configuration_is_read_like_a_template() -> None:
    own = resource(
        "AWS::AutoScaling::LaunchConfiguration",
        {
            "ImageId": "ami-1",
            "BlockDeviceMappings": [mapping(SnapshotId="snap-1"), mapping("/dev/sdb", Encrypted=True)],
        },
    )
    snapshot = resource("AWS::EC2::Snapshot", {"SnapshotId": "snap-1", "Encrypted": False}, id="snap-1")
    assert plain(own, settings(), snapshot).value == [{"device": "/dev/xvda", "source": "/BlockDeviceMappings/0"}]
    assert set(plain(own).unknown) == {"/0"}


def test_mappings_that_are_not_known() -> None:
    hidden = resource(TEMPLATE, {}, {"/LaunchTemplateData": DENIED})
    assert plain(hidden).unknown == {"": DENIED}
    more = Unknown(Why.AFTER_APPLY, "more")
    open_ended = template(unknown={"/LaunchTemplateData/BlockDeviceMappings/-": more})
    assert plain(open_ended).unknown == {"/-": more}


@pytest.mark.parametrize(
    ("support", "enforced", "expected"),
    [("v2.0", None, ("required", "image")), (None, None, ("optional", "aws")), (None, "enabled", ("required", "account"))],
)  # fmt: skip
def test_an_own_image_decides_what_template_and_account_leave_open(
    support: str | None, enforced: str | None, expected: tuple[str, str]
) -> None:
    one = resource(TEMPLATE, {"LaunchTemplateData": {"ImageId": "ami-1"}})
    own = resource(IMAGE, {"ImageId": "ami-1", "ImdsSupport": support})
    found = fact(one, "metadata_options", settings(InstanceMetadataDefaults={"HttpTokensEnforced": enforced}), own)
    assert (found.value["HttpTokens"], found.value["tokens_from"]) == expected
    assert found.unknown == {}


def test_where_enforcement_is_not_known_only_an_image_that_requires_tokens_decides() -> None:
    one = resource(TEMPLATE, {"LaunchTemplateData": {"ImageId": "ami-1"}})
    account = resource(
        SETTINGS, {"InstanceMetadataDefaults": {}}, {"/InstanceMetadataDefaults/HttpTokensEnforced": LATER}
    )
    old, new = (resource(IMAGE, {"ImageId": "ami-1", "ImdsSupport": support}) for support in (None, "v2.0"))
    assert fact(one, "metadata_options", account, old).unknown == {"/HttpTokens": LATER, "/tokens_from": LATER}
    assert fact(one, "metadata_options", account, new).value["HttpTokens"] == "required"


ALL = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def boundless(*statements: Any, unknown: Any = None, service: str = "com.amazonaws.eu-west-1.s3") -> Partial:
    config = {"ServiceName": service, "PolicyDocument": {"Statement": list(statements)}}
    return fact(resource(ENDPOINT, config, unknown), "boundless_statements")


@pytest.mark.parametrize(
    ("change", "listed"),
    [
        ({}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Action": "s3:*"}, True),
        ({"Action": ["s3:GetObject", "S3:*"]}, True),
        ({"Resource": ["arn:aws:s3:::*"]}, True),
        ({"Resource": "arn:aws:s3:::*/*"}, True),
        ({"Sid": "all"}, True),
        ({"Effect": "Deny"}, False),
        ({"Principal": {"AWS": "arn:aws:iam::111122223333:root"}}, False),
        ({"Action": "s3:GetObject"}, False),
        ({"Action": "dynamodb:*"}, False),
        ({"Resource": "arn:aws:s3:::own/*"}, False),
        ({"Condition": {"StringEquals": {"aws:ResourceOrgID": "o-1"}}}, False),
        ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}, False),
        ({"Condition": {"StringEquals": {"aws:ResourceAccount": ["111122223333"]}}}, False),
        ({"Condition": {"StringEquals": {"aws:PrincipalAccount": "111122223333"}}}, False),
        ({"Condition": {"ForAnyValue:StringLike": {"aws:ResourceOrgPaths": "o-1/r-1/*"}}}, False),
        # These bound nothing: every request comes through the endpoint, and anybody may be of any organisation.
        ({"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}, True),
        ({"Condition": {"StringLike": {"aws:ResourceOrgID": "*"}}}, True),
        ({"Condition": {"StringNotEquals": {"aws:ResourceOrgID": "o-1"}}}, True),
        ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, True),
    ],
)
def test_statements_without_a_boundary(change: dict[str, Any], *, listed: bool) -> None:
    found = boundless({**ALL, **change})
    assert found.unknown == {}
    expected = [{"index": 0, "sid": change.get("Sid"), "source": "/PolicyDocument/Statement/0"}]
    assert found.value == (expected if listed else [])


def test_actions_of_services_that_go_by_another_name() -> None:
    assert boundless({**ALL, "Action": "cloudwatch:*"}, service="com.amazonaws.eu-west-1.monitoring").value
    assert boundless({**ALL, "Action": "ecr:*"}, service="com.amazonaws.eu-west-1.ecr.dkr").value
    negative = {key: value for key, value in ALL.items() if key not in ("Action", "Resource")}
    assert boundless({**negative, "NotAction": "s3:DeleteBucket", "NotResource": "arn:aws:s3:::own"}).value
    assert boundless({**negative, "NotAction": "*", "Resource": "*"}).value == []


def test_endpoint_policies_that_are_not_known() -> None:
    hidden = resource(ENDPOINT, {"ServiceName": "s3"}, {"/PolicyDocument": DENIED})
    assert fact(hidden, "boundless_statements").unknown == {"": DENIED}
    half = boundless(ALL, ALL, unknown={"/PolicyDocument/Statement/1/Action": LATER})
    assert (len(half.value), set(half.unknown)) == (1, {"/-"})
    assert fact(resource(ENDPOINT, {"PolicyDocument": None}), "boundless_statements").value == []


VOLUME = "AWS::EC2::Volume"


def stays(*others: Resource, unknown: Any = None, incomplete: Any = None, **attachment: Any) -> Partial:
    config = {"VolumeId": "vol-1", "Attachments": [{"InstanceId": "i-1", "Device": "/dev/sdb", **attachment}]}
    return fact(resource(VOLUME, config, unknown), "outlives", *others, incomplete=incomplete)


def test_volumes_that_outlive_their_instance() -> None:
    told = [{"instance": "i-1", "device": "/dev/sdb"}]
    mapped = [{"Ebs": {"VolumeId": "vol-1", "DeleteOnTermination": True}}]
    host = resource(INSTANCE, {"InstanceId": "i-1", "BlockDeviceMappings": mapped})
    assert stays(DeleteOnTermination=True).value == []
    assert stays(host, DeleteOnTermination=False).value == told
    assert stays(host).value == []
    assert stays().value == told
    assert fact(resource(VOLUME, {"VolumeId": "vol-1", "Attachments": []}), "outlives").value == []


def test_attachments_that_are_not_known() -> None:
    blind = stays(incomplete={INSTANCE: DENIED})
    assert [(place, why.kind) for place, why in blind.unknown.items()] == [("/0", "maybe")]
    assert set(stays(unknown={"/Attachments/0/DeleteOnTermination": LATER}).unknown) == {"/0"}
    assert fact(resource(VOLUME, {}, {"/Attachments": DENIED}), "outlives").unknown == {"": DENIED}
