"""The external ids that a role asks of other accounts, and what makes one easy to guess."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypedDict

from scanner.derive.access.caller_conditions import STRINGS
from scanner.derive.access.conditions import entries
from scanner.derive.access.policy import allows, policy_statements, with_more
from scanner.derive.elements import Elements
from scanner.derive.logic import Maybe, as_kind, weightiest
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import GLOBAL, Partial, Resource, Unknown

_ROLE, _TRUST = "AWS::IAM::Role", "AssumeRolePolicyDocument"
_ACCOUNT = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_SHORT = 8

Weakness = Literal["holds an account's number", "is the role's name", "is short", "is shared by other accounts' roles"]


class ExternalId(TypedDict):
    """One value that is asked for (not told, as some take it for a secret), and what is wrong with it, if anything."""

    weakness: Weakness | None
    sid: str | None
    source: str


class _Asked(NamedTuple):
    """An external id in a statement, and the accounts that must tell it."""

    text: str | Unknown
    accounts: frozenset[str]
    sid: Node
    source: str
    sure: Maybe


class _Everywhere(NamedTuple):
    """External id → the sets of accounts that are asked for it, in all roles of an account; and what is not known."""

    accounts: dict[str, set[frozenset[str]]]
    doubt: Unknown | None


@derives(_ROLE, "external_ids", gives=list[ExternalId], reads=(_TRUST, f"{_ROLE}.{_TRUST}"))
def external_ids(role: Resource, context: Context) -> Partial:
    """The values of `sts:ExternalId` in Allows, each with the first weakness that it has.

    A third party gives each of its customers another id. One that another party is told as well, that is a number
    which many know, the role's own name, or shorter than eight characters is none that only the third party uses.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
    """
    statements = policy_statements(Node.of(role, _TRUST))
    if isinstance(statements, Unknown):
        return Partial(None, {"": as_kind(statements, "any")})
    fact = Partial([])
    elements = Elements(fact)
    elements.open(statements.more)
    for one in _asked(role):
        weakness = one.text if isinstance(one.text, Unknown) else _weakness(one.text, one.accounts, role, context)
        elements.add({"weakness": weakness, "sid": one.sid, "source": one.source}, one.sure)
    return fact


def _weakness(text: str, accounts: frozenset[str], role: Resource, context: Context) -> Weakness | Unknown | None:
    if _ACCOUNT.search(text):
        return "holds an account's number"
    if text.lower() == role.name.lower():
        return "is the role's name"
    if len(text) < _SHORT:
        return "is short"
    everywhere = context.once(("external_ids", role.account), lambda: _everywhere(role.account, context))
    if everywhere.accounts.get(text, set()) - {accounts}:
        return "is shared by other accounts' roles"
    return everywhere.doubt


def _everywhere(account: str, context: Context) -> _Everywhere:
    found = context.neighbours(_ROLE, account, GLOBAL)
    doubts = [found.incomplete] if found.incomplete else []
    accounts: dict[str, set[frozenset[str]]] = {}
    for role in found.resources:
        statements = policy_statements(Node.of(role, _TRUST))
        more = statements if isinstance(statements, Unknown) else statements.more
        doubts += [more] if more else []
        for one in _asked(role):
            if isinstance(one.text, Unknown):
                doubts.append(one.text)
            else:
                accounts.setdefault(one.text, set()).add(one.accounts)
    return _Everywhere(accounts, weightiest(doubts) if doubts else None)


def _asked(role: Resource) -> Iterator[_Asked]:
    statements = policy_statements(Node.of(role, _TRUST))
    for statement in statements.all if not isinstance(statements, Unknown) else ():
        sure = allows(statement)
        if sure is False:
            continue
        principals = with_more(statement.node.member("Principal").member("AWS"))
        texts = (str(one.value) for one in principals if isinstance(one, Node) and not one.unknown)
        accounts = frozenset(found[0] for text in texts if (found := _ACCOUNT.search(text)))
        condition = statement.node.member("Condition")
        hidden = statement.node.unknown or condition.unknown
        hidden = hidden or next((keys.unknown for _, keys in condition.members() if keys.unknown), None)
        if hidden:
            yield _Asked(hidden, accounts, statement.node.member("Sid"), statement.node.path, hidden)
        for line in entries(condition):
            if line.key != "sts:externalid" or line.operator not in STRINGS:
                continue
            for value in with_more(line.values):
                text = value if isinstance(value, Unknown) else value.unknown or str(value.value)
                yield _Asked(text, accounts, statement.node.member("Sid"), statement.node.path, sure)
