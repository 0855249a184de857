"""Which accounts may connect to an endpoint service."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.logic import as_kind
from scanner.derive.node import Node, each
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

ANYBODY = "*"


class Client(TypedDict):
    """`account` is its id, `*` for everybody, and the principal as it is written where it names none."""

    account: str
    principal: str


@derives("AWS::EC2::VPCEndpointService", "service_clients", gives=list[Client], reads=("AllowedPrincipals",))
def service_clients(service: Resource, context: Context) -> Partial:
    """The principals on the service's list; its own account needs no entry.

    https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions
    """
    del context
    fact = Partial([])
    for one in each(Node.of(service, "AllowedPrincipals")):
        principal = (
            one if isinstance(one, Unknown) else one.member("Principal").unknown or one.member("Principal").value
        )
        if isinstance(principal, Unknown):
            fact.unknown["/-"] = as_kind(principal, "more")
            continue
        account = _account(str(principal))
        if account != service.account:
            fact.value.append(Client(account=account, principal=str(principal)))
    return fact


def _account(principal: str) -> str:
    parts = principal.split(":")
    return parts[4] if len(parts) > 5 and parts[4] else principal
