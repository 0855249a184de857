"""What AWS documents of single points, each with its page: those at which evaluators usually differ."""

from __future__ import annotations

from typing import Any

import pytest
from test_decision import (
    ALLOWED,
    ANN,
    EC2,
    EXPLICIT,
    FULL,
    IMPLICIT,
    KEY,
    OBJECT,
    OTHER,
    OWN,
    ROLE,
    ROOT,
    SESSION,
    UNKNOWN,
    allow,
    decided,
    deny,
    simulate_resource,
    to,
)

from scanner.derive.access.decision.simulate import simulate

BOB = f"arn:aws:iam::{OWN}:user/bob"
FEDERATED = f"arn:aws:sts::{OWN}:federated-user/bob"
PUBLIC = [allow()]
ANYBODY = {"type": "Anonymous"}
IDP = {"type": "Federated", "id": "accounts.google.com"}
SAML = {"type": "Federated", "id": f"arn:aws:iam::{OWN}:saml-provider/corp"}
SERVICE = {"type": "Service", "id": "cloudtrail.amazonaws.com"}


@pytest.mark.parametrize(
    ("expected", "resource", "session"),
    [
        # A session without a policy has no permissions: id_credentials_temp_control-access_getfederationtoken.html
        (IMPLICIT, None, None),
        (ALLOWED, None, PUBLIC),
        (IMPLICIT, None, EC2),
        # Granted to the session itself nothing limits it; granted to the user who federated, the session's policy does:
        # reference_policies_evaluation-logic_policy-eval-denyallow.html
        (ALLOWED, to({"AWS": FEDERATED}), None),
        (ALLOWED, to({"AWS": FEDERATED}), EC2),
        (IMPLICIT, to({"AWS": BOB}), None),
        (IMPLICIT, to({"AWS": BOB}), EC2),
        (ALLOWED, to({"AWS": BOB}), PUBLIC),
        (IMPLICIT, to({"AWS": ANN}), EC2),
    ],
)
def test_a_federated_user_has_what_its_session_policy_leaves(expected: str, resource: Any, session: Any) -> None:
    identity = FULL if resource is None else []
    assert decided(FEDERATED, identity=identity, policy=resource, session=session) == expected


def test_a_deny_with_not_principal_is_about_everybody_with_a_boundary() -> None:
    """access_policies_boundaries.html: "will always deny any IAM principal that has a permissions boundary"."""
    policy = {
        "Statement": {
            "Effect": "Deny",
            "NotPrincipal": {"AWS": [SESSION, ROLE, ANN, ROOT]},
            "Action": "*",
            "Resource": "*",
        }
    }
    for principal in (ANN, ROLE, SESSION):
        assert decided(principal, identity=FULL, policy=policy) == ALLOWED
        assert decided(principal, identity=FULL, policy=policy, boundary=PUBLIC) == EXPLICIT
        endpoint = {"Statement": [{**policy["Statement"]}, {**to("*")["Statement"][0]}]}
        assert decided(principal, identity=FULL, boundary=PUBLIC, vpce=[endpoint]) == EXPLICIT
    assert decided(ROOT, identity=FULL, policy=policy, boundary=PUBLIC) == ALLOWED


@pytest.mark.parametrize(
    ("expected", "principal", "named"),
    [
        # A path belongs to an ARN; a session's ARN does not hold that of its role. reference_identifiers.html
        (IMPLICIT, ANN, {"AWS": f"arn:aws:iam::{OWN}:user/ann"}),
        (IMPLICIT, ROLE, {"AWS": f"arn:aws:iam::{OWN}:role/worker"}),
        (ALLOWED, SESSION, {"AWS": ROLE}),
        (IMPLICIT, ANN, {"AWS": ANN.replace("ann", "Ann")}),
        # No wildcard means a part of a name. reference_policies_elements_principal.html
        (IMPLICIT, ANN, {"AWS": f"arn:aws:iam::{OWN}:user/team/*"}),
        (IMPLICIT, SESSION, {"AWS": SESSION.replace("job-1", "*")}),
        (ALLOWED, SERVICE, {"Service": ["config.amazonaws.com", "cloudtrail.amazonaws.com"]}),
        (IMPLICIT, SERVICE, {"AWS": OWN}),
        (IMPLICIT, ANYBODY, {"AWS": [OWN, ROOT]}),
        (ALLOWED, ANYBODY, {"AWS": "*"}),
    ],
)
def test_whom_a_principal_means(expected: str, principal: Any, named: Any) -> None:
    assert simulate_resource(principal, to(named)) == (expected if principal in (SERVICE, ANYBODY) else IMPLICIT)
    request = {"principal": principal, "action": "s3:GetObject", "resource": OBJECT, "resource_account": OWN}
    assert simulate({"request": request, "policies": {"resource": to(named)}})["decision"] == expected


@pytest.mark.parametrize(
    ("expected", "principal", "userid", "named"),
    [
        (ALLOWED, ANN, "AIDAEXAMPLE", "AIDAEXAMPLE"),
        (IMPLICIT, ANN, "AIDAOTHER", "AIDAEXAMPLE"),
        (IMPLICIT, ANN, "", "AIDAEXAMPLE"),
        (ALLOWED, SESSION, "AROAEXAMPLE:job-1", "AROAEXAMPLE"),
        (IMPLICIT, SESSION, "AIDAEXAMPLE", "AIDAEXAMPLE"),
        (IMPLICIT, ROOT.replace(OWN, OTHER), "AIDAEXAMPLE", "AIDAEXAMPLE"),
    ],
)
def test_unique_ids_mean_whom_the_request_says_has_them(expected: str, principal: str, userid: str, named: str) -> None:
    """reference_policies_elements_principal.html: they appear where AWS "can no longer map it back to a valid ARN"."""
    context = {"aws:userid": userid} if userid else {}
    assert decided(principal, context=context, policy=to({"AWS": named})) == expected


@pytest.mark.parametrize(
    ("expected", "action", "resource", "policies"),
    [
        # STS API_AssumeRole: not with a root user's credentials.
        (IMPLICIT, "sts:AssumeRole", ROLE, {"resource": allow("sts:*", Principal={"AWS": ROOT})}),
        # STS API_GetCallerIdentity: no permission is needed, and a Deny does not keep from it.
        (ALLOWED, "sts:GetCallerIdentity", "*", {"identity": [deny()], "scp": [[]]}),
        # S3 API_DeleteBucketPolicy: blocked only by endpoint policies and by Organizations.
        (ALLOWED, "s3:DeleteBucketPolicy", "arn:aws:s3:::data", {"resource": deny("s3:*", Principal="*")}),
        (EXPLICIT, "s3:DeleteBucket", "arn:aws:s3:::data", {"resource": deny("s3:*", Principal="*")}),
        (EXPLICIT, "s3:PutBucketPolicy", "arn:aws:s3:::data", {"vpce": [deny("s3:*", Principal="*")]}),
        (EXPLICIT, "s3:GetBucketPolicy", "arn:aws:s3:::data", {"scp": [[allow(), deny("s3:*")]]}),
        # orgs_manage_policies_scps.html: an SCP reaches root users.
        (IMPLICIT, "s3:GetObject", OBJECT, {"scp": [EC2]}),
    ],
)
def test_what_a_root_user_may(expected: str, action: str, resource: str, policies: dict[str, Any]) -> None:
    policy = policies.pop("resource", None)
    assert decided(ROOT, action=action, resource=resource, policy=policy, **policies) == expected


def test_a_root_user_elsewhere_may_not_lock_itself_in() -> None:
    policy = {"Statement": [*to("*")["Statement"], *deny("s3:*", Principal="*")["Statement"]]}
    foreign = ROOT.replace(OWN, OTHER)
    assert decided(foreign, action="s3:DeleteBucketPolicy", resource="arn:aws:s3:::data", policy=policy) == EXPLICIT


@pytest.mark.parametrize(
    ("expected", "action", "resource", "policies"),
    [
        # KMS resource-control-policies.html: "not effective in an RCP" even with a wildcard.
        (ALLOWED, "kms:RetireGrant", KEY, {"rcp": [[allow(Principal="*"), deny(Principal="*")]]}),
        (EXPLICIT, "kms:RevokeGrant", KEY, {"rcp": [[allow(Principal="*"), deny(Principal="*")]]}),
        # KMS alias-access.html: an alias is under identity policies alone; so is what is about no key.
        (ALLOWED, "kms:CreateAlias", KEY.replace("key/k1", "alias/a"), {"resource": None}),
        (IMPLICIT, "kms:CreateAlias", KEY, {"resource": None}),
        (ALLOWED, "kms:ListRetirableGrants", "*", {"resource": None}),
        # id_session-tags.html: the trust policy must allow tags and source identities, too.
        (IMPLICIT, "sts:TagSession", ROLE, {"resource": allow("sts:AssumeRole", Principal={"AWS": ROOT})}),
        (ALLOWED, "sts:TagSession", ROLE, {"resource": allow("sts:*Session", Principal={"AWS": ROOT})}),
        (ALLOWED, "sts:TagSession", FEDERATED, {"resource": None}),
    ],
)
def test_what_keys_and_roles_leave_to_identities(
    expected: str, action: str, resource: str, policies: dict[str, Any]
) -> None:
    open_ = allow("kms:*", Principal={"AWS": ROOT})
    policy = policies.pop("resource", open_)
    assert (
        decided(ANN, action=action, resource=resource, account=None, identity=FULL, policy=policy, **policies)
        == expected
    )


NOT_OF_A_SERVICE = {"Bool": {"aws:PrincipalIsAWSService": "false"}}


@pytest.mark.parametrize(
    ("expected", "principal", "condition"),
    [
        # reference_policies_condition-keys.html, "Availability" of each key
        (True, ANN, NOT_OF_A_SERVICE),
        (False, SERVICE, NOT_OF_A_SERVICE),
        (False, ANYBODY, NOT_OF_A_SERVICE),
        (True, ANYBODY, {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}),
        (True, SERVICE, {"StringEquals": {"aws:PrincipalServiceName": "cloudtrail.amazonaws.com"}}),
        (True, ANYBODY, {"StringEquals": {"aws:PrincipalAccount": "anonymous", "aws:PrincipalType": "Anonymous"}}),
        (True, ANYBODY, {"StringEquals": {"aws:userid": "anonymous"}, "Null": {"aws:PrincipalArn": "true"}}),
        (True, ROOT, {"StringEquals": {"aws:PrincipalType": "Account", "aws:userid": OWN}}),
        (True, ANN, {"StringEquals": {"aws:username": "ann", "aws:PrincipalType": "User"}}),
        (True, SESSION, {"Null": {"aws:username": "true", "aws:TokenIssueTime": "true"}}),
        (True, SESSION, {"StringEquals": {"aws:PrincipalType": "AssumedRole"}}),
        (True, FEDERATED, {"StringEquals": {"aws:PrincipalType": "FederatedUser", "aws:userid": f"{OWN}:bob"}}),
        (True, FEDERATED, {"ArnEquals": {"aws:PrincipalArn": FEDERATED}}),
        (True, SERVICE, {"Null": {"aws:PrincipalAccount": "true", "aws:SourceAccount": "true"}}),
        (True, SERVICE, {"Bool": {"aws:ViaAWSService": "false"}}),
        (True, IDP, {"StringEquals": {"aws:FederatedProvider": "accounts.google.com"}}),
        (True, SAML, {"Null": {"aws:FederatedProvider": "true"}}),
    ],
)
def test_keys_that_follow_from_the_request(expected: bool, principal: Any, condition: dict[str, Any]) -> None:
    policy = {"Statement": [*to("*")["Statement"], *deny("*", Principal="*", Condition=condition)["Statement"]]}
    assert (decided(principal, policy=policy) == EXPLICIT) is expected


@pytest.mark.parametrize("key", ["aws:username", "AWS:UserName"])
def test_keys_that_are_given_win_and_an_empty_one_is_absent(key: str) -> None:
    tested = [allow("s3:*", Condition={"StringEquals": {"aws:username": "eve"}})]
    assert decided(ANN, context={key: "eve"}, identity=tested) == ALLOWED
    for nothing in ([], None):
        absent = [allow("s3:*", Condition={"Null": {"aws:username": "true"}})]
        assert decided(ANN, context={key: nothing}, identity=absent) == ALLOWED


@pytest.mark.parametrize(
    ("expected", "condition", "context"),
    [
        # reference_policies_condition-single-vs-multi-valued-context-keys.html: an empty text is no value
        (False, {"ForAnyValue:StringEquals": {"aws:TagKeys": ["", "a"]}}, {"aws:TagKeys": ""}),
        (False, {"ForAnyValue:StringNotEquals": {"aws:TagKeys": "a"}}, {"aws:TagKeys": [""]}),
        (True, {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}, {"aws:TagKeys": [""]}),
        (True, {"StringEquals": {"aws:TagKeys": ""}}, {"aws:TagKeys": ""}),
        # access-analyzer-reference-policy-checks.html, "Null with qualifier"
        (True, {"ForAllValues:Null": {"aws:TagKeys": "true"}}, {"aws:TagKeys": "a"}),
        (False, {"ForAnyValue:Null": {"aws:TagKeys": "false"}}, {"aws:TagKeys": "a"}),
        (True, {"Null": {"aws:TagKeys": ["true", "false"]}}, {}),
        # "Empty array condition ForAllValues", "… ForAnyValue", "… IfExists"
        (True, {"ForAllValues:StringEquals": {"aws:TagKeys": []}}, {}),
        (False, {"ForAllValues:StringEquals": {"aws:TagKeys": []}}, {"aws:TagKeys": "a"}),
        (False, {"ForAnyValue:StringEquals": {"aws:TagKeys": []}}, {"aws:TagKeys": "a"}),
        (False, {"StringEqualsIfExists": {"aws:SourceVpc": []}}, {"aws:SourceVpc": "a"}),
        (True, {"StringEqualsIfExists": {"aws:SourceVpc": []}}, {}),
        # reference_policies_variables.html, "Policy variables with no value"
        (False, {"StringLike": {"aws:SourceVpc": "${aws:PrincipalTag/x}"}}, {"aws:SourceVpc": "a"}),
        (True, {"StringNotLike": {"aws:SourceVpc": "${aws:PrincipalTag/x}"}}, {"aws:SourceVpc": "a"}),
        (False, {"StringEquals": {"aws:SourceVpc": "${aws:TagKeys}"}}, {"aws:SourceVpc": "a", "aws:TagKeys": ["a", "b"]}),
        (True, {"Bool": {"aws:SecureTransport": "${aws:MultiFactorAuthPresent}"}},
         {"aws:SecureTransport": "true", "aws:MultiFactorAuthPresent": "True"}),
        (True, {"ArnEquals": {"aws:SourceArn": "${aws:PrincipalArn}"}}, {"aws:SourceArn": ANN}),
        (True, {"StringEquals": {"x:a": "${*}${?}${$}"}}, {"x:a": "*?$"}),
        # reference_policies_elements_condition_operators.html
        (True, {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, {"aws:SourceIp": "2001:db8::1"}),
        (True, {"IpAddress": {"aws:SourceIp": "10.0.0.9/8"}}, {"aws:SourceIp": "10.200.0.1"}),
        (False, {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, {"aws:SourceIp": "here"}),
        (True, {"NumericEquals": {"x:n": "10"}}, {"x:n": "1e1"}),
        (False, {"NumericEquals": {"x:n": "1000"}}, {"x:n": "1_000"}),
        (False, {"NumericGreaterThan": {"x:n": "1"}}, {"x:n": "inf"}),
        (True, {"DateLessThan": {"aws:CurrentTime": "2026-02"}}, {"aws:CurrentTime": "2026-01-31T23:59:59Z"}),
        (False, {"DateLessThan": {"aws:CurrentTime": "2026-02"}}, {"aws:CurrentTime": "2026-02-01T00:00:00Z"}),
        (False, {"Bool": {"x:b": "yes"}}, {"x:b": "yes"}),
        (False, {"BinaryEquals": {"x:y": "QUI="}}, {"x:y": "qui="}),
        (True, {"ArnNotLike": {"aws:SourceArn": "arn:aws:s3:::*"}}, {"aws:SourceArn": "no arn"}),
        (True, {"ArnLike": {"aws:SourceArn": "arn:*:*:*:*:*"}}, {"aws:SourceArn": "arn:aws:sns:eu-west-1:1:a:b"}),
    ],
)  # fmt: skip
def test_conditions_at_their_edges(expected: bool, condition: dict[str, Any], context: dict[str, Any]) -> None:
    found = decided(ANN, context=context, identity=[allow("s3:*", Condition=condition)])
    assert (found == ALLOWED) is expected


@pytest.mark.parametrize(
    "element",
    [
        {"Action": []},
        {"Resource": []},
        {"NotAction": []},
        {"NotResource": []},
        {"Principal": {"AWS": []}},
        {"Principal": {}},
    ],
)
def test_an_empty_list_leaves_a_statement_without_effect(element: dict[str, Any]) -> None:
    """access-analyzer-reference-policy-checks.html, "Empty array action": it "does not affect the policy"."""
    (name,) = element
    bare = {"Effect": "Deny", "Action": "*", "Resource": "*", "Principal": "*"}
    bare.pop(name.removeprefix("Not"))
    policy = {"Statement": [{**bare, **element}, *to("*")["Statement"]]}
    assert simulate_resource(ANN, policy) == IMPLICIT  # by the SCP, which that helper gives
    assert decided(ANN, policy=policy) == ALLOWED


@pytest.mark.parametrize(
    ("expected", "policy"),
    [
        (ALLOWED, {"Id": "x", "Statement": [{"Sid": "", "Effect": "Allow", "Action": "S3:*", "Resource": "*"}] * 2}),
        (ALLOWED, '\ufeff{"Statement": {"Effect": "Allow", "Action": "*:*", "Resource": "*", "Condition": {}}}'),
        (ALLOWED, {"Statement": {"Effect": "Allow", "Action": ["unknown:Thing", "**"], "Resource": ["data/*", "*"]}}),
        (IMPLICIT, {"Statement": []}),
        (UNKNOWN, {"Statement": {"Effect": "Allow", "Action": "s3", "Resource": "*"}}),
        (UNKNOWN, {"Statement": {"Effect": "ALLOW", "Action": "s3:*", "Resource": "*"}}),
        (UNKNOWN, {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Comment": "x"}}),
    ],
)
def test_what_aws_takes_is_taken(expected: str, policy: Any) -> None:
    assert decided(ANN, identity=[policy]) == expected


def test_a_policy_may_stand_for_a_list_of_one_and_the_other_way_round() -> None:
    every = allow(Principal="*")
    assert decided(ANN, identity=allow(), boundary=allow(), session=[allow()], vpce=[every]) == ALLOWED
    assert decided(ANN, identity=allow(), vpce=every) == ALLOWED
    assert decided(ANN, identity=allow(), vpce=[allow("ec2:*", Principal="*")]) == IMPLICIT
    assert decided(ANN, policy=[to({"AWS": ANN}), deny("s3:*", Principal="*")]) == EXPLICIT
    assert decided(ANN, policy=[to({"AWS": ANN}), 5]) == UNKNOWN


@pytest.mark.parametrize("limit", ["boundary", "session", "vpce"])
def test_an_empty_list_is_no_policy_but_an_empty_level_allows_nothing(limit: str) -> None:
    assert decided(ANN, identity=FULL, **{limit: []}) == ALLOWED
    assert decided(ANN, identity=FULL, **{limit: [{"Statement": []}]}) == IMPLICIT
    assert decided(ANN, identity=FULL, scp=[], rcp=[]) == ALLOWED
    assert decided(ANN, identity=FULL, scp=[[]]) == decided(ANN, identity=FULL, rcp=[[]]) == IMPLICIT


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        # IAM API_AttachRolePolicy and others, UnmodifiableEntity; access_policies_managed-vs-inline.html; KMS API_CreateAlias
        ("iam:AttachRolePolicy", f"arn:aws:iam::{OWN}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"),
        ("iam:UpdateAssumeRolePolicy", f"arn:aws:iam::{OWN}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_a_1"),
        ("iam:CreatePolicyVersion", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ("kms:UpdateAlias", f"arn:aws:kms:eu-west-1:{OWN}:alias/aws/s3"),
    ],
)
def test_nobody_changes_what_is_aws_s_own(action: str, resource: str) -> None:
    linked = f"arn:aws:sts::{OWN}:assumed-role/AWSServiceRoleForSSO/x"
    assert decided(ANN, action=action, resource=resource, identity=FULL) == IMPLICIT
    assert decided(ANN, action=action, resource=resource, identity=[*FULL, deny("kms:*"), deny("iam:*")]) == EXPLICIT
    assert decided(linked, action=action, resource=resource, identity=FULL) == ALLOWED
    own = resource.replace("aws-service-role/", "").replace("aws-reserved/", "").replace("::aws:", f"::{OWN}:")
    assert decided(ANN, action=action, resource=own.replace("alias/aws/", "alias/"), identity=FULL) == ALLOWED


def test_a_service_may_be_told_by_its_name() -> None:
    assert simulate_resource("cloudtrail.amazonaws.com", to({"Service": "cloudtrail.amazonaws.com"})) == ALLOWED
