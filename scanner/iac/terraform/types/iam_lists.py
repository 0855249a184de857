"""IAM: the lists of a principal that its own resource, and others beside it, fill in.

A new principal has what the plan gives it. To one that exists others may add, except where its
configuration claims a list for itself; what the last refresh read of such a list is only a part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.documents import document
from scanner.iac.terraform.drafts import Draft, Drafts
from scanner.iac.terraform.fields import more, names, opaque
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tree import ordered, sort_key
from scanner.model import Unknown, Why

ATTACHED = "AttachedManagedPolicies"
_OTHERS = "others may have added to it outside the plan"


@dataclass(frozen=True, slots=True)
class Listed:
    """One list of a principal: `read` gives the entry of a satellite, `key` what makes two the same."""

    member: str
    read: Callable[[Cell], list[Any]]
    key: Callable[[Any], Any]

    def apply(self, draft: Draft, planned: Planned) -> None:
        """Lay a satellite on its owner."""
        if planned.before is not None:
            self.removed(draft, planned)
        self.add(draft, self.read(Cell.of(planned)))

    def claim(self, draft: Draft, planned: Planned) -> None:
        """Lay a satellite on its owner that owns the whole list."""
        draft.parts[f"own {self.member}"] = []
        draft.parts[f"exclusive {self.member}"] = [True]
        self.add(draft, self.read(Cell.of(planned)))

    def add(self, draft: Draft, entries: list[Any]) -> None:
        """Further entries; an `Unknown` of kind `more` leaves the list open."""
        draft.parts.setdefault(self.member, []).extend(entries)

    def removed(self, draft: Draft, planned: Planned) -> None:
        """A refreshed principal still lists what the plan takes away."""
        gone = [entry for entry in self.read(Cell.before(planned)) if not is_more(entry)]
        draft.parts.setdefault(f"gone {self.member}", []).extend(gone)

    def doubt(self, draft: Draft, _: Planned, reason: Unknown) -> None:
        """A satellite that only may belong to the principal."""
        self.add(draft, [Unknown(reason.why, "more", message=reason.message)])

    def own(self, draft: Draft, attribute: str) -> None:
        """What the principal's own resource says: its configuration, or the last refresh."""
        cell = Cell.of(draft.planned, attribute)
        if cell.state is State.KNOWN:
            draft.parts[f"own {self.member}"] = self.read(Cell.of(draft.planned))
        elif cell.state in (State.REFERRED, State.SECRET):
            draft.parts[f"own {self.member}"] = [more(cell)]
        said = isinstance(draft.planned.expressions, dict) and draft.planned.expressions.get(attribute)
        if said and cell.state is not State.NULL:
            draft.parts[f"exclusive {self.member}"] = [True]

    def finish(self, draft: Draft) -> None:
        """The list, in the order of live ones."""
        added = draft.parts.get(self.member, [])
        told = {sort_key(self.key(entry)) for entry in added if not is_more(entry)}
        gone = {sort_key(self.key(entry)) for entry in draft.parts.get(f"gone {self.member}", ())}
        own = [
            entry
            for entry in draft.parts.get(f"own {self.member}", ())
            if is_more(entry) or sort_key(self.key(entry)) not in told | gone
        ]
        known = [entry for entry in [*own, *added] if not is_more(entry)]
        doubts = [entry for entry in [*own, *added] if is_more(entry)]
        exclusive = f"exclusive {self.member}" in draft.parts
        if draft.outside or not (draft.new or exclusive):
            doubts.append(Unknown(Why.OUT_OF_SCOPE, "more", message=_OTHERS))
        draft.config[self.member] = [*ordered(known), *doubts[:1]]


def _attachments(cell: Cell) -> list[Any]:
    """`policy_arn`, or a list of ARNs, as the API's list."""
    found: Any = values.identifier(cell["policy_arn"])
    listed = [found] if found is not None else []
    for attribute in ("managed_policy_arns", "policy_arns"):
        if cell[attribute].state is not State.NULL:
            listed += names(cell[attribute]) or []
    return [item if is_more(item) else {"PolicyArn": item} for item in listed]


def _inline(cell: Cell) -> list[Any]:
    """`policy` with its name, or the `inline_policy` blocks of a role."""
    if cell["policy"].state is not State.NULL:
        return [_policy(cell)]
    blocks = cell["inline_policy"]
    if blocks.state is not State.KNOWN:
        return []
    return [
        _policy(item) if item.state is State.KNOWN else more(item)
        for item in blocks.elements()
        if item.state is not State.NULL and item.value != {}
    ]


def _policy(cell: Cell) -> dict[str, Any]:
    name = values.text(cell["name"])
    found = document(cell["policy"])
    where = ".".join((cell.resource.address, *map(str, cell.path), "name"))
    return {
        "PolicyName": opaque(where) if name is None else name,
        "PolicyDocument": cell["policy"].after_apply() if found is None else found,
    }


def _groups(cell: Cell) -> list[Any]:
    """The groups of a user."""
    return list(names(cell["groups"]) or ())


def is_more(item: Any) -> bool:
    """Whether it stands for further entries that there may be."""
    return isinstance(item, Unknown) and item.kind == "more"


def by(member: str) -> Callable[[Any], Any]:
    """Two entries are the same if one member of them is."""
    return lambda entry: entry.get(member) if isinstance(entry, dict) else entry


def _group(cell: Cell) -> list[Any]:
    """The one group that a membership resource gives to several users."""
    found = values.identifier(cell["group"])
    return [more(cell["group"]) if found is None else found]


def _profile(cell: Cell) -> list[Any]:
    """An instance profile as its role shows it."""
    planned = cell.resource
    name, path = values.identity(planned, "name"), values.text(cell["path"])
    return [{"InstanceProfileName": name, "Arn": values.identity(planned, "arn"), "Path": path or "/"}]


ATTACHMENTS = Listed(ATTACHED, _attachments, by("PolicyArn"))
GROUPS = Listed("GroupList", _groups, by(""))
MEMBERSHIPS = Listed("GroupList", _group, by(""))
PROFILES = Listed("InstanceProfileList", _profile, by("InstanceProfileName"))


def inline(member: str) -> Listed:
    """The list of inline policies, which each kind of principal calls differently."""
    return Listed(member, _inline, by("PolicyName"))


def name_policies(draft: Draft, drafts: Drafts) -> None:
    """The name beside each attached policy's ARN: of the plan's own policy, else the end of the ARN."""
    for entry in draft.config[ATTACHED]:
        if not isinstance(entry, dict):
            continue
        arn = entry["PolicyArn"]
        policy = drafts.find("AWS::IAM::ManagedPolicy", arn, "Arn")
        if isinstance(arn, str):
            entry["PolicyName"] = arn.rsplit("/", 1)[-1]
        elif policy is not None:
            entry["PolicyName"] = policy.config["PolicyName"]
        else:
            entry["PolicyName"] = Unknown(arn.why, message="the name of a policy that is not known yet")
    known = [entry for entry in draft.config[ATTACHED] if isinstance(entry, dict)]
    rest = [entry for entry in draft.config[ATTACHED] if not isinstance(entry, dict)]
    draft.config[ATTACHED] = [*ordered(known), *rest]
