"""Who owns a bucket's objects, and what a canned ACL grants."""

from __future__ import annotations

from typing import Any

from scanner.iac.cloudformation.holes import Hole, attribute, broken, outside
from scanner.iac.cloudformation.shape import items, keep, members, ordered_last, text
from scanner.iac.cloudformation.stack import Entry

_ENFORCED = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
_CONVERT = members({"Rules": items(members({"ObjectOwnership": text}))})
_OWNER = attribute("AWS::AccountId.CanonicalUserId", "the account's canonical user is known at the deploy")
_EVERYONE = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}
_SIGNED_IN = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}
_LOGS = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}
_EC2 = {"Type": "CanonicalUser", "ID": attribute("za-team", "the account that EC2 reads bundles with")}

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
_CANNED: dict[str, tuple[tuple[dict[str, Any], str], ...]] = {
    "Private": (),
    "PublicRead": ((_EVERYONE, "READ"),),
    "PublicReadWrite": ((_EVERYONE, "READ"), (_EVERYONE, "WRITE")),
    "AuthenticatedRead": ((_SIGNED_IN, "READ"),),
    "LogDeliveryWrite": ((_LOGS, "WRITE"), (_LOGS, "READ_ACP")),
    "AwsExecRead": ((_EC2, "READ"),),
    "BucketOwnerRead": (),
    "BucketOwnerFullControl": (),
}
_NO_GRANT = ("Private", "BucketOwnerRead", "BucketOwnerFullControl")


def ownership(entry: Entry) -> Any:
    """The ownership controls after the deploy.

    S3 refuses an ACL for others on a bucket that enforces its owner, the default since April 2023
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html). So a
    template that sets one and still deploys has a bucket without that default.
    """
    canned = entry.get("AccessControl", text, "Private")
    controls = entry.props.get("OwnershipControls")
    if controls is not None:
        return _CONVERT(controls)
    if isinstance(canned, Hole):
        return canned
    return _ENFORCED if canned in _NO_GRANT else None


def acl(entry: Entry, controls: Any) -> Any:
    """The grants of the canned ACL; null where ACLs decide nothing."""
    mode = _mode(controls)
    canned = entry.get("AccessControl", text, "Private")
    if mode == "BucketOwnerEnforced":
        return None
    if isinstance(mode, Hole) or isinstance(canned, Hole):
        return mode if isinstance(mode, Hole) else canned
    if canned not in _CANNED:
        return broken("AccessControl is none of the canned ACLs")
    owner = ({"Type": "CanonicalUser", "ID": _OWNER}, "FULL_CONTROL")
    grants = [{"Grantee": dict(grantee), "Permission": allowed} for grantee, allowed in (owner, *_CANNED[canned])]
    return {"Owner": {"ID": _OWNER}, "Grants": ordered_last(grants)}


def _mode(controls: Any) -> Any:
    """The one `ObjectOwnership` of the controls, `None` without controls."""
    if controls is None or isinstance(controls, Hole):
        return controls
    rules = controls.get("Rules")
    if isinstance(rules, Hole):
        return rules
    first = rules[0] if isinstance(rules, list) and len(rules) == 1 else None
    if isinstance(first, dict):
        return keep(first.get("ObjectOwnership"))
    return first if isinstance(first, Hole) else outside("OwnershipControls without exactly one rule")
