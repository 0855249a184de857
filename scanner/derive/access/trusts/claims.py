"""The claims of tokens by which identity providers tell their customers apart, as condition keys.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html#idp_oidc_Create_GitHub
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from scanner.derive.access.caller_conditions import STRINGS, Asks, each_value
from scanner.derive.access.conditions import Entry, entries
from scanner.derive.logic import Maybe
from scanner.derive.node import Node
from scanner.model import Unknown

Kind = Literal["github", "oidc", "saml"]
_GITHUB = "token.actions.githubusercontent.com"
_NAME = r"[^*?/:]+"
_OF_GITHUB = (
    rf"(?:repo|repository|job_workflow_ref):{_NAME}/.+|repository_owner:{_NAME}(?::.*)?"
    r"|repository(?:_owner)?_id:\d+.*"
)
_TENANTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"{re.escape(_GITHUB)}(/.*)?"), _OF_GITHUB),
    (re.compile(r"gitlab\.com"), rf"project_path:{_NAME}/.*"),
    (re.compile(r"app\.terraform\.io"), rf"organization:{_NAME}:.*"),
    (re.compile(r"oidc\.eks\..*"), rf"system:serviceaccount:{_NAME}:.*"),
)
"""By issuer: what a subject with wildcards has to begin with to be of one tenant."""
_OTHERWISE = r"[^*?]*\w.*"
_GITHUB_CLAIMS = {
    "repository": rf"{_NAME}/.+",
    "repository_id": r"\d+",
    "repository_owner": _NAME,
    "repository_owner_id": r"\d+",
    "job_workflow_ref": rf"{_NAME}/.+",
}
_AUDIENCES = {"accounts.google.com": ("aud", "oaud"), "graph.facebook.com": ("app_id",), "www.amazon.com": ("app_id",)}
_SUBJECTS = {
    "accounts.google.com": ("sub", "oaud", "aud"),
    "graph.facebook.com": ("id", "app_id"),
    "www.amazon.com": ("user_id", "app_id"),
    "cognito-identity.amazonaws.com": ("sub", "amr"),
}
"""Where an audience is one customer's alone, or another claim tells as much as the subject does."""
_CLAIM = re.compile(r"([^:]+\.[^:]+):[a-z_]+")


class Provider(NamedTuple):
    """An identity provider of a principal under `Federated`; `keys` is the prefix of its condition keys."""

    kind: Kind | Unknown
    issuer: str | Unknown
    keys: str


def provider_of(name: Node | Unknown, condition: Node, *, saml: bool) -> Provider | Unknown:
    """The provider that a principal names: an ARN, or a host that AWS knows by itself.

    One that is yet to be made is taken for the one whose claims the condition names: if it is another, the
    condition holds for nobody. `saml`: whether a statement allows SAML alone.
    """
    if isinstance(name, Unknown):
        return name
    if name.unknown:
        return _by_claims(name.unknown, condition, saml=saml)
    text = str(name.value)
    resource = text.split(":", 5)[-1] if text.startswith("arn:") else f"oidc-provider/{text}"
    kind, _, issuer = resource.partition("/")
    return Provider("saml", issuer, "saml") if kind == "saml-provider" else _of_issuer(issuer)


def _of_issuer(issuer: str) -> Provider:
    is_github = issuer.lower().partition("/")[0] == _GITHUB
    return Provider("github" if is_github else "oidc", issuer, issuer.lower())


def _by_claims(why: Unknown, condition: Node, *, saml: bool) -> Provider:
    if saml:
        return Provider("saml", why, "saml")
    claims = (_CLAIM.fullmatch(line.key) for line in entries(condition))
    issuers = sorted({claim[1] for claim in claims if claim and not claim[1].startswith("aws")})
    return _of_issuer(issuers[0])._replace(issuer=why) if len(issuers) == 1 else Provider(why, why, "")


def audience(provider: Provider) -> Asks:
    """Asks for tokens that were made for somebody in particular."""
    names = _AUDIENCES.get(provider.keys, ("aud",))

    def asks(line: Entry) -> Maybe:
        return _is_about(line, provider, names) and each_value(line, lambda text: _is_fixed(text, line))

    return asks


def subject(provider: Provider) -> Asks:
    """Asks for tokens of one tenant of the provider."""
    form = next((form for issuer, form in _TENANTS if issuer.fullmatch(provider.keys)), _OTHERWISE)
    claims = dict.fromkeys(_SUBJECTS.get(provider.keys, ("sub",)), form)
    if provider.kind == "github":
        claims |= _GITHUB_CLAIMS

    def asks(line: Entry) -> Maybe:
        wanted = claims.get(line.key.removeprefix(f"{provider.keys}:"), "")
        if not wanted or not _is_about(line, provider, tuple(claims)):
            return False
        strict = provider.kind == "github"
        return each_value(line, lambda text: _is_of_tenant(text, line, wanted, strict=strict))

    return asks


def _is_about(line: Entry, provider: Provider, names: tuple[str, ...]) -> bool:
    return line.operator in STRINGS and line.key in {f"{provider.keys}:{name}" for name in names}


def _is_fixed(text: str, line: Entry) -> bool:
    wild = line.operator == "stringlike" and bool(set(text) & {"*", "?"})
    return bool(text) and "${" not in text and not wild


def _is_of_tenant(text: str, line: Entry, form: str, *, strict: bool) -> bool:
    """Whether a value leaves one tenant only.

    Without wildcards it means one subject; of GitHub, where a repository may choose what its subjects are made of,
    even that must name whose it is.
    """
    fixed = _is_fixed(text, line) and not strict
    return bool(text) and "${" not in text and (fixed or re.fullmatch(form, text, re.DOTALL) is not None)
