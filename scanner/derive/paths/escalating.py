"""The part of a path that leads from a user or role to an administrator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.derive.access.escalation.graph import Graph
from scanner.derive.access.escalation.steps import Step
from scanner.derive.access.escalation.told import Told
from scanner.derive.paths.path import Edge, Node
from scanner.model import Inventory

_MOST = 3


def everything(account: str) -> Node:
    """What an administrator has."""
    return Node(f"{account}/everything", "", f"everything in {account}")


def is_administrator(graph: Graph, arn: str) -> bool:
    """Whether somebody surely is one, or surely becomes one."""
    return arn in graph.surely.administrators or arn in graph.surely.steps


def steps_of(graph: Graph, arn: str) -> tuple[Step, ...]:
    """The certain steps of somebody; none of an administrator."""
    return graph.surely.path(arn)


def onwards(
    graph: Graph, inventory: Inventory, steps: Sequence[Step], account: str, last: str
) -> tuple[list[Node], list[Edge]]:
    """The places behind a principal and the ways to them, up to all that the account has; `last` is who starts."""
    nodes: list[Node] = []
    edges: list[Edge] = []
    for step in steps:
        ends = step.ends or step.target == step.source
        nodes.append(everything(account) if ends else principal(inventory, step.target))
        edges.append(_edge(graph, step))
        last = step.target
        if ends:
            return nodes, edges
    who = last.rpartition("/")[2]
    nodes.append(everything(account))
    edges.append(Edge("may do everything", (), f"give {who} only what it needs"))
    return nodes, edges


def principal(inventory: Inventory, arn: str) -> Node:
    """A user, a role, or somebody of whom only the name is known."""
    found = inventory.get(arn)
    if found:
        return Node.of(found)
    named = f"account {arn.split(':')[4]}" if arn.endswith(":root") else "anybody" if arn == "*" else arn
    return Node(arn, "", named)


def _edge(graph: Graph, step: Step) -> Edge:
    told = Told(graph).step(step)
    return Edge(step.title, tuple(_said(told["statements"]))[:_MOST], f"take away {', '.join(_actions(step)[:_MOST])}")


def _actions(step: Step) -> list[str]:
    return list(dict.fromkeys(one.request.action for one in step.granted)) or [step.title]


def _said(statements: Sequence[dict[str, object]]) -> Iterator[str]:
    for one in statements:
        number = f", statement {one['statement']}" if "statement" in one else ""
        yield f"{one['action']}: {one['policy']}{number}"
