"""Listings that name several types, come as a CSV file, are prepared first, or mark what another one names."""

import base64

import pytest
from aws_fakes import ACCOUNT, FakeSource, ListSink, doubts, error

from scanner.aws import listing, models, plan
from scanner.aws.run import collect
from scanner.model import Why

USER = {"UserName": "ada", "Arn": f"arn:aws:iam::{ACCOUNT}:user/ada", "Tags": [{"Key": "team", "Value": "x"}]}
DOCUMENT = "%7B%22Statement%22%3A%5B%7B%22Sid%22%3A%22b%22%7D%2C%7B%22Sid%22%3A%22a%22%7D%5D%7D"
PARSED = {"Statement": [{"Sid": "b"}, {"Sid": "a"}]}
DETAILS = {
    "UserDetailList": [{**USER, "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": DOCUMENT}]}],
    "GroupDetailList": [],
    "RoleDetailList": [
        {"RoleName": "r", "Arn": f"arn:aws:iam::{ACCOUNT}:role/r", "AssumeRolePolicyDocument": DOCUMENT}
    ],
    "Policies": [
        {
            "PolicyName": "p",
            "Arn": f"arn:aws:iam::{ACCOUNT}:policy/p",
            "PolicyVersionList": [
                {"VersionId": "v1", "IsDefaultVersion": False, "Document": {"Statement": []}},
                {"VersionId": "v2", "IsDefaultVersion": True, "Document": PARSED},
            ],
        }
    ],
}
PRINCIPALS = ("User", "Group", "Role", "ManagedPolicy")
REPORT = 'user,arn,mfa_active\n<root_account>,arn:aws:iam::111122223333:root,true\n"a,b",arn:aws:iam::111122223333:user/a,false\n'
SNAPSHOTS = {"Snapshots": [{"SnapshotId": "snap-1"}, {"SnapshotId": "snap-2"}]}


def run(answers, *types, threads=4):
    sink, source = ListSink(), FakeSource(answers)
    reads = {f"AWS::{name}": frozenset({"*"}) for name in types}
    collect(source, sink, regions=["us-east-1"], reads=reads, threads=threads)
    return source, sink


def iam(answers, *names):
    return run(answers, *(f"IAM::{name}" for name in names))


def test_one_answer_gives_the_resources_of_all_types_that_ask_the_same():
    source, sink = iam({"get_account_authorization_details": DETAILS}, *PRINCIPALS)
    assert len(source.asked("get_account_authorization_details")) == 1
    assert sink.one("AWS::IAM::User").tags == {"team": "x"}
    assert sink.one("AWS::IAM::User").config["UserPolicyList"] == [{"PolicyName": "p", "PolicyDocument": PARSED}]
    assert sink.one("AWS::IAM::Role").config["AssumeRolePolicyDocument"] == PARSED
    assert sink.one("AWS::IAM::ManagedPolicy").config["PolicyDocument"] == PARSED
    assert sink.one("AWS::IAM::Role").name == "r"
    assert sink.shard("global", "iam").listed == {f"AWS::IAM::{name}": None for name in PRINCIPALS}


def test_only_the_types_that_are_read_are_made():
    _, sink = iam({"get_account_authorization_details": DETAILS}, "Role")
    assert [resource.type for shard in sink.shards for resource in shard.resources] == ["AWS::IAM::Role"]


def test_a_refusal_leaves_every_one_of_them_incomplete():
    _, sink = iam({"get_account_authorization_details": [DETAILS, error("AccessDenied", 403)]}, *PRINCIPALS)
    shard = sink.shard("global", "iam")
    assert {name: why.why for name, why in shard.listed.items()} == dict.fromkeys(
        (f"AWS::IAM::{name}" for name in PRINCIPALS), Why.DENIED
    )
    assert sink.one("AWS::IAM::User").name == "ada", "what came before the refusal is kept"


def test_what_is_malformed_for_one_type_leaves_the_others_whole():
    broken = {**DETAILS, "UserDetailList": [{"UserName": "no arn"}]}
    _, sink = iam({"get_account_authorization_details": broken}, "User", "Role")
    listed = sink.shard("global", "iam").listed
    assert listed["AWS::IAM::User"].why is Why.ERROR
    assert listed["AWS::IAM::Role"] is None
    assert sink.one("AWS::IAM::Role").name == "r"


def test_each_row_of_a_report_is_a_resource():
    content = {"Content": base64.b64encode(REPORT.encode()).decode()}
    source, sink = iam({"get_credential_report": content}, "CredentialReport")
    assert [call.operation for call in source.calls] == ["generate_credential_report", "get_credential_report"]
    root, user = sink.of("AWS::IAM::CredentialReport")
    assert root.config == {"user": "<root_account>", "arn": f"arn:aws:iam::{ACCOUNT}:root", "mfa_active": "true"}
    assert root.id == f"arn:aws:iam::{ACCOUNT}:root/credential-report"
    assert user.config["user"] == "a,b"


@pytest.mark.parametrize("content", ["user,arn", "%%%", None, base64.b64encode(b"\xff\xfe\x00").decode()])
def test_a_report_that_is_none_makes_the_listing_incomplete(content):
    _, sink = iam({"get_credential_report": {"Content": content}}, "CredentialReport")
    listed = sink.shard("global", "iam").listed["AWS::IAM::CredentialReport"]
    assert sink.of("AWS::IAM::CredentialReport") == []
    assert listed.why is Why.ERROR


def test_a_report_that_is_not_ready_is_waited_for(monkeypatch):
    naps = []
    monkeypatch.setattr(listing.time, "sleep", naps.append)
    content = {"Content": base64.b64encode(REPORT.encode()).decode()}
    answers = iter([[error("ReportInProgress", 404)], [error("ReportInProgress", 404)], [content]])
    source, sink = iam({"get_credential_report": lambda _: next(answers)}, "CredentialReport")
    assert len(sink.of("AWS::IAM::CredentialReport")) == 2
    assert naps == [1.0, 1.0]
    assert len(source.asked("generate_credential_report")) == 1


def test_a_report_that_never_comes_ends_as_unknown(monkeypatch):
    monkeypatch.setattr(listing.time, "sleep", lambda _: None)
    _, sink = iam({"get_credential_report": [error("ReportInProgress", 404)]}, "CredentialReport")
    assert sink.shard("global", "iam").listed["AWS::IAM::CredentialReport"].why is Why.ERROR


def test_a_refusal_to_prepare_counts_only_where_no_answer_is_there():
    content = {"Content": base64.b64encode(REPORT.encode()).decode()}
    denied = [error("AccessDenied", 403, "no generating")]
    _, sink = iam({"generate_credential_report": denied, "get_credential_report": content}, "CredentialReport")
    assert sink.shard("global", "iam").listed["AWS::IAM::CredentialReport"] is None
    missing = [error("ReportNotPresent", 410)]
    _, sink = iam({"generate_credential_report": denied, "get_credential_report": missing}, "CredentialReport")
    why = sink.shard("global", "iam").listed["AWS::IAM::CredentialReport"]
    assert (why.why, "no generating" in why.message) == (Why.DENIED, True)
    assert why.permission == "iam:GenerateCredentialReport"


def snapshots(named, attribute=None):
    def listed(call):
        return named if "RestorableByUserIds" in call.params else SNAPSHOTS

    permissions = {"CreateVolumePermissions": [{"Group": "all"}]}
    return run({"describe_snapshots": listed, "describe_snapshot_attribute": attribute or permissions}, "EC2::Snapshot")


def test_only_what_the_second_listing_names_is_asked_further():
    source, sink = snapshots({"Snapshots": [{"SnapshotId": "snap-2"}]})
    first, second = sink.of("AWS::EC2::Snapshot")
    assert first.config == {"SnapshotId": "snap-1", "RestorableByAll": False, "CreateVolumePermissions": None}
    assert second.config["RestorableByAll"] is True
    assert second.config["CreateVolumePermissions"] == [{"Group": "all"}]
    assert [call.params["SnapshotId"] for call in source.asked("describe_snapshot_attribute")] == ["snap-2"]
    assert second.id == "arn:aws:ec2:us-east-1::snapshot/snap-2", "AWS's ARN of a snapshot names no account"


def test_where_the_second_listing_fails_every_resource_is_asked():
    source, sink = snapshots([error("UnauthorizedOperation", 403)])
    assert len(source.asked("describe_snapshot_attribute")) == 2
    for snapshot in sink.of("AWS::EC2::Snapshot"):
        assert list(doubts(snapshot)) == ["/RestorableByAll"]
        assert snapshot.config["CreateVolumePermissions"] == [{"Group": "all"}]
    (gap,) = sink.shard("us-east-1", "ec2").gaps
    assert gap.permission == "ec2:DescribeSnapshots"


def test_the_second_listing_is_made_only_for_those_who_read_it():
    (wanted,) = plan.wanted({"AWS::EC2::Snapshot": frozenset({"Encrypted"})})["ec2"]
    assert not wanted.marked
    (wanted,) = plan.wanted({"AWS::EC2::Snapshot": frozenset({"CreateVolumePermissions"})})["ec2"]
    assert wanted.marked
    sink, source = ListSink(), FakeSource({"describe_snapshots": SNAPSHOTS})
    collect(source, sink, regions=["us-east-1"], reads={"AWS::EC2::Snapshot": frozenset({"Encrypted"})})
    assert len(source.calls) == 1
    assert sink.of("AWS::EC2::Snapshot")[0].unknown["/RestorableByAll"].why is Why.NOT_COLLECTED


def test_what_botocore_cannot_page_is_paged_by_its_token():
    assert models.bare_token("s3control", "list_access_points") == "NextToken"
    assert models.bare_token("ec2", "describe_addresses") == ""
    assert models.bare_token("kms", "list_keys") == ""
    assert models.result_keys("s3control", "list_access_points") == ("AccessPointList",)
    assert models.has_more("s3control", "list_access_points", {"NextToken": "x"})
