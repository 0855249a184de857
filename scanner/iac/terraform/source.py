"""From a file's bytes to a plan's JSON, or one line that says what the file is instead."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from scanner.errors import InputError

_SHOW = "Make it with: terraform show -json plan.bin > plan.json"
_ZIP = b"PK\x03\x04"
_MARKS = (b'"format_version"', b'"resource_changes"', b'"planned_values"', b'"provider_config"')
_LONE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def is_plan(head: bytes) -> bool:
    """Whether a file that begins with these bytes is meant as a Terraform or OpenTofu plan.

    True for the JSON of a plan (UTF-8 or UTF-16, as PowerShell's `>` writes it) and for a binary
    plan, which `read_plan` refuses with the command that makes JSON of it. A few kilobytes suffice.
    """
    if head.startswith(_ZIP):
        return b"tfplan" in head[:64]
    plain = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return plain.startswith(b"{") and any(mark in plain for mark in _MARKS)


def parse(path: str, data: bytes) -> dict[str, Any]:
    """The plan's JSON. Raises `InputError` for anything that is not a plan of format 1.x."""
    if data.startswith(_ZIP):
        _refuse(path, "this is a binary plan", "Make JSON of it: terraform show -json plan.bin > plan.json")
    if not data.strip():
        _refuse(path, "the file is empty", _SHOW)
    document = _load(path, data)
    if not isinstance(document, dict):
        _refuse(path, "this JSON is not a Terraform plan: not an object", _SHOW)
    _check_kind(path, document)
    _check_version(path, document)
    return document


def _load(path: str, data: bytes) -> Any:
    try:
        return loads(data.decode(json.detect_encoding(data)))
    except UnicodeDecodeError:
        _refuse(path, "this is neither JSON nor text", _SHOW)
    except RecursionError:
        _refuse(path, "the JSON is nested too deeply for a plan", _SHOW)
    except ValueError as error:
        _refuse_text(path, data, error)


def loads(text: str) -> Any:
    """JSON that can be written again: no `NaN`, no infinite number, no lone surrogate.

    Raises `ValueError` for what is not JSON and `RecursionError` for what is nested beyond reason.
    """
    value = json.loads(text, parse_constant=_number, parse_float=_number)
    return _whole(value) if _LONE_SURROGATE.search(text) else value


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        message = f"{text[:20]} is no JSON number"
        raise ValueError(message)
    return value


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    return value


def _refuse_text(path: str, data: bytes, error: ValueError) -> NoReturn:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if re.match(rb"(#|//|/\*|(terraform|resource|variable|locals|module|provider|data|output)\b[^:=]*\{)", head):
        _refuse(path, "this is HCL source, not a plan", "Plan it first: terraform plan -out plan.bin. " + _SHOW)
    if head.startswith(b'{"@level"'):
        _refuse(path, "this is the log that terraform plan -json writes, not the plan", _SHOW)
    if not head.startswith(b"{"):
        _refuse(path, "this is not JSON", _SHOW)
    where = f" at line {error.lineno} column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
    _refuse(path, f"the JSON is broken or cut short{where}", _SHOW)


def _check_kind(path: str, document: dict[str, Any]) -> None:
    if "@level" in document:
        _refuse(path, "this is the log that terraform plan -json writes, not the plan", _SHOW)
    if "lineage" in document or ("serial" in document and "version" in document):
        _refuse(path, "this is a Terraform state file, not a plan", _SHOW)
    if "format_version" not in document:
        _refuse(path, "this JSON is not a Terraform plan: it has no format_version", _SHOW)
    if not any(key in document for key in ("resource_changes", "planned_values", "configuration")):
        what = "this is the JSON of a state, not of a plan" if "values" in document else "this holds no plan"
        _refuse(path, what, _SHOW)


def _check_version(path: str, document: dict[str, Any]) -> None:
    version = document["format_version"]
    if not isinstance(version, str) or not re.fullmatch(r"1\.\d{1,4}", version):
        shown = version[:20] if isinstance(version, str) else "of no string"
        hint = "Format 1.x is supported: Terraform 1.1 and later, OpenTofu. " + _SHOW
        _refuse(path, f"plan format_version {shown!r} is not supported", hint)


def _refuse(path: str, what: str, hint: str) -> NoReturn:
    raise InputError(what, where=path, hint=hint) from None
