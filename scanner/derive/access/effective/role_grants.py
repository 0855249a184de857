"""What the role of an instance may do on every resource, by sets of actions."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.access.effective.by_sets import SetGrant, add_grants
from scanner.derive.access.effective.holdings import LIMITED_ROLE, ROLE, holdings
from scanner.derive.access.granted.action_sets import (
    BLINDS,
    CREDENTIALS,
    DATABASES,
    DESTROYS,
    NETWORK,
    ORGANIZATION,
    RESOURCE_POLICIES,
)
from scanner.derive.logic import as_kind
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.model import GLOBAL, Partial, Resource, Unknown, Why

_SETS = {
    "credentials": CREDENTIALS,
    "destroys": DESTROYS,
    "blinds": BLINDS,
    "resource_policies": RESOURCE_POLICIES,
    "network": NETWORK,
    "organization": ORGANIZATION,
    "databases": DATABASES,
}


class RoleGrants(TypedDict):
    """The role's name, null without one, and by what is asked: grants of actions that give out credentials, destroy
    data, end the watch over the account, change who may use resources, change the network, the organization, or
    databases.
    """

    role: str | None
    credentials: list[SetGrant]
    destroys: list[SetGrant]
    blinds: list[SetGrant]
    resource_policies: list[SetGrant]
    network: list[SetGrant]
    organization: list[SetGrant]
    databases: list[SetGrant]


@derives(
    "AWS::EC2::Instance",
    "role_grants",
    gives=RoleGrants,
    reads=("IamInstanceProfile", f"{ROLE}.InstanceProfileList", *LIMITED_ROLE),
)
def role_grants(instance: Resource, context: Context) -> Partial:
    """Of the role in the instance's profile, which whoever controls the instance acts as.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
    """
    role = role_of(instance, context)
    if isinstance(role, Unknown):
        return Partial(None, {"": as_kind(role, "any")})
    if role is None:
        return Partial({"role": None, **{kind: [] for kind in _SETS}})
    return context.once(("role_grants", role.id), lambda: _grants(role, context))


def _grants(role: Resource, context: Context) -> Partial:
    fact = Partial({"role": role.name, **{kind: [] for kind in _SETS}})
    add_grants(fact, holdings(role, context), _SETS, role)
    return fact


def role_of(instance: Resource, context: Context) -> Resource | Unknown | None:
    """The role of the instance's profile; a profile holds one at most."""
    profile = Node.of(instance, "IamInstanceProfile")
    if profile.unknown or not profile.present:
        return profile.unknown
    wanted = {identity(profile.member("Arn")), identity(profile.member("Name"))} - {""}
    doubt = profile.member("Arn").unknown or profile.member("Name").unknown
    found = context.neighbours(ROLE, instance.account, GLOBAL)
    by_profile = context.once(("role_grants", "profiles", instance.account), lambda: _by_profile(found.resources))
    role = next((by_profile[key] for key in sorted(wanted) if key in by_profile), None)
    if role is not None or (found.incomplete is None and doubt is None and "" not in by_profile):
        return role
    return found.incomplete or doubt or Unknown(Why.AFTER_APPLY, message="which roles are in profiles is not known")


def _by_profile(roles: list[Resource]) -> dict[str, Resource]:
    """Roles by the ARN and the name of their profiles; `""` where the profiles of one are not known."""
    found: dict[str, Resource] = {}
    for role in roles:
        profiles = Node.of(role, "InstanceProfileList")
        if profiles.unknown or profiles.more:
            found[""] = role
        for profile in profiles.elements() if not profiles.unknown else ():
            named = [profile.member(name) for name in ("Arn", "InstanceProfileName")]
            found |= {identity(one): role for one in named if one.unknown or one.present}
    return found
