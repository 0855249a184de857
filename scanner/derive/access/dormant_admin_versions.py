"""Versions of a managed policy that are not in force and would make an administrator."""

from __future__ import annotations

from scanner.derive.access.wide_grants import administers
from scanner.derive.elements import listed
from scanner.derive.logic import Maybe, as_kind
from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown


@derives("AWS::IAM::ManagedPolicy", "dormant_admin_versions", gives=list[str], reads=("OtherVersions",))
def dormant_admin_versions(policy: Resource, context: Context) -> Partial:
    """Their ids: who may call `iam:SetDefaultPolicyVersion` puts one in force without writing a policy.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
    """
    del context
    versions = Node.of(policy, "OtherVersions")
    if versions.unknown:
        return Partial(None, {"": as_kind(versions.unknown, "any")})
    found: list[tuple[str, Maybe]] = []
    for version in each(versions):
        if isinstance(version, Unknown):
            return Partial([], {"/-": as_kind(version, "more")})
        found.append((identity(version.member("VersionId")), administers(policy, version.member("Document"))))
    return listed(found)
