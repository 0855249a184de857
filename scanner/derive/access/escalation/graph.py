"""Who can come by every permission, and on which shortest path.

**An administrator** is a user or role

1. whose own policies, within its permissions boundary, allow actions that no pattern can name on resources that no
   pattern can name, which only `*` and what comes to the same (`*:*`, a `NotAction` that leaves them in) do, under
   conditions that some request meets; and
2. which, after every deny and every service control policy, could still give permissions to somebody: write or
   attach a policy, or make a version of one.

So neither a name nor a well-known ARN counts, denies of single actions do not make an administrator less of one,
and who may do everything but touch IAM is none. **Administrator-equivalent** is also who needs one step on itself
to become one (an own policy rewritten, a limit taken off, a new principal made).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from scanner.derive.access.escalation.asking import Actor
from scanner.derive.access.escalation.entries import entries
from scanner.derive.access.escalation.others import steps_onto
from scanner.derive.access.escalation.own import own_steps
from scanner.derive.access.escalation.steps import Step
from scanner.derive.access.escalation.targets import Targets
from scanner.derive.access.escalation.ways import Ways
from scanner.derive.access.world.world import World
from scanner.model import Inventory


@dataclass(slots=True)
class Found:
    """What one search found: administrators, and of everybody else the first step of a shortest path."""

    administrators: tuple[str, ...]
    steps: dict[str, Step] = field(default_factory=dict)

    def path(self, arn: str) -> tuple[Step, ...]:
        """The steps from somebody to an administrator; none of an administrator, or where there is no path."""
        steps: list[Step] = []
        while arn in self.steps:
            steps.append(self.steps[arn])
            if steps[-1].ends:
                break
            arn = steps[-1].target
        return tuple(steps)


class Graph:
    """Principals and the steps between them. `surely` assumes nothing, `possibly` says what it assumes."""

    def __init__(self, inventory: Inventory, world: World | None = None) -> None:
        """Reads nothing yet."""
        self.world = world or World(inventory)
        self.sure = Ways(inventory, self.world)
        self._inventory = inventory

    @cached_property
    def likely(self) -> Ways:
        """The ways that take what was not read for the most that it may allow."""
        return Ways(self._inventory, self.world, self.sure)

    @cached_property
    def surely(self) -> Found:
        """What follows from what was read."""
        return _search(self.sure, assuming=False, settled=())

    @cached_property
    def possibly(self) -> Found:
        """What may be besides: of those who surely have no path, the paths that assume something."""
        settled = (*self.surely.administrators, *self.surely.steps)
        return _search(self.likely, assuming=True, settled=settled)

    def may_be_administrator(self, arn: str) -> bool:
        """Whether somebody may be one, if what was not read allows the most that it may."""
        return self.likely.actors.is_administrator(self.likely.actors.actor(arn))

    @cached_property
    def entries(self) -> tuple[Step, ...]:
        """The steps of outsiders into roles that are, or surely reach, an administrator: of each the best."""
        found: dict[str, Step] = {}
        goals = (*self.surely.administrators, *self.surely.steps)
        for step in sorted(entries(self.sure, goals), key=lambda one: (len(self.path(one.target)), one.target)):
            found.setdefault(step.source, step)
        return tuple(found[source] for source in sorted(found))

    def path(self, arn: str) -> tuple[Step, ...]:
        """The shortest path of somebody, a certain one if there is any."""
        sure = self.surely.path(arn)
        return sure or (() if arn in self.surely.administrators else self._supposed(arn))

    def _supposed(self, arn: str) -> tuple[Step, ...]:
        """A path that is a supposed one, up to where a certain one goes on."""
        steps: list[Step] = []
        for one in self.possibly.path(arn):
            steps.append(one)
            if not one.ends and one.target in self.surely.steps:
                return (*steps, *self.surely.path(one.target))
        return tuple(steps)

    def every_first(self, arn: str) -> Iterator[Step]:
        """Every step of somebody that leads on to an administrator, the certain ones first."""
        seen: set[tuple[str, str, str]] = set()
        for ways, found in ((self.sure, self.surely), (self.likely, self.possibly)):
            actor = ways.actors.actor(arn)
            goals = {*self.surely.administrators, *self.surely.steps, *found.administrators, *found.steps} - {arn}
            targets = Targets((ways.identities[one] for one in sorted(goals)), ways.trusts)
            for step in _first_steps(ways, actor, targets):
                key = (step.primitive.id, step.target, step.through)
                if key not in seen and (ways.possibly or not step.assumptions):
                    seen.add(key)
                    yield step


def _first_steps(ways: Ways, actor: Actor, targets: Targets) -> Iterator[Step]:
    everybody = Targets(ways.identities.values(), ways.trusts)
    for step in (
        *own_steps(ways, actor),
        *steps_onto(ways, actor, everybody, ending=True),
        *steps_onto(ways, actor, targets, ending=False),
    ):
        yield _doubted(ways, step)


def _doubted(ways: Ways, step: Step) -> Step:
    """A possible step with what has to be assumed of the policies that were not read."""
    if not ways.possibly:
        return step
    assumptions = list(step.assumptions)
    for arn in dict.fromkeys((step.source, step.target)):
        gaps = ways.identities[arn].gaps
        if gaps:
            why = gaps[0].message or gaps[0].why
            assumptions.append(f"what was not read of the policies of {arn} allows it ({why})")
    return replace(step, assumptions=tuple(dict.fromkeys(assumptions)))


def _search(ways: Ways, *, assuming: bool, settled: Sequence[str]) -> Found:
    """Breadth first from the administrators back; `settled` are known to be, or to reach, administrators."""
    actors = {arn: ways.actors.actor(arn) for arn in ways.identities}
    done = set(settled)
    administrators = tuple(
        arn for arn, actor in actors.items() if arn not in done and ways.actors.is_administrator(actor)
    )
    found = Found(administrators)
    done |= set(administrators)
    everybody = Targets(ways.identities.values(), ways.trusts)
    level: dict[str, Step] = {}
    for arn, actor in actors.items():
        if arn not in done and (ending := _ending(ways, actor, everybody, assuming=assuming)):
            level[arn] = _doubted(ways, ending)
    goals: Mapping[str, object] = dict.fromkeys(sorted(done))
    while goals or level:
        waiting = {arn: actor for arn, actor in actors.items() if arn not in done and arn not in level}
        level |= _before(ways, waiting, goals, assuming=assuming)
        found.steps |= level
        done |= level.keys()
        goals, level = level, {}
    return found


def _before(ways: Ways, actors: Mapping[str, Actor], goals: Iterable[str], *, assuming: bool) -> dict[str, Step]:
    """Of each actor that needs one step to come by the permissions of a goal, that step."""
    targets = Targets((ways.identities[arn] for arn in goals), ways.trusts)
    found: dict[str, Step] = {}
    for arn, actor in actors.items() if targets.all else ():
        step = _pick(steps_onto(ways, actor, targets, ending=False), assuming=assuming)
        if step is not None:
            found[arn] = _doubted(ways, step)
    return found


def first_step(ways: Ways, actor: Actor, everybody: Targets, goals: Targets) -> Step | None:
    """The first step of somebody to every permission, or to one of the goals; one that assumes nothing, if any."""
    ending = _ending(ways, actor, everybody, assuming=True)
    return ending or _pick(steps_onto(ways, actor, goals, ending=False), assuming=True)


def _ending(ways: Ways, actor: Actor, everybody: Targets, *, assuming: bool) -> Step | None:
    own = _pick(own_steps(ways, actor), assuming=assuming)
    return own or _pick(steps_onto(ways, actor, everybody, ending=True), assuming=assuming)


def _pick(steps: Iterator[Step], *, assuming: bool) -> Step | None:
    """The first step, one that assumes nothing before others."""
    fallback: Step | None = None
    for one in steps:
        if not one.assumptions:
            return one
        if assuming and fallback is None:
            fallback = one
    return fallback
