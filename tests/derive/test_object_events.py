"""Whether CloudTrail records what is done to objects, and where databases are exported to."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import DENIED, LATER, fact, resource

from scanner.model import Partial, Why

SETTINGS, TRAIL, STORE = "AWS::S3::AccountSettings", "AWS::CloudTrail::Trail", "AWS::CloudTrail::EventDataStore"
SHADOW, ARN = "AWS::CloudTrail::MultiRegionTrail", "arn:aws:cloudtrail:us-east-1:111111111111:trail/all"
TASK, BUCKET = "AWS::RDS::ExportTask", "AWS::S3::Bucket"
ACCOUNT_BLOCK = "AWS::S3::AccountSettings"
EVERY = "arn:aws:s3"


def basic(kind: str = "All", *values: str, type_: str = "AWS::S3::Object") -> dict[str, Any]:
    data = [{"Type": type_, "Values": list(values or (EVERY,))}]
    return {"EventSelectors": [{"ReadWriteType": kind, "DataResources": data}]}


def advanced(**fields: dict[str, list[str]]) -> dict[str, Any]:
    named = {"eventCategory": {"Equals": ["Data"]}, "resources.type": {"Equals": ["AWS::S3::Object"]}, **fields}
    return {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": key, **one} for key, one in named.items()]}]}


def events(selectors: dict[str, Any], unknown: Any = None, **config: Any) -> Partial:
    given = {"IsMultiRegionTrail": True, "Status": {"IsLogging": True}, "EventSelectors": selectors, **config}
    return fact(resource(SETTINGS, {}, region="global"), "object_events", resource(TRAIL, given, unknown))


@pytest.mark.parametrize(
    ("selectors", "reads", "writes"),
    [
        (basic(), True, True),
        (basic("All", "arn:aws:s3:::"), True, True),
        (basic("ReadOnly"), True, False),
        (basic("WriteOnly"), False, True),
        (basic("All", "arn:aws:s3:::one/"), False, False),
        (basic(type_="AWS::Lambda::Function"), False, False),
        (advanced(), True, True),
        (advanced(readOnly={"Equals": ["true"]}), True, False),
        (advanced(readOnly={"Equals": ["false"]}), False, True),
        (advanced(eventName={"Equals": ["PutObject"]}), False, False),
        (advanced(**{"resources.ARN": {"StartsWith": ["arn:aws:s3:::one/"]}}), False, False),
        (advanced(**{"resources.ARN": {"StartsWith": ["arn:aws:s3:::"]}}), True, True),
        (advanced(**{"resources.ARN": {"NotStartsWith": ["arn:aws:s3:::one/"]}}), False, False),
        (advanced(**{"resources.type": {"Equals": ["AWS::DynamoDB::Table"]}}), False, False),
        (advanced(eventCategory={"Equals": ["Management"]}), False, False),
        ({"EventSelectors": None, "AdvancedEventSelectors": None}, False, False),
    ],
)
def test_which_half_selectors_record(selectors: dict[str, Any], reads: bool, writes: bool) -> None:
    assert events(selectors) == Partial({"reads": reads, "writes": writes})


def test_only_what_runs_everywhere_counts() -> None:
    none = Partial({"reads": False, "writes": False})
    assert events(basic(), IsMultiRegionTrail=False) == none
    assert events(basic(), Status={"IsLogging": False}) == none
    assert events(basic(), Status=None) == none
    for status, recorded in (("ENABLED", True), ("STOPPED_INGESTION", False)):
        store = resource(STORE, {"Status": status, "MultiRegionEnabled": True, **advanced()})
        found = fact(resource(SETTINGS, {}, region="global"), "object_events", store)
        assert found == Partial({"reads": recorded, "writes": recorded})


def test_what_of_trails_was_not_read() -> None:
    assert set(events(basic(), {"/Status": LATER}).unknown) == {"/reads", "/writes"}
    narrow = advanced(eventName={"Equals": ["PutObject"]})
    place = "/EventSelectors/AdvancedEventSelectors/0/FieldSelectors/2/Equals"
    assert set(events(narrow, {place: LATER}).unknown) == {"/reads", "/writes"}
    one = resource(SETTINGS, {}, region="global")
    assert set(fact(one, "object_events", incomplete={TRAIL: DENIED}).unknown) == {"/reads", "/writes"}


def test_a_trail_whose_home_region_was_not_read_leaves_it_open() -> None:
    settings = resource(SETTINGS, {}, region="global")
    shadow = resource(SHADOW, {"TrailARN": ARN, "HomeRegion": "us-east-1"}, region="global")
    found = fact(settings, "object_events", shadow)
    assert not found.value
    assert {place: why.why for place, why in found.unknown.items()} == dict.fromkeys(
        ("/reads", "/writes"), Why.NOT_COLLECTED
    )
    assert "home region is us-east-1" in found.unknown["/reads"].message
    # Another trail that records all settles it, and so does the trail itself once it was read.
    every = {"IsMultiRegionTrail": True, "Status": {"IsLogging": True}, "EventSelectors": basic()}
    assert fact(settings, "object_events", shadow, resource(TRAIL, every)).value == {"reads": True, "writes": True}
    read = resource(TRAIL, {**every, "EventSelectors": basic("ReadOnly")}, id=ARN)
    assert fact(settings, "object_events", shadow, read) == Partial({"reads": True, "writes": False})
    unlisted = fact(settings, "object_events", incomplete={SHADOW: DENIED})
    assert set(unlisted.unknown) == {"/reads", "/writes"}


def exported(*others: Any, **more: Any) -> Partial:
    account = resource(ACCOUNT_BLOCK, {"PublicAccessBlockConfiguration": None}, region="global")
    return fact(resource(TASK, {"S3Bucket": "data"}), "export_bucket", account, *others, **more)


def bucket(name: str, policy: Any = None) -> Any:
    config = {"Name": name, "Policy": policy, "Acl": None, "PublicAccessBlockConfiguration": None}
    return resource(BUCKET, config, name=name, id=f"arn:aws:s3:::{name}")


def test_where_an_export_lies() -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    assert exported(bucket("data")).value == {"own": True, "public": False}
    assert exported(bucket("data", policy)).value == {"own": True, "public": True}
    assert exported(bucket("other")).value == {"own": False, "public": None}
    assert set(exported(incomplete={BUCKET: DENIED}).unknown) == {""}
