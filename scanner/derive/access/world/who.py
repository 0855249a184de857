"""Who could do something: every principal of a snapshot, and whom a resource's policy lets in from outside.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-cross-account-resource-access.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scanner.derive.access.decision.document import Document, Statement
from scanner.derive.access.decision.operators import Values
from scanner.derive.access.decision.request import Principal, principal
from scanner.derive.access.search import askers as search
from scanner.derive.access.world.asking import Asker, Judgement, Question
from scanner.derive.access.world.documents import at_most, gaps
from scanner.derive.access.world.resources import ASSUMING
from scanner.derive.access.world.sharing import Sharing
from scanner.derive.access.world.world import World
from scanner.model import Unknown

ANY_ACCOUNT = "*"
_FEDERATED = frozenset({"sts:assumerolewithsaml", "sts:assumerolewithwebidentity"})


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
    judge = Sharing(question)
    for identity in question.world.identities():
        asker = Asker(identity.principal, identity)
        found = judge.of(asker)
        if found is not None:
            yield Row(identity.arn, identity.kind, question, asker, found)
    partition = question.guarded.arn.split(":")[1] if question.guarded.arn.startswith("arn:") else "aws"
    for account in question.world.accounts:
        if account:
            asker = Asker(Principal("Root", f"arn:{partition}:iam::{account}:root", partition, account))
            found = question.judge(asker)
            if found.allowed is not False:
                yield Row(asker.principal.id, "Root", question, asker, found)
    yield from _outside(question)


def _outside(question: Question) -> Iterator[Row]:
    """Those whom the resource's policies mean and the snapshot does not hold."""
    wide: set[str] = set()
    for stranger in _strangers(question):
        if stranger.implied & wide:
            continue
        found = question.judge(stranger.asker)
        if found.allowed is False:
            continue
        if found.allowed:
            wide.add(stranger.id)
        yield Row(stranger.id, stranger.kind, question, stranger.asker, found, outside=True)


class _Stranger(NamedTuple):
    """Somebody from outside. `implied` are those of whom the same is true if it is of them."""

    asker: Asker
    id: str
    kind: str
    implied: frozenset[str] = frozenset()


def _strangers(question: Question) -> Iterator[_Stranger]:
    """The widest first."""
    every = list(_about_it(question))
    own = {*question.world.accounts}
    named = {one.name for each in every if each.effect == "Allow" for one in each.principals or ()}
    if not any(each.effect == "Allow" for each in every):
        return
    yield _Stranger(Asker(Principal("Anonymous", "anonymous")), "anonymous", "Anonymous")
    guards = _Guards(question)
    for one in search.everybody(every, question.guarded.owner, own, only_others=True):
        who = one.principal
        if who.kind == "Anonymous" or (who.in_account and who.account in own):
            continue
        if not one.strange or who.in_account or _comes(who, question.action.lower()):
            yield _stranger(one, named, guards.of(who))
    yield from _sessions(question, named)


def _comes(who: Principal, action: str) -> bool:
    """Whether any service, or any provider's users, may come with such a request where everybody is meant."""
    if who.kind == "Service":
        return action not in ASSUMING
    return who.kind == "Federated" and action in _FEDERATED


def _stranger(one: search.Asker, named: set[str], guard: Document | None) -> _Stranger:
    who, asker = one.principal, Asker(one.principal, trusted=True, searched=one, guard=guard)
    if one.strange:
        wider = frozenset({"anonymous", ANY_ACCOUNT}) if who.in_account else frozenset({"anonymous"})
        return _Stranger(asker, ANY_ACCOUNT, "Account", wider) if who.in_account else _any(asker, wider)
    if not who.in_account:
        return _Stranger(asker, who.id, who.kind)
    account = f"arn:{who.partition}:iam::{who.account}:root"
    explicit = {who.account, account, who.id, who.arn} & named
    wider = frozenset({account}) if explicit else frozenset({account, ANY_ACCOUNT, "anonymous"})
    if one.named and who.kind != "Root":
        return _Stranger(asker, _shown(who, named), who.kind, wider)
    return _Stranger(asker, account, "Account", wider)


def _any(asker: Asker, wider: frozenset[str]) -> _Stranger:
    kind = asker.principal.kind
    return _Stranger(asker, f"any {kind}", kind, wider)


class _Guards:
    """The statements of a resource's policies by the account that they name: many name others than who asks."""

    def __init__(self, question: Question) -> None:
        guarded = question.guarded
        self._document = guarded.document
        self._whole = guarded.document is None or bool(gaps(guarded.document)) or guarded.beneath is not None
        self._of: dict[str, list[Statement]] = {}
        for one in question.most.document(guarded.document).statements if guarded.document else ():
            for account in _accounts(one):
                self._of.setdefault(account, []).append(one)

    def of(self, who: Principal) -> Document | None:
        """The statements that may mean a principal, `None` for all of them."""
        if self._whole or not who.in_account:
            return None
        every = [*self._of.get("", ()), *self._of.get(who.account, ())]
        return Document(sorted({id(one): one for one in every}.values(), key=lambda one: one.number))


def _accounts(statement: Statement) -> set[str]:
    """The accounts whose principals a statement names, `""` for anybody's."""
    if statement.principals is None:
        return {""}
    found: set[str] = set()
    for one in statement.principals:
        try:
            found.add(principal(one.name).account)
        except ValueError:
            found.add("")
    return found


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


def _sessions(question: Question, named: set[str]) -> Iterator[_Stranger]:
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
            yield _Stranger(Asker(who, identity, trusted=identity is None), name, who.kind)


def _about_it(question: Question) -> Iterator[Statement]:
    """The statements of the resource, and of what is beneath, that are about the action."""
    for guarded in (question.guarded, question.guarded.beneath):
        if guarded is not None and guarded.document is not None:
            inner = question if guarded is question.guarded else Question(question.world, question.action, guarded)
            yield from inner.most.document(at_most(guarded.document)).statements
