"""Walking an expression's syntax tree over the shape of the document that it will see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scanner.engine.compiler_tables import SIGNATURES
from scanner.engine.lint_shapes import (
    ANY,
    BOOLEAN,
    NUMBER,
    STRING,
    WORDS,
    child,
    close,
    either,
    listed,
    merged,
    of_value,
)
from scanner.engine.lint_syntax import Node, guards_of, prefix
from scanner.engine.unparse import unparse
from scanner.model import Shape, canonical

Report = Callable[[str, str], None]
"""Takes a problem and the word of the expression it is about."""

_JSON_TYPES = {"structure": "object", "map": "object", "list": "array"}
_RESULTS: Mapping[str, Shape] = {
    **dict.fromkeys(("contains", "ends_with", "starts_with"), BOOLEAN),
    **dict.fromkeys(("abs", "ceil", "floor", "length", "sum"), NUMBER),
    **dict.fromkeys(("avg", "to_number", "age_days"), either(NUMBER, optional=True)),
    **dict.fromkeys(("join", "now", "to_string", "type"), STRING),
    "between": listed(NUMBER),
    "keys": listed(STRING),
}
_ORDER = ("lt", "lte", "gt", "gte")


class Walker:
    """Finds what an expression gets wrong about its document; one for each expression."""

    def __init__(self, params: Mapping[str, Any], report: Report) -> None:
        self._params = params
        self._report = report
        self._guarded: frozenset[str] = frozenset()

    def check(self, ast: Node, document: Shape, guards: frozenset[str] = frozenset()) -> None:
        """Report every problem. `guards` are places known not to be null, as `guards_of` gives them."""
        self._guarded = guards
        self._visit(ast, document)

    def _visit(self, node: Node, shape: Shape) -> Shape:
        method: Callable[[Node, Shape], Shape] = getattr(self, f"_{node['type']}")
        found = method(node, shape)
        return either(found, optional=False) if canonical(node) in self._guarded else found

    # Paths

    def _current(self, _node: Node, shape: Shape) -> Shape:
        return shape

    _identity = _current

    def _field(self, node: Node, shape: Shape) -> Shape:
        name = node["value"]
        found = child(shape, name)
        if found is not None:
            return found
        if name in ("null", "true", "false"):
            self._report(f"{name} is read as a member; the value is written `{name}`", name)
        elif shape.kind == "structure":
            self._report(f"there is no member {name}{close(name, shape.members)}", name)
        else:
            self._report(f"{name} is asked of {WORDS[shape.kind]}, which has no members", name)
        return ANY

    def _subexpression(self, node: Node, shape: Shape) -> Shape:
        self._negated(node)
        first, *rest = node["children"]
        shape = self._visit(first, shape)
        for length, part in enumerate(rest, start=2):
            shape = self._within(part, shape)
            if canonical(prefix(node, length)) in self._guarded:
                shape = either(shape, optional=False)
        return shape

    def _index_expression(self, node: Node, shape: Shape) -> Shape:
        self._negated(node)
        left, right = node["children"]
        base = self._visit(left, shape)
        element = self._element(base, "an index" if right["type"] == "index" else "a slice", unparse(left))
        return either(element, optional=True) if right["type"] == "index" else base

    def _pipe(self, node: Node, shape: Shape) -> Shape:
        left, right = node["children"]
        return self._within(right, self._visit(left, shape))

    def _within(self, node: Node, shape: Shape, guards: frozenset[str] = frozenset()) -> Shape:
        """Visit a part that sees another value: what was known of the places outside says nothing there."""
        outside, self._guarded = self._guarded, guards
        found = self._visit(node, shape)
        self._guarded = outside
        return found

    def _negated(self, node: Node) -> None:
        first = node["children"][0]
        if first["type"] == "not_expression":
            word = unparse(first["children"][0])
            self._report(f"!{word}.x is (!{word}).x, which is always null; write !({word}.x)", word)

    def _element(self, shape: Shape, what: str, word: str) -> Shape:
        if shape.kind in ("list", "any"):
            return shape.element or ANY
        self._report(f"{what} needs a list, not {WORDS[shape.kind]}", word)
        return ANY

    # Projections

    def _projection(self, node: Node, shape: Shape) -> Shape:
        self._negated(node)
        left, right = node["children"]
        base = self._visit(left, shape)
        return listed(self._within(right, self._element(base, "[]", unparse(left))), optional=base.optional)

    def _flatten(self, node: Node, shape: Shape) -> Shape:
        base = self._visit(node["children"][0], shape)
        element = self._element(base, "[]", unparse(node["children"][0]))
        return listed((element.element or ANY) if element.kind == "list" else element, optional=base.optional)

    def _filter_projection(self, node: Node, shape: Shape) -> Shape:
        self._negated(node)
        left, right, predicate = node["children"]
        base = self._visit(left, shape)
        element = either(self._element(base, "[?…]", unparse(left)), optional=False)
        self._within(predicate, element)
        return listed(self._within(right, element, guards_of(predicate)), optional=base.optional)

    def _value_projection(self, node: Node, shape: Shape) -> Shape:
        left, right = node["children"]
        base = self._visit(left, shape)
        if base.kind not in ("structure", "map", "any"):
            self._report(f"* needs an object, not {WORDS[base.kind]}", unparse(left))
        values = [base.element] if base.element else list(base.members.values())
        element = merged(values) if base.kind in ("structure", "map") else ANY
        return listed(self._within(right, element), optional=base.optional)

    # Logic

    def _and_expression(self, node: Node, shape: Shape) -> Shape:
        left, right = node["children"]
        first = self._visit(left, shape)
        return self._either_side(first, right, shape, guards_of(left))

    def _or_expression(self, node: Node, shape: Shape) -> Shape:
        left, right = node["children"]
        first = self._visit(left, shape)
        second = self._either_side(first, right, shape, guards_of(left, holds=False))
        return merged([either(first, optional=False), second]) if first.kind == second.kind else ANY

    def _either_side(self, first: Shape, right: Node, shape: Shape, guards: frozenset[str]) -> Shape:
        second = self._within(right, shape, self._guarded | guards)
        return second if first.kind == second.kind else ANY

    def _not_expression(self, node: Node, shape: Shape) -> Shape:
        self._visit(node["children"][0], shape)
        return BOOLEAN

    def _comparator(self, node: Node, shape: Shape) -> Shape:
        sides = [self._visit(part, shape) for part in node["children"]]
        words = [unparse(part) for part in node["children"]]
        kinds = [side.kind for side in sides]
        if node["value"] in _ORDER:
            for side, word in zip(sides, words, strict=True):
                if side.kind not in ("number", "any"):
                    self._report(f"only numbers have an order; {word} is {WORDS[side.kind]}", word)
            return either(BOOLEAN, optional=True)
        if "any" not in kinds and _json_type(sides[0]) != _json_type(sides[1]):
            first, second = (f"{word} ({WORDS[kind]})" for word, kind in zip(words, kinds, strict=True))
            self._report(f"{first} and {second} are never equal", words[0])
        for literal, index in ((node["children"][0], 1), (node["children"][1], 0)):
            self._known(literal, sides[index], words[index])
        return BOOLEAN

    def _known(self, literal: Node, given: Shape, of: str) -> None:
        """A literal, or each string of a literal list, must be one of the words that AWS uses there."""
        if literal["type"] != "literal" or given.kind != "string" or not given.enum:
            return
        for word in literal["value"] if isinstance(literal["value"], list) else [literal["value"]]:
            if isinstance(word, str) and word not in given.enum:
                self._report(f"{word!r} is no value of {of}{close(word, given.enum)}", word)

    # Values

    def _literal(self, node: Node, _shape: Shape) -> Shape:
        return of_value(node["value"])

    def _multi_select_list(self, node: Node, shape: Shape) -> Shape:
        items = [self._visit(part, either(shape, optional=False)) for part in node["children"]]
        element = merged(items)
        return Shape("list", element=element, optional=shape.optional)

    def _multi_select_dict(self, node: Node, shape: Shape) -> Shape:
        inside = either(shape, optional=False)
        members = {part["value"]: self._visit(part["children"][0], inside) for part in node["children"]}
        return Shape("structure", members, optional=shape.optional)

    # Functions

    def _function_expression(self, node: Node, shape: Shape) -> Shape:
        name, arguments = node["value"], node["children"]
        shapes = self._arguments(arguments, shape)
        signature = SIGNATURES[name].arguments
        for index, (argument, given) in enumerate(zip(arguments, shapes, strict=True)):
            allowed = signature[min(index, len(signature) - 1)]
            if allowed and "expref" not in allowed:
                self._argument(name, given, allowed, unparse(argument))
        if name == "contains":
            self._contained(arguments, shapes)
        if name == "param":
            return self._param(arguments[0]["value"])
        return _result(name, shapes)

    def _arguments(self, arguments: list[Node], shape: Shape) -> list[Shape]:
        """The shapes of the arguments; `&name` is about the elements of the list beside it."""
        plain = {i: self._visit(part, shape) for i, part in enumerate(arguments) if part["type"] != "expref"}
        element = next((one.element for one in plain.values() if one.kind == "list" and one.element), ANY)
        for part in arguments:
            if part["type"] == "expref":
                self._visit(part["children"][0], element)
        return [plain.get(index, ANY) for index in range(len(arguments))]

    def _argument(self, name: str, given: Shape, allowed: tuple[str, ...], word: str) -> None:
        types = {text.split("-")[0] for text in allowed}
        if given.kind != "any" and _json_type(given) not in types:
            self._report(f"{name}() takes {' or '.join(sorted(types))}, and {word} is {WORDS[given.kind]}", word)
        elif given.optional and "null" not in types:
            default = "`[]`" if "array" in types else "''" if "string" in types else "`0`"
            self._report(f"{name}() fails where {word} is absent; write not_null({word}, {default})", word)

    def _contained(self, arguments: list[Node], shapes: list[Shape]) -> None:
        """What is looked for must be possible in what it is looked for in."""
        words = [unparse(argument) for argument in arguments]
        whole, part = shapes
        element = whole.element if whole.kind == "list" else None
        if element is None or "any" in (element.kind, part.kind):
            return
        if _json_type(element) != _json_type(part):
            self._report(f"{words[0]} never holds {words[1]}, which is {WORDS[part.kind]}", words[1])
        self._known(arguments[0], part, words[1])
        self._known(arguments[1], element, words[0])

    def _param(self, name: str) -> Shape:
        if name not in self._params:
            self._report(f"the rule declares no parameter {name}{close(name, self._params)}", name)
            return ANY
        # Without the default's own words: a binding may give others.
        return Shape(of_value(self._params[name]).kind, element=ANY, optional=False)


def _json_type(shape: Shape) -> str:
    return _JSON_TYPES.get(shape.kind, shape.kind)


def _result(name: str, shapes: list[Shape]) -> Shape:
    """What a function gives on arguments of these shapes."""
    if name == "not_null":
        surely = any(not shape.optional for shape in shapes)
        kinds = [shape for shape in shapes if shape.kind != "any"]
        same = len({shape.kind for shape in kinds}) == 1
        return either(kinds[0] if same else ANY, optional=not surely)
    if name in ("sort", "sort_by", "reverse"):
        return shapes[0]
    if name in ("max", "min", "max_by", "min_by"):
        return either(shapes[0].element or ANY, optional=True)
    if name == "to_array":
        return shapes[0] if shapes[0].kind == "list" else listed(shapes[0])
    if name in ("map", "values"):
        return Shape("list", element=ANY, optional=False)
    return _RESULTS.get(name, ANY)
