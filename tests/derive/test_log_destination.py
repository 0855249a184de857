"""Where flow logs go: buckets and log groups, one's own and others'."""

from __future__ import annotations

from typing import Any

from derive_worlds import ACCOUNT, DENIED, fact, resource

from scanner.model import Resource

LOG, BUCKET, GROUP = "AWS::EC2::FlowLog", "AWS::S3::Bucket", "AWS::Logs::LogGroup"
OPEN = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False)
CLOSED = dict.fromkeys(OPEN, True)
PUBLIC = {
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::logs/*"}]
}


def log(**config: Any) -> Resource:
    return resource(LOG, {"FlowLogStatus": "ACTIVE", **config})


def bucket(block: dict[str, bool], policy: Any = None) -> Resource:
    return resource(
        BUCKET, {"Name": "logs", "PublicAccessBlockConfiguration": block, "Policy": policy}, id="arn:aws:s3:::logs"
    )


def group(name: str, days: int | None = None) -> Resource:
    return resource(GROUP, {"logGroupName": name, **({"retentionInDays": days} if days else {})}, id=name)


TO_BUCKET = log(LogDestinationType="s3", LogDestination="arn:aws:s3:::logs/flow/")


def test_a_bucket_of_ones_own_is_public_or_not() -> None:
    found = fact(TO_BUCKET, "log_destination", bucket(CLOSED, PUBLIC))
    assert (found.value, found.unknown) == ({"kind": "s3", "own": True, "public": False, "days": None}, {})
    settings = resource("AWS::S3::AccountSettings", {"PublicAccessBlockConfiguration": None}, id="settings")
    settings.region = "global"
    assert fact(TO_BUCKET, "log_destination", bucket(OPEN, PUBLIC), settings).value["public"] is True


def test_a_bucket_that_is_not_among_ones_own_is_anothers_if_all_were_read() -> None:
    assert fact(TO_BUCKET, "log_destination").value == {"kind": "s3", "own": False, "public": None, "days": None}
    assert fact(TO_BUCKET, "log_destination", incomplete={BUCKET: DENIED}).unknown[""].why == DENIED.why


def test_a_log_group_is_found_by_name_or_by_its_arn() -> None:
    arn = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:flow:*"
    for one in (log(LogGroupName="flow"), log(LogDestinationType="cloud-watch-logs", LogDestination=arn)):
        found = fact(one, "log_destination", group("other", 7), group("flow", 30))
        assert (found.value["days"], found.value["own"], found.unknown) == (30, True, {})
        assert fact(one, "log_destination", group("flow")).value["days"] is None


def test_a_group_that_is_gone_keeps_nothing_and_one_not_listed_is_open() -> None:
    assert fact(log(LogGroupName="flow"), "log_destination").value["days"] == 0
    assert "/days" in fact(log(LogGroupName="flow"), "log_destination", incomplete={GROUP: DENIED}).unknown


def test_a_group_of_another_account_is_not_judged_here() -> None:
    one = log(LogDestination="arn:aws:logs:eu-west-1:444455556666:log-group:flow:*")
    assert fact(one, "log_destination", group("flow", 1)).value == {
        "kind": "cloud-watch-logs",
        "own": False,
        "public": None,
        "days": None,
    }
