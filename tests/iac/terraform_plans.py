"""Small plans for tests, written as the few members that matter."""

from __future__ import annotations

import json
from typing import Any

from scanner.iac.terraform import read_plan
from scanner.model import Resource, Shard


def change(
    address: str,
    after: dict[str, Any] | None = None,
    *,
    unknown: Any = None,
    before: dict[str, Any] | None = None,
    actions: list[str] | None = None,
    sensitive: Any = False,
    module: str = "",
    mode: str = "managed",
) -> dict[str, Any]:
    """One entry of `resource_changes`; the address is within the module."""
    key: Any = None
    bare = address
    if address.endswith("]"):
        bare, text = address[:-1].split("[", 1)
        key = json.loads(text)
    type_, name = bare.removeprefix("data.").split(".", 1)
    entry: dict[str, Any] = {
        "address": f"{module}.{address}" if module else address,
        "mode": mode,
        "type": type_,
        "name": name,
        "change": {
            "actions": actions or (["no-op"] if before else ["create"]),
            "before": before,
            "after": after,
            "after_unknown": {} if unknown is None else unknown,
            "before_sensitive": False,
            "after_sensitive": sensitive,
        },
    }
    if module:
        entry["module_address"] = module
    if key is not None:
        entry["index"] = key
    return entry


def configured(address: str, expressions: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """One resource of a module's configuration."""
    mode = "data" if address.startswith("data.") else "managed"
    type_, name = address.removeprefix("data.").split(".", 1)
    return {
        "address": address,
        "mode": mode,
        "type": type_,
        "name": name,
        "provider_config_key": "aws",
        "expressions": expressions or {},
        **more,
    }


def ref(*names: str) -> dict[str, Any]:
    """An expression that speaks of these, with the beginnings that Terraform adds."""
    out: list[str] = []
    for name in names:
        out.append(name)
        while "." in name and name.count(".") > 1 and not name.startswith("var."):
            name = name.rsplit(".", 1)[0]  # noqa: PLW2901 - shortened step by step
            out.append(name)
    return {"references": out}


def plan(changes: list[Any], resources: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    """A plan of format 1.2; `calls` are module calls, other keywords members of the plan.

    Resources of the root that `resources` does not configure are configured with no expression.
    """
    calls = more.pop("calls", None)
    told = {item["address"]: item for item in resources or []}
    for item in changes:
        if isinstance(item, dict) and "module_address" not in item and isinstance(item.get("address"), str):
            bare = item["address"].split("[")[0]
            if bare.removeprefix("data.").count(".") == 1:
                told.setdefault(bare, configured(bare))
    root: dict[str, Any] = {"resources": list(told.values())}
    if calls:
        root["module_calls"] = calls
    provider = {"aws": {"name": "aws", "expressions": {"region": {"constant_value": "eu-west-1"}}}}
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": changes,
        "configuration": {"provider_config": provider, "root_module": root},
        **more,
    }


def shard(document: Any, path: str = "infra/plan.json") -> Shard:
    """What reading the plan gives."""
    (found,) = read_plan(path, json.dumps(document).encode())
    return found


def read(changes: list[Any], resources: list[Any] | None = None, **more: Any) -> dict[str, Resource]:
    """The plan's resources by address; it must have no gap."""
    found = shard(plan(changes, resources, **more))
    assert found.gaps == []
    return {item.origin.address: item for item in found.resources}
