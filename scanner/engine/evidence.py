"""Why a verdict is what it is: the values, the deciding elements, or the calls that are missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from scanner.engine.clauses import Clause, clauses
from scanner.engine.expression import EvaluationError, Expression, parse
from scanner.engine.scope import Scope
from scanner.engine.three_valued import search, truth
from scanner.model import Evidence, Partial, Unknown, Verdict, Why, pointer, pointer_parts

_WORDS = {
    Why.DENIED: "denied",
    Why.THROTTLED: "throttled out",
    Why.ERROR: "not answered",
    Why.UNSUPPORTED: "not supported there",
    Why.NOT_COLLECTED: "not collected",
    Why.AFTER_APPLY: "known only after apply",
    Why.OUT_OF_SCOPE: "outside this input",
    Why.RULE_ERROR: "the rule failed",
}
_MAX_ELEMENTS = 20
"""Elements listed of one collection; the message and the document hold the rest."""


def decided(expression: Expression, document: Partial, verdict: Verdict, scope: Scope) -> list[Evidence]:
    """Evidence of a pass or a fail: the leaves that made it, each with what was found and expected."""
    leaves = _leaves(expression.source)
    wanted = verdict is Verdict.PASS
    chosen = [leaf for leaf in leaves if _holds(leaf, document, scope) is wanted] or list(leaves)
    return [item for leaf in chosen for item in _found(leaf, document, scope)]


def undecided(because: Iterable[tuple[str, Unknown]]) -> list[Evidence]:
    """Evidence of an unknown: each place that kept it open, with the call and permission it lacks."""
    return [
        Evidence(
            path=".".join(pointer_parts(at)),
            source=at,
            reason=f"{_WORDS[why.why]}: {why.message}" if why.message else _WORDS[why.why],
            operation=f"{why.service}:{why.operation}" if why.service and why.operation else why.operation,
            permission=why.permission,
        )
        for at, why in sorted(dict(because).items())
    ]


def reason_words(why: Unknown) -> str:
    """`GetKeyPolicy was denied (needs kms:GetKeyPolicy)`, or what else keeps a verdict open."""
    word = _WORDS[why.why]
    if why.operation:
        verb = "is" if why.why is Why.UNSUPPORTED else "was"
        needs = f" (needs {why.permission})" if why.permission and why.why is Why.DENIED else ""
        return f"{why.operation} {verb} {word}{needs}"
    return why.message or word


@lru_cache(maxsize=4096)
def _leaves(source: str) -> tuple[Clause, ...]:
    return clauses(parse(source).ast)


@lru_cache(maxsize=4096)
def _parsed(source: str) -> Expression:
    return parse(source)


def _holds(leaf: Clause, document: Partial, scope: Scope) -> bool | None:
    try:
        return truth(_parsed(leaf.test), document, scope).value
    except EvaluationError:
        return None


def _found(leaf: Clause, document: Partial, scope: Scope) -> Iterator[Evidence]:
    try:
        value = search(_parsed(leaf.subject), document, scope).value
    except EvaluationError:
        return
    path = leaf.subject
    if leaf.counts and isinstance(value, list) and value:
        for element in value[:_MAX_ELEMENTS]:
            yield Evidence(path, element, "none" if leaf.expected == 0 else leaf.expected, _source(path, element))
    else:
        yield Evidence(path, value, leaf.expected, _source(path, value))


def _source(path: str, value: Any) -> str:
    """The deciding place that a fact names, else the member itself as a JSON Pointer."""
    if isinstance(value, dict):
        named = value.get("source") or value.get("sources")
        if isinstance(named, str):
            return named
        if isinstance(named, list) and named:
            return " ".join(map(str, named))
    parts = path.split(".")
    return pointer(*parts) if all(part.isidentifier() for part in parts) and parts[0] != "derived" else ""
