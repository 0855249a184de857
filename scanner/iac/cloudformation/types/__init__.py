"""How CloudFormation's resource types map onto the API's shapes: one file a service, found by presence.

Each file has a table `BUILDERS`: CloudFormation type → function from an `Entry` and its `Stack`
to the drafts it makes (none for a satellite whose owner is in the template).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from scanner.iac.cloudformation.stack import Builder


@cache
def builders() -> dict[str, Builder]:
    """CloudFormation type → its builder, from every file of this folder."""
    found: dict[str, Builder] = {}
    for module in sorted(iter_modules(__path__), key=lambda item: item.name):
        found.update(getattr(import_module(f"{__name__}.{module.name}"), "BUILDERS", {}))
    return found
