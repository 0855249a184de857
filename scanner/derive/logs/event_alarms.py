"""Whether somebody is told of the events that the CIS benchmarks name: trail, group, filter, metric, alarm, topic."""

from __future__ import annotations

from typing import Any, NamedTuple, TypedDict

from scanner.derive.logic import Maybe, as_kind, both, either
from scanner.derive.logs.cis_events import KINDS, events_of
from scanner.derive.logs.patterns import Event, Pattern, PatternError, matches_all, parse
from scanner.derive.logs.trails import READS, Recorder, recorders
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Why

_FILTER, _ALARM, _TOPIC = "AWS::Logs::MetricFilter", "AWS::CloudWatch::Alarm", "AWS::SNS::Topic"
_ALARM_READS = ("MetricName", "Namespace", "Metrics", "ActionsEnabled", "AlarmActions")


class EventAlarm(TypedDict):
    """Whether all events of a kind reach somebody, and through what, or which link is missing for which of them."""

    alarmed: bool
    found: str


class Filter(NamedTuple):
    """A metric filter of a trail's group: its pattern, whether its trail records, and whether its metric alarms."""

    name: str
    pattern: Pattern | Unknown
    trail: Recorder
    alarms: Maybe
    link: str


@derives(
    "AWS::CloudTrail::AccountSettings",
    "event_alarms",
    gives=dict[str, EventAlarm],
    reads=(
        *READS,
        *(f"{_FILTER}.{member}" for member in ("logGroupName", "filterPattern", "metricTransformations")),
        *(f"{_ALARM}.{member}" for member in _ALARM_READS),
        f"{_TOPIC}.TopicArn",
        f"{_TOPIC}.SubscriptionsConfirmed",
    ),
)
def event_alarms(settings: Resource, context: Context) -> Partial:
    """Of each kind: every event must be matched by a filter whose metric an alarm watches that calls people.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudwatch-alarms-for-cloudtrail.html
    """
    trails, missing = recorders(settings, context)
    doubts = [missing] if missing else []
    filters: list[Filter] = []
    for trail in trails:
        if trail.group and trail.logging is not False:
            found, why = _filters(trail, context)
            filters += found
            doubts += [why] if why else []
    fact = Partial({})
    for kind in KINDS:
        alarmed, text = _judged(kind, trails, filters, doubts)
        fact.value[kind] = {"found": text}
        if isinstance(alarmed, Unknown):
            fact.unknown[f"/{kind}/alarmed"] = as_kind(alarmed, "any")
        else:
            fact.value[kind]["alarmed"] = alarmed
    return fact


def _judged(kind: str, trails: list[Recorder], filters: list[Filter], doubts: list[Unknown]) -> tuple[Maybe, str]:
    if not any(one.group and one.logging is not False for one in trails) and not doubts:
        return False, "no trail of all regions that logs sends its events to CloudWatch Logs"
    told, lacking, used = list[Maybe](), list[str](), dict[str, None]()
    for name, event in events_of(kind):
        paths = [(one, _path(one, event, kind)) for one in filters]
        reached = either([*(maybe for _, maybe in paths), *doubts])
        told.append(reached)
        used.update((one.link, None) for one, maybe in paths if maybe is True)
        if reached is False:
            lacking.append(name if not _matching(filters, event) else f"{name} ({_matching(filters, event)})")
    alarmed = both(told)
    if alarmed is False:
        return False, f"nobody is told of {', '.join(lacking)}"
    return alarmed, "; ".join(used) or "not known"


def _path(one: Filter, event: Event, kind: str) -> Maybe:
    recorded = one.trail.kms if kind == "kms_key_disabled" else one.trail.management
    return both([one.trail.logging, recorded, _matches(one.pattern, event), one.alarms])


def _matching(filters: list[Filter], event: Event) -> str:
    """The link that is missing behind the filters that match."""
    return "; ".join(one.link for one in filters if _matches(one.pattern, event) is True)


def _matches(pattern: Pattern | Unknown, event: Event) -> Maybe:
    if isinstance(pattern, Unknown):
        return pattern
    if matches_all(pattern, event, regex=False):
        return True
    if matches_all(pattern, event, regex=True):
        return Unknown(Why.ERROR, message="regular expressions of filter patterns are not judged")
    return False


def _filters(trail: Recorder, context: Context) -> tuple[list[Filter], Unknown | None]:
    _, _, _, region, account, _, name, *_ = [*trail.group.split(":"), "", "", ""]
    near = context.neighbours(_FILTER, account, region)
    own = [one for one in near.resources if one.config.get("logGroupName") == name]
    return [_filter(one, trail, context) for one in own], near.incomplete


def _filter(one: Resource, trail: Recorder, context: Context) -> Filter:
    pattern = Node.of(one, "filterPattern")
    link = f"filter {one.name} makes no metric"
    alarms_of: list[Maybe] = []
    for metric in one.config.get("metricTransformations") or ():
        key = (metric.get("metricNamespace"), metric.get("metricName"))
        found, link = _alarms(key, one, context)
        alarms_of.append(found)
    return Filter(one.name, pattern.unknown or _parsed(str(pattern.value or "")), trail, either(alarms_of), link)


def _parsed(text: str) -> Pattern | Unknown:
    try:
        return parse(text)
    except PatternError as error:
        return Unknown(Why.ERROR, message=f"filter pattern: {error}")


def _alarms(metric: tuple[Any, Any], near: Resource, context: Context) -> tuple[Maybe, str]:
    alarms = context.neighbours(_ALARM, near.account, near.region)
    told: list[Maybe] = []
    link = f"filter {near.name}: no alarm watches {metric[0]}/{metric[1]}"
    for alarm in alarms.resources:
        if metric in _metrics(alarm.config):
            calls = _calls(alarm, context)
            told.append(calls)
            way = "calls people" if calls is True else "calls no topic with a confirmed subscription"
            if calls is True or True not in told:
                link = f"filter {near.name}: alarm {alarm.name} {way}"
    return either([*told, *([alarms.incomplete] if alarms.incomplete else [])]), link


def _metrics(alarm: dict[str, Any]) -> list[tuple[Any, Any]]:
    stats = [(one.get("MetricStat") or {}).get("Metric") or {} for one in alarm.get("Metrics") or ()]
    return [(one.get("Namespace"), one.get("MetricName")) for one in (alarm, *stats)]


def _calls(alarm: Resource, context: Context) -> Maybe:
    enabled, actions = Node.of(alarm, "ActionsEnabled"), Node.of(alarm, "AlarmActions")
    topics = [str(one.value) for one in actions.elements() if ":sns:" in str(one.value)]
    called = either([*(_confirmed(one, context) for one in topics), actions.unknown or False])
    return both([enabled.unknown or enabled.value is True, called])


def _confirmed(arn: str, context: Context) -> Maybe:
    _, _, _, region, account, *_ = [*arn.split(":"), "", ""]
    topics = context.neighbours(_TOPIC, account, region)
    for topic in topics.resources:
        if topic.config.get("TopicArn") == arn:
            count = Node.of(topic, "SubscriptionsConfirmed")
            return count.unknown or str(count.value or "0") != "0"
    return topics.incomplete or False
