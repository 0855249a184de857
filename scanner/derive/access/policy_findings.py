"""What IAM Access Analyzer would find wrong with the policies of a resource."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, NamedTuple, TypedDict

from scanner.derive.access.identities import OWN_ROOT
from scanner.derive.access.validation.codes import Category
from scanner.derive.access.validation.policy import PolicyType
from scanner.derive.access.validation.validate import Finding, validate
from scanner.derive.logic import as_kind, malformed, weightiest
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, pointer, pointer_parts


class PolicyFinding(TypedDict):
    """One finding: Access Analyzer's code, what is wrong, the policy's name where it has one, and where it stands."""

    code: str
    message: str
    policy: str | None
    source: str


class PolicyFindings(TypedDict):
    """Errors, and security warnings but those that rules of their own are about. Only what is in the lists counts."""

    errors: list[PolicyFinding]
    security_warnings: list[PolicyFinding]


class _Attached(NamedTuple):
    """One policy of a resource."""

    name: Node | None
    document: Node
    type: PolicyType


_LISTS: Mapping[Category, str] = {"error": "errors", "security_warning": "security_warnings"}
_ELSEWHERE = ("PASS_ROLE_", "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
              "MISSING_GITHUB_REPO_CONDITION_KEY")  # fmt: skip
"""Security warnings that other facts judge with more than a single statement before them."""
_INLINE = {"AWS::IAM::User": "UserPolicyList", "AWS::IAM::Group": "GroupPolicyList", "AWS::IAM::Role": "RolePolicyList"}
_ACCOUNTS = {OWN_ROOT: "arn:aws:iam::${AWS::AccountId}:root", "AWS::AccountId": "${AWS::AccountId}"}
"""How code names the account that it is deployed to → as a text of a policy."""
_RESOURCES = re.compile(r"/Statement(?:/[0-9]+)?/(?:Not)?Resource(?:/.*)?")
_LOCAL = frozenset({
    "ARN_ACCOUNT_NOT_ALLOWED", "ARN_REGION_NOT_ALLOWED", "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
    "FEDERATED_PRINCIPAL_NOT_SUPPORTED", "INVALID_ACTION", "INVALID_ARN_ACCOUNT", "INVALID_ARN_PREFIX",
    "INVALID_ARN_REGION", "INVALID_ARN_RESOURCE", "INVALID_ARN_SERVICE_CASE", "INVALID_CONDITION_KEY_FORMAT",
    "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY", "INVALID_GLOBAL_CONDITION_KEY",
    "INVALID_KMS_KEY_VALUE", "INVALID_PARTITION", "INVALID_REGION", "INVALID_SERVICE",
    "INVALID_SERVICE_CONDITION_KEY", "INVALID_SERVICE_IN_ACTION", "INVALID_SERVICE_PRINCIPAL_FORMAT",
    "INVALID_VARIABLE_FOR_OPERATOR", "INVALID_VPC_FORMAT", "INVALID_VPCE_FORMAT", "MISSING_ARN_ACCOUNT",
    "MISSING_ARN_FIELD", "MISSING_ARN_REGION", "MISSING_BRACE_IN_VARIABLE", "EMPTY_VARIABLE", "MISSING_QUALIFIER",
    "MISSING_QUOTE_IN_VARIABLE", "MISSING_TAG_KEY_IN_CONDITION", "TYPE_MISMATCH_IP_RANGE",
    "UNSUPPORTED_ACTION_FOR_CONDITION_KEY", "UNSUPPORTED_ACTION_IN_POLICY", "UNSUPPORTED_GLOBAL_CONDITION_KEY",
    "UNSUPPORTED_RESOURCE_ARN_IN_POLICY", "UNSUPPORTED_SID", "UNSUPPORTED_SPACE_IN_VARIABLE",
    "UNSUPPORTED_WILDCARD_IN_PRINCIPAL", "VARIABLE_UNSUPPORTED_IN_ELEMENT", "VARIABLE_UNSUPPORTED_IN_VERSION",
    "WILDCARD_USAGE_TOO_PERMISSIVE", "FORALLVALUES_WITH_SINGLE_VALUED_KEY", "FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE",
    "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS", "UNTRUSTWORTHY_CONDITION_KEY",
})  # fmt: skip
"""Codes that hold of what is known of a statement, whatever the rest of it holds."""


@derives("AWS::IAM::ManagedPolicy", "policy_findings", gives=PolicyFindings, reads=("PolicyDocument",))
@derives("AWS::IAM::User", "policy_findings", gives=PolicyFindings, reads=("UserPolicyList",))
@derives("AWS::IAM::Group", "policy_findings", gives=PolicyFindings, reads=("GroupPolicyList",))
@derives(
    "AWS::IAM::Role", "policy_findings", gives=PolicyFindings, reads=("RolePolicyList", "AssumeRolePolicyDocument")
)
@derives("AWS::S3::Bucket", "policy_findings", gives=PolicyFindings, reads=("Policy",))
@derives("AWS::S3::AccessPoint", "policy_findings", gives=PolicyFindings, reads=("Policy",))
@derives("AWS::KMS::Key", "policy_findings", gives=PolicyFindings, reads=("Policy",))
def policy_findings(resource: Resource, context: Context) -> Partial:
    """The errors and security warnings of the policies that a resource carries itself.

    Of a statement of which a part is not known only what the known parts make certain is told.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
    """
    del context
    fact = Partial({name: [] for name in _LISTS.values()})
    doubts: dict[Category, list[Unknown]] = {category: [] for category in _LISTS}
    for one in _policies(resource):
        found = _doubt(one) if isinstance(one, Unknown) else _judge(fact, resource, one)
        for category, whys in found.items():
            doubts[category] += whys
    for category, whys in doubts.items():
        if whys:
            fact.unknown[pointer(_LISTS[category], "-")] = as_kind(weightiest(whys), "more")
    return fact


def _policies(resource: Resource) -> Iterator[_Attached | Unknown]:
    if resource.type in _INLINE:
        yield from _inline(Node.of(resource, _INLINE[resource.type]))
    if resource.type == "AWS::IAM::Role":
        yield _Attached(None, Node.of(resource, "AssumeRolePolicyDocument"), "trust")
    elif resource.type == "AWS::IAM::ManagedPolicy":
        yield _Attached(Node(resource.name), Node.of(resource, "PolicyDocument"), "identity")
    elif resource.type not in _INLINE:
        yield _Attached(None, Node.of(resource, "Policy"), "resource")


def _inline(policies: Node) -> Iterator[_Attached | Unknown]:
    if policies.unknown:
        yield policies.unknown
    for policy in policies.elements():
        yield policy.unknown or _Attached(policy.member("PolicyName"), policy.member("PolicyDocument"), "identity")
    if policies.more:
        yield policies.more


def _doubt(why: Unknown) -> dict[Category, list[Unknown]]:
    return {category: [why] for category in _LISTS}


def _judge(fact: Partial, resource: Resource, one: _Attached) -> dict[Category, list[Unknown]]:
    """Adds what is found; gives by category why there may be more."""
    document = one.document
    if document.unknown:
        return _doubt(document.unknown)
    if not document.present:
        return {}
    if not isinstance(document.value, dict):
        return _doubt(malformed(document.path, "this is no policy document"))
    path = document.path
    holes = {place.removeprefix(path): why for place, why in resource.unknown.items() if place.startswith(f"{path}/")}
    whole, filled = _filled(document.value, holes)
    open_ = {place: why for place, why in holes.items() if place not in filled}
    attached_to = resource.type if one.type == "resource" else ""
    for found in validate(whole, one.type, attached_to):
        judged = found.category in _LISTS and not found.code.startswith(_ELSEWHERE)
        if judged and found.place not in filled and _is_sure(found, _with_a_say(found.category, open_)):
            _add(fact, one, path, found)
    return {category: list(_with_a_say(category, open_).values()) for category in _LISTS}


def _filled(document: Any, holes: Mapping[str, Unknown]) -> tuple[Any, set[str]]:
    """The document with ARNs that are known but for names in them (`arn:aws:s3:::${Bucket}`) where they belong, and
    the places that they were put in.

    The names, and the account that code is deployed to, are AWS's or checked by it, so such an ARN is taken for
    well-formed.
    """
    opaque = {place: _ACCOUNTS.get(why.token, why.token) for place, why in holes.items() if why.kind == "opaque"}
    arns = {place: token for place, token in opaque.items() if token.startswith(("arn:", "${AWS::AccountId}"))}
    if not arns:
        return document, set()
    document = deepcopy(document)
    return document, {place for place, arn in arns.items() if _put(document, pointer_parts(place), arn)}


def _put(owner: Any, parts: Sequence[str], value: str) -> bool:
    """Put a value where it belongs; whether there is such a place."""
    key: Any = parts[0]
    if isinstance(owner, list) and key.isdecimal() and int(key) < len(owner):
        key = int(key)
    elif not isinstance(owner, dict):
        return False
    if len(parts) > 1:
        return _put(owner[key] if isinstance(owner, list) else owner.setdefault(key, {}), parts[1:], value)
    owner[key] = value
    return True


def _with_a_say(category: Category, holes: Mapping[str, Unknown]) -> Mapping[str, Unknown]:
    """The holes that findings of a category depend on: no security warning here asks for the resources."""
    if category == "error":
        return holes
    return {place: why for place, why in holes.items() if not _RESOURCES.fullmatch(place)}


def _is_sure(found: Finding, holes: Mapping[str, Unknown]) -> bool:
    """Whether it holds whatever stands in the holes: those are elsewhere, or have no say."""
    if any(hole.count("/") < 2 and hole != "/Id" for hole in holes):
        return False
    statement = "" if found.code == "UNIQUE_SIDS_REQUIRED" else _statement(found.place)
    inside = [why for hole, why in holes.items() if not statement or _statement(hole) == statement]
    if any(why.kind == "maybe" for why in inside):
        return False
    return not inside or (found.code in _LOCAL and found.place not in holes)


def _statement(place: str) -> str:
    """The pointer of the statement that a place is in; `""` of what is about the whole, as of further statements."""
    parts = place.split("/")
    if len(parts) < 3 or parts[2] == "-":
        return ""
    return f"/Statement/{parts[2]}" if parts[2].isdecimal() else "/Statement"


def _add(fact: Partial, one: _Attached, path: str, found: Finding) -> None:
    findings: list[Any] = fact.value[_LISTS[found.category]]
    place = pointer(_LISTS[found.category], len(findings), "policy")
    finding: dict[str, Any] = {"code": found.code, "message": found.message, "source": path + found.place}
    if one.name is None or not one.name.unknown:
        finding["policy"] = one.name.value if one.name is not None else None
    else:
        fact.unknown[place] = as_kind(one.name.unknown, "any")
    findings.append(finding)
