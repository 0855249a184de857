"""RDS: what instances and clusters have in common: names, restores, encryption, the password in a secret.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html
"""

from __future__ import annotations

from typing import Any

from scanner.iac import databases
from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.drafts import Draft
from scanner.iac.terraform.fields import opaque, unresolved
from scanner.iac.terraform.plan import Planned
from scanner.model import Unknown

_RESTORED = ("snapshot_identifier", "restore_to_point_in_time", "s3_import")
FROM_SOURCE = ("StorageEncrypted", "KmsKeyId", "MasterUsername", "Engine", "EngineVersion", "AllocatedStorage")
"""What a restore or a replica takes over."""


def lower_name(draft: Draft, member: str) -> None:
    """RDS stores names in lower case."""
    if isinstance(draft.config[member], str):
        draft.config[member] = draft.name = draft.config[member].lower()


def secret(draft: Draft) -> Any:
    """Whether Secrets Manager holds the password; never the password."""
    managed = values.boolean(Cell.of(draft.planned, "manage_master_user_password"))
    if managed is not True:
        return managed if isinstance(managed, Unknown) else None
    secret = {"SecretArn": opaque(f"{draft.planned.address}.master_user_secret"), "SecretStatus": "active"}
    key = values.identifier(Cell.of(draft.planned, "master_user_secret_kms_key_id"))
    return {**secret, "KmsKeyId": unresolved("the account's key for Secrets Manager") if key is None else key}


def restored(planned: Planned) -> bool:
    """Whether it is made from something older; a value that is not known yet may be a snapshot."""
    for attribute in _RESTORED:
        cell = Cell.of(planned, attribute)
        if cell.state in (State.REFERRED, State.SECRET) or (cell.state is State.KNOWN and cell.value not in ("", [])):
            return True
    return False


def from_source(config: dict[str, Any], source: str) -> None:
    """What a restore takes over. Encryption is the source's whatever else is said, unless a key is."""
    if isinstance(config.get("KmsKeyId"), str) or getattr(config.get("KmsKeyId"), "kind", "") == "opaque":
        config["StorageEncrypted"] = True
    else:
        config["StorageEncrypted"] = unresolved(source)
    for member in FROM_SOURCE:
        config.setdefault(member, unresolved(source))


def encryption(draft: Draft) -> None:
    """The kind of encryption and the key that follow from what is said."""
    config = draft.config
    encrypted = config.get("StorageEncrypted", False if draft.new else None)
    if isinstance(encrypted, Unknown):
        config.setdefault("StorageEncryptionType", encrypted)
        config.setdefault("KmsKeyId", encrypted)
        return
    kind = databases.encryption_type(config.get("Engine"), encrypted)
    # An old Aurora cluster that says nothing may be of before Aurora encrypted all of them, or after.
    if kind is not None and (draft.new or kind != "sse-rds"):
        config.setdefault("StorageEncryptionType", kind)
    if encrypted is True and config.get("KmsKeyId") is None:
        config["KmsKeyId"] = unresolved("the account's key aws/rds in the region")
