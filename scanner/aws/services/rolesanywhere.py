"""IAM Roles Anywhere: whose certificates are trusted, and for which roles."""

from __future__ import annotations

from scanner.aws.table import Collect, Then


def _tags(arn: str) -> Then:
    return Then("Tags", "list_tags_for_resource", {"resourceArn": arn}, "tags", optional=True)


TABLE = (
    # A bundle of certificates is public; it is left out for its length.
    Collect(
        "AWS::RolesAnywhere::TrustAnchor",
        "rolesanywhere",
        "list_trust_anchors",
        "trustAnchors[].{trustAnchorArn: trustAnchorArn, trustAnchorId: trustAnchorId, name: name, enabled: enabled,"
        " source: {sourceType: source.sourceType, sourceData: {acmPcaArn: source.sourceData.acmPcaArn}},"
        " crlDpRevocationEnabled: crlDpRevocationEnabled, notificationSettings: notificationSettings,"
        " createdAt: createdAt, updatedAt: updatedAt}",
        id="{trustAnchorArn}",
        name="name",
        gone=("ResourceNotFoundException",),
        then=(_tags("trustAnchorArn"),),
    ),
    Collect(
        "AWS::RolesAnywhere::Profile",
        "rolesanywhere",
        "list_profiles",
        "profiles[]",
        id="{profileArn}",
        name="name",
        gone=("ResourceNotFoundException",),
        policies=("sessionPolicy",),
        then=(_tags("profileArn"),),
    ),
)
