"""What is generated from the rules folder: compiled rules, rule and framework data, the catalogue."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from scanner.engine import frameworks as framework_files
from scanner.engine import mappings
from scanner.engine.builtin import FRAMEWORK_DATA, HERE, MODULE, STAMP, pack_hash, stamp
from scanner.engine.clauses import Branch, Part, leaves
from scanner.engine.compiler import python_source
from scanner.engine.compiler_tables import IMPORTS
from scanner.engine.expression import Expression
from scanner.engine.from_code import JUDGED, NOT, PARTLY, SIDES, FromCode, from_code
from scanner.engine.rules import FRAMEWORKS, Loaded, load_pack
from scanner.errors import RuleError
from scanner.model import SEVERITIES, Rule, canonical

CATALOGUE = "README.md"
"""The catalogue's name in the rules folder."""


def build(folder: Path, target: Path = HERE) -> list[Path]:
    """Write the generated files of a rules folder into `target`; returns their paths.

    Raises `RuleError` for the first file of the folder that is not valid: nothing is built in part.
    """
    ruleset = load_pack(folder, "rules")
    bodies, errors = framework_files.load_folder(folder / FRAMEWORKS, f"rules/{FRAMEWORKS}")
    tables, wrong = mappings.load_folder(folder / FRAMEWORKS / mappings.MAPPINGS, f"rules/{FRAMEWORKS}/mappings")
    mappings.complete(ruleset.rules, tables)
    for error in [*ruleset.errors, *errors, *wrong]:
        raise error
    digest = pack_hash(folder)
    texts = {
        MODULE: _module(digest, ruleset),
        FRAMEWORK_DATA: _json({"hash": digest, "frameworks": dict(sorted(bodies.items()))}),
    }
    texts[STAMP] = _json({"hash": digest, "stamp": stamp(folder)})
    for name, text in texts.items():
        # Replaced whole, so that a process that starts meanwhile never reads half a file.
        fresh = target / f"{name}.{os.getpid()}"
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(target / name)
    return [target / name for name in texts if name != STAMP]  # the times of a checkout are nobody else's


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


def _module(digest: str, rules: Iterable[Loaded]) -> str:
    """Python text with a function for every `when` and `expect`, and the rules themselves.

    Python reads a literal out of its own cache four times as fast as JSON.
    """
    functions: list[str] = []
    table: list[str] = []
    for one in rules:
        stem = one.rule.id.replace("-", "_")
        if one.when:
            functions.append(python_source(one.when, f"{stem}__when"))
        functions.append(python_source(one.expect, f"{stem}__expect"))
        names = []
        for number, expression in enumerate(_parts(one)):
            names.append(f"{stem}__{number}")
            functions.append(python_source(expression, names[-1]))
        parts = "".join(f"{name}, " for name in names)
        table.append(f"    {one.rule.id!r}: ({f'{stem}__when' if one.when else None}, {stem}__expect, ({parts})),")
    head = [
        "# mypy: ignore-errors",
        '"""Generated from the rules folder by `scanner.engine.build`; not to be edited."""',
        "",
        IMPORTS,
        "",
    ]
    data = "".join(f"    {_data(one)!r},\n" for one in rules)
    tail = ["FUNCTIONS = {", *table, "}", "", f"RULES = [\n{data}]", ""]
    return "\n".join([*head, f'HASH = "{digest}"', "", *functions, *tail])


def _data(one: Loaded) -> dict[str, Any]:
    """A rule as JSON, without its examples, and what its expressions read."""
    rule = {item.name: getattr(one.rule, item.name) for item in fields(Rule) if item.name != "examples"}
    rule["frameworks"] = mappings.packed(one.rule.frameworks)
    body: dict[str, Any] = {"rule": rule}
    for name, expression in (("when", one.when), ("expect", one.expect)):
        if expression:
            body[name] = stored(expression)
    body["condition"] = condition(one.condition.part)
    return body


def _parts(one: Loaded) -> Iterator[Expression]:
    """The expressions of a condition's leaves, in the order in which `builtin` takes them."""
    for leaf in leaves(one.condition.part):
        yield leaf.test
        if leaf.subject:
            yield leaf.subject


def condition(part: Part) -> Any:
    """A condition's parts as JSON: a branch is a list that begins with `every`, a leaf an object."""
    if isinstance(part, Branch):
        return [part.every, *map(condition, part.parts)]
    body: dict[str, Any] = {"test": stored(part.test)}
    if part.subject:
        body |= {"path": part.path, "expected": part.expected, "counts": part.counts}
        body["subject"] = stored(part.subject)
    return body


def stored(expression: Expression) -> list[Any]:
    """What `builtin` needs beside the function; the tree stays text until a document is only partly known."""
    return [expression.source, sorted(expression.members), sorted(expression.params), canonical(expression.ast)]


def catalogue(rules: Iterable[Rule]) -> str:
    """The catalogue of rules as Markdown: `rules/README.md` is this text."""
    code = from_code()
    chosen = list(rules)
    counts = Counter(rule.severity for rule in chosen)
    summary = ", ".join(f"{counts[severity]} {severity}" for severity in SEVERITIES if counts[severity])
    lines = [
        "# Rules",
        "",
        f"{len(chosen)} rules: {summary}.",
        "",
        "This page is generated from the files beside it; `posture explain ID` shows a rule whole. Plan and template:",
        "whether its examples, written as a Terraform plan and as a CloudFormation template, are judged as they are in",
        "an account; [from-code.yaml](from-code.yaml) says what is missing where they are not.",
    ]
    for service in sorted({rule.service for rule in chosen}):
        lines += ["", f"## {service}", "", "| rule | severity | goal | resource | plan | template | frameworks |"]
        lines.append("|---|---|---|---|---|---|---|")
        lines += [
            _row(rule, code.get(rule.id, {}))
            for rule in sorted(chosen, key=lambda rule: rule.id)
            if rule.service == service
        ]
    return "\n".join([*lines, ""])


_SIGNS = {JUDGED: "yes", PARTLY: "partly", NOT: "no"}


def _row(rule: Rule, code: Mapping[str, FromCode]) -> str:
    file = rule.source.removeprefix("rules/")
    mapped: dict[str, list[str]] = {}
    for item in rule.frameworks:
        mapped.setdefault(item.framework, []).append(item.requirement)
    frameworks = "; ".join(f"{name} {', '.join(ids)}" for name, ids in mapped.items())
    sides = [_SIGNS[code[side].how] if side in code else "" for side in SIDES]
    cells = [f"[{rule.id}]({file})", rule.severity, rule.title, f"`{rule.resource}`", *sides, frameworks]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    """Generate everything for the checkout: `python -m scanner.engine.build`."""
    from scanner import assets

    folder = assets.folder("rules")
    try:
        written = build(folder)
        text = catalogue(load_pack(folder, "rules").rules)
    except RuleError as error:
        sys.exit(str(error))
    if not assets.is_installed("rules"):
        (folder / CATALOGUE).write_text(text, encoding="utf-8")
        written.append(folder / CATALOGUE)
    sys.stdout.write("".join(f"{path}\n" for path in written))


if __name__ == "__main__":
    main()
