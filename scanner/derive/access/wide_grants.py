"""What the policies of a user, group or role, or a managed policy, allow without bounds."""

from __future__ import annotations

from typing import Any, TypedDict

from scanner.derive.access.grants import ANY, Probe, Reading, allowing, denied, every_action
from scanner.derive.access.policy import PolicyStatement, policy_statements
from scanner.derive.access.service_wildcards import service_wildcards
from scanner.derive.logic import Maybe, as_kind, both, either, negate, weightiest
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, pointer

_INLINE = {"AWS::IAM::User": "UserPolicyList", "AWS::IAM::Group": "GroupPolicyList", "AWS::IAM::Role": "RolePolicyList"}
_KINDS = ("admin", "iam", "services", "pass_role", "assume_role", "decrypt")


class Grant(TypedDict):
    """One grant: the policy's name, the first statement that allows it with its `Sid`, and where that stands."""

    policy: str | None
    sid: str | None
    source: str


class WideGrants(TypedDict):
    """Grants by what they allow without a narrowing condition: every action on every resource; every action
    of IAM on every IAM resource; every action of some service, on whatever; `iam:PassRole` on every role;
    `sts:AssumeRole` on every role of every account; decryption with every KMS key of the account.
    """

    admin: list[Grant]
    iam: list[Grant]
    services: list[Grant]
    pass_role: list[Grant]
    assume_role: list[Grant]
    decrypt: list[Grant]


@derives("AWS::IAM::ManagedPolicy", "wide_grants", gives=WideGrants, reads=("PolicyDocument",))
@derives("AWS::IAM::User", "wide_grants", gives=WideGrants, reads=("UserPolicyList",))
@derives("AWS::IAM::Group", "wide_grants", gives=WideGrants, reads=("GroupPolicyList",))
@derives("AWS::IAM::Role", "wide_grants", gives=WideGrants, reads=("RolePolicyList",))
def wide_grants(resource: Resource, context: Context) -> Partial:
    """Each policy by itself, its statements together: what one Deny without a condition takes away is not granted.

    Of a user, group or role only the inline policies are read. What boundaries, service control policies and
    other policies take away is not subtracted. "Every action" means every one but some that a
    `NotAction` may except, IAM's included. Of the lists only what is in them counts, not where.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    del context
    fact = Partial({kind: [] for kind in _KINDS})
    inline = _INLINE.get(resource.type)
    if inline is None:
        _judge(fact, resource, Node(resource.name), Node.of(resource, "PolicyDocument"))
        return fact
    policies = Node.of(resource, inline)
    if policies.unknown:
        return Partial(None, {"": as_kind(policies.unknown, "any")})
    for policy in policies.elements():
        _judge(fact, resource, policy.member("PolicyName"), policy.member("PolicyDocument"))
    if policies.more:
        _open(fact, policies.more)
    return fact


def _judge(fact: Partial, owner: Resource, name: Node, document: Node) -> None:
    statements = policy_statements(document)
    if isinstance(statements, Unknown):
        _open(fact, statements)
        return
    readings = [Reading(statement) for statement in statements.all]
    for kind, probes in _probes(owner).items():
        found = _granted(readings, statements.more, kind, probes)
        if found is not None:
            _add(fact, kind, name, *found)
    for statement, value in service_wildcards(statements, readings):
        _add(fact, "services", name, statement, value)
    if statements.more:
        _open(fact, statements.more)


def administers(owner: Resource, document: Node) -> Maybe:
    """Whether a document by itself allows every action on every resource, as `admin` of the fact means it."""
    statements = policy_statements(document)
    if isinstance(statements, Unknown):
        return statements
    readings = [Reading(statement) for statement in statements.all]
    found = _granted(readings, statements.more, "admin", _probes(owner)["admin"])
    return False if found is None else found[1]


def _open(fact: Partial, why: Unknown) -> None:
    for kind in _KINDS:
        place = pointer(kind, "-")
        fact.unknown[place] = as_kind(weightiest([w for w in (fact.unknown.get(place), why) if w]), "more")


def _probes(owner: Resource) -> dict[str, tuple[Probe, ...]]:
    """By kind, what must all be allowed. For `decrypt` one of the two is enough."""
    arn = f"arn:{owner.partition}"
    things = (f"{arn}:{ANY}:{ANY}:{ANY}:{ANY}/{ANY}", f"{arn}:{ANY}:::{ANY}")
    iam = tuple(Probe(action, f"{arn}:iam::{owner.account or ANY}:{ANY}/{ANY}") for action in every_action("iam"))
    role = f"{owner.account or ANY}:role/{ANY}"
    key = f"{arn}:kms:{ANY}:{owner.account or ANY}:key/{ANY}"
    return {
        "admin": (*(Probe(action, thing) for action in every_action() for thing in things), *iam),
        "iam": iam,
        "pass_role": (Probe("iam:passrole", f"{arn}:iam::{role}"),),
        "assume_role": (Probe("sts:assumerole", f"{arn}:iam::{ANY}:role/{ANY}"),),
        "decrypt": (Probe("kms:decrypt", key), Probe("kms:reencryptfrom", key)),
    }


def _granted(
    readings: list[Reading], more: Unknown | None, kind: str, probes: tuple[Probe, ...]
) -> tuple[PolicyStatement, Maybe] | None:
    """Whether all probes are allowed (for `decrypt`: one), and the first statement by which; `None` if they are not.

    Of an administrator everything but IAM may be denied, not everything else: an Allow of all with a
    Deny of IAM is still taken for one, a Deny of all that leaves IAM open is not.
    """
    first: PolicyStatement | None = None
    values: list[Maybe] = []
    for probe in probes:
        found = allowing(readings, probe, others=kind == "assume_role")
        allowed = either([*(value for _, value in found), more or False])
        spared = negate(either((denied(readings, probe), more or False)))
        guarded = kind != "admin" or not probe.action.startswith("iam:")
        values.append(both((allowed, spared if guarded else True)))
        if found and values[-1] is not False:
            first = first or next((one for one, value in found if value is True), found[0][0])
        elif kind != "decrypt" and values[-1] is False:
            return None
    value = either(values) if kind == "decrypt" else both(values)
    return (first, value) if first is not None and value is not False else None


def _add(fact: Partial, kind: str, name: Node, statement: PolicyStatement, value: Maybe) -> None:
    grants: list[Any] = fact.value[kind]
    place, sid = pointer(kind, len(grants)), statement.node.member("Sid")
    grant: dict[str, Any] = {"source": statement.node.path}
    for member, node in (("policy", name), ("sid", sid)):
        if node.unknown:
            fact.unknown[place + pointer(member)] = as_kind(node.unknown, "any")
        else:
            grant[member] = node.value
    if isinstance(value, Unknown):
        fact.unknown[place] = as_kind(value, "maybe")
    grants.append(grant)
