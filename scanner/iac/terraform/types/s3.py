"""S3: buckets with the resources that Terraform lays on them, and the account's block of public access.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

from scanner.iac.defaults import Constant, default_of
from scanner.iac.terraform import providers, values
from scanner.iac.terraform.cells import Cell
from scanner.iac.terraform.documents import document
from scanner.iac.terraform.drafts import Draft, Drafts, Kind, Satellite
from scanner.iac.terraform.fields import Field, convert, unresolved
from scanner.iac.terraform.joins import Owners
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.types import s3_acl as acl
from scanner.iac.terraform.types import s3_fields as fields
from scanner.iac.terraform.types import s3_rules as rules
from scanner.iac.terraform.types.s3_inline import INLINE
from scanner.model import GLOBAL, Unknown

_BUCKET = "AWS::S3::Bucket"


def _bucket(planned: Planned) -> Draft:
    draft = Draft(_BUCKET, planned, new=planned.is_new)
    name = values.identity(planned, "id")
    draft.config["Name"] = name
    if isinstance(name, str):
        draft.name = name
        draft.physical_id = f"arn:{providers.partition(planned)}:s3:::{name}"
    where = providers.region(planned)
    if where:
        draft.config["BucketRegion"] = where
    _inline(draft, planned)
    return draft


def _inline(draft: Draft, planned: Planned) -> None:
    """What the bucket says itself: older configurations write it there, and a refresh reads it there."""
    for member, attribute, read in INLINE:
        value = read(Cell.of(planned, attribute))
        if value is not None:
            draft.config[member] = value
        elif not draft.new:
            draft.config[member] = _nothing(member)
    policy = document(Cell.of(planned, "policy"))
    if policy is not None or not draft.new:
        draft.config["Policy"] = policy
    listed = acl.inline(planned)
    if listed is not None:
        draft.config["Acl"] = listed
    locked = values.boolean(Cell.of(planned, "object_lock_enabled"))
    if locked and not draft.config.get("ObjectLockConfiguration"):
        enabled = locked if isinstance(locked, Unknown) else {"ObjectLockEnabled": "Enabled"}
        draft.config["ObjectLockConfiguration"] = enabled
    if locked and draft.new:
        _lock_versions(draft, locked)


def _lock_versions(draft: Draft, locked: Any) -> None:
    """Object Lock turns versioning on: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html"""
    draft.config.setdefault("VersioningConfiguration", locked if isinstance(locked, Unknown) else {"Status": "Enabled"})


def _nothing(member: str) -> Any:
    """What AWS answers for a bucket on which a member is not configured."""
    default = default_of(_BUCKET, member)
    return copy.deepcopy(default.value) if isinstance(default, Constant) else None


def _finish(draft: Draft, _: Drafts) -> None:
    """An ACL decides nothing where the bucket owner is enforced; then there is none to speak of.

    S3 refuses an ACL for others on a bucket that enforces its owner, the default since April 2023. So a
    plan that sets one on a new bucket and still can be applied makes a bucket without that default.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
    """
    if draft.outside:
        return
    listed = draft.config.get("Acl")
    if draft.new and (isinstance(listed, Unknown) or _grants_to_group(listed)):
        draft.config.setdefault("OwnershipControls", listed if isinstance(listed, Unknown) else None)
    ownership = draft.config.get("OwnershipControls", _nothing("OwnershipControls") if draft.new else unresolved(""))
    enforced = _enforced(ownership)
    if enforced is True:
        draft.config["Acl"] = None
    elif enforced is False:
        if listed is None:
            draft.config["Acl"] = acl.canned("private", draft.planned) if draft.new else unresolved("the bucket's ACL")
    elif not (_grants_to_group(listed) and not draft.new):
        # A bucket that exists and grants something to a group cannot have its owner enforced.
        draft.config["Acl"] = enforced


def _enforced(ownership: Any) -> bool | Unknown:
    if isinstance(ownership, Unknown):
        return ownership
    rules = ownership.get("Rules") if isinstance(ownership, dict) else None
    if isinstance(rules, Unknown):
        return rules
    first = rules[0] if rules else None
    if isinstance(first, Unknown):
        return first
    value = first.get("ObjectOwnership") if first else None
    return value if isinstance(value, Unknown) else value == "BucketOwnerEnforced"


def _grants_to_group(listed: Any) -> bool:
    grants = listed.get("Grants") if isinstance(listed, dict) else None
    return any(
        isinstance(grant, dict)
        and isinstance(grant.get("Grantee"), dict)
        and isinstance(grant["Grantee"].get("URI"), str)
        for grant in (grants if isinstance(grants, list) else ())
    )


def _table(member: str, rows: tuple[Field, ...]) -> Callable[[Draft, Planned], None]:
    def apply(draft: Draft, planned: Planned) -> None:
        draft.config[member] = convert(Cell.of(planned), rows)

    return apply


def _logging(draft: Draft, planned: Planned) -> None:
    found = convert(Cell.of(planned), fields.LOGGING)
    draft.config["LoggingConfiguration"] = found if "TargetBucket" in found else None


def _policy(draft: Draft, planned: Planned) -> None:
    draft.config["Policy"] = document(Cell.of(planned, "policy"))


def _acl(draft: Draft, planned: Planned) -> None:
    draft.config["Acl"] = acl.separate(planned)


def _versioning(draft: Draft, planned: Planned) -> None:
    draft.config["VersioningConfiguration"] = fields.versioning(Cell.of(planned))


def _notification(draft: Draft, planned: Planned) -> None:
    draft.config["NotificationConfiguration"] = rules.notification(Cell.of(planned))


def _object_lock(draft: Draft, planned: Planned) -> None:
    draft.config["ObjectLockConfiguration"] = convert(Cell.of(planned), fields.OBJECT_LOCK)


def _leaves(member: str, value: Any) -> Callable[[Draft, Planned], None]:
    def removed(draft: Draft, _: Planned) -> None:
        draft.config[member] = copy.deepcopy(value)

    return removed


def _leaves_acl(_: Draft, __: Planned) -> None:
    """Deleting the ACL's resource leaves the ACL as it is."""


def _satellite(terraform: str, member: str, apply: Callable[[Draft, Planned], None], leaves: Any = None) -> Satellite:
    """One resource laid on a bucket, and what is configured after its deletion."""
    return Satellite(terraform, "bucket", (member,), apply, _leaves(member, leaves))


def _rows(terraform: str, member: str, rows: tuple[Field, ...], leaves: Any = None) -> Satellite:
    return _satellite(terraform, member, _table(member, rows), leaves)


_SATELLITES = (
    _satellite("aws_s3_bucket_policy", "Policy", _policy),
    _rows("aws_s3_bucket_public_access_block", "PublicAccessBlockConfiguration", fields.PUBLIC_ACCESS_BLOCK),
    _rows(
        "aws_s3_bucket_server_side_encryption_configuration",
        "BucketEncryption",
        fields.ENCRYPTION,
        _nothing("BucketEncryption"),
    ),
    _satellite("aws_s3_bucket_versioning", "VersioningConfiguration", _versioning, {"Status": "Suspended"}),
    _satellite("aws_s3_bucket_logging", "LoggingConfiguration", _logging),
    _rows("aws_s3_bucket_ownership_controls", "OwnershipControls", fields.OWNERSHIP),
    _rows("aws_s3_bucket_lifecycle_configuration", "LifecycleConfiguration", rules.LIFECYCLE),
    _satellite(
        "aws_s3_bucket_object_lock_configuration",
        "ObjectLockConfiguration",
        _object_lock,
        {"ObjectLockEnabled": "Enabled"},
    ),
    _rows("aws_s3_bucket_replication_configuration", "ReplicationConfiguration", rules.REPLICATION),
    _rows("aws_s3_bucket_website_configuration", "WebsiteConfiguration", rules.WEBSITE),
    _rows(
        "aws_s3_bucket_accelerate_configuration", "AccelerateConfiguration", fields.ACCELERATE, {"Status": "Suspended"}
    ),
    _rows("aws_s3_bucket_cors_configuration", "CorsConfiguration", fields.CORS),
    _satellite("aws_s3_bucket_notification", "NotificationConfiguration", _notification, {}),
    Satellite("aws_s3_bucket_acl", "bucket", ("Acl",), _acl, _leaves_acl),
)


def _outside(draft: Draft, name: str) -> None:
    draft.name = name
    draft.physical_id = f"arn:{providers.partition(draft.planned)}:s3:::{name}"
    draft.config["Name"] = name


def _account(planned: Planned) -> Draft:
    block = convert(Cell.of(planned), fields.PUBLIC_ACCESS_BLOCK)
    own = values.text(Cell.of(planned, "account_id"))
    return _settings(planned, block, own)


def _account_removed(planned: Planned) -> Draft:
    return _settings(planned, None, planned.old("account_id"))


def _settings(planned: Planned, block: dict[str, Any] | None, account: Any) -> Draft:
    draft = Draft("AWS::S3::AccountSettings", planned, {"PublicAccessBlockConfiguration": block}, region=GLOBAL)
    draft.name = draft.type
    draft.account = account if isinstance(account, str) else ""
    return draft


KINDS = (
    Kind(
        _BUCKET,
        ("aws_s3_bucket",),
        _bucket,
        satellites=_SATELLITES,
        owners=Owners(("aws_s3_bucket",), ("id", "bucket", "arn"), re.compile(r"(^|_)bucket(_name|_id|_arn)?$")),
        outside=_outside,
        finish=_finish,
    ),
    Kind("AWS::S3::AccountSettings", ("aws_s3_account_public_access_block",), _account, removed=_account_removed),
)
