"""Sets of actions that rules ask about, each action with the resource that stands for any of its type.

A set's actions can all be held to single resources, so a grant on every resource is a choice. Those that
only `*` can be named for (`sts:GetSessionToken`, `ecr:GetAuthorizationToken`) are not in a set about that.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from scanner.derive.access.catalogue.services import resource_formats
from scanner.derive.access.grants import ANY, Probe, every_action

CREDENTIALS = (
    "codepipeline:PollForJobs", "cognito-identity:GetOpenIdTokenForDeveloperIdentity", "connect:GetFederationToken",
    "ec2:GetPasswordData", "gamelift:RequestUploadCredentials", "iam:CreateAccessKey", "iam:CreateLoginProfile",
    "iam:CreateServiceSpecificCredential", "iam:ResetServiceSpecificCredential", "iam:UpdateAccessKey",
    "iam:UpdateLoginProfile", "lightsail:GetInstanceAccessDetails", "lightsail:GetRelationalDatabaseMasterUserPassword",
    "mediapackage:RotateIngestEndpointCredentials", "rds-db:connect", "redshift:GetClusterCredentials",
    "redshift:GetClusterCredentialsWithIAM", "sts:AssumeRole", "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity", "sts:GetFederationToken",
)  # fmt: skip
"""What answers with credentials, or makes or changes some."""

DATA = (
    "s3:GetObject", "secretsmanager:GetSecretValue", "ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath",
)  # fmt: skip
"""What reads much of an account's data and secrets by itself."""

MARKETPLACE = ("aws-marketplace:Subscribe",)
"""What buys."""

DESTROYS = (
    "backup:DeleteBackupVault", "backup:DeleteRecoveryPoint", "dynamodb:DeleteBackup", "dynamodb:DeleteTable",
    "ec2:DeleteSnapshot", "ec2:DeleteVolume", "elasticfilesystem:DeleteFileSystem", "kms:DisableKey",
    "kms:ScheduleKeyDeletion", "rds:DeleteDBCluster", "rds:DeleteDBClusterSnapshot", "rds:DeleteDBInstance",
    "rds:DeleteDBSnapshot", "redshift:DeleteCluster", "s3:DeleteBucket", "s3:DeleteObject", "s3:DeleteObjectVersion",
    "s3:PutLifecycleConfiguration", "secretsmanager:DeleteSecret",
)  # fmt: skip
"""What destroys data, the keys it is encrypted with, or its copies."""

BLINDS = (
    "access-analyzer:DeleteAnalyzer", "cloudtrail:DeleteTrail", "cloudtrail:PutEventSelectors",
    "cloudtrail:StopLogging", "cloudtrail:UpdateTrail", "config:DeleteConfigurationRecorder",
    "config:DeleteDeliveryChannel", "config:StopConfigurationRecorder", "ec2:DeleteFlowLogs",
    "guardduty:DeleteDetector", "guardduty:DisassociateFromMasterAccount", "guardduty:UpdateDetector",
    "logs:DeleteLogGroup", "macie2:DisableMacie", "securityhub:DisableSecurityHub",
)  # fmt: skip
"""What ends or blurs the record of what is done in an account, or those who watch it."""

RESOURCE_POLICIES = (
    "ecr:SetRepositoryPolicy", "iam:UpdateAssumeRolePolicy", "kms:CreateGrant", "kms:PutKeyPolicy",
    "lambda:AddPermission", "s3:DeleteBucketPolicy", "s3:PutAccountPublicAccessBlock", "s3:PutBucketAcl",
    "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock", "s3:PutObjectAcl", "secretsmanager:PutResourcePolicy",
    "sns:AddPermission", "sns:SetTopicAttributes", "sqs:AddPermission", "sqs:SetQueueAttributes",
)  # fmt: skip
"""What changes who may use a resource."""

NETWORK = (
    "ec2:AssociateAddress", "ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress",
    "ec2:CreateRoute", "ec2:DisassociateAddress", "ec2:ModifyNetworkInterfaceAttribute",
    "ec2:ModifySecurityGroupRules", "ec2:ReplaceNetworkAclEntry", "ec2:ReplaceRoute",
)  # fmt: skip
"""What opens security groups and network ACLs, moves addresses, or leads traffic elsewhere."""

ORGANIZATION = (
    "organizations:AttachPolicy", "organizations:CreateAccount", "organizations:CreatePolicy",
    "organizations:DeletePolicy", "organizations:DeregisterDelegatedAdministrator", "organizations:DetachPolicy",
    "organizations:DisablePolicyType", "organizations:InviteAccountToOrganization", "organizations:LeaveOrganization",
    "organizations:MoveAccount", "organizations:RegisterDelegatedAdministrator",
    "organizations:RemoveAccountFromOrganization", "organizations:UpdatePolicy",
)  # fmt: skip
"""What changes an organization, its accounts and what they may do."""

DATABASES = (
    "rds:CreateDBInstance", "rds:CreateDBSnapshot", "rds:ModifyDBCluster", "rds:ModifyDBClusterParameterGroup",
    "rds:ModifyDBClusterSnapshotAttribute", "rds:ModifyDBInstance", "rds:ModifyDBParameterGroup",
    "rds:ModifyDBSnapshotAttribute", "rds:RebootDBInstance", "rds:RestoreDBInstanceFromDBSnapshot",
    "rds:RestoreDBInstanceToPointInTime", "rds:StopDBInstance",
)  # fmt: skip
"""What makes, changes, copies out and stops databases."""

IAM_WRITES = (
    "iam:AddClientIDToOpenIDConnectProvider", "iam:AddRoleToInstanceProfile", "iam:AddUserToGroup",
    "iam:AttachGroupPolicy", "iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:CreateAccessKey", "iam:CreateGroup",
    "iam:CreateLoginProfile", "iam:CreateOpenIDConnectProvider", "iam:CreatePolicy", "iam:CreatePolicyVersion",
    "iam:CreateRole", "iam:CreateSAMLProvider", "iam:CreateServiceSpecificCredential", "iam:CreateUser",
    "iam:DeactivateMFADevice", "iam:DeleteAccountPasswordPolicy", "iam:DeleteGroup", "iam:DeleteGroupPolicy",
    "iam:DeleteOpenIDConnectProvider", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:DeleteRole",
    "iam:DeleteRolePermissionsBoundary", "iam:DeleteRolePolicy", "iam:DeleteSAMLProvider", "iam:DeleteUser",
    "iam:DeleteUserPermissionsBoundary", "iam:DeleteUserPolicy", "iam:DetachGroupPolicy", "iam:DetachRolePolicy",
    "iam:DetachUserPolicy", "iam:PutGroupPolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy",
    "iam:PutUserPermissionsBoundary", "iam:PutUserPolicy", "iam:RemoveUserFromGroup",
    "iam:ResetServiceSpecificCredential", "iam:SetDefaultPolicyVersion", "iam:UpdateAccessKey",
    "iam:UpdateAccountPasswordPolicy", "iam:UpdateAssumeRolePolicy", "iam:UpdateLoginProfile",
    "iam:UpdateOpenIDConnectProviderThumbprint", "iam:UpdateSAMLProvider", "iam:UploadSSHPublicKey",
    "iam:UploadSigningCertificate",
)  # fmt: skip
"""What changes who exists in an account and what they may do."""

_OF_ANY_ACCOUNT = frozenset({"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"})
_MAIN = {
    "cloudtrail": "arn:${Partition}:cloudtrail:${Region}:${Account}:trail/${TrailName}",
    "kms": "arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}",
}
_PLACEHOLDER = re.compile(r"\$\{[^{}]*\}")


@lru_cache(1024)
def probes(actions: tuple[str, ...], partition: str, account: str) -> tuple[tuple[str, tuple[Probe, ...]], ...]:
    """Each action, as AWS writes it, with requests for it on resources that only wildcards can mean, one a type."""
    return tuple((action, tuple(_of_action(action, partition, account))) for action in actions)


@lru_cache(64)
def whole_service(service: str, partition: str, account: str) -> tuple[Probe, ...]:
    """Requests that stand for every action of a service on every resource of its main type."""
    place = _any_of(_MAIN[service], partition, account)
    return tuple(Probe(action, place) for action in every_action(service))


def _of_action(action: str, partition: str, account: str) -> Iterator[Probe]:
    owner = "" if action in _OF_ANY_ACCOUNT else account
    for written in resource_formats(action) or ("*",):
        yield Probe(action.lower(), _any_of(written, partition, owner))


def _any_of(written: str, partition: str, account: str) -> str:
    """A resource of an ARN format, of which nothing but partition and account is told."""
    known = {"${Partition}": partition, "${Account}": account or ANY}
    return ANY if written == "*" else _PLACEHOLDER.sub(lambda found: known.get(found[0], ANY), written)
