"""Whether there are instances where Inspector's settings hold."""

from __future__ import annotations

from scanner.derive.logic import as_kind, either
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_INSTANCE = "AWS::EC2::Instance"
_OVER = ("shutting-down", "terminated")


@derives("AWS::InspectorV2::AccountSettings", "has_instances", gives=bool, reads=(f"{_INSTANCE}.State",))
def has_instances(settings: Resource, context: Context) -> Partial:
    """Whether the account has instances in the region; one that is stopped starts again.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html
    """
    listed = context.neighbours(_INSTANCE, settings.account, settings.region)
    states = (Node.of(one, "State").member("Name") for one in listed.resources)
    found = either([*(state.unknown or state.value not in _OVER for state in states), listed.incomplete or False])
    return Partial(None, {"": as_kind(found, "any")}) if isinstance(found, Unknown) else Partial(found)
