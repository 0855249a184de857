"""Organizations: what an account knows of its organization, and what the management account knows of all.

Only the management account (and delegates that nothing here tells of) may list accounts, units and policies
(https://docs.aws.amazon.com/organizations/latest/userguide/orgs_permissions_overview.html).
"""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_MANAGES = "Organization.MasterAccountId == account"
_EFFECTIVE_NONE = ("EffectivePolicyNotFoundException", "AWSOrganizationsNotInUseException")
_KINDS = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "DECLARATIVE_POLICY_EC2", "S3_POLICY")


def _effective(member: str, kind: str) -> Then:
    """The policy of a kind that is in force for the account, which every member may ask for itself.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeEffectivePolicy.html
    """
    return Then(
        member,
        "describe_effective_policy",
        {"PolicyType": f"'{kind}'"},
        "EffectivePolicy.PolicyContent",
        when="Organization",
        absent=_EFFECTIVE_NONE,
        decode="policy",
    )


def _policies(kind: str) -> Collect:
    return Collect(
        "AWS::Organizations::Policy",
        "organizations",
        "list_policies",
        "Policies[]",
        id="{Arn}",
        name="Name",
        scope="global",
        parent="AWS::Organizations::Membership",
        only_where=_MANAGES,
        params={"Filter": f"'{kind}'"},
        gone=("PolicyNotFoundException",),
        then=(
            Then("Content", "describe_policy", {"PolicyId": "Id"}, "Policy.Content", decode="policy"),
            Then(
                "Targets", "list_targets_for_policy", {"PolicyId": "Id"}, "Targets[].{TargetId: TargetId, Type: Type}"
            ),
        ),
    )


def _units(parent: str, parent_id: str, only_where: str = "") -> Collect:
    return Collect(
        "AWS::Organizations::OrganizationalUnit",
        "organizations",
        "list_organizational_units_for_parent",
        "OrganizationalUnits[]",
        id="{Arn}",
        name="Name",
        scope="global",
        parent=parent,
        only_where=only_where,
        params={"ParentId": parent_id},
        gone=("ParentNotFoundException",),
    )


TABLE = (
    # A member account sees its organization too; one without an organization has nothing to show
    # (https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html).
    Collect(
        "AWS::Organizations::Membership",
        "organizations",
        id="{account}/global/AWS::Organizations::Membership",
        scope="global",
        then=(
            Then(
                "Organization",
                "describe_organization",
                result="Organization",
                absent=("AWSOrganizationsNotInUseException",),
            ),
            # `Paths` lead from the root through the units to the account.
            Then(
                "Accounts",
                "list_accounts",
                result="Accounts[].{Id: Id, Name: Name, Status: Status, State: State, Paths: Paths}",
                when=_MANAGES,
            ),
            Then("Roots", "list_roots", result="Roots[]", when=_MANAGES),
            Then(
                "DelegatedAdministrators",
                "list_delegated_administrators",
                result="DelegatedAdministrators[].{Id: Id, Arn: Arn, Name: Name, Status: Status}",
                when=_MANAGES,
            ),
            Then(
                "ResourcePolicy",
                "describe_resource_policy",
                result="ResourcePolicy.Content",
                when=_MANAGES,
                absent=("ResourcePolicyNotFoundException",),
                decode="policy",
            ),
            _effective("EffectiveEC2Policy", "DECLARATIVE_POLICY_EC2"),
            _effective("EffectiveS3Policy", "S3_POLICY"),
        ),
    ),
    *(_policies(kind) for kind in _KINDS),
    _units("AWS::Organizations::Membership", "Roots[0].Id", _MANAGES),
    _units("AWS::Organizations::OrganizationalUnit", "Id"),
)
