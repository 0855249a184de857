"""A resource of ours while satellites are still being laid on it, and the tables that say how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from scanner.iac import defaults
from scanner.iac.terraform import providers
from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.joins import Owners
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tree import flatten, graft, identity_key
from scanner.model import Origin, Partial, Resource, Unknown, Why, pointer


@dataclass(slots=True)
class Draft:
    """`config` is a tree (`tree.py`): `Unknown` may stand in it anywhere."""

    type: str
    planned: Planned
    config: dict[str, Any] = field(default_factory=dict)
    new: bool = True
    outside: bool = False
    name: str = ""
    physical_id: str = ""
    account: str = ""
    region: str = ""
    part: str = ""
    """Tells several resources outside the plan apart that one resource of it names."""
    parts: dict[str, list[Any]] = field(default_factory=dict)
    """What satellites add to a list, until `finish` makes the member of it."""
    set_by: dict[str, str] = field(default_factory=dict)
    """Member → the satellite that set it."""
    tags: tuple[dict[str, str], Unknown | None] | None = None
    """What is known of the tags and why there may be others, of a type that writes them in a way of its own."""

    def fill(self) -> None:
        """Give every member that nobody set AWS's default, or the reason why there is none."""
        rest = defaults.missing(self.type, self.config, new=self.new and not self.outside)
        if self.outside:
            reason = Unknown(Why.OUT_OF_SCOPE, message="the resource itself is not part of the plan")
            rest = Partial({}, {pointer(member): reason for member in (*rest.value, *_names(rest))})
        self.config.update(graft(rest))


def _names(partial: Partial) -> list[str]:
    return [where[1:] for where in partial.unknown]


class Drafts:
    """The drafts of a plan by Terraform address and by type."""

    __slots__ = ("_by_address", "_by_member", "_by_type")

    def __init__(self) -> None:
        self._by_address: dict[str, Draft] = {}
        self._by_type: dict[str, list[Draft]] = {}
        self._by_member: dict[tuple[str, str], dict[tuple[str, str], Draft]] = {}

    def add(self, draft: Draft) -> None:
        """Take one up; each address once."""
        self._by_address[draft.planned.address] = draft
        self._by_type.setdefault(draft.type, []).append(draft)

    def get(self, address: str) -> Draft | None:
        """The draft of a planned resource."""
        return self._by_address.get(address)

    def of(self, type_: str) -> list[Draft]:
        """The drafts of one of our types, in order of address."""
        return self._by_type.get(type_, [])

    def find(self, type_: str, value: Any, *members: str) -> Draft | None:
        """The draft of a type of which one of the members surely equals an identifier; for use in `finish`."""
        wanted = identity_key(value)
        if wanted is None:
            return None
        for member in members:
            if (type_, member) not in self._by_member:
                found: dict[tuple[str, str], Draft] = {}
                for draft in self.of(type_):
                    key = identity_key(draft.config.get(member))
                    if key is not None:
                        found.setdefault(key, draft)
                self._by_member[type_, member] = found
            if wanted in self._by_member[type_, member]:
                return self._by_member[type_, member][wanted]
        return None


@dataclass(frozen=True, slots=True)
class Satellite:
    """A Terraform type that sets members of another one's resource.

    `apply` lays it on its owner, `doubt` on one that only may be its owner, `removed` says what
    its deletion leaves (nothing: what was there before cannot be told). With `many` the attribute
    `owner` may name several owners, or none.
    """

    terraform: str
    owner: str
    members: tuple[str, ...]
    apply: Callable[[Draft, Planned], None]
    removed: Callable[[Draft, Planned], None] | None = None
    doubt: Callable[[Draft, Planned, Unknown], None] | None = None
    repeated: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """How Terraform types become resources of one type of ours."""

    type: str
    terraform: tuple[str, ...]
    build: Callable[[Planned], Draft]
    satellites: tuple[Satellite, ...] = ()
    owners: Owners | None = None
    outside: Callable[[Draft, str], None] | None = None
    finish: Callable[[Draft, Drafts], None] | None = None
    adopt: Callable[[str, Drafts], Draft | None] | None = None
    """Finds the resource that another one's attribute stands for: a VPC's default security group."""
    removed: Callable[[Planned], Draft] | None = None
    """What a deletion leaves, where it leaves something: a setting of the account."""
    merge: bool = False
    """Whether all of one account and region are one resource: account settings."""


def resource(draft: Draft) -> Resource:
    """The finished resource."""
    planned = draft.planned
    document = flatten(draft.config)
    tags, tags_unknown = draft.tags or _tags(draft)
    address = planned.address
    return Resource(
        type=draft.type,
        id=f"{planned.plan.directory}#{address}{draft.part}",
        name=draft.name or tags.get("Name") or _last(draft.physical_id) or address,
        account=draft.account or providers.account(planned),
        region=draft.region or providers.region(planned),
        config=document.value,
        tags=tags,
        unknown=document.unknown,
        origin=Origin("terraform", planned.plan.file, address=address),
        partition=providers.partition(planned),
        physical_id=draft.physical_id,
        tags_unknown=tags_unknown,
    )


def _last(identifier: str) -> str:
    """The part of an ARN that people call the resource by."""
    return identifier.rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def _tags(draft: Draft) -> tuple[dict[str, str], Unknown | None]:
    """All tags: the provider's default ones are in `tags_all`, as far as it is known."""
    if draft.outside:
        return {}, Unknown(Why.OUT_OF_SCOPE, message="the resource itself is not part of the plan")
    cell = Cell.of(draft.planned, "tags_all")
    whole = cell.state is State.KNOWN
    if not whole:
        cell = Cell.of(draft.planned, "tags")
    missing = None
    if cell.state not in (State.KNOWN, State.NULL) and not (cell.state is State.COMPUTED and draft.new):
        missing = cell.after_apply()
    elif not whole and providers.default_tags(draft.planned) is not None:
        missing = Unknown(Why.AFTER_APPLY, message="the provider's default tags are known only after apply")
    tags: dict[str, str] = {}
    for key in cell.value if isinstance(cell.value, dict) and cell.state is State.KNOWN else ():
        inner = cell[key]
        if inner.state is State.KNOWN and isinstance(inner.value, str):
            tags[key] = inner.value
        elif inner.state is not State.NULL:
            missing = inner.after_apply()
    return tags, missing
