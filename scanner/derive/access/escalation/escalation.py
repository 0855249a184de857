"""Whether a user or role is an administrator, or can become one."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.access.escalation.account import READS, graph_of
from scanner.derive.access.escalation.graph import Graph
from scanner.derive.access.escalation.steps import Step
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Why


class StepTold(TypedDict):
    """One step of a path: the way's id and words, from whom to whom, and the requests that it takes."""

    primitive: str
    title: str
    source: str
    target: str
    through: str
    actions: list[str]
    assumptions: list[str]


class Escalation(TypedDict):
    """Whether it is an administrator as it is, and the steps of the shortest path to one; none: there is no path."""

    administrator: bool
    steps: list[StepTold]


@derives("AWS::IAM::User", "escalation", gives=Escalation, reads=READS)
@derives("AWS::IAM::Role", "escalation", gives=Escalation, reads=READS)
def escalation(principal: Resource, context: Context) -> Partial:
    """Paths within the account, after boundaries, denies, conditions and what was read of the organization's policies.

    What a path needs and the snapshot does not tell leaves `steps` unknown, as do policies that were not read.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    graph = graph_of(context, principal.account)
    if isinstance(graph, Unknown):
        return Partial(None, {"": graph})
    return of_principal(graph, principal.physical_id or principal.id)


def of_principal(graph: Graph, arn: str) -> Partial:
    """The fact of one user or role by its ARN."""
    if arn not in graph.sure.identities:
        return Partial(None, {"": Unknown(Why.OUT_OF_SCOPE, message=f"{arn} was not read")})
    sure = graph.surely
    fact = Partial({"administrator": arn in sure.administrators, "steps": [told(one) for one in sure.path(arn)]})
    if fact.value["administrator"]:
        return fact
    identity, path = graph.sure.identities[arn], graph.path(arn)
    if arn in graph.possibly.administrators:
        why = next(iter(identity.gaps), _doubt("not all policies were read"))
        return Partial({}, {"/administrator": why, "/steps": why})
    if fact.value["steps"]:
        if identity.gaps and graph.may_be_administrator(arn):
            del fact.value["administrator"]
            fact.unknown["/administrator"] = identity.gaps[0]
        return fact
    # a role that was not read may let them in
    unread = _doubt(_assumed(path)) if path else graph.sure.estate.unread("AWS::IAM::Role", identity.account)
    if unread:
        del fact.value["steps"]
        fact.unknown["/steps"] = next(iter(identity.gaps), unread)
    return fact


def told(step: Step) -> StepTold:
    """A step in plain data."""
    return {
        "primitive": step.primitive.id,
        "title": step.title,
        "source": step.source,
        "target": step.target,
        "through": step.through,
        "actions": [f"{one.request.action} on {one.request.resource}" for one in step.granted],
        "assumptions": list(step.assumptions),
    }


def _assumed(path: tuple[Step, ...]) -> str:
    first = next((one for one in path if one.assumptions), None)
    if first is None:
        return "not all policies were read"
    return f"it could {first.title} ({first.target}), if {first.assumptions[0]}"


def _doubt(message: str) -> Unknown:
    return Unknown(Why.OUT_OF_SCOPE, message=message)
