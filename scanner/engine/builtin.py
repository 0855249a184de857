"""The built-in rules and frameworks: generated Python and JSON where they are up to date, else the YAML.

In an installed package the generated files are trusted. In a checkout they count only while their hash is
that of the rules folder (and of the code that generates them); as long as no file has another size or time
than when they were made, nothing need be hashed.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from scanner import assets
from scanner.engine import mappings
from scanner.engine.clauses import Branch, Clause, Condition, Part
from scanner.engine.expression import Expression
from scanner.engine.rules import CONTROLS, FRAMEWORKS, NOT_AUTOMATED, Loaded, RuleSet, load_pack
from scanner.errors import RuleError
from scanner.model import Rule

HERE = Path(__file__).resolve().parent
MODULE = "_builtin.py"
STAMP = "_builtin_stamp.json"
FRAMEWORK_DATA = "_builtin_frameworks.json"

_GENERATORS = (
    "build.py",
    "clauses.py",
    "compiler.py",
    "compiler_body.py",
    "compiler_checks.py",
    "compiler_reads.py",
    "compiler_tables.py",
    "functions.py",
    "mappings.py",
    "unparse.py",
)


def rules() -> RuleSet:
    """The built-in rules. Without `Rule.examples` and line numbers where generated files serve."""
    folder = assets.folder("rules")
    generated = _generated(folder)
    if generated:
        return _from_generated(generated)
    return rules_with_examples()


def rules_with_examples() -> RuleSet:
    """The built-in rules as the YAML has them, with examples, line numbers and every framework's mappings."""
    ruleset = rules_from_yaml()
    tables, errors = mapping_tables()
    mappings.complete(ruleset.rules, tables)
    ruleset.errors += errors
    return ruleset


def rules_from_yaml() -> RuleSet:
    """The built-in rules with examples and line numbers, always read from YAML: for lint and documentation.

    Their `frameworks` are those of their own files.
    """
    return load_pack(assets.folder("rules"), "rules")


def mapping_tables() -> tuple[list[mappings.Table], list[RuleError]]:
    """The built-in mapping files, read from YAML."""
    shown = f"{FRAMEWORKS}/{mappings.MAPPINGS}"
    return mappings.load_folder(assets.folder("rules") / FRAMEWORKS / mappings.MAPPINGS, f"rules/{shown}")


def frameworks() -> tuple[dict[str, dict[str, Any]], list[RuleError]]:
    """The built-in frameworks by id, and errors as `frameworks.load` gives them."""
    from scanner.engine.frameworks import load_folder

    folder = assets.folder("rules")
    data = _json(FRAMEWORK_DATA)
    if data and (assets.is_installed("rules") or data["hash"] == pack_hash(folder)):
        return data["frameworks"], []
    return load_folder(folder / FRAMEWORKS, f"rules/{FRAMEWORKS}")


def controls() -> dict[str, str]:
    """Known control ids (`covers`) and what became of each: `rule`, `merge`, `drop` or `manual`."""
    from scanner.engine import rule_yaml

    value, _ = rule_yaml.read(assets.folder("rules") / CONTROLS, f"rules/{CONTROLS}")
    return {id_: status for status, ids in value.items() for id_ in ids}


def not_automated() -> dict[str, dict[str, Any]]:
    """Controls that no rule judges: `why` in a sentence, and `into`, the rules that answer them better."""
    from scanner.engine import rule_yaml

    value, _ = rule_yaml.read(assets.folder("rules") / NOT_AUTOMATED, f"rules/{NOT_AUTOMATED}")
    return dict(value)


def pack_hash(folder: Path) -> str:
    """SHA-256 over the names and contents of a rules folder's YAML and the code that compiles it."""
    digest = hashlib.sha256()
    for name, file in sorted(_sources(folder)):
        content = Path(file).read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def stamp(folder: Path) -> str:
    """SHA-256 over the names, sizes and times of the same files: quick, and equal only if nothing was touched."""
    digest = hashlib.sha256()
    for name, file in sorted(_sources(folder)):
        status = os.stat(file)  # noqa: PTH116 - as above
        digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def _sources(folder: Path) -> Iterator[tuple[str, str]]:
    """What the generated files are made of: name and path."""
    start = len(str(folder)) + 1
    for base, _, files in os.walk(folder):
        for name in files:
            if name.endswith(".yaml"):
                path = os.path.join(base, name)  # noqa: PTH118 - pathlib takes as long as the hashing
                yield path[start:].replace(os.sep, "/"), path
    yield from ((f"engine/{name}", str(HERE / name)) for name in _GENERATORS)


def _generated(folder: Path) -> Any:
    """The generated module, if it is there and up to date; else `None`."""
    if not (HERE / MODULE).is_file():
        return None
    try:
        module = _module()
    except SyntaxError:  # a build that was cut off: the YAML is read instead
        return None
    return module if assets.is_installed("rules") or _is_current(module.HASH, folder) else None


def _is_current(hash_: str, folder: Path) -> bool:
    seen = _json(STAMP)
    if seen and seen["hash"] == hash_ and seen["stamp"] == stamp(folder):
        return True
    return hash_ == pack_hash(folder)


def _module() -> Any:
    return importlib.import_module("scanner.engine._builtin")


def _json(name: str) -> dict[str, Any] | None:
    try:
        data: dict[str, Any] = json.loads((HERE / name).read_bytes())
    except (OSError, ValueError):  # never built, or a build that was cut off: the YAML is read instead
        return None
    return data


def _from_generated(module: Any) -> RuleSet:
    ruleset = RuleSet()
    for body in module.RULES:
        rule = _rule(body["rule"])
        when, expect, leaves = module.FUNCTIONS[rule.id]
        ruleset.loaded[rule.id] = Loaded(
            rule,
            _compiled(body["when"], when) if rule.when else None,
            _compiled(body["expect"], expect),
            Condition(partial(_part, body["condition"], iter(leaves))),
        )
    return ruleset


def _part(body: Any, functions: Iterator[Any]) -> Part:
    """Undo `build.condition`: the leaves' functions come in the order of the text."""
    if isinstance(body, list):
        return Branch(body[0], tuple(_part(each, functions) for each in body[1:]))
    test = _compiled(body["test"], next(functions))
    if "subject" not in body:
        return Clause(test)
    subject = _compiled(body["subject"], next(functions))
    return Clause(test, subject, body["path"], body["expected"], body["counts"])


def _rule(body: dict[str, Any]) -> Rule:
    tuples = {name: tuple(body[name]) for name in ("covers", "references")}
    return Rule(**{**body, **tuples, "frameworks": mappings.Mappings(body["frameworks"])})


def _compiled(data: list[Any], function: Any) -> Expression:
    """The expression of `build.stored` with its generated function."""
    source, members, params, tree = data
    return Expression.from_compiled(source, function, members, params, tree)
