"""Paths that begin with somebody from outside, or with a user or role of few rights."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from scanner.derive.access.escalation.entries import EVERYBODY, entries
from scanner.derive.access.escalation.graph import Graph
from scanner.derive.access.escalation.steps import Step
from scanner.derive.facts import Facts
from scanner.derive.paths.data import Data, step
from scanner.derive.paths.escalating import becomes, edge_of, onwards, principal
from scanner.derive.paths.path import Node, Path

_ROLE = "AWS::IAM::Role"
_ANYBODY = Node(EVERYBODY, "", "anybody")


@dataclass(frozen=True, slots=True)
class Identities:
    """Who there is in one account, and whom it trusts outside."""

    facts: Facts
    account: str
    graph: Graph
    data: Data
    trusted: Collection[str]

    def from_outside(self) -> Iterator[Path]:
        """Somebody of another account → a role → an administrator, or data."""
        inventory = self.facts.inventory
        graph = self.graph
        roles = [arn for arn, one in graph.sure.identities.items() if one.kind == "Role"]
        best: dict[str, Path] = {}
        for first in entries(graph.sure, roles):
            if _account_of(first.source) in self.trusted:
                continue
            source = principal(inventory, first.source)
            steps = becomes(graph, first.target)
            if steps is None:
                yield from self._to_data(source, first)
                continue
            path = self._to_administrator(source, first, steps)
            before = best.get(source.id)
            if before is None or _rank(path) < _rank(before):
                best[source.id] = path
        yield from best.values()

    def _to_administrator(self, source: Node, first: Step, steps: Sequence[Step]) -> Path:
        nodes, edges = onwards(self.graph, self.facts.inventory, (first, *steps), self.account, first.target)
        title = f"{_who(source)} can become an administrator of {self.account}"
        severity = self._severity(source, "critical", "high")
        return Path("outside-administrator", title, severity, self.account, (source, *nodes), tuple(edges))

    def _to_data(self, source: Node, first: Step) -> Iterator[Path]:
        inventory = self.facts.inventory
        role = principal(inventory, first.target)
        for reads in self.data.of_role(first.target):
            node, edge = step(reads, first.target)
            title = f"{_who(source)} can read {node.name} as the role {role.name}"
            severity = self._severity(source, "critical", "medium")
            nodes, edges = (source, role, node), (edge_of(self.graph, first), edge)
            yield Path("outside-data", title, severity, self.account, nodes, edges)

    def _severity(self, source: Node, anybody: str, somebody: str) -> str:
        """An account that was scanned with this one is no stranger."""
        if source.id == EVERYBODY or "oidc-provider/" in source.id:
            return anybody
        return "medium" if _account_of(source.id) in self.facts.inventory.accounts else somebody

    def to_buckets(self) -> Iterator[Path]:
        """Anybody → the objects of a bucket."""
        for read in self.data.public():
            node, edge = step([read], EVERYBODY)
            title = f"Anybody can read objects of the bucket {node.name}"
            yield Path("internet-bucket", title, "high", self.account, (_ANYBODY, node), (edge,))

    def from_within(self, told: Collection[str], open_: Collection[str]) -> Iterator[Path]:
        """A user or role → an administrator; not what is told as a path from outside.

        `told` are the roles that stand on one, `open_` those that anybody may take.
        """
        for arn in sorted({*self.graph.surely.steps, *self.graph.possibly.steps}):
            steps = becomes(self.graph, arn)
            if not steps or arn in told or steps[0].target in open_:
                continue
            who = principal(self.facts.inventory, arn)
            nodes, edges = onwards(self.graph, self.facts.inventory, steps, self.account, arn)
            named = f"The {'role' if who.type == _ROLE else 'user'} {who.name}"
            title = f"{named} can become an administrator of {self.account}"
            yield Path("escalation", title, "high", self.account, (who, *nodes), tuple(edges))


def _who(source: Node) -> str:
    return "Anybody" if source.id == EVERYBODY else source.name


def _account_of(arn: str) -> str:
    parts = arn.split(":")
    return parts[4] if len(parts) > 4 and "oidc-provider/" not in arn else ""


def _rank(path: Path) -> tuple[bool, int, list[str]]:
    return not path.is_certain, len(path.nodes), [node.id for node in path.nodes]
