"""The ways in which a request can come to be allowed: of each, the groups of statements of which one must allow it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from scanner.derive.access.decision import reach
from scanner.derive.access.decision.document import Document, Statement
from scanner.derive.access.decision.flow import Policies
from scanner.derive.access.decision.request import Principal, Request
from scanner.derive.access.decision.statements import Grant, names

Group: TypeAlias = list[Statement]


def sides(request: Request, policies: Policies) -> Iterator[list[Group]]:
    """Each way by itself; the request's resource and context are not looked at, nor are denials."""
    if reach.barred(request):
        return
    around = _around(request, policies)
    for way in _ways(request, policies):
        groups = [*way, *around]
        if all(groups):
            yield groups


def _ways(request: Request, policies: Policies) -> Iterator[list[Group]]:
    who = request.principal
    granted = _granted(request, policies.resource)
    if not who.in_account:
        yield [granted(Grant.ACCOUNT)]
        return
    own = _limits(who, policies)
    identity = [] if who.kind == "Root" else [_allowing(policies.identity)]
    if who.account != request.owner or reach.needs_resource_policy(request):
        yield [*identity, *own, granted(Grant.ACCOUNT)]
    else:
        yield [*identity, *own]
    if who.account == request.owner:
        yield [granted(Grant.DIRECT)]
        yield [*own, granted(Grant.ROLE)]


def _limits(who: Principal, policies: Policies) -> list[Group]:
    """What must allow beside the identity's policies; a federated user without a session policy is allowed nothing."""
    found = [_allowing(kind) for kind in (policies.boundary, policies.session) if kind is not None]
    return [*found, []] if policies.session is None and who.kind == "FederatedUser" else found


def _around(request: Request, policies: Policies) -> list[Group]:
    """What must allow whichever way: levels of the organization, the endpoint."""
    found: list[Group] = []
    if reach.has_a_say("scp", request):
        found += [_allowing(level) for level in policies.scp or ()]
    if reach.has_a_say("rcp", request):
        found += [_about(level, request) for level in policies.rcp or ()]
    if policies.endpoint is not None:
        found.append(_about([policies.endpoint], request))
    return found


def _granted(request: Request, document: Document | None) -> Callable[[Grant], Group]:
    """The resource's statements that name who asks at least so closely."""
    statements = _allowing([document] if document else [])
    closeness = [(one, names(one, request)) for one in statements]

    def at_least(grant: Grant) -> Group:
        return [one for one, close in closeness if close >= grant]

    return at_least


def _allowing(documents: Iterable[Document]) -> Group:
    return [one for document in documents for one in document.statements if one.effect == "Allow"]


def _about(documents: Sequence[Document], request: Request) -> Group:
    return [one for one in _allowing(documents) if reach.about_asker("rcp", one, request)]


def denying(request: Request, policies: Policies) -> Iterator[Statement]:
    """The denials that are about who asks, as statements that name nobody; what they deny is not looked at."""
    bounded = policies.boundary is not None
    for place, document in policies.all():
        if reach.has_a_say(place, request):
            for one in document.statements:
                if reach.denies(place, one, request, bounded=bounded):
                    yield replace(one, principals=None, not_principals=None)
