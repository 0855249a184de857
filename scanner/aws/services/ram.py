"""Resource Access Manager: what is shared with whom, by this account and with it."""

from __future__ import annotations

from scanner.aws.table import Collect, Then, Together


def _associations(member: str, kind: str, members: str) -> Then:
    """The principals or the resources of a share; only its owner is told, and one call tells it of many shares.

    https://docs.aws.amazon.com/ram/latest/APIReference/API_GetResourceShareAssociations.html
    """
    return Then(
        member,
        "get_resource_share_associations",
        {"associationType": f"'{kind}'", "resourceShareArns": "[resourceShareArn]"},
        f"resourceShareAssociations[].{members}",
        when="owningAccountId == account && status != 'DELETED'",
        together=Together("resourceShareAssociations", "resourceShareArn", "resourceShareArn", 50),
    )


TABLE = (
    Collect(
        "AWS::RAM::ResourceShare",
        "ram",
        "get_resource_shares",
        "resourceShares[]",
        id="{resourceShareArn}",
        name="name",
        params={"resourceOwner": "'SELF'"},
        also={"resourceOwner": "'OTHER-ACCOUNTS'"},
        gone=("UnknownResourceException",),
        then=(
            _associations(
                "PrincipalAssociations",
                "PRINCIPAL",
                "{associatedEntity: associatedEntity, status: status, external: external}",
            ),
            _associations("ResourceAssociations", "RESOURCE", "{associatedEntity: associatedEntity, status: status}"),
        ),
    ),
)
