"""What buckets have to do with other resources."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, REGION, World, resource

from scanner.derive.facts import Facts
from scanner.model import Partial, Resource, Unknown, Why

BUCKET, TRAIL, DISTRIBUTION = "AWS::S3::Bucket", "AWS::CloudTrail::Trail", "AWS::CloudFront::Distribution"
OTHER = "222222222222"


def bucket(name: str = "data", region: str = REGION, **config: Any) -> Resource:
    made = resource(BUCKET, {"Name": name, **config}, region=region)
    made.id = f"arn:aws:s3:::{name}"
    return made


def fact(one: Resource, name: str, *others: Resource, **more: Any) -> Partial:
    return Facts(World(one, *others, **more)).fact(one, name)


def replicated(target: str, status: str = "Enabled", **destination: Any) -> dict[str, Any]:
    return {"ReplicationConfiguration": {"Rules": [
        {"Status": status, "Destination": {"Bucket": f"arn:aws:s3:::{target}", **destination}}
    ]}}  # fmt: skip


def test_copies_in_the_account() -> None:
    near, far = bucket("near"), bucket("far", "eu-central-1")
    for target, elsewhere in (("near", False), ("far", True)):
        one = bucket(**replicated(target))
        assert fact(one, "foreign_replicas", near, far) == Partial([])
        assert fact(one, "replica_regions", near, far) == Partial([{"bucket": target, "elsewhere": elsewhere}])


def test_copies_in_another_account() -> None:
    named = fact(bucket(**replicated("theirs", Account=OTHER)), "foreign_replicas")
    assert named == Partial([{"bucket": "theirs", "account": OTHER}])
    assert fact(bucket(**replicated("theirs")), "foreign_replicas").value == [
        {"bucket": "theirs", "account": "another account"}
    ]
    unsure = fact(bucket(**replicated("theirs")), "foreign_replicas", incomplete={BUCKET: DENIED})
    assert unsure.unknown["/0"].kind == "maybe"
    assert fact(bucket(**replicated("theirs", "Disabled", Account=OTHER)), "foreign_replicas") == Partial([])
    regions = fact(bucket(**replicated("theirs", Account=OTHER)), "replica_regions")
    assert set(regions.unknown) == {"/0/elsewhere"}


@pytest.mark.parametrize(("place", "left"), [("/Status", "/-"), ("/Destination", "/0"), ("/Destination/Bucket", "/0")])
def test_copies_of_rules_that_were_not_read_whole(place: str, left: str) -> None:
    rule: dict[str, Any] = {"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::theirs"}}
    *above, name = place.strip("/").split("/")
    (rule[above[0]] if above else rule).pop(name)
    config = {"Name": "data", "ReplicationConfiguration": {"Rules": [rule]}}
    unread = resource(BUCKET, config, {f"/ReplicationConfiguration/Rules/0{place}": DENIED}, name="data")
    found = fact(unread, "foreign_replicas")
    assert {where: why.kind for where, why in found.unknown.items()} == {left: "more" if left == "/-" else "maybe"}


def test_who_is_told_of_objects() -> None:
    def told(account: str) -> Partial:
        queues = [{"QueueArn": f"arn:aws:sqs:{REGION}:{account}:q", "Events": []}]
        return fact(bucket(NotificationConfiguration={"QueueConfigurations": queues}), "notified_accounts")

    assert told(ACCOUNT) == Partial([])
    assert [one["account"] for one in told(OTHER).value] == [OTHER]
    assert fact(bucket(NotificationConfiguration=None), "notified_accounts") == Partial([])


def test_the_bucket_of_a_trail() -> None:
    trail = resource(TRAIL, {"S3BucketName": "data"}, region=REGION)
    assert fact(bucket(), "holds_trails", trail) == Partial(True)
    assert fact(bucket("other"), "holds_trails", trail) == Partial(False)
    assert set(fact(bucket("other"), "holds_trails", incomplete={TRAIL: DENIED}).unknown) == {""}


def distribution(host: str, control: str = "", **more: Any) -> Resource:
    items = [{"Id": "o", "DomainName": host, "OriginAccessControlId": control}]
    return resource(DISTRIBUTION, {"Id": "E1", "Enabled": True, "Origins": {"Items": items}, **more}, region="global")


@pytest.mark.parametrize(
    "host",
    [
        "data.s3.amazonaws.com", "data.s3.eu-west-1.amazonaws.com", "data.s3-eu-west-1.amazonaws.com",
        "data.s3-website-eu-west-1.amazonaws.com", "data.s3-website.eu-west-1.amazonaws.com",
        "data.s3.dualstack.eu-west-1.amazonaws.com", "data.s3.cn-north-1.amazonaws.com.cn",
        "data.s3.us-gov-west-1.amazonaws.com",
    ],
)  # fmt: skip
def test_buckets_by_their_hosts(host: str) -> None:
    (served,) = fact(bucket(), "origin_of", distribution(host)).value
    assert served == {"distribution": "E1", "access_control": False}
    assert fact(distribution(host), "missing_origins", bucket()) == Partial([])
    assert fact(distribution(host), "missing_origins").value == [{"bucket": "data", "origin": host}]


def test_origins_that_are_no_bucket_or_are_off() -> None:
    assert fact(distribution("www.example.org"), "missing_origins") == Partial([])
    assert fact(bucket(), "origin_of", distribution("data.s3.amazonaws.com", Enabled=False)) == Partial([])
    assert fact(bucket(), "origin_of", distribution("data.s3.amazonaws.com", "OAC")).value[0]["access_control"] is True
    unsure = fact(distribution("data.s3.amazonaws.com"), "missing_origins", incomplete={BUCKET: DENIED})
    assert unsure.unknown["/0"].kind == "maybe"


def logging(target: Any) -> dict[str, Any]:
    return {"LoggingConfiguration": {"TargetBucket": target}}


def test_where_access_logs_go() -> None:
    name = "logs_to_own_bucket"
    assert fact(bucket(**logging("logs")), name, bucket("logs")) == Partial(value=True)
    assert fact(bucket(**logging("data")), name) == Partial(value=True)
    assert fact(bucket(**logging("logs")), name, bucket("other")) == Partial(value=False)
    assert fact(bucket(LoggingConfiguration=None), name) == Partial(None)
    # What was not listed may be there.
    unsure = fact(bucket(**logging("logs")), name, incomplete={BUCKET: DENIED})
    assert unsure == Partial(None, {"": DENIED})
    assert fact(bucket(**logging("logs")), name, bucket("logs"), incomplete={BUCKET: DENIED}) == Partial(value=True)
    assert fact(bucket(**logging(7)), name).unknown[""].why is Why.ERROR


def test_access_logs_whose_target_is_not_known() -> None:
    hidden = resource(BUCKET, {"Name": "data"}, {"/LoggingConfiguration": DENIED})
    assert fact(hidden, "logs_to_own_bucket") == Partial(None, {"": DENIED})
    later = Unknown(Why.AFTER_APPLY, token="aws_s3_bucket.logs.id", kind="opaque")
    for token, told in (("aws_s3_bucket.logs.id", Partial(value=True)), ("aws_s3_bucket.other.id", None)):
        logs = resource(BUCKET, {}, {"/Name": Unknown(Why.AFTER_APPLY, token=token, kind="opaque")}, id="logs")
        one = resource(BUCKET, logging("") | {"Name": "data"}, {"/LoggingConfiguration/TargetBucket": later})
        found = fact(one, "logs_to_own_bucket", logs)
        assert found == told if told else found.unknown[""].why is Why.AFTER_APPLY
