"""EC2: the settings of an account in one region, each a Terraform resource of its own.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetInstanceMetadataDefaults.html
"""

from __future__ import annotations

from typing import Any

from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell
from scanner.iac.terraform.drafts import Draft, Kind
from scanner.iac.terraform.fields import convert, unresolved
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.types.ec2_fields import METADATA

_SETTINGS = "AWS::EC2::AccountSettings"
_ENFORCED = unresolved("the plan does not tell whether the account enforces tokens")


def _metadata_defaults(planned: Planned) -> Draft:
    """`no-preference` and -1 are how Terraform says that nothing is set."""
    found = convert(Cell.of(planned), tuple(field for field in METADATA if field.api != "HttpProtocolIpv6"))
    unset = ("no-preference", -1)
    enforced = values.text(Cell.of(planned, "http_tokens_enforced"))
    told = {k: v for k, v in found.items() if v not in unset}
    return _settings(planned, "InstanceMetadataDefaults", {"HttpTokensEnforced": enforced or _ENFORCED, **told})


def _ebs_encryption(planned: Planned) -> Draft:
    enabled = values.boolean(Cell.of(planned, "enabled"))
    return _settings(planned, "EbsEncryptionByDefault", True if enabled is None else enabled)


def _settings(planned: Planned, member: str, value: Any) -> Draft:
    draft = Draft(_SETTINGS, planned, {member: value}, new=False)
    draft.name = _SETTINGS
    return draft


def _snapshot_block(planned: Planned) -> Draft:
    return _settings(planned, "SnapshotBlockPublicAccessState", _told(planned, "state"))


def _image_block(planned: Planned) -> Draft:
    return _settings(planned, "ImageBlockPublicAccessState", _told(planned, "state"))


def _default_key(planned: Planned) -> Draft:
    return _settings(planned, "EbsDefaultKmsKeyId", _told(planned, "key_arn"))


def _told(planned: Planned, attribute: str) -> Any:
    value = values.identifier(Cell.of(planned, attribute))
    return unresolved("the plan does not tell it") if value is None else value


def _serial_console(planned: Planned) -> Draft:
    enabled = values.boolean(Cell.of(planned, "enabled"))
    return _settings(planned, "SerialConsoleAccessEnabled", True if enabled is None else enabled)


_BUILD = {
    "aws_ebs_default_kms_key": _default_key,
    "aws_ebs_snapshot_block_public_access": _snapshot_block,
    "aws_ec2_image_block_public_access": _image_block,
    "aws_ec2_serial_console_access": _serial_console,
    "aws_ec2_instance_metadata_defaults": _metadata_defaults,
    "aws_ebs_encryption_by_default": _ebs_encryption,
}
_RESET: dict[str, tuple[str, Any]] = {
    "aws_ebs_snapshot_block_public_access": ("SnapshotBlockPublicAccessState", "unblocked"),
    "aws_ec2_serial_console_access": ("SerialConsoleAccessEnabled", False),
    "aws_ec2_instance_metadata_defaults": ("InstanceMetadataDefaults", {"HttpTokensEnforced": _ENFORCED}),
    "aws_ebs_encryption_by_default": ("EbsEncryptionByDefault", False),
}
"""What their deletion sets."""


def _account(planned: Planned) -> Draft:
    return _BUILD[planned.type](planned)


def _account_removed(planned: Planned) -> Draft:
    """A setting without a known end stays as it is, or becomes what nobody tells."""
    if planned.type == "aws_ec2_image_block_public_access":
        old = planned.old("state")
        return _settings(planned, "ImageBlockPublicAccessState", old or unresolved("the state it had"))
    if planned.type == "aws_ebs_default_kms_key":
        return _settings(planned, "EbsDefaultKmsKeyId", unresolved("the account's key aws/ebs in the region"))
    member, value = _RESET[planned.type]
    return _settings(planned, member, value)


KINDS = (Kind(_SETTINGS, tuple(_BUILD), _account, removed=_account_removed, merge=True),)
