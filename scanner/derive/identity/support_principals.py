"""Who can work on cases with AWS Support."""

from __future__ import annotations

from typing import Literal, TypedDict

from scanner.derive.logic import as_kind, weightiest
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import GLOBAL, Partial, Resource, Unknown

_KINDS = {"AWS::IAM::Role": "role", "AWS::IAM::Group": "group", "AWS::IAM::User": "user"}


class SupportPrincipal(TypedDict):
    """A role, group or user that the policy is attached to."""

    kind: Literal["role", "group", "user"]
    name: str


@derives(
    "AWS::Account::Settings",
    "support_principals",
    gives=list[SupportPrincipal],
    reads=tuple(f"{type_}.AttachedManagedPolicies" for type_ in _KINDS),
)
def support_principals(settings: Resource, context: Context) -> Partial:
    """The principals with AWS's policy AWSSupportAccess.

    https://docs.aws.amazon.com/awssupport/latest/user/accessing-support.html
    """
    wanted = f"arn:{settings.partition}:iam::aws:policy/AWSSupportAccess"
    fact, doubts = Partial([]), list[Unknown]()
    for type_, kind in _KINDS.items():
        found = context.neighbours(type_, settings.account, GLOBAL)
        doubts += [found.incomplete] if found.incomplete else []
        for principal in found.resources:
            policies = Node.of(principal, "AttachedManagedPolicies")
            arns = [policy.member("PolicyArn") for policy in policies.elements()]
            if any(arn.value == wanted for arn in arns):
                fact.value.append({"kind": kind, "name": principal.name})
            else:
                doubts += [why for why in (policies.unknown, policies.more, *(arn.unknown for arn in arns)) if why]
    if doubts:
        fact.unknown["/-"] = as_kind(weightiest(doubts), "more")
    return fact
