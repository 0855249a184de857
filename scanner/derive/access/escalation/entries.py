"""Where outsiders come in: roles whose trust lets in everybody, an account beyond the snapshot, or any federated user.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from scanner.derive.access.decision.document import Document
from scanner.derive.access.decision.flow import Policies
from scanner.derive.access.decision.operators import Values
from scanner.derive.access.decision.request import Principal, Request, principal
from scanner.derive.access.escalation.actors import EVERYTHING
from scanner.derive.access.escalation.asking import Granted
from scanner.derive.access.escalation.primitives import primitives
from scanner.derive.access.escalation.steps import Step
from scanner.derive.access.escalation.targets import ASSUME
from scanner.derive.access.escalation.ways import Ways
from scanner.derive.access.search.could import could
from scanner.derive.access.world.principals import Identity

EVERYBODY = "*"
_FEDERATE = "sts:AssumeRoleWithWebIdentity"
_STRANGERS: Mapping[str, str] = {
    "token.actions.githubusercontent.com": "repo:stranger/stranger:ref:refs/heads/main",
    "gitlab.com": "project_path:stranger/stranger:ref_type:branch:ref:main",
    "app.terraform.io": "organization:stranger:project:stranger:workspace:stranger:run_phase:apply",
    "agent.buildkite.com": "organization:stranger:pipeline:stranger:ref:refs/heads/main:commit:0:step:",
    "accounts.google.com": "100000000000000000001",
}
"""Issuers that everybody can have tokens from, and the subject of somebody whom no trust policy means."""


def entries(ways: Ways, goals: Iterable[str]) -> Iterator[Step]:
    """The steps by which outsiders come by the permissions of those of the goals that are roles.

    The source is `*`, or the ARN of a principal that trust policies name or of a provider.
    """
    for arn in goals:
        role = ways.identities[arn]
        if role.kind == "Role":
            yield from _into(ways, role)


def _into(ways: Ways, role: Identity) -> Iterator[Step]:
    named = ways.trusts[role.arn]
    if named.anybody:
        yield from _assumed(ways, role, EVERYBODY, _stranger(role, ways))
    inside = {*ways.world.accounts, role.account}
    beyond = [f"arn:{role.partition}:iam::{account}:root" for account in named.accounts - inside]
    for account, kind, name in named.names:
        if account not in inside:
            beyond.append(f"arn:{role.partition}:iam::{account}:{kind.lower()}/{name}")
    for arn in sorted(beyond):
        # an account's root user assumes no role; whoever the account lets does
        who = f"{arn.removesuffix(':root')}:user/somebody" if arn.endswith(":root") else arn
        yield from _assumed(ways, role, arn, principal(who))
    for provider in sorted(named.federated):
        host = provider.rpartition("oidc-provider/")[2]
        if host in _STRANGERS:
            yield from _federated(ways, role, provider, {f"{host}:sub": (_STRANGERS[host],)})


def _stranger(role: Identity, ways: Ways) -> Principal:
    """Somebody of an account that no policy names."""
    numbers = (f"{number:012d}" for number in range(999_999_999_999, 0, -1))
    account = next(one for one in numbers if one not in (*ways.world.accounts, *ways.trusts[role.arn].accounts))
    return principal(f"arn:{role.partition}:iam::{account}:user/stranger")


def _assumed(ways: Ways, role: Identity, source: str, who: Principal) -> Iterator[Step]:
    policies = Policies(identity=[EVERYTHING], resource=ways.actors.trust(role.arn), rcp=_rcp(ways, role))
    found = could(who, policies, ASSUME, role.arn, owner=role.account)
    if isinstance(found, Request):
        yield _step("sts-001", role, source, found, policies)


def _federated(ways: Ways, role: Identity, provider: str, given: Mapping[str, Values]) -> Iterator[Step]:
    policies = Policies(resource=ways.actors.trust(role.arn), rcp=_rcp(ways, role))
    who = Principal("Federated", provider, role.partition)
    found = could(who, policies, _FEDERATE, role.arn, owner=role.account, given=given)
    if isinstance(found, Request):
        yield _step("extra-idp-4", role, provider, found, policies)


def _step(way: str, role: Identity, source: str, found: Request, policies: Policies) -> Step:
    primitive = next(one for one in primitives() if one.id == way)
    labels = ("the policies of the outsider",)
    free = {key: values for key, values in sorted(found.given.items()) if values}
    return Step(primitive, source, role.arn, (Granted(found, policies, labels, free),))


def _rcp(ways: Ways, role: Identity) -> list[list[Document]] | None:
    levels = ways.world.guarded(role.arn, ASSUME).rcp
    return None if levels is None else [[ways.actors.bound(one) for one in level.documents] for level in levels]
