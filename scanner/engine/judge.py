"""Running rules over an inventory, or over parts of it, and keeping what they find: in memory while that is little."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scanner.engine.evaluate import Binding, Evaluation, Tally, Unit
from scanner.engine.scope import Scope, instant
from scanner.findings import MOST_HELD, Findings, Kept
from scanner.model import Facts, Finding, Inventory, Partial, Resource, Rule, pointer_parts


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a report is made from. `tool` names the scanner, `frameworks` those that the rules point at.

    `call_of` tells the call by which a member (of a type, among the calls made) was read;
    `accept_region_deny`: a region that the organisation has closed leaves the run complete. `own` are the
    project's parameters by rule id, `apart` the rules that were not selected.
    """

    inventory: Inventory
    bindings: Sequence[Binding]
    facts: Facts
    frameworks: Mapping[str, Mapping[str, Any]]
    tool: Mapping[str, Any]
    all_resources: bool = False
    call_of: Callable[[str, str, Sequence[str]], str] | None = None
    accept_region_deny: bool = True
    own: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    apart: Sequence[Rule] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What another process needs to bind rules alike: packs, the project's parameters, the frameworks chosen."""

    packs: tuple[Path, ...] = ()
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    frameworks: tuple[str, ...] = ()


@dataclass(slots=True)
class Judged:
    """What rules found, in the published order; `resources` are by id, in any order."""

    findings: list[Finding] | Findings = field(default_factory=list)
    resources: dict[str, dict[str, Any]] | Kept = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)


def judge(inputs: Inputs, units: Iterable[Unit] | None = None, into: Judged | None = None) -> Judged:
    """Evaluate the rules, on some units or all. `now` in rules is the snapshot's `taken_at`."""
    done = into or Judged()

    def keep(resource: Resource, document: Partial, shown: bool) -> None:  # noqa: FBT001 - the signature of `Keep`
        if shown or inputs.all_resources:
            body = resource_json(resource, document)
            if isinstance(done.resources, Kept):
                done.resources.add(resource.id, body)
            else:
                done.resources[resource.id] = body

    run = evaluation(inputs, keep)
    done.tally = run.tally
    for finding in run.findings(units):
        if len(done.findings) == MOST_HELD and isinstance(done.findings, list):
            _spill(done)
        done.findings.append(_attributed(finding, inputs))
    return done


def units(inputs: Inputs) -> list[Unit]:
    """What can be judged apart, in the published order."""
    return evaluation(inputs, lambda *_: None).units()


def evaluation(inputs: Inputs, keep: Callable[[Resource, Partial, bool], None]) -> Evaluation:
    """A run that is not begun."""
    scope = Scope({}, instant(inputs.inventory.taken_at))
    return Evaluation(inputs.inventory, inputs.bindings, inputs.facts, scope, keep)


def _spill(done: Judged) -> None:
    """Go on in a file: what there is and what comes is more than memory should hold."""
    if isinstance(done.findings, list):
        done.findings = Findings(done.findings)
    if isinstance(done.resources, dict):
        kept = Kept()
        for id_, body in done.resources.items():
            kept.add(id_, body)
        done.resources = kept


def _attributed(finding: Finding, inputs: Inputs) -> Finding:
    """Name the call behind each value that was read from AWS."""
    made = finding.origin.get("calls", ())
    if inputs.call_of and made:
        for item in finding.evidence:
            steps = pointer_parts(item.source.split(" ")[0]) if item.source.startswith("/") else item.path.split(".")
            if not item.operation and steps[0] != "derived":
                item.operation = inputs.call_of(finding.resource_type, steps[0], made)
    return finding


def resource_json(resource: Resource, document: Partial) -> dict[str, Any]:
    """A resource with its facts, as the report publishes it."""
    derived = {
        name: value
        for name, value in document.value.get("derived", {}).items()
        if name not in ("account", "region", "name", "tags", "partition")
    }
    return {
        "type": resource.type,
        "id": resource.id,
        "name": resource.name,
        "account": resource.account,
        "region": resource.region,
        "tags": resource.tags,
        "config": resource.config,
        "unknown": {at: why.to_json() for at, why in sorted(document.unknown.items())},
        "derived": derived,
        "origin": resource.origin.to_json(),
        "physical_id": resource.physical_id,
    }
