"""Framework files: what each requirement is called, whose it is and how it is assessed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanner.engine.rules import FRAMEWORKS
from scanner.errors import RuleError

if TYPE_CHECKING:
    from scanner.engine.rule_schema import RequirementFile


def load(packs: Sequence[Path] | None = None) -> tuple[dict[str, dict[str, Any]], list[RuleError]]:
    """Frameworks by id, those of the given packs (their folder `frameworks/`) beside the built-in ones.

    Each is JSON: `id`, `title`, `version`, `authority`, `url`, `statement`, `attestations` (AWS's, by their key)
    and `requirements`, a list of {`id`, `title`, `parent`, `responsibility`, `assessment`, `group`, `levels`,
    `attested_by`, `aws`, `remains`, `note`} in the framework's order, each with the members that it needs.
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
        _check_parts(one, checked.attestations, f"{name}:{line}")
        seen.add(one.id)
    return checked.model_dump(exclude_defaults=True)


def _check_parts(one: RequirementFile, attestations: Collection[str], where: str) -> None:
    """Refuse a requirement that does not say who answers for which part of it."""
    for key in one.attested_by:
        if key not in attestations:
            known = ", ".join(sorted(attestations)) or "there are none"
            raise RuleError(f"{one.id}: attested_by names {key}", where=where, hint=f"Known: {known}")
    if one.group:
        return
    if (one.responsibility == "aws") != (one.assessment == "inherited"):
        raise RuleError(f"{one.id}: what AWS answers for alone is inherited, and nothing else is", where=where)
    if one.responsibility != "customer" and not (one.attested_by and one.remains):
        raise RuleError(f"{one.id}: the part that AWS answers for needs attested_by and remains", where=where)
    if one.responsibility == "customer" and one.attested_by:
        raise RuleError(f"{one.id}: no attestation of AWS covers what is the customer's alone", where=where)


def requirement(framework: dict[str, Any], id_: str) -> dict[str, Any] | None:
    """One requirement of a framework as `load` gives it, or nothing."""
    found: list[dict[str, Any]] = [one for one in framework["requirements"] if one["id"] == id_]
    return found[0] if found else None
