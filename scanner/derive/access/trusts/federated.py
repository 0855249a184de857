"""Whether a role's trust in an identity provider says whose tokens it takes.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, TypedDict

from scanner.derive.access.caller_conditions import admitted, asked
from scanner.derive.access.policy import PolicyStatement, PolicyStatements, named
from scanner.derive.access.told import Told, told_by_statements
from scanner.derive.access.trusts.claims import Provider, audience, provider_of, subject
from scanner.derive.logic import Maybe
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_WEB, _SAML = "sts:assumerolewithwebidentity", "sts:assumerolewithsaml"


class Federated(TypedDict):
    """One provider that a statement lets in.

    `issuer` is the host and path of an OIDC provider (`token.actions.githubusercontent.com`), the name of a SAML
    provider. `audience`: whether the token must be made for somebody in particular; `subject`: whether it must be
    of a tenant that the provider's customers cannot choose for themselves (of SAML always, as the provider is one's
    own).
    """

    kind: Literal["github", "oidc", "saml"]
    issuer: str
    audience: bool
    subject: bool
    sid: str | None
    source: str


class _Admitted(NamedTuple):
    provider: Provider
    action: str
    sure: Maybe


@derives("AWS::IAM::Role", "federated", gives=list[Federated], reads=("AssumeRolePolicyDocument",))
def federated(role: Resource, context: Context) -> Partial:
    """The providers under `Federated` in statements that allow a web identity or SAML, with what is asked of tokens.

    A line that also holds where the claim is absent (`IfExists`, `ForAllValues`, negated operators) asks nothing;
    a Deny for all others asks as much as a line in the Allow.
    """
    del context
    return told_by_statements(Node.of(role, "AssumeRolePolicyDocument"), _told)


def _told(statement: PolicyStatement, statements: PolicyStatements) -> Iterator[Told | Unknown]:
    for found in _admitted(statement, statements):
        if isinstance(found, Unknown):
            yield found
            continue
        provider = found.provider
        members = {
            "kind": provider.kind,
            "issuer": provider.issuer,
            "audience": asked(statement, statements, found.action, audience(provider)),
            "subject": provider.kind == "saml" or asked(statement, statements, found.action, subject(provider)),
        }
        yield members, found.sure


def _admitted(statement: PolicyStatement, statements: PolicyStatements) -> Iterator[_Admitted | Unknown]:
    web, saml = (admitted(statement, statements, action) for action in (_WEB, _SAML))
    if web is False and saml is False:
        return
    for name in named(statement, "Federated"):
        found = provider_of(name, statement.node.member("Condition"), saml=web is False)
        if isinstance(found, Unknown):
            yield found
        elif found.kind == "saml" and saml is not False:
            yield _Admitted(found, _SAML, saml)
        elif found.kind != "saml" and web is not False:
            yield _Admitted(found, _WEB, web)
