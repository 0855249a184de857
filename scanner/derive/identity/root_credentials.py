"""Which credentials the root user has at all."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.identity.report_rows import READS, credentials_of
from scanner.derive.logic import Maybe, as_kind, malformed
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, pointer


class RootCredentials(TypedDict):
    """Whether the root user has a password, access keys (active or not) and an MFA device."""

    password: bool
    access_keys: bool
    mfa: bool


@derives("AWS::IAM::RootUser", "root_credentials", gives=RootCredentials, reads=("AccountSummary", *READS))
def root_credentials(root: Resource, context: Context) -> Partial:
    """The account summary's counts, which are of this moment; where it lacks one, the credential report.

    A password is there unless something says that it is not: root credentials can be removed centrally.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html
    """
    row = credentials_of(root, context)
    summary = Node.of(root, "AccountSummary")
    fact = Partial({})
    for name, count, column in (
        ("password", "AccountPasswordPresent", "password_enabled"),
        ("access_keys", "AccountAccessKeysPresent", "access_keys"),
        ("mfa", "AccountMFAEnabled", "mfa"),
    ):
        value = _counted(summary.member(count))
        if not isinstance(value, bool):
            reported = _reported(row, column)
            value = reported if isinstance(reported, bool) else value
        if value is None:
            value = name == "password" or malformed(pointer("AccountSummary", count), "AWS always tells this count")
        if isinstance(value, Unknown):
            fact.unknown[pointer(name)] = as_kind(value, "any")
        else:
            fact.value[name] = value
    return fact


def _counted(count: Node) -> Maybe | None:
    if count.unknown or count.value is None:
        return count.unknown
    return bool(count.value)


def _reported(row: Partial, column: str) -> bool | None:
    """What the report says, if it does: a key that is listed is there, whatever is not known of the other."""
    if not isinstance(row.value, dict) or pointer(column) in row.unknown:
        return None
    if column == "access_keys" and not row.value[column] and pointer(column, "-") in row.unknown:
        return None
    return bool(row.value[column])
