"""The schema of `config`, composed from botocore's output shapes the way the tables compose it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal

import jmespath
from botocore import model as botocore_model

from scanner.aws import models
from scanner.aws.normalise import TAG_MEMBERS
from scanner.aws.table import Collect, Then, collectors
from scanner.model import Shape

_Kind = Literal["structure", "list", "map", "string", "number", "boolean", "any"]
_KINDS: Mapping[str, _Kind] = {
    "string": "string",
    "character": "string",
    "blob": "string",
    "timestamp": "string",
    "boolean": "boolean",
    "integer": "number",
    "long": "number",
    "short": "number",
    "float": "number",
    "double": "number",
}
_REDACTED = Shape(
    "structure",
    {
        "redacted": Shape("boolean"),
        "length": Shape("number"),
        "contains": Shape("list", element=Shape("string")),
        "access_keys": Shape(
            "list", element=Shape("structure", {"ends": Shape("string"), "sha256": Shape("string")}, optional=False)
        ),
    },
)


@cache
def shape_of(type_: str) -> Shape | None:
    """The shape of `config` for a type; `None` for a type that no table makes."""
    members: dict[str, Shape] = {}
    entries = collectors(type_)
    for entry in entries:
        members |= listed_members(entry)
        for then in entry.then:
            if then.member == "Tags":
                continue
            found = _asked(entry, then)
            members |= {then.member: found} if then.member else found.members
    if not entries:
        return None
    return Shape("structure", {name: item for name, item in members.items() if name not in TAG_MEMBERS}, optional=False)


@cache
def merged_members(entry: Collect, then: Then) -> frozenset[str]:
    """The members that a question without a `member` of its own adds to those listed."""
    return frozenset(_asked(entry, then).members) - frozenset(listed_members(entry))


@cache
def tells_tags(entry: Collect) -> bool:
    """Whether a call of an entry gives the tags; what AWS has no call for, account settings, has none."""
    if not entry.operation:
        return True
    merged = (_asked(entry, then).members for then in entry.then if not then.member)
    named = any(then.member == "Tags" for then in entry.then)
    return named or not all(map(TAG_MEMBERS.isdisjoint, (listed_members(entry), *merged)))


def listed_members(entry: Collect) -> dict[str, Shape]:
    """The members that a listing gives, by name."""
    if not entry.operation:
        return {}
    if entry.columns:
        return {name: Shape("string") for name in entry.columns}
    found = _answer(entry.service, entry.operation, entry.items, (entry.secret, entry.volatile, entry.policies))
    element = found.element if found.kind == "list" else found
    marked = {entry.mark.member: Shape("boolean", optional=False)} if entry.mark else {}
    return {**(element.members if element else {}), **marked}


def _asked(entry: Collect, then: Then) -> Shape:
    if then.decode == "policy":
        return Shape("any")
    return _answer(
        then.service or entry.service, then.operation, then.result, (then.secret, then.volatile, entry.policies)
    )


def _answer(service: str, operation: str, expression: str, special: tuple[tuple[str, ...], ...]) -> Shape:
    output = models.output_shape(service, operation)
    if output is None:
        return Shape("any")
    secret, volatile, documents = map(frozenset, special)
    shape = _converted(output, (), "", (secret, volatile, documents))
    return _walked(jmespath.compile(expression).parsed, shape)


def _converted(
    shape: botocore_model.Shape,
    above: tuple[str, ...],
    path: str,
    special: tuple[frozenset[str], frozenset[str], frozenset[str]],
    *,
    optional: bool = True,
) -> Shape:
    """Ours from botocore's. `above` are the shapes on the way here: a recursive one ends in `any`."""
    secret, volatile, documents = special
    if path in secret:
        return _REDACTED
    if shape.name in above or path.rpartition(".")[2] in documents:
        return Shape("any", optional=optional)
    here = (*above, shape.name)
    if isinstance(shape, botocore_model.StructureShape):
        members = {
            name: _converted(
                member, here, f"{path}.{name}".lstrip("."), special, optional=name not in shape.required_members
            )
            for name, member in shape.members.items()
            if name not in volatile
        }
        return Shape("structure", members, optional=optional)
    if isinstance(shape, botocore_model.ListShape):
        element = _converted(shape.member, here, path + "[]", special, optional=False)
        return Shape("list", element=element, optional=optional)
    if isinstance(shape, botocore_model.MapShape):
        element = _converted(shape.value, here, f"{path}.*".lstrip("."), special, optional=False)
        return Shape("map", element=element, optional=optional)
    enum = shape.enum if isinstance(shape, botocore_model.StringShape) else ()
    return Shape(_KINDS.get(shape.type_name, "any"), enum=enum, optional=optional)


def _walked(node: Mapping[str, Any], shape: Shape) -> Shape:
    """The shape of what an expression of the tables gives; only the forms that tables use."""
    kind, inside = node["type"], node["children"]
    if kind == "field":
        return shape.members.get(node["value"], Shape("any"))
    if kind in ("subexpression", "index_expression"):
        for child in inside:
            shape = _walked(child, shape)
        return shape
    if kind == "index":
        return shape.element or Shape("any")
    if kind == "function_expression" and node["value"] == "merge":
        parts = [_walked(child, shape) for child in inside]
        return Shape("structure", {name: item for part in parts for name, item in part.members.items()})
    if kind == "or_expression":
        return _walked(inside[0], shape)
    return shape if kind in ("current", "identity") else _built(kind, inside, shape)


def _built(kind: str, inside: Sequence[Mapping[str, Any]], shape: Shape) -> Shape:
    if kind in ("projection", "filter_projection"):
        return Shape("list", element=_walked(inside[1], _element(_walked(inside[0], shape))))
    if kind == "flatten":
        return _flat(_walked(inside[0], shape))
    if kind == "multi_select_dict":
        return Shape("structure", {child["value"]: _walked(child["children"][0], shape) for child in inside})
    return Shape("any")


def _element(shape: Shape) -> Shape:
    return shape.element or Shape("any")


def _flat(shape: Shape) -> Shape:
    inner = _element(shape)
    return inner if inner.kind == "list" else shape
