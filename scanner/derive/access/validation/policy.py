"""A policy's parts as they are written, each with its place, for checks to look at.

What `document.parse` refuses is left out here: it is told already.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple, get_args

from scanner.derive.access.decision import operators
from scanner.derive.access.decision.document import KINDS, Document, text_of
from scanner.derive.access.decision.patterns import matches
from scanner.model import pointer

PolicyType = Literal["identity", "resource", "trust", "scp", "rcp"]
TYPES: tuple[PolicyType, ...] = get_args(PolicyType)
_SHOWN = 100
_GUESSES = 20
"""How many unknown names are compared with the known ones: enough for people, and bounded for anything else."""


class Found(NamedTuple):
    """What a check found: its code, the place as a JSON Pointer, and words."""

    code: str
    place: str
    message: str


class Text(NamedTuple):
    """A text of `Action` or `Resource`."""

    place: str
    text: str


class Named(NamedTuple):
    """A principal; `kind` is `""` where the whole element is a text (`*`)."""

    place: str
    kind: str
    name: str


class Value(NamedTuple):
    """A value of a condition: as JSON has it, and as AWS compares it."""

    place: str
    raw: Any
    text: str


@dataclass(frozen=True)
class Line:
    """A key of a condition operator. `operator` is as written; `base` and `quantifier` are in lower case."""

    place: str
    operator: str
    base: str
    quantifier: str
    if_exists: bool
    key: str
    values: tuple[Value, ...]

    @property
    def name(self) -> str:
        """The key in lower case."""
        return self.key.lower()

    @property
    def negated(self) -> bool:
        """Whether the operator is a Not."""
        return self.base in operators.NEGATED

    @property
    def sort(self) -> str:
        """What the operator compares: string, arn, bool, numeric, date, ip, binary or null."""
        positive = operators.NEGATED.get(self.base, self.base)
        for sort in ("string", "arn", "numeric", "date", "binary"):
            if positive.startswith(sort):
                return sort
        return "ip" if positive == "ipaddress" else positive

    @property
    def like(self) -> bool:
        """Whether `*` and `?` in its values are wildcards."""
        return self.sort == "arn" or self.base in ("stringlike", "stringnotlike")


@dataclass
class Block:
    """One statement."""

    place: str
    body: dict[str, Any]
    _texts: dict[str, list[Text]] = field(default_factory=dict)

    @cached_property
    def allows(self) -> bool:
        """Whether its effect is Allow."""
        return self.body.get("Effect") == "Allow"

    @cached_property
    def denies(self) -> bool:
        """Whether its effect is Deny."""
        return self.body.get("Effect") == "Deny"

    def texts(self, name: str) -> list[Text]:
        """The texts of `Action`, `NotAction`, `Resource` or `NotResource`."""
        found = self._texts.get(name)
        if found is None:
            place = f"{self.place}/{name}"
            found = self._texts[name] = [Text(at, one) for at, one in _each(self.body.get(name), place)]
        return found

    @property
    def actions(self) -> list[Text]:
        """Those of `Action`."""
        return self.texts("Action")

    @property
    def resources(self) -> list[Text]:
        """Those of `Resource`."""
        return self.texts("Resource")

    def means(self, action: str) -> bool:
        """Whether `Action` or `NotAction` means an action, given in lower case."""
        if "Action" in self.body:
            return any(matches(one.text.lower(), action) for one in self.actions)
        return not any(matches(one.text.lower(), action) for one in self.texts("NotAction"))

    @cached_property
    def principals(self) -> list[Named]:
        """Those of `Principal`."""
        return list(self._principals("Principal"))

    @cached_property
    def not_principals(self) -> list[Named]:
        """Those of `NotPrincipal`."""
        return list(self._principals("NotPrincipal"))

    def _principals(self, name: str) -> Iterator[Named]:
        body, place = self.body.get(name), self.place + pointer(name)
        if isinstance(body, str):
            yield Named(place, "", body)
        for kind, names in body.items() if isinstance(body, dict) else ():
            if kind in KINDS:
                yield from (Named(at, kind, one) for at, one in _each(names, place + pointer(kind)))

    @cached_property
    def lines(self) -> list[Line]:
        """The condition, a key each."""
        return list(self._lines())

    def _lines(self) -> Iterator[Line]:
        condition, place = self.body.get("Condition"), self.place + "/Condition"
        for written, keys in condition.items() if isinstance(condition, dict) else ():
            quantifier, _, rest = written.lower().rpartition(":")
            base = rest.removesuffix("ifexists")
            if not operators.known(base) or quantifier not in operators.QUANTIFIERS or not isinstance(keys, dict):
                continue
            for key, values in keys.items():
                at = place + pointer(written, key)
                listed = values if isinstance(values, list) else [values]
                places = [at + pointer(n) for n in range(len(listed))] if isinstance(values, list) else [at]
                pairs = zip(places, listed, strict=True)
                read = tuple(Value(p, one, text_of(one)) for p, one in pairs if isinstance(one, str | int | float))
                yield Line(at, written, base, quantifier, base != rest, key, read)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The condition keys in lower case."""
        return frozenset(line.name for line in self.lines)


@dataclass
class Policy:
    """A policy of a type; `resource_type` is the CloudFormation name of what it is attached to, `""` if not told."""

    type: PolicyType
    resource_type: str
    document: dict[str, Any]
    parsed: Document
    guesses: int = field(default=_GUESSES)

    @cached_property
    def blocks(self) -> list[Block]:
        """The statements that are objects."""
        body = self.document.get("Statement")
        if isinstance(body, dict):
            return [Block("/Statement", body)]
        several = body if isinstance(body, list) else []
        return [Block(f"/Statement/{number}", one) for number, one in enumerate(several) if isinstance(one, dict)]

    @property
    def variables(self) -> bool:
        """Whether `${…}` are variables."""
        return self.document.get("Version") == "2012-10-17"

    def guess(self, name: str, known: tuple[str, ...]) -> str:
        """A question after the known name that is closest to one, `""` if none is close, or too many were asked."""
        from difflib import get_close_matches

        if self.guesses <= 0 or len(name) > _SHOWN:
            return ""
        self.guesses -= 1
        low = {one.lower(): one for one in known}
        close = get_close_matches(name.lower(), low, n=1, cutoff=0.75)
        return f"; did you mean {low[close[0]]}?" if close else ""


def shown(text: str) -> str:
    """A text from outside in quotes, cut to what a line can hold."""
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


def _each(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if value:
            yield place, value
    elif isinstance(value, list):
        for number, one in enumerate(value):
            if isinstance(one, str) and one:
                yield f"{place}/{number}", one
