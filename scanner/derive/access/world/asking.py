"""Could somebody of a snapshot do something: yes with a request, no, or not known and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from scanner.derive.access.decision.document import Document, Statement
from scanner.derive.access.decision.flow import Decision, Policies, decide
from scanner.derive.access.decision.operators import Values
from scanner.derive.access.decision.request import Principal, Request
from scanner.derive.access.decision.statements import keys_of
from scanner.derive.access.search import askers as search
from scanner.derive.access.search.could import could
from scanner.derive.access.search.problem import general
from scanner.derive.access.world.context import PRINCIPAL_TAG, RESOURCE_TAG, may_pass_tags
from scanner.derive.access.world.documents import at_least, at_most, bounded, gaps, unread
from scanner.derive.access.world.lens import Lens, is_free, statements
from scanner.derive.access.world.principals import Identity
from scanner.derive.access.world.resources import Guarded
from scanner.derive.access.world.world import World
from scanner.model import Unknown, Why

_ALLOWS_ALL = Document([Statement(0, "", "Allow", None, None, ("*",), None, ("*",), None, (), variables=False)])
_USERID, _TLS = "aws:userid", "aws:securetransport"
_NO_ONE_CONTEXT = Unknown(
    Why.ERROR, message="no one context was found in which both the access point and the bucket allow it"
)


SIGNED = frozenset({"iam", "kms", "sts"})
"""Services of which anonymous requests are surely refused (identity providers' are not anonymous)."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: an identity of the snapshot, or somebody of whom no policy is known.

    `trusted`: what is not known of its own policies is taken to allow, since the resource's side is asked about.
    `searched` is the principal as the search knows it, where it stands for many; `guard` the resource's policies
    without the statements that are surely about others.
    """

    principal: Principal
    identity: Identity | None = None
    trusted: bool = False
    searched: search.Asker | None = None
    guard: Document | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether it is allowed (`None`: not known), with a request that is, under the policies that decide it.

    `policies` are those of the request; `unknown` says why it is not known. `decision` is the evaluator's on the
    request, if it was asked already, and `needed` the keys that the request takes; `beneath` is the judgement on
    the bucket behind an access point.
    """

    allowed: bool | None
    policies: Policies
    request: Request | None = None
    unknown: tuple[Unknown, ...] = ()
    beneath: Judgement | None = None
    decision: Decision | None = None
    needed: frozenset[str] | None = None


@dataclass(slots=True)
class Question:
    """One action on one resource, asked of many."""

    world: World
    action: str
    guarded: Guarded
    given: Mapping[str, Values] = field(default_factory=dict)
    most: Lens = field(init=False)

    def __post_init__(self) -> None:
        self.most = Lens(self.action, self.guarded.arn)

    def judge(self, asker: Asker) -> Judgement:
        """The judgement on one asker; through an access point, that on the bucket behind it, too."""
        if refused(asker.principal, self.action):
            return Judgement(allowed=False, policies=Policies())
        own = self._judge(asker, self.policies(asker), self.given)
        if self.guarded.beneath is None or own.allowed is False:
            return own
        return self._with_beneath(asker, own, self.guarded.beneath)

    def policies(self, asker: Asker) -> Policies:
        """Every policy of the asker's requests."""
        who = asker.principal
        found = self.world.policies(asker.identity, self.guarded, account=who.account)
        if asker.identity is None and who.in_account and who.kind != "Root":
            found.identity = [_ALLOWS_ALL] if asker.trusted else [_unread(who)]
        if asker.guard is not None:
            found.resource = asker.guard
        if self.guarded.unseen and not (who.in_account and who.account == self.guarded.owner):
            found.resource = unread(self.guarded.unseen)
        return found

    def known(self, asker: Asker, policies: Policies) -> Iterator[Mapping[str, Values]]:
        """What the asker's requests surely bring, of the keys that its policies look at; mostly one way."""
        known = {**self.world.context(asker.identity, self.guarded), **self.given}
        tests = [test for one in statements(policies) for test in one.tests]
        identity = asker.identity
        for key in {test.key for test in tests} - known.keys():
            untagged = key.startswith(PRINCIPAL_TAG) and identity and identity.tags_unknown is None
            if untagged and identity and not may_pass_tags(identity):
                known[key] = ()
            if key.startswith(RESOURCE_TAG) and self.guarded.tags is not None:
                known[key] = ()
        if identity is None or identity.kind == "User" or not identity.unique_id or _USERID in known:
            yield known
            return
        # a session's id is its role's and a name of its own
        prefix = f"{identity.unique_id}:"
        named = {value for test in tests if test.key == _USERID for value in test.values if value.startswith(prefix)}
        for value in (f"{prefix}session", *sorted(named)):
            yield {**known, _USERID: (value.replace("*", "x").replace("?", "x"),)}

    def _judge(self, asker: Asker, policies: Policies, given: Mapping[str, Values]) -> Judgement:
        most = self.most.policies(bounded(policies, at_most))
        found = self.possible(asker, most, given)
        unknown = tuple(dict.fromkeys(why for _, one in policies.all() for why in gaps(one)))
        if found is None:
            return Judgement(allowed=False, policies=most)
        if isinstance(found, Unknown):
            return Judgement(allowed=None, policies=most, unknown=(found, *unknown))
        if not unknown:
            return Judgement(allowed=True, policies=most, request=found)
        least = Lens(self.action, self.guarded.arn).policies(bounded(policies, at_least))
        sure = self.possible(asker, least, given)
        if isinstance(sure, Request):
            return Judgement(allowed=True, policies=least, request=sure)
        return Judgement(allowed=None, policies=most, request=found, unknown=unknown)

    def possible(self, asker: Asker, policies: Policies, given: Mapping[str, Values]) -> Request | Unknown | None:
        """A request that these policies allow, with the keys of `given` and those that are known as they are."""
        doubt: Unknown | None = None
        if asker.searched is None and is_free(policies) and not _wild(self.guarded.arn):
            request = Request(asker.principal, self.action, self.guarded.arn, self.guarded.owner, given)
            return request if decide(request, policies).answer == "Allowed" else None
        for known in self.known(asker, policies):
            plain = self._plainly(asker, policies, {**known, **given})
            if plain is not None:
                return plain
            found = could(
                asker.searched or asker.principal,
                policies,
                self.action,
                self.guarded.arn,
                owner=self.guarded.owner,
                given={**known, **given},
            )
            if isinstance(found, Request):
                return found
            doubt = doubt or found
        return doubt

    def _plainly(self, asker: Asker, policies: Policies, known: Mapping[str, Values]) -> Request | None:
        """A request without anything unusual, if it is allowed: that spares the search."""
        if asker.searched is not None or _wild(self.guarded.arn):
            return None
        usual = {_TLS: ("true",), **known}
        request = Request(asker.principal, self.action, self.guarded.arn, self.guarded.owner, usual)
        tested = {test.key for one in statements(policies) for test in one.tests}
        if any(key not in request.context and general(key).presence == "always" for key in tested):
            return None
        return request if decide(request, policies).answer == "Allowed" else None

    def _with_beneath(self, asker: Asker, own: Judgement, bucket: Guarded) -> Judgement:
        """Both must allow, in one context: it is looked for on one side and tried on the other."""
        inner = Question(self.world, self.action, bucket, self.given)
        policies = inner.policies(asker)
        if asker.principal.in_account and asker.principal.account == bucket.owner:
            # in the bucket's own account, the identity's policies name the access point instead
            policies = replace(policies, identity=[*policies.identity, _ALLOWS_ALL])
        other = inner._judge(asker, policies, _context_of(own, self.given))
        if other.allowed is not True:
            # what was found for the one may not be what the other needs
            free = inner._judge(asker, policies, self.given)
            again = self._judge(asker, self.policies(asker), _context_of(free, self.given))
            if free.allowed is False or (free.allowed is True and again.allowed is True):
                own, other = again if free.allowed else own, free
            elif other.allowed is False:
                other = replace(other, allowed=None, unknown=(_NO_ONE_CONTEXT,))
        allowed = False if other.allowed is False else own.allowed and other.allowed
        return replace(own, allowed=allowed, unknown=(*own.unknown, *other.unknown), beneath=other)


def needed(request: Request, policies: Policies) -> dict[str, Values]:
    """The keys of an allowed request without which it is not."""
    asked = keys_of(statements(policies))
    kept = {key: values for key, values in request.given.items() if values and key in asked}
    for key in sorted(kept):
        less = {name: values for name, values in kept.items() if name != key}
        if decide(replace(request, given=less), policies).answer == "Allowed":
            kept = less
    return kept


def refused(who: Principal, action: str) -> str:
    """Why no policy could allow it to such a principal; empty where one could.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html
    """
    service = action.partition(":")[0].lower()
    if who.kind == "Anonymous" and service in SIGNED:
        return f"{service} answers no unsigned request"
    if who.kind == "Root" and action.lower() == "sts:assumerole":
        return "a root user cannot assume roles"
    return ""


def _context_of(one: Judgement, given: Mapping[str, Values]) -> Mapping[str, Values]:
    """What a request was found to bring, apart from its ends."""
    if one.request is None:
        return given
    return {**one.request.given, **given}


def _wild(resource: str) -> bool:
    return resource != "*" and ("*" in resource or "?" in resource)


def _unread(who: Principal) -> Document:
    return unread(Unknown(Why.OUT_OF_SCOPE, message=f"the policies of {who.id} are not in the snapshot"))
