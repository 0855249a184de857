"""The packed catalogue: an index by service prefix, and a compressed block of JSON for each service.

The file is a line of JSON (`{"version", "blocks": {prefix: [offset, length]}, "arns": {service in ARNs: [prefix]}}`,
offsets from the line's end) and the blocks, each deflated by itself, so that one service is read without the
others. A block is `[actions, resources, keys]`: an action `[name, level, resources, keys]`, where a resource is
the place in `resources` doubled, plus one if it is required; a resource type `[name, ARN format, keys]`; a key
`[name, type]`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FILE = "services.bin"
LEVELS = ("Read", "Write", "List", "Tagging", "Permissions management")


class _File(NamedTuple):
    version: str
    places: Mapping[str, tuple[int, int]]
    arns: Mapping[str, tuple[str, ...]]
    blocks: bytes


@cache
def _file() -> _File:
    head, _, blocks = Path(__file__).with_name(FILE).read_bytes().partition(b"\n")
    index = json.loads(head)
    return _File(index["version"], index["blocks"], index["arns"], blocks)


def version() -> str:
    """The release of the data that was packed; its digits begin with the year, month and day."""
    return _file().version


def prefixes() -> tuple[str, ...]:
    """All service prefixes in order."""
    return tuple(_file().places)


def has(prefix: str) -> bool:
    """Whether the catalogue has a service."""
    return prefix in _file().places


def arns() -> Mapping[str, tuple[str, ...]]:
    """The services that stand in ARNs, and the prefixes of those that have such resources."""
    return _file().arns


def block(prefix: str) -> list[Any]:
    """The unpacked block of a service that the catalogue has."""
    found = _file()
    start, length = found.places[prefix]
    block: list[Any] = json.loads(zlib.decompress(found.blocks[start : start + length]))
    return block


def pack(version: str, blocks: Mapping[str, list[Any]]) -> bytes:
    """The file of blocks by prefix."""
    index: dict[str, tuple[int, int]] = {}
    written = bytearray()
    for prefix in sorted(blocks):
        text = json.dumps(blocks[prefix], separators=(",", ":")).encode()
        deflated = zlib.compress(text, 9)
        index[prefix] = (len(written), len(deflated))
        written += deflated
    head = json.dumps({"version": version, "blocks": index, "arns": _arns(blocks)}, separators=(",", ":"))
    return head.encode() + b"\n" + bytes(written)


def _arns(blocks: Mapping[str, list[Any]]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for prefix, (_, resources, _) in blocks.items():
        found.setdefault(prefix, set()).add(prefix)
        for _, arn, _ in resources:
            service = arn.split(":")[2]
            if "${" not in service:
                found.setdefault(service, set()).add(prefix)
    return {service: sorted(found[service]) for service in sorted(found)}
