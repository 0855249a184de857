"""Linting the placeholders of a rule's message and fixes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.engine.lint_shapes import ANY, WORDS, child, close
from scanner.engine.message import PLACEHOLDER, placeholders, steps
from scanner.engine.rules import ENVELOPE, Loaded
from scanner.model import Shape

_BRACES = re.compile(r"\$?\{[^{}\s\"'=:,]*\}")
"""What looks like a placeholder: braces round something without the signs of JSON, HCL or YAML."""


def problems(one: Loaded, document: Shape) -> Iterator[tuple[str, str, str]]:
    """(member, problem, word) for each placeholder that cannot be filled as it stands."""
    rule = one.rule
    for member, text in (("message", rule.message), *((f"fix.{name}", text) for name, text in rule.fix.items())):
        for found in _BRACES.finditer(text):
            if not PLACEHOLDER.fullmatch(found[0]) and not found[0].startswith("$"):
                yield member, f"{found[0]} is no placeholder: write {{Member.path}}", found[0]
        for found in placeholders(text):
            for problem in _placeholder(one, document, found[1], inside=member != "message"):
                yield member, f"{{{found[1]}}}: {problem}", found[1]
            if member != "message" and _quoted(text, found.start(), shell=member == "fix.cli"):
                yield member, f"{{{found[1]}}} stands in quotes, and its value brings its own", found[1]


def _placeholder(one: Loaded, document: Shape, path: str, *, inside: bool) -> Iterator[str]:
    parts = steps(path)
    if parts[0] == "param" and len(parts) > 1:
        if parts[1] not in one.rule.params:
            yield f"the rule declares no parameter {parts[1]}{close(parts[1], one.rule.params)}"
        return
    if parts[0] == "derived" and len(parts) > 1 and parts[1] not in ENVELOPE | _facts(one):
        near = close(parts[1], _facts(one))
        yield f"only facts that an expression of the rule reads are computed, and {parts[1]} is none{near}"
        return
    shape = document
    for part in parts:
        if part[0] == "[":
            if shape.kind not in ("list", "any"):
                yield f"{part} needs a list, not {WORDS[shape.kind]}"
                return
            shape = shape.element or ANY
            continue
        found = child(shape, part)
        if found is None:
            yield f"there is no member {part}{close(part, shape.members)}"
            return
        shape = found
    if inside and (shape.kind in ("list", "structure", "map") or "[]" in parts):
        yield "a fix takes single values, not lists or objects"


def _facts(one: Loaded) -> frozenset[str]:
    expressions = [one.expect, one.when] if one.when else [one.expect]
    paths = (path.split(".") for expression in expressions for path in expression.members)
    return frozenset(path[1] for path in paths if path[0] == "derived" and len(path) > 1)


def _quoted(text: str, position: int, *, shell: bool) -> bool:
    """Whether a place lies between quotes; outside shells an apostrophe is prose."""
    quote = ""
    start = 0 if shell else text.rfind("\n", 0, position) + 1
    index = start
    while index < position:
        sign = text[index]
        if sign == "\\" and quote != "'":
            index += 1
        elif quote:
            quote = "" if sign == quote else quote
        elif sign == '"' or (sign == "'" and shell):
            quote = sign
        elif sign == "#" and shell and text[index - 1 : index] in ("", "\n", " "):
            index = max(text.find("\n", index, position), index) if "\n" in text[index:position] else position
        index += 1
    return bool(quote)
