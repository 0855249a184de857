"""Which principals of an account have one of AWS's policies attached."""

from __future__ import annotations

from typing import Literal, TypedDict

from scanner.derive.logic import as_kind, weightiest
from scanner.derive.node import Node
from scanner.derive.passes import Context
from scanner.model import GLOBAL, Partial, Resource, Unknown

_KINDS = {"AWS::IAM::Role": "role", "AWS::IAM::Group": "group", "AWS::IAM::User": "user"}


class PolicyPrincipal(TypedDict):
    """A role, group or user that the policy is attached to."""

    kind: Literal["role", "group", "user"]
    name: str


READS = tuple(f"{type_}.AttachedManagedPolicies" for type_ in _KINDS)


def principals_with(settings: Resource, context: Context, policy: str) -> Partial:
    """The roles, groups and users of the account whose settings these are, as a list of `PolicyPrincipal`."""
    wanted = f"arn:{settings.partition}:iam::aws:policy/{policy}"
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
