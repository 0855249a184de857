"""IAM: users, groups, roles, policies, profiles, providers, and the account's password policy.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.iac.defaults.language import ON_CREATION, Constant, Default, Depends, after, constants, nulls


def _principal(kind: str) -> dict[str, Default]:
    return {
        **after(ON_CREATION, f"{kind}Name {kind}Id Arn CreateDate"),
        "Path": Constant("/"),
        **constants([], f"{kind}PolicyList AttachedManagedPolicies"),
    }


TABLE: Mapping[str, Mapping[str, Default]] = {
    "AWS::IAM::User": {
        **_principal("User"),
        **constants([], "GroupList"),
        **nulls("PermissionsBoundary"),
        **after("it comes with use", "MFADevices ServicesLastAccessed SSHPublicKeys"),
    },
    "AWS::IAM::Group": _principal("Group"),
    "AWS::IAM::Role": {
        **_principal("Role"),
        "AssumeRolePolicyDocument": Depends("the role's trust policy"),
        **after("it comes with use", "ServicesLastAccessed"),
        **constants([], "InstanceProfileList"),
        **nulls("PermissionsBoundary"),
        "RoleLastUsed": Constant({}),
        "MaxSessionDuration": Constant(3600),
    },
    "AWS::IAM::ManagedPolicy": {
        **after(ON_CREATION, "PolicyName PolicyId Arn CreateDate UpdateDate"),
        "Path": Constant("/"),
        "DefaultVersionId": Constant("v1"),
        "IsAttachable": Constant(value=True, always=True),
        "AttachmentCount": Depends("who the policy is attached to"),
        "PermissionsBoundaryUsageCount": Depends("whose boundary the policy is"),
        "PolicyDocument": Depends("the policy's document"),
        "OtherVersions": Constant([]),
    },
    "AWS::IAM::InstanceProfile": {
        **after(ON_CREATION, "InstanceProfileName InstanceProfileId Arn CreateDate"),
        "Path": Constant("/"),
        **constants([], "Roles"),
    },
    "AWS::IAM::OIDCProvider": {
        **after(ON_CREATION, "Arn CreateDate ThumbprintList"),
        "Url": Depends("the provider's address"),
        **constants([], "ClientIDList"),
    },
    "AWS::IAM::SAMLProvider": after(ON_CREATION, "Arn ValidUntil CreateDate AssertionEncryptionMode"),
    "AWS::IAM::AccountPasswordPolicy": {"PasswordPolicy": Depends("the account's password policy")},
}
