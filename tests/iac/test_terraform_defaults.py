"""No member of a type may be absent by oversight: what is not told is a default or unknown."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.aws.shapes import shape_of
from scanner.iac.defaults import Constant, Depends, default_key_policy, default_of, defaults, missing
from scanner.model import Why


@pytest.mark.parametrize("type_", defaults())
def test_every_member_of_the_api_has_a_default_or_a_reason(type_: str) -> None:
    shape = shape_of(type_)
    assert shape is not None
    named = {name for name in defaults()[type_] if "." not in name}
    assert set(shape.members) - named == set()
    assert named - set(shape.members) <= {"AvailableIpAddressCount"}  # volatile, so not kept of live subnets


def test_every_constant_is_of_the_kind_that_the_api_gives() -> None:
    kinds: dict[str, Any] = {"string": str, "boolean": bool, "number": int, "list": list, "structure": dict}
    for type_, table in defaults().items():
        shape = shape_of(type_)
        assert shape is not None
        for member, default in table.items():
            if isinstance(default, Constant) and default.value is not None and "." not in member:
                kind = shape.members[member].kind
                assert kind == "any" or type(default.value) is kinds[kind], (type_, member)


@pytest.mark.parametrize("type_", defaults())
def test_a_resource_that_says_nothing_is_complete(type_: str) -> None:
    found = missing(type_, ())
    told = set(found.value) | {where[1:] for where in found.unknown}
    assert told == {name for name in defaults()[type_] if "." not in name}
    assert missing(type_, told).value == {}
    assert missing(type_, told).unknown == {}


def test_a_default_for_new_resources_says_nothing_of_old_ones() -> None:
    assert missing("AWS::S3::Bucket", (), new=True).value["Policy"] is None
    old = missing("AWS::S3::Bucket", (), new=False)
    assert old.unknown["/Policy"].why is Why.OUT_OF_SCOPE
    assert missing("AWS::KMS::Key", (), new=False).value == {"KeyManager": "CUSTOMER"}


def test_defaults_are_not_shared_between_resources() -> None:
    missing("AWS::S3::Bucket", ()).value["VersioningConfiguration"]["Status"] = "Enabled"
    assert missing("AWS::S3::Bucket", ()).value["VersioningConfiguration"] == {}


def test_single_defaults_can_be_asked_for() -> None:
    assert default_of("AWS::KMS::Key", "KeySpec") == Constant("SYMMETRIC_DEFAULT")
    assert isinstance(default_of("AWS::EC2::Instance", "MetadataOptions.HttpTokens"), Depends)
    assert default_of("AWS::KMS::Key", "NoSuchMember") is None


def test_the_default_key_policy_names_the_root_or_keeps_it_opaque() -> None:
    told = default_key_policy("111122223333", "aws-cn")
    assert told.value["Statement"][0]["Principal"] == {"AWS": "arn:aws-cn:iam::111122223333:root"}
    assert told.unknown == {}
    untold = default_key_policy("")
    assert untold.value["Statement"][0]["Principal"] == {}
    assert untold.unknown["/Statement/0/Principal/AWS"].kind == "opaque"
