"""The shape of attack paths in the JSON report."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from scanner.render.json_model_rules import Closed


class PathNode(Closed):
    """A place on an attack path."""

    id: str
    """The resource's id; `internet`, an ARN or `*` where somebody from outside begins; our own for several things."""
    type: str
    """The resource's type; empty for what is no resource of the snapshot."""
    name: str
    """What people call it."""
    kind: str = "resource"
    """`internet`, `outsider`, `load_balancer`, `instance`, `role`, `user`, `database`, `bucket`, `secret`, or
    `everything` for all that an account holds."""
    members: list[str] = Field(default_factory=list)
    """Where several things stand for one place: the ids of the first of them."""


class PathEvidence(Closed):
    """What makes a step possible."""

    resource: str
    """The id of a resource, or the name of a policy."""
    rule: str = ""
    """The rule, route or statement that decides, in words."""
    path: str = ""
    """The member that decides."""
    value: Any = None
    """What it holds."""


class PathEdge(Closed):
    """How one gets from a place to the next."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    source: str = Field(alias="from")
    """The id of the node where it begins."""
    target: str = Field(alias="to")
    """The id of the node to which it leads."""
    kind: str
    """`network`, `metadata`, `escalation`, `trust` or `data`."""
    text: str
    """In words."""
    evidence: list[PathEvidence]
    """What allows it."""
    mend: str
    """What ends it."""
    unknown: list[str] = Field(default_factory=list)
    """What was not read, where the step is not certain."""


class AttackPath(Closed):
    """A way from outside, or from somebody with few rights, to what counts."""

    id: str
    """The same as long as it leads through the same places."""
    kind: str
    """`internet-administrator`, `internet-data`, `internet-database`, `internet-host-database`, `internet-bucket`,
    `outside-administrator`, `outside-data` or `escalation`."""
    title: str
    """In one sentence."""
    severity: str
    """As of rules."""
    certain: bool = True
    """Whether every step is; otherwise it is possible, as far as what was not read allows."""
    account: str
    """Whose resources it leads through."""
    nodes: list[PathNode]
    """The places, from where it begins."""
    edges: list[PathEdge]
    """From each of the nodes to the next."""
