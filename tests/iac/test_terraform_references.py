"""Unknown with and without an expression, and following references through modules to their owner."""

from __future__ import annotations

from typing import Any

import pytest
from terraform_plans import change, configured, read, ref

from scanner.model import Why

POLICY = {"policy": '{"Id": "p"}'}
HOLE = {"bucket": True}
NEW = {"id": True, "arn": True, "bucket": True}


def bucket(address: str = "aws_s3_bucket.b", module: str = "") -> dict[str, Any]:
    return change(address, {"bucket_prefix": "p-"}, unknown=NEW, module=module)


def policy(address: str = "aws_s3_bucket_policy.p", module: str = "") -> dict[str, Any]:
    return change(address, POLICY, unknown=HOLE, module=module)


def named(*names: str, address: str = "aws_s3_bucket_policy.p", **more: Any) -> dict[str, Any]:
    """The configuration of the policy whose bucket is an expression of these references."""
    return configured(address, {"bucket": {"references": list(names)}}, **more)


def test_unknown_without_an_expression_is_aws_s_default() -> None:
    found = read([change("aws_kms_key.k", {}, unknown={"key_usage": True, "policy": True})])["aws_kms_key.k"]
    assert found.config["KeyUsage"] == "ENCRYPT_DECRYPT"
    assert found.config["Policy"]["Id"] == "key-default-1"


def test_unknown_with_an_expression_is_unknown() -> None:
    settings = configured("aws_kms_key.k", {"key_usage": ref("var.x"), "policy": {}})
    found = read([change("aws_kms_key.k", {}, unknown={"key_usage": True, "policy": True})], [settings])[
        "aws_kms_key.k"
    ]
    for where in ("/KeyUsage", "/Policy"):
        assert (found.unknown[where].why, found.unknown[where].kind) == (Why.AFTER_APPLY, "any")


def test_unknown_of_a_resource_that_exists_is_no_default() -> None:
    before = {"key_usage": "SIGN_VERIFY", "arn": "arn:aws:kms:eu-west-1:111122223333:key/k"}
    found = read([change("aws_kms_key.k", {}, unknown={"key_usage": True}, before=before, actions=["update"])])
    assert found["aws_kms_key.k"].unknown["/KeyUsage"].why is Why.AFTER_APPLY


def test_a_known_identifier_joins_without_an_expression() -> None:
    found = read(
        [change("aws_s3_bucket.b", {"bucket": "b"}), change("aws_s3_bucket_policy.p", {"bucket": "b", **POLICY})]
    )
    assert found["aws_s3_bucket.b"].config["Policy"] == {"Id": "p"}


def test_an_id_is_known_as_soon_as_the_bucket_s_name_is() -> None:
    logging = change("aws_s3_bucket_logging.l", {"bucket": "a", "target_prefix": ""}, unknown={"target_bucket": True})
    settings = configured("aws_s3_bucket_logging.l", {"target_bucket": ref("aws_s3_bucket.b.id")})
    changes = [
        change("aws_s3_bucket.a", {"bucket": "a"}),
        change("aws_s3_bucket.b", {"bucket": "b"}, unknown={"id": True}),
    ]
    found = read([*changes, logging], [settings])
    assert found["aws_s3_bucket.a"].config["LoggingConfiguration"]["TargetBucket"] == "b"


def test_a_reference_joins_and_leaves_other_buckets_alone() -> None:
    found = read([bucket(), bucket("aws_s3_bucket.c"), policy()], [named("aws_s3_bucket.b.id", "aws_s3_bucket.b")])
    assert found["aws_s3_bucket.b"].config["Policy"] == {"Id": "p"}
    assert found["aws_s3_bucket.c"].config["Policy"] is None


def test_two_references_leave_both_unknown_and_no_third() -> None:
    buckets = [bucket(f"aws_s3_bucket.{name}") for name in "bcd"]
    found = read([*buckets, policy()], [named("aws_s3_bucket.b.id", "aws_s3_bucket.c.id", "var.which")])
    for name in "bc":
        assert found[f"aws_s3_bucket.{name}"].unknown["/Policy"].why is Why.AFTER_APPLY
    assert found["aws_s3_bucket.d"].config["Policy"] is None


def test_module_inputs_are_followed_to_the_caller() -> None:
    inner = {"resources": [named("var.bucket")], "variables": {"bucket": {}}}
    calls = {"m": {"expressions": {"bucket": ref("aws_s3_bucket.b.id")}, "module": inner}}
    found = read([bucket(), bucket("aws_s3_bucket.c"), policy(module="module.m")], calls=calls)
    assert found["aws_s3_bucket.b"].config["Policy"] == {"Id": "p"}
    assert found["aws_s3_bucket.c"].config["Policy"] is None


def test_inputs_and_outputs_are_followed_through_nested_modules() -> None:
    maker = {
        "resources": [configured("aws_s3_bucket.b")],
        "outputs": {
            "name": {"expression": ref("aws_s3_bucket.b.id")},
            "other": {"expression": ref("aws_s3_bucket.c.id")},
        },
    }
    user = {"resources": [named("var.target")]}
    outer = {"module_calls": {"user": {"expressions": {"target": {"references": ["var.given"]}}, "module": user}}}
    calls = {
        "maker": {"module": maker},
        "outer": {"expressions": {"given": {"references": ["module.maker.name", "module.maker"]}}, "module": outer},
    }
    made = [bucket(module="module.maker"), bucket("aws_s3_bucket.c", module="module.maker")]
    found = read([*made, policy(module="module.outer.module.user")], calls=calls)
    assert found["module.maker.aws_s3_bucket.b"].config["Policy"] == {"Id": "p"}
    assert found["module.maker.aws_s3_bucket.c"].config["Policy"] is None


def test_module_instances_stay_apart() -> None:
    inner = {"resources": [configured("aws_s3_bucket.b"), named("aws_s3_bucket.b.id", "aws_s3_bucket.b")]}
    calls = {"m": {"for_each_expression": ref("local.all"), "module": inner}}
    one, two = 'module.m["one"]', 'module.m["two.[x]"]'
    found = read([bucket(module=one), bucket(module=two), policy(module=one)], calls=calls)
    assert found[f"{one}.aws_s3_bucket.b"].config["Policy"] == {"Id": "p"}
    assert found[f"{two}.aws_s3_bucket.b"].config["Policy"] is None


@pytest.mark.parametrize(
    ("own", "references", "joined"),
    [
        ('["a"]', ["aws_s3_bucket.b", "each.key"], ['["a"]']),
        ('["a"]', ['aws_s3_bucket.b["b"].id', 'aws_s3_bucket.b["b"]', "aws_s3_bucket.b"], ['["b"]']),
        ('["a"]', ["aws_s3_bucket.b", "each.value"], []),
        ('["a"]', ["aws_s3_bucket.b", "each.key", "local.map"], []),
        ('["z"]', ["aws_s3_bucket.b", "each.key"], []),
        ("", ["aws_s3_bucket.b"], []),
    ],
)
def test_instances_are_chosen_by_key(own: str, references: list[str], joined: list[str]) -> None:
    keys = ['["a"]', '["b"]']
    changes = [bucket(f"aws_s3_bucket.b{key}") for key in keys]
    found = read([*changes, policy(f"aws_s3_bucket_policy.p{own}")], [named(*references)])
    for key in keys:
        resource = found[f"aws_s3_bucket.b{key}"]
        if joined:
            assert resource.config["Policy"] == ({"Id": "p"} if key in joined else None)
        else:
            assert resource.unknown["/Policy"].why is Why.AFTER_APPLY


def test_a_value_of_a_chained_for_each_is_the_instance_of_its_key() -> None:
    keys = ['["a"]', '["b"]']
    settings = named("each.value.id", "each.value", for_each_expression=ref("aws_s3_bucket.b"))
    found = read(
        [*(bucket(f"aws_s3_bucket.b{key}") for key in keys), policy('aws_s3_bucket_policy.p["b"]')], [settings]
    )
    assert found['aws_s3_bucket.b["a"]'].config["Policy"] is None
    assert found['aws_s3_bucket.b["b"]'].config["Policy"] == {"Id": "p"}


def test_a_module_that_passes_each_value_on_is_followed() -> None:
    inner = {"resources": [named("var.bucket")]}
    call = {
        "expressions": {"bucket": {"references": ["each.value.id", "each.value"]}},
        "for_each_expression": ref("aws_s3_bucket.b"),
        "module": inner,
    }
    keys = ['["a"]', '["b"]']
    changes = [bucket(f"aws_s3_bucket.b{key}") for key in keys]
    found = read([*changes, policy(module='module.m["a"]')], calls={"m": call})
    assert found['aws_s3_bucket.b["a"]'].config["Policy"] == {"Id": "p"}
    assert found['aws_s3_bucket.b["b"]'].config["Policy"] is None


def test_a_local_joins_the_only_bucket_in_sight_but_not_one_of_several() -> None:
    alone = read([bucket(), policy()], [named("local.b")])
    assert alone["aws_s3_bucket.b"].config["Policy"] == {"Id": "p"}
    several = read([bucket(), bucket("aws_s3_bucket.c"), policy()], [named("local.b")])
    assert several["aws_s3_bucket.b"].unknown["/Policy"].why is Why.AFTER_APPLY
    assert several["aws_s3_bucket.c"].unknown["/Policy"].why is Why.AFTER_APPLY


def test_a_local_of_a_module_does_not_reach_what_the_module_cannot_see() -> None:
    inner = {"resources": [configured("aws_s3_bucket.b"), named("local.b")]}
    found = read([bucket(), bucket(module="module.m"), policy(module="module.m")], calls={"m": {"module": inner}})
    assert found["module.m.aws_s3_bucket.b"].config["Policy"] == {"Id": "p"}
    assert found["aws_s3_bucket.b"].config["Policy"] is None


def test_a_local_may_come_from_another_resource_that_names_such_an_owner() -> None:
    trail = change("aws_cloudfront_thing.t", {}, unknown={"bucket": True})
    found = read([bucket(), trail, policy()], [named("local.b")])
    assert found["aws_s3_bucket.b"].unknown["/Policy"].why is Why.AFTER_APPLY


def test_an_owner_that_another_type_makes_lies_outside_the_plan() -> None:
    trail = change("aws_thing.t", {}, unknown={"store": True})
    found = read([bucket(), trail, policy()], [named("aws_thing.t.store", "aws_thing.t")])
    assert found["aws_s3_bucket.b"].config["Policy"] is None
    outside = found["aws_s3_bucket_policy.p"]
    assert outside.config == {"Policy": {"Id": "p"}}
    assert outside.unknown["/Name"].why is Why.OUT_OF_SCOPE
    assert outside.physical_id == ""


def test_an_update_in_place_keeps_its_owner() -> None:
    state = {"id": "b", "arn": "arn:aws:s3:::b", "bucket": "b"}
    changes = [
        change("aws_s3_bucket.b", state, before=state),
        bucket("aws_s3_bucket.c"),
        change("aws_s3_bucket_policy.p", POLICY, unknown=HOLE, before={"bucket": "b"}, actions=["update"]),
    ]
    found = read(changes, [named("local.x")])
    assert found["aws_s3_bucket.b"].config["Policy"] == {"Id": "p"}
    assert found["aws_s3_bucket.c"].config["Policy"] is None


def test_without_a_configuration_nothing_is_taken_for_a_default() -> None:
    orphan = change("aws_kms_key.k", {}, unknown={"key_usage": True}, module="module.gone")
    found = read([orphan])["module.gone.aws_kms_key.k"]
    assert found.unknown["/KeyUsage"].why is Why.AFTER_APPLY


def test_a_block_that_the_configuration_does_not_show_hides_its_expressions() -> None:
    block = [{"apply_server_side_encryption_by_default": [{}]}]
    rule = [{"apply_server_side_encryption_by_default": [{"sse_algorithm": True}]}]
    encryption = change(
        "aws_s3_bucket_server_side_encryption_configuration.e", {"bucket": "b", "rule": block}, unknown={"rule": rule}
    )
    found = read([change("aws_s3_bucket.b", {"bucket": "b"}), encryption])["aws_s3_bucket.b"]
    where = "/BucketEncryption/Rules/0/ApplyServerSideEncryptionByDefault/SSEAlgorithm"
    assert found.unknown[where].why is Why.AFTER_APPLY


def test_an_empty_block_leaves_its_members_to_the_provider() -> None:
    settings = configured("aws_launch_template.t", {"metadata_options": [{}]})
    template = change(
        "aws_launch_template.t", {"metadata_options": [{}]}, unknown={"metadata_options": [{"http_tokens": True}]}
    )
    found = read([template], [settings])["aws_launch_template.t"]
    assert found.config["LaunchTemplateData"] == {"MetadataOptions": {}}


def test_accounts_come_from_arns_or_from_what_binds_the_provider() -> None:
    arn = "arn:aws-cn:kms:cn-north-1:111122223333:key/k"
    state = {"arn": arn, "key_id": "k", "id": "k"}
    found = read([change("aws_kms_key.k", state, before=state)])["aws_kms_key.k"]
    assert (found.account, found.region, found.partition, found.physical_id) == (
        "111122223333",
        "cn-north-1",
        "aws-cn",
        arn,
    )
    identity = {"address": "data.aws_caller_identity.me", "mode": "data", "type": "aws_caller_identity", "name": "me"}
    prior = {"values": {"root_module": {"resources": [{**identity, "values": {"account_id": "444455556666"}}]}}}
    told = read([change("aws_kms_key.k", {})], [configured("data.aws_caller_identity.me")], prior_state=prior)
    assert told["aws_kms_key.k"].account == "444455556666"
    principal = told["aws_kms_key.k"].config["Policy"]["Statement"][0]["Principal"]
    assert principal == {"AWS": "arn:aws:iam::444455556666:root"}
