"""Facts of KMS keys: data behind a key that is off, grants to strangers, grants said twice, roles in the policy."""

from __future__ import annotations

from typing import Any

import pytest
from derive_policies import ME, policy
from derive_worlds import DENIED, LATER, REGION, completes, fact, hidden, resource
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Partial, Resource, Unknown, Why

KEY, GRANT, ALIAS = "AWS::KMS::Key", "AWS::KMS::Grant", "AWS::KMS::Alias"
VOLUME, BUCKET = "AWS::EC2::Volume", "AWS::S3::Bucket"
USERS = (VOLUME, "AWS::RDS::DBInstance", "AWS::RDS::DBCluster", "AWS::RDS::DBSnapshot", "AWS::RDS::DBClusterSnapshot")
OTHER = "222222222222"
ARN = f"arn:aws:kms:{REGION}:{ME}:key/1234"
NAMES = [ARN, "1234", "alias/mine", f"arn:aws:kms:{REGION}:{ME}:alias/mine"]


def alias() -> Resource:
    return resource(ALIAS, {"AliasName": "alias/mine", "AliasArn": NAMES[3], "TargetKeyId": "1234"}, id="alias")


def key(**more: Any) -> dict[str, Any]:
    return {"KeyId": "1234", "Arn": ARN, "KeyState": "PendingDeletion", **more}


def blocked(*others: Resource, state: str = "PendingDeletion", unknown: Any = None, **more: Any) -> Partial:
    return fact(resource(KEY, key(KeyState=state), unknown), "blocked_data", alias(), *others, **more)


def bucket(name: str | None, **envelope: Any) -> Resource:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": name}}
    return resource(BUCKET, {"BucketEncryption": {"Rules": [rule]}}, id="bucket", **envelope)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("type_", USERS)
def test_data_that_names_the_key_in_any_form(type_: str, name: str) -> None:
    found = blocked(resource(type_, {"KmsKeyId": name}, id="data"))
    assert (found.value, found.unknown) == ([{"type": type_, "id": "data", "member": "/KmsKeyId"}], {})


@pytest.mark.parametrize("name", NAMES)
def test_a_bucket_names_it_in_its_default_encryption(name: str) -> None:
    assert [one["id"] for one in blocked(bucket(name)).value] == ["bucket"]


def test_what_names_another_key_or_none_is_not_blocked() -> None:
    others = (bucket(None), resource(VOLUME, {"KmsKeyId": "5678"}), resource(USERS[1], {}), resource(BUCKET, {}))
    assert (blocked(*others).value, blocked(*others).unknown) == ([], {})


def test_data_elsewhere_is_under_another_key() -> None:
    assert blocked(bucket("alias/mine", region="us-east-1")).value == []
    assert blocked(resource(VOLUME, {"KmsKeyId": "1234"}, account=OTHER)).value == []


@pytest.mark.parametrize("state", ["Enabled", "Creating", "Updating"])
def test_a_key_that_works_blocks_nothing_and_nothing_is_asked(state: str) -> None:
    found = blocked(resource(VOLUME, {"KmsKeyId": ARN}), state=state, incomplete=dict.fromkeys(USERS, DENIED))
    assert (found.value, found.unknown) == ([], {})


@pytest.mark.parametrize("type_", [*USERS, BUCKET, ALIAS])
def test_a_listing_that_failed_leaves_the_list_open(type_: str) -> None:
    found = blocked(incomplete={type_: DENIED})
    assert [(place, why.kind, why.why) for place, why in found.unknown.items()] == [("/-", "more", Why.DENIED)]


def test_what_is_not_known_of_neighbours() -> None:
    later = resource(VOLUME, {}, {"/KmsKeyId": LATER})
    assert list(blocked(later).unknown) == ["/-"]
    made = resource(VOLUME, {}, {"/KmsKeyId": Unknown(Why.AFTER_APPLY, "opaque", token="aws_kms_key.k.arn")})
    assert (blocked(made).value, blocked(made).unknown) == ([], {})
    own = {"/Arn": made.unknown["/KmsKeyId"], "/KeyId": made.unknown["/KmsKeyId"]}
    assert [one["type"] for one in blocked(made, unknown=own).value] == [VOLUME]
    in_doubt = blocked(resource(VOLUME, {"KmsKeyId": ARN}, id="v"), unknown={"/KeyState": DENIED})
    assert [one["id"] for one in in_doubt.value] == ["v"]
    assert in_doubt.unknown["/0"].kind == "maybe"


def grant(grantee: str | None = None, **more: Any) -> Resource:
    config = {"KeyId": ARN, "GrantId": "g", "GranteePrincipal": grantee, "Operations": ["Decrypt"], **more}
    return resource(GRANT, config, more.pop("unknown", None), id="g")


def external(*others: Resource, **more: Any) -> Partial:
    return fact(resource(KEY, key(), account=ME), "external_key_grants", *others, **more)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (grant(f"arn:aws:iam::{OTHER}:root"), [OTHER]),
        (grant(f"arn:aws:sts::{OTHER}:assumed-role/r/s", Operations=["DescribeKey", "CreateGrant"]), [OTHER]),
        (grant(f"arn:aws:iam::{OTHER}:role/r", Operations=["GenerateDataKeyWithoutPlaintext"]), [OTHER]),
        (grant("rds.eu-west-1.amazonaws.com", Constraints={"SourceArn": f"arn:aws:rds:x:{OTHER}:db:d"}), [OTHER]),
        (grant(f"arn:aws:iam::{OTHER}:role/r", Operations=["DescribeKey", "Encrypt", "Verify"]), []),
        (grant(f"arn:aws:iam::{ME}:role/r"), []),
        (grant("rds.eu-west-1.amazonaws.com"), []),
        (grant("rds.eu-west-1.amazonaws.com", Constraints={"SourceArn": f"arn:aws:rds:x:{ME}:db:d"}), []),
        (grant(None, GranteeServicePrincipal="rds.amazonaws.com"), []),
        (grant("AROAEXAMPLEEXAMPLEEXA"), []),
        (grant(f"arn:aws:iam::{OTHER}:root", KeyId="5678"), []),
    ],
)
def test_which_grants_let_strangers_use_the_key(one: Resource, expected: list[str]) -> None:
    found = external(one)
    assert ([item["account"] for item in found.value], found.unknown) == (expected, {})


def test_all_that_is_told_of_an_external_grant() -> None:
    grantee = f"arn:aws:iam::{OTHER}:role/r"
    told = {"grant": "g", "account": OTHER, "grantee": grantee, "operations": ["Decrypt"]}
    assert external(grant(grantee, KeyId="1234")).value == [told]


def test_grants_that_were_not_read_leave_the_list_open() -> None:
    assert external(incomplete={GRANT: DENIED}).unknown["/-"].why is Why.DENIED
    where = fact(resource(KEY, key(), account=""), "external_key_grants", resource(GRANT, grant(f"arn:aws:iam::{OTHER}:root").config, account=""))  # fmt: skip
    assert where.unknown["/0"].kind == "maybe"


def duplicate(own: Resource, *others: Resource, **more: Any) -> Partial:
    return fact(own, "duplicate_of", *others, **more)


def numbered(number: int, **more: Any) -> Resource:
    config = {**grant("a").config, "GrantId": str(number), "CreationDate": f"2026-01-0{number}", **more}
    return resource(GRANT, config, id=str(number))


def test_the_later_of_two_equal_grants_is_the_duplicate() -> None:
    first, second = numbered(1, Operations=["Decrypt", "Encrypt"]), numbered(2, Operations=["Encrypt", "Decrypt"])
    assert duplicate(second, first).value == "1"
    assert (duplicate(first, second).value, duplicate(first, second).unknown) == (None, {})


@pytest.mark.parametrize(
    "more",
    [
        {"KeyId": "other"},
        {"GranteePrincipal": "b"},
        {"Operations": ["Encrypt"]},
        {"Constraints": {"EncryptionContextEquals": {"volume": "vol-1"}}},
        {"RetiringPrincipal": "r"},
        {"GranteeServicePrincipal": "s"},
    ],
)
def test_grants_that_differ_are_no_duplicates(more: dict[str, Any]) -> None:
    assert duplicate(numbered(2, **more), numbered(1)).value is None


def test_where_grants_may_be_missing_the_first_may_not_be_it() -> None:
    assert duplicate(numbered(1), incomplete={GRANT: DENIED}).unknown == {"": DENIED}
    assert duplicate(numbered(2), numbered(1), incomplete={GRANT: DENIED}).value == "1"


ROOT, ROLE = f"arn:aws:iam::{ME}:root", f"arn:aws:iam::{ME}:role/r"


def allow(principal: Any, action: Any = "kms:*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*", **more}


def roles(name: str, *statements: Any, unknown: Any = None) -> Partial:
    return fact(resource(KEY, {"Policy": policy(*statements)}, unknown), name)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (allow({"AWS": ROOT}), [ROOT]),
        (allow({"AWS": ME}), [ROOT]),
        (allow({"AWS": ROLE}, ["kms:Put*", "kms:Describe*"]), [ROLE]),
        (allow("*"), ["*"]),
        (allow({"AWS": ROLE}, "kms:Decrypt"), []),
        (allow({"AWS": "AROAEXAMPLEEXAMPLEEXA"}), []),
        (allow({"Service": "logs.amazonaws.com"}), []),
        (allow({"AWS": ROOT}, Effect="Deny"), []),
    ],
)
def test_who_manages_the_policy(statement: dict[str, Any], expected: list[str]) -> None:
    found = roles("policy_managers", statement)
    assert (found.value, found.unknown) == (expected, {})


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow({"AWS": ROOT})], []),
        ([allow({"AWS": ROLE})], [ROLE]),
        ([allow("*")], ["*"]),
        ([allow({"AWS": ROLE}, "kms:PutKeyPolicy"), allow({"AWS": ROLE}, "kms:Decrypt")], [ROLE]),
        ([allow({"AWS": ROLE}, "kms:ScheduleKeyDeletion"), allow({"AWS": [ROOT, ROLE]}, "kms:ReEncrypt*")], [ROLE]),
        ([allow({"AWS": ROLE}, "kms:PutKeyPolicy"), allow({"AWS": f"{ROLE}2"}, "kms:Decrypt")], []),
        ([allow({"AWS": ROLE}, "kms:PutKeyPolicy"), allow({"AWS": ROLE}, "kms:Decrypt", Effect="Deny")], []),
        ([allow({"AWS": ROLE}, ["kms:Create*", "kms:TagResource"]), allow({"AWS": ROLE}, "kms:Decrypt")], []),
    ],
)
def test_who_holds_both_halves(statements: list[Any], expected: list[str]) -> None:
    found = roles("undivided_principals", *statements)
    assert (found.value, found.unknown) == (expected, {})


@pytest.mark.parametrize("token", ["account.root", "arn:aws:iam::${AWS::AccountId}:root"])
def test_the_root_of_an_account_that_code_does_not_tell(token: str) -> None:
    root = {"/Policy/Statement/0/Principal/AWS": Unknown(Why.OUT_OF_SCOPE, "opaque", token=token)}
    assert roles("policy_managers", allow({}), unknown=root).value == [token]
    assert roles("undivided_principals", allow({}), unknown=root).value == []
    assert fact(resource(KEY, {"Policy": policy(allow({}))}, root), "external_grants").unknown == {}


def test_an_unknown_policy_tells_no_roles() -> None:
    for name in ("policy_managers", "undivided_principals"):
        assert fact(resource(KEY, {}, {"/Policy": DENIED}), name).unknown == {"": DENIED}
        assert fact(resource(KEY, {"Policy": None}), name).value == []


STATEMENTS = st.builds(
    allow,
    st.sampled_from(["*", {"AWS": ROOT}, {"AWS": [ROLE, ME]}, {"Service": "logs.amazonaws.com"}]),
    st.sampled_from(["kms:*", "kms:Decrypt", ["kms:PutKeyPolicy"]]),
    Effect=st.sampled_from(["Allow", "Allow", "Deny"]),
)


@settings(max_examples=200)
@given(st.data(), st.lists(STATEMENTS, max_size=2), st.sampled_from(["policy_managers", "undivided_principals"]))
def test_partial_policies_hold_for_every_completion(data: st.DataObject, made: list[Any], name: str) -> None:
    config = {"Policy": policy(*made)}
    part = data.draw(hidden(config))
    told = fact(resource(KEY, part.value, part.unknown), name)
    assert completes(told, roles(name, *made).value)
