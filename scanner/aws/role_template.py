"""The role of a scan as CloudFormation: in one account, or in every account of an organization by a StackSet.

Every value is JSON, so the templates are written with the long form of functions.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stackset.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scanner.aws.organization import DEFAULT_ROLE
from scanner.aws.policy_document import organization_policy

PRINCIPAL_PATTERN = r"\d{12}|arn:aws[a-z-]*:iam::\d{12}:(root|user/.+|role/.+)"
EXTERNAL_ID_CHARACTERS = "[A-Za-z0-9_+=,.@:/-]"
_WHO = "Who may assume the role: the id of an account, or the ARN of a user or a role"
_ROLE = "The role's name, for --role-name and --role-arn"
_EXTERNAL_ID = "What whoever assumes the role has to name (--external-id); empty for nothing"
_POLICIES = "PosturePolicy"

Template = dict[str, Any]
_ROLE_ARN: Template = {"RoleArn": {"Description": "For --role-arn", "Value": {"Fn::GetAtt": ["PostureRole", "Arn"]}}}


def account_template(policies: Sequence[Template]) -> Template:
    """The template of the role with its policies in one account."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "A role by which aws-posture reads how this account is set up, and none of its data",
        "Parameters": _parameters(required=True),
        "Conditions": {"AsksForExternalId": _given("ExternalId")},
        "Resources": {
            **_managed(policies),
            "PostureRole": _role({"Ref": "TrustedPrincipal"}, sorted(_managed(policies))),
        },
        "Outputs": _ROLE_ARN,
    }


def organization_template(policies: Sequence[Template], member: str) -> Template:
    """The template of the account where a scan of an organization starts.

    It makes the role there, which may list the accounts and assume the role of the same name in each, and a
    StackSet that makes that role in the accounts of organizational units, those that join later included.
    `member` is the text of `account_template`.
    """
    managed = _managed(policies)
    caller = organization_policy("${AWS::Partition}", "${RoleName}")
    organization = {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {
            "Description": "Lists the accounts of the organization and assumes the role of aws-posture in each",
            "PolicyDocument": _substituted(caller),
        },
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The role of aws-posture here and in every account of the organization",
        "Parameters": {
            "OrganizationalUnitIds": {
                "Type": "CommaDelimitedList",
                "Description": "Where the role is made: the id of the root (r-ab12) for all accounts, or of units",
            },
            **_parameters(required=False),
            "CallAs": {
                "Type": "String",
                "Default": "SELF",
                "AllowedValues": ["SELF", "DELEGATED_ADMIN"],
                "Description": "SELF in the management account",
            },
        },
        "Conditions": {
            "AsksForExternalId": _given("ExternalId"),
            "TrustsOthers": _given("TrustedPrincipal"),
        },
        "Resources": {
            **managed,
            "PostureOrganizationPolicy": organization,
            "PostureRole": _role(
                {"Fn::If": ["TrustsOthers", {"Ref": "TrustedPrincipal"}, {"Ref": "AWS::AccountId"}]},
                [*sorted(managed), "PostureOrganizationPolicy"],
            ),
            "PostureStackSet": _stack_set(member),
        },
        "Outputs": {
            **_ROLE_ARN,
            "Scan": {
                "Description": "The command, with credentials of the trusted principal",
                "Value": {"Fn::Sub": "posture scan --org --role-arn ${PostureRole.Arn} --role-name ${RoleName}"},
            },
        },
    }


def _parameters(*, required: bool) -> Template:
    """What whoever makes the role says; where it is not `required`, an empty principal is the account itself."""
    optional = {} if required else {"Default": ""}
    pattern = f"^({PRINCIPAL_PATTERN})$" if required else f"^({PRINCIPAL_PATTERN})?$"
    who = _WHO if required else f"{_WHO}; empty for this account"
    return {
        "TrustedPrincipal": {
            "Type": "String",
            **optional,
            "AllowedPattern": pattern,
            "ConstraintDescription": "12 digits, or the ARN of a user or a role",
            "Description": who,
        },
        "ExternalId": {
            "Type": "String",
            "Default": "",
            "AllowedPattern": f"^({EXTERNAL_ID_CHARACTERS}{{2,1224}})?$",
            "Description": _EXTERNAL_ID,
        },
        "RoleName": {
            "Type": "String",
            "Default": DEFAULT_ROLE,
            "AllowedPattern": r"^[A-Za-z0-9_+=,.@-]{1,64}$",
            "Description": _ROLE,
        },
    }


def _given(parameter: str) -> Template:
    return {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, ""]}]}


def _managed(policies: Sequence[Template]) -> Template:
    """The policies by their logical names, numbered so that these keep their place."""
    return {
        f"{_POLICIES}{number}": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {
                "Description": f"What aws-posture reads, part {number} of {len(policies)}",
                "PolicyDocument": document,
            },
        }
        for number, document in enumerate(policies, start=1)
    }


def _role(principal: Template, policies: Sequence[str]) -> Template:
    condition = {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "sts:AssumeRole",
        "Condition": {"Fn::If": ["AsksForExternalId", condition, {"Ref": "AWS::NoValue"}]},
    }
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": {"Ref": "RoleName"},
            "Description": "Read by aws-posture",
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "ManagedPolicyArns": [{"Ref": name} for name in policies],
        },
    }


def _stack_set(member: str) -> Template:
    passed = {
        "TrustedPrincipal": {"Fn::GetAtt": ["PostureRole", "Arn"]},
        "ExternalId": {"Ref": "ExternalId"},
        "RoleName": {"Ref": "RoleName"},
    }
    return {
        "Type": "AWS::CloudFormation::StackSet",
        "Properties": {
            "StackSetName": {"Ref": "RoleName"},
            "Description": "The role of aws-posture in each account",
            "PermissionModel": "SERVICE_MANAGED",
            "CallAs": {"Ref": "CallAs"},
            "AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": False},
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            "ManagedExecution": {"Active": True},
            "OperationPreferences": {"FailureTolerancePercentage": 100, "MaxConcurrentPercentage": 100},
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in passed.items()],
            "StackInstancesGroup": [
                {
                    "DeploymentTargets": {"OrganizationalUnitIds": {"Ref": "OrganizationalUnitIds"}},
                    "Regions": [{"Ref": "AWS::Region"}],
                }
            ],
            "TemplateBody": member,
        },
    }


def _substituted(document: Template) -> Template:
    """The policy with the ARN of the roles filled in by CloudFormation; a policy's own variables stay."""
    for statement in document["Statement"]:
        if statement["Resource"] != "*":
            statement["Resource"] = {"Fn::Sub": statement["Resource"]}
    return document
