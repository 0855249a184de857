"""Whether a statement means a request, and how closely it names who asks.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum

from scanner.derive.access.decision import operators
from scanner.derive.access.decision.document import Named, Statement
from scanner.derive.access.decision.patterns import Lookup, matches, variables_in
from scanner.derive.access.decision.request import Principal, Request, principal

_UNIQUE: Mapping[str, str] = {"User": "AIDA", "Role": "AROA"}
"""How unique ids begin, which policies show in place of the ARN of a user or role that was deleted."""


class Grant(IntEnum):
    """How a resource's policy names the principal, from the least close.

    `ACCOUNT` leaves it to the account's own policies, `ROLE` names the role of a session or the user who federated (a
    boundary and session policies still limit it), `DIRECT` names the user, the session or everybody.
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
        return _among(statement.actions, action)
    return not _among(statement.not_actions or (), action)


def _means_resource(statement: Statement, request: Request) -> bool:
    """A resource's own policy may leave the element out: it means the resource that it is attached to."""
    lookup = request.lookup if statement.variables else None
    if statement.resources is not None:
        return _among(statement.resources, request.resource, lookup)
    return not _among(statement.not_resources or (), request.resource, lookup)


def _among(patterns: Sequence[str], text: str, lookup: Lookup | None = None) -> bool:
    for pattern in patterns:  # noqa: SIM110 - asked of every statement; a generator takes twice as long
        if matches(pattern, text, lookup):
            return True
    return False


def _means_context(statement: Statement, request: Request) -> bool:
    if not statement.tests:
        return True
    lookup = request.lookup if statement.variables else None
    return all(operators.holds(test, request.context, lookup) for test in statement.tests)


def variables_of(statement: Statement) -> Iterator[str]:
    """The keys of a statement's policy variables, in lower case."""
    if statement.variables:
        for text in statement.resources or statement.not_resources or ():
            if "${" in text:
                yield from variables_in(text)
        for test in statement.tests:
            for text in test.values:
                if "${" in text:
                    yield from variables_in(text)


def keys_of(statements: Iterable[Statement]) -> set[str]:
    """The keys of requests, in lower case, at which statements look: in conditions and in variables."""
    found: set[str] = set()
    for one in statements:
        found.update([test.key for test in one.tests])
        if one.variables:
            found.update(variables_of(one))
    return found


def names(statement: Statement, request: Request) -> Grant:
    """How closely a statement of a resource's policy names who asks."""
    if statement.not_principals is not None:
        return _unnamed(statement, request.principal)
    best = Grant.NONE
    for one in statement.principals or ():
        found = _named(one, request)
        if found is Grant.DIRECT:
            return found
        best = max(best, found)
    return best


def _named(one: Named, request: Request) -> Grant:  # noqa: PLR0911 - a kind of principal each
    who = request.principal
    if one.kind == "AWS" and one.name == "*":
        return Grant.DIRECT
    if one.kind != "AWS":
        same = who.kind == one.kind and (one.name == "*" or who.id.lower() == one.name.lower())
        return Grant.DIRECT if same else Grant.NONE
    if not who.in_account:
        return Grant.NONE
    if (begin := _UNIQUE.get(who.kind)) and one.name.startswith(begin) and one.name.isalnum():
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
    if not _same(meant, who):
        # A federated user's ARN is that of the user who federated, as far as the documentation tells.
        federated = who.kind == "FederatedUser" and (meant.kind, meant.name) == ("User", who.name)
        return Grant.ROLE if federated else Grant.NONE
    return Grant.DIRECT if meant.session else _close(who)


def _same(meant: Principal, who: Principal) -> bool:
    """Whether an ARN in a policy is that of who asks, or of its role, whose path a session's ARN does not hold."""
    if who.session and not meant.session:
        return (meant.kind, meant.account, meant.name) == (who.kind, who.account, who.name)
    return meant.account == who.account and meant.id.split(":", 5)[-1] == who.id.split(":", 5)[-1]


def _close(who: Principal) -> Grant:
    return Grant.ROLE if who.kind == "Role" else Grant.DIRECT


def _unnamed(statement: Statement, who: Principal) -> Grant:
    """`NotPrincipal`: somebody is left out of it if named as closely as can be: a user, a session, a root user.

    The account alone, or of a session the role, does not do. Whether AWS denies, too, where the account is missing
    beside the user "depends on the service"; it is taken not to, so that access is rather seen than missed.
    """
    left_out = statement.not_principals or ()
    if any(one.kind == "AWS" and one.name == "*" for one in left_out):
        return Grant.NONE
    if not who.in_account:
        same = any(one.kind == who.kind and one.name.lower() == who.id.lower() for one in left_out)
        return Grant.NONE if same and who.kind != "Anonymous" else Grant.DIRECT
    closest = "account" if who.kind == "Root" else "session" if who.session else "entity"
    return Grant.NONE if any(_level(one, who) == closest for one in left_out) else Grant.DIRECT


def _level(one: Named, who: Principal) -> str:
    """What of a principal of an account a name leaves out, if anything."""
    try:
        meant = principal(one.name) if one.kind == "AWS" else None
    except ValueError:
        return ""
    if meant is None or meant.account != who.account:
        return ""
    if meant.kind == "Root":
        return "account"
    if not _same(meant, who):
        return ""
    return "session" if meant.session else "entity"
