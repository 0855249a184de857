"""All identity policies of a user or role: inline, attached, of its groups, and the boundary that limits them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scanner.derive.access.effective.organization_limits import Limits
from scanner.derive.access.granted.held import INLINE, MANAGED, Held, held
from scanner.derive.access.grants import Probe, allowing, denied, every_action
from scanner.derive.access.judged.worlds import ORGANIZATION
from scanner.derive.access.policy import PolicyStatement
from scanner.derive.logic import Maybe, both, either, negate, weightiest
from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context
from scanner.model import GLOBAL, Resource, Unknown, Why

ROLE, USER, GROUP = "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"
_DOCUMENTS = (f"{MANAGED}.Arn", f"{MANAGED}.PolicyDocument")
_USERS = ("UserPolicyList", "GroupList", "AttachedManagedPolicies", "PermissionsBoundary")
OF_ROLE = (
    *(f"{ROLE}.{member}" for member in ("RolePolicyList", "AttachedManagedPolicies", "PermissionsBoundary")),
    *_DOCUMENTS,
)
OF_GROUP = (*(f"{GROUP}.{member}" for member in ("GroupPolicyList", "AttachedManagedPolicies")), *_DOCUMENTS)
OF_USER = (
    *(
        f"{USER}.{member}"
        for member in ("UserPolicyList", "GroupList", "AttachedManagedPolicies", "PermissionsBoundary")
    ),
    *(f"{GROUP}.{member}" for member in ("GroupName", "GroupPolicyList", "AttachedManagedPolicies")),
    *_DOCUMENTS,
)
LIMITED_ROLE, LIMITED_USER = (*OF_ROLE, *ORGANIZATION), (*OF_USER, *ORGANIZATION)
"""What `Holdings.grants` and what rests on it look at."""


class Granted(NamedTuple):
    """A statement of a policy that allows a request, or may."""

    policy: Held
    statement: PolicyStatement
    sure: Maybe


class Holdings(NamedTuple):
    """The policies; `boundary` is `None` where there is none, `doubt` why there may be further policies, `limits` the
    organization's service control policies (groups have none).

    Sessions' policies are not weighed: they only take away.
    """

    policies: tuple[Held, ...]
    boundary: Held | Unknown | None
    doubt: Unknown | None
    limits: Limits | None

    def grants(self, probe: Probe) -> list[Granted]:
        """What allows a request without a narrowing condition, no Deny without a condition taking it away."""
        found = [Granted(one, *pair) for one in self.policies for pair in allowing(one.readings, probe)]
        if not found:
            return []
        left = self.leaves(probe)
        judged = (one._replace(sure=both((one.sure, left))) for one in found)
        return [one for one in judged if one.sure is not False]

    def leaves(self, probe: Probe) -> Maybe:
        """Whether no Deny takes a request away, and the boundary and service control policies allow it."""
        away = [denied(one.readings, probe) for one in self.policies]
        mores = [one.statements.more or False for one in self.policies]
        left = both((negate(either([*away, *mores, self.doubt or False])), self._within(probe)))
        return left if left is False or self.limits is None else both((left, self.limits.leave(probe.action)))

    def allows(self, probe: Probe) -> Maybe:
        """Whether the request is allowed without a narrowing condition."""
        return either([*(one.sure for one in self.grants(probe)), *self.doubts()])

    def doubts(self) -> Iterator[Unknown]:
        """Why there may be other statements than are known."""
        yield from (one.statements.more for one in self.policies if one.statements.more)
        if self.doubt:
            yield self.doubt

    def administers(self) -> Maybe:
        """Whether every action on everything is allowed, or every action of IAM."""
        everything = both(self.allows(Probe(action, action)) for action in every_action())
        return either((everything, both(self.allows(Probe(action, action)) for action in every_action("iam"))))

    def _within(self, probe: Probe) -> Maybe:
        if self.boundary is None or isinstance(self.boundary, Unknown):
            return self.boundary or True
        readings, more = self.boundary.readings, self.boundary.statements.more or False
        allowed = either([*(value for _, value in allowing(readings, probe)), more])
        return both((allowed, negate(either((denied(readings, probe), more)))))


def holdings(principal: Resource, context: Context) -> Holdings:
    """The policies of a user, role or group, put together once a run."""
    return context.once(("holdings", principal.type, principal.id), lambda: _holdings(principal, context))


def _holdings(principal: Resource, context: Context) -> Holdings:
    managed = _managed(principal.account, context)
    found = [*_own(principal, managed)]
    if principal.type == USER:
        found += _of_groups(principal, context)
    doubts = [one for one in found if isinstance(one, Unknown)]
    limit = None if principal.type == GROUP else _boundary(principal, managed)
    policies = tuple(one for one in found if isinstance(one, Held))
    limits = None if principal.type == GROUP else Limits(principal, context)
    return Holdings(policies, limit, weightiest(doubts) if doubts else None, limits)


def _boundary(principal: Resource, managed: _Managed) -> Held | Unknown | None:
    boundary = Node.of(principal, "PermissionsBoundary")
    if boundary.unknown or not boundary.present:
        return boundary.unknown
    return _attached(boundary.member("PermissionsBoundaryArn"), managed)


class _Managed(NamedTuple):
    """Managed policies by ARN, and why one may be missing."""

    policies: Mapping[str, Held | Unknown]
    incomplete: Unknown | None


def _managed(account: str, context: Context) -> _Managed:
    return context.once(("holdings", account), lambda: _index(account, context))


def _index(account: str, context: Context) -> _Managed:
    found = context.neighbours(MANAGED, account, GLOBAL)
    policies: dict[str, Held | Unknown] = {}
    for one in found.resources:
        document = held(Node(one.name), Node.of(one, "PolicyDocument"))
        for key in {identity(Node.of(one, "Arn")), one.id, one.physical_id} - {""}:
            policies[key] = document
    return _Managed(policies, found.incomplete)


def _own(holder: Resource, managed: _Managed) -> Iterator[Held | Unknown]:
    for policy in each(Node.of(holder, INLINE[holder.type])):
        if isinstance(policy, Unknown):
            yield policy
        else:
            yield held(policy.member("PolicyName"), policy.member("PolicyDocument"))
    for attached in each(Node.of(holder, "AttachedManagedPolicies")):
        yield attached if isinstance(attached, Unknown) else _attached(attached.member("PolicyArn"), managed)


def _attached(arn: Node, managed: _Managed) -> Held | Unknown:
    key = identity(arn)
    if key in managed.policies:
        return managed.policies[key]
    if not key and arn.unknown:
        return arn.unknown
    return managed.incomplete or Unknown(Why.NOT_COLLECTED, message=f"the policy {key} was not read")


def _of_groups(user: Resource, context: Context) -> Iterator[Held | Unknown]:
    groups = context.once(("holdings", "groups", user.account), lambda: _groups(user.account, context))
    for name in each(Node.of(user, "GroupList")):
        if isinstance(name, Unknown):
            yield name
        else:
            yield from groups.get(identity(name), groups[""])


def _groups(account: str, context: Context) -> Mapping[str, list[Held | Unknown]]:
    """By a group's name its policies; under no name, what is said of a group that was not read."""
    found = context.neighbours(GROUP, account, GLOBAL)
    missing = found.incomplete or Unknown(Why.NOT_COLLECTED, message="a group of the user was not read")
    groups: dict[str, list[Held | Unknown]] = {"": [missing]}
    for group in found.resources:
        policies = [*_own(group, _managed(account, context))]
        for key in {identity(Node.of(group, "GroupName")), group.name} - {""}:
            groups[key] = policies
    return groups
