"""A path as plain data: what it leads through, and of each step what makes it possible and how to end it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from scanner.model import SEVERITIES, Resource

INTERNET = "internet"


@dataclass(frozen=True, slots=True)
class Node:
    """A place on a path; `type` is empty for the internet and for principals of others."""

    id: str
    type: str
    name: str

    @classmethod
    def of(cls, resource: Resource) -> Node:
        """A resource."""
        return cls(resource.id, resource.type, resource.name or resource.id)


@dataclass(frozen=True, slots=True)
class Edge:
    """How one gets from a place to the next: in words, the rules and statements that allow it, and what ends it."""

    text: str
    evidence: tuple[str, ...]
    mend: str


@dataclass(frozen=True, slots=True)
class Path:
    """`edges` lead from each of `nodes` to the next."""

    kind: str
    title: str
    severity: str
    account: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def to_json(self) -> dict[str, Any]:
        """As `reports/schema/report.json` has it under `AttackPath`.

        The id is the same as long as the path leads through the same places.
        """
        said = "\0".join((self.kind, *(node.id for node in self.nodes)))
        return {
            "id": sha256(said.encode()).hexdigest()[:32],
            "kind": self.kind,
            "title": self.title,
            "severity": self.severity,
            "account": self.account,
            "nodes": [asdict(node) for node in self.nodes],
            "edges": [{**asdict(edge), "evidence": list(edge.evidence)} for edge in self.edges],
        }


def in_order(paths: Iterable[Path]) -> list[Path]:
    """The worst first, then the shortest; each once."""
    found = {tuple(node.id for node in one.nodes): one for one in sorted(paths, key=_order, reverse=True)}
    return sorted(found.values(), key=_order)


def _order(path: Path) -> tuple[int, int, Sequence[str], str]:
    return SEVERITIES.index(path.severity), len(path.nodes), [node.id for node in path.nodes], path.kind
