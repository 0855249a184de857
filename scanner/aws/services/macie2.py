"""Macie: whether a region looks for sensitive data, and whether it does so by itself."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

TABLE = (
    # Where Macie was never enabled, AWS refuses with the code of a denial but with this text, which no refusal for
    # lack of a permission has: those name the caller and the action
    # (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html). A suspended session answers.
    Collect(
        "AWS::Macie::AccountSettings",
        "macie2",
        id="{account}/{region}/AWS::Macie::AccountSettings",
        then=(
            Then("Session", "get_macie_session", absent=("AccessDeniedException: Macie is not enabled",)),
            Then(
                "AutomatedDiscoveryConfiguration",
                "get_automated_discovery_configuration",
                when="Session.status == 'ENABLED'",
            ),
        ),
    ),
)
