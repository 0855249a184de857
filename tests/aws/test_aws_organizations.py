"""What an account tells of its organization: members of itself, the management account of all."""

import pytest
from aws_fakes import ACCOUNT, FakeSource, ListSink, error

from scanner.aws.run import collect
from scanner.model import Why

READS = {"AWS::Organizations::Membership": frozenset({"Organization", "Accounts"})}
PAGES = [
    {"Accounts": [{"Id": ACCOUNT, "Status": "ACTIVE", "Email": "root@example.com"}]},
    {"Accounts": [{"Id": "222222222222", "Status": "SUSPENDED", "Email": "two@example.com"}]},
]


def membership(describe, accounts=PAGES):
    source, sink = FakeSource({"describe_organization": describe, "list_accounts": accounts}), ListSink()
    collect(source, sink, reads=READS, threads=1)
    return source, next(one for shard in sink.shards for one in shard.resources)


def test_the_management_account_lists_all_accounts():
    _, one = membership({"Organization": {"Id": "o-1", "MasterAccountId": ACCOUNT}})
    told = [(account["Id"], account["Status"]) for account in one.config["Accounts"]]
    assert told == [(ACCOUNT, "ACTIVE"), ("222222222222", "SUSPENDED")]
    assert "example.com" not in str(one.config)


@pytest.mark.parametrize(
    "describe",
    [
        {"Organization": {"Id": "o-1", "MasterAccountId": "999999999999"}},
        [error("AWSOrganizationsNotInUseException")],
    ],
)
def test_no_other_account_asks(describe):
    source, one = membership(describe)
    assert source.asked("list_accounts") == []
    assert (one.config["Accounts"], one.unknown.get("/Accounts")) == (None, None)


def test_a_refused_listing_leaves_the_accounts_unknown():
    _, one = membership({"Organization": {"Id": "o-1", "MasterAccountId": ACCOUNT}}, [error("AccessDeniedException")])
    assert one.unknown["/Accounts"].why is Why.DENIED
    assert one.unknown["/Accounts"].permission == "organizations:ListAccounts"


TREE = {
    "describe_organization": {"Organization": {"Id": "o-1", "MasterAccountId": ACCOUNT}},
    "list_accounts": PAGES,
    "list_roots": {"Roots": [{"Id": "r-1", "Arn": "arn:aws:organizations::1:root/o-1/r-1", "PolicyTypes": []}]},
    "list_delegated_administrators": {"DelegatedAdministrators": []},
    "describe_resource_policy": [error("ResourcePolicyNotFoundException")],
    "describe_effective_policy": [error("EffectivePolicyNotFoundException")],
    "list_organizational_units_for_parent": lambda call: {
        "OrganizationalUnits": {
            "r-1": [{"Id": "ou-1", "Arn": "arn:ou-1", "Name": "prod"}],
            "ou-1": [{"Id": "ou-2", "Arn": "arn:ou-2", "Name": "eu"}],
        }.get(call.params["ParentId"], [])
    },
    "list_policies": lambda call: {
        "Policies": [{"Id": "p-1", "Arn": "arn:p-1", "Name": "guard", "Type": call.params["Filter"]}]
        if call.params["Filter"] == "SERVICE_CONTROL_POLICY"
        else []
    },
    "describe_policy": {"Policy": {"Content": '{"Version": "2012-10-17", "Statement": []}'}},
    "list_targets_for_policy": {"Targets": [{"TargetId": "ou-1", "Type": "ORGANIZATIONAL_UNIT", "Name": "prod"}]},
}


def tree(**changed):
    source, sink = FakeSource({**TREE, **changed}), ListSink()
    collect(source, sink, services=["organizations"], threads=1)
    return source, sink.shard("global", "organizations")


def test_the_management_account_reads_units_below_units_and_policies_with_their_targets():
    _, shard = tree()
    by_id = {one.id: one for one in shard.resources}
    assert {"arn:ou-1", "arn:ou-2", "arn:p-1"} < by_id.keys()
    assert by_id["arn:p-1"].config["Content"]["Version"] == "2012-10-17"
    assert by_id["arn:p-1"].config["Targets"] == [{"TargetId": "ou-1", "Type": "ORGANIZATIONAL_UNIT"}]
    assert not shard.gaps
    assert not any(shard.listed.values())


def test_a_member_asks_for_nothing_that_only_the_management_account_may_and_knows_that_it_does_not_know():
    source, shard = tree(describe_organization={"Organization": {"Id": "o-1", "MasterAccountId": "999999999999"}})
    asked = {call.operation for call in source.calls}
    assert asked == {"describe_organization", "describe_effective_policy"}
    assert not shard.gaps
    for type_ in ("AWS::Organizations::Policy", "AWS::Organizations::OrganizationalUnit"):
        assert shard.listed[type_].why is Why.NOT_COLLECTED


def test_an_unknown_organization_leaves_its_policies_unknown_for_the_same_reason():
    source, shard = tree(describe_organization=[error("AccessDeniedException")])
    assert shard.listed["AWS::Organizations::Policy"].permission == "organizations:DescribeOrganization"
    assert not source.asked("list_policies")


def test_a_refused_unit_leaves_the_units_open():
    _, shard = tree(list_organizational_units_for_parent=[error("AccessDeniedException")])
    assert shard.listed["AWS::Organizations::OrganizationalUnit"].why is Why.DENIED
