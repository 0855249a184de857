"""Whether a role's trust in an identity provider says whose tokens it takes.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, TypedDict

from scanner.derive.access.caller_conditions import asked, nothing, turned_away
from scanner.derive.access.grants import names_action
from scanner.derive.access.policy import PolicyStatement, PolicyStatements, allows, policy_statements, with_more
from scanner.derive.access.trusts.claims import Provider, audience, provider_of, subject
from scanner.derive.elements import Elements
from scanner.derive.logic import Maybe, as_kind, both, negate
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
    statements = policy_statements(Node.of(role, "AssumeRolePolicyDocument"))
    if isinstance(statements, Unknown):
        return Partial(None, {"": as_kind(statements, "any")})
    fact = Partial([])
    elements = Elements(fact)
    elements.open(statements.more)
    for statement in statements.all:
        for found in _admitted(statement, statements):
            if isinstance(found, Unknown):
                elements.open(found)
                continue
            provider = found.provider
            members = {
                "kind": provider.kind,
                "issuer": provider.issuer,
                "audience": asked(statement, statements, found.action, audience(provider)),
                "subject": provider.kind == "saml" or asked(statement, statements, found.action, subject(provider)),
                "sid": statement.node.member("Sid"),
                "source": statement.node.path,
            }
            elements.add(members, found.sure)
    return fact


def _admitted(statement: PolicyStatement, statements: PolicyStatements) -> Iterator[_Admitted | Unknown]:
    allow = allows(statement)
    web, saml = (
        both((allow, names_action(statement, action), negate(turned_away(statements, action, nothing))))
        for action in (_WEB, _SAML)
    )
    if web is False and saml is False:
        return
    principal = statement.node.member("Principal")
    for name in [*with_more(principal.member("Federated")), *([principal.unknown] if principal.unknown else [])]:
        found = provider_of(name, statement.node.member("Condition"), saml=web is False)
        if isinstance(found, Unknown):
            yield found
        elif found.kind == "saml" and saml is not False:
            yield _Admitted(found, _SAML, saml)
        elif found.kind != "saml" and web is not False:
            yield _Admitted(found, _WEB, web)
