"""Rules: from files to `Rule` objects with their compiled expressions, and what they read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanner.engine import mappings
from scanner.engine.clauses import Condition
from scanner.engine.expression import Expression, ExpressionError, parse
from scanner.engine.message import members as placeholders
from scanner.errors import RuleError, UsageError
from scanner.model import SEVERITIES, UNKNOWN_KINDS, FrameworkMapping, Reads, Rule, Unknown, Why, canonical

if TYPE_CHECKING:
    from scanner.engine.rule_schema import RuleFile
    from scanner.engine.rule_yaml import Source

FRAMEWORKS = "frameworks"
"""The folder of a pack that holds framework files instead of rules."""

CONTROLS = "controls.yaml"
"""The file at a pack's root that lists control ids."""

NOT_AUTOMATED = "not-automated.yaml"
"""The file at a pack's root that says of controls why no rule judges them."""

FROM_CODE = "from-code.yaml"
"""The file at a pack's root that says which rules can be judged from plans and templates."""

ENVELOPE = frozenset({"account", "name", "partition", "region", "tags"})
"""Members of `derived` that every document has; the others are facts."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A rule with its expressions; `source` places its parts, where it was read from YAML.

    `condition` is `expect` taken apart, for evidence.
    """

    rule: Rule
    when: Expression | None
    expect: Expression
    condition: Condition
    source: Source | None = None


@dataclass(slots=True)
class RuleSet:
    """Rules by id, in order, and the errors of the files that gave none; `apart` are those not selected."""

    loaded: dict[str, Loaded] = field(default_factory=dict)
    errors: list[RuleError] = field(default_factory=list)
    apart: list[Rule] = field(default_factory=list)

    @property
    def rules(self) -> list[Rule]:
        """The rules in the order of their ids."""
        return [self.loaded[id_].rule for id_ in sorted(self.loaded)]

    def __iter__(self) -> Iterator[Loaded]:
        return (self.loaded[id_] for id_ in sorted(self.loaded))

    def __len__(self) -> int:
        return len(self.loaded)

    def add(self, other: RuleSet) -> None:
        """Take in another set; of a rule id that both have the first stays, the other is an error."""
        self.errors += other.errors
        for one in other:
            first = self.loaded.setdefault(one.rule.id, one)
            if first is not one:
                self.errors.append(_twice(one, first))

    def select(
        self,
        ids: Collection[str] = (),
        services: Collection[str] = (),
        severities: Collection[str] = (),
        skip: Collection[str] = (),
        frameworks: Collection[str] = (),
    ) -> RuleSet:
        """The rules that match one of each kind given; `ids` and `skip` may hold globs (`s3-*`).

        A rule matches a framework that it gives evidence for.

        Errors are kept. Raises `UsageError` for a word that matches no rule, so that a typing
        mistake cannot make a scan look clean.
        """
        known = {one.rule.id: one.rule for one in self}
        for word in [*ids, *skip]:
            if not any(fnmatchcase(id_, word) for id_ in known):
                raise UsageError(f"no rule is called {word!r}", hint=_did_you_mean(word, known))
        for word in services:
            if word not in (names := {rule.service for rule in known.values()}):
                raise UsageError(f"no rule is of the service {word!r}", hint=f"Services: {', '.join(sorted(names))}")
        for word in severities:
            if word not in SEVERITIES:
                raise UsageError(f"{word!r} is no severity", hint=f"Severities: {', '.join(SEVERITIES)}")
        for_frameworks = _for_frameworks(known.values(), frameworks)
        chosen = {
            id_
            for id_, rule in known.items()
            if (not ids or any(fnmatchcase(id_, word) for word in ids))
            and (not services or rule.service in services)
            and (not severities or rule.severity in severities)
            and (for_frameworks is None or id_ in for_frameworks)
            and not any(fnmatchcase(id_, word) for word in skip)
        }
        apart = [*self.apart, *(rule for id_, rule in known.items() if id_ not in chosen)]
        return RuleSet({id_: one for id_, one in self.loaded.items() if id_ in chosen}, list(self.errors), apart)


def _for_frameworks(rules: Iterable[Rule], frameworks: Collection[str]) -> set[str] | None:
    """The ids of the rules that give evidence for one of the frameworks, if any are named."""
    if not frameworks:
        return None
    of_rules = {rule.id: mappings.by_framework(rule) for rule in rules}
    known = sorted({name for named in of_rules.values() for name in named})
    for word in frameworks:
        if word not in known:
            from difflib import get_close_matches

            near = get_close_matches(word, known, 1)
            hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(known)}"
            raise UsageError(f"no rule gives evidence for a framework {word!r}", hint=hint)
    return {id_ for id_, named in of_rules.items() if named.keys() & frameworks}


def load(packs: Sequence[Path] | None = None) -> RuleSet:
    """The built-in rules and those of the given packs: folders, or single rule files.

    A file that is not a valid rule is one of the set's `errors` (with `file:line`), and the rest
    load. Raises `UsageError` for a pack that does not exist.
    """
    from scanner.engine import builtin

    ruleset = builtin.rules()
    for pack in packs or ():
        ruleset.add(load_pack(pack))
    for pack in packs or ():
        folder = pack / FRAMEWORKS / mappings.MAPPINGS
        tables, errors = mappings.load_folder(folder, folder.as_posix())
        ruleset.errors += errors
        if tables:
            mappings.complete(ruleset.rules, tables)
    return ruleset


def load_pack(pack: Path, shown: str = "") -> RuleSet:
    """The rules of one folder or file, read from YAML.

    `shown` is the folder's name in `Rule.source` and in errors; else errors show the path given,
    and `Rule.source` is relative to the pack.
    """
    if not pack.exists():
        raise UsageError(f"there is no rule pack {pack}", hint="Give a folder of rule files, or one file")
    root = pack if pack.is_dir() else pack.parent
    ruleset = RuleSet()
    for file in rule_files(pack):
        relative = file.relative_to(root).as_posix()
        name, source = (f"{shown}/{relative}",) * 2 if shown else (file.as_posix(), relative)
        try:
            one = load_file(file, name, source)
        except RuleError as error:
            ruleset.errors.append(error)
            continue
        ruleset.add(RuleSet({one.rule.id: one}))
    if not ruleset.loaded and not ruleset.errors and not (pack / FRAMEWORKS).is_dir():
        # A typing mistake must not look like a pack whose rules all pass.
        ruleset.errors.append(RuleError("holds no rule", where=str(pack), hint="A rule is a file NAME.yaml"))
    return ruleset


def rule_files(pack: Path) -> list[Path]:
    """The rule files of a pack in order: all YAML but its framework files and those on controls."""
    if pack.is_file():
        return [pack]
    found = (*pack.rglob("*.yaml"), *pack.rglob("*.yml"))
    files = [file for file in found if file.is_file() or not file.exists()]  # a pipe would wait for ever
    apart = (pack / CONTROLS, pack / NOT_AUTOMATED, pack / FROM_CODE, pack / FRAMEWORKS)
    return sorted(file for file in files if file not in apart and apart[-1] not in file.parents)


def load_file(file: Path, name: str, source: str = "") -> Loaded:
    """One rule out of its file. Raises `RuleError` with `name:line`."""
    from scanner.engine import rule_schema, rule_yaml

    value, places = rule_yaml.read(file, name)
    checked = rule_schema.checked(rule_schema.RuleFile, value, places)
    rule = _rule(checked, source or name)
    when = _compile(rule.when, "when", places) if rule.when else None
    rule.examples = {
        verdict: [_example(item, (verdict, index), places) for index, item in enumerate(items)]
        for verdict, items in checked.examples.model_dump(by_alias=True).items()
    }
    expect = _compile(rule.expect, "expect", places)
    return Loaded(rule, when, expect, Condition.of(expect), places)


def _rule(checked: RuleFile, source: str) -> Rule:
    mappings = [
        FrameworkMapping(framework, item, ())
        if isinstance(item, str)
        else FrameworkMapping(framework, item.id, tuple(sorted(item.params.items())))
        for framework, items in checked.frameworks.items()
        for item in items
    ]
    return Rule(
        id=checked.id,
        title=checked.title,
        severity=checked.severity,
        since=checked.since,
        resource=checked.resource,
        responsibility=checked.responsibility,
        covers=tuple(checked.covers),
        expect=checked.expect,
        message=checked.message,
        why=checked.why,
        fix=checked.fix.model_dump(exclude_none=True),
        references=tuple(checked.references),
        when=checked.when,
        params=dict(checked.params),
        frameworks=tuple(mappings),
        source=source,
    )


def _compile(text: str, member: str, places: Source) -> Expression:
    try:
        return parse(text)
    except ExpressionError as error:
        where = f"{places.file}:{places.line_at(error.column, member)}"
        raise RuleError(f"{member}: {error.message}", where=where) from error


_EXAMPLE = frozenset({"document", "unknown", "params"})


def _example(item: Mapping[str, Any], at: tuple[str, int], places: Source) -> dict[str, Any]:
    """An example's long form: `document`, `unknown` (pointer → reason) and `params`."""
    if "document" not in item or not set(item) <= _EXAMPLE:
        return {"document": dict(item), "unknown": {}, "params": {}}
    line = places.line("examples", *at)
    parts = {name: item.get(name) or {} for name in ("document", "unknown", "params")}
    for name, part in parts.items():
        if not isinstance(part, dict):
            raise RuleError(f"examples: {name} is not a mapping", where=f"{places.file}:{line}")
    parts["unknown"] = {
        pointer: _unknown(pointer, reason, f"{places.file}:{places.line('examples', *at, 'unknown', pointer)}")
        for pointer, reason in parts["unknown"].items()
    }
    return parts


def _unknown(pointer: str, reason: Any, where: str) -> dict[str, str]:
    """`Unknown.to_json`'s form of a reason, or of a mapping with `why` and more."""
    body = reason if isinstance(reason, dict) else {"why": reason}
    try:
        found = Unknown.from_json({**({"kind": "more"} if pointer.endswith("/-") else {}), **body})
    except (KeyError, TypeError, ValueError) as error:
        hint = f"a reason is one of {', '.join(Why)}, and a kind one of {', '.join(UNKNOWN_KINDS)}"
        raise RuleError(f"examples: {hint}", where=where) from error
    if not pointer.startswith("/"):
        raise RuleError(f"examples: {pointer!r} is no JSON Pointer", where=where)
    return found.to_json()


def parameter_bindings(rule: Rule, frameworks: Collection[str] | None = None) -> list[dict[str, Any]]:
    """What differs from the defaults in each binding that frameworks' mappings ask for, each once.

    Without `frameworks` that is `{}`, and what any framework asks for; with some, only what these do.
    """
    found: dict[str, dict[str, Any]] = {} if frameworks is not None and rule.params else {"{}": {}}
    for mapping in rule.frameworks if rule.params else ():
        if frameworks is None or mapping.framework in frameworks:
            bound = {name: value for name, value in mapping.params if rule.params.get(name) != value}
            found.setdefault(canonical(bound), bound)
    return list(found.values())


def reads(rules: Iterable[Loaded]) -> Reads:
    """Members of `config` that rules read or show, by type. Facts are `facts`' and derive's."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in rules:
        found[one.rule.resource].update(path for path in _members(one) if path.split(".")[0] != "derived")
    return {name: frozenset(paths) for name, paths in sorted(found.items())}


def facts(rules: Iterable[Loaded]) -> dict[str, set[str]]:
    """Names of the derived facts that rules read or show, by type."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in rules:
        parts = (path.split(".") for path in _members(one))
        found[one.rule.resource].update(part[1] for part in parts if part[0] == "derived" and len(part) > 1)
    return {name: names - ENVELOPE for name, names in sorted(found.items())}


def _members(one: Loaded) -> set[str]:
    """Dotted member paths of a rule's expressions and of the placeholders in its texts."""
    expressions = [one.expect] if one.when is None else [one.when, one.expect]
    shown = (path for text in (one.rule.message, *one.rule.fix.values()) for path in placeholders(text))
    return {path for expression in expressions for path in expression.members}.union(shown)


def _twice(one: Loaded, first: Loaded) -> RuleError:
    where = f"{one.source.file}:{one.source.line('id')}" if one.source else one.rule.source
    return RuleError(f"the id {one.rule.id} is taken by {first.rule.source}", where=where)


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=3)
    return f"Did you mean {', '.join(close)}?" if close else "See `posture rules list`"
