"""Terraform and OpenTofu plans as resources of the same shape as live ones (section 10 of the design)."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path

from scanner.errors import InputError
from scanner.iac.terraform.source import is_plan, parse
from scanner.model import Shard

__all__ = ["is_plan", "read_plan"]


def read_plan(
    path: str, data: bytes | None = None, *, root: str = ".", account: str = "", region: str = ""
) -> list[Shard]:
    """What the account holds after the apply of a plan (`terraform show -json`), as one shard.

    `data` spares reading the file again. Ids are `<the plan's directory relative to root>#<address>`:
    a plan does not tell where its root module lies, so it is taken to lie in the plan's directory.
    `account` and `region` hold for what the plan itself does not place elsewhere.
    Raises `InputError` for what cannot be read or is no plan; one broken resource is only a gap.
    """
    # The tables are imported here so that sniffing a file costs nothing.
    from scanner.iac.terraform.build import shard
    from scanner.iac.terraform.plan import Plan

    if data is None:
        try:
            data = Path(path).read_bytes()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "the path is not valid"
            raise InputError(f"the plan cannot be read: {reason}", where=path) from error
    return [shard(Plan(path, _directory(path, root), parse(path, data), account=account, region=region))]


def _directory(path: str, root: str) -> str:
    """The directory of a file relative to another one, with `/` on every system."""
    if path == "-":
        return "."
    try:
        relative = os.path.relpath(os.path.dirname(path) or ".", root or ".")  # noqa: PTH120 - purely textual
    except ValueError:
        # Windows has no way from one drive to another.
        return posixpath.dirname(path.replace("\\", "/"))
    return relative.replace(os.sep, "/")
