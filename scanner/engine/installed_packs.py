"""Packs that are installed as Python packages, by the names under which they are registered.

A pack is used only when it is named: a package that another one brought along changes no verdict.
https://packaging.python.org/en/latest/specifications/entry-points/
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from scanner.errors import UsageError

GROUP = "aws_posture.rules"
"""`name = "package.folder"`: the dotted path of the folder that holds the rule files."""


def names() -> list[str]:
    """The packs that are installed, in order."""
    return sorted({entry.name for entry in entry_points(group=GROUP)})


def folder(name: str) -> Path | None:
    """Where the rule files of an installed pack are; `None` if none is registered under the name.

    Nothing of the pack is executed but the `__init__.py` of the packages above its folder. Raises
    `UsageError` for one whose folder is missing.
    """
    found = next(iter(entry_points(group=GROUP, name=name)), None)
    return None if found is None else _place(found)


def _place(entry: EntryPoint) -> Path:
    parent, _, last = entry.value.rpartition(".")
    try:
        spec = find_spec(parent or last)
    except (ImportError, ValueError) as error:
        raise UsageError(f"the pack {entry.name!r} cannot be found ({error})", hint=_hint(entry)) from error
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        path = Path(place, last) if parent else Path(place)
        if path.is_dir():
            return path
    raise UsageError(f"the pack {entry.name!r} has no folder {entry.value!r}", hint=_hint(entry))


def _hint(entry: EntryPoint) -> str:
    owner = entry.dist.name if entry.dist else "its package"
    return f"Install {owner} again, or leave the pack out"
