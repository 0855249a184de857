"""Lists that a resource of its own, and others beside it, fill in: policies of a role, rules of an ACL.

What is new has what the plan gives it. To what exists others may add, except where its
configuration claims a list for itself; what the last refresh read of such a list is only a part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.drafts import Draft
from scanner.iac.terraform.fields import more
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tree import ordered, sort_key
from scanner.model import Unknown, Why

_OTHERS = "others may have added to it outside the plan"


@dataclass(frozen=True, slots=True)
class Listed:
    """One list of a resource: `read` gives the entry of a satellite, `key` what makes two the same."""

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
        """A refreshed owner still lists what the plan takes away."""
        gone = [entry for entry in self.read(Cell.before(planned)) if not is_more(entry)]
        draft.parts.setdefault(f"gone {self.member}", []).extend(gone)

    def doubt(self, draft: Draft, _: Planned, reason: Unknown) -> None:
        """A satellite that only may belong to the owner."""
        self.add(draft, [Unknown(reason.why, "more", message=reason.message)])

    def own(self, draft: Draft, attribute: str) -> None:
        """What the owner itself says: its configuration, or the last refresh."""
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


def is_more(item: Any) -> bool:
    """Whether it stands for further entries that there may be."""
    return isinstance(item, Unknown) and item.kind == "more"


def by(member: str) -> Callable[[Any], Any]:
    """Two entries are the same if one member of them is."""
    return lambda entry: entry.get(member) if isinstance(entry, dict) else entry
