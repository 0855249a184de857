"""The part of a path that leads from a user or role to an administrator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.derive.access.escalation.graph import Graph
from scanner.derive.access.escalation.steps import Step
from scanner.derive.access.escalation.told import Told
from scanner.derive.paths.hosts import reason
from scanner.derive.paths.path import Edge, Evidence, Node
from scanner.model import Inventory

_MOST = 3


def everything(account: str) -> Node:
    """What an administrator has."""
    return Node(f"{account}/everything", "", f"everything in {account}", "everything")


def becomes(graph: Graph, arn: str) -> tuple[Step, ...] | None:
    """The steps by which somebody becomes an administrator, none of one; nothing of who surely does not.

    Steps that assume something, and policies that were not read, make it possible only.
    """
    if arn in graph.surely.administrators or arn in graph.possibly.administrators:
        return ()
    return graph.path(arn) or None


def doubts(graph: Graph, arn: str) -> tuple[str, ...]:
    """Why it is not sure that somebody without a step to take is an administrator; empty if it is."""
    if arn in graph.surely.administrators:
        return ()
    gaps = graph.sure.identities[arn].gaps
    return tuple(dict.fromkeys(map(reason, gaps[:_MOST]))) or ("not all policies were read",)


def onwards(
    graph: Graph, inventory: Inventory, steps: Sequence[Step], account: str, last: str
) -> tuple[list[Node], list[Edge]]:
    """The places behind a principal and the ways to them, up to all that the account has; `last` is who starts."""
    nodes: list[Node] = []
    edges: list[Edge] = []
    for one in steps:
        ends = one.ends or one.target == one.source
        nodes.append(everything(account) if ends else principal(inventory, one.target))
        edges.append(edge_of(graph, one))
        last = one.target
        if ends:
            return nodes, edges
    who = last.rpartition("/")[2]
    nodes.append(everything(account))
    evidence = tuple(Evidence(last, f"has {label}") for label in _labels(graph, last))
    edges.append(
        Edge("escalation", "may do everything", evidence, f"give {who} only what it needs", doubts(graph, last))
    )
    return nodes, edges


def _labels(graph: Graph, arn: str) -> tuple[str, ...]:
    identity = graph.sure.identities.get(arn)
    return tuple(one.label for one in identity.documents[:_MOST]) if identity else ()


def principal(inventory: Inventory, arn: str) -> Node:
    """A user, a role, or somebody of whom only the name is known."""
    found = inventory.get(arn)
    if found:
        return Node.of(found)
    named = f"account {arn.split(':')[4]}" if arn.endswith(":root") else "anybody" if arn == "*" else arn
    return Node(arn, "", named)


def edge_of(graph: Graph, one: Step) -> Edge:
    """A step, with the statements that allow it."""
    told = Told(graph).step(one)
    kind = "trust" if one.source not in graph.sure.identities else "escalation"
    return Edge(
        kind,
        one.title,
        tuple(_said(told["statements"]))[:_MOST],
        _mend(one, kind),
        one.assumptions,
    )


def _mend(one: Step, kind: str) -> str:
    if kind == "trust":
        return f"let only those who need it assume {one.target.rpartition('/')[2]}"
    return f"take {', '.join(_actions(one)[:_MOST])} away from {one.source.rpartition('/')[2]}"


def _actions(one: Step) -> list[str]:
    return list(dict.fromkeys(each.request.action for each in one.granted)) or [one.title]


def _said(statements: Sequence[dict[str, object]]) -> Iterator[Evidence]:
    for one in statements:
        number = f" by statement {one['sid'] or one['statement']}" if "statement" in one else ""
        text = one.get("text")
        yield Evidence(str(one["policy"]), f"{one['action']}{number}", "Statement" if text else "", text)
