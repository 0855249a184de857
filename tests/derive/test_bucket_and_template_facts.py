"""Facts that join a resource with the settings of its account."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, LATER, World, consistent, fact, hidden, resource
from hypothesis import given
from hypothesis import strategies as st

from scanner.derive.facts import Facts
from scanner.model import Partial, Resource, Unknown, Why

BUCKET, S3 = "AWS::S3::Bucket", "AWS::S3::AccountSettings"
TEMPLATE, EC2 = "AWS::EC2::LaunchTemplate", "AWS::EC2::AccountSettings"
FLAGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
ALL, NONE = dict.fromkeys(FLAGS, True), dict.fromkeys(FLAGS, False)
BLOCK = st.none() | st.fixed_dictionaries({flag: st.booleans() for flag in FLAGS})
OUTSIDE = Unknown(Why.OUT_OF_SCOPE, message="not part of this input")


def s3_account(block: Any, unknown: Any = None, **envelope: Any) -> Resource:
    return resource(
        S3, {"PublicAccessBlockConfiguration": block}, unknown, **{"region": "global", "id": "s3", **envelope}
    )


def blocked(block: Any, *settings: Resource, unknown: Any = None, **more: Any) -> Partial:
    return fact(
        resource(BUCKET, {"PublicAccessBlockConfiguration": block}, unknown), "block_public_access", *settings, **more
    )


@given(BLOCK, BLOCK)
def test_a_flag_holds_by_bucket_or_account(own: Any, shared: Any) -> None:
    found = blocked(own, s3_account(shared))
    assert found.unknown == {}
    assert found.value == {flag: (own or NONE)[flag] or (shared or NONE)[flag] for flag in FLAGS}


def test_what_the_bucket_sets_needs_no_account() -> None:
    found = blocked({**NONE, "BlockPublicAcls": True}, incomplete={S3: DENIED})
    assert found.value == {"BlockPublicAcls": True}
    assert found.unknown == {f"/{flag}": DENIED for flag in FLAGS[1:]}


def test_the_settings_of_another_account_say_nothing() -> None:
    found = blocked(None, s3_account(ALL, account="222222222222"))
    assert {why.why for why in found.unknown.values()} == {Why.NOT_COLLECTED}
    assert len(found.unknown) == 4


def test_two_settings_of_untold_accounts_decide_nothing() -> None:
    bucket = resource(BUCKET, {"PublicAccessBlockConfiguration": None}, account="")
    two = (s3_account(ALL, account=""), s3_account(NONE, account="", id="other"))
    assert len(fact(bucket, "block_public_access", *two).unknown) == 4
    assert fact(bucket, "block_public_access", two[0], incomplete={S3: OUTSIDE}).value == ALL


def test_a_flag_that_is_no_flag_is_unknown() -> None:
    found = blocked({**NONE, "BlockPublicAcls": "yes"}, s3_account(None))
    assert found.unknown["/BlockPublicAcls"].why is Why.ERROR


@given(st.data(), BLOCK, BLOCK)
def test_partial_blocks_hold_for_every_completion(data: st.DataObject, own: Any, shared: Any) -> None:
    mine = data.draw(hidden({"PublicAccessBlockConfiguration": own}))
    theirs = data.draw(
        st.just(Partial({"PublicAccessBlockConfiguration": shared}))
        | hidden({"PublicAccessBlockConfiguration": shared})
    )
    settings = s3_account(None)
    settings.config, settings.unknown = theirs.value, theirs.unknown
    told = fact(resource(BUCKET, mine.value, mine.unknown), "block_public_access", settings)
    assert consistent(told, blocked(own, s3_account(shared)).value)


def ec2_account(defaults: Any, unknown: Any = None, **envelope: Any) -> Resource:
    return resource(EC2, {"InstanceMetadataDefaults": defaults}, unknown, id="ec2", **envelope)


def options(own: Any, *settings: Resource, unknown: Any = None, **more: Any) -> Partial:
    return fact(
        resource(TEMPLATE, {"LaunchTemplateData": {"MetadataOptions": own}}, unknown),
        "metadata_options",
        *settings,
        **more,
    )


@pytest.mark.parametrize(
    ("own", "defaults", "expected"),
    [
        ({"HttpTokens": "required"}, {}, ("required", "template", "enabled", "aws")),
        ({"HttpTokens": "optional"}, {"HttpTokens": "required"}, ("optional", "template", "enabled", "aws")),
        (None, {"HttpTokens": "required"}, ("required", "account", "enabled", "aws")),
        (None, {"HttpTokens": "optional", "HttpEndpoint": "disabled"}, ("optional", "account", "disabled", "account")),
        (
            {"HttpEndpoint": "enabled"},
            {"HttpTokens": "required", "HttpEndpoint": "disabled"},
            ("required", "account", "enabled", "template"),
        ),
        ({"HttpTokens": "optional"}, {"HttpTokensEnforced": "enabled"}, ("optional", "template", "enabled", "aws")),
        ({"HttpTokens": "required"}, {"HttpTokensEnforced": "enabled"}, ("required", "template", "enabled", "aws")),
        (None, {"HttpTokensEnforced": "enabled"}, ("required", "account", "enabled", "aws")),
        ({"HttpTokens": "required"}, {"HttpEndpoint": "no-preference"}, ("required", "template", "enabled", "aws")),
    ],
)
def test_who_decides(own: Any, defaults: Any, expected: tuple[str, ...]) -> None:
    found = options(own, ec2_account(defaults))
    names = ("HttpTokens", "tokens_from", "HttpEndpoint", "endpoint_from")
    assert (found.value, found.unknown) == (dict(zip(names, expected, strict=True)), {})


def test_where_the_image_decides_the_endpoint_still_is_known() -> None:
    found = options(None, ec2_account({}))
    assert found.value == {"HttpEndpoint": "enabled", "endpoint_from": "aws"}
    why = found.unknown["/HttpTokens"]
    assert (why.why, why.permission) == (Why.NOT_COLLECTED, "ec2:DescribeImages")


def test_what_the_template_says_needs_no_account() -> None:
    said = {"HttpTokens": "required", "HttpEndpoint": "disabled"}
    assert options(said, incomplete={EC2: DENIED}).unknown == {}
    assert set(options(None, incomplete={EC2: DENIED}).unknown.values()) == {DENIED}


def test_an_unknown_option_of_the_template_is_unknown() -> None:
    found = options(
        {}, ec2_account({"HttpTokens": "required"}), unknown={"/LaunchTemplateData/MetadataOptions/HttpTokens": LATER}
    )
    assert found.unknown == {"/HttpTokens": LATER, "/tokens_from": LATER}


def test_the_settings_of_another_region_say_nothing() -> None:
    assert "/HttpTokens" in options(None, ec2_account({"HttpTokens": "required"}, region="us-east-1")).unknown


STATES = st.fixed_dictionaries(
    {},
    optional={
        "HttpTokens": st.sampled_from(["optional", "required"]),
        "HttpEndpoint": st.sampled_from(["enabled", "disabled"]),
        "HttpTokensEnforced": st.sampled_from(["enabled", "disabled"]),
    },
)


@given(st.data(), STATES, STATES)
def test_partial_options_hold_for_every_completion(data: st.DataObject, own: Any, defaults: Any) -> None:
    own.pop("HttpTokensEnforced", None)
    mine = data.draw(hidden({"LaunchTemplateData": {"MetadataOptions": own}}))
    theirs = data.draw(
        st.just(Partial({"InstanceMetadataDefaults": defaults})) | hidden({"InstanceMetadataDefaults": defaults})
    )
    settings = ec2_account(None)
    settings.config, settings.unknown = theirs.value, theirs.unknown
    told = fact(resource(TEMPLATE, mine.value, mine.unknown), "metadata_options", settings)
    truth = options(own, ec2_account(defaults))
    for name, value in told.value.items():
        assert truth.value[name] == value


def test_facts_of_one_run_read_the_account_once_for_all() -> None:
    world = World(s3_account(ALL))
    facts = Facts(world)
    bucket = resource(BUCKET, {"PublicAccessBlockConfiguration": None})
    assert facts.document(bucket, ["block_public_access"]).value["derived"]["block_public_access"] == ALL
    assert bucket.config == {"PublicAccessBlockConfiguration": None}
    assert ACCOUNT in world.accounts
