"""The output formats, found by presence.

A format is a module of this package that has `NAME`, `EXTENSION` and `render(report) -> str`, and maybe
`chunks(report)` that gives the same text in pieces, for reports larger than memory should hold. The
two constants are read from its source, so that listing the formats imports none of them: each may
need a library that takes a tenth of a second to load.
"""

from __future__ import annotations

import difflib
import functools
import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.abc import InspectLoader
from types import MappingProxyType
from typing import cast

from scanner import render as package
from scanner.errors import UsageError
from scanner.model import Report

_CONSTANT = re.compile(r'^(NAME|EXTENSION)(?::[^=\n]+)? = "([a-z0-9][a-z0-9.-]*)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Format:
    """One output format: its name for `-o NAME=FILE`, its files' extension, and where its code is."""

    name: str
    extension: str
    module: str

    @property
    def render(self) -> Callable[[Report], str]:
        """The renderer; the first use imports its module."""
        return cast("Callable[[Report], str]", importlib.import_module(self.module).render)


@functools.cache
def formats() -> Mapping[str, Format]:
    """Name → format, in order of the names. Imports none of them; works from a zip too."""
    found = (_read(f"{package.__name__}.{module.name}") for module in pkgutil.iter_modules(package.__path__))
    by_name = {item.name: item for item in found if item}
    return MappingProxyType(dict(sorted(by_name.items())))


def get(name: str) -> Format:
    """The format of that name. Raises `UsageError`, naming the known ones, if there is none."""
    known = formats()
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {close[0]}?" if close else ""
    message = f"unknown format {name!r}; known formats: {', '.join(known)}"
    raise UsageError(message, hint=hint)


def render(name: str, report: Report) -> str:
    """The report in the named format. Raises `UsageError` if there is no such format."""
    return get(name).render(report)


def pieces(name: str, report: Report) -> Iterator[str]:
    """The same text piece by piece, where a format can say it so. Raises `UsageError` if there is no such format."""
    chunks: Callable[[Report], Iterator[str]] | None = getattr(
        importlib.import_module(get(name).module), "chunks", None
    )
    return chunks(report) if chunks else iter((render(name, report),))


def _read(module: str) -> Format | None:
    """The format that a module declares, from its source or (where none is shipped) its import."""
    spec = importlib.util.find_spec(module)
    loader = spec.loader if spec else None
    source = loader.get_source(module) if isinstance(loader, InspectLoader) else None
    declared = vars(importlib.import_module(module)) if source is None else dict(_CONSTANT.findall(source))
    name, extension = declared.get("NAME"), declared.get("EXTENSION")
    return Format(name, extension, module) if name and extension else None
