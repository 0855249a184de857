"""Credentials of users and of the root user, memberships of groups, and who may call AWS Support."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import DENIED, World, fact, resource

from scanner.derive.facts import Facts
from scanner.model import Partial, Resource, Unknown, Why

USER, ROOT, REPORT = "AWS::IAM::User", "AWS::IAM::RootUser", "AWS::IAM::CredentialReport"
ARN = "arn:aws:iam::111111111111:user/ada"
BORN = "2025-01-01T10:00:00+00:00"
ROW = {
    "user": "ada",
    "arn": ARN,
    "user_creation_time": BORN,
    "password_enabled": "true",
    "password_last_used": "2025-11-01T00:00:00+00:00",
    "password_last_changed": "2025-02-01T00:00:00+00:00",
    "password_next_rotation": "N/A",
    "mfa_active": "false",
    "access_key_1_active": "false",
    "access_key_1_last_rotated": "N/A",
    "access_key_1_last_used_date": "N/A",
    "access_key_2_active": "false",
    "access_key_2_last_rotated": "N/A",
    "access_key_2_last_used_date": "N/A",
    "cert_1_active": "false",
    "cert_2_active": "false",
}


def place(type_: str, config: dict[str, Any], unknown: Any = None, **envelope: Any) -> Resource:
    return resource(type_, config, unknown, region="global", **envelope)


def row(unknown: Any = None, **columns: Any) -> Resource:
    config = {k: v for k, v in {**ROW, **columns}.items() if f"/{k}" not in (unknown or {})}
    return place(REPORT, config, unknown, id=f"{config['arn']}/credential-report")


def credentials(one: Resource) -> Partial:
    return fact(place(USER, {}, id=ARN), "credentials", one)


def test_a_row_as_values() -> None:
    found = credentials(row())
    assert found.value == {
        "password_enabled": True,
        "password_idle_since": "2025-11-01T00:00:00+00:00",
        "mfa": False,
        "last_used": "2025-11-01T00:00:00+00:00",
        "access_keys": [],
        "certificates": [],
    }
    assert found.unknown == {}


@pytest.mark.parametrize("never", ["no_information", "N/A", "not_supported", ""])
def test_a_password_never_used_is_idle_since_it_was_set(never: str) -> None:
    found = credentials(row(password_last_used=never)).value
    assert (found["password_idle_since"], found["last_used"]) == ("2025-02-01T00:00:00+00:00", None)
    found = credentials(row(password_last_used=never, password_last_changed="N/A")).value
    assert found["password_idle_since"] == BORN


def test_no_password_is_idle_since_never() -> None:
    found = credentials(row(password_enabled="FALSE", password_last_used="N/A")).value
    assert (found["password_enabled"], found["password_idle_since"]) == (False, None)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            ("true", "2025-03-01T00:00:00+00:00", "2025-12-01T00:00:00+00:00"),
            (True, "2025-12-01T00:00:00+00:00", False),
        ),
        (("true", "2025-03-01T00:00:00+00:00", "N/A"), (True, "2025-03-01T00:00:00+00:00", False)),
        (("false", "2025-03-01T00:00:00+00:00", "N/A"), (False, "2025-03-01T00:00:00+00:00", False)),
        (("true", "2025-01-01T10:00:40+00:00", "N/A"), (True, "2025-01-01T10:00:40+00:00", True)),
        (("true", "2025-01-01T10:06:00+00:00", "N/A"), (True, "2025-01-01T10:06:00+00:00", False)),
        (
            ("true", "2025-01-01T10:00:40+00:00", "2025-01-02T00:00:00+00:00"),
            (True, "2025-01-02T00:00:00+00:00", False),
        ),
        (("true", "N/A", "N/A"), (True, BORN, True)),
    ],
)
def test_access_keys(columns: tuple[str, str, str], expected: tuple[bool, str, bool]) -> None:
    names = ("access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date")
    (key,) = credentials(row(**dict(zip(names, columns, strict=True)))).value["access_keys"]
    assert (key["number"], key["active"], key["idle_since"], key["at_setup"]) == (2, *expected)


def test_the_latest_use_of_anything_counts() -> None:
    used = {
        "access_key_1_last_used_date": "2025-12-24T01:00:00+02:00",
        "password_last_used": "2025-12-24T00:00:00+00:00",
    }
    assert credentials(row(**used)).value["last_used"] == "2025-12-24T00:00:00+00:00"
    used["access_key_2_last_used_date"] = "2025-12-24T00:30:00Z"
    assert credentials(row(**used)).value["last_used"] == "2025-12-24T00:30:00Z"


def test_active_certificates() -> None:
    assert credentials(row(cert_2_active="true")).value["certificates"] == [2]


@pytest.mark.parametrize(
    ("column", "value", "unknown"),
    [
        ("mfa_active", "maybe", "/mfa"),
        ("mfa_active", None, "/mfa"),
        ("password_enabled", "N/A", "/password_enabled"),
        ("password_last_used", "yesterday", "/password_idle_since"),
        ("access_key_1_active", "?", "/access_keys/-"),
        ("access_key_1_last_rotated", "?", "/access_keys/-"),
        ("cert_1_active", "N/A", "/certificates"),
    ],
)
def test_what_the_report_does_not_tell_is_unknown_and_the_rest_stands(column: str, value: Any, unknown: str) -> None:
    found = credentials(row(**{column: value}))
    assert found.unknown[unknown].why is Why.ERROR
    assert found.value.keys() | {place[1:] for place in found.unknown} >= credentials(row()).value.keys()
    hidden = credentials(row({f"/{column}": DENIED}))
    assert hidden.unknown[unknown].why is Why.DENIED


def test_a_user_without_a_row_is_unknown() -> None:
    found = credentials(row(arn="arn:aws:iam::111111111111:user/bob"))
    assert found.value is None
    assert found.unknown[""].why is Why.NOT_COLLECTED
    assert "scan again later" in found.unknown[""].message


def test_a_report_that_was_denied_is_unknown_with_its_call() -> None:
    found = fact(place(USER, {}, id=ARN), "credentials", incomplete={REPORT: DENIED})
    assert found.unknown == {"": DENIED}


def root(summary: Any, *rows: Resource, unknown: Any = None) -> Partial:
    config = {} if unknown else {"AccountSummary": summary}
    return fact(place(ROOT, config, unknown, id=ARN), "root_credentials", *rows)


KEYS = {"access_key_1_active": "false", "access_key_1_last_rotated": "2025-03-01T00:00:00+00:00"}


@pytest.mark.parametrize(
    ("summary", "rows", "expected"),
    [
        ({"AccountPasswordPresent": 1, "AccountAccessKeysPresent": 0, "AccountMFAEnabled": 1}, [], (True, False, True)),
        (
            {"AccountPasswordPresent": 0, "AccountAccessKeysPresent": 0, "AccountMFAEnabled": 0},
            [],
            (False, False, False),
        ),
        # The summary is of now, the report of hours ago.
        (
            {"AccountPasswordPresent": 1, "AccountAccessKeysPresent": 0, "AccountMFAEnabled": 1},
            [row(**KEYS)],
            (True, False, True),
        ),
        # What an older answer lacks, the report may tell.
        (
            {"AccountAccessKeysPresent": 1, "AccountMFAEnabled": 0},
            [row(password_enabled="false")],
            (False, True, False),
        ),
        (
            {"AccountAccessKeysPresent": 1, "AccountMFAEnabled": 0},
            [row(password_enabled="not_supported")],
            (True, True, False),
        ),
        ({"AccountAccessKeysPresent": 1, "AccountMFAEnabled": 0}, [], (True, True, False)),
        ({}, [row(**KEYS, mfa_active="true")], (True, True, True)),
        ({}, [], (True, None, None)),
    ],
)
def test_root_credentials(summary: Any, rows: list[Resource], expected: tuple[Any, ...]) -> None:
    found = root(summary, *rows)
    assert tuple(found.value.get(name) for name in ("password", "access_keys", "mfa")) == expected
    assert {place[1:] for place in found.unknown} == {"password", "access_keys", "mfa"} - found.value.keys()


def test_a_denied_summary_leaves_the_report() -> None:
    assert root(None, row(**KEYS), unknown={"/AccountSummary": DENIED}).value == {
        "password": True,
        "access_keys": True,
        "mfa": False,
    }
    found = root(None, unknown={"/AccountSummary": DENIED})
    assert {why.why for why in found.unknown.values()} == {Why.DENIED}
    assert len(found.unknown) == 3


@pytest.mark.parametrize(
    ("arns", "incomplete", "expected"),
    [
        ([ARN], None, True),
        ([f"{ARN}x", None], None, False),
        ([], None, False),
        ([ARN], DENIED, True),
        ([], DENIED, None),
    ],
)
def test_virtual_mfa_of_the_root_user(
    arns: list[str | None], incomplete: Unknown | None, expected: bool | None
) -> None:
    type_ = "AWS::IAM::VirtualMFADevice"
    devices = [place(type_, {"User": {"Arn": arn} if arn else None}, id=f"d{i}") for i, arn in enumerate(arns)]
    known = {type_: incomplete} if incomplete else {}
    found = fact(place(ROOT, {}, id=ARN), "root_virtual_mfa", *devices, incomplete=known)
    assert found.value is expected
    assert found.unknown == ({"": DENIED} if expected is None else {})


@pytest.mark.parametrize(
    ("name", "enabled", "expected"),
    [
        ("root-account-mfa-device", "2020-01-01T00:00:00+00:00", True),
        ("root-account-mfa-device", None, False),
        ("laptop", "2020-01-01T00:00:00+00:00", False),
    ],
)
def test_a_device_in_use_without_a_user_is_roots_by_name(name: str, enabled: str | None, expected: bool) -> None:
    config = {"SerialNumber": f"arn:aws:iam::{ARN.split(':')[4]}:mfa/{name}", "EnableDate": enabled}
    found = fact(place(ROOT, {}, id=ARN), "root_virtual_mfa", place("AWS::IAM::VirtualMFADevice", config, id="d"))
    assert (found.value, found.unknown) == (expected, {})


def users(**groups: Any) -> list[Resource]:
    return [place(USER, {"GroupList": held}, name=name, id=name) for name, held in groups.items()]


def test_members_of_a_group() -> None:
    group = place("AWS::IAM::Group", {}, name="dev")
    assert fact(group, "group_members", *users(ada=["dev", "ops"], bob=["ops"], eve=[])).value == ["ada"]
    assert fact(group, "group_members", *users(bob=None)).value == []


def test_members_that_were_not_read_may_be_there() -> None:
    group = place("AWS::IAM::Group", {}, name="dev")
    found = fact(group, "group_members", *users(ada=["dev"]), incomplete={USER: DENIED})
    assert (found.value, found.unknown["/-"].kind) == (["ada"], "more")
    unread = place(USER, {}, {"/GroupList": DENIED}, name="eve", id="eve")
    assert fact(group, "group_members", unread).unknown["/-"].why is Why.DENIED


def test_members_are_indexed_once_a_run() -> None:
    class Counting(World):
        asked = 0

        def of(self, type_: str, account: str | None = None, region: str | None = None) -> Any:
            Counting.asked += type_ == USER
            return super().of(type_, account, region)

    groups = [place("AWS::IAM::Group", {}, name=f"g{n}", id=f"g{n}") for n in range(5)]
    facts = Facts(Counting(*groups, *users(ada=["g1"])))
    assert [facts.fact(group, "group_members").value for group in groups] == [[], ["ada"], [], [], []]
    assert Counting.asked == 1


def test_policies_of_aws() -> None:
    arns = [
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
        "arn:aws:iam::111111111111:policy/AdministratorAccess",
        "arn:aws:iam::111111111111:policy/arn:aws:iam::aws:policy/IAMFullAccess",
    ]
    attached = {"AttachedManagedPolicies": [{"PolicyArn": arn} for arn in arns]}
    found = fact(place("AWS::IAM::Role", attached), "aws_policies")
    assert (found.value, found.unknown) == (["AdministratorAccess", "job-function/ViewOnlyAccess"], {})
    china = place("AWS::IAM::Role", {"AttachedManagedPolicies": [{"PolicyArn": "arn:aws-cn:iam::aws:policy/A"}]})
    china.partition = "aws-cn"
    assert fact(china, "aws_policies").value == ["A"]


def test_policies_of_aws_that_were_not_read() -> None:
    unread = place("AWS::IAM::Role", {}, {"/AttachedManagedPolicies": DENIED})
    assert fact(unread, "aws_policies").unknown == {"": DENIED}
    later = place("AWS::IAM::Role", {"AttachedManagedPolicies": [{}]}, {"/AttachedManagedPolicies/0/PolicyArn": DENIED})
    assert fact(later, "aws_policies").unknown["/-"].kind == "more"


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        ("arn:aws:iam::aws:policy/AdministratorAccess", True),
        ("arn:aws:iam::111111111111:policy/AdministratorAccess", False),
        ("arn:aws:iam::111111111111:policy/x::aws:policy/AdministratorAccess", False),
    ],
)
def test_whose_a_policy_is(arn: str, expected: bool) -> None:
    assert fact(place("AWS::IAM::ManagedPolicy", {"Arn": arn}), "aws_owned").value is expected


def test_whose_an_unread_policy_is_is_unknown() -> None:
    assert fact(place("AWS::IAM::ManagedPolicy", {}, {"/Arn": DENIED}), "aws_owned").unknown == {"": DENIED}


def test_who_may_call_support() -> None:
    policy = {"PolicyName": "AWSSupportAccess", "PolicyArn": "arn:aws:iam::aws:policy/AWSSupportAccess"}
    other = {**policy, "PolicyArn": "arn:aws:iam::111111111111:policy/AWSSupportAccess"}
    settings = place("AWS::Account::Settings", {})
    holders = [
        place("AWS::IAM::Role", {"AttachedManagedPolicies": [policy]}, name="support", id="r"),
        place("AWS::IAM::Group", {"AttachedManagedPolicies": [other]}, name="desk", id="g"),
        place(USER, {"AttachedManagedPolicies": [other, policy]}, name="ada", id="u"),
    ]
    found = fact(settings, "support_principals", *holders)
    assert found.value == [{"kind": "role", "name": "support"}, {"kind": "user", "name": "ada"}]
    assert found.unknown == {}
    part = fact(settings, "support_principals", *holders[1:], incomplete={"AWS::IAM::Role": DENIED})
    assert (part.value, part.unknown["/-"].why) == ([{"kind": "user", "name": "ada"}], Why.DENIED)
    unread = place(USER, {}, {"/AttachedManagedPolicies": DENIED})
    assert fact(settings, "support_principals", unread).unknown["/-"].why is Why.DENIED
