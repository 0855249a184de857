"""The shape of attack paths in the JSON report."""

from __future__ import annotations

from scanner.render.json_model_rules import Closed


class PathNode(Closed):
    """A place on an attack path."""

    id: str
    """The resource's id; `internet`, an ARN or `*` where somebody from outside begins."""
    type: str
    """The resource's type; empty for what is no resource of the snapshot."""
    name: str
    """What people call it."""


class PathEdge(Closed):
    """How one gets from a place to the next."""

    text: str
    """In words."""
    evidence: list[str]
    """The rules, routes and statements that allow it."""
    mend: str
    """What ends it."""


class AttackPath(Closed):
    """A way from outside, or from somebody with few rights, to what counts. Each step is certain."""

    id: str
    """The same as long as it leads through the same places."""
    kind: str
    """Such as `internet-administrator`, `internet-database`, `internet-host-database`, `outside-administrator`."""
    title: str
    """In one sentence."""
    severity: str
    """As of rules."""
    account: str
    """Whose resources it leads through."""
    nodes: list[PathNode]
    """The places, from where it begins."""
    edges: list[PathEdge]
    """From each of the nodes to the next."""
