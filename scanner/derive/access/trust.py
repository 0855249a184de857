"""Whom a role's trust policy lets in from outside the account."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypedDict

from scanner.derive.access.caller_conditions import asked, external_id, member_of, mfa, nothing, turned_away
from scanner.derive.access.conditions import fixes, refused, restricts
from scanner.derive.access.grants import names_action
from scanner.derive.access.identities import OWN, fixed_identities
from scanner.derive.access.organization import READS, Organization, organization
from scanner.derive.access.policy import (
    PolicyStatement,
    PolicyStatements,
    allows,
    opens_to_anybody,
    policy_statements,
    with_more,
)
from scanner.derive.logic import Maybe, as_kind, both, either, negate, weightiest
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, pointer

_ASSUME = ("sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity")
_ACCOUNT = re.compile(r"(?:arn:[^:]*:(?:iam|sts)::)?([0-9]{12})(?::.*)?", re.DOTALL)


class TrustedAnybody(TypedDict):
    """A statement that lets in any principal of any account."""

    sid: str | None
    source: str


class TrustedAccount(TypedDict):
    """A principal of another account, whether that is of the same organization, and what is asked of it.

    Where anybody is named and a condition says of which accounts or organization, these are told
    (`account` is an organization's id then).
    """

    account: str
    principal: str
    in_organization: bool
    external_id: bool
    mfa: bool
    sid: str | None
    source: str


class Trust(TypedDict):
    """Who may assume the role from outside. Only what is in the lists counts, not where."""

    anybody: list[TrustedAnybody]
    external: list[TrustedAccount]


@derives("AWS::IAM::Role", "trust", gives=Trust, reads=("AssumeRolePolicyDocument", *READS))
def trust(role: Resource, context: Context) -> Partial:
    """The principals of `AWS` in statements that allow `sts:AssumeRole` and its like.

    `"*"` and `{"AWS": "*"}` mean the same here: anybody, unless a condition, or a Deny of all
    others, says whose callers they must be. Services and identity providers are no accounts. An
    id in place of an ARN is a principal that was deleted, and lets in nobody.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    statements = policy_statements(Node.of(role, "AssumeRolePolicyDocument"))
    if isinstance(statements, Unknown):
        return Partial(None, {"": as_kind(statements, "any")})
    fact = Partial({"anybody": [], "external": []})
    more = {"anybody": [statements.more], "external": [statements.more]}
    ours = organization(context, role.account)
    for statement in statements.all:
        public = both((allows(statement), _is_anybody(statement, statements)))
        if public is not False:
            _add(fact, "anybody", statement, {}, public)
        admits = both((allows(statement), _admits(statement, statements)))
        if admits is not False:
            more["external"].append(_add_accounts(fact, role, _Granted(statement, statements, admits), ours))
    for name, whys in more.items():
        found = [why for why in whys if why]
        if found:
            fact.unknown[pointer(name, "-")] = as_kind(weightiest(found), "more")
    return fact


class _Granted(NamedTuple):
    """A statement that admits, or may admit, somebody, among its policy's others."""

    statement: PolicyStatement
    statements: PolicyStatements
    admits: Maybe


def _is_anybody(statement: PolicyStatement, statements: PolicyStatements) -> Maybe:
    """Whether anybody may take the role by some action: no condition and no Deny says whose callers they must be."""
    opens = opens_to_anybody(statement, ("AWS", "Service"))
    if opens is False:
        return False
    actions = (
        both((names_action(statement, action), negate(turned_away(statements, action, fixes)))) for action in _ASSUME
    )
    return both((opens, either(actions), negate(restricts(statement.node.member("Condition")))))


def _admits(statement: PolicyStatement, statements: PolicyStatements) -> Maybe:
    return both((names_action(statement, _ASSUME[0]), negate(turned_away(statements, _ASSUME[0], nothing))))


def _add_accounts(fact: Partial, role: Resource, granted: _Granted, ours: Organization) -> Unknown | None:
    """Adds the principals of other accounts; gives why there may be others."""
    statement, statements, admits = granted
    demands = {"external_id": external_id, "mfa": mfa}
    conditions = {name: asked(statement, statements, _ASSUME[0], asks) for name, asks in demands.items()}
    ours_only = asked(statement, statements, _ASSUME[0], member_of(ours))
    doubts: list[Unknown] = []
    for named in _outsiders(statement):
        account = _account(named) if isinstance(named, str) else None
        if isinstance(named, Unknown):
            doubts.append(named)
        elif account is not None and account not in (role.account, OWN):
            members = {"account": account, "principal": named, **conditions}
            member = ours.is_id(account) if account.startswith("o-") else ours.has(account)
            members["in_organization"] = either((member, ours_only))
            _add(fact, "external", statement, members, admits)
    return weightiest(doubts) if doubts else None


def _account(named: str) -> str | None:
    """The account of a principal, or the organization that a condition names; of services and the like none."""
    account = _ACCOUNT.fullmatch(named)
    return account[1] if account else named if named.startswith("o-") or named == OWN else None


def _outsiders(statement: PolicyStatement) -> Iterator[str | Unknown]:
    """Those under `AWS`, or whom the condition leaves of anybody, and why there may be others."""
    anybody = opens_to_anybody(statement, ("AWS", "Service"))
    if anybody is False or isinstance(anybody, Unknown):
        yield from _principals(statement.node.member("Principal"))
    if anybody is False:
        return
    condition = statement.node.member("Condition")
    lines = list(fixed_identities(condition))
    doubts = [line for line in (anybody, refused(condition), *lines) if isinstance(line, Unknown)]
    if doubts:
        yield weightiest(doubts)
    else:
        yield from min((line for line in lines if isinstance(line, list)), key=len, default=[])


def _principals(principal: Node) -> Iterator[str | Unknown]:
    """The texts under `AWS`, and why there may be others."""
    if principal.unknown:
        yield principal.unknown
        return
    # Only `*` may stand without its kind; AWS refuses any other, emulators do not.
    named = principal.member("AWS") if isinstance(principal.value, dict | None) else principal
    names: Iterable[Node | Unknown] = with_more(named)
    for name in names:
        if isinstance(name, Unknown):
            yield name
        else:
            yield name.unknown or str(name.value)


def _add(fact: Partial, kind: str, statement: PolicyStatement, members: dict[str, Any], value: Maybe) -> None:
    found: list[Any] = fact.value[kind]
    place, sid = pointer(kind, len(found)), statement.node.member("Sid")
    element: dict[str, Any] = {"source": statement.node.path}
    for name, member in (*members.items(), ("sid", sid.unknown or sid.value)):
        if isinstance(member, Unknown):
            fact.unknown[place + pointer(name)] = as_kind(member, "any")
        else:
            element[name] = member
    if isinstance(value, Unknown):
        fact.unknown[place] = as_kind(value, "maybe")
    found.append(element)
