"""The text of one Python function while the compiler writes it, and the text of literals in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Code:
    """A Python expression, and what is known of its value: `any`, a type, `trit` (true, false, null)
    or `name` for a variable of any value. An expression that is not `held` is written once at most.
    """

    text: str
    kind: str = "any"
    held: bool = False


@dataclass(slots=True)
class Body:
    """One top-level function while it is written."""

    name: str
    lines: list[str] = field(default_factory=list)
    constants: list[str] = field(default_factory=list)
    temporaries: int = 0
    indent: int = 1
    depth: int = 0

    def emit(self, text: str) -> None:
        """Write a line into the present block."""
        self.lines.append(" " * self.indent + text)

    def fresh(self) -> str:
        """A name that no other variable of the function has."""
        self.temporaries += 1
        return f"t{self.temporaries}"

    def hold(self, code: Code) -> Code:
        """The value in a variable, so that it is computed here and once."""
        if code.held:
            return code
        name = self.fresh()
        self.emit(f"{name} = {code.text}")
        return Code(name, code.kind, held=True)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """What is emitted inside stands under `head`."""
        self.emit(head)
        self.indent += 1
        yield
        self.indent -= 1

    def text(self) -> str:
        """The whole function; constants are defaults of its parameters, made once and quick to read."""
        defaults = "".join(f", k{index}={value}" for index, value in enumerate(self.constants))
        return "\n".join([f"def {self.name}(v, scope{defaults}):", *self.lines, ""])


def constant(value: Any) -> str:
    """Python text for a JSON value; `repr` has none for infinities and may leave ASCII."""
    if isinstance(value, float) and value - value != 0:
        return f'float("{value}")'
    if isinstance(value, list):
        return f"[{', '.join(map(constant, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!a}: {constant(item)}' for key, item in value.items())}}}"
    return ascii(value)


def literal_kind(value: Any) -> str:
    """What is known of a literal, as `Code.kind`."""
    kinds: dict[type, str] = {bool: "boolean", int: "number", str: "string"}
    kinds |= {float: "number", list: "array", dict: "object"}
    return kinds.get(type(value), "null" if value is None else "any")


def equality(code: Code, other: Node) -> str:
    """Python text for `code == literal`, which need not ask for types; empty if `other` is no literal."""
    if other["type"] != "literal":
        return ""
    side, literal = code.text, other["value"]
    if literal is None or isinstance(literal, bool):
        return f"{side} is {literal}"
    if isinstance(literal, str):
        return f"{side} == {literal!a}"
    if isinstance(literal, int):
        flag = literal in (0, 1) and code.kind != "number"  # Python equates them with booleans
        return f"{side} == {literal}" + (f" and {side} is not {bool(literal)}" if flag else "")
    return ""
