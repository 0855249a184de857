"""Which accounts are of one's own organization, as far as the snapshot tells.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
"""

from __future__ import annotations

from scanner.derive.logic import Maybe, either
from scanner.derive.node import Node
from scanner.derive.passes import Context, the_neighbour
from scanner.model import GLOBAL, Unknown, Why

MEMBERSHIP = "AWS::Organizations::Membership"
READS = (f"{MEMBERSHIP}.Organization", f"{MEMBERSHIP}.Accounts")


class Organization:
    """The organization of one account; none is a fact, too."""

    def __init__(self, context: Context, account: str) -> None:
        """Reads the account's membership; other accounts' only when asked for them."""
        self._context = context
        self._own = self._of(account)
        self._answers: dict[str, Maybe] = {}

    def has(self, account: str) -> Maybe:
        """Whether an account is a member: the management account lists all, a scanned one tells of itself."""
        if account not in self._answers:
            self._answers[account] = self._find(account)
        return self._answers[account]

    def is_id(self, text: str) -> Maybe:
        """Whether this is the organization's id."""
        if isinstance(self._own, Unknown):
            return self._own
        identity = self._own.member("Id")
        return identity.unknown or (self._own.value is not None and identity.value == text)

    def _find(self, account: str) -> Maybe:
        if isinstance(self._own, Unknown):
            return self._own
        if self._own.value is None:
            return False
        management = self._own.member("MasterAccountId")
        if management.value == account:
            return True
        listed = self._listed(str(management.value), account)
        if isinstance(listed, bool):
            return listed
        theirs = self._of(account)
        if isinstance(theirs, Unknown):
            return Unknown(
                Why.OUT_OF_SCOPE,
                message=f"account {account} may be of the organization: scan its management account too, or name"
                f" {account} in the rule's trusted_accounts",
            )
        mine, other = self._own.member("Id"), theirs.member("Id")
        return mine.unknown or other.unknown or mine.value == other.value

    def _listed(self, management: str, account: str) -> Maybe:
        """Whether the management account lists the account."""
        found = the_neighbour(self._context, MEMBERSHIP, management, GLOBAL)
        if isinstance(found, Unknown):
            return found
        accounts = Node.of(found, "Accounts")
        if accounts.unknown or accounts.value is None:
            return accounts.unknown or Unknown(Why.NOT_COLLECTED, message="the organization's accounts were not listed")
        ids = (one.member("Id") for one in accounts.elements())
        return either([*(one.unknown or one.value == account for one in ids), accounts.more or False])

    def _of(self, account: str) -> Node | Unknown:
        found = the_neighbour(self._context, MEMBERSHIP, account, GLOBAL)
        if isinstance(found, Unknown):
            return found
        organization = Node.of(found, "Organization")
        return organization.unknown or organization


def organization(context: Context, account: str) -> Organization:
    """The organization of an account, read once a run."""
    return context.once(("organization", account), lambda: Organization(context, account))
