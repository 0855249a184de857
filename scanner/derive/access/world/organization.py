"""The policies of the organization over an account: service control and resource control policies, level by level.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from scanner.derive.access.decision.document import Document
from scanner.derive.access.world.documents import maybe, read
from scanner.derive.access.world.principals import Labelled
from scanner.derive.node import Node, each
from scanner.model import GLOBAL, Inventory, Resource, Unknown, Why

MEMBERSHIP, POLICY = "AWS::Organizations::Membership", "AWS::Organizations::Policy"
Kind = Literal["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]
SCP: Kind = "SERVICE_CONTROL_POLICY"
RCP: Kind = "RESOURCE_CONTROL_POLICY"
_SHORT = {SCP: "service control policies", RCP: "resource control policies"}

_ONE = {SCP: "service control policy", RCP: "resource control policy"}


class Level(NamedTuple):
    """The root, a unit or the account, and the policies attached to it."""

    target: str
    policies: tuple[Labelled, ...]

    @property
    def documents(self) -> tuple[Document, ...]:
        """The policies without their names."""
        return tuple(one.document for one in self.policies)


@dataclass(frozen=True, slots=True)
class Above:
    """What the organization lays over an account.

    `scp` and `rcp` are levels from the root down, `None` where there are none or nobody read them; which of
    the two it is, `assumptions` tell. `id` is the organization's, empty outside of one, `None` if not known;
    `path` is `o-…/r-…/ou-…/`, empty if not known.
    """

    scp: tuple[Level, ...] | None
    rcp: tuple[Level, ...] | None
    id: str | None
    path: str
    assumptions: tuple[str, ...]


class Organizations:
    """The organizations that the accounts of a snapshot are in."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._above: dict[str, Above] = {}
        self._documents: dict[str, Document] = {}

    def above(self, account: str) -> Above:
        """What lies over an account."""
        if account not in self._above:
            self._above[account] = self._find(account)
        return self._above[account]

    @cached_property
    def _memberships(self) -> Mapping[str, Resource]:
        return {one.account: one for one in self._inventory.of(MEMBERSHIP)}

    def _find(self, account: str) -> Above:
        own = self._memberships.get(account)
        organization = Node.of(own, "Organization") if own else None
        if organization is not None and organization.value is None and not organization.present:
            return Above(None, None, "", "", ())
        told = organization.value if organization is not None and isinstance(organization.value, dict) else None
        manager = self._manager(account, told)
        id_ = str(told.get("Id") or "") or None if told else None
        if manager is None:
            return Above(None, None, id_, "", (_unseen(account),))
        managing = Node.of(manager, "Organization", "Id").value
        id_ = id_ or (managing if isinstance(managing, str) else None)
        if manager.account == account:
            # neither kind reaches the management account
            return Above(None, None, id_, self._path(manager, account) or "", ())
        return self._member(manager, account, id_)

    def _manager(self, account: str, told: Mapping[str, object] | None) -> Resource | None:
        """The management account's membership, if its accounts were listed and hold the account."""
        wanted = told.get("MasterAccountId") if told else None
        for one in self._memberships.values():
            master = Node.of(one, "Organization", "MasterAccountId").value
            if master != one.account or wanted not in (None, one.account):
                continue
            if one.account == account or any(node.member("Id").value == account for node in _accounts(one)):
                return one
        return None

    def _member(self, manager: Resource, account: str, id_: str | None) -> Above:
        path = self._path(manager, account)
        if path is None:
            return Above(None, None, id_, "", (_unseen(account, "where the account stands in it was not read"),))
        targets = [part for part in path.split("/") if part and not part.startswith("o-")]
        if targets[-1] != account:
            targets.append(account)
        assumptions: list[str] = []
        scp, rcp = (self._levels(manager, kind, targets, account, assumptions) for kind in (SCP, RCP))
        return Above(scp, rcp, id_, path.removesuffix(f"{account}/"), tuple(assumptions))

    def _path(self, manager: Resource, account: str) -> str | None:
        """`o-…/r-…/ou-…/` with whatever AWS writes behind, always with a slash at the end."""
        for one in _accounts(manager):
            if one.member("Id").value == account:
                paths = [path.value for path in one.member("Paths").elements() if isinstance(path.value, str)]
                return f"{paths[0].strip('/')}/" if paths else None
        return None

    def _levels(
        self, manager: Resource, kind: Kind, targets: Sequence[str], account: str, assumptions: list[str]
    ) -> tuple[Level, ...] | None:
        enabled = _enabled(manager, kind)
        if enabled is False:
            return None
        if isinstance(enabled, Unknown) or self._inventory.listing(POLICY, manager.account, GLOBAL) is not None:
            assumptions.append(_unseen(account, f"its {_SHORT[kind]} were not all listed"))
        attached = list(self._attached(manager, kind))
        levels = tuple(Level(target, tuple(_at(target, attached))) for target in targets)
        # where nothing at all was listed, a level without policies is none that was seen
        return levels if attached else None

    def _attached(self, manager: Resource, kind: Kind) -> Iterator[tuple[Labelled, Mapping[str, Unknown | None]]]:
        """Each policy with the targets that it surely (`None`) or perhaps has; `""` stands for any."""
        for policy in self._inventory.of(POLICY, manager.account):
            if Node.of(policy, "Type").value != kind:
                continue
            targets: dict[str, Unknown | None] = {}
            for node in each(Node.of(policy, "Targets")):
                if isinstance(node, Unknown):
                    targets[""] = node
                else:
                    targets[str(node.member("TargetId").value)] = node.member("TargetId").unknown
            source = Node.of(policy, "Content").value
            yield Labelled(f"{_ONE[kind]} {policy.name or policy.id}", self._document(policy, kind), source), targets

    def _document(self, policy: Resource, kind: Kind) -> Document:
        if policy.id not in self._documents:
            self._documents[policy.id] = read(Node.of(policy, "Content"), "identity" if kind == SCP else "")
        return self._documents[policy.id]


def _at(target: str, attached: Sequence[tuple[Labelled, Mapping[str, Unknown | None]]]) -> Iterator[Labelled]:
    for policy, targets in attached:
        if target in targets and targets[target] is None:
            yield policy
        elif (why := targets.get(target) or targets.get("")) is not None:
            yield policy._replace(document=maybe(policy.document, why))


def _accounts(manager: Resource) -> list[Node]:
    return Node.of(manager, "Accounts").elements()


def _enabled(manager: Resource, kind: Kind) -> bool | Unknown:
    """Whether a kind of policy is in force in the organization: its root says so."""
    roots = Node.of(manager, "Roots")
    if roots.unknown or roots.value is None:
        return roots.unknown or Unknown(Why.NOT_COLLECTED, message="the organization's root was not read")
    for root in roots.elements():
        for one in root.member("PolicyTypes").elements():
            if one.member("Type").value == kind:
                return bool(one.member("Status").value == "ENABLED")
    return False


def _unseen(account: str, why: str = "they are read in its management account") -> str:
    return f"no service or resource control policy that was not read limits account {account or 'of the input'} ({why})"
