"""The events that the CIS benchmarks want alarms on, each as the members that all events of the kind have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scanner.derive.logs.patterns import ABSENT, OTHER, Event

# The retired calls of ClassicLink are left out: no such event can happen.
_CALLS: Mapping[str, tuple[str, str]] = {
    "iam_policy_changes": (
        "iam",
        (
            "DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy PutGroupPolicy PutRolePolicy PutUserPolicy"
            " CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion AttachRolePolicy DetachRolePolicy"
            " AttachUserPolicy DetachUserPolicy AttachGroupPolicy DetachGroupPolicy"
        ),
    ),
    "cloudtrail_changes": ("cloudtrail", "CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging"),
    "kms_key_disabled": ("kms", "DisableKey ScheduleKeyDeletion"),
    "bucket_policy_changes": (
        "s3",
        (
            "PutBucketAcl PutBucketPolicy PutBucketCors PutBucketLifecycle PutBucketReplication DeleteBucketPolicy"
            " DeleteBucketCors DeleteBucketLifecycle DeleteBucketReplication"
        ),
    ),
    "config_changes": (
        "config",
        "StopConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel PutConfigurationRecorder",
    ),
    "security_group_changes": (
        "ec2",
        (
            "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress"
            " RevokeSecurityGroupEgress CreateSecurityGroup DeleteSecurityGroup"
        ),
    ),
    "network_acl_changes": (
        "ec2",
        (
            "CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry ReplaceNetworkAclEntry"
            " ReplaceNetworkAclAssociation"
        ),
    ),
    "network_gateway_changes": (
        "ec2",
        (
            "CreateCustomerGateway DeleteCustomerGateway AttachInternetGateway CreateInternetGateway"
            " DeleteInternetGateway DetachInternetGateway"
        ),
    ),
    "route_table_changes": (
        "ec2",
        (
            "CreateRoute CreateRouteTable ReplaceRoute ReplaceRouteTableAssociation DeleteRouteTable DeleteRoute"
            " DisassociateRouteTable"
        ),
    ),
    "vpc_changes": (
        "ec2",
        (
            "CreateVpc DeleteVpc ModifyVpcAttribute AcceptVpcPeeringConnection CreateVpcPeeringConnection"
            " DeleteVpcPeeringConnection RejectVpcPeeringConnection"
        ),
    ),
    "organizations_changes": (
        "organizations",
        (
            "AcceptHandshake AttachPolicy CancelHandshake CreateAccount CreateOrganization CreateOrganizationalUnit"
            " CreatePolicy DeclineHandshake DeleteOrganization DeleteOrganizationalUnit DeletePolicy EnableAllFeatures"
            " EnablePolicyType InviteAccountToOrganization LeaveOrganization DetachPolicy DisablePolicyType MoveAccount"
            " RemoveAccountFromOrganization UpdateOrganizationalUnit UpdatePolicy"
        ),
    ),
}
_CONSOLE: Event = {
    "eventName": "ConsoleLogin",
    "eventSource": "signin.amazonaws.com",
    "eventType": "AwsConsoleSignIn",
}
_ROOT: Event = {"userIdentity.type": "Root", "userIdentity.invokedBy": ABSENT}
_REFUSED: Event = {"eventName": OTHER, "eventSource": OTHER, "sourceIPAddress": OTHER, "eventType": "AwsApiCall"}
_USER: Event = {"userIdentity.type": "IAMUser", "responseElements.ConsoleLogin": "Success", "errorMessage": ABSENT}

# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
_OTHERS: Mapping[str, Mapping[str, Event]] = {
    "unauthorized_calls": {
        f"a call refused with {code}": {**_REFUSED, "errorCode": code}
        for code in ("Client.UnauthorizedOperation", "AccessDenied", "AccessDeniedException")
    },
    "sign_in_without_mfa": {"a user's sign-in without MFA": {**_CONSOLE, **_USER, "additionalEventData.MFAUsed": "No"}},
    "root_usage": {
        "root's sign-in": {**_CONSOLE, **_ROOT},
        "root's calls": {**_ROOT, "eventType": "AwsApiCall"},
    },
    "failed_sign_ins": {
        "a failed sign-in": {
            **_CONSOLE,
            "errorMessage": "Failed authentication",
            "responseElements.ConsoleLogin": "Failure",
        }
    },
}
KINDS = tuple(sorted({**_CALLS, **_OTHERS}))


def events_of(kind: str) -> Iterator[tuple[str, Event]]:
    """What each event is called, and its members."""
    yield from _OTHERS.get(kind, {}).items()
    service, calls = _CALLS.get(kind, ("", ""))
    for call in calls.split():
        yield call, {"eventName": call, "eventSource": f"{service}.amazonaws.com", "eventType": "AwsApiCall"}
