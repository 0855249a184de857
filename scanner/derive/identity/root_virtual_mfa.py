"""Whether the root user signs in with a virtual MFA device."""

from __future__ import annotations

from scanner.derive.logic import Maybe, as_kind, both, either
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import GLOBAL, Partial, Resource

DEVICE = "AWS::IAM::VirtualMFADevice"
_CONSOLE_NAME = ":mfa/root-account-mfa-device"


@derives(
    "AWS::IAM::RootUser",
    "root_virtual_mfa",
    gives=bool,
    reads=tuple(f"{DEVICE}.{name}" for name in ("User", "SerialNumber", "EnableDate")),
)
def root_virtual_mfa(root: Resource, context: Context) -> Partial:
    """Whether a virtual device is assigned to the root user's ARN, among the up to eight devices it can have.

    A device in use whose user is not told is the root user's by the name that the console gives it.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html
    """
    devices = context.neighbours(DEVICE, root.account, GLOBAL)
    found = either([*(_is_of_root(device, root) for device in devices.resources), devices.incomplete or False])
    return Partial(found) if isinstance(found, bool) else Partial(None, {"": as_kind(found, "any")})


def _is_of_root(device: Resource, root: Resource) -> Maybe:
    user = Node.of(device, "User").member("Arn")
    if user.unknown or user.value is not None:
        return user.unknown or user.value == root.id
    serial, enabled = Node.of(device, "SerialNumber"), Node.of(device, "EnableDate")
    named = serial.unknown or str(serial.value).endswith(_CONSOLE_NAME)
    return both((named, enabled.unknown or enabled.value is not None))
