"""IAM Roles Anywhere: whose certificates are trusted, and for which roles."""

from __future__ import annotations

from scanner.aws.table import Collect

TABLE = (
    Collect(
        "AWS::RolesAnywhere::TrustAnchor",
        "rolesanywhere",
        "list_trust_anchors",
        "trustAnchors[].{trustAnchorArn: trustAnchorArn, name: name, enabled: enabled,"
        " sourceType: source.sourceType, acmPcaArn: source.sourceData.acmPcaArn}",
        id="{trustAnchorArn}",
        name="name",
    ),
    Collect(
        "AWS::RolesAnywhere::Profile",
        "rolesanywhere",
        "list_profiles",
        "profiles[]",
        id="{profileArn}",
        name="name",
        policies=("sessionPolicy",),
    ),
)
