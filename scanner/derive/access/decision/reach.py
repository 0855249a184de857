"""What reaches a request at all: which policies have a say, and what no policy changes.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.derive.access.decision.document import Statement
from scanner.derive.access.decision.request import Request
from scanner.derive.access.decision.statements import Grant, names

RCP_SERVICES = frozenset({
    "aoss", "appconfig", "appstream", "autoscaling", "autoscaling-plans", "budgets", "clouddirectory", "cloudfront",
    "cloudsearch", "cloudtrail-data", "codeartifact", "codebuild", "codecommit", "codepipeline", "cognito-identity",
    "cognito-idp", "comprehend", "comprehendmedical", "compute-optimizer", "cost-optimization-hub", "dax", "dsql",
    "dynamodb", "ecr", "ecr-public", "events", "firehose", "fis", "fms", "gamelift", "health", "inspector-scan",
    "kendra", "kinesisvideo", "kms", "logs", "memorydb", "networkmonitor", "notifications", "opensearch",
    "pca-connector-ad", "personalize", "polly", "pricing", "resource-groups", "rolesanywhere", "s3",
    "secretsmanager", "servicediscovery", "signin", "sqs", "sts", "support", "swf", "textract",
    "timestream-influxdb", "transcribe", "transfer", "translate", "wafv2", "workspaces", "xray",
})  # fmt: skip
"""The services whose resources RCPs reach."""
_ASSUMING = frozenset({
    "sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity", "sts:tagsession",
    "sts:setsourceidentity",
})  # fmt: skip
"""What a role's trust policy decides; the last two go with assuming it."""
_KEYLESS = frozenset({
    "kms:createkey", "kms:listkeys", "kms:listaliases", "kms:createcustomkeystore", "kms:deletecustomkeystore",
    "kms:connectcustomkeystore", "kms:disconnectcustomkeystore", "kms:describecustomkeystores",
    "kms:updatecustomkeystore", "kms:generaterandom", "kms:listretirablegrants",
})  # fmt: skip
"""KMS actions that are about no key, so no key policy has a say."""
_OWNERS_LAST_RESORT = frozenset({"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"})


_ROLES = frozenset({
    "iam:attachrolepolicy", "iam:detachrolepolicy", "iam:putrolepolicy", "iam:deleterolepolicy", "iam:deleterole",
    "iam:updateassumerolepolicy", "iam:updaterole", "iam:putrolepermissionsboundary",
    "iam:deleterolepermissionsboundary",
})  # fmt: skip
_PROTECTED: Mapping[str, frozenset[str]] = {
    ":role/aws-service-role/": _ROLES,
    ":role/aws-reserved/": _ROLES | {"iam:createrole", "iam:tagrole", "iam:untagrole", "iam:updateroledescription"},
    ":iam::aws:policy/": frozenset({
        "iam:createpolicy", "iam:createpolicyversion", "iam:deletepolicy", "iam:deletepolicyversion",
        "iam:setdefaultpolicyversion", "iam:tagpolicy", "iam:untagpolicy",
    }),
    ":alias/aws/": frozenset({"kms:createalias", "kms:updatealias", "kms:deletealias"}),
}  # fmt: skip
"""Part of an ARN → what nobody but AWS does there."""
_BARRED = frozenset({"sts:assumerole"}).union(*_PROTECTED.values())


def has_a_say(place: str, request: Request) -> bool:
    """Whether a policy at a place, such as `scp[1][0]`, is about requests like this one.

    SCPs are about an account's principals, RCPs about resources of some services; neither is about service-linked
    roles. Policies of identities are about principals of accounts.
    """
    who = request.principal
    if place.startswith("scp"):
        return who.in_account and not who.service_linked
    if place.startswith("rcp"):
        # https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html
        retires = request.action.lower() == "kms:retiregrant"
        return request.service in RCP_SERVICES and not who.service_linked and not retires
    return place.startswith(("resource", "vpce")) or who.in_account


def needs_resource_policy(request: Request) -> bool:
    """Whether the resource is a role or a key, which are open to nobody whom their own policy does not name.

    An alias has no policy of its own, and tags of a federated user's session are no matter of a role's trust.
    """
    action = request.action.lower()
    if action in _ASSUMING:
        return ":federated-user/" not in request.resource
    return request.service == "kms" and action not in _KEYLESS and ":alias/" not in request.resource


def open_to_all(request: Request) -> bool:
    """Whether no policy can deny it: everybody with credentials may ask who they are.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    return request.action.lower() == "sts:getcalleridentity" and request.principal.in_account


def barred(request: Request) -> str:
    """Why no policy can allow it, empty where one can: root users assume no roles, and AWS protects what is its own.

    Service-linked roles are changed only by their services:
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html (UnmodifiableEntity).
    Nobody changes AWS managed policies, nor aliases of AWS managed keys:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html,
    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html.
    """
    action, who = request.action.lower(), request.principal
    if action not in _BARRED:
        return ""
    if who.kind == "Root" and action == "sts:assumerole":
        return "a root user cannot assume roles"
    for part, actions in _PROTECTED.items():
        if action in actions and part in request.resource and not who.service_linked:
            return f"AWS protects {part.strip(':/')}"
    return ""


def denies(place: str, statement: Statement, request: Request, *, bounded: bool) -> bool:
    """Whether a Deny at a place is about who asks; what it denies is another question.

    A Deny with `NotPrincipal` is about every user and role with a permissions boundary (`bounded`), whoever is left
    out of it: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html. A bucket's policy
    cannot lock out its owner's root user:
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html.
    """
    if statement.effect != "Deny":
        return False
    who, of_resource = request.principal, place.startswith(("resource", "vpce"))
    owns = who.kind == "Root" and who.account == request.owner
    if owns and place == "resource" and request.action.lower() in _OWNERS_LAST_RESORT:
        return False
    if of_resource and bounded and statement.not_principals is not None and who.kind in ("User", "Role"):
        return True
    return about_asker(place, statement, request)


def about_asker(place: str, statement: Statement, request: Request) -> bool:
    """Whether a statement is about who asks: named, or in a policy that need name nobody."""
    if statement.principals is None and statement.not_principals is None:
        return not place.startswith("resource")
    return names(statement, request) > Grant.NONE
