"""Why a verdict is what it is: the values, the deciding elements, or the calls that are missing."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from scanner.engine.clauses import Clause, Condition, Part
from scanner.engine.expression import EvaluationError
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
_STEP = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|\[[0-9]+\]")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]+\])*")
MAX_ELEMENTS = 20
"""Elements listed of one collection; the message and the document hold the rest."""


def decided(condition: Condition, document: Partial, verdict: Verdict, scope: Scope) -> list[Evidence]:
    """Evidence of a pass or a fail: the leaves that made it, each with what was found and expected."""
    leaves = _decisive(condition.part, document, scope, holds=verdict is Verdict.PASS)
    return [item for leaf in leaves for item in _found(leaf, document, scope)]


def _decisive(part: Part, document: Partial, scope: Scope, *, holds: bool) -> Iterator[Clause]:
    """The leaves that made the condition hold or not: of `a && b` that failed only what is false."""
    if isinstance(part, Clause):
        if part.subject:
            yield part
        return
    all_count = part.every is holds
    for each in part.parts:
        if all_count or _holds(each, document, scope) is holds:
            yield from _decisive(each, document, scope, holds=holds)


def _holds(part: Part, document: Partial, scope: Scope) -> bool | None:
    if isinstance(part, Clause):
        try:
            return truth(part.test, document, scope).value
        except EvaluationError:
            return None
    found = {_holds(each, document, scope) for each in part.parts}
    if (not part.every) in found:
        return not part.every
    return None if None in found else part.every


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


def _found(leaf: Clause, document: Partial, scope: Scope) -> Iterator[Evidence]:
    if leaf.subject is None:
        return
    try:
        value = search(leaf.subject, document, scope).value
    except EvaluationError:
        return
    wanted = "none" if leaf.counts and leaf.expected == 0 else leaf.expected
    if leaf.counts and value == [] and "[?" in leaf.subject.source:
        # the list may well have elements: none of them is among those that the rule looks for
        yield Evidence(f"{leaf.path}[?…]", value, wanted, _source(leaf.path, None, document.value))
    elif leaf.counts and isinstance(value, list) and value:
        for element in value[:MAX_ELEMENTS]:
            yield Evidence(leaf.path, element, wanted, _source(leaf.path, element, document.value))
    else:
        yield Evidence(leaf.path, value, wanted, _source(leaf.path, value, document.value))


def _source(path: str, value: Any, document: Any) -> str:
    """The deciding place that a fact names, else the member, or the element of it, as a JSON Pointer."""
    steps = list(steps_of(path))
    if not steps:
        return ""
    if steps[0] == "derived":
        return _named(value) or _named(held_at(document, steps[:2]))
    held = held_at(document, steps)
    if isinstance(held, list) and held is not value and value in held:
        steps.append(held.index(value))
    return pointer(*steps)


@functools.lru_cache(maxsize=4096)
def steps_of(path: str) -> tuple[str | int, ...]:
    """`Rules[0].Status` as `("Rules", 0, "Status")`; nothing for what is no plain path."""
    if not _PLAIN.fullmatch(path):
        return ()
    return tuple(int(step[1:-1]) if step.startswith("[") else step for step in _STEP.findall(path))


def held_at(value: Any, steps: Sequence[str | int]) -> Any:
    """What stands at the end of the steps, or nothing."""
    for step in steps:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def _named(value: Any) -> str:
    """What a fact gives as its `source` or `sources`."""
    if not isinstance(value, dict):
        return ""
    named = value.get("source") or value.get("sources") or ""
    return " ".join(map(str, named)) if isinstance(named, list) else str(named)
