"""How well a rule's examples guard it: the rule with one thing wrong, and whether an example then says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from scanner.engine.examples import run
from scanner.engine.expression import Expression, parse
from scanner.engine.rules import Loaded
from scanner.engine.unparse import unparse

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule with one thing wrong: what was done to it, and whether one of its examples is judged otherwise."""

    rule: str
    change: str
    caught: bool


def mutants(one: Loaded) -> Iterator[Mutant]:
    """`expect` negated, and every part of an `&&` of `when` and `expect` left out, at any depth.

    The rule must have been loaded with its examples (from YAML).
    """
    yield _tried(one, "expect negated", expect=parse(f"!({one.expect.source})"))
    for left, kept in _dropped(one.expect.ast):
        yield _tried(one, f"expect without {left}", expect=parse(kept))
    if one.when is None:
        return
    yield _tried(one, f"without when: {one.when.source}", when=None)
    for left, kept in _dropped(one.when.ast):
        yield _tried(one, f"when without {left}", when=parse(kept))


def _tried(one: Loaded, change: str, **changed: Expression | None) -> Mutant:
    wrong: dict[str, Any] = dict(changed)
    return Mutant(one.rule.id, " ".join(change.split()), any(each.problem for each in run([replace(one, **wrong)])))


def _dropped(ast: Node) -> Iterator[tuple[str, str]]:
    """For each part of an `&&`: its text, and the whole expression without it."""
    for path, node in _nodes(ast):
        if node["type"] == "and_expression":
            for number in (0, 1):
                kept = _with(ast, path, node["children"][1 - number])
                yield unparse(node["children"][number]), unparse(kept)


def _nodes(node: Node, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Node]]:
    yield path, node
    for number, child in enumerate(node.get("children", ())):
        if isinstance(child, dict):
            yield from _nodes(child, (*path, number))


def _with(node: Node, path: tuple[int, ...], new: Node) -> Node:
    """The tree with another node at a path."""
    if not path:
        return new
    children = list(node["children"])
    children[path[0]] = _with(children[path[0]], path[1:], new)
    return {**node, "children": children}
