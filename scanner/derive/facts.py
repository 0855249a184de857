"""Documents with facts: finds the passes asked for, orders and runs them, and tells what they read."""

from __future__ import annotations

import gc
import importlib
import pkgutil
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from types import ModuleType
from typing import Any, TypeVar

from scanner.derive.logic import as_kind
from scanner.derive.passes import ENVELOPE, Pass, neighbours, passes_of
from scanner.errors import RuleError
from scanner.model import Inventory, Neighbours, Partial, Reads, Resource, Unknown, Unknowns, Why, pointer

T = TypeVar("T")
Key = tuple[str, str]
"""(type, fact)."""

_NO_ACCOUNT = Unknown(Why.AFTER_APPLY, message="the input does not tell the account: name it with --account")
_NO_REGION = Unknown(Why.AFTER_APPLY, message="the input does not tell the region")


class Catalogue:
    """Which passes there are; modules are found by presence and imported when first needed."""

    def __init__(self, package: str = "scanner.derive") -> None:
        """`package` is searched with its sub-packages."""
        self._package = package
        self._modules: dict[str, list[str]] | None = None
        self._passes: dict[Key, Pass] = {}
        self._loaded: set[str] = set()

    def get(self, type_: str, name: str) -> Pass | None:
        """The pass for one fact of one type, if there is one."""
        if name not in self._loaded:
            self._load(name)
        return self._passes.get((type_, name))

    def all(self) -> tuple[Pass, ...]:
        """Every pass, by type and name; imports every module, so not for the gate's path."""
        for stem in self._names():
            self._load(stem)
        return tuple(self._passes[key] for key in sorted(self._passes))

    def order(self, asked: Iterable[Key]) -> tuple[Pass, ...]:
        """The passes for the facts asked for and for those that these build on, in order.

        Facts that nobody derives are left out. Raises `RuleError` if facts wait for each other.
        """
        graph: dict[Key, tuple[Key, ...]] = {}
        waiting = list(asked)
        while waiting:
            key = waiting.pop()
            found = None if key in graph else self.get(*key)
            if found is not None:
                graph[key] = found.after
                waiting += found.after
        try:
            keys = tuple(TopologicalSorter({key: graph[key] for key in sorted(graph)}).static_order())
        except CycleError as error:
            raise RuleError(f"facts wait for each other: {error.args[1]}") from error
        return tuple(self._passes[key] for key in keys if key in self._passes)

    def _names(self) -> dict[str, list[str]]:
        if self._modules is None:
            self._modules = {}
            for module in _walk(importlib.import_module(self._package)):
                self._modules.setdefault(module.rpartition(".")[2], []).append(module)
        return self._modules

    def _load(self, stem: str) -> None:
        self._loaded.add(stem)
        for name in self._names().get(stem, ()):
            for value in vars(importlib.import_module(name)).values():
                for one in passes_of(value):
                    self._passes[one.type, one.name] = one


def _walk(package: ModuleType) -> Iterator[str]:
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if found.ispkg:
            yield from _walk(importlib.import_module(found.name))
        else:
            yield found.name


class Facts:
    """Documents of an inventory's resources, with the facts that an expression reads.

    Computes each fact once for a resource that is asked for again at once, and keeps what
    passes share as long as documents of the same account are asked for: make one a run.
    """

    def __init__(self, inventory: Inventory, catalogue: Catalogue | None = None) -> None:
        """`catalogue` is another than our own only in tests."""
        self.inventory = inventory
        self._catalogue = catalogue or Catalogue()
        self._plans: dict[tuple[str, tuple[str, ...]], tuple[Pass, ...]] = {}
        self._shared: dict[Hashable, Any] = {}
        self._kept: dict[Hashable, Any] = {}
        self._account = ""
        self._current: Resource | None = None
        self._computed: dict[str, Partial] = {}

    def document(self, resource: Resource, names: Iterable[str]) -> Partial:
        """`config` (not copied, not changed) with `derived` holding the named facts and the envelope.

        A fact that nobody derives for the type is unknown with the reason `rule_error`.
        """
        self.enter(resource.account)
        unknown: Unknowns = dict(resource.unknown)
        derived = _envelope(resource, unknown)
        for name in names:
            if name not in ENVELOPE:
                _insert(derived, unknown, name, self.fact(resource, name))
        return Partial({**resource.config, "derived": derived}, unknown)

    def enter(self, account: str) -> None:
        """Accounts are judged one after the other: what was shared in the last is needed no more."""
        if account != self._account:
            self._account = account
            if self._shared:
                self._shared.clear()
                # what belongs to one account refers to itself; it must be gone before the next is read
                gc.collect()

    def fact(self, resource: Resource, name: str) -> Partial:
        """One fact of one resource. At the pointer `""` the whole fact is not known."""
        if resource is not self._current:
            self._current, self._computed = resource, {}
        if name not in self._computed:
            self._run(resource, name)
        return self._computed[name]

    def _run(self, resource: Resource, name: str) -> None:
        plan = self._plans.get((resource.type, (name,)))
        if plan is None:
            plan = self._plans[resource.type, (name,)] = self._catalogue.order([(resource.type, name)])
        computed = self._computed
        for one in plan:
            if one.type == resource.type and one.name not in computed:
                computed[one.name] = one.function(resource, _Surroundings(self, one))
        if name not in computed:
            computed[name] = Partial(None, {"": _undeclared(resource.type, name)})
        self._current, self._computed = resource, computed

    def neighbours(self, type_: str, account: str, region: str) -> Neighbours:
        """Resources of a type in one place, and why there may be others."""
        return neighbours(self.inventory, type_, account, region)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, computed once an account for a key."""
        if key not in self._shared:
            self._shared[key] = make()
        found: T = self._shared[key]
        return found

    def throughout(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, computed once a run for a key."""
        if key not in self._kept:
            self._kept[key] = make()
        found: T = self._kept[key]
        return found


class _Surroundings:
    """The `Context` of one pass: facts are given only where the pass declared them."""

    def __init__(self, facts: Facts, one: Pass) -> None:
        self._facts = facts
        self._pass = one
        self.inventory = facts.inventory
        self.neighbours = facts.neighbours
        self.once = facts.once
        self.throughout = facts.throughout

    def fact(self, resource: Resource, name: str) -> Partial:
        if (resource.type, name) not in self._pass.after:
            raise LookupError(f"{self._pass.name} does not declare that it comes after {resource.type} {name}")
        return self._facts.fact(resource, name)


def reads_of(facts: Mapping[str, Iterable[str]], catalogue: Catalogue | None = None) -> Reads:
    """Which members of which types the facts (type → names) read, with all facts that they build on."""
    catalogue = catalogue or Catalogue()
    asked = [(type_, name) for type_ in facts for name in facts[type_] if name not in ENVELOPE]
    found: dict[str, set[str]] = {}
    for one in catalogue.order(asked):
        for type_, member in one.reads:
            found.setdefault(type_, set()).add(member)
    return {type_: frozenset(found[type_]) for type_ in sorted(found)}


def _envelope(resource: Resource, unknown: Unknowns) -> dict[str, Any]:
    derived: dict[str, Any] = {"name": resource.name, "partition": resource.partition}
    for member, value, why in (
        ("account", resource.account, None if resource.account else _NO_ACCOUNT),
        ("region", resource.region, None if resource.region else _NO_REGION),
        ("tags", resource.tags, resource.tags_unknown),
    ):
        if why is None:
            derived[member] = value
        else:
            unknown[f"/derived/{member}"] = why
    return derived


def _insert(derived: dict[str, Any], unknown: Unknowns, name: str, fact: Partial) -> None:
    base = pointer("derived", name)
    if "" not in fact.unknown:
        derived[name] = fact.value
    unknown.update((base + place, _fitting(place, why)) for place, why in fact.unknown.items())


def _fitting(place: str, why: Unknown) -> Unknown:
    """A listing that is incomplete may have more elements; where a fact hands on its reason, the place is any value."""
    return as_kind(why, "any") if why.kind == "more" and not place.endswith("/-") else why


def _undeclared(type_: str, name: str) -> Unknown:
    return Unknown(Why.RULE_ERROR, message=f"no fact {name!r} is derived for {type_}")
