"""All checks of a policy, its text or its object."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from scanner.derive.access.decision.document import Document, Problem, Use, parse
from scanner.derive.access.validation import (
    actions,
    arns,
    grammar,
    keys,
    organizations,
    positions,
    principals,
    values,
    variables,
    widely,
)
from scanner.derive.access.validation.codes import CATEGORIES, CATEGORY, Category
from scanner.derive.access.validation.policy import Block, Found, Policy, PolicyType, shown

_CHECKS: tuple[Callable[[Policy, Block], Iterator[Found]], ...] = (
    grammar.elements,
    actions.names,
    actions.redundant,
    actions.attached,
    arns.arns,
    widely.widely,
    principals.named,
    principals.services,
    principals.trust,
    principals.providers,
    keys.exist,
    keys.twice,
    keys.fit,
    keys.trusted,
    keys.of_actions,
    keys.tags,
    values.written,
    values.addresses,
    values.forms,
    values.wildcards,
    values.several,
    values.of_services,
    variables.variables,
    organizations.rcp,
    organizations.endpoints,
)
_USES: dict[PolicyType, Use] = {"identity": "identity", "scp": "identity", "resource": "resource", "trust": "resource"}


_LONGEST = 300


class Finding(NamedTuple):
    """What is wrong, how much it weighs and where: a JSON Pointer; line and column from 1, 0 where no text was read."""

    code: str
    category: Category
    place: str
    message: str
    line: int = 0
    column: int = 0

    def to_json(self) -> dict[str, Any]:
        """All members; line and column only where there are such."""
        told: dict[str, Any] = {
            "code": self.code,
            "category": self.category,
            "pointer": self.place,
            "message": self.message,
        }
        return told | ({"line": self.line, "column": self.column} if self.line else {})


def validate(policy: Any, type_: PolicyType, resource_type: str = "") -> list[Finding]:
    """The findings on a policy as JSON gives it, worst first, then by place. Never raises.

    `resource_type` is the CloudFormation name of what a resource's policy is attached to; checks that depend on
    it are left out without.
    """
    found = sorted(set(_found(policy, type_, resource_type)), key=_order)
    return [Finding(one.code, CATEGORY[one.code], one.place, _cut(one.message)) for one in found]


def validate_text(text: str | bytes, type_: PolicyType, resource_type: str = "") -> list[Finding]:
    """The findings on a policy's text, with lines and columns. Never raises."""
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            return [_syntax(f"this is no UTF-8 text (byte {error.start})", line, 1)]
    try:
        policy, places = positions.read(text)
    except positions.NoJSONError as error:
        return [_syntax(f"this is no JSON: {error}", error.line, error.column)]
    twice = [
        Finding(
            "JSON_SYNTAX_ERROR", "error", one.place, f"{shown(one.name)} stands twice here, and only the last counts"
        )
        for one in places.duplicates
    ]
    findings = sorted({*twice, *validate(policy, type_, resource_type)}, key=_order)
    return [one._replace(line=line, column=column) for one in findings for line, column in [places.of(one.place)]]


def _cut(message: str) -> str:
    """Keys and names may be as long as somebody likes."""
    return message if len(message) <= _LONGEST else message[: _LONGEST - 1] + "…"


def _syntax(message: str, line: int, column: int) -> Finding:
    return Finding("JSON_SYNTAX_ERROR", "error", "", message, line, column)


def _order(one: Found | Finding) -> tuple[Any, ...]:
    parts = tuple(
        (0, int(part), "") if part.isdecimal() and len(part) < 10 else (1, 0, part) for part in one.place.split("/")
    )
    return CATEGORIES.index(CATEGORY[one.code]), parts, one.code, one.message


def _found(policy: Any, type_: PolicyType, resource_type: str) -> Iterator[Found]:
    parsed = parse(policy, _USES.get(type_, ""))
    for problem in parsed.problems:
        yield _told(problem, type_)
    if not isinstance(policy, dict):
        return
    read = Policy(type_, resource_type, policy, parsed)
    yield from grammar.whole(read)
    for block in read.blocks:
        for check in _CHECKS:
            yield from check(read, block)


def _told(problem: Problem, type_: PolicyType) -> Found:
    code = "SCP_SYNTAX_ERROR_PRINCIPAL" if type_ == "scp" and problem.code == "UNSUPPORTED_PRINCIPAL" else problem.code
    return Found(code, problem.place, problem.message)


def likely_type(text: str | bytes) -> PolicyType:
    """What a policy is, by its principals and actions; `identity` where nothing tells."""
    try:
        policy, _ = positions.read(text.decode("utf-8-sig") if isinstance(text, bytes) else text)
    except ValueError:
        return "identity"
    if not isinstance(policy, dict):
        return "identity"
    blocks = [block for block in Policy("resource", "", policy, Document()).blocks if _names_somebody(block)]
    if not blocks:
        return "identity"
    assumes = any(one.text.lower().startswith("sts:assumerole") for block in blocks for one in block.actions)
    return "trust" if assumes and not any("Resource" in block.body for block in blocks) else "resource"


def _names_somebody(block: Block) -> bool:
    return "Principal" in block.body or "NotPrincipal" in block.body
