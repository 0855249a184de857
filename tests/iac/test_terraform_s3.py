"""Buckets: new and existing ones, their satellites, inline blocks, and what a deletion leaves."""

from __future__ import annotations

import json
from typing import Any

import pytest
from terraform_plans import change, configured, plan, read, ref, shard

from scanner.model import Resource, Why

ALL = "http://acs.amazonaws.com/groups/global/AllUsers"
NEW = {"id": True, "arn": True, "versioning": True, "policy": True, "acl": True, "grant": True}
OWNED = {"rule": [{"object_ownership": "ObjectWriter"}]}


def bucket(*more: dict[str, Any], inline: dict[str, Any] | None = None) -> Resource:
    """A new bucket `b` with satellites that name it."""
    unknown = {name: True for name in NEW if name not in (inline or {})}
    return read([change("aws_s3_bucket.b", {"bucket": "b", **(inline or {})}, unknown=unknown), *more])[
        "aws_s3_bucket.b"
    ]


def satellite(kind: str, name: str = "b", **after: Any) -> dict[str, Any]:
    return change(f"aws_s3_bucket_{kind}.{name}", {"bucket": "b", **after})


def existing(inline: dict[str, Any] | None = None, *more: dict[str, Any]) -> Resource:
    """A bucket that is there already, as a refresh read it."""
    state = {
        "id": "b",
        "arn": "arn:aws:s3:::b",
        "bucket": "b",
        "versioning": [],
        "policy": "",
        "grant": [],
        **(inline or {}),
    }
    return read([change("aws_s3_bucket.b", state, before=state), *more])["aws_s3_bucket.b"]


def test_a_new_bucket_has_what_aws_gives_it() -> None:
    found = bucket()
    assert found.config["PublicAccessBlockConfiguration"]["RestrictPublicBuckets"] is True
    assert found.config["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert found.config["BucketEncryption"]["Rules"][0]["ApplyServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "AES256"
    }
    assert found.config["VersioningConfiguration"] == {}
    for member in ("Policy", "Acl", "LoggingConfiguration", "ReplicationConfiguration"):
        assert found.config[member] is None
    assert (found.name, found.physical_id, found.region) == ("b", "arn:aws:s3:::b", "eu-west-1")


def test_of_an_existing_bucket_only_what_the_plan_tells_is_known() -> None:
    found = existing({"versioning": [{"enabled": True, "mfa_delete": False}]})
    assert found.config["VersioningConfiguration"] == {"Status": "Enabled"}
    assert found.config["Policy"] is None
    for member in ("/PublicAccessBlockConfiguration", "/OwnershipControls", "/Acl"):
        assert found.unknown[member].why is Why.OUT_OF_SCOPE


def test_an_existing_bucket_that_grants_to_a_group_has_acls() -> None:
    grant = {"id": "", "type": "Group", "uri": ALL, "permissions": ["READ", "WRITE"]}
    grants = existing({"grant": [grant]}).config["Acl"]["Grants"]
    assert [(item["Grantee"]["URI"], item["Permission"]) for item in grants] == [(ALL, "READ"), (ALL, "WRITE")]


@pytest.mark.parametrize(
    ("name", "permissions"),
    [
        ("private", []),
        ("public-read", ["READ"]),
        ("public-read-write", ["READ", "WRITE"]),
        ("log-delivery-write", ["READ_ACP", "WRITE"]),
        ("bucket-owner-full-control", []),
    ],
)
def test_a_canned_acl_is_the_grants_it_makes(name: str, permissions: list[str]) -> None:
    found = bucket(satellite("ownership_controls", **OWNED), satellite("acl", acl=name))
    grants = found.config["Acl"]["Grants"]
    assert [item["Permission"] for item in grants if "URI" in item["Grantee"]] == permissions
    assert {"Grantee": {"Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"} in grants
    assert found.unknown["/Acl/Owner/ID"].kind == "opaque"


def test_a_written_acl_is_kept() -> None:
    grant = {"grantee": [{"type": "Group", "uri": ALL, "id": ""}], "permission": "READ"}
    policy = [{"owner": [{"id": "abc"}], "grant": [grant]}]
    found = bucket(satellite("ownership_controls", **OWNED), satellite("acl", access_control_policy=policy))
    assert found.config["Acl"] == {
        "Owner": {"ID": "abc"},
        "Grants": [{"Grantee": {"Type": "Group", "URI": ALL}, "Permission": "READ"}],
    }


def test_an_acl_means_nothing_where_the_owner_is_enforced() -> None:
    enforced = {"rule": [{"object_ownership": "BucketOwnerEnforced"}]}
    found = bucket(satellite("ownership_controls", **enforced), satellite("acl", acl="public-read"))
    assert found.config["Acl"] is None
    assert bucket(satellite("acl", acl="private")).config["Acl"] is None


def test_an_acl_for_others_can_only_be_applied_where_acls_work() -> None:
    found = bucket(satellite("acl", acl="public-read"))
    assert found.config["OwnershipControls"] is None
    assert any(grant["Grantee"].get("URI", "").endswith("/AllUsers") for grant in found.config["Acl"]["Grants"])
    settings = configured("aws_s3_bucket_acl.b", {"acl": ref("data.external.x.result")})
    unknown_acl = change("aws_s3_bucket_acl.b", {"bucket": "b"}, unknown={"acl": True})
    later = read([change("aws_s3_bucket.b", {"bucket": "b"}), unknown_acl], [settings])["aws_s3_bucket.b"]
    assert {"/Acl", "/OwnershipControls"} <= set(later.unknown)


def test_object_lock_turns_versioning_on() -> None:
    assert bucket(inline={"object_lock_enabled": True}).config["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket(inline={"object_lock_enabled": False}).config["VersioningConfiguration"] == {}
    suspended = bucket(
        satellite("versioning", versioning_configuration=[{"status": "Suspended"}]),
        inline={"object_lock_enabled": True},
    )
    assert suspended.config["VersioningConfiguration"] == {"Status": "Suspended"}


def test_an_unknown_ownership_makes_the_acl_unknown() -> None:
    controls = change(
        "aws_s3_bucket_ownership_controls.b",
        {"bucket": "b", "rule": [{}]},
        unknown={"rule": [{"object_ownership": True}]},
    )
    settings = configured("aws_s3_bucket_ownership_controls.b", {"rule": [{"object_ownership": ref("var.x")}]})
    found = read([change("aws_s3_bucket.b", {"bucket": "b"}), controls], [settings])["aws_s3_bucket.b"]
    assert found.unknown["/OwnershipControls/Rules/0/ObjectOwnership"].why is Why.AFTER_APPLY
    assert found.unknown["/Acl"].why is Why.AFTER_APPLY


@pytest.mark.parametrize(
    ("status", "expected"),
    [("Enabled", {"Status": "Enabled"}), ("Suspended", {"Status": "Suspended"}), ("Disabled", {})],
)
def test_versioning_is_told_as_aws_tells_it(status: str, expected: dict[str, str]) -> None:
    found = bucket(satellite("versioning", versioning_configuration=[{"status": status, "mfa_delete": None}]))
    assert found.config["VersioningConfiguration"] == expected


def test_a_satellite_wins_over_an_inline_block() -> None:
    inline = {"versioning": [{"enabled": True}], "policy": '{"Id": "inline"}'}
    found = bucket(
        satellite("versioning", versioning_configuration=[{"status": "Suspended"}]),
        satellite("policy", policy='{"Id": "separate"}'),
        inline=inline,
    )
    assert found.config["VersioningConfiguration"] == {"Status": "Suspended"}
    assert found.config["Policy"] == {"Id": "separate"}
    alone = bucket(inline=inline)
    assert alone.config["VersioningConfiguration"] == {"Status": "Enabled"}
    assert alone.config["Policy"] == {"Id": "inline"}


def test_two_satellites_that_contradict_leave_the_member_unknown() -> None:
    found = bucket(satellite("policy", policy='{"Id": "1"}'), satellite("policy", "c", policy='{"Id": "2"}'))
    assert "both set it" in found.unknown["/Policy"].message


def test_a_policy_that_does_not_parse_stays_text() -> None:
    assert bucket(satellite("policy", policy="{not json")).config["Policy"] == "{not json"


@pytest.mark.parametrize(
    ("kind", "old", "member", "left"),
    [
        ("policy", {"policy": "{}"}, "Policy", None),
        ("public_access_block", {"block_public_acls": True}, "PublicAccessBlockConfiguration", None),
        ("ownership_controls", OWNED, "OwnershipControls", None),
        (
            "versioning",
            {"versioning_configuration": [{"status": "Enabled"}]},
            "VersioningConfiguration",
            {"Status": "Suspended"},
        ),
        ("logging", {"target_bucket": "logs"}, "LoggingConfiguration", None),
    ],
)
def test_a_deleted_satellite_leaves_what_its_deletion_leaves(
    kind: str, old: dict[str, Any], member: str, left: object
) -> None:
    gone = change(f"aws_s3_bucket_{kind}.b", None, before={"bucket": "b", "id": "b", **old}, actions=["delete"])
    found = existing({"policy": '{"Id": "stale"}'}, gone)
    assert found.config[member] == left


def test_a_deleted_bucket_is_not_in_the_posture() -> None:
    old = {"bucket": "b", "id": "b"}
    assert read([change("aws_s3_bucket.b", None, before=old, actions=["delete"])]) == {}
    kept = read([change("aws_s3_bucket.b", None, before=old, actions=["forget"])])
    assert kept["aws_s3_bucket.b"].config["Name"] == "b"


def test_a_replaced_bucket_is_new() -> None:
    state = {"bucket": "b", "id": "a", "arn": "arn:aws:s3:::a"}
    found = read([change("aws_s3_bucket.b", {"bucket": "b"}, unknown=NEW, before=state, actions=["delete", "create"])])
    assert found["aws_s3_bucket.b"].config["Policy"] is None
    assert found["aws_s3_bucket.b"].config["Name"] == "b"


def test_encryption_lifecycle_and_the_rest_are_carried_over() -> None:
    found = bucket(
        satellite(
            "server_side_encryption_configuration",
            rule=[
                {
                    "apply_server_side_encryption_by_default": [
                        {"sse_algorithm": "aws:kms", "kms_master_key_id": "alias/x"}
                    ],
                    "bucket_key_enabled": True,
                }
            ],
        ),
        satellite(
            "lifecycle_configuration",
            rule=[{"id": "r", "status": "Enabled", "expiration": [{"days": 3}], "filter": []}],
        ),
        satellite("logging", target_bucket="logs", target_prefix=""),
        satellite("website_configuration", index_document=[{"suffix": "index.html"}]),
        satellite("cors_configuration", cors_rule=[{"allowed_origins": ["*"], "allowed_methods": ["PUT", "GET"]}]),
        satellite("object_lock_configuration", rule=[{"default_retention": [{"mode": "GOVERNANCE", "days": 5}]}]),
        satellite(
            "notification", eventbridge=True, topic=[{"topic_arn": "arn:aws:sns:eu-west-1:1:t", "events": ["s3:*"]}]
        ),
        satellite(
            "replication_configuration",
            role="arn:r",
            rule=[{"status": "Enabled", "destination": [{"bucket": "arn:d"}]}],
        ),
    )
    assert found.config["BucketEncryption"] == {
        "Rules": [
            {
                "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/x"},
                "BucketKeyEnabled": True,
            }
        ]
    }
    assert found.config["LifecycleConfiguration"] == {
        "Rules": [{"ID": "r", "Status": "Enabled", "Expiration": {"Days": 3}}]
    }
    assert found.config["LoggingConfiguration"] == {"TargetBucket": "logs", "TargetPrefix": ""}
    assert found.config["WebsiteConfiguration"] == {"IndexDocument": {"Suffix": "index.html"}}
    assert found.config["CorsConfiguration"] == {
        "CORSRules": [{"AllowedOrigins": ["*"], "AllowedMethods": ["GET", "PUT"]}]
    }
    assert found.config["ObjectLockConfiguration"] == {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 5}},
    }
    assert found.config["NotificationConfiguration"] == {
        "TopicConfigurations": [{"TopicArn": "arn:aws:sns:eu-west-1:1:t", "Events": ["s3:*"]}],
        "EventBridgeConfiguration": {},
    }
    assert found.config["ReplicationConfiguration"] == {
        "Role": "arn:r",
        "Rules": [{"Status": "Enabled", "Destination": {"Bucket": "arn:d"}}],
    }


def test_several_satellites_of_one_bucket_outside_make_one_resource() -> None:
    found = read(
        [satellite("policy", policy="{}"), satellite("versioning", versioning_configuration=[{"status": "Enabled"}])]
    )
    (only,) = found.values()
    assert (only.config["Policy"], only.config["VersioningConfiguration"]) == ({}, {"Status": "Enabled"})
    assert only.unknown["/PublicAccessBlockConfiguration"].why is Why.OUT_OF_SCOPE


def test_account_settings_are_global_and_reset_by_deletion() -> None:
    address = "aws_s3_account_public_access_block.a"
    values = {"account_id": "111122223333", "block_public_acls": True, "block_public_policy": None}
    found = read([change(address, values)])[address]
    assert (found.account, found.region) == ("111122223333", "global")
    assert found.config["PublicAccessBlockConfiguration"]["BlockPublicAcls"] is True
    assert found.config["PublicAccessBlockConfiguration"]["BlockPublicPolicy"] is False
    gone = read([change(address, None, before=values, actions=["delete"])])[address]
    assert gone.config == {"PublicAccessBlockConfiguration": None}


def test_a_targeted_plan_does_not_pass_over_satellites_it_left_out() -> None:
    settings = [
        configured("aws_s3_bucket.b"),
        configured("aws_s3_bucket_public_access_block.b", {"bucket": ref("aws_s3_bucket.b.id")}),
    ]
    changes = [change("aws_s3_bucket.b", {"bucket": "b"}, unknown=NEW)]
    partial = read(changes, settings, complete=False)["aws_s3_bucket.b"]
    assert partial.unknown["/PublicAccessBlockConfiguration"].why is Why.AFTER_APPLY
    whole = read(changes, settings, complete=True)["aws_s3_bucket.b"]
    assert whole.config["PublicAccessBlockConfiguration"]["BlockPublicAcls"] is True


def test_sensitive_parts_are_unknown_and_never_written() -> None:
    document = plan(
        [
            change(
                "aws_s3_bucket.b",
                {"bucket": "s3cret-name", "tags": {"k": "s3cret"}},
                sensitive={"bucket": True, "tags": {"k": True}},
            ),
            change(
                "aws_s3_bucket_policy.b",
                {"bucket": "s3cret-name", "policy": '{"Id": "s3cret"}'},
                sensitive={"policy": True, "bucket": True},
            ),
        ]
    )
    found = shard(document)
    (only,) = found.resources
    assert "s3cret" not in repr(found)
    assert only.unknown["/Policy"].why is Why.OUT_OF_SCOPE
    assert only.tags_unknown is not None
    assert json.dumps(only.config)
