"""Who manages the organization, whose MFA is virtual, who may audit, and whom a trust policy still names."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import DENIED, fact, resource

from scanner.model import Resource, Why

USER, ROLE, ROOT = "AWS::IAM::User", "AWS::IAM::Role", "AWS::IAM::RootUser"
MEMBERSHIP, DEVICE, SETTINGS = "AWS::Organizations::Membership", "AWS::IAM::VirtualMFADevice", "AWS::Account::Settings"
OWN, OTHER = "111111111111", "444444444444"
ADA = f"arn:aws:iam::{OWN}:user/ada"


def place(type_: str, config: dict[str, Any], unknown: Any = None, **envelope: Any) -> Resource:
    return resource(type_, config, unknown, region="global", **envelope)


@pytest.mark.parametrize(
    ("organization", "expected"),
    [({"MasterAccountId": OWN}, True), ({"MasterAccountId": OTHER}, False), (None, False)],
)
def test_who_manages_the_organization(organization: Any, *, expected: bool) -> None:
    found = fact(place(ROOT, {}, id="r"), "manages_organization", place(MEMBERSHIP, {"Organization": organization}))
    assert (found.value, found.unknown) == (expected, {})


def test_who_manages_an_unread_organization_is_unknown() -> None:
    root = place(ROOT, {}, id="r")
    assert fact(root, "manages_organization", place(MEMBERSHIP, {}, {"/Organization": DENIED})).unknown == {"": DENIED}
    partly = place(MEMBERSHIP, {"Organization": {}}, {"/Organization/MasterAccountId": DENIED})
    assert fact(root, "manages_organization", partly).unknown == {"": DENIED}
    assert fact(root, "manages_organization").unknown[""].why is Why.NOT_COLLECTED


def test_whose_mfa_is_virtual() -> None:
    ada = place(USER, {}, id=ADA)
    hers = place(DEVICE, {"SerialNumber": "a", "User": {"Arn": ADA}}, id="a")
    bobs = place(DEVICE, {"SerialNumber": "b", "User": {"Arn": f"{ADA}-b"}}, id="b")
    free = place(DEVICE, {"SerialNumber": "c", "User": None}, id="c")
    assert fact(ada, "virtual_mfa", hers, bobs).value is True
    assert fact(ada, "virtual_mfa", bobs, free).value is False
    assert fact(ada, "virtual_mfa", hers, incomplete={DEVICE: DENIED}).value is True
    assert fact(ada, "virtual_mfa", bobs, incomplete={DEVICE: DENIED}).unknown == {"": DENIED}
    unread = place(DEVICE, {"SerialNumber": "d"}, {"/User": DENIED}, id="d")
    assert fact(ada, "virtual_mfa", unread).unknown == {"": DENIED}


def test_who_may_audit() -> None:
    audit = {"PolicyName": "SecurityAudit", "PolicyArn": "arn:aws:iam::aws:policy/SecurityAudit"}
    support = {"PolicyName": "AWSSupportAccess", "PolicyArn": "arn:aws:iam::aws:policy/AWSSupportAccess"}
    auditor = place(ROLE, {"AttachedManagedPolicies": [audit]}, name="audit", id="r")
    desk = place(ROLE, {"AttachedManagedPolicies": [support]}, name="desk", id="s")
    found = fact(place(SETTINGS, {}), "audit_principals", auditor, desk)
    assert (found.value, found.unknown) == ([{"kind": "role", "name": "audit"}], {})
    unread = fact(place(SETTINGS, {}), "audit_principals", desk, incomplete={ROLE: DENIED})
    assert (unread.value, unread.unknown["/-"].why) == ([], Why.DENIED)


def role(*principals: str, **statement: Any) -> Resource:
    said = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": list(principals)}, **statement}
    return place(ROLE, {"AssumeRolePolicyDocument": {"Statement": [said]}}, id="r")


def dangling(one: Resource, *others: Resource) -> list[tuple[str, str]]:
    found = fact(one, "dangling_principals", *others)
    assert found.unknown == {}
    return [(each["principal"], each["why"]) for each in found.value]


def test_whom_a_trust_policy_names_that_is_gone() -> None:
    user, session = "AIDAEXAMPLEEXAMPLE123", "AROAEXAMPLEEXAMPLE123"
    assert dangling(role(user, ADA, session)) == [(user, "deleted"), (session, "deleted")]
    assert dangling(role("*")) == []
    assert dangling(role(user, Effect="Deny")) == []
    assert dangling(role(Principal="*")) == []
    assert dangling(role(Principal={"Service": "ec2.amazonaws.com"})) == []


@pytest.mark.parametrize("told", [{"Status": "SUSPENDED"}, {"State": "CLOSED", "Status": "ACTIVE"}])
@pytest.mark.parametrize("named", [OTHER, f"arn:aws:iam::{OTHER}:root", f"arn:aws:iam::{OTHER}:role/r"])
def test_accounts_that_were_closed(told: dict[str, str], named: str) -> None:
    accounts = [{"Id": OTHER, **told}, {"Id": "555555555555", "Status": "ACTIVE"}]
    members = place(MEMBERSHIP, {"Accounts": accounts}, id="m")
    assert dangling(role(named, "555555555555", OWN), members) == [(named, "account closed")]


def test_accounts_that_were_not_listed_leave_it_open() -> None:
    unread = place(MEMBERSHIP, {}, {"/Accounts": DENIED}, id="m")
    found = fact(role(OTHER), "dangling_principals", unread)
    assert (found.value, found.unknown["/-"].why) == ([], Why.DENIED)
    # one's own account is open, and an id in place of an ARN is certain
    assert dangling(role(OWN, "AIDAEXAMPLEEXAMPLE123"), unread) == [("AIDAEXAMPLEEXAMPLE123", "deleted")]
    whole = place(ROLE, {}, {"/AssumeRolePolicyDocument": DENIED}, id="r")
    assert fact(whole, "dangling_principals").unknown == {"": DENIED}


def analyzers(membership: Resource, *others: Resource) -> Any:
    return fact(resource("AWS::EC2::AccountSettings", {}), "analyzers", membership, *others)


def analyzer(name: str, kind: str, status: str = "ACTIVE", unknown: Any = None) -> Resource:
    config = {"type": kind, "status": status}
    return resource("AWS::AccessAnalyzer::Analyzer", config, unknown, id=f"id-{name}", name=name)


def test_which_analyzers_look_after_a_region() -> None:
    alone = place(MEMBERSHIP, {"Organization": None})
    found = analyzers(alone, analyzer("a", "ACCOUNT"), analyzer("b", "ACCOUNT_UNUSED_ACCESS", "FAILED"))
    assert (found.value, found.unknown) == ([{"name": "a", "type": "ACCOUNT"}], {})
    found = analyzers(alone, analyzer("a", "ACCOUNT", unknown={"/status": DENIED}))
    assert (found.value, found.unknown["/-"].why) == ([], DENIED.why)


def test_an_organization_may_have_analyzers_that_its_accounts_do_not_see() -> None:
    member = place(MEMBERSHIP, {"Organization": {"Id": "o-1", "MasterAccountId": OTHER}})
    assert analyzers(member).unknown["/-"].why is Why.OUT_OF_SCOPE
    assert analyzers(place(MEMBERSHIP, {}, {"/Organization": DENIED})).unknown["/-"].why is DENIED.why
