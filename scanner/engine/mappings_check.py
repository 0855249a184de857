"""What is wrong with a mapping file: words that name no rule, control, framework, requirement or parameter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from scanner.engine.mappings import Table
from scanner.errors import RuleError
from scanner.model import Rule


def faults(
    tables: Iterable[Table],
    rules: Collection[Rule],
    frameworks: Mapping[str, Mapping[str, Any]],
    controls: Collection[str],
) -> Iterator[RuleError]:
    """Errors with file and line. A control that no rule covers yet is none, a control that does not exist is."""
    ids = {rule.id: rule for rule in rules}
    covered = {word for rule in rules for word in rule.covers}
    for table in tables:
        yield from _framework(table, frameworks)
        for section, known in (("rules", ids.keys()), ("controls", covered | set(controls))):
            for word in _words(table, section):
                if word not in known:
                    yield _fault(table, f"there is no {section[:-1]} {word}", word, known, section, word)
        for rule in rules:
            yield from _parameters(table, rule)


def _words(table: Table, section: str) -> Iterator[str]:
    """The ids of one section: a rule's has hyphens, a control's none."""
    return (word for word in table.rules if ("-" in word) == (section == "rules"))


def _framework(table: Table, frameworks: Mapping[str, Mapping[str, Any]]) -> Iterator[RuleError]:
    if table.framework not in frameworks:
        yield _fault(table, f"there is no framework {table.framework}", table.framework, frameworks, "framework")
        return
    known = _evidenced(frameworks[table.framework])
    for word, items in table.rules.items():
        section = "rules" if "-" in word else "controls"
        for id_, _ in items:
            if id_ not in known:
                yield _fault(table, f"{word}: {_no(table.framework, id_)}", id_, known, section, word)
    for other, pairs in table.same_as.items():
        theirs = _evidenced(frameworks[other]) if other in frameworks else set()
        for id_, ours in pairs.items():
            for own in ours:
                if own not in known:
                    yield _fault(table, _no(table.framework, own), own, known, "same_as", other, own)
                if id_ not in theirs:
                    yield _fault(table, _no(other, id_), id_, theirs, "same_as", other, own)


def _evidenced(framework: Mapping[str, Any]) -> set[str]:
    """The requirements that rules can give evidence for."""
    found = (one for one in framework["requirements"] if not one.get("group"))
    return {str(one["id"]) for one in found if one["assessment"] in ("automated", "partial")}


def _no(framework: str, id_: str) -> str:
    return f"{framework} has no requirement {id_} that rules can give evidence for"


def _parameters(table: Table, rule: Rule) -> Iterator[RuleError]:
    for word in (*rule.covers, rule.id):
        for _, params in table.rules.get(word, ()):
            for name, value in params.items():
                section = "rules" if "-" in word else "controls"
                if name not in rule.params:
                    message = f"{word}: the rule {rule.id} has no parameter {name}"
                    yield _fault(table, message, name, rule.params, section, word)
                elif _kind(value) is not _kind(rule.params[name]):
                    message = f"{word}: {name} is of another kind than its default in the rule {rule.id}"
                    yield _fault(table, message, "", (), section, word)


def _kind(value: Any) -> type:
    return float if type(value) is int else type(value)


def _fault(table: Table, message: str, word: str, known: Iterable[str], *path: str) -> RuleError:
    near = get_close_matches(word, list(known), 1) if word else []
    where = f"{table.source.file}:{table.source.line(*path)}" if table.source else table.framework
    return RuleError(message, where=where, hint=f"Did you mean {near[0]}?" if near else "")
