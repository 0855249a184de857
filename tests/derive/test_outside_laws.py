"""Random policies: who is left out of the search could not have got in, and an access point lets in whom both let in."""

from __future__ import annotations

import random
from typing import Any

import pytest

from scanner.derive.access.decision.document import parse
from scanner.derive.access.decision.flow import Policies, decide
from scanner.derive.access.decision.request import Request, principal
from scanner.derive.access.outside import strangers
from scanner.derive.access.outside.answers import outside
from scanner.model import Resource
from tests.derive import world_snapshots as w

DATA = "arn:aws:s3:::data"
POINT = f"arn:aws:s3:{w.REGION}:{w.OWN}:accesspoint/p"
KEYS = ("a", "b/x", "b/y")
ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:ListBucket")
STRANGE = "arn:aws:sts::777788889999:assumed-role/someone/session"
ANYBODY = w.doc(w.allow())
CONDITIONS: tuple[Any, ...] = (
    None, None, None,
    {"Bool": {"aws:SecureTransport": "false"}},
    {"Bool": {"aws:PrincipalIsAWSService": "false"}},
    {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}},
    {"StringEquals": {"aws:PrincipalType": "Anonymous"}},
    {"StringNotEquals": {"aws:PrincipalType": "AssumedRole"}},
    {"Null": {"aws:PrincipalArn": "true"}},
    {"Null": {"aws:PrincipalArn": "false"}},
    {"Null": {"aws:PrincipalAccount": "true"}},
    {"Null": {"aws:PrincipalOrgID": "true"}},
    {"StringLike": {"aws:PrincipalTag/team": "*"}},
    {"Null": {"aws:FederatedProvider": "false"}},
    {"Null": {"aws:username": "false"}},
    {"StringNotLike": {"aws:userid": "*:*"}},
    {"StringEquals": {"aws:Referer": "x"}},
    {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"}},
)  # fmt: skip
PRINCIPALS: tuple[Any, ...] = (
    "*", "*", "*", {"AWS": "*"}, {"AWS": w.OTHER}, {"Federated": "*"}, {"CanonicalUser": "*"}, {"Service": "sns.amazonaws.com"},
)  # fmt: skip


def statement(chance: random.Random, resources: tuple[str, ...], conditions: tuple[Any, ...]) -> dict[str, Any]:
    found = {
        "Effect": chance.choice(("Allow", "Allow", "Deny")),
        "Action": chance.choice(("s3:*", "s3:Get*", "s3:*Object", "s3:ListBucket", "*")),
        "Resource": chance.sample(resources, chance.randint(1, 2)),
        ("NotPrincipal" if chance.random() < 0.08 else "Principal"): chance.choice(PRINCIPALS),
    }
    condition = chance.choice(conditions)
    return {**found, "Condition": condition} if condition else found


def policy(chance: random.Random, resources: tuple[str, ...], conditions: tuple[Any, ...]) -> dict[str, Any]:
    return w.doc(*(statement(chance, resources, conditions) for _ in range(chance.randint(1, 4))))


def few(chance: random.Random) -> list[dict[str, Any]]:
    """An Allow, and at most one statement beside it, so that what tells strangers apart decides."""
    first = {**w.allow("s3:*", [DATA, f"{DATA}/*"]), "Principal": chance.choice(PRINCIPALS)}
    condition = chance.choice(CONDITIONS)
    second = statement(chance, (DATA, f"{DATA}/*"), CONDITIONS)
    second |= {"Action": "s3:*", "Resource": "*"} if second["Effect"] == "Deny" else {}
    return [{**first, "Condition": condition} if condition else first, *([second] if chance.random() < 0.7 else [])]


def test_kinds_of_strangers_that_are_left_out_get_in_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    chance, seen = random.Random(11), {True: 0, False: 0}
    for _ in range(300):
        data = w.bucket("data", w.doc(*few(chance)))
        world = w.world(data)
        with monkeypatch.context() as every:
            every.setattr(strangers, "_alike", lambda *_: ())
            expected = {scope: told(world, scope) for scope in ("public", "external")}
        assert {scope: told(world, scope) for scope in ("public", "external")} == expected, data.config["Policy"]
        seen[bool(expected["public"])] += 1
    assert min(seen.values()) > 50, seen


def told(world: Any, scope: Any) -> dict[str, list[str]]:
    found = outside(world, scope, ())
    assert not found["unknown"]
    return {row["resource"]: sorted(one["who"] for one in row["access"]) for row in found["resources"]}


def test_an_access_point_lets_in_whom_its_policy_and_the_bucket_s_let_in() -> None:
    chance, seen = random.Random(12), {True: 0, False: 0}
    plain = (None,)
    for _ in range(200):
        own = policy(chance, (POINT, f"{POINT}/object/*", f"{POINT}/object/b/*", "*", f"{POINT}/object/?"), plain)
        behind = policy(chance, (DATA, f"{DATA}/*", f"{DATA}/b/*", "arn:aws:s3:::d*/x", "*", f"{DATA}/a"), plain)
        config = {"Bucket": "data", "NetworkOrigin": "Internet", "Policy": own}
        point: Resource = w.made("AWS::S3::AccessPoint", POINT, config, region=w.REGION)
        found = "*" in told(w.world(point, w.bucket("data", behind)), "public").get(POINT, [])
        asked = any(
            allowed(own, action, f"{POINT}{end and f'/object/{end}'}")
            and allowed(behind, action, f"{DATA}{end and f'/{end}'}")
            for action in ACTIONS
            for end in (("",) if action == "s3:ListBucket" else KEYS)
        )
        assert found or not asked, (own, behind)
        seen[found] += 1
    assert min(seen.values()) > 40, seen


def allowed(document: Any, action: str, resource: str) -> bool:
    policies = Policies(identity=[parse(ANYBODY)], resource=parse(document, "resource"))
    return decide(Request(principal(STRANGE), action, resource, w.OWN, {}), policies).answer == "Allowed"
