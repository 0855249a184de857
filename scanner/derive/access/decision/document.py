"""Policy documents, read once into statements that can be matched fast; what AWS would refuse is told by place.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from scanner.derive.access.decision import operators
from scanner.derive.access.decision.operators import Test
from scanner.model import pointer

Effect = Literal["Allow", "Deny"]
Use = Literal["", "identity", "resource"]
KINDS = ("AWS", "Service", "Federated", "CanonicalUser")
_VERSIONS = ("2012-10-17", "2008-10-17")
_STATEMENT = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)
_DOCUMENT = frozenset({"Version", "Id", "Statement"})


class Problem(NamedTuple):
    """What AWS would refuse: a JSON Pointer into the document, why, and the code that Access Analyzer has for it.

    What is wrong for another reason, such as that it was not read, has no code.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
    """

    place: str
    message: str
    code: str = ""


class Named(NamedTuple):
    """One principal of a statement: `kind` is a key of `Principal`, `*` as text everybody of kind `AWS`."""

    kind: str
    name: str


EVERYBODY = Named("AWS", "*")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement; `None` stands for an element that is not there.

    `variables`: whether `${…}` are variables, which they are from version 2012-10-17 on.
    """

    number: int
    sid: str
    effect: Effect
    principals: tuple[Named, ...] | None
    not_principals: tuple[Named, ...] | None
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    not_resources: tuple[str, ...] | None
    tests: tuple[Test, ...]
    variables: bool


@dataclass(slots=True)
class Document:
    """The statements that AWS could take, in order, and what it would refuse."""

    statements: list[Statement] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def parse(policy: Any, use: Use = "") -> Document:
    """Read a document: an object, or JSON text of one. Never raises; what is wrong is in `problems`.

    `use` tells whether it is attached to an identity (no principals, but resources), to a resource (the other
    way round), or may have both.
    """
    document = Document()
    if isinstance(policy, str):
        try:
            policy = json.loads(policy.removeprefix("\ufeff"))
        except (ValueError, RecursionError) as error:
            document.problems.append(Problem("", f"this is no JSON ({error})", "JSON_SYNTAX_ERROR"))
            return document
    if not isinstance(policy, dict):
        document.problems.append(Problem("", "a policy is an object", "DATA_TYPE_MISMATCH"))
        return document
    reader = _Reader(document.problems, use)
    version = policy.get("Version", "2008-10-17")
    if version not in _VERSIONS:
        reader.tell("/Version", f"the version is one of {', '.join(_VERSIONS)}", "INVALID_VERSION")
    for name in sorted(policy.keys() - _DOCUMENT, key=str):
        reader.tell(pointer(name), "a policy has no such element", "INVALID_POLICY_ELEMENT")
    if "Statement" not in policy:
        reader.tell("", "a policy has a Statement", "MISSING_STATEMENT")
        return document
    body = policy["Statement"]
    several = body if isinstance(body, list) else [body]
    for number, one in enumerate(several):
        place = f"/Statement/{number}" if isinstance(body, list) else "/Statement"
        statement = reader.statement(one, number, place, variables=version == "2012-10-17")
        if statement:
            document.statements.append(statement)
    return document


class _Reader:
    """Reads elements, and notes what cannot be."""

    def __init__(self, problems: list[Problem], use: Use) -> None:
        self._problems = problems
        self._use = use

    def tell(self, place: str, message: str, code: str) -> None:
        self._problems.append(Problem(place, message, code))

    def statement(self, body: Any, number: int, place: str, *, variables: bool) -> Statement | None:
        """A statement; `None` where one of its elements is not what AWS takes."""
        before = len(self._problems)
        if not isinstance(body, dict):
            self.tell(place, "a statement is an object", "DATA_TYPE_MISMATCH")
            return None
        for name in sorted(body.keys() - _STATEMENT, key=str):
            self.tell(place + pointer(name), "a statement has no such element", "INVALID_POLICY_ELEMENT")
        self._check_elements(body, place)
        self._check_use(body, place)
        found = Statement(
            number,
            body["Sid"] if isinstance(body.get("Sid"), str) else "",
            "Deny" if body.get("Effect") == "Deny" else "Allow",
            self._principals(body, "Principal", place),
            self._principals(body, "NotPrincipal", place),
            self._texts(body, "Action", place, actions=True),
            self._texts(body, "NotAction", place, actions=True),
            self._texts(body, "Resource", place),
            self._texts(body, "NotResource", place),
            tuple(self._tests(body.get("Condition", {}), f"{place}/Condition")),
            variables,
        )
        return _effective(found) if len(self._problems) == before else None

    def _check_elements(self, body: dict[str, Any], place: str) -> None:
        if "Effect" not in body:
            self.tell(place, "a statement has an Effect, Allow or Deny", "MISSING_EFFECT")
        elif body["Effect"] not in ("Allow", "Deny"):
            self.tell(f"{place}/Effect", "Effect is Allow or Deny", "INVALID_EFFECT")
        if "Action" not in body and "NotAction" not in body:
            self.tell(place, "a statement has either Action or NotAction", "MISSING_ACTION")
        for one in ("Action", "Resource", "Principal"):
            if one in body and f"Not{one}" in body:
                self.tell(place, f"a statement has {one} or Not{one}, not both", "UNSUPPORTED_ELEMENT_COMBINATION")

    def _check_use(self, body: dict[str, Any], place: str) -> None:
        named = "Principal" in body or "NotPrincipal" in body
        if self._use == "identity" and named:
            self.tell(place, "a policy of an identity names no principal", "UNSUPPORTED_PRINCIPAL")
        if self._use == "identity" and not ("Resource" in body or "NotResource" in body):
            self.tell(place, "a statement has either Resource or NotResource", "MISSING_RESOURCE")
        if self._use == "resource" and not named:
            self.tell(
                place, "a statement of a resource's policy has either Principal or NotPrincipal", "MISSING_PRINCIPAL"
            )

    def _texts(self, body: dict[str, Any], name: str, place: str, *, actions: bool = False) -> tuple[str, ...] | None:
        if name not in body:
            return None
        value = body[name]
        texts = value if isinstance(value, list) else [value]
        if not all(text and isinstance(text, str) for text in texts):
            self.tell(f"{place}/{name}", f"{name} is a text or a list of texts", "DATA_TYPE_MISMATCH")
            return None
        for number, text in enumerate(texts) if actions else ():
            if text.strip("*") and ":" not in text:
                where = f"{place}/{name}/{number}" if isinstance(value, list) else f"{place}/{name}"
                self.tell(where, f"{text!r} is no action: service:Action", "INVALID_ACTION")
        return tuple(text.lower() for text in texts) if actions else tuple(texts)

    def _principals(self, body: dict[str, Any], name: str, place: str) -> tuple[Named, ...] | None:
        if name not in body:
            return None
        value = body[name]
        if value == "*":
            return (EVERYBODY,)
        if not isinstance(value, dict):
            message = f'{name} is "*" or an object of {", ".join(KINDS)}'
            self.tell(f"{place}/{name}", message, "INVALID_PRINCIPAL_FORMAT")
            return None
        found: list[Named] = []
        for kind, names in value.items():
            each = names if isinstance(names, list) else [names]
            if kind not in KINDS:
                message = f"the kinds of principals are {', '.join(KINDS)}"
                self.tell(f"{place}/{name}{pointer(kind)}", message, "INVALID_PRINCIPAL_KEY")
                continue
            if wrong := [one for one in each if not isinstance(one, str) or not one]:
                message = f"a principal is a text, not {_shown(wrong[0])}"
                self.tell(f"{place}/{name}/{kind}", message, "INVALID_PRINCIPAL_FORMAT")
                continue
            found += [Named(kind, one) for one in each]
        return tuple(found)

    def _tests(self, condition: Any, place: str) -> Iterator[Test]:
        if not isinstance(condition, dict):
            self.tell(place, "a condition is an object of operators", "DATA_TYPE_MISMATCH")
            return
        for written, keys in condition.items():
            read = _operator(str(written))
            if isinstance(read, _Refused):
                self.tell(place + pointer(written), *read)
                continue
            if not isinstance(keys, dict):
                where = place + pointer(written)
                self.tell(where, "an operator is an object of condition keys", "DATA_TYPE_MISMATCH")
                continue
            for key, values in keys.items():
                texts = _values(values)
                if texts is None:
                    message = "a condition's value is a text, a number or true or false"
                    self.tell(place + pointer(written, key), message, "DATA_TYPE_MISMATCH")
                    continue
                yield Test(*read, str(key).lower(), texts)


class _Refused(NamedTuple):
    """Why there is no such operator, and the code for it."""

    message: str
    code: str


@lru_cache(1024)
def _operator(written: str) -> tuple[str, str, bool] | _Refused:
    """Operator and quantifier in lower case, and whether it goes with `IfExists`."""
    quantifier, _, rest = written.lower().rpartition(":")
    operator = rest.removesuffix("ifexists")
    if not operators.known(operator) or quantifier not in operators.QUANTIFIERS:
        return _Refused("there is no such condition operator", "INVALID_CONDITION_OPERATOR")
    if operator == "null" and operator != rest:
        return _Refused("Null and IfExists do not go together", "NULL_WITH_IF_EXISTS")
    return operator, quantifier, operator != rest


def _values(values: Any) -> tuple[str, ...] | None:
    if isinstance(values, str):
        return (values,)
    each = values if isinstance(values, list) else [values]
    if not all(isinstance(one, str | int | float) for one in each):
        return None
    return tuple(text_of(one) for one in each)


def _shown(value: Any) -> str:
    """A scalar as it stands; of anything else, which may be deep, its kind."""
    return repr(value) if value is None or isinstance(value, str | int | float) else f"a {type(value).__name__}"


def _effective(statement: Statement) -> Statement:
    """The statement, meaning no action where a list is empty: "the statement has no effect on the policy".

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html, "Empty array"
    """
    one = statement
    empty = () in (one.principals, one.actions, one.not_actions, one.resources, one.not_resources)
    return replace(one, actions=(), not_actions=None) if empty else one


def text_of(value: str | float | bool) -> str:  # noqa: FBT001 - a JSON scalar
    """A JSON scalar as AWS compares it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
