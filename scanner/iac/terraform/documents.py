"""Policies: JSON in a string, or an `aws_iam_policy_document` that Terraform will only read at the apply.

Such a data source is planned with what is known of its arguments, so a statement's effect and
principal are mostly told even though some resource in it has no ARN yet.
"""

from __future__ import annotations

from typing import Any

from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.fields import more, parse, strings
from scanner.iac.terraform.references import trace
from scanner.model import Unknown

_LISTS = (
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
)
_PRINCIPALS = (("principals", "Principal"), ("not_principals", "NotPrincipal"))
_VERSION = "2012-10-17"


def document(cell: Cell) -> Any:
    """A policy: parsed, the string itself if it does not parse, `None` if unset, or what is known of it."""
    value = values.text(cell)
    if isinstance(value, str):
        return parse(value)
    if value is None or cell.state is not State.REFERRED:
        return value
    expression = cell.expression
    source = trace(cell.resource, expression.references).only() if expression and expression.references else None
    if source is None or source.path not in (("json",), ("minified_json",)):
        return value
    if source.resource.type != "aws_iam_policy_document" or source.resource.mode != "data":
        return value
    built = _build(Cell.of(source.resource))
    return value if built is None else built


def _build(cell: Cell) -> Any:
    """The document that the provider will write; `None` where other documents are mixed into it."""
    for mixed in ("source_policy_documents", "override_policy_documents", "source_json", "override_json"):
        inner = cell[mixed]
        if inner.state is not State.NULL and inner.value not in ([], ""):
            return None
    version = values.text(cell["version"])
    out: dict[str, Any] = {"Version": _VERSION if version is None else version}
    identifier = values.text(cell["policy_id"])
    if identifier is not None:
        out["Id"] = identifier
    listed = cell["statement"]
    if listed.state is not State.KNOWN:
        return None
    out["Statement"] = [
        _statement(item) if item.state is State.KNOWN else item.after_apply() for item in listed.elements()
    ]
    return out


def _statement(cell: Cell) -> dict[str, Any]:
    effect = values.text(cell["effect"])
    out: dict[str, Any] = {"Effect": "Allow" if effect is None else effect}
    sid = values.text(cell["sid"])
    if sid is not None:
        out["Sid"] = sid
    for attribute, member in _LISTS:
        found = strings(cell[attribute])
        if found is not None:
            out[member] = found
    for attribute, member in _PRINCIPALS:
        principal = _principal(cell[attribute])
        if principal is not None:
            out[member] = principal
    condition = _condition(cell["condition"])
    if condition is not None:
        out["Condition"] = condition
    return out


def _principal(cell: Cell) -> Any:
    """`*` for everybody, else identifiers by type."""
    if cell.state is not State.KNOWN:
        return None if cell.state is State.NULL else cell.after_apply()
    out: dict[str, Any] = {}
    for item in cell.elements():
        kind = values.text(item["type"]) if item.state is State.KNOWN else item.after_apply()
        if not isinstance(kind, str):
            return item.after_apply() if kind is None else kind
        identifiers = strings(item["identifiers"]) or []
        if kind == "*" and identifiers == ["*"]:
            return "*"
        out.setdefault(kind, []).extend(identifiers)
    return out or None


def _condition(cell: Cell) -> Any:
    if cell.state is not State.KNOWN:
        return None if cell.state is State.NULL else cell.after_apply()
    out: dict[str, Any] = {}
    for item in cell.elements():
        parts = [values.text(item[name]) for name in ("test", "variable")] if item.state is State.KNOWN else [None]
        if not all(isinstance(part, str) for part in parts):
            unknown = [part for part in parts if isinstance(part, Unknown)]
            return unknown[0] if unknown else item.after_apply()
        test, variable = (str(part) for part in parts)
        found = strings(item["values"])
        out.setdefault(test, {}).setdefault(variable, []).extend([more(item["values"])] if found is None else found)
    return out or None
