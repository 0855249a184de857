"""Which requirements rules give evidence for, where their own files do not say it.

A rule names requirements itself (`frameworks`). A mapping file of a pack (`frameworks/mappings/`) says it of
many rules at once: of every rule that covers a control, or has an id, or already gives evidence for the same
requirement of another edition. It still points from rules to requirements; a framework file knows no rule.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from scanner.errors import RuleError
from scanner.model import FrameworkMapping, Rule, canonical

if TYPE_CHECKING:
    from scanner.engine.rule_yaml import Source

MAPPINGS = "mappings"
"""The folder beside the framework files that holds mapping files."""

Grouped: TypeAlias = dict[str, list[Any]]
"""Framework → requirements: an id, or a list of an id and the parameters that it binds."""


@dataclass(frozen=True, slots=True)
class Table:
    """One mapping file. `rules` maps a control's or a rule's id to (requirement, parameters).

    `same_as` maps a framework to its requirements, and each of them to those of this one that say the same.
    """

    framework: str
    rules: Mapping[str, Sequence[tuple[str, dict[str, Any]]]]
    same_as: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    source: Source | None = None


class Mappings(Sequence[FrameworkMapping]):
    """A rule's mappings, kept as the generated files hold them until somebody asks: a gate never does."""

    __slots__ = ("_grouped", "_made", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._grouped: Grouped | None = None
        self._made: tuple[FrameworkMapping, ...] | None = None

    @property
    def grouped(self) -> Grouped:
        """The same by framework."""
        if self._grouped is None:
            self._grouped = json.loads(self._text)
        return self._grouped

    def _all(self) -> tuple[FrameworkMapping, ...]:
        if self._made is None:
            self._made = tuple(_unpacked(self.grouped))
        return self._made

    def __len__(self) -> int:
        return len(self._all())

    @overload
    def __getitem__(self, index: int) -> FrameworkMapping: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[FrameworkMapping]: ...
    def __getitem__(self, index: int | slice) -> FrameworkMapping | Sequence[FrameworkMapping]:
        return self._all()[index]

    def __iter__(self) -> Iterator[FrameworkMapping]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(other) == self._all()

    def __hash__(self) -> int:
        return hash(self._all())


def packed(mappings: Iterable[FrameworkMapping]) -> str:
    """The text that `Mappings` reads; frameworks stand in the order of their ids."""
    grouped: Grouped = {}
    for item in mappings:
        entry = [item.requirement, dict(item.params)] if item.params else item.requirement
        grouped.setdefault(item.framework, []).append(entry)
    return canonical(grouped)


def _unpacked(grouped: Grouped) -> Iterator[FrameworkMapping]:
    for framework, items in grouped.items():
        for item in items:
            if isinstance(item, str):
                yield FrameworkMapping(framework, item)
            else:
                yield FrameworkMapping(framework, item[0], tuple(sorted(item[1].items())))


def by_framework(rule: Rule) -> dict[str, list[str]]:
    """Framework → the requirements that a rule gives evidence for, each once."""
    if isinstance(rule.frameworks, Mappings):
        return {
            name: [item if isinstance(item, str) else item[0] for item in items]
            for name, items in rule.frameworks.grouped.items()
        }
    found: dict[str, list[str]] = {}
    for mapping in rule.frameworks:
        found.setdefault(mapping.framework, []).append(mapping.requirement)
    return found


def load_folder(folder: Path, shown: str) -> tuple[list[Table], list[RuleError]]:
    """The mapping files of one folder; `shown` is what errors call it. What is not valid is an error with its line."""
    found: list[Table] = []
    errors: list[RuleError] = []
    for file in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        try:
            found.append(load_file(file, f"{shown}/{file.name}"))
        except RuleError as error:
            errors.append(error)
    return found, errors


def load_file(file: Path, name: str) -> Table:
    """One mapping file. Raises `RuleError` with `name:line`."""
    from scanner.engine import rule_schema, rule_yaml

    value, places = rule_yaml.read(file, name)
    checked = rule_schema.checked(rule_schema.MappingsFile, value, places)
    rules = {
        word: [(item, {}) if isinstance(item, str) else (item.id, dict(item.params)) for item in items]
        for section in (checked.controls, checked.rules)
        for word, items in section.items()
    }
    same: dict[str, dict[str, list[str]]] = {}
    for other, pairs in checked.same_as.items():
        for ours, theirs in pairs.items():
            same.setdefault(other, {}).setdefault(theirs, []).append(ours)
    return Table(checked.framework, rules, same, places)


def complete(rules: Iterable[Rule], tables: Sequence[Table]) -> None:
    """Add to each rule the mappings that the tables give it. What its own file says of a requirement stands."""
    for rule in rules:
        found = {(item.framework, item.requirement): item for item in rule.frameworks}
        for item in _given(rule, tables):
            found.setdefault((item.framework, item.requirement), item)
        for item in list(_alike(list(found.values()), tables)):
            found.setdefault((item.framework, item.requirement), item)
        rule.frameworks = tuple(sorted(found.values(), key=lambda item: item.framework))


def _given(rule: Rule, tables: Iterable[Table]) -> Iterator[FrameworkMapping]:
    for table in tables:
        for word in (*rule.covers, rule.id):
            for requirement, params in table.rules.get(word, ()):
                yield FrameworkMapping(table.framework, requirement, tuple(sorted(params.items())))


def _alike(mappings: Iterable[FrameworkMapping], tables: Iterable[Table]) -> Iterator[FrameworkMapping]:
    for table in tables:
        for item in mappings if table.same_as else ():
            for requirement in table.same_as.get(item.framework, {}).get(item.requirement, ()):
                yield FrameworkMapping(table.framework, requirement, item.params)
