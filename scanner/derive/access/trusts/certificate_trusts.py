"""What a role's trust policy asks of those who take it with a certificate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from scanner.derive.access.caller_conditions import STRINGS, admitted, asked
from scanner.derive.access.conditions import Entry, fixes, names_somebody
from scanner.derive.access.policy import PolicyStatement, PolicyStatements, named
from scanner.derive.access.told import Told, told_by_statements
from scanner.derive.logic import Maybe, both, either
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_ASSUME = "sts:assumerole"
_SERVICE = "rolesanywhere.amazonaws.com"
_SOURCE = "aws:sourcearn"
_ARNS = STRINGS | {"arnequals", "arnlike"}
_ATTRIBUTES = "aws:principaltag/x509"
_COMMON_NAME = "sts:sourceidentity"


class CertificateTrust(TypedDict):
    """One statement that admits IAM Roles Anywhere.

    `trust_anchor`: it names the trust anchors; `attribute`: the certificate must say something certain of its
    subject, issuer or alternative name.
    """

    trust_anchor: bool
    attribute: bool
    sid: str | None
    source: str


@derives("AWS::IAM::Role", "certificate_trusts", gives=list[CertificateTrust], reads=("AssumeRolePolicyDocument",))
def certificate_trusts(role: Resource, context: Context) -> Partial:
    """The statements that let IAM Roles Anywhere assume the role.

    A line counts if its operator is positive and it fails where the key is absent; a Deny of all others counts as
    well. An anchor is named by `aws:SourceArn` without a wildcard behind the account. An attribute is one of the tags
    `aws:PrincipalTag/x509…`, or `sts:SourceIdentity`, which is the subject's common name; with a wildcard in its
    value the rest is still asked, so only `*` alone asks for nothing.

    https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
    """
    del context
    return told_by_statements(Node.of(role, "AssumeRolePolicyDocument"), _told)


def _told(statement: PolicyStatement, statements: PolicyStatements) -> Iterator[Told]:
    members = {
        "trust_anchor": asked(statement, statements, _ASSUME, _of_anchor),
        "attribute": asked(statement, statements, _ASSUME, _of_certificate),
    }
    yield members, both((admitted(statement, statements, _ASSUME), _admits(statement)))


def _admits(statement: PolicyStatement) -> Maybe:
    """Whether the service is a principal of the statement."""
    names = named(statement, "Service")
    return either(one if isinstance(one, Unknown) else one.unknown or one.value == _SERVICE for one in names)


def _of_anchor(line: Entry) -> Maybe:
    return line.key == _SOURCE and fixes(line, (), {_SOURCE: (_ARNS, _is_one_anchor)})


def _is_one_anchor(text: str, operator: str) -> bool:
    """Of one account, and without a wildcard in the anchor's id."""
    return names_somebody(_SOURCE, text, operator) and not any(sign in text.rpartition(":")[2] for sign in "*?")


def _of_certificate(line: Entry) -> Maybe:
    if line.key != _COMMON_NAME and not line.key.startswith(_ATTRIBUTES):
        return False
    return fixes(line, (), {line.key: (STRINGS, _says_something)})


def _says_something(text: str, operator: str) -> bool:
    """Whether a value leaves some certificates out; a policy variable may be anything."""
    return "${" not in text and bool(text.strip("*?") if operator == "stringlike" else text)
