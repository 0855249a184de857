"""Whether who may make principals and give them policies must set a permissions boundary.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from scanner.derive.access.caller_conditions import STRINGS, each_value
from scanner.derive.access.conditions import Entry, entries, refused
from scanner.derive.access.effective.holdings import LIMITED_ROLE, LIMITED_USER, Holdings, holdings
from scanner.derive.access.glob import matches
from scanner.derive.access.grants import ANY, Patterns, Probe, Reading
from scanner.derive.logic import Maybe, both, either, negate
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, pointer

_BOUNDARY = "iam:permissionsboundary"
_NAMED = STRINGS | {"arnequals", "arnlike"}
_KINDS = ("role", "user")


class Delegation(TypedDict):
    """Whether it may make users or roles and give them policies, whether each of that asks for a boundary (and none
    may be taken off again), and whether it is an administrator anyway.
    """

    creates: bool
    bounded: bool
    administers: bool


@derives("AWS::IAM::Role", "delegation", gives=Delegation, reads=LIMITED_ROLE)
@derives("AWS::IAM::User", "delegation", gives=Delegation, reads=LIMITED_USER)
def delegation(principal: Resource, context: Context) -> Partial:
    """By all policies together: `CreateRole` with `AttachRolePolicy` or `PutRolePolicy`, on whichever roles; of users
    the same.

    A boundary is asked for by a condition on `iam:PermissionsBoundary` in the Allow, or by a Deny of all others.
    """
    held = holdings(principal, context)
    creates = either(_both_steps(held, principal, kind) for kind in _KINDS)
    members: dict[str, Maybe] = {"creates": creates, "bounded": True, "administers": False}
    if creates is not False:
        members["bounded"] = both(_is_bounded(held, principal, kind) for kind in _KINDS)
        members["administers"] = held.administers()
    fact = Partial({name: value for name, value in members.items() if isinstance(value, bool)})
    fact.unknown.update((pointer(name), value) for name, value in members.items() if isinstance(value, Unknown))
    return fact


def _steps(kind: str) -> tuple[str, str, str]:
    return f"iam:create{kind}", f"iam:attach{kind}policy", f"iam:put{kind}policy"


def _both_steps(held: Holdings, principal: Resource, kind: str) -> Maybe:
    create, *gives = (_allowed(held, principal, action, kind, free=False) for action in _steps(kind))
    return both((create, either(gives)))


def _is_bounded(held: Holdings, principal: Resource, kind: str) -> Maybe:
    free = (_allowed(held, principal, action, kind, free=True) for action in _steps(kind))
    off = _allowed(held, principal, f"iam:delete{kind}permissionsboundary", kind, free=False)
    return either((negate(_both_steps(held, principal, kind)), negate(either((*free, off)))))


def _allowed(held: Holdings, principal: Resource, action: str, kind: str, *, free: bool) -> Maybe:
    """Whether an action is allowed on some principal; `free`: without a boundary being asked for."""
    found: list[Maybe] = [*held.doubts()]
    readings = (reading for policy in held.policies for reading in policy.readings)
    for reading in (one for one in readings if one.allows_action(action) is not False):
        for place in _places(reading, principal, kind):
            probe = Probe(action, place)
            named = reading.names(probe)
            if named is False:
                continue
            asked = _asks(reading) if free else False
            found.append(both((named, negate(asked), held.leaves(probe), negate(_denied(held, probe, free=free)))))
    return either(found)


def _places(reading: Reading, principal: Resource, kind: str) -> Iterator[str]:
    """A principal that no pattern can name, and one of those that the statement names."""
    prefix = f"arn:{principal.partition}:iam::{principal.account or ANY}:{kind}/"
    yield f"{prefix}{ANY}"
    patterns = Patterns.of(reading.statement.node, "Resource")
    for pattern in (*sorted(patterns.exact), *patterns.wild) if not patterns.others else ():
        named = pattern.replace("*", ANY).replace("?", ANY)
        if matches(f"arn:*:iam::*:{kind}/*", named):
            yield named


def _asks(reading: Reading) -> Maybe:
    condition = reading.statement.node.member("Condition")
    return either([*(_names_boundary(line) for line in entries(condition)), refused(condition) or False])


def _names_boundary(line: Entry) -> Maybe:
    if line.key != _BOUNDARY or line.operator not in _NAMED or line.if_exists or line.quantifier == "forallvalues":
        return False
    return each_value(line, lambda text: bool(text.strip("*?:")))


def _denied(held: Holdings, probe: Probe, *, free: bool) -> Maybe:
    """Whether a Deny takes it from whoever sets no boundary, or another."""
    if not free:
        return False
    readings = (reading for policy in held.policies for reading in policy.readings)
    return either(both((reading.names_denied(probe), _spares_bounded(reading))) for reading in readings)


def _spares_bounded(reading: Reading) -> Maybe:
    condition = reading.statement.node.member("Condition")
    lines = list(entries(condition))
    negated = (
        line.key == _BOUNDARY
        and "not" in line.operator
        and not line.quantifier
        and _names_boundary(line._replace(operator=line.operator.replace("not", "", 1), if_exists=False))
        for line in lines
    )
    return both([bool(lines), *negated, refused(condition) or True])
