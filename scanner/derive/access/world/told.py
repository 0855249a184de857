"""A judgement in words: the statements that allow or deny, and what lacks on which side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from scanner.derive.access.decision.document import Document, Named, Statement
from scanner.derive.access.decision.flow import Deciding, Policies, decide
from scanner.derive.access.decision.request import Request
from scanner.derive.access.decision.statements import Grant, names
from scanner.derive.access.search.askers import asker as asking
from scanner.derive.access.search.problem import about
from scanner.derive.access.world.asking import Asker, Judgement, Question, refused
from scanner.derive.access.world.documents import NOT_READ, at_least, at_most
from scanner.derive.access.world.principals import Labelled

_NAMES = {
    "identity": "its own policies",
    "boundary": "permissions boundary",
    "resource": "policy of the resource",
    "scp": "service control policies",
    "rcp": "resource control policies",
}
_ALLOW = Statement(0, "", "Allow", (Named("AWS", "*"),), None, ("*",), None, ("*",), None, (), variables=False)


class Told(NamedTuple):
    """One reason. `side` is where it stands, `policy` its name, `text` the statement as it is written."""

    side: str
    policy: str
    reason: str
    statement: int | None = None
    sid: str = ""
    effect: str = ""
    text: Any = None

    def to_json(self) -> dict[str, Any]:
        """All members that are set."""
        return {name: value for name, value in self._asdict().items() if value not in (None, "")}


class Teller:
    """Finds the names of the policies that a question's answers rest on."""

    def __init__(self, question: Question, asker: Asker) -> None:
        self._question = question
        self._asker = asker

    def allowing(self, judgement: Judgement) -> list[Told]:
        """The statements that allow the request that was found."""
        if judgement.request is None:
            return []
        found = (judgement.decision or decide(judgement.request, judgement.policies)).deciding
        who = self._asker.principal
        if who.in_account and who.kind != "Root" and not any(one.policy.startswith("identity") for one in found):
            # a statement that leaves it to the account's own policies did not decide
            found = [one for one in found if one.policy != "resource" or _names(one, judgement.request)]
        told = [told for one in found if (told := self._told(one)) is not None]
        if who.kind == "Root" and not any(one.side == _NAMES["resource"] for one in told):
            told.append(Told(_NAMES["identity"], "", "the root user of the resource's account needs none"))
        return told

    def preventing(self, judgement: Judgement) -> list[Told]:
        """What alone prevents it, else all that does."""
        if why := refused(self._asker.principal, self._question.action):
            return [Told("AWS", "", why)]
        alone = [told for side in self._sides(judgement.policies) for told in self._alone(judgement.policies, side)]
        if alone:
            return alone
        guarded, who = self._question.guarded, self._asker.principal
        known = next(iter(self._question.known(self._asker, judgement.policies)))
        request = Request(who, self._question.action, guarded.arn, guarded.owner, known)
        found = decide(request, judgement.policies).deciding
        return [told for one in found if (told := self._told(one)) is not None]

    def _sides(self, policies: Policies) -> Iterator[str]:
        for kind in ("rcp", "scp"):
            yield from (f"{kind}[{number}]" for number, _ in enumerate(getattr(policies, kind) or ()))
        yield from ("boundary",) if policies.boundary is not None else ()
        yield from ("identity", "resource")

    def _alone(self, policies: Policies, side: str) -> Iterator[Told]:
        """What of one side keeps from being allowed what all others allow."""
        documents = _documents(policies, side)
        denying = [one for document in documents for one in document.statements if one.effect == "Deny"]
        denying = [one for one in denying if about(one, asking(self._asker.principal))]
        if denying and self._possible(_with(policies, side, [_without(one) for one in documents])):
            place = f"{side}[0]" if side != "resource" else side
            yield from (told for one in denying if (told := self._told(Deciding(place, one, "denies"))))
        elif self._possible(_with(policies, side, [*documents, Document([_allowing(side)])])):
            yield self._lacking(side)
            near = [one for document in documents for one in document.statements if one.effect == "Allow" and one.tests]
            for one in near:
                told = self._told(Deciding(side, one, "would allow it, but its condition cannot hold here"))
                if told is not None and about(one, asking(self._asker.principal)):
                    yield told

    def _possible(self, policies: Policies) -> bool:
        question = self._question
        return isinstance(question.possible(self._asker, policies, question.given), Request)

    def _told(self, deciding: Deciding) -> Told | None:
        side = deciding.policy.partition("[")[0]
        if not side:
            return Told("AWS", "", deciding.reason)
        if deciding.statement is None:
            return self._lacking(deciding.policy.rpartition("[")[0] if side == "identity[" else deciding.policy)
        found = self._holder(side, deciding.statement)
        if found is None:
            return None
        one = deciding.statement
        if one.sid == NOT_READ:
            return Told(_NAMES.get(side, side), found.label, "was not read, or not wholly, and could decide it")
        return Told(
            _NAMES.get(side, side), found.label, deciding.reason, one.number, one.sid, one.effect, _text(found, one)
        )

    def _lacking(self, place: str) -> Told:
        side = place.partition("[")[0]
        labels = [one.label for one in self._labelled(side)]
        if side in ("scp", "rcp") and "[" in place:
            level = self._levels(side)[int(place.partition("[")[2].rstrip("]").partition("]")[0])]
            labels = [one.label for one in level.policies]
            return Told(f"{_NAMES[side]} of {level.target}", ", ".join(labels), "no statement allows it")
        if side == "resource":
            reason = "no statement allows it to this principal" if labels else "there is no such policy"
        else:
            reason = "no statement allows it" if labels else "there are none"
        return Told(_NAMES.get(side, side), ", ".join(labels), reason)

    def _levels(self, side: str) -> Sequence[Any]:
        if side == "rcp":
            return self._question.guarded.rcp or ()
        return self._question.world.organization(self._asker.principal.account).scp or ()

    def _labelled(self, side: str) -> list[Labelled]:
        """The policies of one side."""
        identity, guarded = self._asker.identity, self._question.guarded
        if side in ("scp", "rcp"):
            return [one for level in self._levels(side) for one in level.policies]
        if side == "resource":
            return [*guarded.documents, *(grant.policy for grant in guarded.grants)]
        if identity is None:
            return []
        grants = [grant.policy for grant in guarded.grants]
        if side == "boundary":
            return [*([identity.boundary] if identity.boundary else []), *grants]
        return [*identity.documents, *grants]

    def _holder(self, side: str, statement: Statement) -> Labelled | None:
        for one in self._labelled(side):
            every = (one.document, at_most(one.document), at_least(one.document))
            if any(statement is each for document in every for each in document.statements):
                return one
        return None


def _names(deciding: Deciding, request: Request) -> bool:
    return deciding.statement is not None and names(deciding.statement, request) > Grant.ACCOUNT


def _documents(policies: Policies, side: str) -> list[Document]:
    if side == "resource":
        return [policies.resource] if policies.resource else []
    kind, _, number = side.partition("[")
    found = getattr(policies, kind) or ()
    return list(found[int(number.rstrip("]"))] if number else found)


def _with(policies: Policies, side: str, documents: list[Document]) -> Policies:
    """The policies with one side replaced."""
    kind, _, number = side.partition("[")
    if kind == "resource":
        return replace(policies, resource=Document([one for each in documents for one in each.statements]))
    if kind == "identity":
        return replace(policies, identity=documents)
    if kind == "boundary":
        return replace(policies, boundary=documents)
    levels: list[Sequence[Document]] = list((policies.scp if kind == "scp" else policies.rcp) or ())
    levels[int(number.rstrip("]"))] = documents
    return replace(policies, scp=levels) if kind == "scp" else replace(policies, rcp=levels)


def _without(document: Document) -> Document:
    return Document([one for one in document.statements if one.effect != "Deny"])


def _allowing(side: str) -> Statement:
    return _ALLOW if side == "resource" else replace(_ALLOW, principals=None)


def _text(holder: Labelled, statement: Statement) -> Any:
    """The statement as it is written; of what is no policy, such as an ACL, as one would write it."""
    body = holder.source.get("Statement") if isinstance(holder.source, Mapping) else None
    several = body if isinstance(body, list) else [body]
    if body is not None and statement.number < len(several):
        return several[statement.number]
    shown: dict[str, Any] = {"Effect": statement.effect}
    if statement.principals:
        shown["Principal"] = {one.kind: one.name for one in statement.principals}
    shown |= {"Action": list(statement.actions or ()), "Resource": list(statement.resources or ())}
    if statement.tests:
        shown["Condition"] = {
            f"{test.quantifier}:{test.operator}".lstrip(":"): {test.key: list(test.values)} for test in statement.tests
        }
    return shown
