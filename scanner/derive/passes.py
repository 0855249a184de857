"""How a fact is declared: `@derives` on a function of a resource and what surrounds it.

A module that declares the fact `world_ingress` is called `world_ingress.py`, so that only the
facts asked for are ever imported.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, Protocol, TypeVar

from scanner.model import Inventory, Neighbours, Partial, Resource, Unknown, Why

T = TypeVar("T")

ENVELOPE = ("account", "region", "name", "partition", "tags")
"""Members of `derived` that every document has; no fact may take such a name."""


class Context(Protocol):
    """What a pass may ask of the world round its resource."""

    @property
    def inventory(self) -> Inventory:
        """The snapshot, for what asks over types and places at once; a pass declares what it reads all the same."""

    def neighbours(self, type_: str, account: str, region: str) -> Neighbours:
        """Resources of another type in one place, and why there may be others."""

    def fact(self, resource: Resource, name: str) -> Partial:
        """A fact named in the pass's `after`. Raises `LookupError` for any other."""

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, computed once an account for a key; start the key with the pass's name."""

    def throughout(self, key: Hashable, make: Callable[[], T]) -> T:
        """The same for what joins accounts, kept for the whole run: its memory is that of all of them."""


Function = Callable[[Resource, Context], Partial]


class Pass(NamedTuple):
    """One fact of one type: who computes it, from what, and what comes out.

    `gives` is the type of the value (`list[SomeTypedDict]`, a `TypedDict`, `bool` …); `after`
    holds (type, fact) pairs and `reads` (type, member) pairs, `*` being every member.
    """

    type: str
    name: str
    reads: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]
    gives: Any
    function: Function


def derives(
    type_: str, name: str, *, gives: Any, reads: tuple[str, ...] = (), after: tuple[str, ...] = ()
) -> Callable[[Function], Function]:
    """Declare that the function computes the fact `name` for resources of `type_`.

    `reads` names members of the resource itself (`Policy`) or of neighbours
    (`AWS::EC2::PrefixList.Entries`, a type alone for all its members); `after` names facts in
    the same way. Raises `ValueError` if the name is one that `derived` always holds.
    """
    if name in ENVELOPE:
        raise ValueError(name)

    def declare(function: Function) -> Function:
        one = Pass(type_, name, _places(type_, reads), _places(type_, after), gives, function)
        function.__dict__["passes"] = (*passes_of(function), one)
        return function

    return declare


def passes_of(function: object) -> tuple[Pass, ...]:
    """What `@derives` declared on a function; nothing on anything else."""
    found = getattr(function, "__dict__", {}).get("passes", ())
    return tuple(item for item in found if isinstance(item, Pass)) if isinstance(found, tuple) else ()


def _places(own: str, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    places = []
    for name in names:
        type_, _, member = name.partition(".") if "::" in name else (own, ".", name)
        places.append((type_, member or "*"))
    return tuple(places)


def neighbours(inventory: Inventory, type_: str, account: str, region: str) -> Neighbours:
    """Resources of a type in one account and region; complete and empty is a fact.

    Where code tells no account or region they are empty, which only resources of the same
    input share; the inventory says that the listing is out of scope then.
    """
    return Neighbours(list(inventory.of(type_, account, region)), inventory.listing(type_, account, region))


def the_neighbour(context: Context, type_: str, account: str, region: str) -> Resource | Unknown:
    """The one resource of a type that each place has (account settings), or why it is not known."""
    found = context.neighbours(type_, account, region)
    if len(found.resources) == 1:
        return found.resources[0]
    if found.resources:
        return Unknown(
            Why.AFTER_APPLY, message=f"the input describes {len(found.resources)} {type_} of unknown accounts"
        )
    return found.incomplete or Unknown(
        Why.NOT_COLLECTED, message=f"{type_} was not read in {account or 'this account'}"
    )
