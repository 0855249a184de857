"""A request as policies see it: who, what, on which resource, with which context.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from scanner.derive.access.decision.operators import Values

Kind = Literal["User", "Role", "FederatedUser", "Root", "Service", "Federated", "Anonymous", "CanonicalUser"]
_TYPES = {"User": "User", "Role": "AssumedRole", "FederatedUser": "FederatedUser", "Root": "Account"}
_LINKED = "AWSServiceRoleFor"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. `id` is the ARN, or the service, provider or canonical id; `session` a role session's name.

    Of a session, `name` is the role's; the ARN of a session does not hold the role's path.
    """

    kind: Kind
    id: str
    partition: str = "aws"
    account: str = ""
    name: str = ""
    session: str = ""

    @property
    def in_account(self) -> bool:
        """Whether it is a user, role, session or root user of some account."""
        return self.kind in _TYPES

    @property
    def service_linked(self) -> bool:
        """Whether it is a service-linked role, which neither SCPs nor RCPs reach."""
        return self.kind == "Role" and (self.name.startswith(_LINKED) or ":role/aws-service-role/" in self.id)

    @property
    def arn(self) -> str:
        """`aws:PrincipalArn`: of a session, that of its role."""
        if self.kind == "Role" and self.session:
            return f"arn:{self.partition}:iam::{self.account}:role/{self.name}"
        return self.id if self.in_account else ""


@lru_cache(8192)
def principal(arn: str) -> Principal:
    """The principal of an ARN, or of an account's number (its root user). Raises `ValueError` for anything else."""
    if arn.isascii() and arn.isdigit() and len(arn) == len("111122223333"):
        return Principal("Root", f"arn:aws:iam::{arn}:root", account=arn)
    parts = arn.split(":", 5)
    if len(parts) != len(("arn", "partition", "service", "region", "account", "resource")) or parts[0] != "arn":
        raise ValueError(f"{arn!r} is no ARN of a principal")
    _, partition, service, _, account, resource = parts
    kind, _, rest = resource.partition("/")
    name = rest.rpartition("/")[2]
    if service == "iam" and resource == "root":
        return Principal("Root", arn, partition, account)
    if service == "iam" and kind in ("user", "role") and name:
        return Principal("User" if kind == "user" else "Role", arn, partition, account, name)
    if service == "sts" and kind == "federated-user" and rest:
        return Principal("FederatedUser", arn, partition, account, rest)
    role, _, session = rest.partition("/")
    if service == "sts" and kind == "assumed-role" and role and session:
        return Principal("Role", arn, partition, account, role, session)
    raise ValueError(f"{arn!r} is no user, role, session or root user")


@dataclass(frozen=True)
class Request:
    """One request; `resource_account` is the owner of the resource where its ARN does not tell, `""` if unknown."""

    principal: Principal
    action: str
    resource: str
    resource_account: str
    given: Mapping[str, Values]

    @cached_property
    def context(self) -> Mapping[str, Values]:
        """Keys in lower case → values: those given, and those that follow from the request itself."""
        return {**_implied(self), **{key.lower(): values for key, values in self.given.items()}}

    @cached_property
    def service(self) -> str:
        """The action's prefix in lower case."""
        return self.action.partition(":")[0].lower()

    @cached_property
    def owner(self) -> str:
        """The account of the resource: told, in its ARN, or else that of the principal."""
        if self.resource_account:
            return self.resource_account
        parts = self.resource.split(":", 5)
        in_arn = parts[4] if parts[0] == "arn" and len(parts) > 4 else ""
        return in_arn if in_arn.isdigit() else self.principal.account

    def lookup(self, key: str) -> str | None:
        """The value of a policy variable: a key with one value."""
        values = self.context.get(key, ())
        return values[0] if len(values) == 1 else None


def _implied(request: Request) -> dict[str, Values]:
    who = request.principal
    found = {**_of_principal(who), "aws:viaawsservice": ("false",)}
    if request.owner:
        found["aws:resourceaccount"] = (request.owner,)
        if request.service == "s3":
            found["s3:resourceaccount"] = (request.owner,)
    if request.service == "kms" and who.account:
        found["kms:calleraccount"] = (who.account,)
    return found


def _of_principal(who: Principal) -> dict[str, Values]:
    found: dict[str, Values] = {}
    if who.in_account or who.kind == "Service":  # all others have no credentials of AWS, so their requests lack it
        found["aws:principalisawsservice"] = ("true" if who.kind == "Service" else "false",)
    if who.in_account:
        found["aws:principalarn"] = (who.arn,)
        found["aws:principalaccount"] = (who.account,)
        found["aws:principaltype"] = (_TYPES[who.kind],)
    if (held := _HELD.get(who.kind)) is not None:
        found |= held(who)
    return found


_HELD: Mapping[Kind, Callable[[Principal], dict[str, Values]]] = {
    "User": lambda who: {"aws:username": (who.name,)},
    "Root": lambda who: {"aws:userid": (who.account,)},
    "FederatedUser": lambda who: {"aws:userid": (f"{who.account}:{who.name}",)},
    "Service": lambda who: {"aws:principalservicename": (who.id,)},
    "Federated": lambda who: {} if ":saml-provider/" in who.id else {"aws:federatedprovider": (who.id,)},
    "Anonymous": lambda _: {
        "aws:principalaccount": ("anonymous",),
        "aws:principaltype": ("Anonymous",),
        "aws:userid": ("anonymous",),
    },
}
"""What else a kind of principal brings."""
