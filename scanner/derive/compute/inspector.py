"""What Inspector says of an instance."""

from __future__ import annotations

from typing import Any, TypedDict

from scanner.derive.logic import as_kind
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives, the_neighbour
from scanner.model import Partial, Resource, Unknown

_SETTINGS = "AWS::InspectorV2::AccountSettings"
_COUNTS = ("critical", "high", "medium")


class Inspector(TypedDict):
    """Whether instances are scanned in the region, and how many findings this one has."""

    scanning: bool
    critical: int
    high: int
    medium: int


@derives(
    "AWS::EC2::Instance",
    "inspector",
    gives=Inspector,
    reads=("InstanceId", f"{_SETTINGS}.AccountStatus", f"{_SETTINGS}.Ec2InstanceFindings"),
)
def inspector(instance: Resource, context: Context) -> Partial:
    """An instance without findings is not named.

    https://docs.aws.amazon.com/inspector/v2/APIReference/API_Ec2InstanceAggregationResponse.html
    https://docs.aws.amazon.com/inspector/v2/APIReference/API_ResourceState.html
    """
    settings = the_neighbour(context, _SETTINGS, instance.account, instance.region)
    if isinstance(settings, Unknown):
        return Partial(None, {"": settings})
    fact = Partial({})
    status = Node.of(settings, "AccountStatus", "ResourceState", "ec2", "status")
    if status.unknown:
        fact.unknown["/scanning"] = as_kind(status.unknown, "any")
    else:
        fact.value["scanning"] = status.value == "ENABLED"
    counts = _counts(settings, context).get(identity(Node.of(instance, "InstanceId")) or instance.name, {})
    missing = next((why for place, why in settings.unknown.items() if place.startswith("/Ec2InstanceFindings")), None)
    for name in _COUNTS:
        if missing and not counts:
            fact.unknown[f"/{name}"] = as_kind(missing, "any")
        else:
            fact.value[name] = int(counts.get(name) or 0)
    return fact


def _counts(settings: Resource, context: Context) -> dict[str, dict[str, Any]]:
    """The counts by severity of each instance of the account that is named."""
    key = ("inspector", settings.account, settings.region)
    return context.once(key, lambda: dict(_named(settings)))


def _named(settings: Resource) -> list[tuple[str, dict[str, Any]]]:
    listed = settings.config.get("Ec2InstanceFindings") or []
    own = [one for one in listed if one.get("AccountId") in (None, settings.account)]
    return [(str(one.get("InstanceId")), one.get("SeverityCounts") or {}) for one in own]
