"""What this version's collectors give, for snapshots to keep: `python -m scanner.aws.asked` writes it anew."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

import botocore

from scanner.aws import shapes
from scanner.aws.table import collectors, tables

FILE = Path(__file__).resolve().parents[1] / "snapshot" / "asked.json"


def members() -> dict[str, list[str]]:
    """By type: the members of `config`, as far as the botocore at hand knows them."""
    return {type_: sorted(shape.members) for type_ in _types() if (shape := shapes.shape_of(type_))}


def by_older(botocore_version: str) -> str:
    """`content`, where the botocore at hand is older than the one that this version's was told by; else empty.

    It drops from AWS's answers what it does not know, so it gives less than this version could.
    """
    return content() if _version(botocore.__version__) < _version(botocore_version) else ""


def content() -> str:
    """What a snapshot keeps: of each type the members that have a call of their own, and the others.

    A type a line, so that a change can be read.
    """
    types: dict[str, dict[str, list[str]]] = {}
    for type_, known in members().items():
        asked = [{then.member for then in entry.then} for entry in collectors(type_)]
        own = set.intersection(*asked) & {*known}
        types[type_] = {"own": sorted(own), "other": sorted({*known} - own)}
    lines = (f"{json.dumps(type_)}: {json.dumps(given)}" for type_, given in types.items())
    return f'{{"botocore": {json.dumps(botocore.__version__)}, "types": {{\n' + ",\n".join(lines) + "\n}}\n"


def _types() -> list[str]:
    return sorted({entry.type for table in tables().values() for entry in table})


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdecimal())


def main(arguments: Iterable[str] = ()) -> None:
    """Write the file of the checkout, or the one that is named."""
    path = Path(next(iter(arguments), FILE))
    path.write_text(content(), encoding="utf-8")
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
