"""Reading plans and templates into one inventory; a bad input is a gap, never the end of the good ones."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from scanner.errors import InputError, UsageError
from scanner.model import Gap, Shard, Why
from scanner.snapshot.memory import MemoryInventory

_SUFFIXES = frozenset({".json", ".yaml", ".yml", ".template", ".tfplan"})
_HEAD = 1 << 16
_SKIPPED = frozenset({"node_modules", "cdk.out.cache", "__pycache__"})
STDIN = "-"


def read_inputs(paths: Sequence[str], *, taken_at: str, parameters: Sequence[str] = (), root: Path) -> MemoryInventory:
    """An inventory of all inputs. Raises `UsageError` if no input could be read at all."""
    values = _parameters(parameters)
    shards: list[Shard] = []
    gaps: list[Gap] = []
    for path in paths:
        try:
            for name, data in _contents(path):
                try:
                    shards += _read(name, data, values, root)
                except InputError as error:
                    gaps.append(_skipped(name, error))
        except InputError as error:
            gaps.append(_skipped(path, error))
    if not shards:
        raise UsageError("; ".join(gap.message for gap in gaps) or "nothing to judge")
    kinds = {shard.service for shard in shards}
    source = kinds.pop() if len(kinds) == 1 else "mixed"
    return MemoryInventory([*shards, Shard("", "", source, gaps=gaps)], taken_at=taken_at, source=source)


def _parameters(values: Sequence[str]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    for name, sign, _ in pairs:
        if not name or not sign:
            raise UsageError(f"--parameter takes NAME=VALUE, not {name!r}")
    return {name: value for name, _, value in pairs}


def _contents(path: str) -> Iterator[tuple[str, bytes]]:
    """The files of an input with their bytes; of a folder those that are plans or templates."""
    if path == STDIN:
        yield "stdin", sys.stdin.buffer.read()
        return
    target = Path(path)
    if not target.is_dir():
        yield path, _bytes(target)
        return
    found = False
    for file in _walk(target):
        data = _bytes(file)
        if _kind(str(file), data):
            found = True
            yield str(file), data
    if not found:
        raise InputError(
            "this folder holds no plan and no template",
            where=path,
            hint="Name a file, or make a plan: terraform show -json plan.bin > plan.json",
        )


def _walk(folder: Path) -> Iterator[Path]:
    for base, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _SKIPPED)
        yield from (Path(base, name) for name in sorted(files) if Path(name).suffix.lower() in _SUFFIXES)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path), hint="Check the path") from error


def _kind(name: str, data: bytes) -> str:
    """`terraform`, `cloudformation` or nothing, from the first bytes."""
    from scanner.iac.cloudformation import is_template
    from scanner.iac.terraform import is_plan

    head = data[:_HEAD]
    if is_plan(head):
        return "terraform"
    return "cloudformation" if is_template(name, head) else ""


def _read(name: str, data: bytes, parameters: dict[str, str], root: Path) -> list[Shard]:
    if _kind(name, data) == "terraform":
        from scanner.iac.terraform import read_plan

        return read_plan(name, data, root=str(root))
    from scanner.iac.cloudformation import read_template

    return read_template(name, data, root=str(root), parameters=parameters)


def _skipped(path: str, error: InputError) -> Gap:
    return Gap("", "", "", "", "", Why.ERROR, (), error.where or path, (), str(error))
