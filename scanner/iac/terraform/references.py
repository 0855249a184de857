"""Following references through modules: from an expression to the planned resources it speaks of.

Terraform evaluates whatever it can, so an expression without a value speaks of something that
does not exist yet. The plan gives the references of an expression, not the expression, and
nothing of locals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from scanner.iac.terraform.plan import Key, ModulePath, Plan, Planned, literal_key

_STEP = re.compile(r'([^.\[\]]+)|\[(\d{1,9}|"(?:[^"\\]|\\.)*")\]')
_MAX_STEPS = 64
_MAX_TRACED = 2000
_VARYING = ("each.", "count.", "local.", "var.")
_NO_RESOURCE = frozenset({"data", "module", "var", "local", "each", "count", "path", "terraform", "self"})


@dataclass(frozen=True, slots=True)
class Source:
    """A planned resource that an expression names, and the way to the attribute; empty where it is not told which."""

    resource: Planned
    path: tuple[str | int, ...]

    @property
    def token(self) -> str:
        """How Terraform writes it."""
        return ".".join((self.resource.address, *(str(part) for part in self.path)))


@dataclass(slots=True)
class Trace:
    """All that an expression may speak of.

    `exact`: it is these sources and nothing else. Otherwise some reference led into a local, a
    computed key or out of sight, and the sources are all it can mean in this plan.
    """

    sources: list[Source] = field(default_factory=list)
    exact: bool = True

    def only(self) -> Source | None:
        """The one source with its attribute, if there is no doubt."""
        if self.exact and len(self.sources) == 1 and self.sources[0].path:
            return self.sources[0]
        return None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an expression stands: its module's instance, the key of `each` or `count` there, and their source."""

    module: ModulePath
    key: Key
    repetition: Any


def trace(resource: Planned, references: Iterable[str] | None) -> Trace:
    """What the references of an expression in a resource speak of; `None` as references: anything in sight."""
    tracer = _Tracer(resource.plan)
    place = _Place(resource.module, resource.key, resource.config.get("for_each_expression"))
    if references is None:
        tracer.sight(place.module)
    else:
        tracer.follow(place, references)
    return tracer.result()


def longest(references: Iterable[str]) -> list[str]:
    """References without those that Terraform adds as the beginnings of longer ones."""
    unique = list(dict.fromkeys(references))
    return [one for one in unique if not any(other.startswith((one + ".", one + "[")) for other in unique)]


class _Tracer:
    """One walk, bounded in what it visits: a plan is foreign and may refer in circles."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.found: dict[str, Source] = {}
        self.exact = True
        self.visited: set[tuple[ModulePath, str]] = set()

    def result(self) -> Trace:
        return Trace(list(self.found.values()), self.exact)

    def follow(self, place: _Place, references: Iterable[str]) -> None:
        names = longest(references)
        for name in names:
            if (place.module, name) in self.visited:
                continue
            if len(self.visited) >= _MAX_TRACED:
                self.exact = False
                return
            self.visited.add((place.module, name))
            self._one(place, name, names)

    def _one(self, place: _Place, name: str, beside: list[str]) -> None:
        steps = _split(name)
        head = steps[0].key if steps else ""
        if head in ("path", "terraform", "self", "count", ""):
            return
        if head == "each":
            self._each(place, steps)
        elif head == "var":
            self._variable(place, str(steps[1].key) if len(steps) > 1 else "")
        elif head == "local":
            self.sight(place.module)
        elif head == "module":
            self._output(place, steps[1:], beside)
        else:
            mode = "data" if head == "data" else "managed"
            self._resource(place, mode, steps[1:] if mode == "data" else steps, beside)

    def _each(self, place: _Place, steps: list[_Step]) -> None:
        """`each.value.id` over `for_each = aws_x.y` is `aws_x.y[each.key].id`; a key is no source."""
        if len(steps) < 2 or steps[1].key != "value":
            return
        chained = longest(_expression_references(place.repetition))
        first = _split(chained[0]) if len(chained) == 1 else []
        if len(first) == 2 and first[0].key not in _NO_RESOURCE:
            self._resource(place, "managed", [*first, *steps[2:]], ["each.key"])
        elif chained:
            # What is unknown of a map's values comes from the one attribute that the map speaks of.
            self.exact = self.exact and len(chained) == 1 and len(first) > 2
            self.follow(place, chained)

    def _variable(self, place: _Place, name: str) -> None:
        """A module's input is its call's expression in the parent; the root's inputs are always known."""
        if not place.module:
            return
        parent, given = self._caller(place.module)
        if name in given:
            self.follow(parent, _expression_references(given[name]))

    def _caller(self, module: ModulePath) -> tuple[_Place, dict[str, Any]]:
        call = self.plan.call(module)
        given = call.get("expressions")
        parent = _Place(module[:-1], module[-1][1], call.get("for_each_expression"))
        return parent, given if isinstance(given, dict) else {}

    def _output(self, place: _Place, steps: list[_Step], beside: list[str]) -> None:
        if not steps:
            return
        call = str(steps[0].key)
        keys = self.plan.calls.get((place.module, call), set())
        chosen, rest = self._choose(keys, steps[1:], place.key, beside)
        outputs = self.plan.module((*(name for name, _ in place.module), call)).get("outputs")
        outputs = outputs if isinstance(outputs, dict) else {}
        names = [str(rest[0].key)] if rest else list(outputs)
        self.exact = self.exact and bool(rest)
        for key in sorted(chosen, key=str):
            inner = _Place((*place.module, (call, key)), None, None)
            for name in names:
                output = outputs.get(name)
                self.follow(inner, _expression_references(output.get("expression") if isinstance(output, dict) else 0))

    def _resource(self, place: _Place, mode: str, steps: list[_Step], beside: list[str]) -> None:
        if len(steps) < 2:
            return
        found = self.plan.by_place.get((place.module, mode, str(steps[0].key), str(steps[1].key)), [])
        keys = {item.key: item for item in found if item.remains}
        chosen, rest = self._choose(set(keys), steps[2:], place.key, beside)
        path = tuple(step.key for step in rest if step.key is not None)
        for key in sorted(chosen, key=str):
            self._add(Source(keys[key], path))

    def _add(self, source: Source) -> None:
        self.found.setdefault(source.token, source)

    def _choose(self, keys: set[Key], steps: list[_Step], own: Key, beside: list[str]) -> tuple[set[Key], list[_Step]]:
        """Which instances are meant: the one named, the one without a key, or the one with the key of the place."""
        if steps and steps[0].indexed:
            return keys & {steps[0].key}, steps[1:]
        if keys == {None} or not keys:
            return keys, steps
        by_key = [name for name in beside if name in ("each.key", "count.index")]
        if by_key and own in keys and all(name in by_key or not name.startswith(_VARYING) for name in beside):
            return {own}, steps
        self.exact = self.exact and len(keys) == 1
        return keys, steps

    def sight(self, module: ModulePath) -> None:
        """Everything that an expression in a module can speak of: its resources, its calls, its inputs."""
        self.exact = False
        if (module, "*") in self.visited:
            return
        self.visited.add((module, "*"))
        key = ("sight", module)
        if key not in self.plan.memo:
            below = [item for item in self.plan.resources.values() if item.module[: len(module)] == module]
            self.plan.memo[key] = {item.address: Source(item, ()) for item in below if item.remains}
        self.found.update(self.plan.memo[key])
        if module:
            parent, given = self._caller(module)
            for expression in given.values():
                self.follow(parent, _expression_references(expression))


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of a reference: `.name`, or an index between brackets."""

    key: Key
    indexed: bool


def _split(name: str) -> list[_Step]:
    """`aws_x.y["k"].id` as its steps."""
    steps: list[_Step] = []
    for found in _STEP.finditer(name):
        plain = found[1]
        steps.append(_Step(plain if plain is not None else literal_key(found[2]), plain is None))
        if len(steps) == _MAX_STEPS:
            break
    return steps


def _expression_references(node: Any, depth: int = 0) -> list[str]:
    """All references of an expression, or of the expressions inside a block."""
    if depth > _MAX_STEPS:
        return []
    if isinstance(node, list):
        return [name for item in node for name in _expression_references(item, depth + 1)]
    if not isinstance(node, dict):
        return []
    found = node.get("references")
    if isinstance(found, list):
        return [name for name in found if isinstance(name, str)]
    return [name for item in node.values() for name in _expression_references(item, depth + 1)]
