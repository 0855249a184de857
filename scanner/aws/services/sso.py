"""IAM Identity Center: its instance, what permission sets grant in which accounts, and to whom.

Permission sets belong to the account that owns the instance: the organization's management account, or its
delegate in its name. Other members see the instance and may not look into it
(https://docs.aws.amazon.com/singlesignon/latest/userguide/identity-center-instances.html).
"""

from __future__ import annotations

from typing import Any

from scanner.aws.table import Collect, Then

_ONE = {"InstanceArn": "InstanceArn", "PermissionSetArn": "PermissionSetArn"}


def _of_instance(config: dict[str, Any]) -> None:
    """The instance's ARN, which the listing does not repeat: `arn:…:permissionSet/INSTANCE/SET`."""
    head, _, rest = str(config.get("PermissionSetArn", "")).partition(":permissionSet/")
    config["InstanceArn"] = f"{head}:instance/{rest.partition('/')[0]}"


TABLE = (
    Collect(
        "AWS::SSO::Instance",
        "sso-admin",
        "list_instances",
        "Instances[]",
        id="{InstanceArn}",
        name="Name",
        page_size=100,
    ),
    # An instance in several regions is listed in each; its sets are the same, so one region is asked for them.
    Collect(
        "AWS::SSO::PermissionSet",
        "sso-admin",
        "list_permission_sets",
        "PermissionSets[].{PermissionSetArn: @}",
        id="{PermissionSetArn}",
        name="Name",
        page_size=100,
        parent="AWS::SSO::Instance",
        when="OwnerAccountId == account && (PrimaryRegion || region) == region",
        params={"InstanceArn": "InstanceArn"},
        gone=("ResourceNotFoundException",),
        adjust=_of_instance,
        then=(
            Then(
                "",
                "describe_permission_set",
                _ONE,
                "PermissionSet.{Name: Name, Description: Description, CreatedDate: CreatedDate,"
                " SessionDuration: SessionDuration, RelayState: RelayState}",
            ),
            # Without an inline policy the answer is an empty text
            # (https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_GetInlinePolicyForPermissionSet.html).
            Then(
                "InlinePolicy",
                "get_inline_policy_for_permission_set",
                _ONE,
                "InlinePolicy || `null`",
                optional=True,
                decode="policy",
            ),
            Then("ManagedPolicies", "list_managed_policies_in_permission_set", _ONE, "AttachedManagedPolicies"),
            Then(
                "CustomerManagedPolicyReferences",
                "list_customer_managed_policy_references_in_permission_set",
                _ONE,
                "CustomerManagedPolicyReferences",
            ),
            Then(
                "PermissionsBoundary",
                "get_permissions_boundary_for_permission_set",
                _ONE,
                "PermissionsBoundary",
                absent=("ResourceNotFoundException",),
                optional=True,
            ),
            Then("AccountIds", "list_accounts_for_provisioned_permission_set", _ONE, "AccountIds"),
            # A call for each set in each account: AWS has no answer about several.
            Then(
                "AccountAssignments",
                "list_account_assignments",
                {**_ONE, "AccountId": "each"},
                "AccountAssignments[].{AccountId: AccountId, PrincipalType: PrincipalType, PrincipalId: PrincipalId}",
                each="AccountIds",
                extra="account-assignments",
            ),
            Then(
                "Tags",
                "list_tags_for_resource",
                {"InstanceArn": "InstanceArn", "ResourceArn": "PermissionSetArn"},
                "Tags",
            ),
        ),
    ),
)
