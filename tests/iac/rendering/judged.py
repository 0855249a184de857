"""An example judged as it stands, live, from the plan and from the template that say the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from rendering.causes import as_code, caused
from rendering.cloudformation import resources
from rendering.cloudformation.parts import MAIN
from rendering.terraform import planned
from rendering.words import ACCOUNT, NotInCode
from scanner.aws.table import tables
from scanner.derive.facts import Facts
from scanner.engine.examples import NOW
from scanner.engine.rules import Loaded
from scanner.engine.rules import facts as facts_of
from scanner.engine.scope import Scope, instant
from scanner.engine.three_valued import Truth, truth
from scanner.iac.cloudformation import read_template
from scanner.iac.terraform import read_plan
from scanner.model import GLOBAL, Resource, Shard, Verdict
from scanner.snapshot.memory import MemoryInventory

REGION = "eu-west-1"
SIDES = ("plan", "template")
Written = tuple[str, dict[str, Any], dict[str, Any]]
"""A type, a configuration, and tags."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a side says of an example: a verdict, or why there is none."""

    rule: str
    expected: str
    index: int
    side: str
    verdict: str = ""
    reason: str = ""


def outcomes(one: Loaded) -> Iterator[Outcome]:
    """Each example of a rule (but those that are unknown) on each side.

    Left out, with a reason: what its members alone do not make so even live (the example states a fact that
    other resources would have to cause), and what cannot be written as code.
    """
    for expected, examples in one.rule.examples.items():
        if expected == Verdict.UNKNOWN:
            continue
        for index, example in enumerate(examples):
            place = (one.rule.id, str(expected), index)
            document = example["document"]
            tags = (document.get("derived") or {}).get("tags") or {}
            config = caused(one.rule.resource, document)
            if example["unknown"] or _live(one, config, tags, example["params"]) not in ("", expected):
                yield from (Outcome(*place, side, reason="other resources decide") for side in SIDES)
                continue
            if _lists_itself(one.rule.resource, config, example["params"]):
                yield from (
                    Outcome(*place, side, reason="no list has the id of what is yet to be made") for side in SIDES
                )
                continue
            written = (one.rule.resource, as_code(config), tags)
            for side in SIDES:
                yield _one(place, side, one, example["params"], written)


def _lists_itself(type_: str, config: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
    own = config.get(f"{type_.rpartition(':')[2]}Id")
    return own is not None and any(own in value for value in params.values() if isinstance(value, list))


def _one(place: tuple[str, str, int], side: str, one: Loaded, params: Mapping[str, Any], written: Written) -> Outcome:
    try:
        address, shard = _READERS[side](*written)
    except NotInCode as reason:
        return Outcome(*place, side, reason=str(reason))
    found = [item for item in shard.resources if item.origin.address == address and item.type == one.rule.resource]
    if not found:
        return Outcome(*place, side, reason=f"{one.rule.resource} is not read")
    return Outcome(*place, side, *verdict_of(one, found[0], [shard], params))


def _plan(type_: str, config: dict[str, Any], tags: dict[str, Any]) -> tuple[str, Shard]:
    address, document = planned(type_, config, tags)
    (shard,) = read_plan("plan.json", json.dumps(document, default=str).encode())
    assert shard.gaps == [], shard.gaps
    return address, shard


def _template(type_: str, config: dict[str, Any], tags: dict[str, Any]) -> tuple[str, Shard]:
    document = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources(type_, config, tags)}
    (shard,) = read_template("stack.json", json.dumps(document, default=str).encode())
    assert shard.gaps == [], shard.gaps
    return MAIN, shard


_READERS: Mapping[str, Callable[..., tuple[str, Shard]]] = {"plan": _plan, "template": _template}


def _live(one: Loaded, config: dict[str, Any], tags: dict[str, Any], params: Mapping[str, Any]) -> str:
    """The verdict on the members alone, in an account that holds nothing else and of which all was listed."""
    if "Parameters" in config:
        return ""  # the group of the parameters is another resource; both sides render it
    name = next((str(config[key]) for key in _NAMES if key in config), "this")
    arn = str(config.get("Arn") or f"arn:aws:x:::{name}")
    resource = Resource(one.rule.resource, arn, name, ACCOUNT, REGION, config, dict(tags))
    listed = dict.fromkeys(_types())
    shards = [Shard(ACCOUNT, REGION, "live", [resource], listed), Shard(ACCOUNT, GLOBAL, "live", listed=listed)]
    return verdict_of(one, resource, shards, params, "live")[0]


_NAMES = ("Name", "RoleName", "UserName", "GroupName")


@cache
def _types() -> tuple[str, ...]:
    return tuple(sorted({entry.type for table in tables().values() for entry in table}))


def verdict_of(
    one: Loaded, resource: Resource, shards: Iterable[Shard], params: Mapping[str, Any], source: str = "mixed"
) -> tuple[str, str]:
    """The verdict of a rule on a resource, and why it is unknown."""
    facts = Facts(MemoryInventory(shards, taken_at=NOW, source=source))
    document = facts.document(resource, sorted(facts_of([one])[one.rule.resource]))
    scope = Scope({**one.rule.params, **params}, instant(NOW))
    applies = truth(one.when, document, scope) if one.when else Truth(value=True)
    if applies.value is False:
        return str(Verdict.NOT_APPLICABLE), ""
    holds = truth(one.expect, document, scope) if applies.value else applies
    if holds.value is None:
        return str(Verdict.UNKNOWN), "; ".join(sorted({why.message or str(why.why) for _, why in holds.because}))
    return str(Verdict.PASS if holds.value else Verdict.FAIL), ""
