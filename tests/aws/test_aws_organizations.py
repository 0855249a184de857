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
    assert one.config["Accounts"] == [
        {"Id": ACCOUNT, "Status": "ACTIVE"},
        {"Id": "222222222222", "Status": "SUSPENDED"},
    ]


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
    assert (one.config["Accounts"], one.unknown) == (None, {})


def test_a_refused_listing_leaves_the_accounts_unknown():
    _, one = membership({"Organization": {"Id": "o-1", "MasterAccountId": ACCOUNT}}, [error("AccessDeniedException")])
    assert one.unknown["/Accounts"].why is Why.DENIED
    assert one.unknown["/Accounts"].permission == "organizations:ListAccounts"
