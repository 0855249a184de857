"""Linting a rule's examples: their members must exist, and the rule must give the verdict they state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.engine.examples import judge
from scanner.engine.expression import EvaluationError
from scanner.engine.lint_shapes import ANY, WORDS, child, close
from scanner.engine.rules import Loaded
from scanner.model import Shape, Verdict, pointer_parts

_KINDS = {dict: ("structure", "map"), list: ("list",), str: ("string",), bool: ("boolean",)}
_NUMBER = ("number",)

Place = tuple[str | int, ...]


def problems(one: Loaded, document: Shape | None) -> Iterator[tuple[Place, str]]:
    """(path below `examples`, problem); without a shape only verdicts are looked at."""
    for needed in (Verdict.PASS, Verdict.FAIL):
        if not one.rule.examples.get(needed):
            yield (), f"there is no example of a {needed}"
    for stated, items in one.rule.examples.items():
        for index, example in enumerate(items):
            at = (stated, index)
            yield from ((at, message) for message in _misjudged(one, stated, example))
            for name in example["params"]:
                if name not in one.rule.params:
                    yield at, f"the rule declares no parameter {name}{close(name, one.rule.params)}"
            if document is not None:
                yield from _misfits(example["document"], document, _start(one, at))
                yield from _lost(example["unknown"], document, at)
            yield from _absent(example, at)


def _misjudged(one: Loaded, stated: str, example: Mapping[str, Any]) -> Iterator[str]:
    try:
        found = judge(one, example)
    except EvaluationError as error:
        yield f"the rule fails on this example: {error}"
    else:
        if found != stated:
            yield f"the example is under {stated}, but the rule says {found}"


def _start(one: Loaded, at: Place) -> Place:
    """Where the document of an example stands in the file: in the long form it is a member of its own."""
    long = one.source is not None and ("examples", *at, "document") in one.source.spans
    return (*at, "document") if long else at


def _misfits(value: Any, shape: Shape, at: Place) -> Iterator[tuple[Place, str]]:
    """Parts of a document that AWS, or the fact, could not give."""
    if value is None or shape.kind == "any":
        return
    if shape.kind not in _KINDS.get(type(value), _NUMBER):
        yield at, f"{at[-1]} is {WORDS[shape.kind]}, not {value!r:.40}"
    elif isinstance(value, dict):
        for name, item in value.items():
            found = child(shape, name)
            if found is None:
                yield (*at, name), f"there is no member {name}{close(name, shape.members)}"
            else:
                yield from _misfits(item, found, (*at, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _misfits(item, shape.element or ANY, (*at, index))
    elif shape.enum and value not in shape.enum:
        yield at, f"{value!r} is no value of {at[-1]}{close(str(value), shape.enum)}"


def _lost(unknown: Mapping[str, Any], document: Shape, at: Place) -> Iterator[tuple[Place, str]]:
    """Pointers of unknown members that point nowhere."""
    for place in unknown:
        shape: Shape | None = document
        for part in pointer_parts(place):
            if shape is not None and shape.kind == "list" and (part == "-" or part.isdecimal()):
                shape = shape.element or ANY
            elif shape is not None:
                shape = child(shape, part)
        if shape is None:
            yield (*at, "unknown", place), f"the unknown {place} points at no member"


def _absent(example: Mapping[str, Any], at: Place) -> Iterator[tuple[Place, str]]:
    """Elements that may not be there, but are not in the document in the first place."""
    for place, reason in example["unknown"].items():
        if reason.get("kind") == "maybe" and not _is_element(example["document"], place):
            yield (*at, "unknown", place), f"the document has no element {place} that may not be there"


def _is_element(value: Any, place: str) -> bool:
    *above, last = pointer_parts(place)
    for part in above:
        if isinstance(value, list):
            value = value[int(part)] if part.isdecimal() and int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return isinstance(value, list) and last.isdecimal() and int(last) < len(value)
