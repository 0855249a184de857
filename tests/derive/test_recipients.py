"""Whom outside the organization shares, what they hold, and endpoint services are open to."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, fact, resource

from scanner.model import Resource, Unknowns

SHARE, SERVICE = "AWS::RAM::ResourceShare", "AWS::EC2::VPCEndpointService"
OTHER = "222222222222"
TOLD = {"principal": OTHER, "account": OTHER}
SHAREABLE = ("AWS::EC2::TransitGateway", "AWS::EC2::SecurityGroup", "AWS::EC2::Subnet")
ARN = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:thing/t-1"


def principal(name: str, status: str = "ASSOCIATED", *, external: bool = True) -> dict[str, Any]:
    return {"associatedEntity": name, "status": status, "external": external}


def share(*principals: Any, holds: str = ARN, unknown: Unknowns | None = None, status: str = "ASSOCIATED") -> Resource:
    config = {
        "PrincipalAssociations": list(principals),
        "ResourceAssociations": [{"associatedEntity": holds, "status": status}],
    }
    for place in unknown or {}:
        config.pop(place.strip("/"), None)
    return resource(SHARE, config, unknown)


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (principal(OTHER), [TOLD]),
        (principal(OTHER, "ASSOCIATING"), [TOLD]),
        (principal(OTHER, external=False), []),
        (principal(OTHER, "DISASSOCIATED"), []),
        (principal(OTHER, "FAILED"), []),
        (
            principal(f"arn:aws:iam::{OTHER}:role/x"),
            [{"principal": f"arn:aws:iam::{OTHER}:role/x", "account": OTHER}],
        ),
        (principal("pricing.amazonaws.com"), []),
    ],
)
def test_principals_outside_the_organization(one: dict[str, Any], told: list[Any]) -> None:
    found = fact(share(one), "recipients")
    assert (found.value, found.unknown) == (told, {})


def test_principals_that_are_not_known_leave_the_list_open() -> None:
    assert fact(share(unknown={"/PrincipalAssociations": DENIED}), "recipients").unknown["/-"].why is DENIED.why
    half = resource(
        SHARE,
        {"PrincipalAssociations": [{"associatedEntity": OTHER, "status": "ASSOCIATED"}]},
        {"/PrincipalAssociations/0/external": DENIED},
    )
    found = fact(half, "recipients")
    assert (found.value, found.unknown["/-"].why) == ([], DENIED.why)


@pytest.mark.parametrize("type_", SHAREABLE)
def test_what_a_share_holds_is_open_to_whom_it_is(type_: str) -> None:
    one = resource(type_, {}, id=ARN)
    assert fact(one, "recipients", share(principal(OTHER))).value == [TOLD]
    for other in (share(principal(OTHER), holds="another"), share(principal(OTHER), status="DISASSOCIATED")):
        found = fact(one, "recipients", other)
        assert (found.value, found.unknown) == ([], {})
    assert fact(one, "recipients", incomplete={SHARE: DENIED}).unknown["/-"].why is DENIED.why


@pytest.mark.parametrize("type_", SHAREABLE)
def test_a_share_whose_resources_are_not_known_may_hold_it(type_: str) -> None:
    one = resource(type_, {}, id=ARN)
    hidden = {"/ResourceAssociations": DENIED}
    assert fact(one, "recipients", share(principal(OTHER), unknown=hidden)).unknown["/-"].why is DENIED.why
    # Nobody outside has that share.
    assert fact(one, "recipients", share(principal(OTHER, external=False), unknown=hidden)).unknown == {}
    held = share(unknown={"/PrincipalAssociations": DENIED})
    assert fact(one, "recipients", held).unknown["/-"].why is DENIED.why


@pytest.mark.parametrize(
    ("name", "account"),
    [
        (f"arn:aws:iam::{OTHER}:root", OTHER),
        (f"arn:aws:iam::{OTHER}:role/app", OTHER),
        ("*", "*"),
        ("arn:aws:organizations::333333333333:ou/o-1/ou-1", "333333333333"),
    ],
)
def test_who_may_make_endpoints_to_a_service(name: str, account: str) -> None:
    one = resource(SERVICE, {"AllowedPrincipals": [{"Principal": name}]})
    assert fact(one, "recipients").value == [{"principal": name, "account": account}]


def test_the_own_account_is_nobody_else() -> None:
    own = resource(SERVICE, {"AllowedPrincipals": [{"Principal": f"arn:aws:iam::{ACCOUNT}:root"}]})
    assert fact(own, "recipients").value == []
    assert fact(resource(SERVICE, {"AllowedPrincipals": None}), "recipients").value == []
    hidden = resource(SERVICE, {}, {"/AllowedPrincipals": DENIED})
    assert fact(hidden, "recipients").unknown["/-"].why is DENIED.why
