"""Which requests the statements of an identity policy allow, whatever they are spelled like.

A probe is an action on a resource that no pattern can name, only match by wildcards: `iam:` and a
character that IAM takes in no policy stands for every action of IAM. So `*`, `*:*`, `i?m:*` and a
`NotAction` that leaves IAM in come to the same.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from scanner.derive.access.conditions import Entry, entries, fixes, refused
from scanner.derive.access.glob import matches
from scanner.derive.access.policy import PolicyStatement, allows, denies, with_more
from scanner.derive.logic import Maybe, both, either, malformed, negate
from scanner.derive.node import Node
from scanner.model import Unknown

ANY = "\ue000"
"""Matched by wildcards alone: IAM takes no character above U+00FF in a policy."""

_SHORT, _LONG = ANY * 4, ANY * 64
"""The shortest and more than the longest name that an action has."""

_FREE = frozenset({
    "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:principaltype",
    "aws:principalisawsservice", "aws:userid", "aws:username", "aws:federatedprovider", "aws:sourceidentity",
    "aws:multifactorauthpresent", "aws:multifactorauthage", "aws:securetransport", "aws:tokenissuetime",
    "aws:currenttime", "aws:epochtime", "aws:useragent", "aws:referer", "aws:viaawsservice", "sts:externalid",
    "aws:requestedregion",
})  # fmt: skip
"""Keys about the holder of the policy, or that the caller chooses: they leave what is allowed as wide as it is."""

_OWNERS = frozenset({"aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths"})
"""Keys that keep to one's own: no restriction, unless it is about the resources of others."""

_POSITIVE = frozenset({
    "stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "bool", "ipaddress",
    "binaryequals", "numericequals", "numericlessthan", "numericlessthanequals", "numericgreaterthan",
    "numericgreaterthanequals",
})  # fmt: skip


class Probe(NamedTuple):
    """An action, in lower case, on a resource."""

    action: str
    resource: str


def every_action(service: str = "") -> tuple[str, ...]:
    """Actions that stand for all of a service, or for all of all services."""
    prefixes = (service,) if service else (ANY, ANY * 40)
    return tuple(f"{prefix}:{name}" for prefix in prefixes for name in (_SHORT, _LONG))


class Patterns(NamedTuple):
    """The patterns of `Action` or `Resource`, or of its `Not…`, and why there may be others; or why none are known."""

    exact: frozenset[str]
    wild: tuple[str, ...]
    unknown: tuple[Unknown, ...]
    others: bool
    doubt: Unknown | None

    @classmethod
    def of(cls, statement: Node, name: str) -> Patterns:
        """Of a statement; actions know no case."""
        named, others = statement.member(name), statement.member(f"Not{name}")
        if named.present == others.present:
            doubt = named.unknown or others.unknown
            problem = malformed(statement.path, f"a statement needs either {name} or Not{name}")
            return cls(frozenset(), (), (), others=False, doubt=doubt or problem)
        found = [_pattern(pattern) for pattern in with_more(named if named.present else others)]
        texts = {text.lower() if name == "Action" else text for text in found if isinstance(text, str)}
        wild = {text for text in texts if "*" in text or "?" in text}
        unknown = tuple(why for why in found if isinstance(why, Unknown))
        return cls(frozenset(texts - wild), tuple(sorted(wild)), unknown, others.present, None)

    def name(self, text: str) -> Maybe:
        """Whether they name a text, or leave it in."""
        if self.doubt:
            return self.doubt
        found: Maybe = text in self.exact or any(matches(one, text) for one in self.wild) or either(self.unknown)
        return negate(found) if self.others else found


def _pattern(pattern: Node | Unknown) -> str | Unknown:
    if isinstance(pattern, Unknown):
        return pattern
    if pattern.opaque and pattern.unknown and (written := _made_later(pattern.unknown.token)):
        return written
    if pattern.unknown or not isinstance(pattern.value, str):
        return pattern.unknown or malformed(pattern.path, "this is no pattern")
    return pattern.value


def _made_later(token: str) -> str:
    """A pattern in which names yet to be made stand for themselves, which no other text does; `""` if none is told.

    The account that code is deployed to is whose the policy is, so it is taken for any.
    """
    if "${" not in token:
        return _OTHER if token else ""
    return _PLACEHOLDER.sub(lambda found: "*" if found[0] in _OWN else _OTHER, token)


_OTHER = "\ue001"
_OWN = ("${AWS::AccountId}", "${AWS::Partition}")
_PLACEHOLDER = re.compile(r"\$\{[^{}]*\}")


class Reading:
    """A statement read once, to be asked about many probes."""

    __slots__ = ("_action", "_allows", "_denies", "_resource", "statement")

    def __init__(self, statement: PolicyStatement) -> None:
        self.statement = statement
        self._allows = allows(statement)
        self._denies = denies(statement)
        self._action = Patterns.of(statement.node, "Action")
        self._resource = Patterns.of(statement.node, "Resource")

    def allows(self, probe: Probe, *, others: bool) -> Maybe:
        """Whether it allows the probe without a narrowing condition."""
        named = self._names(self._allows, probe)
        return named and both((named, negate(narrows(self.statement.node.member("Condition"), others=others))))

    def names(self, probe: Probe) -> Maybe:
        """Whether it is an Allow of the probe, whatever its condition."""
        return self._names(self._allows, probe)

    def allows_action(self, action: str) -> Maybe:
        """Whether it is an Allow of an action, given in lower case, on whatever."""
        return self._allows and both((self._allows, self._action.name(action)))

    def names_denied(self, probe: Probe) -> Maybe:
        """Whether it is a Deny of the probe, whatever its condition."""
        return self._names(self._denies, probe)

    def denies(self, probe: Probe) -> Maybe:
        """Whether it denies the probe without any condition."""
        named = self._names(self._denies, probe)
        return named and both((named, _is_empty(self.statement.node.member("Condition"))))

    def _names(self, effect: Maybe, probe: Probe) -> Maybe:
        action = effect and self._action.name(probe.action)
        resource = action and self._resource.name(probe.resource)
        return resource and both((effect, action, resource))


def allowing(readings: Iterable[Reading], probe: Probe, *, others: bool = False) -> list[tuple[PolicyStatement, Maybe]]:
    """The statements that allow, or may allow, the probe without a narrowing condition.

    `others`: a condition that keeps to resources of one's own counts as narrowing.
    """
    judged = ((reading.statement, reading.allows(probe, others=others)) for reading in readings)
    return [(statement, value) for statement, value in judged if value is not False]


def denied(readings: Iterable[Reading], probe: Probe) -> Maybe:
    """Whether a Deny without any condition takes the probe away."""
    return either(reading.denies(probe) for reading in readings)


def names_action(statement: PolicyStatement, action: str) -> Maybe:
    """Whether the statement is about an action, given in lower case."""
    return Patterns.of(statement.node, "Action").name(action)


def _is_empty(condition: Node) -> Maybe:
    doubt = refused(condition)
    return not any(True for _ in entries(condition)) if doubt is None else doubt


def narrows(condition: Node, *, others: bool = False) -> Maybe:
    """Whether a condition keeps the statement from allowing all that it names.

    A line does if it also fails where its key is absent, asks for something in particular, and
    its key is neither about the holder of the policy nor for the caller to choose: a tag of the
    resource, the network, the service passed to. With `others`, the resource's account too.
    """
    return either([*(_line_narrows(line, others=others) for line in entries(condition)), refused(condition) or False])


def _line_narrows(line: Entry, *, others: bool) -> Maybe:
    if line.operator not in _POSITIVE or line.if_exists or line.quantifier == "forallvalues":
        return False
    if is_free(line.key) or (line.key in _OWNERS and not others):
        return False
    if line.operator == "ipaddress":
        return fixes(line)
    return both(_asks(value, line) for value in with_more(line.values))


def is_free(key: str) -> bool:
    """Whether a key (in lower case) is about the holder of a policy, or for the caller to choose."""
    return key in _FREE or key.startswith("aws:principaltag/")


def _asks(value: Node | Unknown, line: Entry) -> Maybe:
    if isinstance(value, Unknown) or value.unknown:
        return value if isinstance(value, Unknown) else value.unknown or True
    text = str(value.value).lower()
    return text != "false" if line.operator == "bool" else bool(text.strip("*?:"))
