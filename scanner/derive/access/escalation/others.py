"""Steps from one principal to another: by its credentials, its trust, or something that runs with its role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.derive.access.escalation.asking import Actor, Answer, Granted
from scanner.derive.access.escalation.estate import HOLDERS
from scanner.derive.access.escalation.primitives import Primitive, primitives
from scanner.derive.access.escalation.steps import Step, Tried, joined, step
from scanner.derive.access.escalation.targets import ASSUME, Targets
from scanner.derive.access.escalation.ways import Ways
from scanner.derive.access.world.principals import Identity
from scanner.model import Unknown

_REWRITING = "iam:UpdateAssumeRolePolicy"


def steps_onto(ways: Ways, actor: Actor, targets: Targets, *, ending: bool) -> Iterator[Step]:
    """The steps from an actor to one of the targets, in the order of ways and then of targets.

    `ending`: those by which the target is given every permission, rather than those that bring what it has.
    """
    for primitive in primitives():
        if primitive.target not in ("user", "role") or (primitive.gain == "all") is not ending or not primitive.needs:
            continue
        if not ways.is_possible(actor, primitive) or ways.loose(actor, primitive) is None:
            continue
        on = [need.action for need in primitive.needs if need.on == "target" and need.action != ASSUME]
        for target in _candidates(ways, actor, primitive, targets):
            if target.arn != actor.arn and all(ways.asking.may_mean(actor, action, target.arn) for action in on):
                yield from _one(ways, actor, primitive, target)


def _candidates(ways: Ways, actor: Actor, primitive: Primitive, targets: Targets) -> Iterator[Identity]:
    """The targets that could be meant, since most are not."""
    account = actor.who.account
    if primitive.target == "user":
        yield from targets.users.get(account, ())
    elif "trusts-asker" in primitive.via:
        by_account = bool(ways.asking.allowing(actor, ASSUME.lower()))
        found = targets.trusting(actor.who, by_account=by_account)
        yield from (one for one in found if primitive.gain == "rights" or one.account == account)
    elif "trusts-service" in primitive.via:
        for service in primitive.services:
            yield from targets.by_service.get((account, service), ())
    elif primitive.holder and primitive.holder not in HOLDERS:
        yield from (one for service in primitive.services for one in targets.by_service.get((account, service), ()))
    else:
        yield from targets.roles.get(account, ())


def _one(ways: Ways, actor: Actor, primitive: Primitive, target: Identity) -> Iterator[Step]:
    rewritten = primitive.gain == "all" and "attached" not in primitive.via
    if rewritten and not ways.actors.becomes_administrator(target.arn):
        return
    if primitive.holder in HOLDERS:
        yield from _held(ways, actor, primitive, target)
    elif "attached" in primitive.via:
        yield from _attached(ways, actor, primitive, target)
    elif primitive.other:
        yield from _taking(ways, actor, primitive, target)
    else:
        yield from _made(primitive, actor, target, _tried(ways, actor, primitive, target))


def _made(primitive: Primitive, actor: Actor, target: Identity, trial: Tried, through: str = "") -> Iterator[Step]:
    if trial is not None:
        if primitive.assumes:
            trial.assumptions.append(primitive.assumes.format(held=through, other=through, target=target.arn))
        yield step(primitive, actor.arn, target.arn, trial, ends=primitive.gain == "all", through=through)


def _tried(  # noqa: PLR0913, PLR0917 - who, how and on whom
    ways: Ways,
    actor: Actor,
    primitive: Primitive,
    target: Identity,
    place: str = "",
    policy: str = "",
) -> Tried:
    """All needs of a way with a target; `place` is the resource that holds, or takes, the role."""
    assumptions = _conditions(ways, primitive, target)
    if assumptions is None:
        return None
    answers: list[Answer | list[Granted]] = []
    for need in primitive.needs:
        answer: Answer | list[Granted] = []
        if need.on == "target":
            answer = _on_target(ways, actor, primitive, need.action, target)
        elif need.on in ("held", "other"):
            answer = ways.on_place(actor, need.action, place)
        elif need.on == "policy":
            answer = ways.asking.may(actor, need.action, policy)
        elif need.on == "provider":
            answer = _provider(ways, actor, need.action, target)
        elif need.on == "image":
            answer = ways.asking.may_any(actor, need.action)
        answers.append(answer)
        if answer is None:
            return None
    if any(need.action == _REWRITING for need in primitive.needs):
        answers.append(ways.assumes_rewritten(actor, target.arn))
    answers.append(ways.loose(actor, primitive))
    return joined(answers, assumptions)


def _on_target(ways: Ways, actor: Actor, primitive: Primitive, action: str, target: Identity) -> Answer:
    if action == ASSUME:
        return ways.assumes(actor, target)
    if action != "iam:PassRole":
        return ways.on(actor, action, target)
    doubt: Unknown | None = None
    for service in primitive.services:
        if service in ways.services_of(target):
            given = {**ways.tags(actor, target), "iam:passedtoservice": (service,)}
            answer = ways.asking.may(actor, action, target.arn, None, given)
            if isinstance(answer, Granted):
                return answer
            doubt = doubt or answer
    return doubt


def _conditions(ways: Ways, primitive: Primitive, target: Identity) -> list[str] | None:
    """What has to be assumed for the conditions on a target; nothing where one is not met."""
    found: list[str] = []
    for condition in primitive.via:
        answer = _condition(ways, condition, primitive, target)
        if answer is False:
            return None
        if isinstance(answer, Unknown):
            found.append(f"{_TOLD[condition].format(target=target.arn)}: {answer.message or answer.why}")
    if primitive.holder and primitive.holder not in HOLDERS:
        found.append(f"a resource of type {primitive.holder} runs with {target.arn}: that type is not collected")
    return found


_TOLD = {
    "profile": "an instance profile holds {target}",
    "keys<2": "{target} has fewer than two access keys",
    "keys=2": "{target} has two access keys",
    "login": "{target} has a password",
    "no-login": "{target} has no password",
}


def _condition(ways: Ways, condition: str, primitive: Primitive, target: Identity) -> bool | Unknown:
    estate = ways.estate
    if condition == "trusts-service" or (primitive.holder and primitive.holder not in HOLDERS):
        return any(service in ways.services_of(target) for service in primitive.services)
    if condition == "profile":
        return estate.has_profile(target.arn, target.account)
    if condition.startswith("keys"):
        keys = estate.keys(target.arn, target.account)
        if isinstance(keys, Unknown):
            return keys
        return keys < 2 if condition == "keys<2" else keys >= 2
    if condition in ("login", "no-login"):
        login = estate.login(target.arn)
        return login if isinstance(login, Unknown) else login is (condition == "login")
    return True


def _provider(ways: Ways, actor: Actor, action: str, target: Identity) -> Answer:
    doubt: Answer = None
    for name in sorted(ways.trusts[target.arn].federated):
        if ":saml-provider/" in name:
            answer = ways.asking.may(actor, action, name)
            if isinstance(answer, Granted):
                return answer
            doubt = doubt or answer
    return doubt


def _attached(ways: Ways, actor: Actor, primitive: Primitive, target: Identity) -> Iterator[Step]:
    """Every permission is written into a policy that the target has."""
    other = ways.actors.actor(target.arn)
    for arn in ways.own_policies(other):
        rewrites = ways.asking.may_mean(actor, primitive.needs[0].action, arn)
        if rewrites and ways.actors.becomes_administrator(target.arn, arn):
            yield from _made(primitive, actor, target, _tried(ways, actor, primitive, target, policy=arn), arn)


def _held(ways: Ways, actor: Actor, primitive: Primitive, target: Identity) -> Iterator[Step]:
    """By something that runs with the role already."""
    for held in ways.estate.holding(primitive.holder, target.arn):
        if "batch" in primitive.via and not held.resource.config.get("buildBatchConfig"):
            continue
        place = held.resource.physical_id or held.resource.id
        yield from _made(primitive, actor, target, _tried(ways, actor, primitive, target, place), place)
    service = HOLDERS[primitive.holder].service
    if ways.possibly and service in ways.services_of(target):
        why = ways.estate.unread(primitive.holder, target.account)
        if why is not None:
            yield from _supposed(ways, actor, primitive, target, why)


def _supposed(ways: Ways, actor: Actor, primitive: Primitive, target: Identity, why: Unknown) -> Iterator[Step]:
    """By something that may run with the role, where the type was not wholly read."""
    answers = [ways.asking.may_any(actor, need.action) for need in primitive.needs if need.on in ("held", "image")]
    told = f"a resource of type {primitive.holder} runs with {target.arn}: {why.message or why.why}"
    trial = joined([*answers, ways.loose(actor, primitive)], [told])
    yield from _made(primitive, actor, target, trial, f"such an {primitive.holder}")


def _taking(ways: Ways, actor: Actor, primitive: Primitive, target: Identity) -> Iterator[Step]:
    """By something that exists and is given the role."""
    passed = _on_target(ways, actor, primitive, "iam:PassRole", target)
    if passed is None:
        return
    for place in _places(ways, primitive, target):
        trial = _tried(ways, actor, primitive, target, place)
        if trial is not None:
            yield from _made(primitive, actor, target, trial, place)
            return
    why = ways.estate.unread(primitive.other, target.account) if ways.possibly else None
    if why is not None:
        answers = [ways.asking.may_any(actor, need.action) for need in primitive.needs if need.on == "other"]
        assumptions = [
            *(_conditions(ways, primitive, target) or ()),
            f"there is a resource of type {primitive.other}: {why.message or why.why}",
        ]
        yield from _made(primitive, actor, target, joined([passed, *answers], assumptions), f"an {primitive.other}")


def _places(ways: Ways, primitive: Primitive, target: Identity) -> Sequence[str]:
    return [one.physical_id or one.id for one in ways.estate.others(primitive.other, target.account)]
