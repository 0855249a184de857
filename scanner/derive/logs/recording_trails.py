"""The trails that record in every region of an account, and which events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict

from scanner.derive.elements import Elements
from scanner.derive.logic import Maybe, both
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Why

_TRAIL, _ORGANIZATION = "AWS::CloudTrail::Trail", "AWS::CloudTrail::OrganizationTrail"
_READ, _WRITE = "read", "write"


class RecordingTrail(TypedDict):
    """A trail of all regions that is on: does it record all management events, reads and writes of all objects?"""

    arn: str
    management: bool
    object_reads: bool
    object_writes: bool
    kms: bool
    """Whether what KMS is asked counts among the management events."""


@derives(
    "AWS::CloudTrail::AccountSettings",
    "recording_trails",
    gives=list[RecordingTrail],
    reads=(
        "Trails",
        *(f"{type_}.{member}" for type_ in (_TRAIL, _ORGANIZATION) for member in ("TrailARN", "Status", "EventSelectors")),
    ),
)
def recording_trails(settings: Resource, context: Context) -> Partial:
    """Multi-region trails that are logging, by their basic or advanced event selectors.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
    """
    fact = Partial([])
    found = Elements(fact)
    trails = Node.of(settings, "Trails")
    known = context.once(("recording_trails", settings.account), lambda: _trails(context, settings.account))
    for trail in trails.elements() if not trails.unknown else ():
        if trail.member("IsMultiRegionTrail").value is True:
            _add(found, trail, known, settings.partition)
    found.open(trails.unknown or trails.more)
    return fact


def _trails(context: Context, account: str) -> dict[str, Resource]:
    own = {str(one.config.get("TrailARN")): one for one in context.inventory.of(_ORGANIZATION, account)}
    return own | {str(one.config.get("TrailARN")): one for one in context.inventory.of(_TRAIL, account)}


def _add(found: Elements, trail: Node, known: dict[str, Resource], partition: str) -> None:
    arn = str(trail.member("TrailARN").value or "")
    if arn not in known:
        home = trail.member("HomeRegion").value
        why = Unknown(Why.NOT_COLLECTED, message=f"trail {arn} was not read in its home region {home}")
        found.add({"arn": arn, **dict.fromkeys(("management", "object_reads", "object_writes", "kms"), why)}, why)
        return
    node = Node.of(known[arn])
    logging = node.member("Status").member("IsLogging")
    selectors = node.member("EventSelectors")
    sure: Maybe = both([logging.unknown or logging.value is True])
    recorded: Any = selectors.unknown or _recorded(selectors.value or {}, partition)
    if isinstance(recorded, Unknown):
        recorded = dict.fromkeys(("management", "object_reads", "object_writes", "kms"), recorded)
    found.add({"arn": arn, **recorded}, sure)


def _recorded(selectors: dict[str, Any], partition: str) -> dict[str, bool]:
    management, objects, kms = set[str](), set[str](), set[str]()
    for basic in selectors.get("EventSelectors") or ():
        kinds = {"ReadOnly": {_READ}, "WriteOnly": {_WRITE}}.get(basic.get("ReadWriteType", "All"), {_READ, _WRITE})
        if basic.get("IncludeManagementEvents", True):
            management |= kinds
            kms |= set() if "kms.amazonaws.com" in (basic.get("ExcludeManagementEventSources") or ()) else kinds
        if _all_objects(basic.get("DataResources") or (), partition):
            objects |= kinds
    for advanced in selectors.get("AdvancedEventSelectors") or ():
        _advanced(advanced.get("FieldSelectors") or [], partition, management, objects, kms)
    return {
        "management": management == {_READ, _WRITE},
        "object_reads": _READ in objects,
        "object_writes": _WRITE in objects,
        "kms": kms == {_READ, _WRITE},
    }


def _all_objects(resources: Iterable[dict[str, Any]], partition: str) -> bool:
    everything = {f"arn:{partition}:s3", f"arn:{partition}:s3:::"}
    return any(one.get("Type") == "AWS::S3::Object" and everything & set(one.get("Values") or ()) for one in resources)


def _advanced(
    fields: list[dict[str, Any]], partition: str, management: set[str], objects: set[str], kms: set[str]
) -> None:
    by_name = {str(one.get("Field")): one for one in fields}
    kinds = _kinds(by_name.pop("readOnly", None))
    category = (by_name.pop("eventCategory", None) or {}).get("Equals")
    if category == ["Management"]:
        source = by_name.pop("eventSource", None)
        excluded = _only(source, "NotEquals") if source else []
        if not by_name and excluded is not None:
            management |= kinds
            kms |= set() if "kms.amazonaws.com" in excluded else kinds
    elif category == ["Data"] and "AWS::S3::Object" in (by_name.pop("resources.type", None) or {}).get("Equals", ()):
        places = by_name.pop("resources.ARN", None)
        starts = _only(places, "StartsWith") if places else [f"arn:{partition}:s3:::"]
        if not by_name and starts and f"arn:{partition}:s3:::".startswith(tuple(starts)):
            objects |= kinds


def _only(field: dict[str, Any], test: str) -> list[str] | None:
    """The values of the one test that a field has; `None` where it has others."""
    used = [name for name, value in field.items() if name != "Field" and value]
    return list(field[test]) if used == [test] else None


def _kinds(read_only: dict[str, Any] | None) -> set[str]:
    if read_only is None:
        return {_READ, _WRITE}
    values = _only(read_only, "Equals") or []
    return {_READ if value == "true" else _WRITE for value in values}
