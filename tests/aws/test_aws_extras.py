"""What costs a call for each resource is asked only of those who name it."""

import pytest
from aws_fakes import FakeSource, ListSink

from scanner.aws import permissions, plan, table
from scanner.aws.run import collect
from scanner.aws.table import Collect, Then
from scanner.cli import _names
from scanner.errors import UsageError
from scanner.model import Why

USERS = (
    Collect(
        "AWS::IAM::User",
        "iam",
        "list_users",
        "Users[]",
        id="{Arn}",
        scope="global",
        then=(Then("MFADevices", "list_mfa_devices", {"UserName": "UserName"}, "MFADevices", extra="mfa-devices"),),
    ),
    Collect(
        "AWS::IAM::AccessKey",
        "iam",
        "list_access_keys",
        "AccessKeyMetadata[]",
        id="{AccessKeyId}",
        scope="global",
        parent="AWS::IAM::User",
        params={"UserName": "UserName"},
        extra="access-keys",
    ),
)
ANSWERS = {
    "list_users": {"Users": [{"UserName": "ann", "Arn": "arn:aws:iam::111122223333:user/ann"}]},
    "list_mfa_devices": {"MFADevices": [{"SerialNumber": "m"}]},
    "list_access_keys": {"AccessKeyMetadata": [{"AccessKeyId": "AKIAEXAMPLE"}]},
}


@pytest.fixture(autouse=True)
def only_users(monkeypatch):
    for module in (plan, table):
        monkeypatch.setattr(module, "tables", lambda: {"iam": USERS})
    table.extras.cache_clear()
    yield
    table.extras.cache_clear()


def collected(**options):
    source, sink = FakeSource(ANSWERS), ListSink()
    collect(source, sink, threads=1, **options)
    return source, sink


def test_an_extra_that_nobody_named_is_not_asked_and_says_how_to_get_it():
    source, sink = collected()
    assert [call.operation for call in source.calls] == ["list_users"]
    user = sink.one("AWS::IAM::User")
    assert "MFADevices" not in user.config
    assert user.unknown["/MFADevices"].why is Why.NOT_COLLECTED
    assert "--with mfa-devices" in user.unknown["/MFADevices"].message
    assert not sink.shard("global", "iam").gaps
    assert "AWS::IAM::AccessKey" not in sink.shard("global", "iam").listed


def test_a_rule_that_reads_it_does_not_make_the_call_either():
    source, sink = collected(reads={"AWS::IAM::User": frozenset({"MFADevices"})})
    assert not source.asked("list_mfa_devices")
    assert "--with mfa-devices" in sink.one("AWS::IAM::User").unknown["/MFADevices"].message


def test_those_named_are_asked_and_need_their_permission():
    source, sink = collected(extras=("mfa-devices", "access-keys"))
    assert sink.one("AWS::IAM::User").config["MFADevices"] == [{"SerialNumber": "m"}]
    assert sink.one("AWS::IAM::AccessKey").id == "AKIAEXAMPLE"
    assert not sink.shard("global", "iam").gaps
    assert set(permissions.actions(None, ("access-keys",))) - set(permissions.actions()) == {"iam:ListAccessKeys"}
    assert len(source.calls) == len(ANSWERS)


def test_a_mistyped_name_is_told_with_what_is_near():
    assert table.extras() == ("access-keys", "mfa-devices")
    assert _names.checked_extras(["mfa-devices", "mfa-devices"]) == ("mfa-devices",)
    with pytest.raises(UsageError) as told:
        _names.checked_extras(["mfa-device"])
    assert "mfa-devices" in str(told.value.hint)
