"""Botocore's parsers, but what is no answer of the service is malformed, never an empty answer.

Botocore takes an HTML page with HTTP 200 for a JSON answer without members, goes through a string as a list
of its characters, and raises whatever Python raises where an answer has not the shape that its model says.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from botocore.model import Shape, StructureShape
from botocore.parsers import PROTOCOL_PARSERS, ResponseParser, ResponseParserError, ResponseParserFactory

_OUTSIDE_BODY = frozenset({"header", "headers", "statusCode"})
_FOREIGN = (AttributeError, TypeError, LookupError, ValueError, ArithmeticError, RuntimeError)
"""What botocore's parsers and the standard library's raise of malformed answers, `RecursionError` included."""


class StrictParsers(ResponseParserFactory):
    """Gives parsers that raise `ResponseParserError`, and nothing else, of what is malformed."""

    def create_parser(self, protocol_name: str) -> ResponseParser:
        """A parser for one answer."""
        return _strict(protocol_name)(**self._defaults)  # type: ignore[attr-defined, no-any-return]  # not in the stubs


@cache
def _strict(protocol: str) -> Any:
    base: Any = PROTOCOL_PARSERS[protocol]
    kinds = (_Strict, _Json) if protocol in ("json", "rest-json") else (_Strict,)
    return type(f"Strict{base.__name__}", (*kinds, base), {})


class _Strict:
    """Laid over a parser."""

    _answered = False

    def parse(self, response: dict[str, Any], shape: Shape | None) -> Any:
        self._answered = response["status_code"] < 300
        if self._answered and (reason := _no_answer(response, shape)):
            raise ResponseParserError(reason)
        try:
            return super().parse(response, shape)  # type: ignore[misc]  # laid over a parser
        except _FOREIGN as error:
            message = f"the answer has not the shape of {shape.name if shape else 'an answer'} ({error})"
            raise ResponseParserError(message) from error


def _no_answer(response: dict[str, Any], shape: Shape | None) -> str:
    """Why something with HTTP 200 cannot be what the service answers."""
    body = response["body"]
    if not isinstance(body, bytes) or not isinstance(shape, StructureShape):
        return ""
    start = body[:400].lstrip().lower()
    if start.startswith(b"<") and (b"<html" in start or b"<!doctype html" in start):
        return "the answer is an HTML page"
    inside = [one for one in shape.members.values() if one.serialization.get("location") not in _OUTSIDE_BODY]
    return "the answer is empty" if inside and not body.strip() and response["status_code"] == 200 else ""


class _Json:
    """Laid over a parser of JSON: lists are lists, maps are maps, numbers are numbers."""

    _answered: bool

    def _parse_body_as_json(self, body: bytes) -> Any:
        try:
            found = json.loads(body) if body else {}
        except ValueError:
            if self._answered:
                raise
            found = {"message": body.decode("utf-8", "replace")}
        if not isinstance(found, dict):
            if self._answered:
                message = "no JSON object"
                raise ResponseParserError(message)
            found = {"message": str(found)[:400]}
        return found

    def _handle_structure(self, shape: Any, value: Any) -> Any:
        if value is not None and not shape.is_document_type:
            _demand(value, dict, "structure")
        return super()._handle_structure(shape, value)  # type: ignore[misc]  # laid over a parser

    def _handle_map(self, shape: Any, value: Any) -> Any:
        _demand(value, dict, "map")
        return super()._handle_map(shape, value)  # type: ignore[misc]  # laid over a parser

    def _handle_list(self, shape: Any, node: Any) -> Any:
        if shape.serialization.get("location") not in _OUTSIDE_BODY:
            _demand(node, list, "list")
            if None in node:
                message = f"an element of a list of {shape.member.name} is null"
                raise ResponseParserError(message)
        return super()._handle_list(shape, node)  # type: ignore[misc]  # laid over a parser

    def _handle_string(self, shape: Any, value: Any) -> Any:
        if isinstance(value, dict | list):
            _demand(value, str, "string")
        above = getattr(super(), "_handle_string", None)
        return above(shape, value) if above else value

    def _handle_integer(self, _: Any, value: Any) -> Any:
        return value if isinstance(value, int) else int(value)

    def _handle_float(self, _: Any, value: Any) -> Any:
        return value if isinstance(value, int | float) else float(value)

    def _handle_boolean(self, _: Any, value: Any) -> Any:
        if value in ("true", "false"):
            return value == "true"
        _demand(value, bool, "boolean")
        return value

    _handle_long = _handle_integer
    _handle_double = _handle_float


def _demand(value: Any, kind: type, name: str) -> None:
    if not isinstance(value, kind):
        message = f"a {name} should be where {str(value)[:40]!r} is"
        raise ResponseParserError(message)
