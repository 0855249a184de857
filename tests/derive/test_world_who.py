"""Who could do something: everybody for whom `can` says so, and whom the resource lets in from outside."""

from __future__ import annotations

import random
from typing import Any

import pytest

from scanner.derive.access.decision.flow import decide
from scanner.derive.access.decision.request import Request
from scanner.derive.access.world import naming
from scanner.derive.access.world.answers import can, who
from scanner.derive.access.world.world import World
from scanner.model import Resource
from tests.derive import world_snapshots as w

OBJECT = "arn:aws:s3:::data/report"
READ = w.doc(w.allow("s3:GetObject"))


def found(*resources: Resource, action: str = "s3:GetObject", resource: str = OBJECT, **more: Any) -> list[str]:
    answer = who(w.world(*resources, **more), action, resource, {})
    return [one["principal"] for one in answer["principals"]]


ROOT = f"arn:aws:iam::{w.OWN}:root"
ROOTS = [ROOT]


def open_to(principal: Any, **more: Any) -> Resource:
    return w.bucket("data", w.doc(w.allow("s3:GetObject", "arn:aws:s3:::data/*", Principal=principal, **more)))


def test_identities_in_order_and_the_root_user() -> None:
    assert found(w.bucket("data"), w.user("bob", READ), w.user("eve"), w.role("ann", READ)) == [
        f"arn:aws:iam::{w.OWN}:role/ann", ROOT, f"arn:aws:iam::{w.OWN}:user/bob",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "principal", "condition"),
    [
        (["anonymous"], "*", {}),
        (["*"], "*", {"StringEquals": {"aws:PrincipalOrgID": "o-else"}}),
        (["arn:aws:iam::444455556666:root"], {"AWS": w.OTHER}, {}),
        (["arn:aws:iam::444455556666:root"], "*", {"StringEquals": {"aws:PrincipalAccount": w.OTHER}}),
        (["arn:aws:iam::444455556666:role/x"], {"AWS": "arn:aws:iam::444455556666:role/x"}, {}),
        ([], {"AWS": w.OTHER}, {"StringEquals": {"aws:PrincipalAccount": w.OWN}}),
        (["cloudtrail.amazonaws.com"], {"Service": "cloudtrail.amazonaws.com"}, {}),
        (["cloudtrail.amazonaws.com"], {"Service": "cloudtrail.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": w.OWN}}),
        (["79a59d"], {"CanonicalUser": "79a59d"}, {}),
    ],
)  # fmt: skip
def test_whom_a_bucket_lets_in_from_outside(expected: list[str], principal: Any, condition: Any) -> None:
    more = {"Condition": condition} if condition else {}
    assert sorted(set(found(open_to(principal, **more), w.block())) - {ROOT}) == expected


def test_an_account_that_only_a_denial_spares() -> None:
    but_one = w.deny("s3:*", Principal="*", Condition={"StringNotEquals": {"aws:PrincipalAccount": [w.OTHER, w.OWN]}})
    anybody = w.allow("s3:GetObject", Principal="*")
    assert found(w.bucket("data", w.doc(anybody, but_one)), w.block()) == [ROOT, f"arn:aws:iam::{w.OTHER}:root"]


def test_the_number_of_the_own_account_is_no_stranger_s() -> None:
    """The account that searches take for a stranger's is the snapshot's here."""
    number = "123456789012"
    open_ = w.doc(w.allow("s3:GetObject", Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-else"}}))
    answer = who(w.world(w.bucket("data", open_, account=number), w.block(number)), "s3:GetObject", OBJECT, {})
    assert "*" in [one["principal"] for one in answer["principals"]]


def test_an_identity_provider_becomes_a_role() -> None:
    provider = f"arn:aws:iam::{w.OWN}:oidc-provider/token.example.com"
    trust = w.doc(w.allow("sts:AssumeRoleWithWebIdentity", "", Principal={"Federated": provider}))
    role = w.role("deploy", AssumeRolePolicyDocument=trust)
    assert found(role, action="sts:AssumeRoleWithWebIdentity", resource=role.id) == [provider]


def test_a_key_is_open_from_outside_through_a_grant_alone() -> None:
    key = w.key("k1", w.doc(w.allow("kms:*", Principal={"AWS": w.OWN})))
    stranger = f"arn:aws:iam::{w.OTHER}:role/importer"
    asked = {"action": "kms:Decrypt", "resource": key.id}
    assert found(key, **asked) == [ROOT]
    assert found(key, w.grant(key, stranger, "Decrypt"), **asked) == [ROOT, stranger]


def test_what_is_not_known_is_listed_apart() -> None:
    answer = who(
        w.world(
            w.bucket("data"), w.user("ann", f"arn:aws:iam::{w.OWN}:policy/team"), unlisted={"AWS::IAM::Role": w.DENIED}
        ),
        "s3:GetObject",
        OBJECT,
        {},
    )
    assert [one.get("principal") or one["account"] for one in answer["unknown"]] == [
        f"arn:aws:iam::{w.OWN}:user/ann",
        w.OWN,
    ]
    assert [one["principal"] for one in answer["principals"]] == [ROOT]


ACTIONS = ["s3:GetObject", "s3:*", "s3:Get*", "kms:Decrypt", "kms:*", "sts:AssumeRole", "*", "ec2:*"]
CONDITIONS: list[Any] = [
    {"StringEquals": {"aws:PrincipalTag/team": "a"}},
    {"StringNotEquals": {"aws:PrincipalTag/team": "a"}},
    {"StringLike": {"aws:userid": "AROA1*"}},
    {"StringNotLike": {"aws:userid": ["AROA1*", "AIDA2"]}},
    {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
    {"Bool": {"aws:SecureTransport": "false"}},
    {"StringEquals": {"aws:PrincipalAccount": w.OTHER}},
    {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{w.OWN}:user/*"}},
    {"StringEquals": {"aws:PrincipalType": "AssumedRole"}},
    {"StringEquals": {"aws:username": "n1"}},
]
NAMES = [*(f"n{number}" for number in range(6))]


def estate(seed: int) -> list[Resource]:
    """Two accounts with users, roles, buckets and keys, in which everything refers to everything."""
    dice = random.Random(seed)
    resources = [w.block(RestrictPublicBuckets=dice.random() < 0.3)]
    arns = [
        f"arn:aws:iam::{account}:{kind}/{name}"
        for account in (w.OWN, w.OTHER)
        for kind in ("user", "role")
        for name in NAMES
    ]
    targets = [
        "*",
        "arn:aws:s3:::data/*",
        "arn:aws:s3:::data/${aws:username}",
        "arn:aws:s3:::other/*",
        f"arn:aws:iam::{w.OWN}:role/*",
    ]

    def statement(**more: Any) -> dict[str, Any]:
        make = w.allow if dice.random() < 0.9 else w.deny
        condition = {"Condition": dice.choice(CONDITIONS)} if dice.random() < 0.4 else {}
        return make(dice.sample(ACTIONS, 3), dice.choice(targets), **condition, **more)

    def named() -> Any:
        return dice.choice(
            [{"AWS": dice.sample(arns, 2)}, {"AWS": w.OWN}, {"AWS": w.OTHER}, "*", {"Service": "sns.amazonaws.com"}]
        )

    managed = [w.managed(f"arn:aws:iam::{w.OWN}:policy/m{n}", w.doc(statement(), statement())) for n in range(4)]
    for account in (w.OWN, w.OTHER):
        for name in NAMES:
            inline = [w.doc(statement()) for _ in range(dice.randrange(1, 3))]
            attached = [dice.choice(managed).id for _ in range(dice.randrange(3))] if account == w.OWN else []
            more: dict[str, Any] = {"tags": {"team": dice.choice("ab")} if dice.random() < 0.7 else {}}
            if account == w.OWN and dice.random() < 0.3:
                more["PermissionsBoundary"] = {"PermissionsBoundaryArn": dice.choice(managed).id}
            resources.append(
                w.user(name, *inline, *attached, account=account, UserId=f"AIDA{dice.randrange(4)}", **more)
            )
            trust = w.doc(
                w.allow(["sts:AssumeRole", *dice.sample(["sts:TagSession"], dice.randrange(2))], "", Principal=named())
            )
            resources.append(
                w.role(
                    name,
                    *inline,
                    *attached,
                    account=account,
                    RoleId=f"AROA{dice.randrange(4)}",
                    AssumeRolePolicyDocument=trust,
                    **more,
                )
            )
    policy = w.doc(*(statement(Principal=named()) for _ in range(3)))
    key = w.key("k1", w.doc(w.allow("kms:*", Principal=named()), statement(Principal=named())))
    return [*resources, *managed, w.bucket("data", policy), key, w.grant(key, dice.choice(arns), "Decrypt")]


ASKED = [
    ("s3:GetObject", OBJECT),
    ("s3:GetObject", "arn:aws:s3:::data/n1"),
    ("kms:Decrypt", f"arn:aws:kms:{w.REGION}:{w.OWN}:key/k1"),
    ("sts:AssumeRole", f"arn:aws:iam::{w.OWN}:role/n2"),
    ("ec2:RunInstances", "*"),
]


@pytest.mark.parametrize("seed", range(25))
def test_who_can_lists_exactly_those_who_can(seed: int) -> None:
    world = w.world(*estate(seed))
    for action, resource in ASKED:
        listed = who(world, action, resource, {})
        assert listed["unknown"] == []
        inside = {one["principal"] for one in listed["principals"] if not one["outside"]}
        asked = {one.arn for one in world.identities()} | {f"arn:aws:iam::{account}:root" for account in world.accounts}
        able = {arn for arn in asked if can(world, naming.asker(world, arn), action, resource, {})["allowed"]}
        assert inside == able
        for one in listed["principals"]:
            if one["kind"] in ("User", "Role") and not one["outside"]:
                assert _replayed(world, one["witness"]), one


def _replayed(world: World, witness: dict[str, Any]) -> bool:
    """Whether the evaluator allows the witness under all policies, none left out."""
    guarded = world.guarded(witness["resource"], witness["action"])
    asker = naming.asker(world, witness["principal"])
    given = {key: tuple(values) for key, values in witness["context"].items()}
    request = Request(asker.principal, witness["action"], witness["resource"], guarded.owner, given)
    return decide(request, world.policies(asker.identity, guarded)).answer == "Allowed"


@pytest.mark.parametrize("seed", range(25))
def test_whatever_is_allowed_in_some_request_is_found(seed: int) -> None:
    """Random requests, decided over all policies: nobody whom one allows may be left out."""
    world, dice = w.world(*estate(seed)), random.Random(seed)
    for action, resource in ASKED:
        guarded = world.guarded(resource, action)
        listed = {one["principal"] for one in who(world, action, resource, {})["principals"]}
        for identity in world.identities():
            policies = world.policies(identity, guarded)
            known = world.context(identity, guarded)
            for _ in range(4):
                free = {
                    "aws:sourceip": dice.choice([(), ("10.1.1.1",), ("192.0.2.1",)]),
                    "aws:securetransport": (dice.choice(["true", "false"]),),
                }
                if identity.kind == "Role":
                    free["aws:userid"] = (f"{identity.unique_id}:job",)
                request = Request(identity.principal, action, guarded.arn, guarded.owner, {**free, **known})
                if decide(request, policies).answer == "Allowed":
                    assert identity.arn in listed, (action, identity.arn, request.given)
