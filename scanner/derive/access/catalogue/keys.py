"""Condition keys and the type of their values.

Global keys: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
Keys of identity providers: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
Single and multivalued keys:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Literal, NamedTuple, cast

from scanner.derive.access.catalogue.services import service

Type = Literal["String", "ARN", "Bool", "Numeric", "Date", "IPAddress", "Binary"]


class Key(NamedTuple):
    """A condition key as AWS writes it; `many` if a request may hold several values of it."""

    name: str
    type: Type
    many: bool = False


_ARRAY = "ArrayOf"
GLOBAL: tuple[Key, ...] = (
    Key("aws:PrincipalArn", "ARN"),
    Key("aws:PrincipalAccount", "String"),
    Key("aws:PrincipalOrgPaths", "String", many=True),
    Key("aws:PrincipalOrgID", "String"),
    Key("aws:PrincipalTag/${TagKey}", "String"),
    Key("aws:PrincipalIsAWSService", "Bool"),
    Key("aws:PrincipalServiceName", "String"),
    Key("aws:PrincipalServiceNamesList", "String", many=True),
    Key("aws:PrincipalType", "String"),
    Key("aws:userid", "String"),
    Key("aws:username", "String"),
    Key("aws:AssumedRoot", "Bool"),
    Key("aws:FederatedProvider", "String"),
    Key("aws:TokenIssueTime", "Date"),
    Key("aws:SignInSessionArn", "ARN"),
    Key("aws:MultiFactorAuthAge", "Numeric"),
    Key("aws:MultiFactorAuthPresent", "Bool"),
    Key("aws:ChatbotSourceArn", "ARN"),
    Key("aws:Ec2InstanceSourceVpc", "String"),
    Key("aws:Ec2InstanceSourcePrivateIPv4", "IPAddress"),
    Key("aws:SourceIdentity", "String"),
    Key("ec2:RoleDelivery", "Numeric"),
    Key("ec2:SourceInstanceArn", "ARN"),
    Key("glue:RoleAssumedBy", "String"),
    Key("glue:CredentialIssuingService", "String"),
    Key("codebuild:BuildArn", "ARN"),
    Key("codebuild:ProjectArn", "ARN"),
    Key("lambda:SourceFunctionArn", "ARN"),
    Key("ssm:SourceInstanceArn", "ARN"),
    Key("identitystore:UserId", "String"),
    Key("aws:SourceIp", "IPAddress"),
    Key("aws:SourceVpc", "String"),
    Key("aws:SourceVpcArn", "ARN"),
    Key("aws:SourceVpce", "String"),
    Key("aws:VpceAccount", "String"),
    Key("aws:VpceOrgID", "String"),
    Key("aws:VpceOrgPaths", "String", many=True),
    Key("aws:VpcSourceIp", "IPAddress"),
    Key("aws:ResourceAccount", "String"),
    Key("aws:ResourceOrgID", "String"),
    Key("aws:ResourceOrgPaths", "String", many=True),
    Key("aws:ResourceTag/${TagKey}", "String"),
    Key("aws:CalledVia", "String", many=True),
    Key("aws:CalledViaFirst", "String"),
    Key("aws:CalledViaLast", "String"),
    Key("aws:CalledViaAWSMCP", "String"),
    Key("aws:ViaAWSService", "Bool"),
    Key("aws:ViaAWSMCPService", "Bool"),
    Key("aws:CurrentTime", "Date"),
    Key("aws:EpochTime", "Date"),
    Key("aws:referer", "String"),
    Key("aws:RequestedRegion", "String"),
    Key("aws:RequestTag/${TagKey}", "String"),
    Key("aws:TagKeys", "String", many=True),
    Key("aws:SecureTransport", "Bool"),
    Key("aws:SourceAccount", "String"),
    Key("aws:SourceArn", "ARN"),
    Key("aws:SourceOrgID", "String"),
    Key("aws:SourceOrgPaths", "String", many=True),
    Key("aws:UserAgent", "String"),
    Key("aws:IsMcpServiceAction", "Bool"),
)
"""The keys that every service's requests may hold, those of role sessions with a service's prefix among them."""
DEPRECATED: Mapping[str, str] = {"aws:sourceowner": "aws:SourceAccount"}
"""Former global keys in lower case → what to use instead."""
SENSITIVE = frozenset({
    "aws:principalaccount", "aws:principalorgid", "aws:resourceaccount", "aws:resourceorgid", "aws:sourceaccount",
    "aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce", "aws:vpceaccount", "aws:vpceorgid",
})  # fmt: skip
"""Keys in whose values AWS advises against any wildcard."""
_HELD_BY = {
    "identitycenter": "sso", "catalog": "aws-marketplace", "saml": "sts", "cognito-identity-auth": "cognito-identity",
    "cognito-identity-unauth": "cognito-identity",
}  # fmt: skip
"""Prefixes of keys that are of a service of another name."""
_CLAIMS = (
    Key(":amr", "String", many=True), Key(":aud", "String"), Key(":azp", "String"), Key(":email", "String"),
    Key(":oaud", "String"), Key(":sub", "String"),
)  # fmt: skip
"""What any identity provider may tell, behind the provider's name."""
_HOLE = re.compile(r"\$\{[^}]*\}|<[^>]*>|(?<=/)tag-key$")


def key(name: str) -> Key | None:
    """A key by its name in whichever case, with what it holds in place of `${TagKey}`; `None` if not known."""
    return _key(name.lower())


def key_type(name: str) -> Type | None:
    """The type of a key's values, `None` if the key is not known."""
    found = key(name)
    return found.type if found else None


def is_global(name: str) -> bool:
    """Whether the key can be in the requests of every service."""
    return _find(_globals(), name.lower()) is not None


def is_listed(name: str) -> bool:
    """Whether the reference lists the key with a service, so that it says of which actions it is."""
    name = name.lower()
    if is_global(name):
        return False
    prefix = name.partition(":")[0]
    held_by = _HELD_BY.get(prefix, prefix)
    return _find(_of_service(held_by if service(held_by) else "sts"), name) is not None


class _Table(NamedTuple):
    exact: Mapping[str, Key]
    holed: tuple[tuple[re.Pattern[str], Key], ...]


def _table(keys: tuple[Key, ...]) -> _Table:
    exact, holed = {}, []
    for one in keys:
        hole = _hole(one.name)
        if hole:
            holed.append((hole, one))
        else:
            exact[one.name.lower()] = one
    return _Table(exact, tuple(holed))


@cache
def _globals() -> _Table:
    return _table(GLOBAL)


@cache
def _of_service(prefix: str) -> _Table:
    found = service(prefix)
    return _table(tuple(_read(name, type_) for name, type_ in found.keys.items()) if found else ())


def _read(name: str, type_: str) -> Key:
    return Key(name, cast("Type", type_.removeprefix(_ARRAY)), type_.startswith(_ARRAY))


def _find(table: _Table, name: str) -> Key | None:
    return table.exact.get(name) or next((one for pattern, one in table.holed if pattern.fullmatch(name)), None)


@lru_cache(4096)
def _key(name: str) -> Key | None:
    found = _find(_globals(), name)
    if found is None and not name.startswith("aws:"):
        prefix = name.partition(":")[0]
        found = _find(_of_service(_HELD_BY.get(prefix, prefix)), name)
        if found is None and service(prefix) is None:
            found = _find(_of_service("sts"), name) or _claim(name)
    return found


def _claim(name: str) -> Key | None:
    """A key of an identity provider: its host's name, perhaps a path, and a claim."""
    provider, _, claim = name.rpartition(":")
    if "." not in provider:
        return None
    return next((one._replace(name=f"{provider}:{claim}") for one in _CLAIMS if one.name == f":{claim}"), None)


def same_key(name: str, listed: str) -> bool:
    """Whether a key is the one that is listed with holes in it (`aws:RequestTag/${TagKey}`)."""
    hole = _hole(listed)
    return hole.fullmatch(name.lower()) is not None if hole else name.lower() == listed.lower()


@lru_cache(4096)
def _hole(listed: str) -> re.Pattern[str] | None:
    """What fills a key with holes; `None` of one without."""
    texts = _HOLE.split(listed.lower())
    return re.compile(".+".join(re.escape(text) for text in texts), re.DOTALL) if len(texts) > 1 else None
