"""Reading plans and templates into one inventory; a bad input is a gap, never the end of the good ones."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scanner.errors import InputError, UsageError
from scanner.model import Gap, Shard, Why
from scanner.snapshot.memory import MemoryInventory

_SUFFIXES = frozenset({".json", ".yaml", ".yml", ".template", ".tfplan"})
_HEAD = 1 << 16
_LARGEST = 512 << 20
"""Bytes of an input; the JSON of a plan with 10,000 resources is some 50 MiB."""
_SNAPSHOTS = (b"SQLite format 3\0", b"\x1f\x8b")
_REPORT = b'{\n "tool": {"name": "aws-posture"'
_SKIPPED = frozenset({"node_modules", "cdk.out.cache", "__pycache__"})
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Target:
    """Where the inputs are deployed to, as far as somebody says so: an account's id and a region's name.

    Raises `UsageError` for what is neither.
    """

    account: str = ""
    region: str = ""

    def __post_init__(self) -> None:
        if self.account and not re.fullmatch(r"[0-9]{12}", self.account):
            raise UsageError(f"--account takes the 12 digits of an account, not {self.account!r}")
        if self.region and not re.fullmatch(r"[a-z]{2}(-[a-z]+){1,3}-[0-9]{1,2}", self.region):
            raise UsageError(f"--region takes a region such as eu-west-1, not {self.region!r}")


def read_inputs(
    paths: Sequence[str],
    *,
    taken_at: str,
    parameters: Sequence[str] = (),
    target: Target | None = None,
    root: Path,
) -> MemoryInventory:
    """An inventory of all inputs. Raises `UsageError` if no input could be read at all."""
    values, target = _parameters(parameters), target or Target()
    shards: list[Shard] = []
    gaps: list[Gap] = []
    unused = set(values)

    def lost(name: str, error: InputError) -> None:
        gaps.append(Gap("", "", "", "", "", Why.ERROR, (), error.where or name, (), str(error)))

    for path in paths:
        for name in _files(path, partial(lost, path)):
            try:
                data = _content(name)
                unused -= {each for each in unused if os.fsencode(each) in data}
                shards += _read("stdin" if name == STDIN else name, data, values, target, root)
            except InputError as error:
                lost(name, error)
    if unused and not gaps:
        raise UsageError(f"no input has a parameter {min(unused)!r}", hint="Check the name given to --parameter")
    if not shards:
        raise UsageError("; ".join(gap.message for gap in gaps) or "nothing to judge")
    kinds = {shard.service for shard in shards}
    source = kinds.pop() if len(kinds) == 1 else "mixed"
    return MemoryInventory([*shards, Shard("", "", source, gaps=gaps)], taken_at=taken_at, source=source)


def _parameters(values: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in values:
        name, sign, value = text.partition("=")
        if not name or not sign:
            raise UsageError(f"--parameter takes NAME=VALUE, not {text!r}")
        if name in found:
            raise UsageError(f"the parameter {name!r} is given twice", hint="Give --parameter once for each name")
        found[name] = value
    return found


def _files(path: str, lost: Callable[[InputError], None]) -> Iterator[str]:
    """What an argument names: itself, or those files of a folder that look like plans or templates.

    What cannot be looked into goes to `lost`.
    """
    if path == STDIN or not Path(path).is_dir():
        yield path
        return
    found = False
    for file in _walk(path, lost):
        if _looks_right(file):
            found = True
            yield str(file)
    if not found:
        hint = "Name a file, or make a plan: terraform show -json plan.bin > plan.json"
        lost(InputError("this folder holds no plan and no template", where=path, hint=hint))


def _walk(folder: str, lost: Callable[[InputError], None]) -> Iterator[Path]:
    for base, folders, files in os.walk(Path(folder), onerror=lambda error: lost(_unreadable(error.filename, error))):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _SKIPPED)
        yield from (Path(base, name) for name in sorted(files) if Path(name).suffix.lower() in _SUFFIXES)


def is_snapshot(name: str) -> bool:
    """Whether a file is a snapshot or an export, and so no plan and no template."""
    if name == STDIN or Path(name).is_dir():
        return False
    try:
        with Path(name).open("rb") as file:
            return file.read(len(max(_SNAPSHOTS, key=len))).startswith(_SNAPSHOTS)
    except OSError as error:
        raise _unreadable(name, error) from error


def _looks_right(file: Path) -> bool:
    """Whether its beginning is that of an input; a file that cannot be opened is told when it is read."""
    try:
        if file.exists() and not file.is_file():
            return False  # a pipe would wait for ever
        with file.open("rb") as content:
            return bool(_kind(str(file), content.read(_HEAD)))
    except OSError:
        return True


def _content(name: str) -> bytes:
    """The bytes of an input, if they are not so many that they would fill the memory (`/dev/zero`)."""
    try:
        if name != STDIN:
            with Path(name).open("rb") as file:
                data = file.read(_LARGEST + 1)
        elif sys.stdin is None:
            raise InputError("standard input is closed", where=name, hint="Name a file")
        else:
            data = sys.stdin.buffer.read(_LARGEST + 1)
    except OSError as error:
        raise _unreadable(name, error) from error
    if len(data) > _LARGEST:
        raise InputError(f"larger than {_LARGEST >> 20} MiB", where=name, hint="Plan a part of it at a time")
    return data


def _unreadable(name: str, error: OSError) -> InputError:
    return InputError(f"cannot be read ({error.strerror})", where=name, hint="Check the path and its rights")


def _kind(name: str, data: bytes) -> str:
    """`terraform`, `cloudformation` or nothing, from the first bytes."""
    from scanner.iac.cloudformation import is_template
    from scanner.iac.terraform import is_plan

    head = data[:_HEAD]
    if is_plan(head):
        return "terraform"
    return "cloudformation" if is_template(name, head) else ""


def _read(name: str, data: bytes, parameters: dict[str, str], target: Target, root: Path) -> list[Shard]:
    if not data.strip():
        hint = "It needs a plan (terraform show -json plan.bin) or a template; did the command before it fail?"
        raise InputError("this is empty", where=name, hint=hint)
    if data.startswith(_SNAPSHOTS):
        raise InputError("this is a snapshot or an export", where=name, hint=f"Judge it with: posture check {name}")
    if data.startswith(_REPORT):
        raise InputError("this is a report, not a plan", where=name, hint=f"Render it with: posture report {name}")
    if _kind(name, data) == "terraform":
        from scanner.iac.terraform import read_plan

        return read_plan(name, data, root=str(root), account=target.account, region=target.region)
    from scanner.iac.cloudformation import read_template

    pseudo = {"AWS::AccountId": target.account, "AWS::Region": target.region}
    given = {**{key: value for key, value in pseudo.items() if value}, **parameters}
    return read_template(name, data, root=str(root), parameters=given)
