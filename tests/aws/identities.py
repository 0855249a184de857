"""Recorded answers of what acts in an account's name: Identity Center, secrets, functions, builds, tasks, stacks."""

from __future__ import annotations

from typing import Any

from aws_fakes import ACCOUNT

REGION = "us-east-1"
PASSWORD = "hunter2-hunter2"
KEY = "kP9vX2mQ7sL4wR8tY1zB6nC3dF5gH0jK/aS+eU2i"


def arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


def failed(code: str) -> dict[str, Any]:
    return {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": 400}}


SECRET = arn("secretsmanager", "secret:db-AbCdEf")
FUNCTION = arn("lambda", "function:f")
PROJECT = arn("codebuild", "project/build")
TASK = arn("ecs", "task-definition/web")
STACK = arn("cloudformation", "stack/net/1")
ANCHOR = arn("rolesanywhere", "trust-anchor/1")
PROFILE = arn("rolesanywhere", "profile/1")
INSTANCE = "arn:aws:sso:::instance/ssoins-1"
SET = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
POLICY = '{"Version": "2012-10-17", "Statement": []}'
OTHER = "444455556666"
ONE = {"InstanceArn": INSTANCE, "PermissionSetArn": SET}


def _assigned(account: str) -> dict[str, Any]:
    who = {"PrincipalType": "GROUP", "PrincipalId": f"g-{account}"}
    return {"AccountAssignments": [{"AccountId": account, "PermissionSetArn": SET, **who}]}


_ENVIRONMENT = [{"name": "DB_PASSWORD", "value": PASSWORD}, {"name": "HOST", "value": "db.example"}]

# By table: operations with their parameters and answers, and the ids that come of them.
CASES: dict[str, tuple[list[tuple[str, dict[str, Any], dict[str, Any]]], list[str]]] = {
    "secretsmanager": (
        [
            (
                "list_secrets",
                {},
                {
                    "SecretList": [
                        {
                            "ARN": SECRET,
                            "Name": "db",
                            "RotationEnabled": True,
                            "LastAccessedDate": "2026-01-02T00:00:00Z",
                            "ExternalSecretRotationMetadata": [{"Key": "adminPassword", "Value": PASSWORD}],
                            "Tags": [{"Key": "team", "Value": "a"}],
                        }
                    ]
                },
            ),
            ("get_resource_policy", {"SecretId": SECRET}, {"ARN": SECRET, "Name": "db", "ResourcePolicy": POLICY}),
        ],
        [SECRET],
    ),
    "lambda": (
        [
            (
                "list_functions",
                {},
                {
                    "Functions": [
                        {
                            "FunctionName": "f",
                            "FunctionArn": FUNCTION,
                            "Role": f"arn:aws:iam::{ACCOUNT}:role/f",
                            "Environment": {"Variables": {"AWS_SECRET_ACCESS_KEY": KEY, "STAGE": "prod"}},
                            "ImageConfigResponse": {"ImageConfig": {"Command": ["run", f"--password={PASSWORD}"]}},
                        }
                    ]
                },
            ),
            ("get_policy", {"FunctionName": "f"}, failed("ResourceNotFoundException")),
            (
                "list_function_url_configs",
                {"FunctionName": "f"},
                {"FunctionUrlConfigs": [{"FunctionUrl": "https://x", "FunctionArn": FUNCTION, "AuthType": "NONE"}]},
            ),
            ("list_tags", {"Resource": FUNCTION}, {"Tags": {"team": "a"}}),
        ],
        [FUNCTION],
    ),
    "codebuild": (
        [
            ("list_projects", {}, {"projects": ["build"]}),
            (
                "batch_get_projects",
                {"names": ["build"]},
                {
                    "projects": [
                        {
                            "name": "build",
                            "arn": PROJECT,
                            "serviceRole": f"arn:aws:iam::{ACCOUNT}:role/build",
                            "source": {
                                "type": "GITHUB",
                                "location": f"https://ci:{PASSWORD}@git.example/x",
                                "buildspec": f"phases:\n  build:\n    commands:\n      - login --password={PASSWORD}\n",
                            },
                            "environment": {"environmentVariables": _ENVIRONMENT},
                            "webhook": {"url": "https://hook.example", "secret": PASSWORD},
                            "tags": [{"key": "team", "value": "a"}],
                        }
                    ]
                },
            ),
        ],
        [PROJECT],
    ),
    "ecs": (
        [
            ("list_task_definition_families", {"status": "ACTIVE"}, {"families": ["web"]}),
            (
                "describe_task_definition",
                {"taskDefinition": "web", "include": ["TAGS"]},
                {
                    "taskDefinition": {
                        "taskDefinitionArn": TASK + ":7",
                        "family": "web",
                        "revision": 7,
                        "taskRoleArn": f"arn:aws:iam::{ACCOUNT}:role/task",
                        "containerDefinitions": [
                            {
                                "name": "web",
                                "environment": _ENVIRONMENT,
                                "command": ["run", "--password", PASSWORD],
                                "logConfiguration": {"logDriver": "splunk", "options": {"splunk-token": PASSWORD}},
                            }
                        ],
                    },
                    "tags": [{"key": "team", "value": "a"}],
                },
            ),
        ],
        [TASK],
    ),
    "cloudformation": (
        [
            (
                "describe_stacks",
                {},
                {
                    "Stacks": [
                        {
                            "StackId": STACK,
                            "StackName": "net",
                            "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/deploy",
                            "Parameters": [
                                {"ParameterKey": "DbPassword", "ParameterValue": "/db", "ResolvedValue": PASSWORD},
                                {"ParameterKey": "AdminPassword", "ParameterValue": "****"},
                            ],
                            "Outputs": [{"OutputKey": "Password", "OutputValue": PASSWORD}],
                            "Tags": [{"Key": "team", "Value": "a"}],
                        }
                    ]
                },
            )
        ],
        [STACK],
    ),
    "rolesanywhere": (
        [
            (
                "list_trust_anchors",
                {},
                {
                    "trustAnchors": [
                        {
                            "trustAnchorArn": ANCHOR,
                            "name": "pki",
                            "enabled": True,
                            "source": {
                                "sourceType": "CERTIFICATE_BUNDLE",
                                "sourceData": {"x509CertificateData": PASSWORD},
                            },
                        }
                    ]
                },
            ),
            (
                "list_profiles",
                {},
                {"profiles": [{"profileArn": PROFILE, "name": "p", "enabled": True, "sessionPolicy": POLICY}]},
            ),
            ("list_tags_for_resource", {"resourceArn": ANCHOR}, {"tags": [{"key": "team", "value": "a"}]}),
            ("list_tags_for_resource", {"resourceArn": PROFILE}, {"tags": [{"key": "team", "value": "a"}]}),
        ],
        [ANCHOR, PROFILE],
    ),
    "sso": (
        [
            ("list_instances", {}, {"Instances": [{"InstanceArn": INSTANCE, "OwnerAccountId": ACCOUNT}]}),
            ("list_permission_sets", {"InstanceArn": INSTANCE}, {"PermissionSets": [SET]}),
            ("describe_permission_set", ONE, {"PermissionSet": {"Name": "Admin", "SessionDuration": "PT8H"}}),
            ("get_inline_policy_for_permission_set", ONE, {"InlinePolicy": ""}),
            (
                "list_managed_policies_in_permission_set",
                ONE,
                {"AttachedManagedPolicies": [{"Name": "Admin", "Arn": "arn:aws:iam::aws:policy/AdministratorAccess"}]},
            ),
            (
                "list_customer_managed_policy_references_in_permission_set",
                ONE,
                {"CustomerManagedPolicyReferences": [{"Name": "ours", "Path": "/"}]},
            ),
            ("get_permissions_boundary_for_permission_set", ONE, failed("ResourceNotFoundException")),
            ("list_accounts_for_provisioned_permission_set", ONE, {"AccountIds": [ACCOUNT, OTHER]}),
            ("list_account_assignments", {**ONE, "AccountId": ACCOUNT}, _assigned(ACCOUNT)),
            ("list_account_assignments", {**ONE, "AccountId": OTHER}, _assigned(OTHER)),
            (
                "list_tags_for_resource",
                {"InstanceArn": INSTANCE, "ResourceArn": SET},
                {"Tags": [{"Key": "team", "Value": "a"}]},
            ),
        ],
        [INSTANCE, SET],
    ),
}
