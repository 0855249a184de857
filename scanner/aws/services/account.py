"""The account itself: its alternate contacts and the details that it is registered with."""

from __future__ import annotations

from scanner.aws.table import Collect, Then


def _contact(kind: str) -> Then:
    """An alternate contact; one that is not registered is an error of AWS's.

    https://docs.aws.amazon.com/accounts/latest/reference/API_GetAlternateContact.html
    """
    return Then(
        f"{kind.capitalize()}Contact",
        "get_alternate_contact",
        {"AlternateContactType": f"'{kind}'"},
        "AlternateContact.{Name: Name, Title: Title, EmailAddress: EmailAddress}",
        absent=("ResourceNotFoundException",),
    )


TABLE = (
    Collect(
        "AWS::Account::Settings",
        "account",
        id="{account}/global/AWS::Account::Settings",
        scope="global",
        then=(
            _contact("SECURITY"),
            _contact("BILLING"),
            _contact("OPERATIONS"),
            # Personal data: only what tells whether AWS can reach somebody.
            Then(
                "ContactInformation",
                "get_contact_information",
                result="ContactInformation.{FullName: FullName, PhoneNumber: PhoneNumber, CompanyName: CompanyName}",
                absent=("ResourceNotFoundException",),
            ),
        ),
    ),
)
