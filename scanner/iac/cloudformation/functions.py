"""The intrinsic functions, one each.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from scanner.iac.cloudformation.conditions import Conditions, text_of
from scanner.iac.cloudformation.holes import MISSING, Hole, Missing, More, broken, holes, later, outside
from scanner.iac.cloudformation.texts import compose, digest, fetched
from scanner.model import Why

_MOST_ROWS = 200
"""Rows of a mapping that are compared where the key is not known: AWS allows that many mappings."""

_SUB_PART = re.compile(r"\{\{resolve:(?:\$\{[^{}]*\}|[^{}])*\}\}|\$\{([^{}]*)\}")


class Scope(Protocol):
    """What a function may ask of the resolver."""

    conditions: Conditions
    mappings: Mapping[str, Any]

    def resolve(self, node: Any) -> Any:
        """The value of an expression."""

    def reference(self, name: str) -> Any:
        """What `Ref` gives."""

    def get_attribute(self, name: str, path: str) -> Any:
        """What `Fn::GetAtt` gives."""


def _ref(scope: Scope, argument: Any) -> Any:
    return scope.reference(argument) if isinstance(argument, str) else broken("Ref takes a name")


def _get_att(scope: Scope, argument: Any) -> Any:
    if isinstance(argument, str):
        argument = argument.split(".", 1)
    if not isinstance(argument, list) or len(argument) < 2 or not isinstance(argument[0], str):
        return broken("Fn::GetAtt takes a logical id and an attribute")
    parts = [scope.resolve(part) for part in argument[1:]]
    if not all(isinstance(part, str) for part in parts):
        return later(f"an attribute of {argument[0][:80]}")
    return scope.get_attribute(argument[0], ".".join(parts))


def _sub(scope: Scope, argument: Any) -> Any:
    names: Any = {}
    if isinstance(argument, list) and len(argument) == 2:
        argument, names = argument
    if not isinstance(argument, str) or not isinstance(names, dict):
        return broken("Fn::Sub takes a text, or a text and its variables")
    parts: list[Any] = []
    at = 0
    for found in _SUB_PART.finditer(argument):
        parts.append(argument[at : found.start()])
        parts.append(fetched(found[0]) if found[1] is None else _variable(scope, found[1], names))
        at = found.end()
    return compose([*parts, argument[at:]])


def _variable(scope: Scope, raw: str, names: dict[str, Any]) -> Any:
    """One `${…}` of a `Fn::Sub`; `${!x}` is the text `${x}`."""
    if raw.startswith("!"):
        return "${" + raw[1:] + "}"
    name = raw.strip()
    if name in names:
        value = scope.resolve(names[name])
    elif "." in name:
        value = scope.get_attribute(*name.split(".", 1))
    else:
        value = scope.reference(name)
    return ",".join(map(text_of, value)) if isinstance(value, list) and not any(holes(value)) else value


def _join(scope: Scope, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 2:
        return broken("Fn::Join takes a delimiter and a list")
    delimiter, values = scope.resolve(argument[0]), scope.resolve(argument[1])
    if isinstance(values, Hole) or isinstance(delimiter, Hole):
        return later("a joined text that is not known")
    if not isinstance(values, list) or not isinstance(delimiter, str):
        return broken("Fn::Join takes a delimiter and a list")
    if any(isinstance(value, More) for value in values):
        return later("a joined text that depends on a condition")
    parts: list[Any] = []
    for value in values:
        if parts:
            parts.append(delimiter)
        parts.append(value)
    return compose(parts)


def _select(scope: Scope, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 2:
        return broken("Fn::Select takes an index and a list")
    index, values = text_of(scope.resolve(argument[0])), scope.resolve(argument[1])
    if isinstance(values, Hole):
        return later("an element of a list that is not known")
    if not isinstance(values, list) or not re.fullmatch(r"[0-9]{1,6}", index):
        return broken("Fn::Select takes an index and a list")
    place = int(index)
    if any(isinstance(value, More) for value in values[: place + 1]):
        return later("an element of a list that depends on a condition")
    return values[place] if place < len(values) else broken(f"Fn::Select finds no element {index}")


def _split(scope: Scope, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 2:
        return broken("Fn::Split takes a delimiter and a text")
    delimiter, text = scope.resolve(argument[0]), scope.resolve(argument[1])
    if isinstance(text, Hole) or isinstance(delimiter, Hole):
        return later("parts of a text that is not known")
    if not isinstance(delimiter, str) or not delimiter or isinstance(text, list | dict):
        return broken("Fn::Split takes a delimiter and a text")
    return text_of(text).split(delimiter)


def _find_in_map(scope: Scope, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) not in (3, 4):
        return broken("Fn::FindInMap takes a map and two keys")
    name, first, second = (scope.resolve(part) for part in argument[:3])
    options = argument[3] if len(argument) == 4 and isinstance(argument[3], dict) else {}
    if isinstance(name, Hole):
        return later("a mapping whose name is not known")
    table = scope.mappings.get(text_of(name))
    if not isinstance(table, dict):
        return broken("Fn::FindInMap names a mapping that the template lacks")
    found = _cells(table, first, second)
    unknown = [key for key in (first, second) if isinstance(key, Hole)]
    if not unknown and found[0] is None:
        return scope.resolve(options.get("DefaultValue", broken("Fn::FindInMap finds nothing at its keys")))
    if found and found[0] is not None and not (unknown and options) and all(item == found[0] for item in found):
        return scope.resolve(found[0])
    token = f"map {text_of(name)} {digest((first, second))}" if all(key.token for key in unknown) else ""
    return later("a mapping's value that depends on the deploy", token)


def _cells(table: dict[str, Any], first: Any, second: Any) -> list[Any]:
    """What may be found in a mapping: one cell, or all that an unknown key leaves; empty if too many."""
    if isinstance(first, Hole) and len(table) > _MOST_ROWS:
        return []
    rows = table.values() if isinstance(first, Hole) else [table.get(text_of(first))]
    found: list[Any] = []
    for row in rows:
        cells = row if isinstance(row, dict) else {}
        found += cells.values() if isinstance(second, Hole) else [cells.get(text_of(second))]
    return found


def _if(scope: Scope, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 3:
        return broken("Fn::If takes a condition and two values")
    truth = scope.conditions.truth(argument[0])
    if truth is not None:
        return scope.resolve(argument[1 if truth else 2])
    left, right = scope.resolve(argument[1]), scope.resolve(argument[2])
    if left == right:
        return left
    maybe = any(side is MISSING or (isinstance(side, Hole) and side.maybe) for side in (left, right))
    message = f"depends on the condition {text_of(argument[0])[:80]}"
    token = f"if {text_of(argument[0])[:80]} {digest((left, right))}"
    return Hole(Why.AFTER_APPLY, message=message, token=token, maybe=maybe)


def _base64(scope: Scope, argument: Any) -> Any:
    value = scope.resolve(argument)
    if isinstance(value, Hole):
        return compose(["base64:", value])
    if isinstance(value, list | dict | Missing):
        return broken("Fn::Base64 takes a text")
    import base64

    return base64.b64encode(text_of(value).encode("utf-8", "surrogatepass")).decode()


def _cidr(scope: Scope, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) not in (2, 3):
        return broken("Fn::Cidr takes a block, a count and bits")
    values = [scope.resolve(part) for part in argument]
    if any(isinstance(value, Hole) for value in values):
        return later("address blocks cut from one that is not known")
    import ipaddress
    from itertools import islice

    try:
        block = ipaddress.ip_network(text_of(values[0]), strict=False)
        count = int(text_of(values[1]))
        bits = int(text_of(values[2])) if len(values) == 3 else 8
        if not 0 < count <= 256:
            return broken("Fn::Cidr makes 1 to 256 blocks")
        return [str(part) for part in islice(block.subnets(new_prefix=block.max_prefixlen - bits), count)]
    except ValueError:
        return broken("Fn::Cidr cannot cut that block")


def _to_json(scope: Scope, argument: Any) -> Any:
    value = scope.resolve(argument)
    if any(holes(value)) or value is MISSING:
        return later("JSON text of a value that is not known")
    import json

    return json.dumps(value, separators=(",", ":"))


def _length(scope: Scope, argument: Any) -> Any:
    value = scope.resolve(argument)
    if isinstance(value, Hole) or (isinstance(value, list) and any(isinstance(item, More) for item in value)):
        return later("the length of a list that is not known")
    return len(value) if isinstance(value, list) else broken("Fn::Length takes a list")


def _import_value(scope: Scope, argument: Any) -> Any:
    return Hole(
        Why.OUT_OF_SCOPE, message="exported by another stack", token=f"import {digest(scope.resolve(argument))}"
    )


def _zones(_scope: Scope, _argument: Any) -> Any:
    return outside("the region's availability zones")


def _transform(_scope: Scope, _argument: Any) -> Any:
    return later("Fn::Transform is worked out at the deploy")


def _verdict(_scope: Scope, _argument: Any) -> Any:
    return broken("a condition function in place of a value")


FUNCTIONS: dict[str, Callable[[Scope, Any], Any]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::FindInMap": _find_in_map,
    "Fn::If": _if,
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::ToJsonString": _to_json,
    "Fn::Length": _length,
    "Fn::ImportValue": _import_value,
    "Fn::GetAZs": _zones,
    "Fn::Transform": _transform,
    "Fn::And": _verdict,
    "Fn::Or": _verdict,
    "Fn::Not": _verdict,
    "Fn::Equals": _verdict,
}
"""Function → what it gives."""
