"""IAM: users, groups, roles and what gives them policies.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from scanner.iac.cloudformation.holes import Hole, More, attribute, later
from scanner.iac.cloudformation.policy import document
from scanner.iac.cloudformation.principals import (
    ATTACHED,
    POLICY,
    Beside,
    added,
    attached,
    inline,
    listed,
    outside,
    policy_name,
)
from scanner.iac.cloudformation.shape import items, ordered_last, tags, text, whole
from scanner.iac.cloudformation.stack import Draft, Entry, Stack

_KINDS = ("User", "Group", "Role")


def _attached_here(entry: Entry) -> dict[str, Any]:
    """A managed policy as the principals see it that it names."""
    return {"PolicyArn": attribute(f"{entry.logical}.PolicyArn"), "PolicyName": policy_name(entry)}


def _profile(entry: Entry) -> dict[str, Any]:
    return {
        "InstanceProfileName": entry.get("InstanceProfileName", text, attribute(entry.logical)),
        "Arn": attribute(f"{entry.logical}.Arn"),
        "Path": entry.get("Path", text, "/"),
    }


def _inline(entry: Entry) -> Any:
    return inline(entry.props)


def _group(entry: Entry) -> Any:
    return entry.get("GroupName", text, later("the group"))


_BESIDE: dict[str, tuple[Beside, ...]] = {
    kind: (
        Beside("AWS::IAM::Policy", f"{kind}s", f"{kind}PolicyList", _inline),
        Beside(f"AWS::IAM::{kind}Policy", f"{kind}Name", f"{kind}PolicyList", _inline),
        Beside(POLICY, f"{kind}s", ATTACHED, _attached_here),
    )
    for kind in _KINDS
}
_MEMBERSHIP = Beside("AWS::IAM::UserToGroupAddition", "Users", "GroupList", _group)
_PROFILE = Beside("AWS::IAM::InstanceProfile", "Roles", "InstanceProfileList", _profile)
_BESIDE["User"] += (_MEMBERSHIP,)
_BESIDE["Role"] += (_PROFILE,)


def _principal(kind: str) -> Callable[[Entry, Stack], Iterator[Draft]]:
    """A builder for one kind of principal."""

    def build(entry: Entry, stack: Stack) -> Iterator[Draft]:
        name = entry.get(f"{kind}Name", text, attribute(entry.logical))
        lists: dict[str, list[Any]] = {
            ATTACHED: listed(entry.props.get("ManagedPolicyArns"), lambda arn: attached(arn, stack)),
            f"{kind}PolicyList": listed(entry.props.get("Policies"), inline),
        }
        if kind == "User":
            lists["GroupList"] = listed(entry.props.get("Groups"), text)
        for member, entries in added(entry, stack, _BESIDE[kind]).items():
            lists.setdefault(member, []).extend(entries)
        config: dict[str, Any] = {
            f"{kind}Name": name,
            "Arn": attribute(f"{entry.logical}.Arn"),
            "Path": entry.get("Path", text, "/"),
            **{member: ordered_last(_once(entries)) for member, entries in lists.items()},
        }
        _boundary(entry, config)
        if kind == "Role":
            config["AssumeRolePolicyDocument"] = entry.get(
                "AssumeRolePolicyDocument", document, later("the trust policy")
            )
            config["MaxSessionDuration"] = entry.get("MaxSessionDuration", whole, 3600)
        yield Draft(f"AWS::IAM::{kind}", entry, config, name=name, tags=entry.get("Tags", tags, {}))

    return build


def _once(entries: list[Any]) -> list[Any]:
    """Attaching a policy twice is attaching it once."""
    return [item for number, item in enumerate(entries) if isinstance(item, More) or item not in entries[:number]]


def _boundary(entry: Entry, config: dict[str, Any]) -> None:
    value = entry.props.get("PermissionsBoundary")
    if value is None:
        return
    arn = text(value)
    maybe = isinstance(arn, Hole) and not arn.stable
    boundary = {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn}
    config["PermissionsBoundary"] = arn if maybe else boundary


def _beside(type_: str) -> Callable[[Entry, Stack], Iterator[Draft]]:
    """A builder for a type that only adds to principals: those that the template does not make."""

    def build(entry: Entry, stack: Stack) -> Iterator[Draft]:
        for kind, found in _BESIDE.items():
            for one in found:
                if one.type == type_:
                    yield from outside(entry, stack, f"AWS::IAM::{kind}", one)

    return build


def _managed(entry: Entry, stack: Stack) -> Iterator[Draft]:
    """`AWS::IAM::ManagedPolicy`, and those that it names outside the template."""
    name = policy_name(entry)
    config: dict[str, Any] = {
        "PolicyName": name,
        "Arn": attribute(f"{entry.logical}.PolicyArn"),
        "Path": entry.get("Path", text, "/"),
        "PolicyDocument": entry.get("PolicyDocument", document, later("the policy")),
        **{member: _uses(entry, stack, member) for member in ("AttachmentCount", "PermissionsBoundaryUsageCount")},
    }
    yield Draft(POLICY, entry, config, name=name)
    yield from _beside(POLICY)(entry, stack)


def _uses(policy: Entry, stack: Stack, member: str) -> Any:
    """How often a new policy is attached, or is a boundary: as often as the template says."""
    if member not in stack.memo:
        stack.memo[member] = Counter(_used(stack, boundary=member == "PermissionsBoundaryUsageCount"))
    uses: Counter[str] = stack.memo[member]
    if uses[""]:
        return later("what else may use the policy")
    elsewhere = 0
    if member == "AttachmentCount":
        elsewhere = sum(1 for kind in _KINDS for _ in outside(policy, stack, f"AWS::IAM::{kind}", _BESIDE[kind][2]))
    return uses[policy.logical] + elsewhere


def _used(stack: Stack, *, boundary: bool) -> Iterator[str]:
    """The logical id of each policy of the template once for each use by one of its principals; empty for a doubt."""
    for kind in _KINDS:
        for principal in stack.of(f"AWS::IAM::{kind}"):
            limit = principal.props.get("PermissionsBoundary")
            found = [] if limit is None else [limit]
            if not boundary:
                found = listed(principal.props.get("ManagedPolicyArns"), lambda value: value)
                found += added(principal, stack, (_BESIDE[kind][2],)).get(ATTACHED, [])
            used: dict[str, None] = {}
            for item in found:
                arn = item["PolicyArn"] if isinstance(item, dict) and "PolicyArn" in item else item
                own = stack.owner(arn, POLICY)
                if isinstance(arn, More) or (isinstance(arn, Hole) and not arn.token):
                    used[""] = None
                elif own is not None:
                    used[own.logical] = None
            yield from used


def _instance_profile(entry: Entry, stack: Stack) -> Iterator[Draft]:
    """`AWS::IAM::InstanceProfile`, and the role that it names outside the template."""
    roles = listed(entry.props.get("Roles"), lambda role: _role(role, stack))
    config = {**_profile(entry), "Roles": ordered_last(roles)}
    yield Draft("AWS::IAM::InstanceProfile", entry, config, name=config["InstanceProfileName"])
    yield from outside(entry, stack, "AWS::IAM::Role", _PROFILE)


def _role(value: Any, stack: Stack) -> dict[str, Any]:
    own = stack.owner(value, "AWS::IAM::Role")
    arn: Any = attribute(f"{own.logical}.Arn") if own else later("the role is outside the template")
    return {"RoleName": text(value), "Arn": arn}


def _oidc(entry: Entry, _stack: Stack) -> Iterator[Draft]:
    """`AWS::IAM::OIDCProvider`; AWS answers the address without its scheme."""
    url = entry.get("Url", text, later("the provider's address"))
    config: dict[str, Any] = {
        "Arn": attribute(f"{entry.logical}.Arn"),
        "Url": url.removeprefix("https://") if isinstance(url, str) else url,
        "ClientIDList": entry.get("ClientIdList", items(text, ordered=False), []),
    }
    if entry.props.get("ThumbprintList") is not None:
        config["ThumbprintList"] = items(text, ordered=False)(entry.props["ThumbprintList"])
    yield Draft("AWS::IAM::OIDCProvider", entry, config, tags=entry.get("Tags", tags, {}))


def _saml(entry: Entry, _stack: Stack) -> Iterator[Draft]:
    """`AWS::IAM::SAMLProvider`."""
    config = {"Arn": attribute(f"{entry.logical}.Arn")}
    yield Draft("AWS::IAM::SAMLProvider", entry, config, tags=entry.get("Tags", tags, {}))


BUILDERS = {
    **{f"AWS::IAM::{kind}": _principal(kind) for kind in _KINDS},
    **{type_: _beside(type_) for type_ in ("AWS::IAM::Policy", _MEMBERSHIP.type)},
    **{f"AWS::IAM::{kind}Policy": _beside(f"AWS::IAM::{kind}Policy") for kind in _KINDS},
    POLICY: _managed,
    "AWS::IAM::InstanceProfile": _instance_profile,
    "AWS::IAM::OIDCProvider": _oidc,
    "AWS::IAM::SAMLProvider": _saml,
}
