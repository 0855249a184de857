"""Near misses: what somebody's policies would lead to, and which boundary, deny or organization policy stops it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scanner.derive.access.decision.document import Document
from scanner.derive.access.decision.flow import Deciding, decide
from scanner.derive.access.escalation.asking import Actor, Granted
from scanner.derive.access.escalation.graph import Found, first_step
from scanner.derive.access.escalation.steps import Step
from scanner.derive.access.escalation.targets import Targets
from scanner.derive.access.escalation.ways import Ways

LIMITS = {"boundary": "the permissions boundary", "deny": "a Deny", "scp": "the organization's policies"}


@dataclass(frozen=True, slots=True)
class Stop:
    """A step that the own policies of somebody would allow; `None` for the step: it would be an administrator.

    `refused` are the requests that are not allowed, each with what decides; `limits` what keeps the step from
    bringing everything where all of its requests are allowed.
    """

    source: str
    step: Step | None
    refused: tuple[tuple[Granted, tuple[Deciding, ...]], ...] = ()
    limits: tuple[str, ...] = ()


class Stops:
    """The near misses of one snapshot."""

    def __init__(self, ways: Ways, found: Found) -> None:
        """`found` is what these ways lead to."""
        self._ways = ways
        self._goals = Targets(
            (ways.identities[arn] for arn in sorted({*found.administrators, *found.steps})), ways.trusts
        )
        self._everybody = Targets(ways.identities.values(), ways.trusts)
        self._undenied: dict[int, tuple[Document, Document]] = {}

    def of(self, arn: str) -> Stop | None:
        """The near miss of somebody who has no path; `None` if its own policies lead nowhere, too."""
        actor = self._ways.actors.actor(arn)
        if not any(self._limited(actor)):
            return None
        freed = self._freed(actor)
        if self._ways.actors.is_administrator(freed):
            return Stop(arn, None, limits=tuple(self._limits(actor)))
        step = first_step(self._ways, freed, self._everybody, self._goals)
        if step is None:
            return None
        refused = tuple(self._refused(actor, step))
        return Stop(
            arn, step, refused, () if refused else tuple(self._limits(self._ways.actors.given_everything(actor)))
        )

    def _limited(self, actor: Actor) -> Iterator[bool]:
        policies = actor.policies
        yield policies.boundary is not None or bool(policies.scp)
        yield from (one.effect == "Deny" for document in policies.identity for one in document.statements)

    def _freed(self, actor: Actor, *, boundary: bool = True, deny: bool = True, scp: bool = True) -> Actor:
        policies = actor.policies
        if deny:
            policies = replace(policies, identity=[self._without_denies(one) for one in policies.identity])
        if boundary:
            policies = replace(policies, boundary=None)
        if scp:
            policies = replace(policies, scp=None, rcp=None)
        return actor.changed(policies, actor.labels)

    def _without_denies(self, document: Document) -> Document:
        if id(document) not in self._undenied:
            kept = [one for one in document.statements if one.effect == "Allow"]
            self._undenied[id(document)] = (document, Document(kept, document.problems))
        return self._undenied[id(document)][1]

    def _limits(self, actor: Actor) -> Iterator[str]:
        """What alone keeps somebody from being an administrator; all of it, if only together."""
        alone = [
            name
            for name in LIMITS
            if self._ways.actors.is_administrator(self._freed(actor, **{one: one == name for one in LIMITS}))
        ]
        yield from alone or LIMITS

    def _refused(self, actor: Actor, step: Step) -> Iterator[tuple[Granted, tuple[Deciding, ...]]]:
        for granted in step.granted:
            policies = replace(actor.policies, resource=granted.policies.resource)
            decision = decide(granted.request, policies)
            if decision.answer != "Allowed":
                yield replace(granted, policies=policies), tuple(decision.deciding)
