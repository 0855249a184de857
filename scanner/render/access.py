"""Answers on access as text that explains itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from scanner.render.text import ELLIPSIS, printable

_NAMES = {"*": "any AWS account", "anonymous": "everybody, anonymous requests too"}
_WORDS = {True: "allowed", False: "not allowed", None: "not known"}
_LONGEST = 500
"""Characters of a statement; JSON has all of it."""


def can(answer: Mapping[str, Any]) -> str:
    """The answer of `posture access can`."""
    lines = [f"{answer['principal']}", f"  {answer['action']} on {answer['resource']}: {_WORDS[answer['allowed']]}"]
    lines += _context(answer["witness"])
    lines += [line for one in answer["deciding"] for line in _reason(one, answer["action"])]
    lines += _listed("Not read, and could change the answer:", [_unknown(one) for one in answer["unknown"]])
    lines += _listed("Taken for granted:", answer["assumptions"])
    return _joined(lines)


def who(answer: Mapping[str, Any]) -> str:
    """The answer of `posture access who-can`."""
    found, unknown = answer["principals"], answer["unknown"]
    head = f"{len(found)} could {answer['action']} on {answer['resource']}"
    lines = [f"{head}, {len(unknown)} not known" if unknown else head]
    for one in found:
        outside = ", not of this snapshot" if one["outside"] else ""
        lines += ["", f"{_called(one)} ({one['kind']}{outside})"]
        if one.get("through"):
            lines.append(f"  through {one['through']}")
        lines += _context(one["witness"])
        lines += [line for told in one["deciding"] for line in _reason(told, answer["action"])]
    doubts = [f"{one.get('principal') or 'account ' + one['account']}: {_unknown(one)}" for one in unknown]
    lines += _listed("Not known:", doubts)
    lines += _listed("Taken for granted:", answer["assumptions"])
    return _joined(lines)


def _called(row: Mapping[str, Any]) -> str:
    """A principal in words where it is not one alone."""
    organization = (row["witness"] or {"context": {}})["context"].get("aws:principalorgid")
    if row["principal"] == "*" and organization:
        return f"any account of the organization {organization[0]}"
    return str(_NAMES.get(row["principal"], row["principal"]))


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"{printable(line)}\n" for line in lines)


def _context(witness: Mapping[str, Any] | None) -> Iterator[str]:
    if witness and witness["context"]:
        pairs = ", ".join(f"{key} = {' | '.join(values)}" for key, values in witness["context"].items())
        yield f"  for example in a request with {pairs}"


def _reason(told: Mapping[str, Any], action: str) -> Iterator[str]:
    if "statement" not in told:
        yield f"  {told['side']}: {told['reason']}" + (f" ({told['policy']})" if told.get("policy") else "")
        return
    name = f'"{told["sid"]}"' if told.get("sid") else f"number {told['statement']}"
    yield f"  {told['side']}: statement {name} of {told['policy']} {told['reason']}"
    text = _written(told.get("text"))
    if len(text) > _LONGEST:
        text = _written(_shorter(told["text"], action))
    yield f"    {text}" if len(text) <= _LONGEST else f"    {text[: _LONGEST - 1]}{ELLIPSIS}"


def _written(statement: Any) -> str:
    return json.dumps(statement, ensure_ascii=False)


def _shorter(statement: Any, action: str) -> Any:
    """A statement with those of many actions that are asked about."""
    if not isinstance(statement, dict) or not isinstance(statement.get("Action"), list):
        return statement
    meant = [one for one in statement["Action"] if fnmatchcase(action.lower(), str(one).lower())]
    return {**statement, "Action": [*meant, ELLIPSIS]}


def _listed(head: str, items: Sequence[str]) -> list[str]:
    return ["", head, *(f"  {one}" for one in items)] if items else []


def _unknown(one: Mapping[str, str]) -> str:
    call = f" ({one['operation']} needs {one['permission']})" if one.get("permission") and one.get("operation") else ""
    return f"{one.get('message') or one['why']}{call}"
