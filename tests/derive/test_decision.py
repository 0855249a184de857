"""Decisions on requests, each by a sentence of AWS's documentation."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.derive.access.decision import operators, patterns
from scanner.derive.access.decision.document import parse
from scanner.derive.access.decision.operators import Test as Line
from scanner.derive.access.decision.simulate import CaseError, simulate

OWN, OTHER = "111122223333", "444455556666"
ANN = f"arn:aws:iam::{OWN}:user/team/ann"
ROLE = f"arn:aws:iam::{OWN}:role/service/worker"
SESSION = f"arn:aws:sts::{OWN}:assumed-role/worker/job-1"
ROOT = f"arn:aws:iam::{OWN}:root"
OBJECT = "arn:aws:s3:::data/reports/1"
KEY = f"arn:aws:kms:eu-west-1:{OWN}:key/k1"
LINKED = f"arn:aws:sts::{OWN}:assumed-role/AWSServiceRoleForConfig/x"
ALLOWED, IMPLICIT, EXPLICIT, UNKNOWN = "Allowed", "ImplicitlyDenied", "ExplicitlyDenied", "Unknown"


def doc(effect: str, action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": action, "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [{key: value for key, value in statement.items() if value != ""}]}


def allow(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return doc("Allow", action, resource, **more)


def deny(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return doc("Deny", action, resource, **more)


def to(principal: Any, **more: Any) -> dict[str, Any]:
    return allow("s3:*", Principal=principal, **more)


def decided(
    principal: Any = ANN,
    *,
    action: str = "s3:GetObject",
    resource: str = OBJECT,
    account: str | None = OWN,
    context: dict[str, Any] | None = None,
    policy: Any = None,
    **policies: Any,
) -> str:
    if policy is not None:
        policies["resource"] = policy
    request = {"principal": principal, "action": action, "resource": resource, "context": context or {}}
    case = {"id": 1, "request": {**request, "resource_account": account}, "policies": policies}
    return str(simulate(case)["decision"])


FULL = [allow()]
S3 = [allow("s3:Get*")]
EC2 = [allow("ec2:*")]
ANYBODY = to("*")


@pytest.mark.parametrize(
    ("expected", "policies"),
    [
        (IMPLICIT, {}),
        (ALLOWED, {"identity": S3}),
        (IMPLICIT, {"identity": EC2}),
        (EXPLICIT, {"identity": [*FULL, deny("s3:getobject")]}),
        (EXPLICIT, {"identity": FULL, "resource": deny("s3:*", Principal="*")}),
        (IMPLICIT, {"identity": FULL, "boundary": EC2}),
        (ALLOWED, {"identity": FULL, "boundary": [*EC2, *S3]}),
        (EXPLICIT, {"identity": FULL, "boundary": [allow(), deny("s3:GetObject")]}),
        (IMPLICIT, {"identity": FULL, "session": EC2[0]}),
        (ALLOWED, {"identity": FULL, "scp": []}),
        (ALLOWED, {"identity": FULL, "scp": [[allow()], [allow("s3:*"), *EC2]]}),
        (IMPLICIT, {"identity": FULL, "scp": [[allow()], EC2]}),
        (IMPLICIT, {"identity": FULL, "scp": [[allow()], []]}),
        (EXPLICIT, {"identity": FULL, "scp": [[allow(), deny("s3:*")]]}),
        (EXPLICIT, {"identity": FULL, "rcp": [[allow(Principal="*"), deny("s3:*", Principal="*")]]}),
        (ALLOWED, {"identity": FULL, "rcp": [[allow(Principal="*")]]}),
        (IMPLICIT, {"identity": FULL, "vpce": allow("ec2:*", Principal="*")}),
        (ALLOWED, {"identity": FULL, "vpce": allow(Principal="*")}),
    ],
)
def test_a_user_in_its_own_account(expected: str, policies: dict[str, Any]) -> None:
    assert decided(policy=policies.pop("resource", None), **policies) == expected


@pytest.mark.parametrize(
    ("expected", "principal", "named", "limited"),
    [
        # The account only delegates; the user is granted directly, and so is whoever `*` means.
        (IMPLICIT, ANN, {"AWS": OWN}, {}),
        (IMPLICIT, ANN, {"AWS": ROOT}, {}),
        (ALLOWED, ANN, {"AWS": ANN}, {}),
        (ALLOWED, ANN, {"AWS": ANN}, {"boundary": EC2}),
        (ALLOWED, ANN, "*", {"boundary": EC2}),
        # A role's ARN leaves its boundary and session policies in force, its session's ARN does not.
        (ALLOWED, SESSION, {"AWS": ROLE}, {}),
        (IMPLICIT, SESSION, {"AWS": ROLE}, {"boundary": EC2}),
        (IMPLICIT, SESSION, {"AWS": ROLE}, {"session": EC2[0]}),
        (ALLOWED, SESSION, {"AWS": SESSION}, {"boundary": EC2, "session": EC2[0]}),
        (IMPLICIT, SESSION, {"AWS": SESSION.replace("job-1", "job-2")}, {}),
        (ALLOWED, SESSION, "*", {"boundary": EC2}),
        (IMPLICIT, SESSION, "*", {"scp": [EC2]}),
        (EXPLICIT, SESSION, {"AWS": SESSION}, {"identity": [deny("s3:*")]}),
        (ALLOWED, ROOT, {"AWS": ANN}, {}),
        (ALLOWED, ROOT, {"AWS": OWN}, {}),
    ],
)
def test_what_a_resource_s_policy_grants_by_itself(
    expected: str, principal: str, named: Any, limited: dict[str, Any]
) -> None:
    request = {"principal": principal, "action": "s3:GetObject", "resource": OBJECT, "resource_account": OWN}
    found = simulate({"request": request, "policies": {"resource": to(named), **limited}})
    assert found["decision"] == expected


@pytest.mark.parametrize(
    ("expected", "policies"),
    [
        (IMPLICIT, {"identity": FULL}),
        (IMPLICIT, {"resource": to({"AWS": ANN})}),
        (ALLOWED, {"identity": FULL, "resource": to({"AWS": ANN})}),
        (ALLOWED, {"identity": FULL, "resource": to({"AWS": OWN})}),
        (IMPLICIT, {"identity": FULL, "resource": to({"AWS": OTHER})}),
        (IMPLICIT, {"identity": FULL, "boundary": EC2, "resource": to({"AWS": ANN})}),
        (IMPLICIT, {"identity": FULL, "scp": [EC2], "resource": to({"AWS": ANN})}),
    ],
)
def test_across_accounts_both_sides_must_allow(expected: str, policies: dict[str, Any]) -> None:
    assert decided(account=OTHER, policy=policies.pop("resource", None), **policies) == expected


def test_those_who_are_no_principals_of_an_account_have_the_resource_s_policy_alone() -> None:
    trail = {"type": "Service", "id": "cloudtrail.amazonaws.com"}
    assert decided(trail, scp=[[]]) == IMPLICIT
    assert simulate_resource(trail, to({"Service": "cloudtrail.amazonaws.com"})) == ALLOWED
    assert simulate_resource(trail, to({"Service": "config.amazonaws.com"})) == IMPLICIT
    assert simulate_resource({"type": "Anonymous"}, ANYBODY) == ALLOWED
    assert simulate_resource({"type": "Anonymous"}, to({"AWS": OWN})) == IMPLICIT
    canonical = {"type": "CanonicalUser", "id": "79a59d"}
    assert simulate_resource(canonical, to({"CanonicalUser": "79a59d"})) == ALLOWED


def simulate_resource(principal: Any, policy: dict[str, Any], **context: Any) -> str:
    request = {"principal": principal, "action": "s3:GetObject", "resource": OBJECT, "context": context}
    case = {"id": 1, "request": {**request, "resource_account": OWN}, "policies": {"resource": policy, "scp": [[]]}}
    return str(simulate(case)["decision"])


def test_a_key_and_a_role_are_open_to_nobody_whom_their_policy_does_not_name() -> None:
    def key(policy: Any, identity: Any = FULL) -> str:
        case = {"principal": ANN, "action": "kms:Decrypt", "resource": KEY}
        return str(simulate({"request": case, "policies": {"identity": identity, "resource": policy}})["decision"])

    assert key(None) == IMPLICIT
    assert key(allow("kms:*", Principal={"AWS": ROOT})) == ALLOWED
    assert key(allow("kms:*", Principal={"AWS": ROOT}), []) == IMPLICIT
    assert key(allow("kms:*", Principal={"AWS": ANN}), []) == ALLOWED
    trust = doc("Allow", "sts:AssumeRole", "", Principal={"AWS": ROOT})
    role = {"principal": ANN, "action": "sts:AssumeRole", "resource": ROLE}
    assert simulate({"request": role, "policies": {"identity": FULL}})["decision"] == IMPLICIT
    assert simulate({"request": role, "policies": {"identity": FULL, "resource": trust}})["decision"] == ALLOWED
    listing = {"principal": ANN, "action": "kms:ListKeys", "resource": "*"}
    assert simulate({"request": listing, "policies": {"identity": FULL}})["decision"] == ALLOWED


def test_service_linked_roles_are_out_of_reach_of_organization_policies() -> None:
    none = {"scp": [[]], "rcp": [[]]}
    assert decided(LINKED, identity=FULL, **none) == ALLOWED
    assert decided(SESSION, identity=FULL, **none) == IMPLICIT


def test_resource_control_policies_reach_some_services_only() -> None:
    rcp = [[allow(Principal="*"), deny(Principal="*")]]
    assert decided(identity=FULL, rcp=rcp) == EXPLICIT
    assert decided(action="ec2:RunInstances", resource="*", identity=FULL, rcp=rcp) == ALLOWED


@pytest.mark.parametrize(
    ("expected", "principal", "left_out"),
    [
        (IMPLICIT, ANN, {"AWS": ANN}),
        (IMPLICIT, ANN, {"AWS": [ANN, ROOT]}),
        (EXPLICIT, ANN, {"AWS": [ROOT, f"arn:aws:iam::{OWN}:user/bob"]}),
        (IMPLICIT, ROOT, {"AWS": OWN}),
        (IMPLICIT, ROLE, {"AWS": ROLE}),
        (IMPLICIT, SESSION, {"AWS": SESSION}),
        (EXPLICIT, SESSION, {"AWS": [ROLE, ROOT]}),
        (IMPLICIT, SESSION, {"AWS": [SESSION, ROLE, ROOT]}),
        (EXPLICIT, {"type": "Anonymous"}, {"AWS": [ANN, ROOT]}),
        (IMPLICIT, {"type": "Service", "id": "a.amazonaws.com"}, {"Service": "a.amazonaws.com"}),
    ],
)
def test_a_deny_leaves_out_only_those_named_as_closely_as_can_be(expected: str, principal: Any, left_out: Any) -> None:
    policy = {"Statement": {"Effect": "Deny", "NotPrincipal": left_out, "Action": "s3:*", "Resource": "*"}}
    assert simulate_resource(principal, policy) == expected


@pytest.mark.parametrize(
    ("expected", "condition", "context"),
    [
        (False, {"StringEquals": {"aws:SourceVpc": "vpc-1"}}, {}),
        (True, {"StringEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}, {}),
        (True, {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}, {}),
        (False, {"ForAnyValue:StringNotEquals": {"aws:TagKeys": "a"}}, {}),
        (True, {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}, {}),
        (True, {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}, {"aws:TagKeys": ""}),
        (False, {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws:TagKeys": ["a", "c"]}),
        (True, {"ForAnyValue:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws:tagkeys": ["a", "c"]}),
        (True, {"ForAnyValue:StringNotEquals": {"aws:TagKeys": "a"}}, {"aws:TagKeys": ["a", "c"]}),
        (False, {"StringNotEquals": {"aws:SourceVpc": ["vpc-1", "vpc-2"]}}, {"aws:SourceVpc": "vpc-2"}),
        (True, {"Null": {"aws:TokenIssueTime": "true"}}, {}),
        (False, {"Null": {"aws:TokenIssueTime": True}}, {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}),
        (True, {"Null": {"aws:TokenIssueTime": False}}, {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}),
        (True, {"Bool": {"aws:SecureTransport": True}}, {"aws:SecureTransport": "True"}),
        (False, {"Bool": {"aws:MultiFactorAuthPresent": "false"}}, {}),
        (True, {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}, {}),
        (True, {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "2001:db8::/32"]}}, {"aws:SourceIp": "2001:db8::1"}),
        (False, {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, {"aws:SourceIp": "10.255.255.255"}),
        (True, {"NumericLessThanEquals": {"s3:max-keys": 10}}, {"s3:max-keys": "10.0"}),
        (False, {"NumericLessThan": {"s3:max-keys": "x"}}, {"s3:max-keys": "1"}),
        (True, {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01"}}, {"aws:CurrentTime": "2026-01-01T01:00:00+00:30"}),
        (True, {"DateLessThan": {"aws:EpochTime": "2026-01-01T00:00:00Z"}}, {"aws:EpochTime": "1700000000"}),
        (True, {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::da*"}}, {"aws:SourceArn": "arn:aws:s3:::data"}),
        (False, {"ArnLike": {"aws:SourceArn": "arn:*:data"}}, {"aws:SourceArn": "arn:aws:s3:::data"}),
        (True, {"StringLike": {"aws:SourceArn": "arn:*:data"}}, {"aws:SourceArn": "arn:aws:s3:::data"}),
        (True, {"ArnNotEquals": {"aws:SourceArn": "arn:aws:s3:::x"}}, {"aws:SourceArn": "arn:aws:s3:::data"}),
        (True, {"StringEqualsIgnoreCase": {"aws:PrincipalTag/Team": "OPS"}}, {"aws:principaltag/team": "ops"}),
        (True, {"StringEquals": {"aws:PrincipalTag/Team": "${aws:ResourceTag/Team}"}},
         {"aws:PrincipalTag/Team": "a*", "aws:ResourceTag/Team": "a*"}),
        (False, {"StringLike": {"aws:PrincipalTag/Team": "${aws:ResourceTag/Team}"}},
         {"aws:PrincipalTag/Team": "ab", "aws:ResourceTag/Team": "a*"}),
        (False, {"StringEquals": {"aws:PrincipalTag/Team": "${aws:ResourceTag/Team}"}}, {"aws:PrincipalTag/Team": "a"}),
        (True, {"StringEquals": {"aws:PrincipalTag/Team": "${aws:ResourceTag/Team, 'none'}"}},
         {"aws:PrincipalTag/Team": "none"}),
        (True, {"BinaryEquals": {"x:y": "QUI="}}, {"x:y": "QUI="}),
        (True, {"StringEquals": {"aws:PrincipalArn": ROLE.replace("service/", "")}}, {}),
        (True, {"ArnLike": {"aws:PrincipalArn": ROLE}}, {"aws:PrincipalArn": ROLE}),
        (True, {"StringEquals": {"aws:PrincipalAccount": OWN, "aws:ResourceAccount": OWN}}, {}),
        (True, {"StringEquals": {"aws:PrincipalType": "AssumedRole"}}, {}),
    ],
)  # fmt: skip
def test_conditions(expected: bool, condition: dict[str, Any], context: dict[str, Any]) -> None:
    found = decided(SESSION, context=context, identity=[allow("s3:*", Condition=condition)])
    assert (found == ALLOWED) is expected


@pytest.mark.parametrize(
    ("expected", "resource", "version"),
    [
        (True, "arn:aws:s3:::data/${aws:username}/*", "2012-10-17"),
        (False, "arn:aws:s3:::data/${aws:username}/*", "2008-10-17"),
        (True, "arn:aws:s3:::data/${aws:PrincipalTag/x, 'ann'}/*", "2012-10-17"),
        (False, "arn:aws:s3:::data/${aws:PrincipalTag/x}/*", "2012-10-17"),
        (True, "arn:aws:s3:::data/a${?}n*", "2012-10-17"),
        (True, "arn:*", "2012-10-17"),
        (True, "arn:aws:s3:::???a/a*n/*", "2012-10-17"),
        (False, "arn:aws:s3:::DATA/*", "2012-10-17"),
    ],
)
def test_resources_with_wildcards_and_variables(expected: bool, resource: str, version: str) -> None:
    literal = "a?n" if "${?}" in resource else "ann"
    policy = {**allow("s3:*", resource), "Version": version}
    assert (decided(resource=f"arn:aws:s3:::data/{literal}/1", identity=[policy]) == ALLOWED) is expected


@pytest.mark.parametrize(
    "policy",
    [
        5,
        "not json",
        {"Statement": [{"Effect": "allow", "Action": "*", "Resource": "*"}]},
        {"Statement": [{"Effect": "Allow", "Resource": "*"}]},
        {"Statement": [{"Effect": "Allow", "Action": "*"}]},
        {"Statement": [{"Effect": "Allow", "Action": 7, "Resource": "*"}]},
        {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}]},
        {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Likes": {"a": "b"}}}]},
        {"Version": "2020-01-01", "Statement": []},
    ],
)
def test_a_policy_that_aws_refuses_leaves_the_answer_open_but_no_denial(policy: Any) -> None:
    assert decided(identity=[policy]) == UNKNOWN
    assert decided(identity=[policy, deny()]) == EXPLICIT
    assert parse(policy, "identity").problems


@pytest.mark.parametrize(
    "case",
    [
        [],
        {"request": {"principal": 5}},
        {"request": {"principal": "ann", "action": "s3:GetObject", "resource": "*"}},
        {"request": {"principal": ANN, "resource": "*"}},
        {"request": {"principal": ANN, "action": "a:b", "resource": "*"}, "policies": {"identities": []}},
        {"request": {"principal": ANN, "action": "a:b", "resource": "*"}, "policies": {"scp": [{}]}},
    ],
)
def test_what_is_no_case_is_told(case: Any) -> None:
    with pytest.raises(CaseError):
        simulate(case)


def slow_match(pattern: str, text: str) -> bool:
    """The straightforward reading of a glob."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return slow_match(pattern[1:], text) or (bool(text) and slow_match(pattern, text[1:]))
    return bool(text) and pattern[0] in ("?", text[0]) and slow_match(pattern[1:], text[1:])


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_globs_are_exact(pattern: str, text: str) -> None:
    assert patterns.matches(pattern, text) is slow_match(pattern, text)


def test_many_wildcards_end() -> None:
    assert not patterns.matches("*a" * 50 + "*b", "a" * 5000)  # tried place by place this would not end


@given(st.sampled_from(sorted(operators.NEGATED)), st.lists(st.sampled_from(["1", "2", "10.0.0.1"]), max_size=2))
def test_a_negated_operator_is_the_opposite_wherever_the_key_is_there(operator: str, values: list[str]) -> None:
    context = {"k": ("1",)}
    line = Line(operator, "", False, "k", tuple(values))
    opposite = line._replace(operator=operators.NEGATED[operator])
    assert operators.holds(line, context, None) is not operators.holds(opposite, context, None)
