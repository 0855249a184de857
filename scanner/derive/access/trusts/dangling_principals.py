"""Principals of a trust policy that no longer exist."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, TypedDict

from scanner.derive.access.identities import MEMBERSHIP
from scanner.derive.access.policy import allows, policy_statements, with_more
from scanner.derive.elements import Elements
from scanner.derive.logic import Maybe, as_kind, weightiest
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_UNIQUE_ID = re.compile(r"A(?:IDA|ROA)[A-Z0-9]{12,}")
_ACCOUNT = re.compile(r"(?:arn:[^:]*:(?:iam|sts)::)?([0-9]{12})(?::.*)?", re.DOTALL)
_CLOSED = frozenset({"SUSPENDED", "PENDING_CLOSURE", "CLOSED"})


class _Closed(NamedTuple):
    """The accounts that a management account says are closed, or being closed, and why there may be others."""

    accounts: frozenset[str]
    doubt: Unknown | None


class DanglingPrincipal(TypedDict):
    """One principal, and whether it was deleted itself or with its account."""

    principal: str
    why: Literal["deleted", "account closed"]
    source: str


@derives(
    "AWS::IAM::Role",
    "dangling_principals",
    gives=list[DanglingPrincipal],
    reads=("AssumeRolePolicyDocument", f"{MEMBERSHIP}.Accounts"),
)
def dangling_principals(role: Resource, context: Context) -> Partial:
    """A user or role that was deleted is shown by its unique id. Closed accounts are told by a management account
    that was scanned; where none was, an account is taken to be open.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
    """
    statements = policy_statements(Node.of(role, "AssumeRolePolicyDocument"))
    if isinstance(statements, Unknown):
        return Partial(None, {"": as_kind(statements, "any")})
    closed = context.throughout(("dangling_principals",), lambda: _closed(context))
    fact = Partial([])
    elements = Elements(fact)
    elements.open(statements.more)
    for statement in statements.all:
        principal, allowed = statement.node.member("Principal"), allows(statement)
        if allowed is False:
            continue
        elements.open(principal.unknown)
        named = principal.member("AWS") if isinstance(principal.value, dict) else None
        for name in with_more(named) if named is not None and not principal.unknown else ():
            if isinstance(name, Unknown) or name.unknown:
                elements.open(name if isinstance(name, Unknown) else name.unknown)
                continue
            _judge(elements, name, _Trusting(role.account, statement.node.path, allowed), closed)
    return fact


class _Trusting(NamedTuple):
    """A statement that names principals: of which account's role, where it stands, whether it allows."""

    account: str
    source: str
    allowed: Maybe


def _judge(elements: Elements, name: Node, trusting: _Trusting, closed: _Closed) -> None:
    text = str(name.value)
    members = {"principal": name, "source": trusting.source}
    if _UNIQUE_ID.fullmatch(text):
        elements.add({**members, "why": "deleted"}, trusting.allowed)
    account = _ACCOUNT.fullmatch(text)
    if account is None or account[1] == trusting.account:
        return
    if account[1] in closed.accounts:
        elements.add({**members, "why": "account closed"}, trusting.allowed)
    else:
        elements.open(closed.doubt)


def _closed(context: Context) -> _Closed:
    found, doubts = set(), list[Unknown]()
    for membership in context.inventory.of(MEMBERSHIP):
        accounts = Node.of(membership, "Accounts")
        doubts += [why for why in (accounts.unknown, accounts.more) if why]
        for account in accounts.elements():
            # `State` takes the place of `Status`, which says less.
            states = account.member("State"), account.member("Status")
            if str(states[0].value or states[1].value) in _CLOSED:
                found.add(str(account.member("Id").value))
    return _Closed(frozenset(found), weightiest(doubts) if doubts else None)
