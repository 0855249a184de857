"""Whether a user signs in with a virtual MFA device."""

from __future__ import annotations

from typing import NamedTuple

from scanner.derive.logic import as_kind, weightiest
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import GLOBAL, Partial, Resource, Unknown

_DEVICE = "AWS::IAM::VirtualMFADevice"


class _Users(NamedTuple):
    """The ARNs of the users of an account's virtual devices, and why there may be others."""

    arns: frozenset[str]
    doubt: Unknown | None


@derives("AWS::IAM::User", "virtual_mfa", gives=bool, reads=(f"{_DEVICE}.User",))
def virtual_mfa(user: Resource, context: Context) -> Partial:
    """Whether a virtual device is assigned to the user, alone or beside others; of up to eight any one is enough.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html
    """
    users = context.once(("virtual_mfa", user.account), lambda: _users(user.account, context))
    if user.id in users.arns:
        return Partial(value=True)
    return Partial(None, {"": as_kind(users.doubt, "any")}) if users.doubt else Partial(value=False)


def _users(account: str, context: Context) -> _Users:
    found = context.neighbours(_DEVICE, account, GLOBAL)
    arns = [Node.of(device, "User").member("Arn") for device in found.resources]
    doubts = [why for why in (found.incomplete, *(arn.unknown for arn in arns)) if why]
    return _Users(frozenset(str(arn.value) for arn in arns if not arn.unknown), weightiest(doubts) if doubts else None)
