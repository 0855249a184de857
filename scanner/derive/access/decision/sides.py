"""The ways in which a request can come to be allowed: of each, the groups of statements of which one must allow it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from scanner.derive.access.decision.document import Document, Statement
from scanner.derive.access.decision.flow import RCP_SERVICES, Policies, needs_resource_policy
from scanner.derive.access.decision.request import Request
from scanner.derive.access.decision.statements import Grant, names

Group: TypeAlias = list[Statement]


def sides(request: Request, policies: Policies) -> Iterator[list[Group]]:
    """Each way by itself; the request's resource and context are not looked at, nor are denials."""
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
    own = _limits(policies)
    identity = [] if who.kind == "Root" else [_allowing(policies.identity)]
    if who.account != request.owner or needs_resource_policy(request):
        yield [*identity, *own, granted(Grant.ACCOUNT)]
    else:
        yield [*identity, *own]
    if who.account == request.owner:
        yield [granted(Grant.DIRECT)]
        yield [*own, granted(Grant.ROLE)]


def _limits(policies: Policies) -> list[Group]:
    return [_allowing(kind) for kind in (policies.boundary, policies.session) if kind is not None]


def _around(request: Request, policies: Policies) -> list[Group]:
    """What must allow whichever way: levels of the organization, the endpoint."""
    who, found = request.principal, []
    if who.in_account and not who.service_linked:
        found += [_allowing(level) for level in policies.scp or ()]
    if request.service in RCP_SERVICES and not who.service_linked:
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
    return [one for one in _allowing(documents) if _unnamed(one) or names(one, request) > Grant.NONE]


def _unnamed(statement: Statement) -> bool:
    return statement.principals is None and statement.not_principals is None
