"""A plan's resources, indexed, each with its own part of the configuration beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from scanner.model import Gap, Why

Key: TypeAlias = "str | int | None"
ModulePath: TypeAlias = "tuple[tuple[str, Key], ...]"
"""The calls that lead to a module's instance, from the root: name and instance key of each."""

_MODULE = re.compile(r'module\.([^.\[\]]+)(?:\[(\d{1,9}|"(?:[^"\\]|\\.)*")\])?(?:\.|$)')
_MAX_MODULES = 64


class Malformed(ValueError):  # noqa: N818 - names what the input is
    """A part of the plan that is not what a plan holds there; ends the reading of one resource."""


class Planned:
    """One entry of `resource_changes`: a resource instance as it will be after the apply."""

    __slots__ = (
        "actions", "address", "after", "before", "before_secret", "config", "key", "mode", "module",
        "name", "plan", "secret", "type", "unknown",
    )  # fmt: skip

    def __init__(self, plan: Plan, entry: Mapping[str, Any]) -> None:
        """Raises `Malformed` if the entry lacks what makes it a change."""
        self.plan = plan
        self.address = _text(entry, "address")
        self.type = _text(entry, "type")
        self.name = _text(entry, "name")
        self.mode = "data" if entry.get("mode") == "data" else "managed"
        self.key = instance_key(entry.get("index"))
        self.module = module_path(entry.get("module_address", ""))
        change = entry.get("change")
        if not isinstance(change, dict):
            raise Malformed("it has no change")
        actions = change.get("actions")
        if not isinstance(actions, list) or not all(isinstance(item, str) for item in actions):
            raise Malformed("its change has no actions")
        self.actions = tuple(actions)
        self.before = _object(change, "before")
        self.before_secret = change.get("before_sensitive", False)
        forgotten = actions == ["forget"]
        # A forgotten resource leaves the state, not the account: it stays as it was.
        self.after = self.before if forgotten else _object(change, "after")
        self.unknown = False if forgotten else change.get("after_unknown", False)
        self.secret = self.before_secret if forgotten else change.get("after_sensitive", False)
        self.config: Mapping[str, Any] = {}

    @property
    def is_new(self) -> bool:
        """Whether the apply makes it, alone or in place of an old one."""
        return "create" in self.actions

    @property
    def remains(self) -> bool:
        """Whether it is there after the apply."""
        return self.after is not None or self.unknown is True

    @property
    def expressions(self) -> Any:
        """What the configuration says, attribute by attribute; `None` where the plan has no configuration of it.

        Terraform leaves the member out where nothing is said.
        """
        return self.config.get("expressions", {}) if self.config else None

    @property
    def provider(self) -> str:
        """The key of its provider's configuration."""
        key = self.config.get("provider_config_key", "")
        return key if isinstance(key, str) else ""

    def old(self, name: str) -> Any:
        """An attribute before the apply; `None` if there was none or it is sensitive."""
        if self.before is None or self.before_secret is True:
            return None
        if isinstance(self.before_secret, dict) and self.before_secret.get(name):
            return None
        return self.before.get(name)


class Plan:
    """A plan's resources by address, by type and by their place in the configuration."""

    __slots__ = (
        "_modules",
        "account",
        "by_place",
        "by_type",
        "calls",
        "directory",
        "document",
        "file",
        "gaps",
        "memo",
        "region",
        "resources",
    )

    def __init__(
        self, file: str, directory: str, document: Mapping[str, Any], *, account: str = "", region: str = ""
    ) -> None:
        """`directory` stands before `#` in ids. Entries that cannot be read become `gaps`.

        `account` and `region` are those that it is applied to, if somebody says so.
        """
        self.account = account
        self.region = region
        self.file = file
        self.directory = directory
        self.document = document
        self.gaps: list[Gap] = []
        self.resources: dict[str, Planned] = {}
        self.by_type: dict[str, list[Planned]] = {}
        self.by_place: dict[tuple[ModulePath, str, str, str], list[Planned]] = {}
        self.calls: dict[tuple[ModulePath, str], set[Key]] = {}
        """Module instance and call → the keys of the instances that the call makes."""
        self.memo: dict[Any, Any] = {}
        """What others computed of the whole plan, by a key of theirs."""
        self._modules: dict[tuple[str, ...], Mapping[str, Any]] = {}
        entries = document.get("resource_changes")
        for number, entry in enumerate(entries if isinstance(entries, list) else []):
            self._add(number, entry)
        if entries is not None and not isinstance(entries, list):
            self.gap("resource_changes", "it is no list")
        if document.get("errored"):
            self.gap("", "the plan ended in an error, so parts of it are missing")

    def _add(self, number: int, entry: Any) -> None:
        where = f"resource_changes[{number}]"
        if not isinstance(entry, dict):
            self.gap(where, "it is no object")
            return
        if entry.get("deposed"):
            return
        address = entry.get("address")
        where = address if isinstance(address, str) and address else where
        type_ = entry.get("type")
        try:
            planned = Planned(self, entry)
        except Malformed as error:
            self.gap(where, str(error), type_ if isinstance(type_, str) else "")
            return
        if planned.address in self.resources:
            self.gap(where, "the plan has it twice", planned.type)
            return
        planned.config = self._configured(planned)
        self.resources[planned.address] = planned
        for depth, (name, key) in enumerate(planned.module):
            self.calls.setdefault((planned.module[:depth], name), set()).add(key)
        self.by_type.setdefault(planned.type, []).append(planned)
        self.by_place.setdefault((planned.module, planned.mode, planned.type, planned.name), []).append(planned)

    def gap(self, address: str, message: str, terraform_type: str = "", types: tuple[str, ...] = ()) -> None:
        """Record that one resource was not read, and go on."""
        self.gaps.append(
            Gap("", "", "terraform", terraform_type, "", Why.ERROR, types, address, message=f"{self.file}: {message}")
        )

    def of(self, *types: str, mode: Literal["managed", "data"] = "managed") -> Iterator[Planned]:
        """The planned resources of some Terraform types, those to be deleted too, by address."""
        found = [item for type_ in types for item in self.by_type.get(type_, ()) if item.mode == mode]
        yield from sorted(found, key=lambda item: item.address)

    def module(self, calls: tuple[str, ...]) -> Mapping[str, Any]:
        """The configuration of a module by the names of the calls that lead to it; empty if there is none."""
        if calls not in self._modules:
            found = _dig(self.document, "configuration", "root_module")
            for name in calls:
                found = _dig(found, "module_calls", name, "module")
            self._modules[calls] = found
        return self._modules[calls]

    def call(self, module: ModulePath) -> Mapping[str, Any]:
        """The call that makes a module's instance: its `expressions`, `for_each_expression`."""
        names = tuple(name for name, _ in module)
        return _dig(self.module(names[:-1]), "module_calls", names[-1])

    def configured(self, calls: tuple[str, ...]) -> Mapping[tuple[str, str, str], Mapping[str, Any]]:
        """The resources in a module's configuration by mode, type and name."""
        key = ("configured", calls)
        if key not in self.memo:
            listed = self.module(calls).get("resources")
            found = [item for item in (listed if isinstance(listed, list) else ()) if isinstance(item, dict)]
            self.memo[key] = {
                (str(item.get("mode", "managed")), str(item.get("type")), str(item.get("name"))): item for item in found
            }
        index: Mapping[tuple[str, str, str], Mapping[str, Any]] = self.memo[key]
        return index

    def lacks(self, type_: str) -> bool:
        """Whether the configuration has a resource of a type of which the plan has no instance."""
        planned = {(tuple(name for name, _ in item.module), item.name) for item in self.by_type.get(type_, ())}
        return any(
            kind == type_ and mode == "managed" and (calls, name) not in planned
            for calls in self._all_modules()
            for mode, kind, name in self.configured(calls)
        )

    def _all_modules(self) -> list[tuple[str, ...]]:
        """The call paths of every module in the configuration."""
        if "modules" not in self.memo:
            found: list[tuple[str, ...]] = [()]
            for calls in found:
                inner = self.module(calls).get("module_calls")
                if isinstance(inner, dict) and len(calls) < _MAX_MODULES:
                    found += [(*calls, name) for name in inner]
            self.memo["modules"] = found
        modules: list[tuple[str, ...]] = self.memo["modules"]
        return modules

    def _configured(self, planned: Planned) -> Mapping[str, Any]:
        index = self.configured(tuple(name for name, _ in planned.module))
        return index.get((planned.mode, planned.type, planned.name), {})


def module_path(address: Any) -> ModulePath:
    """`module.a["x"].module.b[0]` as calls with keys. Raises `Malformed` on anything else."""
    if not isinstance(address, str):
        raise Malformed("its module address is no string")
    path: list[tuple[str, Key]] = []
    at = 0
    while at < len(address):
        found = _MODULE.match(address, at)
        if not found or len(path) == _MAX_MODULES:
            raise Malformed("its module address cannot be read")
        path.append((found[1], literal_key(found[2])))
        at = found.end()
    return tuple(path)


def literal_key(text: str | None) -> Key:
    """An instance key as it is written between brackets: `0`, `"name"`, or `None` for none."""
    if text is None:
        return None
    try:
        # HCL doubles the signs that would start a template.
        key = json.loads(text.replace("$${", "${").replace("%%{", "%{"))
    except ValueError:
        return text
    return key if isinstance(key, (str, int)) else text


def instance_key(value: Any) -> Key:
    """The `index` of a resource change. Raises `Malformed` if it is neither name nor number."""
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise Malformed("its index is neither name nor number")


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value:
        raise Malformed(f"it has no {name}")
    return value


def _object(change: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    value = change.get(name)
    if value is None or isinstance(value, dict):
        return value
    raise Malformed(f"its {name} is no object")


def _dig(value: Any, *names: str) -> Mapping[str, Any]:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}
