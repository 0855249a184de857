"""Whom roles trust, so that of many targets only those are tried that could be meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from scanner.derive.access.decision.document import Document, Named, Statement
from scanner.derive.access.decision.flow import Policies
from scanner.derive.access.decision.request import Principal, Request, principal
from scanner.derive.access.search.could import could
from scanner.derive.access.world.principals import Identity

K = TypeVar("K")
ASSUME = "sts:AssumeRole"
FEDERATED = {"saml": "sts:AssumeRoleWithSAML", "oidc": "sts:AssumeRoleWithWebIdentity"}


@dataclass(slots=True)
class Trusted:
    """Whom the Allow statements of a trust policy name; conditions and denies are weighed elsewhere."""

    names: set[tuple[str, str, str]] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)
    services: set[str] = field(default_factory=set)
    federated: set[str] = field(default_factory=set)
    anybody: bool = False

    def means(self, who: Principal) -> bool:
        """Whether it may name somebody, not only the account."""
        return self.anybody or (who.account, who.kind, who.name) in self.names


def trusted(trust: Document | None) -> Trusted:
    """Read a trust policy's names."""
    found = Trusted()
    for statement in trust.statements if trust else ():
        if statement.effect != "Allow":
            continue
        if statement.not_principals is not None:
            found.anybody = True
        for named in statement.principals or ():
            _note(found, named)
    return found


def _note(found: Trusted, named: Named) -> None:
    if named.kind == "Service":
        found.services.add(named.name)
    elif named.kind == "Federated":
        found.federated.add(named.name)
    elif named.name == "*":
        found.anybody = True
    else:
        try:
            who = principal(named.name)
        except ValueError:
            found.anybody = found.anybody or named.name.isalnum()
            return
        if who.kind == "Root":
            found.accounts.add(who.account)
        else:
            found.names.add((who.account, who.kind, who.name))


def trusting(who: Principal, *, account: bool = False) -> Document:
    """A trust policy that names somebody, or its account."""
    name = f"arn:{who.partition}:iam::{who.account}:root" if account else who.id
    named, actions = (Named("AWS", name),), (ASSUME.lower(),)
    return Document([Statement(0, "", "Allow", named, None, actions, None, None, None, (), variables=False)])


def services_of(trust: Document, role: Identity, rcp: Policies) -> frozenset[str]:
    """The services that could assume a role."""
    return frozenset(
        name
        for name in sorted(trusted(trust).services)
        if isinstance(
            could(
                Principal("Service", name),
                Policies(resource=trust, rcp=rcp.rcp),
                ASSUME,
                role.arn,
                owner=role.account,
            ),
            Request,
        )
    )


class Targets:
    """Users and roles that somebody may be after, by what leads to them."""

    def __init__(self, identities: Iterable[Identity], trusts: Mapping[str, Trusted]) -> None:
        """`trusts` holds whom each role trusts."""
        self.all = [one for one in identities if not one.principal.service_linked]
        self._trusts = trusts

    @cached_property
    def users(self) -> Mapping[str, list[Identity]]:
        """Users by account."""
        return _grouped((one.account, one) for one in self.all if one.kind == "User")

    @cached_property
    def roles(self) -> Mapping[str, list[Identity]]:
        """Roles by account."""
        return _grouped((one.account, one) for one in self.all if one.kind == "Role")

    @cached_property
    def by_service(self) -> Mapping[tuple[str, str], list[Identity]]:
        """Roles by account and the service that they trust."""
        return _grouped(
            ((one.account, service), one) for one in self._roles for service in sorted(self._trusts[one.arn].services)
        )

    @cached_property
    def by_provider(self) -> Mapping[str, list[Identity]]:
        """Roles by the provider whose users they trust."""
        return _grouped((name, one) for one in self._roles for name in sorted(self._trusts[one.arn].federated))

    def trusting(self, who: Principal, *, by_account: bool = True) -> Iterator[Identity]:
        """The roles whose trust policy names somebody, or its account, or everybody; each once."""
        seen: set[str] = set()
        for group in (
            self._by_name.get((who.account, who.kind, who.name), ()),
            self._by_account.get(who.account, ()) if by_account else (),
            self._by_anybody,
        ):
            for one in group:
                if one.arn not in seen:
                    seen.add(one.arn)
                    yield one

    @property
    def _roles(self) -> Iterator[Identity]:
        return (one for one in self.all if one.kind == "Role")

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str, str], list[Identity]]:
        return _grouped((name, one) for one in self._roles for name in sorted(self._trusts[one.arn].names))

    @cached_property
    def _by_account(self) -> Mapping[str, list[Identity]]:
        return _grouped((account, one) for one in self._roles for account in sorted(self._trusts[one.arn].accounts))

    @cached_property
    def _by_anybody(self) -> list[Identity]:
        return [one for one in self._roles if self._trusts[one.arn].anybody]


def _grouped(pairs: Iterable[tuple[K, Identity]]) -> dict[K, list[Identity]]:
    found: dict[K, list[Identity]] = {}
    for key, one in pairs:
        found.setdefault(key, []).append(one)
    return found
