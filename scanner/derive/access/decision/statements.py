"""Whether a statement means a request, and how closely it names who asks.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from scanner.derive.access.decision import operators
from scanner.derive.access.decision.document import Named, Statement
from scanner.derive.access.decision.patterns import matches
from scanner.derive.access.decision.request import Principal, Request, principal


class Grant(IntEnum):
    """How a resource's policy names the principal, from the least close.

    `ACCOUNT` leaves it to the account's own policies, `ROLE` names the role of a session (a boundary and
    session policies still limit it), `DIRECT` names the user, the session or everybody.
    """

    NONE = 0
    ACCOUNT = 1
    ROLE = 2
    DIRECT = 3


def means(statement: Statement, request: Request) -> bool:
    """Whether action, resource and condition of a statement mean the request; the principal is another question."""
    return (
        _means_action(statement, request) and _means_resource(statement, request) and _means_context(statement, request)
    )


def _means_action(statement: Statement, request: Request) -> bool:
    action = request.action.lower()
    if statement.actions is not None:
        return any(matches(pattern, action) for pattern in statement.actions)
    return not any(matches(pattern, action) for pattern in statement.not_actions or ())


def _means_resource(statement: Statement, request: Request) -> bool:
    """A resource's own policy may leave the element out: it means the resource that it is attached to."""
    lookup = request.lookup if statement.variables else None
    if statement.resources is not None:
        return any(matches(pattern, request.resource, lookup) for pattern in statement.resources)
    return not any(matches(pattern, request.resource, lookup) for pattern in statement.not_resources or ())


def _means_context(statement: Statement, request: Request) -> bool:
    lookup = request.lookup if statement.variables else None
    return all(operators.holds(test, request.context, lookup) for test in statement.tests)


def names(statement: Statement, request: Request) -> Grant:
    """How closely a statement of a resource's policy names who asks."""
    if statement.not_principals is not None:
        return _unnamed(statement, request.principal)
    found = (_named(one, request) for one in statement.principals or ())
    return max(found, default=Grant.NONE)


def _named(one: Named, request: Request) -> Grant:  # noqa: PLR0911 - a kind of principal each
    who = request.principal
    if one.kind == "AWS" and one.name == "*":
        return Grant.DIRECT
    if one.kind != "AWS":
        same = who.kind == one.kind and (one.name == "*" or who.id.lower() == one.name.lower())
        return Grant.DIRECT if same else Grant.NONE
    if not who.in_account:
        return Grant.NONE
    if _is_unique_id(one.name):
        userid = request.lookup("aws:userid") or ""
        return _close(who) if userid.partition(":")[0] == one.name else Grant.NONE
    try:
        meant = principal(one.name)
    except ValueError:
        return Grant.NONE
    if meant.account != who.account:
        return Grant.NONE
    if meant.kind == "Root":
        return Grant.DIRECT if who.kind == "Root" else Grant.ACCOUNT
    if meant.kind != who.kind or meant.name != who.name or (meant.session and meant.session != who.session):
        return Grant.NONE
    return Grant.DIRECT if meant.session else _close(who)


def _close(who: Principal) -> Grant:
    return Grant.ROLE if who.kind == "Role" else Grant.DIRECT


def _is_unique_id(name: str) -> bool:
    return name[:4] in ("AIDA", "AROA") and name.isalnum()


def _unnamed(statement: Statement, who: Principal) -> Grant:
    """`NotPrincipal`: somebody is left out of it only if named whole: a user with its account, a session with its
    role and account; since AWS may look at each in turn.
    """
    left_out = statement.not_principals or ()
    if any(one.kind == "AWS" and one.name == "*" for one in left_out):
        return Grant.NONE
    chain = list(_chain(who))
    if chain and all(any(_is(one, kind, name) for one in left_out) for kind, name in chain):
        return Grant.NONE
    if statement.effect == "Allow" and any(_is(one, kind, name) for one in left_out for kind, name in chain[-1:]):
        return Grant.NONE
    return Grant.DIRECT


def _chain(who: Principal) -> Iterable[tuple[str, str]]:
    if not who.in_account:
        if who.kind != "Anonymous":
            yield who.kind, who.id
        return
    yield "AWS", f"arn:{who.partition}:iam::{who.account}:root"
    if who.kind != "Root":
        yield "AWS", who.arn
    if who.session:
        yield "AWS", who.id


def _is(one: Named, kind: str, name: str) -> bool:
    if one.kind != kind:
        return False
    if kind != "AWS":
        return one.name.lower() == name.lower()
    try:
        left, right = principal(one.name), principal(name)
    except ValueError:
        return False
    return (left.kind, left.account, left.name, left.session) == (right.kind, right.account, right.name, right.session)
