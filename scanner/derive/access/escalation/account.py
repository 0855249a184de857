"""One account of a snapshot as a snapshot of its own, so that facts about its principals need no other account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.derive.access.escalation.graph import Graph
from scanner.derive.node import Node
from scanner.derive.passes import Context
from scanner.model import Gap, Inventory, Resource, Reused, Unknown, Why

_ORGANIZATIONS = "AWS::Organizations::"
_MEMBERSHIP = f"{_ORGANIZATIONS}Membership"
READS = (
    "AWS::IAM::User.UserPolicyList", "AWS::IAM::User.GroupList", "AWS::IAM::User.AttachedManagedPolicies",
    "AWS::IAM::User.PermissionsBoundary", "AWS::IAM::User.Path", "AWS::IAM::User.UserId",
    "AWS::IAM::Role.RolePolicyList", "AWS::IAM::Role.AttachedManagedPolicies", "AWS::IAM::Role.PermissionsBoundary",
    "AWS::IAM::Role.AssumeRolePolicyDocument", "AWS::IAM::Role.InstanceProfileList", "AWS::IAM::Role.Path",
    "AWS::IAM::Role.RoleId",
    "AWS::IAM::Group.GroupName", "AWS::IAM::Group.GroupPolicyList", "AWS::IAM::Group.AttachedManagedPolicies",
    "AWS::IAM::ManagedPolicy.Arn", "AWS::IAM::ManagedPolicy.PolicyDocument",
    "AWS::IAM::CredentialReport.arn", "AWS::IAM::CredentialReport.password_enabled",
    "AWS::IAM::CredentialReport.access_key_1_active", "AWS::IAM::CredentialReport.access_key_2_active",
    "AWS::IAM::CredentialReport.access_key_1_last_rotated", "AWS::IAM::CredentialReport.access_key_2_last_rotated",
    "AWS::EC2::Instance.IamInstanceProfile", "AWS::EC2::Instance.State",
    "AWS::EC2::LaunchTemplate.LaunchTemplateData",
    "AWS::Lambda::Function.Role", "AWS::CodeBuild::Project.serviceRole", "AWS::CodeBuild::Project.buildBatchConfig",
    "AWS::CloudFormation::Stack.RoleARN", "AWS::CloudFormation::Stack.StackStatus",
    "AWS::Organizations::Membership.Organization", "AWS::Organizations::Membership.Accounts",
    "AWS::Organizations::Membership.Roots", "AWS::Organizations::Policy.Type", "AWS::Organizations::Policy.Content",
    "AWS::Organizations::Policy.Targets",
)  # fmt: skip
"""What paths within an account are found from: what is cheap to list, and the organization's policies."""
_TYPES = tuple(dict.fromkeys(one.rpartition(".")[0] for one in READS))
_CODE = ("terraform", "cloudformation")


class OneAccount:
    """The part of an inventory that is one account's, and what its organization's management account says of it.

    Types that are not in `READS` are as if nobody had asked for them.
    """

    def __init__(self, inventory: Inventory, account: str) -> None:
        """Lists all that it will be asked for."""
        self._inventory = inventory
        self.accounts: Sequence[str] = (account,)
        self.taken_at, self.source, self.regions = inventory.taken_at, inventory.source, inventory.regions
        self.gaps: Sequence[Gap] = ()
        self.reused: Reused | None = None
        self._held = {type_: list(inventory.of(type_, account)) for type_ in _TYPES}
        if manager := self._manager():
            for type_ in _TYPES:
                if type_.startswith(_ORGANIZATIONS):
                    self._held[type_] += inventory.of(type_, manager)
        self._by_id = {one.id: one for several in self._held.values() for one in several}

    def _manager(self) -> str:
        """The management account, if it is another."""
        for one in self._held[_MEMBERSHIP]:
            told = Node.of(one, "Organization", "MasterAccountId").value
            if isinstance(told, str) and told not in self.accounts:
                return told
        return ""

    def types(self) -> Sequence[str]:
        """The types that hold at least one resource, in order."""
        return sorted(type_ for type_, several in self._held.items() if several)

    def of(self, type_: str, account: str | None = None, region: str | None = None) -> Iterator[Resource]:
        """Resources of a type, ordered by account, region and id."""
        for one in self._held.get(type_, ()):
            if account in (None, one.account) and region in (None, one.region):
                yield one

    def get(self, id_: str) -> Resource | None:
        """The resource with that id."""
        return self._by_id.get(id_)

    def places(self, type_: str) -> Sequence[tuple[str, str]]:
        """(account, region) that hold a resource of the type, in order."""
        return sorted({(one.account, one.region) for one in self._held.get(type_, ())})

    def listed_types(self) -> Sequence[str]:
        """The types that were asked for, in order."""
        return sorted(_TYPES)

    def listings(self, type_: str) -> Iterator[tuple[str, str, Unknown | None]]:
        """(account, region, why its listing is incomplete) wherever the type was asked for."""
        for place in self._inventory.listings(type_) if type_ in self._held else ():
            if place[0] in self.accounts:
                yield place

    def listing(self, type_: str, account: str, region: str) -> Unknown | None:
        """Why the listing of a type in one place is incomplete; `None` if it is complete."""
        if type_ in self._held:
            return self._inventory.listing(type_, account, region)
        return Unknown(Why.NOT_COLLECTED, message=f"{type_} is not read for this")


def graph_of(context: Context, account: str) -> Graph | Unknown:
    """The graph of one account, made once; unknown of code, whose accounts hold more than it says."""
    if not account or context.inventory.source in _CODE:
        return Unknown(Why.OUT_OF_SCOPE, message="paths are found in an account, with all that it holds")
    return context.once(("escalation", account), lambda: Graph(OneAccount(context.inventory, account)))
