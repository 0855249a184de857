"""Which members of the document and which parameters an expression reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.engine.compiler_checks import walk

Node = dict[str, Any]
Path = tuple[str, ...] | None
"""The fields from the root to a value; None where the value is not simply such a member."""


def params(ast: Node) -> frozenset[str]:
    """The names in `param('name')`."""
    calls = (node for node, _ in walk(ast) if node["type"] == "function_expression" and node["value"] == "param")
    return frozenset(str(call["children"][0]["value"]) for call in calls)


def members(ast: Node) -> frozenset[str]:
    """The dotted paths read from the root, each as long as it goes through fields only.

    `*` stands for the whole document. Nothing outside these paths changes the expression's value.
    A path through a field whose name has a dot ends before that field.
    """
    reader = _Reader()
    reader.consume(reader.visit(ast, ()))
    return frozenset(reader.found)


class _Reader:
    """Follows paths through a syntax tree and notes each where it is used as a value."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def consume(self, path: Path) -> None:
        if path is None:
            return
        plain = path[: next((index for index, name in enumerate(path) if "." in name or name == "*"), len(path))]
        self.found.add(".".join(plain) or "*")

    def visit(self, node: Node, path: Path) -> Path:
        method: Callable[[Node, Path], Path] = getattr(self, f"_{node['type']}", self._used)
        return method(node, path)

    def _used(self, node: Node, path: Path) -> None:
        """Each part is a value of its own, applied to the same current value."""
        for child in node["children"]:
            self.consume(self.visit(child, path))

    def _constructed(self, node: Node, path: Path) -> None:
        if path:  # whether it is null decides; the root never is
            self.consume(path)
        self._used(node, path)

    _multi_select_list = _constructed
    _multi_select_dict = _constructed

    def _current(self, _node: Node, path: Path) -> Path:
        return path

    _identity = _current

    def _literal(self, _node: Node, _path: Path) -> None:
        return None

    def _field(self, node: Node, path: Path) -> Path:
        return None if path is None else (*path, node["value"])

    def _subexpression(self, node: Node, path: Path) -> Path:
        for child in node["children"]:
            path = self.visit(child, path)
        return path

    _pipe = _subexpression
    _index_expression = _subexpression
    _key_val_pair = _subexpression

    def _index(self, _node: Node, path: Path) -> None:
        self.consume(path)

    _slice = _index

    def _projection(self, node: Node, path: Path) -> None:
        """The base is read; what follows sees its elements, which the base's path covers."""
        base, *rest = node["children"]
        self.consume(self.visit(base, path))
        for child in rest:
            self.consume(self.visit(child, None))

    _filter_projection = _projection
    _value_projection = _projection

    def _expref(self, node: Node, _path: Path) -> None:
        """Applied to elements of the function's other argument, which is read whole."""
        self.consume(self.visit(node["children"][0], None))
