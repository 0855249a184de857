"""What keys ask of enclaves, and what groups' denials come to."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import DENIED, LATER, fact, resource

from scanner.model import Partial, Why

KEY, GROUP = "AWS::KMS::Key", "AWS::IAM::Group"
IMAGE = "kms:RecipientAttestation:ImageSha384"


def allow(action: Any = "kms:Decrypt", effect: str = "Allow", **lines: Any) -> dict[str, Any]:
    return {"Effect": effect, "Principal": {"AWS": "1"}, "Action": action, "Resource": "*", "Condition": lines}


def ask(*statements: Any, unknown: Any = None) -> Partial:
    config = {} if "/Policy" in (unknown or {}) else {"Policy": {"Statement": list(statements)}}
    return fact(resource(KEY, config, unknown), "attestation")


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (allow(), [(False, False, [])]),
        (allow("kms:*"), [(False, False, [])]),
        (allow("kms:DescribeKey"), []),
        (allow(effect="Deny"), []),
        (allow(StringEqualsIgnoreCase={IMAGE: "AB"}), [(True, False, ["ab"])]),
        (allow(StringEquals={"kms:RecipientAttestation:PCR8": "cd"}), [(True, True, ["cd"])]),
        (allow(StringEqualsIfExists={IMAGE: "ab"}), [(False, False, ["ab"])]),
        (allow(StringNotEquals={IMAGE: "ab"}), [(False, False, ["ab"])]),
        (allow(StringLike={IMAGE: "*"}), [(False, False, ["*"])]),
        (allow(StringEquals={"kms:ViaService": "x"}), [(False, False, [])]),
    ],
    ids=str,
)
def test_attestation(one: dict[str, Any], expected: list[Any]) -> None:
    found = ask(one)
    assert not found.unknown
    assert [(each["attested"], each["deployed"], each["measurements"]) for each in found.value] == expected


def test_attestation_that_is_not_known() -> None:
    assert ask(unknown={"/Policy": DENIED}).unknown[""].why is Why.DENIED
    found = ask({"Effect": "Allow", "Action": "kms:Decrypt"}, unknown={"/Policy/Statement/0/Condition": LATER})
    assert {"/0/attested", "/0/deployed", "/0/measurements/-"} <= set(found.unknown)
    assert fact(resource(KEY, {}, tags={"a": "b"}), "tag_pairs").value == ["a=b"]
    assert fact(resource(KEY, {}, tags_unknown=DENIED), "tag_pairs").unknown[""].why is Why.DENIED


def group(*statements: Any, unknown: Any = None) -> Any:
    policies = [{"PolicyName": "own", "PolicyDocument": {"Statement": list(statements)}}]
    config = {} if unknown else {"GroupPolicyList": policies}
    return resource(GROUP, config, unknown, region="global", name="g", id="g")


def deny(action: Any, place: Any = "*", **lines: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": place, "Condition": lines}


MFA = "aws:MultiFactorAuthPresent"
OWN = "arn:aws:iam::111111111111:group/g"


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (deny("iam:DeleteLoginProfile", OWN), True),
        (deny(["iam:*AccessKey"], [OWN, "arn:aws:iam::*:group/*"]), True),
        (deny("iam:*User*", OWN), True),
        (deny("iam:ChangePassword", OWN), True),
        (deny("iam:*SSHPublicKey", OWN), True),
        (deny(["iam:DeleteGroup", "iam:UpdateSigningCertificate"], OWN), True),
        (deny("iam:*", OWN), False),
        (deny("iam:Delete*", OWN), False),
        (deny("*", OWN), False),
        (deny("iam:DeleteLoginProfile", [OWN, "arn:aws:iam::*:user/*"]), False),
        (deny("iam:DeleteLoginProfile"), False),
        (deny("iam:DeleteGroup", OWN), False),
        (deny("s3:*", OWN), False),
        ({**deny("iam:DeleteLoginProfile", OWN), "Effect": "Allow"}, False),
    ],
    ids=str,
)
def test_misplaced_denials(one: dict[str, Any], *, expected: bool) -> None:
    found = fact(group(one), "misplaced_denials")
    assert not found.unknown
    assert bool(found.value) is expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], False),
        ([deny("*", BoolIfExists={MFA: "false"})], True),
        ([deny("*", Null={MFA: "true"})], False),
        ([deny("*", Null={MFA: "true"}), deny("*", Bool={MFA: "false"})], True),
        ([deny("*", Null={MFA: "true"}), deny("s3:*", Bool={MFA: "false"})], False),
        ([deny("*", Bool={MFA: "false"})], False),
        ([deny("*", BoolIfExists={MFA: "true"})], False),
        ([{**deny("", BoolIfExists={MFA: "false"}), "NotAction": "iam:*MFA*", "Action": None}], True),
        ([deny("s3:*", BoolIfExists={MFA: "false"})], False),
        ([deny("*", "arn:aws:s3:::b", BoolIfExists={MFA: "false"})], False),
        ([{**deny("s3:*", Bool={MFA: "true"}), "Effect": "Allow"}], True),
        ([{**deny("s3:*", BoolIfExists={MFA: "true"}), "Effect": "Allow"}], False),
        ([{**deny("s3:*", Bool={MFA: "true"}), "Effect": "Allow"}, {**deny("ec2:*"), "Effect": "Allow"}], False),
        ([deny("*", BoolIfExists={MFA: "false"}, StringEquals={"aws:RequestedRegion": "x"})], False),
    ],
    ids=str,
)
def test_mfa_of_a_group(statements: list[Any], *, expected: bool) -> None:
    found = fact(group(*statements), "mfa_enforced")
    assert not found.unknown
    assert found.value is expected


def test_groups_that_are_not_known() -> None:
    one = group(unknown={"/GroupPolicyList": DENIED})
    assert fact(one, "mfa_enforced").unknown[""].why is Why.DENIED
    assert fact(one, "misplaced_denials").unknown["/-"].why is Why.DENIED
