"""A rule's condition on one document, leaf by leaf: what each found, and whether it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.engine import evidence
from scanner.engine.clauses import Branch, Clause, Part, tree
from scanner.engine.expression import EvaluationError, ExpressionError, parse
from scanner.engine.scope import Scope, instant
from scanner.engine.three_valued import search, truth
from scanner.model import Partial


def conditions(text: str, document: Partial, params: Mapping[str, Any], now: str) -> list[dict[str, Any]]:
    """The parts of an expression in the order of its text; empty if it cannot be evaluated.

    A part has its `depth`. A branch has `joins` (`all` or `any`). A leaf has `path`, `expected` and `found`,
    or `because` with the reasons for which it is not known. `holds` is true, false or null.
    """
    try:
        scope = Scope(params, instant(now))
        return list(_parts(tree(parse(text).ast), document, scope, 0))
    except (EvaluationError, ExpressionError, ValueError):
        return []


def _parts(part: Part, document: Partial, scope: Scope, depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(part, Clause):
        yield _leaf(part, document, scope) | {"depth": depth}
        return
    below = [each for child in _flat(part) for each in _parts(child, document, scope, depth + 1)]
    holds = _joined(part, [each["holds"] for each in below if each["depth"] == depth + 1])
    yield {"joins": "all" if part.every else "any", "holds": holds, "depth": depth}
    yield from below


def _flat(branch: Branch) -> Iterator[Part]:
    """The parts of a branch, those of its parts that join alike taken out of their own branch."""
    for part in branch.parts:
        if isinstance(part, Branch) and part.every is branch.every:
            yield from _flat(part)
        else:
            yield part


def _joined(branch: Branch, holds: list[bool | None]) -> bool | None:
    """Kleene's `and` and `or`."""
    if (not branch.every) in holds:
        return not branch.every
    return None if None in holds else branch.every


def _leaf(leaf: Clause, document: Partial, scope: Scope) -> dict[str, Any]:
    decided = truth(leaf.test, document, scope)
    subject = leaf.subject
    told: dict[str, Any] = {"path": leaf.path or leaf.test.source, "expected": leaf.expected, "holds": decided.value}
    if decided.value is None:
        return told | {"because": sorted({evidence.reason_words(why) for _, why in decided.because})}
    if subject is None:
        return told
    found = search(subject, document, scope).value
    return told | {"found": len(found) if leaf.counts and isinstance(found, list) else found, "counts": leaf.counts}
