"""Calls that a scanner might be thought to need and this one does not make, and what answers instead."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Instead:
    """Operations of a service (boto3's name, the API's operations) that nobody asks, and why.

    `call` (`iam:GetAccountAuthorizationDetails`) is what answers in their place.
    """

    service: str
    operations: tuple[str, ...]
    call: str
    why: str


NOT_MADE = (
    Instead(
        "ec2",
        ("DescribeSecurityGroupRules",),
        "ec2:DescribeSecurityGroups",
        "the group holds its rules, for all groups in pages of 1,000",
    ),
    Instead("ec2", ("DescribeTags",), "ec2:DescribeInstances", "each listing gives the tags of what it lists"),
    Instead(
        "ec2",
        ("DescribeNetworkInterfaceAttribute",),
        "ec2:DescribeNetworkInterfaces",
        "the listing gives groups, the check of source and destination, and the attachment",
    ),
    Instead(
        "ecs",
        ("ListTaskDefinitions",),
        "ecs:ListTaskDefinitionFamilies",
        "each deploy leaves an active revision; the latest of each family is read",
    ),
    Instead(
        "iam",
        (
            "GetGroup",
            "GetGroupPolicy",
            "GetPolicy",
            "GetPolicyVersion",
            "GetRole",
            "GetRolePolicy",
            "GetUser",
            "GetUserPolicy",
            "ListAttachedGroupPolicies",
            "ListAttachedRolePolicies",
            "ListAttachedUserPolicies",
            "ListEntitiesForPolicy",
            "ListGroupPolicies",
            "ListGroups",
            "ListGroupsForUser",
            "ListPolicies",
            "ListRolePolicies",
            "ListRoleTags",
            "ListUserPolicies",
            "ListUserTags",
            "ListUsers",
        ),
        "iam:GetAccountAuthorizationDetails",
        "users, groups, roles, policies and what is attached to what, 1,000 a page, instead of calls for each",
    ),
    Instead(
        "iam",
        ("GetLoginProfile", "ListSigningCertificates"),
        "iam:GetCredentialReport",
        "passwords and certificates of all users, their age and last use, in one report",
    ),
    Instead("kms", ("ListKeyPolicies",), "kms:GetKeyPolicy", "a key has one policy, and its name is `default`"),
    Instead(
        "organizations",
        ("DescribeAccount", "DescribeOrganizationalUnit"),
        "organizations:ListAccounts",
        "the listings give the same members",
    ),
    Instead(
        "s3",
        ("GetBucketPolicyStatus",),
        "s3:GetBucketPolicy",
        "whether the policy is public is computed from it, with the statement that decides",
    ),
    Instead(
        "s3control",
        ("GetAccessPointPolicyStatus",),
        "s3control:GetAccessPointPolicy",
        "whether the policy is public is computed from it, with the statement that decides",
    ),
    Instead(
        "secretsmanager",
        ("DescribeSecret",),
        "secretsmanager:ListSecrets",
        "the listing tells rotation, key and last use",
    ),
)
"""In order of service; a test holds each against the tables and botocore's models."""
