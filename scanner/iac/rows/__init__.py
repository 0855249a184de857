"""Types that are nothing but rows: which property and which attribute is which member of the API.

One file a service, found by presence; each has a table `ROWS` of `Plain`. Both readers of code take them.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from scanner.iac.rows.language import Plain


@cache
def plain_types() -> tuple[Plain, ...]:
    """Every type of this folder's files."""
    found: list[Plain] = []
    for module in sorted(iter_modules(__path__), key=lambda item: item.name):
        found += getattr(import_module(f"{__name__}.{module.name}"), "ROWS", ())
    return tuple(found)
