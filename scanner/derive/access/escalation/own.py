"""Steps that end where they begin: to every permission by what somebody may change of itself, or by whom it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from scanner.derive.access.escalation.asking import Actor, Answer
from scanner.derive.access.escalation.primitives import Primitive, primitives
from scanner.derive.access.escalation.steps import Step, joined, step
from scanner.derive.access.escalation.ways import Ways

_KINDS = {"self-user": "User", "self-role": "Role"}
_REWRITES = frozenset({"all", "new"})


def own_steps(ways: Ways, actor: Actor, gains: frozenset[str] | None = None) -> Iterator[Step]:
    """The steps by which an actor makes itself, or somebody new, an administrator; `gains` are all if not told."""
    identity = ways.identity(actor)
    if identity.principal.service_linked:
        return
    for primitive in primitives():
        if not primitive.target.startswith("self") or (gains is not None and primitive.gain not in gains):
            continue
        if _KINDS.get(primitive.target, identity.kind) == identity.kind and ways.is_possible(actor, primitive):
            yield from _GAINS[primitive.gain](ways, actor, primitive)


def _on(ways: Ways, actor: Actor, primitive: Primitive, answer: Answer, through: str = "") -> Iterator[Step]:
    """A step by one action, if it is granted."""
    del ways
    assumes = [primitive.assumes.format(policy=through)] if primitive.assumes else []
    trial = joined([answer], assumes)
    if trial is not None:
        yield step(primitive, actor.arn, actor.arn, trial, ends=True, through=through)


def _rewritten(ways: Ways, actor: Actor, primitive: Primitive) -> Iterator[Step]:
    """Every permission is written into one of the actor's policies, or into a further one."""
    need, identity = primitive.needs[0], ways.identity(actor)
    if need.on == "policy":
        for arn in ways.own_policies(actor):
            gone = tuple(label for label in actor.labels if label.endswith(arn))
            if ways.actors.is_administrator(ways.actors.given_everything(actor, without=gone)):
                yield from _on(ways, actor, primitive, ways.asking.may(actor, need.action, arn), arn)
        return
    if not ways.actors.is_administrator(ways.actors.given_everything(actor)):
        return
    if need.on == "self":
        yield from _on(ways, actor, primitive, ways.on(actor, need.action, identity))
        return
    for arn in ways.groups_of(identity):
        yield from _on(ways, actor, primitive, ways.on_group(actor, need.action, arn), arn)


def _made(ways: Ways, actor: Actor, primitive: Primitive) -> Iterator[Step]:
    """A user or role without a boundary is made and given everything; a role is made to trust the actor by name."""
    if not ways.actors.is_administrator(ways.actors.newcomer(actor)):
        return
    given = {"iam:permissionsboundary": (), "iam:policyarn": ways.wide_policies(actor.who)[:1]}
    granted = ways.asking.may_all(actor, [need.action for need in primitive.needs], primitive.form, given)
    if not isinstance(granted, list):
        return
    made = granted[0].request.resource
    trial = joined([granted, ways.assumes_rewritten(actor, made)] if ":role/" in made else [granted])
    if trial is not None:
        yield step(primitive, actor.arn, actor.arn, trial, ends=True, through=made)


def _joined_group(ways: Ways, actor: Actor, primitive: Primitive) -> Iterator[Step]:
    """Membership of a group brings its policies."""
    identity = ways.identity(actor)
    held = set(ways.groups_of(identity))
    for name, arn in ways.groups(identity.account).items():
        if arn not in held:
            answer = ways.on_group(actor, primitive.needs[0].action, arn)
            if answer is not None:
                member = ways.actors.with_documents(actor, ways.world.account(identity.account).group(name))
                yield from _freed(ways, actor, member, primitive, answer, arn)


def _tagged(ways: Ways, actor: Actor, primitive: Primitive) -> Iterator[Step]:
    freed = ways.actors.tagged_at_will(actor)
    answer = ways.on(actor, primitive.needs[0].action, ways.identity(actor))
    yield from _freed(ways, actor, freed, primitive, answer)


def _unbounded(ways: Ways, actor: Actor, primitive: Primitive) -> Iterator[Step]:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html ."""
    identity, need = ways.identity(actor), primitive.needs[0]
    if identity.boundary is None:
        return
    arn = ways.boundary(identity)[0]
    freed = ways.actors.unbounded(actor)
    if need.on == "boundary":
        if f":{identity.account}:policy/" in arn:
            yield from _freed(ways, actor, freed, primitive, ways.asking.may(actor, need.action, arn), arn)
    elif need.action.startswith("iam:Delete"):
        yield from _freed(ways, actor, freed, primitive, ways.on(actor, need.action, identity), arn)
    else:
        for wide in ways.wide_policies(actor.who):
            answer = ways.asking.may(actor, need.action, actor.arn, None, {"iam:permissionsboundary": (wide,)})
            yield from _freed(ways, actor, freed, primitive, answer, wide)


def _undenied(ways: Ways, actor: Actor, primitive: Primitive) -> Iterator[Step]:
    """Policies that deny are taken away, all of a kind at once."""
    kind = {"no-inline": "inline policy ", "no-attached": "managed policy ", "no-group": "group "}[primitive.gain]
    pairs = zip(actor.labels, actor.policies.identity, strict=True)
    denying = [
        label
        for label, document in pairs
        if label.startswith(kind) and any(one.effect == "Deny" for one in document.statements)
    ]
    if not denying:
        return
    freed, identity = ways.actors.without(actor, denying), ways.identity(actor)
    if primitive.gain != "no-group":
        yield from _freed(
            ways, actor, freed, primitive, ways.on(actor, primitive.needs[0].action, identity), denying[0]
        )
        return
    for arn in ways.groups_of(identity):
        group = f"group {arn.rpartition('/')[2]}: "
        left = ways.actors.without(actor, [label for label in actor.labels if label.startswith(group)])
        answer = ways.on_group(actor, primitive.needs[0].action, arn)
        yield from _freed(ways, actor, left, primitive, answer, arn)


def _outside(ways: Ways, actor: Actor, primitive: Primitive) -> Iterator[Step]:
    """https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_leave-as-member.html ."""
    if not actor.policies.scp:
        return
    answer = ways.asking.may_any(actor, primitive.needs[0].action)
    yield from _freed(ways, actor, ways.actors.outside_organization(actor), primitive, answer)


def _freed(  # noqa: PLR0913, PLR0917 - before, after, and how
    ways: Ways, actor: Actor, freed: Actor, primitive: Primitive, answer: Answer, through: str = ""
) -> Iterator[Step]:
    """A step after which somebody is an administrator, or needs only one more to write itself everything."""
    if answer is None:
        return
    for first in _on(ways, actor, primitive, answer, through):
        if ways.actors.is_administrator(freed):
            yield first
            return
        second = next(own_steps(ways, freed, _REWRITES), None)
        if second is not None:
            assumptions = tuple(dict.fromkeys((*first.assumptions, *second.assumptions)))
            granted = (*first.granted, *second.granted)
            yield replace(first, granted=granted, assumptions=assumptions, then=second.primitive)


_GAINS: Mapping[str, Callable[[Ways, Actor, Primitive], Iterator[Step]]] = {
    "all": _rewritten,
    "new": _made,
    "group": _joined_group,
    "tags": _tagged,
    "no-boundary": _unbounded,
    "no-inline": _undenied,
    "no-attached": _undenied,
    "no-group": _undenied,
    "no-scp": _outside,
}
