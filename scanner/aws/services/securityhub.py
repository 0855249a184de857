"""Security Hub CSPM: whether a region has it on, and its standards.

A region without it answers that the account is not subscribed
(https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html).
"""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_OFF = ("InvalidAccessException", "ResourceNotFoundException")

TABLE = (
    # A place for what is said of a region: that there is none of the types below.
    Collect(
        "AWS::SecurityHub::AccountSettings", "securityhub", id="{account}/{region}/AWS::SecurityHub::AccountSettings"
    ),
    Collect(
        "AWS::SecurityHub::Hub",
        "securityhub",
        "describe_hub",
        "[@]",
        id="{HubArn}",
        absent=_OFF,
        then=(
            Then(
                "Administrator",
                "get_administrator_account",
                result="Administrator.{AccountId: AccountId, MemberStatus: MemberStatus}",
                optional=True,
                absent=_OFF,
            ),
        ),
    ),
    Collect(
        "AWS::SecurityHub::Standard",
        "securityhub",
        "get_enabled_standards",
        "StandardsSubscriptions[]",
        id="{StandardsSubscriptionArn}",
        page_size=100,
        absent=_OFF,
    ),
)
