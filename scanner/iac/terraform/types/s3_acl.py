"""S3 access control lists: what grants a canned one makes, and the ones written out.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
"""

from __future__ import annotations

from typing import Any

from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell
from scanner.iac.terraform.fields import Field, block, blocks, strings
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tree import ordered
from scanner.model import Unknown, Why

_GROUPS = "http://acs.amazonaws.com/groups/"
_ALL = _GROUPS + "global/AllUsers"
_AUTHENTICATED = _GROUPS + "global/AuthenticatedUsers"
_LOG_DELIVERY = _GROUPS + "s3/LogDelivery"

CANNED: dict[str, tuple[tuple[str, str], ...]] = {
    "private": (),
    "public-read": ((_ALL, "READ"),),
    "public-read-write": ((_ALL, "READ"), (_ALL, "WRITE")),
    "authenticated-read": ((_AUTHENTICATED, "READ"),),
    "log-delivery-write": ((_LOG_DELIVERY, "WRITE"), (_LOG_DELIVERY, "READ_ACP")),
    # These two are for objects: a bucket ignores them.
    "bucket-owner-read": (),
    "bucket-owner-full-control": (),
}
"""Canned ACL → what it grants beside the owner's full control."""

_GRANTEE = block(
    Field("Type", "type", values.text),
    Field("ID", "id", values.text),
    Field("URI", "uri", values.text),
    Field("EmailAddress", "email_address", values.text),
)
_WRITTEN = block(
    Field(
        "Owner",
        "owner",
        block(Field("ID", "id", values.text), Field("DisplayName", "display_name", values.text)),
    ),
    Field(
        "Grants", "grant", blocks(Field("Grantee", "grantee", _GRANTEE), Field("Permission", "permission", values.text))
    ),
)
_INLINE = blocks(
    Field("Type", "type", values.text),
    Field("ID", "id", values.text),
    Field("URI", "uri", values.text),
    Field("Permissions", "permissions", strings),
)


def canned(name: Any, planned: Planned) -> Any:
    """The list that a canned ACL makes; what is not canned is unknown."""
    if isinstance(name, Unknown):
        return name
    grants = CANNED.get(name) if isinstance(name, str) else None
    if grants is None:
        return Unknown(Why.OUT_OF_SCOPE, message=f"{planned.address}: what this canned ACL grants")
    owner = _owner(planned)
    every = [{"Grantee": {"Type": "CanonicalUser", "ID": owner}, "Permission": "FULL_CONTROL"}]
    every += [{"Grantee": {"Type": "Group", "URI": uri}, "Permission": permission} for uri, permission in grants]
    return {"Owner": {"ID": owner}, "Grants": ordered(every)}


def _owner(planned: Planned) -> Unknown:
    """The bucket's owner: some canonical user, certainly no group."""
    return Unknown(Why.OUT_OF_SCOPE, "opaque", message="the account's canonical user", token=f"{planned.address}.owner")


def separate(planned: Planned) -> Any:
    """The list of an `aws_s3_bucket_acl`."""
    written = _WRITTEN(Cell.of(planned, "access_control_policy"))
    if isinstance(written, Unknown):
        return written
    if isinstance(written, dict):
        grants = written.get("Grants", [])
        return {**written, "Grants": ordered(grants) if isinstance(grants, list) else grants}
    name = values.text(Cell.of(planned, "acl"))
    if name is None:
        return Cell.of(planned, "access_control_policy").after_apply()
    return canned(name, planned)


def inline(planned: Planned) -> Any:
    """The list that a bucket's own `acl` and `grant` make; `None` where it says neither."""
    name = values.text(Cell.of(planned, "acl"))
    if name is not None:
        return canned(name, planned)
    granted = _INLINE(Cell.of(planned, "grant"))
    if not isinstance(granted, list):
        return granted
    return {"Owner": {"ID": _owner(planned)}, "Grants": ordered(one for item in granted for one in _split(item))}


def _split(item: Any) -> list[Any]:
    """AWS answers one grant for each permission of a grantee."""
    if isinstance(item, Unknown):
        return [item]
    permissions = item.pop("Permissions", [])
    if isinstance(permissions, Unknown):
        return [{"Grantee": item, "Permission": permissions}]
    return [
        Unknown(one.why, "more", message=one.message)
        if isinstance(one, Unknown)
        else {"Grantee": item, "Permission": one}
        for one in permissions
    ]
