"""What was found as plain data: administrators, paths step by step, near misses, and what nobody can tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from scanner.derive.access.decision.document import Statement
from scanner.derive.access.decision.flow import Deciding, decide
from scanner.derive.access.escalation.asking import Granted
from scanner.derive.access.escalation.graph import Graph
from scanner.derive.access.escalation.primitives import primitives
from scanner.derive.access.escalation.steps import Step
from scanner.derive.access.escalation.stopped import LIMITS, Stop, Stops
from scanner.model import Unknown


class Told:
    """One graph in words and plain data."""

    def __init__(self, graph: Graph) -> None:
        """Reads nothing yet."""
        self._graph = graph
        self._world = graph.world

    def answer(self, start: str | None = None) -> dict[str, Any]:
        """Everything, or only what is about one principal.

        `{"administrators": [arn], "equivalent": [arn], "paths": [path], "stopped": [near miss], "unknown": [gap],
        "untold": [way], "assumptions": [text]}`; `equivalent` are those of `administrators` that take a step on
        themselves to be one.
        """
        graph, found = self._graph, self._graph.surely
        everybody = [start] if start else list(graph.sure.identities)
        equivalent = [arn for arn, step in found.steps.items() if step.ends and step.target == arn]
        return {
            "administrators": sorted({*found.administrators, *equivalent}),
            "equivalent": sorted(equivalent),
            "paths": list(self._paths(everybody, start)),
            "stopped": list(self._stopped(everybody)),
            "unknown": list(self._unknown(everybody)),
            "untold": list(self._untold(everybody)),
            "assumptions": sorted(self._assumed(everybody)),
        }

    def _paths(self, everybody: Sequence[str], start: str | None) -> Iterator[dict[str, Any]]:
        for arn in everybody:
            if start:
                for first in self._graph.every_first(arn):
                    yield self._path(arn, (first, *(() if first.ends else self._graph.path(first.target))))
            elif path := self._graph.path(arn):
                yield self._path(arn, path)
        for first in () if start else self._graph.entries:
            yield self._path(first.source, (first, *self._graph.path(first.target)))

    def _path(self, arn: str, steps: Sequence[Step]) -> dict[str, Any]:
        return {
            "from": arn,
            "to": steps[-1].target,
            "certain": not any(step.assumptions for step in steps),
            "steps": [self.step(step) for step in steps],
        }

    def step(self, step: Step) -> dict[str, Any]:
        """One step, with the statements that allow it."""
        return {
            "primitive": step.primitive.id,
            "title": step.title,
            "from": step.source,
            "to": step.target,
            "through": step.through,
            "gains": "everything" if step.ends else "its permissions",
            "actions": [f"{one.request.action} on {one.request.resource}" for one in step.granted],
            "statements": list(_once(said for one in step.granted for said in self._allowing(one))),
            "conditions": {key: list(values) for one in step.granted for key, values in one.free.items() if values},
            "assumptions": list(step.assumptions),
        }

    def _allowing(self, granted: Granted) -> Iterator[dict[str, Any]]:
        for one in decide(granted.request, granted.policies).deciding:
            yield {"action": granted.request.action, **self._deciding(one, granted)}

    def _deciding(self, one: Deciding, granted: Granted) -> dict[str, Any]:
        told: dict[str, Any] = {"policy": self._name(one.policy, granted), "reason": one.reason}
        if one.statement is not None:
            told |= {
                "statement": one.statement.number,
                "sid": one.statement.sid,
                "effect": one.statement.effect,
                "text": _text(one.statement),
            }
        return told

    def _name(self, place: str, granted: Granted) -> str:
        """The name of the policy at a place such as `identity[0]` or `scp[1][0]`."""
        kind, *numbers = place.replace("]", "").split("[")
        who = granted.request.principal
        identity = self._graph.sure.identities.get(who.id)
        if kind == "resource":
            trusts = granted.request.action.lower().startswith("sts:")
            return f"{'trust policy' if trusts else 'policy'} of {granted.request.resource}"
        if kind == "identity":
            return granted.labels[int(numbers[0])] if numbers else f"the policies of {who.id}"
        if kind == "boundary" and identity and identity.boundary:
            return identity.boundary.label
        above = self._world.organization(who.account)
        levels = above.scp if kind == "scp" else above.rcp
        if kind in ("scp", "rcp") and levels and numbers:
            level = levels[int(numbers[0])]
            several = f"{'service' if kind == 'scp' else 'resource'} control policies"
            named = level.policies[int(numbers[1])].label if len(numbers) > 1 else several
            return f"{named} at {level.target}"
        return place

    def _stopped(self, everybody: Sequence[str]) -> Iterator[dict[str, Any]]:
        graph = self._graph
        stops = Stops(graph.sure, graph.surely)
        reached = {
            *graph.surely.administrators,
            *graph.surely.steps,
            *graph.possibly.administrators,
            *graph.possibly.steps,
        }
        for arn in everybody:
            stop = None if arn in reached else stops.of(arn)
            if stop is not None:
                yield self._stop(stop)

    def _stop(self, stop: Stop) -> dict[str, Any]:
        by = [self._deciding(one, granted) for granted, several in stop.refused for one in several]
        by += [{"policy": self._limit(name, stop.source), "reason": "limits what is gained"} for name in stop.limits]
        return {
            "from": stop.source,
            "to": stop.step.target if stop.step else stop.source,
            "primitive": stop.step.primitive.id if stop.step else "",
            "title": stop.step.primitive.title if stop.step else "do everything that its own policies allow",
            "refused": [f"{granted.request.action} on {granted.request.resource}" for granted, _ in stop.refused],
            "by": list(_once(by)),
        }

    def _limit(self, name: str, arn: str) -> str:
        identity = self._graph.sure.identities[arn]
        return identity.boundary.label if name == "boundary" and identity.boundary else LIMITS[name]

    def _unknown(self, everybody: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Who may have other paths, since not all of its policies were read."""
        for arn in everybody:
            for why in self._graph.sure.identities[arn].gaps:
                yield {"principal": arn, **_gap(why)}
        for account in self._world.accounts:
            unlisted = self._world.account(account).unlisted
            if unlisted is not None:
                yield {"principal": f"others of account {account}", **_gap(unlisted)}

    def _untold(self, everybody: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Ways of which a snapshot does not tell what they bring, and who could go them besides administrators."""
        ways, found = self._graph.sure, self._graph.surely
        for primitive in primitives():
            if primitive.gain != "untold":
                continue
            able = [
                arn
                for arn in everybody
                if arn not in found.administrators
                and arn not in found.steps
                and ways.is_possible(ways.actors.actor(arn), primitive)
                and isinstance(ways.loose(ways.actors.actor(arn), primitive), list)
            ]
            if able:
                yield {"primitive": primitive.id, "title": primitive.title, "principals": able}

    def _assumed(self, everybody: Sequence[str]) -> set[str]:
        accounts = {self._graph.sure.identities[arn].account for arn in everybody}
        return {text for account in accounts for text in self._world.organization(account).assumptions}


def _gap(why: Unknown) -> dict[str, str]:
    told = {"why": str(why.why), "message": why.message, "permission": why.permission}
    return {key: text for key, text in told.items() if text}


def _once(items: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    seen: list[dict[str, Any]] = []
    for one in items:
        if one not in seen:
            seen.append(one)
            yield one


def _text(statement: Statement) -> str:
    """A statement in one line, as it is written."""
    parts: list[str] = [statement.effect]
    for name, values in (
        ("Action", statement.actions),
        ("NotAction", statement.not_actions),
        ("Resource", statement.resources),
        ("NotResource", statement.not_resources),
    ):
        if values is not None:
            parts.append(f"{name} {', '.join(values)}")
    for name, several in (("Principal", statement.principals), ("NotPrincipal", statement.not_principals)):
        if several is not None:
            parts.append(f"{name} {', '.join(one.name for one in several)}")
    parts += [f"{test.operator} {test.key} {', '.join(test.values)}" for test in statement.tests]
    return "; ".join(parts)
