"""Framework files: what each requirement is called, whose it is and how it is assessed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scanner.engine.rules import FRAMEWORKS
from scanner.errors import RuleError


def load(packs: Sequence[Path] | None = None) -> tuple[dict[str, dict[str, Any]], list[RuleError]]:
    """Frameworks by id, those of the given packs (their folder `frameworks/`) beside the built-in ones.

    Each is JSON: `id`, `title`, `version`, `authority`, `url`, `statement` and `requirements`, a list of
    {`id`, `title`, `parent`, `responsibility`, `assessment`, `group`, `note`} in the framework's order.
    A file that is not valid is an error with `file:line`, and the rest load.
    """
    from scanner.engine import builtin

    found, errors = builtin.frameworks()
    for pack in packs or ():
        more, wrong = load_folder(pack / FRAMEWORKS, (pack / FRAMEWORKS).as_posix())
        errors += wrong
        for id_, body in more.items():
            if id_ in found:
                errors.append(RuleError(f"the framework id {id_} is taken", where=(pack / FRAMEWORKS).as_posix()))
            else:
                found[id_] = body
    return dict(sorted(found.items())), errors


def load_folder(folder: Path, shown: str) -> tuple[dict[str, dict[str, Any]], list[RuleError]]:
    """The framework files of one folder; `shown` is what errors call it."""
    found: dict[str, dict[str, Any]] = {}
    errors: list[RuleError] = []
    for file in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        try:
            body = load_file(file, f"{shown}/{file.name}")
        except RuleError as error:
            errors.append(error)
            continue
        if body["id"] in found:
            errors.append(RuleError(f"the framework id {body['id']} is there twice", where=f"{shown}/{file.name}"))
        found.setdefault(body["id"], body)
    return found, errors


def load_file(file: Path, name: str) -> dict[str, Any]:
    """One framework as JSON. Raises `RuleError` with `name:line`, also for ids used twice and lost parents."""
    from scanner.engine import rule_schema, rule_yaml

    value, places = rule_yaml.read(file, name)
    checked = rule_schema.checked(rule_schema.FrameworkFile, value, places)
    seen: set[str] = set()
    for index, one in enumerate(checked.requirements):
        line = places.line("requirements", index)
        if one.id in seen:
            raise RuleError(f"the requirement {one.id} is there twice", where=f"{name}:{line}")
        if one.parent is not None and one.parent not in seen:
            raise RuleError(f"{one.id}: its parent {one.parent} does not come before it", where=f"{name}:{line}")
        seen.add(one.id)
    return checked.model_dump()


def requirement(framework: dict[str, Any], id_: str) -> dict[str, Any] | None:
    """One requirement of a framework as `load` gives it, or nothing."""
    found: list[dict[str, Any]] = [one for one in framework["requirements"] if one["id"] == id_]
    return found[0] if found else None
