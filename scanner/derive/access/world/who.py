"""Who could do something: every principal of a snapshot, and whom a resource's policy lets in from outside.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-cross-account-resource-access.html
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from scanner.derive.access.decision.document import Document, Statement
from scanner.derive.access.decision.flow import Policies
from scanner.derive.access.decision.operators import Values
from scanner.derive.access.decision.request import Principal, Request, principal
from scanner.derive.access.decision.statements import names
from scanner.derive.access.search import askers as search
from scanner.derive.access.world.asking import Asker, Judgement, Question
from scanner.derive.access.world.documents import at_most, bounded
from scanner.derive.access.world.lens import about_principals, likeness
from scanner.derive.access.world.world import World
from scanner.model import Unknown

ANY_ACCOUNT = "*"


class Row(NamedTuple):
    """A principal with its judgement. `through` is an access point; `outside`: nothing is known of it."""

    id: str
    kind: str
    question: Question
    asker: Asker
    judgement: Judgement
    outside: bool = False

    @property
    def through(self) -> str:
        """The access point that the way leads through, empty if none."""
        return self.question.guarded.arn if self.question.guarded.beneath else ""


def who_can(world: World, action: str, resource: str, given: Mapping[str, Values]) -> list[Row]:
    """Everybody who could, or of whom it is not known, by ARN; each by the first way that is open."""
    best: dict[str, Row] = {}
    for question in questions(world, action, resource, given):
        for row in _rows(question):
            before = best.get(row.id)
            if before is None or (before.judgement.allowed is None and row.judgement.allowed):
                best[row.id] = row
    return [best[id_] for id_ in sorted(best)]


def questions(world: World, action: str, resource: str, given: Mapping[str, Values]) -> Iterator[Question]:
    """The question on the resource itself, and through each access point to it."""
    guarded = world.guarded(resource, action)
    yield Question(world, action, guarded, given)
    bucket, sign, key = resource.partition("/")
    for point in world.points(bucket):
        through = f"{point}/object/{key}" if sign else point
        yield Question(world, action, world.guarded(through, action), given)


def unlisted(world: World, owner: str) -> Iterator[tuple[str, Unknown]]:
    """The accounts of which not all users and roles were listed, and why."""
    for account in sorted({*world.accounts, *({owner} & set(world.inventory.accounts))}):
        why = world.account(account).unlisted
        if why is not None:
            yield account, why


def _rows(question: Question) -> Iterator[Row]:
    judge = _Judge(question)
    for identity in question.world.identities():
        found = judge.of(Asker(identity.principal, identity))
        if found.allowed is not False:
            yield Row(identity.arn, identity.kind, question, Asker(identity.principal, identity), found)
    for account in question.world.accounts:
        if account:
            partition = question.guarded.arn.split(":")[1] if question.guarded.arn.startswith("arn:") else "aws"
            who = Asker(Principal("Root", f"arn:{partition}:iam::{account}:root", partition, account))
            found = question.judge(who)
            if found.allowed is not False:
                yield Row(who.principal.id, "Root", question, who, found)
    yield from _outside(question)


class _Judge:
    """Judges each set of policies once that means the same for all that have it."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._known: dict[Hashable, Judgement] = {}
        self._shared = question.guarded.beneath is None
        self._likeness: dict[int, Hashable] = {}

    def of(self, asker: Asker) -> Judgement:
        """The judgement on one identity."""
        question = self._question
        policies = question.policies(asker)
        most = question.most.policies(bounded(policies, at_most))
        if not self._opens(asker, most):
            return Judgement(allowed=False, policies=most)
        if not self._shared or about_principals(most) or any(one.problems for _, one in policies.all()):
            return question.judge(asker)
        key = self._key(asker, most)
        if key not in self._known:
            self._known[key] = question.judge(asker)
        found = self._known[key]
        request = None if found.request is None else replace(found.request, principal=asker.principal)
        return replace(found, policies=most, request=request)

    def _opens(self, asker: Asker, policies: Policies) -> bool:
        """Whether any statement allows it that could do so at all."""
        own = any(one.effect == "Allow" for document in policies.identity for one in document.statements)
        return own or any(one.effect == "Allow" for one in _about(policies.resource, asker.principal))

    def _key(self, asker: Asker, policies: Policies) -> Hashable:
        who = asker.principal
        resource = policies.resource.statements if policies.resource else ()
        request = Request(who, "x:x", "*", "", {})
        return (
            who.account,
            who.kind,
            who.service_linked,
            self._like(policies.identity),
            None if policies.boundary is None else self._like(policies.boundary),
            tuple(names(one, request) for one in resource),
        )

    def _like(self, documents: Sequence[Document]) -> Hashable:
        return tuple(self._of_one(one) for one in documents if one.statements)

    def _of_one(self, document: Document) -> Hashable:
        found = self._likeness.get(id(document))
        if found is None:
            found = self._likeness[id(document)] = likeness((document,))
        return found


def _about(document: Document | None, who: Principal) -> Iterator[Statement]:
    request = Request(who, "x:x", "*", "", {})
    return (one for one in (document.statements if document else ()) if names(one, request))


def _outside(question: Question) -> Iterator[Row]:
    """Those whom the resource's policies mean and the snapshot does not hold."""
    wide: set[str] = set()
    for asker, id_, kind, implied_by in _strangers(question):
        if implied_by & wide:
            continue
        found = question.judge(asker)
        if found.allowed is False:
            continue
        if found.allowed:
            wide.add(id_)
        yield Row(id_, kind, question, asker, found, outside=True)


def _strangers(question: Question) -> Iterator[tuple[Asker, str, str, frozenset[str]]]:
    """Asker, id, kind, and whose access would say the same; the widest first."""
    statements = list(_granting(question))
    own = {*question.world.accounts}
    named = {one.name for each in statements for one in each.principals or ()}
    service = question.action.partition(":")[0].lower()
    if statements:
        yield Asker(Principal("Anonymous", "anonymous")), "anonymous", "Anonymous", frozenset()
    strange = ""
    for one in search.everybody(statements, question.guarded.owner) if statements else ():
        who = one.principal
        strange = strange or who.account
        if who.kind == "Anonymous" or (who.in_account and who.account in own):
            continue
        asker = Asker(who, trusted=True, searched=one)
        if not who.in_account:
            if who.id in named or (who.kind == "Service" and service != "sts"):
                known = who.id in named
                yield (
                    asker,
                    who.id if known else f"any {who.kind}",
                    who.kind,
                    frozenset({"anonymous"} if not known else ()),
                )
        elif who.account == strange:
            yield asker, ANY_ACCOUNT, "Account", frozenset({"anonymous", ANY_ACCOUNT})
        else:
            account = f"arn:{who.partition}:iam::{who.account}:root"
            explicit = {who.account, account, who.id, who.arn} & named
            wider = frozenset({account}) if explicit else frozenset({account, ANY_ACCOUNT, "anonymous"})
            own_row = one.named and who.kind != "Root"
            yield asker, _shown(who, named) if own_row else account, who.kind if own_row else "Account", wider
    yield from _sessions(question, named)


def _shown(who: Principal, named: set[str]) -> str:
    """A role by the ARN that names it, not by a session of it."""
    if who.session and who.id not in named:
        return next((name for name in sorted(named) if _is_role(name, who)), who.id)
    return who.id


def _is_role(name: str, who: Principal) -> bool:
    try:
        found = principal(name)
    except ValueError:
        return False
    return (found.kind, found.account, found.name) == ("Role", who.account, who.name)


def _sessions(question: Question, named: set[str]) -> Iterator[tuple[Asker, str, str, frozenset[str]]]:
    """Sessions of the snapshot's own roles that a policy names one by one, and federated users."""
    for name in sorted(named):
        if ":sts::" not in name:
            continue
        try:
            who = principal(name)
        except ValueError:
            continue
        identity = question.world.identity(name)
        if who.account in question.world.accounts:
            yield Asker(who, identity, trusted=identity is None), name, who.kind, frozenset()


def _granting(question: Question) -> Iterator[Statement]:
    """The statements that allow it to somebody, of the resource and of what is beneath."""
    for guarded in (question.guarded, question.guarded.beneath):
        if guarded is not None and guarded.document is not None:
            inner = question if guarded is question.guarded else Question(question.world, question.action, guarded)
            document = inner.most.document(at_most(guarded.document))
            yield from (one for one in document.statements if one.effect == "Allow")
