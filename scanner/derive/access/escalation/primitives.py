"""The ways to come by permissions that one lacks, as `primitives.tsv` lists them.

A row is one way. `target` says whose permissions it is about: `self` (`self-user`, `self-role`: only of that
kind), `user`, `role`, or `-` where a snapshot does not tell. `gain` is what comes of it: `rights` (those of the
target), `all` (every permission is given to the target), `new` (a principal that is made), `group`, `tags`, a
limit gone (`no-boundary`, `no-inline`, `no-attached`, `no-group`, `no-scp`), or `untold`. `via` are conditions on
the target, `services` those that it must trust (one of them is enough), `needs` the actions, each on something:

* `target`, `self`: the principal; `policy`, `boundary`, `group`, `provider`: one that it has
* `held`: what runs with the role already; `other`: anything of the type that `via` names
* `new`: one and the same resource of the `form`; `instance`, `document`, `image`: what their names say
* `any`: any resource of the action's types, each by itself

`via` with `aside` marks what says little where nothing but one policy is known. `assumes` is what must hold
besides and no snapshot tells. `same` names the row that a row repeats.
The rows are the public catalogues' (pathfinding.cloud, PMapper, Rhino Security Labs) and some more.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Need(NamedTuple):
    """An action, and what it must be allowed on."""

    action: str
    on: str


class Primitive(NamedTuple):
    """One way; see the module."""

    id: str
    target: str
    gain: str
    via: tuple[str, ...]
    services: tuple[str, ...]
    form: str
    needs: tuple[Need, ...]
    assumes: str
    same: str
    title: str
    holder: str
    """The type of resource that holds the role already, if the way is by one."""
    other: str
    """The type of resource that takes the role, if the way is by one that exists."""


@cache
def rows() -> tuple[Primitive, ...]:
    """Every row, in order: what needs less comes before what needs more."""
    text = files("scanner.derive.access.escalation").joinpath("primitives.tsv").read_text(encoding="utf-8")
    return tuple(_row(line.split("\t")) for line in text.splitlines()[1:])


@cache
def primitives() -> tuple[Primitive, ...]:
    """The rows that repeat no other."""
    return tuple(row for row in rows() if not row.same)


@cache
def actions() -> tuple[str, ...]:
    """Every action that a way needs, in lower case and in order."""
    return tuple(sorted({need.action.lower() for row in primitives() for need in row.needs}))


def _row(cells: list[str]) -> Primitive:
    id_, target, gain, via, services, form, needs, assumes, same, title = cells
    each = (need.partition("@") for need in needs.split())
    return Primitive(
        id_,
        target,
        gain,
        tuple(via.split()),
        tuple(services.split()),
        form,
        tuple(Need(action, on) for action, _, on in each),
        assumes,
        same,
        title,
        _named("held:", via),
        _named("other:", via),
    )


def _named(prefix: str, via: str) -> str:
    return next((one.removeprefix(prefix) for one in via.split() if one.startswith(prefix)), "")
