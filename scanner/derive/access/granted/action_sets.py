"""Sets of actions that rules ask about, each action with the resource that stands for any of its type.

A set's actions can all be held to single resources, so a grant on every resource is a choice. Those that
only `*` can be named for (`sts:GetSessionToken`, `ecr:GetAuthorizationToken`) are not in a set about that.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

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
    "iam:AddUserToGroup", "iam:AttachGroupPolicy", "iam:AttachRolePolicy", "iam:AttachUserPolicy",
    "iam:CreateAccessKey", "iam:CreateGroup", "iam:CreateLoginProfile", "iam:CreatePolicy", "iam:CreatePolicyVersion",
    "iam:CreateRole", "iam:CreateUser", "iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary",
    "iam:PutGroupPolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:PutUserPermissionsBoundary",
    "iam:PutUserPolicy", "iam:SetDefaultPolicyVersion", "iam:UpdateAssumeRolePolicy", "iam:UpdateLoginProfile",
)  # fmt: skip
"""What changes who exists in an account and what they may do."""

_IAM = "iam::{account}:{any}/{any}"
_RESOURCES: Mapping[str, str] = {
    "s3:GetObject": "s3:::{any}/{any}",
    "s3:DeleteObject": "s3:::{any}/{any}",
    "s3:DeleteObjectVersion": "s3:::{any}/{any}",
    "s3:PutObjectAcl": "s3:::{any}/{any}",
    "s3:PutAccountPublicAccessBlock": "s3:{any}:{account}:{any}",
    "s3": "s3:::{any}",
    "ssm": "ssm:{any}:{account}:parameter/{any}",
    "secretsmanager": "secretsmanager:{any}:{account}:secret:{any}",
    "kms": "kms:{any}:{account}:key/{any}",
    "cloudtrail": "cloudtrail:{any}:{account}:trail/{any}",
    "rds-db": "rds-db:{any}:{account}:dbuser:{any}/{any}",
    "sns": "sns:{any}:{account}:{any}",
    "sqs": "sqs:{any}:{account}:{any}",
    "lambda": "lambda:{any}:{account}:function:{any}",
    "logs": "logs:{any}:{account}:log-group:{any}",
    "rds": "rds:{any}:{account}:{any}:{any}",
    "redshift": "redshift:{any}:{account}:{any}:{any}/{any}",
    "backup": "backup:{any}:{account}:{any}:{any}",
    "codepipeline": "codepipeline:{any}:{account}:{any}",
    "guardduty": "guardduty:{any}:{account}:detector/{any}",
    "organizations": "organizations::{any}:{any}/{any}/{any}",
    "sts:GetFederationToken": "sts::{account}:federated-user/{any}",
    "sts": "iam::{any}:role/{any}",
    "iam": _IAM,
    **{
        f"iam:{verb}{kind}{what}": f"iam::{{account}}:{place}/{{any}}"
        for kind, place in (("User", "user"), ("Role", "role"), ("Group", "group"))
        for verb, what in (
            ("Create", ""), ("Attach", "Policy"), ("Put", "Policy"), ("Put", "PermissionsBoundary"),
            ("Delete", "PermissionsBoundary"),
        )
    },
    "iam:AddUserToGroup": "iam::{account}:group/{any}",
    "iam:CreateAccessKey": "iam::{account}:user/{any}",
    "iam:UpdateAccessKey": "iam::{account}:user/{any}",
    "iam:CreateLoginProfile": "iam::{account}:user/{any}",
    "iam:UpdateLoginProfile": "iam::{account}:user/{any}",
    "iam:CreateServiceSpecificCredential": "iam::{account}:user/{any}",
    "iam:ResetServiceSpecificCredential": "iam::{account}:user/{any}",
    "iam:CreatePolicy": "iam::{account}:policy/{any}",
    "iam:CreatePolicyVersion": "iam::{account}:policy/{any}",
    "iam:SetDefaultPolicyVersion": "iam::{account}:policy/{any}",
    "iam:UpdateAssumeRolePolicy": "iam::{account}:role/{any}",
}  # fmt: skip
"""By action or prefix: what follows `arn:partition:`; of other services `service:region:account:type/id`."""


@lru_cache(1024)
def probes(actions: tuple[str, ...], partition: str, account: str) -> tuple[tuple[str, Probe], ...]:
    """Each action, as AWS writes it, with a request for it on a resource that only wildcards can mean."""
    return tuple((action, Probe(action.lower(), _resource(action, partition, account))) for action in actions)


@lru_cache(64)
def whole_service(service: str, partition: str, account: str) -> tuple[Probe, ...]:
    """Requests that stand for every action of a service on every resource of its main type."""
    place = _resource(service, partition, account)
    return tuple(Probe(action, place) for action in every_action(service))


def _resource(action: str, partition: str, account: str) -> str:
    service = action.partition(":")[0]
    place = _RESOURCES.get(action) or _RESOURCES.get(service) or f"{service}:{{any}}:{{account}}:{{any}}/{{any}}"
    return f"arn:{partition}:" + place.format(any=ANY, account=account or ANY)
