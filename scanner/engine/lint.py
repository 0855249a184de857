"""What `posture rules lint` finds: rules that would load and yet mislead.

Expressions, placeholders and examples are held against the shape of the resource they judge; ids of
controls, frameworks and parameters against what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scanner.engine import builtin, lint_examples, lint_texts
from scanner.engine.expression import Expression
from scanner.engine.lint_expression import Walker
from scanner.engine.lint_shapes import close, of_value, root
from scanner.engine.lint_syntax import guards_of
from scanner.engine.message import placeholders, steps
from scanner.engine.rule_yaml import Source
from scanner.engine.rules import Loaded, RuleSet
from scanner.model import FrameworkMapping, Shape

ShapeOf = Callable[[str], Shape | None]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with a rule."""

    file: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        """`file:line: message`, as compilers print it."""
        return f"{self.file}:{self.line}: {self.message}"


def lint(
    ruleset: RuleSet,
    shape_of: ShapeOf,
    derived_shape_of: ShapeOf,
    frameworks: Mapping[str, Mapping[str, Any]] | None = None,
    controls: Collection[str] | None = None,
) -> list[Problem]:
    """Every problem of the rules that loaded, by file and line; files that gave none are `ruleset.errors`.

    `ruleset` is one read from YAML (`rules.load_pack`). `shape_of` gives the shape of a type's `config`,
    `derived_shape_of` that of its `derived`. `frameworks` are as `frameworks.load` gives them, `controls`
    the known ids of `covers`; the built-in ones if none are given.
    """
    if frameworks is None:
        frameworks, _ = builtin.frameworks()
    if controls is None:
        controls = builtin.controls()
    found: list[Problem] = []
    requirements = {id_: {one["id"]: one for one in body["requirements"]} for id_, body in frameworks.items()}
    for one in ruleset:
        source = one.source or Source(one.rule.source, [])
        run = _Rule(one, source, shape_of, derived_shape_of)
        found += [*run.expressions(), *run.texts(), *run.examples(), *run.parameters()]
        found += [*run.controls(controls), *run.mappings(requirements)]
    return sorted(set(found))


class _Rule:
    """The checks of one rule."""

    def __init__(self, one: Loaded, source: Source, shape_of: ShapeOf, derived_shape_of: ShapeOf) -> None:
        self._one = one
        self._rule = one.rule
        self._source = source
        config = shape_of(one.rule.resource)
        self._document = None if config is None else root(config, derived_shape_of(one.rule.resource))

    def _problem(self, message: str, *path: str | int, word: str = "") -> Problem:
        return Problem(self._source.file, self._source.line(*path, word=word), self._rule.id, message)

    def expressions(self) -> list[Problem]:
        """Members, words and types that the document cannot have."""
        if self._document is None:
            return [self._problem(f"no collector makes resources of the type {self._rule.resource}", "resource")]
        when = self._one.when
        found = self._walk(when, "when", frozenset()) if when else []
        return found + self._walk(self._one.expect, "expect", guards_of(when.ast) if when else frozenset())

    def _walk(self, expression: Expression, member: str, guards: frozenset[str]) -> list[Problem]:
        found: list[Problem] = []

        def report(message: str, word: str) -> None:
            found.append(self._problem(f"{member}: {message}", member, word=word))

        if self._document is not None:
            Walker(self._rule.params, report).check(expression.ast, self._document, guards)
        return found

    def texts(self) -> Iterator[Problem]:
        """Placeholders that cannot be filled."""
        if self._document is not None:
            for member, message, word in lint_texts.problems(self._one, self._document):
                yield self._problem(f"{member}: {message}", *member.split("."), word=word)

    def examples(self) -> Iterator[Problem]:
        """Examples that are missing, impossible or judged otherwise."""
        for path, message in lint_examples.problems(self._one, self._document):
            yield self._problem(f"examples: {message}", "examples", *path)

    def parameters(self) -> Iterator[Problem]:
        """Parameters that nothing reads."""
        read = set(self._one.expect.params) | (set(self._one.when.params) if self._one.when else set())
        for text in (self._rule.message, *self._rule.fix.values()):
            paths = (steps(found[1]) for found in placeholders(text))
            read |= {parts[1] for parts in paths if parts[0] == "param" and len(parts) > 1}
        for name in self._rule.params:
            if name not in read:
                yield self._problem(f"params: nothing reads {name}", "params", name)

    def controls(self, known: Collection[str]) -> Iterator[Problem]:
        """Control ids that do not exist."""
        for index, id_ in enumerate(self._rule.covers):
            if id_ not in known:
                yield self._problem(f"covers: there is no control {id_}{close(id_, known)}", "covers", index)

    def mappings(self, requirements: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[Problem]:
        """Frameworks, requirements and bound parameters that do not exist, and requirements that no rule can see."""
        for item in self._rule.frameworks:
            at = ("frameworks", item.framework)
            if item.framework not in requirements:
                known = close(item.framework, requirements)
                yield self._problem(f"frameworks: there is no framework {item.framework}{known}", *at)
            elif item.requirement not in requirements[item.framework]:
                near = close(item.requirement, requirements[item.framework])
                message = f"frameworks: {item.framework} has no requirement {item.requirement}{near}"
                yield self._problem(message, *at, word=item.requirement)
            else:
                yield from self._unseeable(requirements[item.framework][item.requirement], item.framework)
            yield from self._bound(item)

    def _unseeable(self, one: Mapping[str, Any], framework: str) -> Iterator[Problem]:
        """A mapping to a heading, or to what a person or AWS attests."""
        kind = "a heading" if one.get("group") else one.get("assessment")
        if kind in ("a heading", "manual", "inherited"):
            message = f"frameworks: {framework} {one['id']} is {kind}: no rule can give evidence for it"
            yield self._problem(message, "frameworks", framework, word=one["id"])

    def _bound(self, item: FrameworkMapping) -> Iterator[Problem]:
        at = ("frameworks", item.framework)
        for name, value in item.params:
            if name not in self._rule.params:
                near = close(name, self._rule.params)
                yield self._problem(f"frameworks: the rule declares no parameter {name}{near}", *at, word=name)
            elif of_value(value).kind != of_value(self._rule.params[name]).kind:
                yield self._problem(f"frameworks: {name} is bound to another type than its default", *at, word=name)
