"""A path as plain data: what it leads through, and of each step what makes it possible and how to end it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from scanner.model import SEVERITIES, Resource

INTERNET = "internet"
_KINDS: Mapping[str, str] = {
    "AWS::EC2::Instance": "instance",
    "AWS::ElasticLoadBalancing::LoadBalancer": "load_balancer",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "load_balancer",
    "AWS::IAM::Role": "role",
    "AWS::IAM::User": "user",
    "AWS::RDS::DBInstance": "database",
    "AWS::S3::Bucket": "bucket",
    "AWS::SecretsManager::Secret": "secret",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A place on a path; `type` is empty for the internet, for principals of others and for all that an account has.

    `kind` is `internet`, `outsider`, `load_balancer`, `instance`, `role`, `user`, `database`, `bucket`, `secret` or
    `everything`. Where several things stand for one place, `members` are their ids, and `id` is ours.
    """

    id: str
    type: str
    name: str
    kind: str = "outsider"
    members: tuple[str, ...] = ()

    @classmethod
    def of(cls, resource: Resource) -> Node:
        """A resource."""
        return cls(resource.id, resource.type, resource.name or resource.id, _KINDS.get(resource.type, "resource"))

    @classmethod
    def of_several(cls, resources: Sequence[Resource], id_: str, words: str) -> Node:
        """Things that are alike on this path, such as the instances of one role; one alone is itself."""
        if len(resources) == 1:
            return cls.of(resources[0])
        first = resources[0]
        members = tuple(one.id for one in resources[:MEMBERS])
        return cls(id_, first.type, f"{len(resources):,} {words}", _KINDS.get(first.type, "resource"), members)


MEMBERS = 20
"""How many of several things are named."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What makes a step possible: a member of a resource with its value, or a rule or statement of it."""

    resource: str
    rule: str = ""
    path: str = ""
    value: Any = None


@dataclass(frozen=True, slots=True)
class Edge:
    """How one gets from a place to the next: in words, what allows it, and what ends it.

    `kind` is `network`, `metadata`, `escalation`, `trust` or `data`; `unknown` says what was not read where the step is
    not certain.
    """

    kind: str
    text: str
    evidence: tuple[Evidence, ...]
    mend: str
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """`edges` lead from each of `nodes` to the next; `key` names the path where its nodes come and go by themselves."""

    kind: str
    title: str
    severity: str
    account: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    key: tuple[str, ...] = field(default=())

    @property
    def is_certain(self) -> bool:
        """Whether every step is."""
        return not any(edge.unknown for edge in self.edges)

    @property
    def id(self) -> str:
        """The same as long as the path leads through the same places; more or less certain, it is the same path."""
        places = self.key or tuple(node.id for node in self.nodes)
        return sha256("\0".join((self.kind, *places)).encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def to_json(self) -> dict[str, Any]:
        """As `reports/schema/report.json` has it under `AttackPath`."""
        return {
            "id": self.id,
            "kind": self.kind,
            "title": self.title,
            "severity": self.severity,
            "certain": self.is_certain,
            "account": self.account,
            "nodes": [{**asdict(node), "members": list(node.members)} for node in self.nodes],
            "edges": [self._edge(number, edge) for number, edge in enumerate(self.edges)],
        }

    def _edge(self, number: int, edge: Edge) -> dict[str, Any]:
        return {
            "from": self.nodes[number].id,
            "to": self.nodes[number + 1].id,
            "kind": edge.kind,
            "text": edge.text,
            "evidence": [asdict(one) for one in edge.evidence],
            "mend": edge.mend,
            "unknown": list(edge.unknown),
        }


def in_order(paths: Iterable[Path]) -> list[Path]:
    """The certain ones before those that are possible, of each the worst first, then the shortest; each once."""
    found = {one.id: one for one in sorted(paths, key=_order, reverse=True)}
    return sorted(found.values(), key=_order)


def _order(path: Path) -> tuple[bool, int, int, Sequence[str], str]:
    ids = [node.id for node in path.nodes]
    return not path.is_certain, SEVERITIES.index(path.severity), len(path.nodes), ids, path.kind
