"""Policy unit tests: a case as JSON gives a decision as JSON.

A case is `{"id", "request": {"principal", "action", "resource", "resource_account", "context": {}},
"policies": {"identity": [doc], "resource": doc|null, "boundary": [doc]|null, "session": doc|null,
"scp": [[doc, …], …], "rcp": [[…]], "vpce": [doc]|null}}`; a single policy may stand for a list of it and the other
way round, and an empty list for null; but a level of an organization without a policy allows nothing.

`principal` is an ARN, the name of a service, or `{"type", "id"}` with one of Anonymous, Service, Federated and
CanonicalUser. Keys that neither `context` nor the request gives are absent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from scanner.derive.access.decision.document import Document, parse, text_of
from scanner.derive.access.decision.flow import Deciding, Policies, decide
from scanner.derive.access.decision.operators import Values
from scanner.derive.access.decision.request import Principal, Request, principal

_OTHERS = ("Anonymous", "Service", "Federated", "CanonicalUser")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?")
_KINDS = ("identity", "resource", "boundary", "session", "scp", "rcp", "vpce")


class CaseError(ValueError):
    """A case is not of the form; the message says where."""


def simulate(case: Any) -> dict[str, Any]:
    """The decision on a case: `{"id", "decision", "deciding"}`. Raises `CaseError`."""
    body = _object(case, "the case")
    request = _request(_object(body.get("request"), "request"))
    found = decide(request, _policies(_object(body.get("policies", {}), "policies")))
    return {"id": body.get("id"), "decision": found.answer, "deciding": [_told(one) for one in found.deciding]}


def _told(one: Deciding) -> dict[str, Any]:
    told: dict[str, Any] = {"policy": one.policy, "reason": one.reason}
    if one.statement is not None:
        told |= {"statement": one.statement.number, "sid": one.statement.sid, "effect": one.statement.effect}
    return told


def _object(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise CaseError(f"{where} is an object")
    return value


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise CaseError(f"request.{name} is a text")
    return value


def _request(body: Mapping[str, Any]) -> Request:
    context = _object(body.get("context") or {}, "request.context")
    account = body.get("resource_account")
    if account is not None and not isinstance(account, str):
        raise CaseError("request.resource_account is a text")
    return Request(
        principal=_principal(body.get("principal")),
        action=_text(body, "action"),
        resource=_text(body, "resource"),
        resource_account=account or "",
        given={key: _values(key, value) for key, value in context.items()},
    )


def _principal(value: Any) -> Principal:
    if isinstance(value, str):
        if _SERVICE.fullmatch(value):
            return Principal("Service", value)
        try:
            return principal(value)
        except ValueError as error:
            raise CaseError(f"request.principal: {error}") from error
    body = _object(value, "request.principal")
    kind = body.get("type")
    if kind not in _OTHERS:
        raise CaseError(f"request.principal.type is one of {', '.join(_OTHERS)}")
    return Principal(kind, str(body.get("id") or ""))


def _values(key: str, value: Any) -> Values:
    if value is None:
        return ()
    each = _listed(value)
    if not all(isinstance(one, str | int | float) for one in each):
        raise CaseError(f"request.context.{key} is a text or a list of texts")
    return tuple(text_of(one) for one in each)


def _policies(body: Mapping[str, Any]) -> Policies:
    if strange := sorted(body.keys() - set(_KINDS)):
        raise CaseError(f"policies.{strange[0]}: the kinds are {', '.join(_KINDS)}")
    return Policies(
        identity=_documents(body.get("identity") or [], "identity"),
        resource=_document(body.get("resource"), "resource"),
        boundary=_limits(body.get("boundary"), "boundary"),
        session=_limits(body.get("session"), "session"),
        scp=_levels(body.get("scp"), "scp"),
        rcp=_levels(body.get("rcp"), "rcp"),
        endpoint=_document(body.get("vpce"), "vpce"),
    )


def _document(value: Any, kind: str) -> Document | None:
    """A policy of a kind of which there is one; of a list, all statements together."""
    if value is None or value == []:
        return None
    parsed = [parse(one, "resource" if kind == "resource" else "") for one in _listed(value)]
    if len(parsed) == 1:
        return parsed[0]
    statements = (statement for one in parsed for statement in one.statements)
    return Document(
        [replace(one, number=number) for number, one in enumerate(statements)],
        [problem for one in parsed for problem in one.problems],
    )


def _limits(value: Any, where: str) -> list[Document] | None:
    """Policies that limit; without any there is no limit."""
    return None if value is None or value == [] else _documents(value, where)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _documents(value: Any, where: str) -> list[Document]:
    return [parse(one, "" if where.startswith("rcp") else "identity") for one in _listed(value)]


def _levels(value: Any, where: str) -> Sequence[Sequence[Document]] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(level, list) for level in value):
        raise CaseError(f"policies.{where} is a list of levels, each a list of policies")
    return [_documents(level, f"{where}[{number}]") for number, level in enumerate(value)]
