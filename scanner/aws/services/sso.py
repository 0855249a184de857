"""IAM Identity Center: its instance, and what permission sets grant in which accounts.

Only the management account and the delegate have an instance with permission sets to list
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
    Collect(
        "AWS::SSO::PermissionSet",
        "sso-admin",
        "list_permission_sets",
        "PermissionSets[].{PermissionSetArn: @}",
        id="{PermissionSetArn}",
        name="Name",
        page_size=100,
        parent="AWS::SSO::Instance",
        when="OwnerAccountId == account",
        params={"InstanceArn": "InstanceArn"},
        gone=("ResourceNotFoundException",),
        adjust=_of_instance,
        then=(
            Then(
                "",
                "describe_permission_set",
                _ONE,
                "PermissionSet.{Name: Name, Description: Description, SessionDuration: SessionDuration}",
            ),
            Then("InlinePolicy", "get_inline_policy_for_permission_set", _ONE, "InlinePolicy", decode="policy"),
            Then("ManagedPolicies", "list_managed_policies_in_permission_set", _ONE, "AttachedManagedPolicies"),
            Then("AccountIds", "list_accounts_for_provisioned_permission_set", _ONE, "AccountIds"),
        ),
    ),
)
