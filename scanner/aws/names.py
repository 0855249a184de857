"""Names that the command line completes and lists, found without loading botocore."""

from __future__ import annotations

import json
import pkgutil
from importlib.util import find_spec
from pathlib import Path

from scanner.aws import services


def service_names() -> tuple[str, ...]:
    """The names of the tables, in order; none is imported."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(services.__path__)))


def region_names() -> tuple[str, ...]:
    """The regions of all partitions, in botocore's order; empty where its data are not in a folder."""
    spec = find_spec("botocore")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        file = Path(place) / "data" / "partitions.json"
        try:
            partitions = json.loads(file.read_bytes())["partitions"]
            return tuple(
                name
                for partition in partitions
                for name in sorted(partition["regions"])
                if not name.endswith("-global")
            )
        except (OSError, ValueError, KeyError):
            continue
    return ()


def extra_names() -> tuple[str, ...]:
    """The names of what is read only for those who name it; the tables need no botocore."""
    from scanner.aws.table import extras

    return extras()
