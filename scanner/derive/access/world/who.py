"""Who could do something: every principal of a snapshot, and whom a resource's policy lets in from outside.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-cross-account-resource-access.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scanner.derive.access.decision.document import Statement
from scanner.derive.access.decision.operators import Values
from scanner.derive.access.decision.request import Principal, principal
from scanner.derive.access.search import askers as search
from scanner.derive.access.world.asking import Asker, Judgement, Question
from scanner.derive.access.world.documents import at_most
from scanner.derive.access.world.sharing import Sharing
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
    for one in search.everybody(statements, question.guarded.owner, own) if statements else ():
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
