"""Whether the root user signs in with a virtual MFA device."""

from __future__ import annotations

from scanner.derive.logic import as_kind, either
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import GLOBAL, Partial, Resource

DEVICE = "AWS::IAM::VirtualMFADevice"


@derives("AWS::IAM::RootUser", "root_virtual_mfa", gives=bool, reads=(f"{DEVICE}.User",))
def root_virtual_mfa(root: Resource, context: Context) -> Partial:
    """Whether a virtual device is assigned to the root user's ARN, among the up to eight devices it can have.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html
    """
    devices = context.neighbours(DEVICE, root.account, GLOBAL)
    arns = (Node.of(device, "User").member("Arn") for device in devices.resources)
    found = either([*(arn.unknown or arn.value == root.id for arn in arns), devices.incomplete or False])
    return Partial(found) if isinstance(found, bool) else Partial(None, {"": as_kind(found, "any")})
