"""Policy documents of a snapshot, with what is not known of them kept between two bounds.

A document of which parts are not known is read twice: as the most and as the least that it may allow. A request
that is denied under the most is denied, one that is allowed under the least is allowed, and any other is unknown.
Allowing grows with each Allow and shrinks with each Deny, which is why two readings are enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from scanner.derive.access.decision.document import Document, Effect, Named, Problem, Statement, Use, parse
from scanner.derive.access.decision.flow import Policies
from scanner.derive.access.world.statements import narrowed, widened
from scanner.derive.node import Node
from scanner.model import Unknown, Why

_ANYBODY = (Named("AWS", "*"),)
NOT_READ = "(not read)"
"""The `Sid` of the statement that stands for all that was not read; AWS takes no such character."""


@dataclass(slots=True)
class PartlyKnown(Document):
    """A document that may allow as much as `at_most` and as little as `at_least`; `gaps` say why.

    As it stands it has a problem, so that who does not look at the bounds decides nothing by it.
    """

    at_most: Document = field(default_factory=Document)
    at_least: Document = field(default_factory=Document)
    gaps: tuple[Unknown, ...] = ()


def read(policy: Node, use: Use) -> Document:
    """The document at a place of a resource, which must not surely be null."""
    if policy.unknown:
        return unread(policy.unknown)
    if policy.whole:
        return _taken(parse(policy.value, use), policy.value, use)
    body = policy.member("Statement")
    if body.unknown or not isinstance(policy.value, dict):
        return unread(body.unknown or _malformed("a policy is an object"))
    version = policy.member("Version")
    head = {} if version.unknown or version.value is None else {"Version": version.value}
    found = _Bounds(version.unknown)
    for number, node in enumerate(body.elements()):
        _add(found, node, head, use, number)
    if body.more:
        found.open(body.more, len(found.most))
    return found.document()


def unread(why: Unknown) -> PartlyKnown:
    """A document of which nothing is known."""
    found = _Bounds()
    found.open(why, 0)
    return found.document()


def maybe(document: Document, why: Unknown) -> PartlyKnown:
    """A document that may be in force, or not."""
    return PartlyKnown(
        document.statements,
        _problems((why,)),
        Document([one for one in at_most(document).statements if one.effect == "Allow"]),
        Document([one for one in at_least(document).statements if one.effect == "Deny"]),
        (why, *gaps(document)),
    )


def joined(documents: Sequence[Document]) -> Document:
    """Several documents as one: a statement keeps its number in its own."""
    if len(documents) == 1:
        return documents[0]
    statements = [statement for one in documents for statement in one.statements]
    problems = [problem for one in documents for problem in one.problems]
    if not any(isinstance(one, PartlyKnown) for one in documents):
        return Document(statements, problems)
    return PartlyKnown(
        statements,
        problems,
        Document([statement for one in documents for statement in at_most(one).statements]),
        Document([statement for one in documents for statement in at_least(one).statements]),
        tuple(why for one in documents for why in gaps(one)),
    )


def at_most(document: Document) -> Document:
    """The most that a document may allow."""
    return document.at_most if isinstance(document, PartlyKnown) else document


def at_least(document: Document) -> Document:
    """The least that a document may allow."""
    return document.at_least if isinstance(document, PartlyKnown) else document


def gaps(document: Document) -> tuple[Unknown, ...]:
    """What of a document is not known."""
    return document.gaps if isinstance(document, PartlyKnown) else ()


def bounded(policies: Policies, bound: Callable[[Document], Document]) -> Policies:
    """Policies with each document under one bound: `at_most` or `at_least`."""

    def several(documents: Iterable[Document]) -> list[Document]:
        return [bound(one) for one in documents]

    return replace(
        policies,
        identity=several(policies.identity),
        resource=None if policies.resource is None else bound(policies.resource),
        boundary=None if policies.boundary is None else several(policies.boundary),
        session=None if policies.session is None else several(policies.session),
        scp=None if policies.scp is None else [several(level) for level in policies.scp],
        rcp=None if policies.rcp is None else [several(level) for level in policies.rcp],
        endpoint=None if policies.endpoint is None else bound(policies.endpoint),
    )


class _Bounds:
    """Statements gathered under both bounds; `version` is why the policy's version is not known."""

    def __init__(self, version: Unknown | None = None) -> None:
        self.most: list[Statement] = []
        self.least: list[Statement] = []
        self.gaps: list[Unknown] = []
        self._version = version

    def add(self, wide: Statement, narrow: Statement | None) -> None:
        """A statement, as the widest and as the narrowest that it may be.

        Without the version nobody knows whether `${…}` are variables: it may mean what either reading means.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
        """
        more, less = (self.most, self.least) if wide.effect == "Allow" else (self.least, self.most)
        more.append(wide)
        if self._version and _may_vary(wide):
            self.gaps.append(self._version)
            more.append(replace(wide, variables=True))
        if narrow and not (self._version and _may_vary(narrow)):
            less.append(narrow)

    def open(self, why: Unknown, number: int) -> None:
        """There may be any further statement."""
        self.gaps.append(why)
        self.most.append(_any("Allow", number))
        self.least.append(_any("Deny", number))

    def document(self) -> PartlyKnown:
        least = {id(one) for one in self.least}
        known = [one for one in self.most if id(one) in least]
        return PartlyKnown(
            known, _problems(self.gaps), Document(self.most), Document(self.least), tuple(dict.fromkeys(self.gaps))
        )


def _add(found: _Bounds, node: Node, head: dict[str, str], use: Use, number: int) -> None:
    effect = node.member("Effect")
    if node.unknown or effect.unknown or effect.value not in ("Allow", "Deny"):
        found.open(node.unknown or effect.unknown or _malformed("Effect is Allow or Deny"), number)
        return
    if node.whole:
        wide = narrow = _one(node.value, head, use, number)
    else:
        found.gaps.append(next(iter(_reasons(node)), _malformed("a statement is an object")))
        wide = _one(widened(node), head, use, number)
        least = narrowed(node)
        narrow = None if least is None else _one(least, head, use, number)
        if wide is None:
            found.open(_malformed("a statement that AWS would refuse"), number)
            return
    if wide is None:
        found.open(_malformed("a statement that AWS would refuse"), number)
        return
    found.add(wide, narrow)


def _may_vary(statement: Statement) -> bool:
    """Whether it holds what is a variable from version 2012-10-17 on, and plain text before."""
    named = (*(statement.resources or ()), *(statement.not_resources or ()))
    tested = (value for test in statement.tests for value in test.values)
    return any("${" in text for text in (*named, *tested))


def _one(body: object, head: dict[str, str], use: Use, number: int) -> Statement | None:
    document = parse({**head, "Statement": [body]}, use)
    return None if document.problems else replace(document.statements[0], number=number)


def _reasons(node: Node) -> Iterator[Unknown]:
    if node.unknown:
        yield node.unknown
    elif isinstance(node.value, list):
        for one in node.elements():
            yield from _reasons(one)
        if node.more:
            yield node.more
    elif not node.whole:
        for _, one in node.members():
            yield from _reasons(one)


def _taken(document: Document, value: object, use: Use) -> Document:
    """A document of which AWS would refuse a part, as one that is not known there: it may mean what we do not."""
    if not document.problems:
        return document
    why = _malformed(f"AWS would refuse this: {document.problems[0].place} {document.problems[0].message}")
    body = value.get("Statement") if isinstance(value, dict) else None
    bounds, read_ = _Bounds(), {one.number: one for one in document.statements}
    for number, one in enumerate(body if isinstance(body, list) else [body]):
        good = _one(one, {"Version": "2012-10-17"}, use, number)
        if good is None:
            bounds.open(why, number)
        else:
            kept = read_.get(number, good)
            bounds.most.append(kept)
            bounds.least.append(kept)
    if not bounds.gaps or any(one.place == "/Version" for one in document.problems):
        bounds.open(why, len(bounds.most))
    return replace(bounds.document(), problems=document.problems)


def _any(effect: Effect, number: int) -> Statement:
    return Statement(number, NOT_READ, effect, _ANYBODY, None, ("*",), None, ("*",), None, (), variables=False)


def _problems(reasons: Iterable[Unknown]) -> list[Problem]:
    return [Problem("", why.message or str(why.why)) for why in reasons]


def _malformed(message: str) -> Unknown:
    return Unknown(Why.ERROR, message=message)
