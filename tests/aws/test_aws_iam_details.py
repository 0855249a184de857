"""Credentials beside the credential report, and what is asked about a principal only by name."""

from aws_fakes import ACCOUNT, FakeSource, ListSink, error

from scanner.aws import interpret
from scanner.aws.run import collect
from scanner.model import Why

USER = f"arn:aws:iam::{ACCOUNT}:user/ann"
JOB = {"JobId": "j-1"}
SERVICES = {"JobStatus": "COMPLETED", "ServicesLastAccessed": [{"ServiceNamespace": "s3", "ServiceName": "Amazon S3"}]}
ANSWERS = {
    "get_account_authorization_details": {"UserDetailList": [{"UserName": "ann", "Arn": USER}]},
    "list_ssh_public_keys": {
        "SSHPublicKeys": [
            {"UserName": "ann", "SSHPublicKeyId": "APKA1", "Status": "Active", "UploadDate": "2024-01-02T03:04:05Z"}
        ]
    },
    "list_service_specific_credentials": {
        "ServiceSpecificCredentials": [
            {"UserName": "ann", "ServiceSpecificCredentialId": "ACCA1", "ServiceName": "codecommit.amazonaws.com"}
        ]
    },
    "list_access_keys": {"AccessKeyMetadata": [{"UserName": "ann", "AccessKeyId": "AKIA1", "Status": "Active"}]},
    "get_access_key_last_used": {"AccessKeyLastUsed": {"ServiceName": "s3", "Region": "eu-west-1"}},
    "generate_service_last_accessed_details": JOB,
    "get_service_last_accessed_details": SERVICES,
}


def users(extras=(), **changed):
    source, sink = FakeSource({**ANSWERS, **changed}), ListSink()
    collect(source, sink, services=["iam"], extras=extras, threads=1)
    found = {one.type: one for one in sink.shard("global", "iam").resources}
    return source, sink.shard("global", "iam"), found


def test_credentials_of_other_kinds_are_kept_with_their_user():
    source, _, found = users()
    assert found["AWS::IAM::User"].config["SSHPublicKeys"][0]["SSHPublicKeyId"] == "APKA1"
    credential = found["AWS::IAM::ServiceSpecificCredential"]
    assert credential.id == f"{USER}/service-specific-credential/ACCA1"
    assert source.asked("list_service_specific_credentials")[0].params == {"AllUsers": True}
    assert "AWS::IAM::AccessKey" not in found


def test_keys_and_last_access_are_asked_by_name():
    source, shard, found = users(["access-keys", "access-advisor"])
    assert found["AWS::IAM::AccessKey"].config["AccessKeyLastUsed"]["ServiceName"] == "s3"
    assert found["AWS::IAM::User"].config["ServicesLastAccessed"][0]["ServiceNamespace"] == "s3"
    assert [call.params for call in source.asked("get_service_last_accessed_details")] == [JOB]
    assert "JobId" not in found["AWS::IAM::User"].config
    assert "GetServiceLastAccessedDetails" in found["AWS::IAM::User"].origin.calls
    assert not [gap for gap in shard.gaps if "LastAccessed" in gap.operation]


def test_an_answer_that_aws_still_makes_is_asked_for_again(monkeypatch):
    monkeypatch.setattr(interpret.time, "sleep", lambda _: None)
    answers = iter([{"JobStatus": "IN_PROGRESS"}, {"JobStatus": "IN_PROGRESS"}, SERVICES])
    _, _, found = users(["access-advisor"], get_service_last_accessed_details=lambda _: next(answers))
    assert len(found["AWS::IAM::User"].config["ServicesLastAccessed"]) == 1


def test_one_that_never_comes_ends_as_unknown(monkeypatch):
    monkeypatch.setattr(interpret.time, "sleep", lambda _: None)
    _, _, found = users(["access-advisor"], get_service_last_accessed_details={"JobStatus": "IN_PROGRESS"})
    assert found["AWS::IAM::User"].unknown["/ServicesLastAccessed"].why is Why.ERROR


def test_the_call_that_was_refused_is_the_one_that_is_named():
    denied = [error("AccessDenied", 403)]
    _, shard, found = users(["access-advisor"], generate_service_last_accessed_details=denied)
    unknown = found["AWS::IAM::User"].unknown["/ServicesLastAccessed"]
    assert unknown.permission == "iam:GenerateServiceLastAccessedDetails"
    assert unknown.permission in {gap.permission for gap in shard.gaps}
    _, shard, found = users(["access-advisor"], get_service_last_accessed_details=denied)
    assert found["AWS::IAM::User"].unknown["/ServicesLastAccessed"].permission == "iam:GetServiceLastAccessedDetails"


def roles(listing):
    arns = {name: f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("app", "late")}
    details = {"RoleDetailList": [{"RoleName": name, "Arn": arn} for name, arn in arns.items()]}
    source, sink = FakeSource({"get_account_authorization_details": details, "list_roles": listing(arns)}), ListSink()
    collect(source, sink, reads={"AWS::IAM::Role": frozenset({"MaxSessionDuration"})}, threads=1)
    shard = sink.shard("global", "iam")
    return source, shard, {one.name: one for one in shard.resources if one.type == "AWS::IAM::Role"}


def test_one_listing_tells_how_long_the_sessions_of_all_roles_last():
    source, shard, found = roles(
        lambda arns: {"Roles": [{"Arn": arn, "MaxSessionDuration": 3600 * len(name)} for name, arn in arns.items()]}
    )
    assert [call.params for call in source.asked("list_roles")] == [{}]
    assert {name: one.config["MaxSessionDuration"] for name, one in found.items()} == {"app": 10800, "late": 14400}
    assert not shard.gaps


def test_a_role_that_the_listing_does_not_name_is_not_given_the_sessions_of_another():
    source, _, found = roles(lambda arns: {"Roles": [{"Arn": arns["app"], "MaxSessionDuration": 7200}]})
    assert len(source.asked("list_roles")) == 1
    assert found["app"].config["MaxSessionDuration"] == 7200
    assert "MaxSessionDuration" not in found["late"].config
    assert found["late"].unknown["/MaxSessionDuration"].why is Why.ERROR


def test_a_refused_listing_leaves_the_sessions_unknown():
    _, shard, found = roles(lambda _: [error("AccessDenied", 403)])
    assert {one.unknown["/MaxSessionDuration"].why for one in found.values()} == {Why.DENIED}
    assert {gap.permission for gap in shard.gaps} == {"iam:ListRoles"}
