"""A resource in the API's shape as the attributes that Terraform plans: one file a service.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from terraform_plans import change, configured, plan, ref

from rendering.terraform.parts import Part
from rendering.words import Config, NotInCode


def planned(type_: str, config: Config, tags: Config) -> tuple[str, Any]:
    """The address of the resource that the example is about, and the plan. Raises `NotInCode`."""
    types = _types()
    if type_ not in types:
        raise NotInCode("Terraform has no such type, or it is not read")
    parts = types[type_](dict(config))
    if tags:
        parts[0].after |= _tagged(parts[0].type, tags)
    changes = [change(one.address, one.after, unknown=_later(one)) for one in parts]
    told = [configured(one.address, {name: ref(to) for name, to in one.refers.items()}) for one in parts]
    return parts[0].address, plan(changes, told)


def _tagged(type_: str, tags: Config) -> Config:
    if type_ == "aws_autoscaling_group":
        return {"tag": [{"key": key, "value": value, "propagate_at_launch": True} for key, value in tags.items()]}
    return {"tags": tags, "tags_all": tags}


def _later(one: Part) -> Config:
    """What the apply gives every resource, and what refers to it."""
    made = ("id", "arn", *(("name",) if "parameter_group" in one.type else ()))
    return dict.fromkeys((name for name in (*made, *one.refers) if name not in one.after), True)


@cache
def _types() -> dict[str, Callable[[Config], list[Part]]]:
    """How each type is written."""
    found: dict[str, Callable[[Config], list[Part]]] = {}
    for module in sorted(iter_modules(__path__), key=lambda item: item.name):
        found.update(getattr(import_module(f"{__name__}.{module.name}"), "TYPES", {}))
    return found
