"""Which trails of all regions an account has, and what of the management events they record."""

from __future__ import annotations

from typing import Any, NamedTuple

from scanner.derive.logic import Maybe
from scanner.derive.node import Node
from scanner.derive.passes import Context
from scanner.model import GLOBAL, Resource, Unknown, Why

_TRAIL, _ORGANIZATION = "AWS::CloudTrail::Trail", "AWS::CloudTrail::OrganizationTrail"
_EVERYWHERE = "AWS::CloudTrail::MultiRegionTrail"
READS = (
    *(f"{_EVERYWHERE}.{member}" for member in ("TrailARN", "HomeRegion", "CloudWatchLogsLogGroupArn")),
    *(f"{one}.{member}" for one in (_TRAIL, _ORGANIZATION) for member in ("Status", "EventSelectors")),
)
_BOTH = frozenset({"read", "write"})
_KMS = "kms.amazonaws.com"


class Recorder(NamedTuple):
    """A trail of all regions: whether it logs and records all management events, those of KMS too; its log group."""

    arn: str
    logging: Maybe
    management: Maybe
    kms: Maybe
    group: str


def recorders(settings: Resource, context: Context) -> tuple[list[Recorder], Unknown | None]:
    """The account's trails of all regions, and why there may be others.

    They are named wherever their home is; one whose home region was not read is not known.
    """
    everywhere = context.neighbours(_EVERYWHERE, settings.account, GLOBAL)
    known = _read(settings.account, context)
    return [_recorder(one.config, known) for one in everywhere.resources], everywhere.incomplete


def unread(account: str, context: Context) -> list[Unknown]:
    """Why more may be recorded in every region than the trails that were read tell: of each one that was not."""
    everywhere = context.neighbours(_EVERYWHERE, account, GLOBAL)
    known = _read(account, context)
    named = [one.config for one in everywhere.resources]
    found = [_not_read(one) for one in named if str(one.get("TrailARN")) not in known]
    return [*found, *([everywhere.incomplete] if everywhere.incomplete else [])]


def _read(account: str, context: Context) -> dict[str, Resource]:
    """The trails that an account was asked about in their home region, by ARN."""
    shared = context.inventory.of(_ORGANIZATION, account)
    known = {one.id.rpartition(f"{_ORGANIZATION}/")[2]: one for one in shared}
    # In the account that owns an organization's trail the other type has the answers, so it comes last.
    return known | {one.id: one for one in context.inventory.of(_TRAIL, account)}


def _not_read(trail: dict[str, Any]) -> Unknown:
    message = f"{trail.get('TrailARN')} was not read: its home region is {trail.get('HomeRegion')}"
    return Unknown(Why.NOT_COLLECTED, message=message)


def _recorder(trail: dict[str, Any], known: dict[str, Resource]) -> Recorder:
    arn, group = str(trail.get("TrailARN")), str(trail.get("CloudWatchLogsLogGroupArn") or "")
    if arn not in known:
        why = _not_read(trail)
        return Recorder(arn, why, why, why, group)
    logging = Node.of(known[arn], "Status").member("IsLogging")
    management, kms = _recorded(known[arn])
    return Recorder(arn, logging.unknown or logging.value is True, management, kms, group)


def _recorded(trail: Resource) -> tuple[Maybe, Maybe]:
    beneath = (why for place, why in trail.unknown.items() if place.startswith("/EventSelectors"))
    doubt = next(beneath, None)
    if doubt:
        return doubt, doubt
    selectors = trail.config.get("EventSelectors") or {}
    basic, advanced = selectors.get("EventSelectors") or [], selectors.get("AdvancedEventSelectors") or []
    management, kms = set[str](), set[str]()
    # A trail for which nobody said anything else records all management events.
    for kinds, excluded in (*map(_basic, basic or ([] if advanced else [{}])), *map(_advanced, advanced)):
        management |= kinds
        kms |= set() if _KMS in excluded else kinds
    return management == _BOTH, kms == _BOTH


def _basic(selector: dict[str, Any]) -> tuple[set[str], list[str]]:
    """https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html: both are the defaults."""
    if not selector.get("IncludeManagementEvents", True):
        return set(), []
    kind = {"ReadOnly": {"read"}, "WriteOnly": {"write"}}.get(selector.get("ReadWriteType", "All"), set(_BOTH))
    return kind, selector.get("ExcludeManagementEventSources") or []


def _advanced(selector: dict[str, Any]) -> tuple[set[str], list[str]]:
    """All fields must hold. Leaving sources out is what the basic ones can do too; any other field narrows.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
    """
    fields = {str(one.get("Field")): _tests(one) for one in selector.get("FieldSelectors") or ()}
    if fields.pop("eventCategory", None) != {"Equals": ["Management"]}:
        return set(), []
    kind = {"read": "true", "write": "false"}
    wanted = fields.pop("readOnly", {"Equals": list(kind.values())})
    source = fields.pop("eventSource", {"NotEquals": []})
    if fields or set(source) != {"NotEquals"} or set(wanted) != {"Equals"}:
        return set(), []
    return {name for name, value in kind.items() if value in wanted["Equals"]}, source["NotEquals"]


def _tests(field: dict[str, Any]) -> dict[str, list[str]]:
    return {name: value for name, value in field.items() if name != "Field" and value}
