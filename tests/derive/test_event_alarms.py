"""The chain from a trail to a person, and each of its links missing."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, REGION, World, resource

from scanner.derive.facts import Facts
from scanner.derive.logs.cis_events import KINDS, events_of
from scanner.model import Partial, Resource, Unknown, Unknowns

SETTINGS, TRAIL = "AWS::CloudTrail::AccountSettings", "AWS::CloudTrail::Trail"
EVERYWHERE = "AWS::CloudTrail::MultiRegionTrail"
SHARED = "AWS::CloudTrail::OrganizationTrail"
FILTER, ALARM, TOPIC = "AWS::Logs::MetricFilter", "AWS::CloudWatch::Alarm", "AWS::SNS::Topic"
ARN = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/all"
PEOPLE = f"arn:aws:sns:{REGION}:{ACCOUNT}:people"
GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:trail:*"
ALL = {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]}
STOPS = '{ ($.eventName = "*Trail") || ($.eventName = "St*Logging") }'


def settings() -> Resource:
    return resource(SETTINGS, {}, region="global")


def named(**more: Any) -> Resource:
    trail = {"TrailARN": ARN, "HomeRegion": REGION, "CloudWatchLogsLogGroupArn": GROUP}
    return resource(EVERYWHERE, {**trail, **more}, region="global")


def trail(selectors: Any = ALL, *, logging: bool = True, unknown: Unknowns | None = None) -> Resource:
    config = {"TrailARN": ARN, "Status": {"IsLogging": logging}, "EventSelectors": selectors}
    return resource(TRAIL, config, unknown, id=ARN, name="all")


def chain(pattern: str = STOPS, group: str = "trail", name: str = "m", **alarm: Any) -> list[Resource]:
    metric = {"metricName": name, "metricNamespace": "CT"}
    config = {"filterPattern": pattern, "logGroupName": group, "metricTransformations": [metric]}
    watch = {"MetricName": "m", "Namespace": "CT", "ActionsEnabled": True, "AlarmActions": [PEOPLE], **alarm}
    return [resource(FILTER, config, id=f"f-{pattern}"), resource(ALARM, watch, name="bell"), topic("1")]


def topic(confirmed: str) -> Resource:
    return resource(TOPIC, {"TopicArn": PEOPLE, "SubscriptionsConfirmed": confirmed}, id=PEOPLE)


def alarm_on(kind: str, *others: Resource, **more: Any) -> bool | Unknown:
    fact = Facts(World(*others, **more)).fact(others[0], "event_alarms")
    return fact.unknown.get(f"/{kind}/alarmed") or fact.value[kind]["alarmed"]


def found(*others: Resource) -> str:
    return str(Facts(World(*others)).fact(others[0], "event_alarms").value["cloudtrail_changes"]["found"])


def test_the_whole_chain() -> None:
    assert alarm_on("cloudtrail_changes", settings(), named(), trail(), *chain()) is True
    assert alarm_on("vpc_changes", settings(), named(), trail(), *chain()) is False
    math = {"MetricName": None, "Namespace": None, "Metrics": [
        {"Id": "a", "MetricStat": {"Metric": {"MetricName": "m", "Namespace": "CT"}}}
    ]}  # fmt: skip
    assert alarm_on("cloudtrail_changes", settings(), named(), trail(), *chain(**math)) is True


def test_filters_may_share_the_events() -> None:
    one, alarm, people = chain('{ $.eventName = "*Trail" }')
    two = chain('{ $.eventName = "St*Logging" }')[0]
    assert alarm_on("cloudtrail_changes", settings(), named(), trail(), one, alarm, people) is False
    assert found(settings(), named(), trail(), one, alarm, people) == "nobody is told of StartLogging, StopLogging"
    assert alarm_on("cloudtrail_changes", settings(), named(), trail(), one, two, alarm, people) is True


@pytest.mark.parametrize(
    "broken",
    [
        [settings(), named(), trail(logging=False), *chain()],
        [settings(), trail(), *chain()],
        [settings(), named(CloudWatchLogsLogGroupArn=None), trail(), *chain()],
        [settings(), named(), trail({"EventSelectors": [{"ReadWriteType": "WriteOnly"}]}), *chain()],
        [settings(), named(), trail(), *chain(group="other")],
        [settings(), named(), trail(), *chain(name="another")],
        [settings(), named(), trail(), *chain(ActionsEnabled=False)],
        [settings(), named(), trail(), *chain(AlarmActions=[])],
        [settings(), named(), trail(), *chain(AlarmActions=["arn:aws:automate:eu-west-1:ec2:stop"])],
        [settings(), named(), trail(), *chain()[:2], topic("0")],
        [settings(), named(), trail(), *chain()[:2]],
        [settings(), named(), trail(), *chain(STOPS[:-1] + "&& $.errorCode NOT EXISTS }")],
    ],
)
def test_each_link(broken: list[Resource]) -> None:
    assert alarm_on("cloudtrail_changes", *broken) is False


def test_the_missing_link_is_told() -> None:
    assert "calls no topic with a confirmed subscription" in found(
        settings(), named(), trail(), *chain()[:2], topic("0")
    )
    assert "no alarm watches CT/another" in found(settings(), named(), trail(), *chain(name="another"))
    assert "no trail of all regions" in found(settings(), named(CloudWatchLogsLogGroupArn=None), trail())


@pytest.mark.parametrize("type_", [FILTER, ALARM, TOPIC])
def test_what_was_not_listed(type_: str) -> None:
    rest = [one for one in chain() if one.type != type_]
    assert isinstance(
        alarm_on("cloudtrail_changes", settings(), named(), trail(), *rest, incomplete={type_: DENIED}), Unknown
    )


def test_what_was_not_read() -> None:
    told = [
        alarm_on("cloudtrail_changes", settings(), named(), *chain()),
        alarm_on("cloudtrail_changes", settings(), named(), trail(unknown={"/Status": DENIED}), *chain()),
        alarm_on("cloudtrail_changes", settings(), named(), trail(unknown={"/EventSelectors": DENIED}), *chain()),
        alarm_on("cloudtrail_changes", settings(), incomplete={EVERYWHERE: DENIED}),
        alarm_on("cloudtrail_changes", settings(), named(), trail(), *chain("ERROR")),
        alarm_on("cloudtrail_changes", settings(), named(), trail(), *chain("{ $.eventName = %Trail|Logging% }")),
    ]
    assert all(isinstance(one, Unknown) for one in told)


CIS = {
    "unauthorized_calls": '{ ($.errorCode ="*UnauthorizedOperation") || ($.errorCode ="AccessDenied*")'
    ' && ($.sourceIPAddress!="delivery.logs.amazonaws.com") && ($.eventName!="HeadBucket") }',
    "sign_in_without_mfa": '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes")'
    ' && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
    "root_usage": '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS'
    ' && $.eventType != "AwsServiceEvent" }',
    "failed_sign_ins": '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_patterns_that_are_asked_for(kind: str) -> None:
    calls = [name for name, _ in events_of(kind)]
    pattern = CIS.get(kind) or "{" + " || ".join(f"($.eventName = {name})" for name in calls) + "}"
    assert alarm_on(kind, settings(), named(), trail(), *chain(pattern)) is True
    others = [alarm_on(other, settings(), named(), trail(), *chain(pattern)) for other in KINDS if other != kind]
    assert not any(others)


def test_kms_may_be_left_out() -> None:
    pattern = "{ ($.eventName = DisableKey) || ($.eventName = ScheduleKeyDeletion) }"
    without = {"EventSelectors": [{"ReadWriteType": "All", "ExcludeManagementEventSources": ["kms.amazonaws.com"]}]}
    assert alarm_on("kms_key_disabled", settings(), named(), trail(), *chain(pattern)) is True
    assert alarm_on("kms_key_disabled", settings(), named(), trail(without), *chain(pattern)) is False


def recorded(selectors: Any) -> Partial:
    one = settings()
    return Facts(World(one, named(), trail(selectors))).fact(one, "recording_trails")


def advanced(*fields: dict[str, Any]) -> dict[str, Any]:
    base = {"Field": "eventCategory", "Equals": ["Management"]}
    return {"AdvancedEventSelectors": [{"FieldSelectors": [base, field] if field else [base]} for field in fields]}


@pytest.mark.parametrize(
    ("selectors", "management", "kms"),
    [
        (ALL, True, True),
        ({"EventSelectors": [{}]}, True, True),
        ({"EventSelectors": [{"IncludeManagementEvents": False}]}, False, False),
        ({"EventSelectors": [{"ReadWriteType": "ReadOnly"}, {"ReadWriteType": "WriteOnly"}]}, True, True),
        (advanced({}), True, True),
        (advanced({"Field": "readOnly", "Equals": ["true"]}), False, False),
        (advanced({"Field": "readOnly", "Equals": ["true"]}, {"Field": "readOnly", "Equals": ["false"]}), True, True),
        (advanced({"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]}), True, False),
        (advanced({"Field": "eventSource", "Equals": ["s3.amazonaws.com"]}), False, False),
        (advanced({"Field": "eventName", "NotEquals": ["Decrypt"]}), False, False),
        ({}, False, False),
    ],
)
def test_what_selectors_record(selectors: dict[str, Any], management: bool, kms: bool) -> None:
    assert recorded(selectors) == Partial([{"arn": ARN, "management": management, "kms": kms}])


def test_trails_of_the_organization_and_of_regions_that_were_not_read() -> None:
    one = settings()
    shared = trail()
    shared.type, shared.id, shared.region = SHARED, f"{ACCOUNT}/global/{SHARED}/{ARN}", "global"
    assert Facts(World(one, named(), shared)).fact(one, "recording_trails").value == [
        {"arn": ARN, "management": True, "kms": True}
    ]
    unread = Facts(World(one, named())).fact(one, "recording_trails")
    assert unread.unknown["/0"].kind == "maybe"
