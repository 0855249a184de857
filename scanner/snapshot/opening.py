"""Opening whatever a user calls a snapshot: the SQLite file or its sealed export."""

from __future__ import annotations

from pathlib import Path

from scanner.errors import InputError
from scanner.snapshot.export import is_export, load
from scanner.snapshot.memory import MemoryInventory
from scanner.snapshot.reading import Snapshot


def open_inventory(path: Path, *, now: str | None = None) -> Snapshot | MemoryInventory:
    """A snapshot or an export; `now` replaces `taken_at`. Raises `InputError`."""
    try:
        inventory: Snapshot | MemoryInventory = load(path) if is_export(path) else Snapshot(path)
    except OSError as error:
        raise InputError(
            f"cannot be read ({error.strerror})", where=str(path), hint="Check the path and its rights"
        ) from error
    if now:
        inventory.taken_at = now
    return inventory
