"""One judgement for all identities of whom the same is true.

What a question asks of an identity are the statements that its policies have for it, how closely the resource's name
it, and which tests on who it is hold. Those in whom all that is equal are judged once; every answer is confirmed.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

from scanner.derive.access.decision import operators
from scanner.derive.access.decision.document import Document, Statement
from scanner.derive.access.decision.flow import Policies, decide
from scanner.derive.access.decision.operators import Test, Values
from scanner.derive.access.decision.request import Principal, Request
from scanner.derive.access.decision.statements import names
from scanner.derive.access.world.asking import Asker, Judgement, Question, needed
from scanner.derive.access.world.context import PRINCIPAL_TAG, may_pass_tags
from scanner.derive.access.world.documents import at_most, bounded
from scanner.derive.access.world.lens import OF_PRINCIPAL, Seen, statements
from scanner.derive.access.world.principals import Identity
from scanner.derive.access.world.world import means


class Sharing:
    """The judgements on many identities."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._known: dict[Hashable, Judgement] = {}
        document = question.guarded.document
        self._resource = None if document is None else question.most.seen(at_most(document))
        self._by_account = not any(map(_names_one, self._resource.document.statements if self._resource else ()))
        self._common: dict[str, Policies] = {}
        self._commonly: dict[str, Seen] = {}
        self._closeness: dict[tuple[str, str, str], tuple[int, ...]] = {}

    def of(self, asker: Asker) -> Judgement | None:
        """The judgement on one identity; `None` where it is denied."""
        named = self._named(asker.principal)
        if not self._opens(asker, named):
            return None
        key = self._key(asker, named)
        found = self._known.get(key) if key else None
        if found is not None and asker.identity is not None:
            found = found if found.allowed is False else self._same(found, asker, asker.identity)
        if found is None:
            found = self._question.judge(asker)
            if key:
                keys = frozenset(needed(found.request, found.policies)) if found.request else None
                found = replace(found, needed=keys)
                self._known[key] = found
        return None if found.allowed is False else found

    def _same(self, found: Judgement, asker: Asker, identity: Identity) -> Judgement | None:
        """What is so for one identity, told of another; `None` if it is not confirmed."""
        if found.request is None:
            return found
        policies, given = self._policies(identity), found.request.given
        if any(key.startswith(OF_PRINCIPAL) for key in given):
            given = {key: values for key, values in given.items() if not key.startswith(OF_PRINCIPAL)}
            given |= next(iter(self._question.known(asker, policies)))
        request = replace(found.request, principal=asker.principal, given=given)
        decision = decide(request, policies)
        if decision.answer != "Allowed":
            return None
        return replace(found, policies=policies, request=request, decision=decision)

    def _policies(self, identity: Identity) -> Policies:
        """All policies of an identity of which all is known, and that no grant means, as the question sees them."""
        seen = self._question.most.seen
        around = self._around(identity.account)
        documents = (seen(one.document).document for one in identity.documents)
        return replace(
            around,
            identity=[one for one in documents if one.statements],
            boundary=[seen(identity.boundary.document).document] if identity.boundary else None,
        )

    def _around(self, account: str) -> Policies:
        """What all identities of an account have in common."""
        if account not in self._common:
            found = self._question.world.policies(None, self._question.guarded, account=account)
            self._common[account] = self._question.most.policies(bounded(found, at_most))
        return self._common[account]

    def _named(self, who: Principal) -> tuple[int, ...]:
        """How closely the resource's statements name somebody; of those that name no one by one, by account."""
        if self._resource is None:
            return ()
        place = (who.account, who.kind, "" if self._by_account else who.id)
        if place not in self._closeness:
            request = Request(who, "x:x", "*", "", {})
            self._closeness[place] = tuple(int(names(one, request)) for one in self._resource.document.statements)
        return self._closeness[place]

    def _opens(self, asker: Asker, named: tuple[int, ...]) -> bool:
        """Whether a statement could allow it, on whichever side."""
        seen = self._question.most.seen
        if asker.identity and any(seen(at_most(one.document)).opens for one in asker.identity.documents):
            return True
        statements = self._resource.document.statements if self._resource else ()
        return any(close and one.effect == "Allow" for one, close in zip(statements, named, strict=True))

    def _key(self, asker: Asker, named: tuple[int, ...]) -> Hashable:
        """Equal for those of whom the same is true; `None` for who is like nobody else."""
        identity, guarded, seen = asker.identity, self._question.guarded, self._question.most.seen
        if identity is None or identity.gaps or guarded.beneath is not None:
            return None
        if any(means(grant, identity) for grant in guarded.grants):
            return None
        documents = [seen(one.document) for one in identity.documents]
        bound = [seen(identity.boundary.document)] if identity.boundary else []
        every = [*documents, *bound]
        common = self._shared_by(identity.account)
        if common.variables or any(one.variables for one in every):
            return None
        tests = [*common.of_principals, *(test for one in every for test in one.of_principals)]
        holding = self._holding(identity, tests)
        if holding is None:
            return None
        who, sure = asker.principal, any(one.sure for one in documents)
        meanings = frozenset().union(*(one.denials if sure else one.meanings for one in documents))
        boundary = bound[0].meanings if bound else None
        return (who.account, who.kind, who.service_linked, sure, meanings, boundary, named, holding)

    def _shared_by(self, account: str) -> Seen:
        """What the statements that all identities of an account have in common look at."""
        if account not in self._commonly:
            every = Document(list(statements(self._around(account))))
            self._commonly[account] = self._question.most.seen(every)
        return self._commonly[account]

    def _holding(self, identity: Identity, tests: Sequence[Test]) -> tuple[bool | None, ...] | None:
        """Which tests on who asks hold, `None` for a key that is free; nothing at all where sessions differ."""
        if not tests:
            return ()
        context = self._brought(identity)
        found: list[bool | None] = []
        for test in tests:
            if test.key == "aws:userid" and any(value.startswith(f"{identity.unique_id}:") for value in test.values):
                return None
            values = context.get(test.key)
            if values is None and test.key.startswith(PRINCIPAL_TAG) and not _is_free(identity):
                values = ()
            found.append(None if values is None else operators.holds(test, {test.key: values}, None))
        return tuple(found)

    def _brought(self, identity: Identity) -> Mapping[str, Values]:
        """The keys about who asks, as far as they are known."""
        request = Request(identity.principal, "kms:x", "*", "", {})
        found = {**request.context, **self._question.world.context(identity), **self._question.given}
        if identity.kind == "Role" and identity.unique_id:
            found.setdefault("aws:userid", (f"{identity.unique_id}:session",))
        return found


def _is_free(identity: Identity) -> bool:
    """Whether its requests may bring tags that are not its own, or whose own tags nobody read."""
    return identity.tags_unknown is not None or may_pass_tags(identity)


def _names_one(statement: Statement) -> bool:
    """Whether it names a user, role or session, which others of the account are not."""
    each = statement.principals or ()
    aws = [one.name for one in each if one.kind == "AWS"]
    return statement.principals is None or any(
        name != "*" and not name.endswith(":root") and not name.isdigit() for name in aws
    )
