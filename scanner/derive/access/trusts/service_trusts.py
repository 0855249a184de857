"""Which services may assume a role, and whether only for the owner's own resources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from scanner.derive.access.caller_conditions import admitted, asked
from scanner.derive.access.conditions import Entry, fixes
from scanner.derive.access.policy import PolicyStatement, PolicyStatements, named
from scanner.derive.access.told import Told, told_by_statements
from scanner.derive.logic import Maybe
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_ASSUME = "sts:assumerole"
_SOURCES = frozenset({"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"})


class ServiceTrust(TypedDict):
    """One service of one statement; `source_checked`: it must act for a resource, account or organization named."""

    service: str
    source_checked: bool
    sid: str | None
    source: str


@derives("AWS::IAM::Role", "service_trusts", gives=list[ServiceTrust], reads=("AssumeRolePolicyDocument",))
def service_trusts(role: Resource, context: Context) -> Partial:
    """The principals under `Service` in statements that allow `sts:AssumeRole`.

    A line on the source counts if its operator is positive, it fails where the key is absent, and its values are
    fixed up to the account of an ARN; a Deny of all others counts as well.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention
    """
    del context
    return told_by_statements(Node.of(role, "AssumeRolePolicyDocument"), _told)


def _told(statement: PolicyStatement, statements: PolicyStatements) -> Iterator[Told | Unknown]:
    sure = admitted(statement, statements, _ASSUME)
    if sure is False:
        return
    checked = asked(statement, statements, _ASSUME, _of_source)
    for name in named(statement, "Service"):
        yield name if isinstance(name, Unknown) else ({"service": name, "source_checked": checked}, sure)


def _of_source(line: Entry) -> Maybe:
    return line.key in _SOURCES and fixes(line)
