"""From jmespath's syntax tree to the text of Python functions that do the same, many times faster.

An expression has no names of its own: every node is a function of the current value and the scope.
So any node may become a function of its own, and those that lie deep do: neither Python's limits on
nested blocks nor its stack bound how deep an expression may be.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from scanner.engine.compiler_body import Body, Code, Node, constant, equality, literal_kind
from scanner.engine.compiler_tables import RUNTIME, SCOPED

_DEEP = 12
"""Blocks, or nodes on the way, below which a node gets a function of its own (Python nests 20 loops)."""

_ORDER = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


class _Compiler:
    """Writes one expression's functions: the named one, and those of its deep nodes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.waiting: deque[tuple[str, Node]] = deque()
        self.outlined = 0
        self.body = Body(name)

    def source(self, ast: Node) -> str:
        """The text of all functions, the named one last, so that a module reads downwards."""
        texts = [self.function(self.name, ast)]
        while self.waiting:
            texts.append(self.function(*self.waiting.popleft()))
        return "\n".join(reversed(texts))

    def function(self, name: str, node: Node) -> str:
        self.body = Body(name)
        self.body.emit(f"return {self.visit(node, 'v').text}")
        return self.body.text()

    def visit(self, node: Node, value: str) -> Code:
        """Emit what computes the node on the value in the variable named `value`."""
        body = self.body
        if max(body.depth, body.indent) > _DEEP and node["children"]:
            self.outlined += 1
            name = f"{self.name}__{self.outlined}"
            self.waiting.append((name, node))
            return Code(f"{name}({value}, scope)")
        body.depth += 1
        method: Callable[[Node, str], Code] = getattr(self, f"visit_{node['type']}")
        code = method(node, value)
        body.depth -= 1
        return code

    def hold(self, node: Node, value: str) -> Code:
        return self.body.hold(self.visit(node, value))

    def condition(self, node: Node, value: str) -> str:
        """A Python condition for JMESPath's truth of a node."""
        return self.truth(self.visit(node, value))

    def truth(self, code: Code) -> str:
        if code.kind in ("boolean", "trit", "string", "array", "object"):
            return code.text
        name = self.body.hold(code).text
        if code.kind in ("number", "null"):
            return str(code.kind == "number")
        return f"({name} or {name} == 0 and {name} is not False)"

    # Values.

    def visit_current(self, _node: Node, value: str) -> Code:
        return Code(value, held=True)

    visit_identity = visit_current

    def visit_field(self, node: Node, value: str) -> Code:
        return Code(f"({value}.get({node['value']!a}) if isinstance({value}, dict) else None)")

    def visit_literal(self, node: Node, _value: str) -> Code:
        literal = node["value"]
        if isinstance(literal, list | dict | float):
            self.body.constants.append(constant(literal))
            return Code(f"k{len(self.body.constants) - 1}", literal_kind(literal), held=True)
        return Code(ascii(literal), literal_kind(literal))

    def visit_index(self, node: Node, value: str) -> Code:
        index = node["value"]
        least = index if index >= 0 else -index - 1
        return Code(f"({value}[{index}] if isinstance({value}, list) and len({value}) > {least} else None)")

    def visit_slice(self, node: Node, value: str) -> Code:
        parts = ":".join("" if part is None else str(part) for part in node["children"])
        return Code(f"({value}[{parts}] if isinstance({value}, list) else None)")

    # Chains: what comes before is computed even where what follows does not look at it.

    def visit_subexpression(self, node: Node, value: str) -> Code:
        *before, last = node["children"]
        for child in before:
            value = self.hold(child, value).text
        return self.visit(last, value)

    visit_index_expression = visit_subexpression
    visit_pipe = visit_subexpression

    def visit_key_val_pair(self, node: Node, value: str) -> Code:
        return self.visit(node["children"][0], value)

    # Constructors.

    def visit_multi_select_list(self, node: Node, value: str) -> Code:
        return self.multi_select(node, value, "[", "]")

    def visit_multi_select_dict(self, node: Node, value: str) -> Code:
        return self.multi_select(node, value, "{", "}")

    def multi_select(self, node: Node, value: str, opening: str, closing: str) -> Code:
        result = self.body.fresh()
        self.body.emit(f"{result} = None")
        with self.body.block(f"if {value} is not None:"):
            items = [(child, self.hold(child, value).text) for child in node["children"]]
            keyed = ((f"{child['value']!a}: " if opening == "{" else "") + text for child, text in items)
            self.body.emit(f"{result} = {opening}{', '.join(keyed)}{closing}")
        return Code(result, held=True)

    # Logic.

    def visit_or_expression(self, node: Node, value: str) -> Code:
        return self.short_circuit(node, value, "if not {}:")

    def visit_and_expression(self, node: Node, value: str) -> Code:
        return self.short_circuit(node, value, "if {}:")

    def short_circuit(self, node: Node, value: str, head: str) -> Code:
        left, right = node["children"]
        result = self.body.fresh()
        first = self.visit(left, value)
        self.body.emit(f"{result} = {first.text}")
        with self.body.block(head.format(self.truth(Code(result, first.kind, held=True)))):
            second = self.visit(right, value)
            self.body.emit(f"{result} = {second.text}")
        kinds = {first.kind, second.kind}
        logical = "boolean" if kinds == {"boolean"} else "trit" if kinds <= {"boolean", "trit"} else "any"
        return Code(result, logical, held=True)

    def visit_not_expression(self, node: Node, value: str) -> Code:
        return Code(f"(not {self.condition(node['children'][0], value)})", "boolean")

    def visit_comparator(self, node: Node, value: str) -> Code:
        first, second = node["children"]
        left = self.hold(first, value)
        if node["value"] in _ORDER:
            right = self.hold(second, value)
            return self.order(node["value"], left.text, right.text, right.kind)
        same = equality(left, second) or f"op_eq({left.text}, {self.hold(second, value).text})"
        return Code(f"({same})" if node["value"] == "eq" else f"(not ({same}))", "boolean")

    def order(self, operator: str, left: str, right: str, kind: str) -> Code:
        slow = f"op_{operator}({left}, {right})"
        if kind != "number":
            return Code(slow, "trit")
        return Code(f"({left} {_ORDER[operator]} {right} if {left}.__class__ is int else {slow})", "trit")

    # Projections.

    def visit_flatten(self, node: Node, value: str) -> Code:
        return Code(f"op_flatten({self.visit(node['children'][0], value).text})")

    def visit_projection(self, node: Node, value: str) -> Code:
        base = self.hold(node["children"][0], value).text
        return self.loop(f"isinstance({base}, list)", base, node["children"][1])

    def visit_value_projection(self, node: Node, value: str) -> Code:
        base = self.hold(node["children"][0], value).text
        return self.loop(f"isinstance({base}, dict)", f"{base}.values()", node["children"][1])

    def visit_filter_projection(self, node: Node, value: str) -> Code:
        base = self.hold(node["children"][0], value).text
        return self.loop(f"isinstance({base}, list)", base, node["children"][1], node["children"][2])

    def loop(self, guard: str, elements: str, right: Node, predicate: Node | None = None) -> Code:
        body = self.body
        result, element = body.fresh(), body.fresh()
        body.emit(f"{result} = None")
        with body.block(f"if {guard}:"):
            body.emit(f"{result} = []")
            with body.block(f"for {element} in {elements}:"):
                if predicate is None:
                    self.collect(result, right, element)
                else:
                    with body.block(f"if {self.condition(predicate, element)}:"):
                        self.collect(result, right, element)
        return Code(result, held=True)

    def collect(self, result: str, right: Node, element: str) -> None:
        found = self.hold(right, element).text
        with self.body.block(f"if {found} is not None:"):
            self.body.emit(f"{result}.append({found})")

    # Functions.

    def visit_function_expression(self, node: Node, value: str) -> Code:
        name = node["value"]
        arguments = [self.hold(child, value) for child in node["children"]]
        if name == "contains" and node["children"][0]["type"] == "literal" and arguments[0].kind == "array":
            return Code(f"({arguments[1].text} in {arguments[0].text})", "boolean")
        texts = [each.text for each in arguments]
        if name == "not_null":  # rules guard with these two nearly everywhere, so they cost no call
            return Code(f"({' '.join(f'{each} if {each} is not None else' for each in texts)} None)")
        if name == "length":
            return Code(f"(len({texts[0]}) if {texts[0]}.__class__ is list else fn_length({texts[0]}))", "number")
        given = ", ".join([*(["scope"] if name in SCOPED else []), *texts])
        return Code(f"fn_{name}({given})", _RESULTS.get(name, "any"))

    def visit_expref(self, node: Node, _value: str) -> Code:
        name, element = self.body.fresh(), self.body.fresh()
        with self.body.block(f"def {name}({element}):"):
            self.body.emit(f"return {self.visit(node['children'][0], element).text}")
        return Code(name, held=True)


_RESULTS = {
    **dict.fromkeys(("contains", "ends_with", "starts_with"), "boolean"),
    **dict.fromkeys(("abs", "ceil", "floor", "length", "sum"), "number"),
    **dict.fromkeys(("keys", "values", "map", "sort", "sort_by", "to_array"), "array"),
    **dict.fromkeys(("to_string", "join", "now"), "string"),
    "merge": "object",
}


class Parsed(Protocol):
    """What has a syntax tree: an `Expression`."""

    @property
    def ast(self) -> Node:
        """The syntax tree that jmespath's parser made, checked."""


def python_source(expression: Parsed, name: str) -> str:
    """The text of `def name(v, scope, …)`, after the functions it calls, which are named `name__1` and so on.

    `v` is the document. The text uses names of `compiler_tables.RUNTIME` only, which
    `compiler_tables.IMPORTS` imports, and holds ASCII only.
    """
    return _Compiler(name).source(expression.ast)


def compile_ast(ast: Node) -> Callable[[Any, Any], Any]:
    """The function of a syntax tree, or of a part of one."""
    namespace = dict(RUNTIME)
    source = _Compiler("expression").source(ast)
    exec(compile(source, "<expression>", "exec"), namespace)  # noqa: S102 - the text is ours, literals escaped
    function: Callable[[Any, Any], Any] = namespace["expression"]
    return function
