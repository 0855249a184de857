"""Checks of `Principal` and `NotPrincipal`, in resources' policies and in trust policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.derive.access.decision.patterns import matches
from scanner.derive.access.validation.policy import Block, Found, Named, Policy, shown
from scanner.derive.access.validation.values import service_name

_ARN = re.compile(
    r"arn:aws[a-z-]*:(?:iam::[0-9]{12}:(?:root|(?:user|role)/.+)|sts::[0-9]{12}:(?:assumed-role/.+/.+|federated-user/.+)"
    r"|iam::cloudfront:user/CloudFront Origin Access Identity .+)"
)
_ACCOUNT = re.compile(r"[0-9]{12}")
_UNIQUE = re.compile(r"(AROA|AIDA)[A-Z0-9]{8,}")
_PROVIDER = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:(saml-provider|oidc-provider)/.+")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?:/[^\s*?]*)?")
_SOURCES = frozenset({"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"})
_NOT_OF_SERVICES = ("aws:principalorgid", "aws:principalorgpaths", "aws:username")
_ASSUME = "sts:assumerole"
_ANYWHERE = ("sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession")
_TAKES = {_ASSUME: ("AWS", "Service"), f"{_ASSUME}withsaml": ("SAML",), f"{_ASSUME}withwebidentity": ("OIDC",)}
"""Action → the kinds of principals that it is for."""


def named(policy: Policy, block: Block) -> Iterator[Found]:
    """Principals that AWS cannot read."""
    for element, each in (("Principal", block.principals), ("NotPrincipal", block.not_principals)):
        for one in each:
            yield from _named(policy, one)
        body = block.body.get(element)
        if isinstance(body, dict) and body and not any(names not in ([], "") for names in body.values()):
            yield Found("EMPTY_ARRAY_PRINCIPAL", f"{block.place}/{element}", "this names nobody")
        if body == {}:
            yield Found("EMPTY_OBJECT_PRINCIPAL", f"{block.place}/{element}", "this names nobody")
    if block.allows and block.not_principals:
        message = "Allow with NotPrincipal lets in everybody else, anonymous ones too: name whom you mean in Principal"
        yield Found("ALLOW_WITH_NOT_PRINCIPAL", f"{block.place}/NotPrincipal", message)


def _named(policy: Policy, one: Named) -> Iterator[Found]:
    wild = "*" in one.name or "?" in one.name
    if not one.kind or (one.kind == "AWS" and one.name == "*"):
        return
    if wild:
        message = f"there are no wildcards in a principal of kind {one.kind}: {shown(one.name)}"
        yield Found("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", one.place, message)
    elif one.kind == "AWS":
        yield from _of_aws(one)
    elif one.kind == "Service" and not service_name(one.name):
        message = f"a service is service.amazonaws.com, not {shown(one.name)}"
        yield Found("INVALID_SERVICE_PRINCIPAL_FORMAT", one.place, message)
    elif one.kind == "Federated" and policy.type != "trust":
        message = "identity providers are principals of trust policies only"
        yield Found("FEDERATED_PRINCIPAL_NOT_SUPPORTED", one.place, message)
    elif one.kind == "Federated" and not (_PROVIDER.fullmatch(one.name) or _HOST.fullmatch(one.name)):
        message = f"{shown(one.name)} is neither the ARN of a provider nor the name of one"
        yield Found("INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY", one.place, message)


def _of_aws(one: Named) -> Iterator[Found]:
    unique = _UNIQUE.fullmatch(one.name)
    if unique:
        role = unique[1] == "AROA"
        message = f"{one.name} is the id of a {'role' if role else 'user'}, deleted perhaps: name its ARN"
        yield Found(f"INVALID_{'ROLE' if role else 'USER'}_REFERENCE", one.place, message)
    elif not _ACCOUNT.fullmatch(one.name) and not _ARN.fullmatch(one.name) and "${" not in one.name:
        yield Found("INVALID_PRINCIPAL_FORMAT", one.place, f"{shown(one.name)} is no principal of AWS")


def services(policy: Policy, block: Block) -> Iterator[Found]:
    """Services that are let in whoever they act for.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    each = [one for one in block.principals if one.kind == "Service"]
    if policy.type != "resource" or not block.allows or not each:
        return
    keys = block.keys
    if len(each) == len(block.principals):
        for line in block.lines:
            if line.name in _NOT_OF_SERVICES or line.name.startswith("aws:principaltag/"):
                message = f"{line.key} is never in the requests of a service, so nothing is allowed"
                yield Found("UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", line.place, message)
    if keys & _SOURCES:
        return
    names = ", ".join(sorted({one.name for one in each})[:3])
    message = f"{names} acts for any account: say for which by aws:SourceArn, aws:SourceAccount or aws:SourceOrgID"
    yield Found("RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", each[0].place, message)
    for line in block.lines:
        if line.name == "aws:referer":
            message = (
                f"to keep {names} to its caller, aws:SourceArn or aws:SourceAccount are sure and {line.key} is not"
            )
            yield Found("RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", line.place, message)


def trust(policy: Policy, block: Block) -> Iterator[Found]:
    """What trust policies do not have."""
    if policy.type != "trust":
        return
    for element in ("Resource", "NotResource"):
        if element in block.body:
            message = "a trust policy is about its own role: it names no resource"
            yield Found("ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", f"{block.place}/{element}", message)
    if "NotPrincipal" in block.body:
        message = "a trust policy has no NotPrincipal"
        yield Found("ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL", f"{block.place}/NotPrincipal", message)
    if block.body.get("Principal") == "*":
        message = 'the principal of a trust policy is no "*": name whom you mean'
        code = "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL"
        yield Found(code, f"{block.place}/Principal", message)
    yield from _assuming(block)
    yield from _sessions(block)


def _assuming(block: Block) -> Iterator[Found]:
    """Principals and actions that do not belong together."""
    written = {one.text.lower(): one for one in block.actions}
    kinds = {kind for one in block.principals for kind in _kinds(one)}
    if block.principals and not any("*" in text for text in written):
        for action, takes in _TAKES.items():
            if action in written and not kinds & set(takes):
                names = ", ".join(sorted({one.name for one in block.principals})[:3])
                message = f"{written[action].text} is not for {names}, but for principals of {' or '.join(takes)}"
                yield Found("MISMATCHED_ACTION_FOR_PRINCIPAL", written[action].place, message)
    if block.allows and any(one.name == "rolesanywhere.amazonaws.com" for one in block.principals):
        missing = [action for action in _ANYWHERE if not block.means(action.lower())]
        if missing:
            message = f"IAM Roles Anywhere needs {', '.join(missing)} too"
            yield Found("MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY", block.place, message)


def _kinds(one: Named) -> tuple[str, ...]:
    if not one.kind or one.name == "*":
        return ("AWS", "Service", "SAML", "OIDC")
    if one.kind != "Federated":
        return (one.kind,)
    provider = _PROVIDER.fullmatch(one.name)
    return ("SAML",) if provider and provider[1] == "saml-provider" else ("OIDC",)


_SESSION = re.compile(r"arn:([^:]+):(?:sts|iam)::([0-9]+):assumed-role/([^/]+)/.+")


def _sessions(block: Block) -> Iterator[Found]:
    """Sessions of roles that are named themselves."""
    roles = {
        one.name.replace(":role/", "/").rpartition("/")[2]: one.name for one in block.principals if ":role/" in one.name
    }
    for one in block.principals:
        session = _SESSION.fullmatch(one.name)
        role = roles.get(session[3]) if session else None
        if session and role and role.split(":")[4] == session[2]:
            message = f"{shown(one.name)} is a session of {shown(role)}, which is named too"
            yield Found("REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY", one.place, message)


_GITHUB = "token.actions.githubusercontent.com"


def providers(policy: Policy, block: Block) -> Iterator[Found]:
    """Identity providers whose users are let in whoever they are.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
    """
    if policy.type != "trust" or not block.allows:
        return
    keys = block.keys
    for one in block.principals:
        if one.kind != "Federated" or _kinds(one) != ("OIDC",):
            continue
        host = (one.name.partition("oidc-provider/")[2] or one.name).lower()
        if not any(name.startswith(f"{host}:") for name in keys):
            message = f"anybody whom {shown(host)} knows is let in: ask for {host}:aud and {host}:sub"
            yield Found("MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL", one.place, message)
        if host == _GITHUB:
            yield from _github(block, one, keys)


def _github(block: Block, one: Named, keys: frozenset[str]) -> Iterator[Found]:
    if f"{_GITHUB}:sub" not in keys:
        message = f"any repository of GitHub is let in: ask for {_GITHUB}:sub"
        yield Found("MISSING_GITHUB_REPO_CONDITION_KEY", one.place, message)
    for line in block.lines:
        if line.name != f"{_GITHUB}:sub" or line.negated or not line.like or f"{_GITHUB}:ref" in keys:
            continue
        for value in line.values:
            if "*" in value.text and not matches("repo:*:ref:refs/heads/?*", value.text.replace("*", "")):
                message = f"{shown(value.text)} lets in more than one repository or branch: name them"
                yield Found("SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED", value.place, message)
