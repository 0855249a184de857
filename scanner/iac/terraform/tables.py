"""Types that are mostly a table: attributes to members, identifiers, and what an unset one means."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scanner.iac.defaults import Constant, default_of
from scanner.iac.terraform import providers, values
from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.drafts import Draft
from scanner.iac.terraform.fields import Field, convert
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tree import ordered
from scanner.model import Unknown

_UNIQUE = ("arn", "id")


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are members and attributes; `identifiers` name the resource, the ARN first where there is one.

    `owner` is the member that holds the account's id, `name` the one that people know the resource by.
    """

    type: str
    rows: tuple[Field, ...]
    identifiers: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    name: str = ""

    def read(self, planned: Planned, *more: Field) -> Draft:
        """The draft of a planned resource, with further rows of its Terraform type."""
        rows = (*self.rows, *more)
        draft = Draft(self.type, planned, convert(Cell.of(planned), rows), new=planned.is_new)
        if not draft.new:
            _unset(draft, rows)
        for member, attribute in self.identifiers.items():
            draft.config[member] = values.identity(planned, attribute)
        account = providers.account(planned) if self.owner else ""
        if account:
            draft.config[self.owner] = account
        draft.physical_id = self._physical_id(draft)
        name = draft.config.get(self.name) if self.name else ""
        draft.name = name if isinstance(name, str) else ""
        return draft

    def _physical_id(self, draft: Draft) -> str:
        """The ARN, else the id; a name alone is not enough."""
        unique = [member for member, attribute in self.identifiers.items() if attribute.endswith(_UNIQUE)]
        known = (draft.config[member] for member in unique if isinstance(draft.config[member], str))
        return next(known, "")


def _unset(draft: Draft, rows: tuple[Field, ...]) -> None:
    """What a resource that exists does not have: the state tells all of its attributes."""
    after = draft.planned.after or {}
    for row in rows:
        if row.api in draft.config or row.tf not in after:
            continue
        if Cell.of(draft.planned, row.tf).state in (State.NULL, State.KNOWN):
            default = default_of(draft.type, row.api)
            draft.config[row.api] = copy.deepcopy(default.value) if isinstance(default, Constant) else None


def wrapped(name: str, read: Callable[[Cell], Any], **beside: Any) -> Callable[[Cell], Any]:
    """An attribute that is one member of the API's object: `{name: value, **beside}`; `None` where unset."""

    def converted(cell: Cell) -> Any:
        value = read(cell)
        return None if value is None else {name: value, **copy.deepcopy(beside)}

    return converted


def each(name: str, read: Callable[[Cell], Any], **beside: Any) -> Callable[[Cell], Any]:
    """A list of texts as the API's list of objects with that one member; open where the list is open."""

    def converted(cell: Cell) -> Any:
        found = read(cell)
        if not isinstance(found, list):
            return found
        return ordered(
            item if isinstance(item, Unknown) and item.kind == "more" else {name: item, **beside} for item in found
        )

    return converted
