"""From an inventory and rules to a `Report`: findings, what was used, what was covered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scanner.engine import region_deny
from scanner.engine.evaluate import Binding, Evaluation, Tally
from scanner.engine.scope import Scope, instant
from scanner.model import (
    Facts,
    Finding,
    Gap,
    Inventory,
    Partial,
    Report,
    Resource,
    Rule,
    Verdict,
    Why,
    pointer_parts,
)

_CODE = ("terraform", "cloudformation")
COUNTED = tuple(str(verdict) for verdict in Verdict)

_NO_SERVICE = "its service was not selected"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a report is made from. `tool` names the scanner, `frameworks` those that the rules point at.

    `call_of` tells the call by which a member (of a type, among the calls made) was read;
    `accept_region_deny`: a region that the organisation has closed leaves the run complete.
    """

    inventory: Inventory
    bindings: Sequence[Binding]
    facts: Facts
    frameworks: Mapping[str, Mapping[str, Any]]
    tool: Mapping[str, Any]
    all_resources: bool = False
    call_of: Callable[[str, str, Sequence[str]], str] | None = None
    accept_region_deny: bool = True


def assemble(inputs: Inputs) -> Report:
    """Evaluate everything and gather the report. `now` in rules is the snapshot's `taken_at`."""
    kept: dict[str, dict[str, Any]] = {}

    def keep(resource: Resource, document: Partial, shown: bool) -> None:  # noqa: FBT001 - the signature of `Keep`
        if shown or inputs.all_resources:
            kept[resource.id] = resource_json(resource, document)

    inventory = inputs.inventory
    scope = Scope({}, instant(inventory.taken_at))
    run = Evaluation(inventory, inputs.bindings, inputs.facts, scope, keep)
    findings = [_attributed(finding, inputs) for finding in run.findings()]
    rules = {binding.rule.id: binding.rule for binding in inputs.bindings}
    gaps = _gaps(inventory, list(rules.values()), run.tally, accept_region_deny=inputs.accept_region_deny)
    return Report(
        tool=dict(inputs.tool),
        snapshot={
            "taken_at": inventory.taken_at,
            "accounts": list(inventory.accounts),
            "regions": list(inventory.regions),
            "source": inventory.source,
        },
        rules={id_: rule_json(rules[id_]) for id_ in sorted(rules)},
        frameworks={id_: dict(body) for id_, body in sorted(inputs.frameworks.items())},
        coverage=_coverage(inventory, rules.values(), run.tally, findings),
        gaps=gaps,
        resources=dict(sorted(kept.items())),
        findings=findings,
    )


def _attributed(finding: Finding, inputs: Inputs) -> Finding:
    """Name the call behind each value that was read from AWS."""
    made = finding.origin.get("calls", ())
    if inputs.call_of and made:
        for item in finding.evidence:
            steps = pointer_parts(item.source.split(" ")[0]) if item.source.startswith("/") else item.path.split(".")
            if not item.operation and steps[0] != "derived":
                item.operation = inputs.call_of(finding.resource_type, steps[0], made)
    return finding


def rule_json(rule: Rule) -> dict[str, Any]:
    """A rule as the report and `rules list` publish it: complete."""
    frameworks: dict[str, list[str]] = {}
    for mapping in rule.frameworks:
        frameworks.setdefault(mapping.framework, []).append(mapping.requirement)
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "service": rule.service,
        "resource": rule.resource,
        "responsibility": rule.responsibility,
        "since": rule.since,
        "covers": list(rule.covers),
        "params": rule.params,
        "when": rule.when,
        "expect": rule.expect,
        "message": rule.message,
        "why": rule.why,
        "fix": rule.fix,
        "references": list(rule.references),
        "frameworks": frameworks,
    }


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


def _coverage(inventory: Inventory, rules: Iterable[Rule], tally: Tally, findings: Sequence[Finding]) -> dict[str, Any]:
    by_rule = {rule.id: {name: tally.rules[rule.id][name] for name in COUNTED} for rule in rules}
    listings = [
        {
            "type": name,
            "account": account,
            "region": region,
            "complete": why is None,
            "reason": str(why.why) if why else "",
            "message": why.message if why else "",
        }
        for name in inventory.listed_types()
        for account, region, why in inventory.listings(name)
    ]
    return {
        "verdicts": {name: sum(counts[name] for counts in by_rule.values()) for name in COUNTED},
        "rules": dict(sorted(by_rule.items())),
        "resources": dict(sorted(tally.resources.items())),
        "listings": listings,
        "rule_errors": tally.rule_errors,
        "findings": len(findings),
        **({"reused": inventory.reused.to_json()} if inventory.reused else {}),
    }


def _gaps(inventory: Inventory, rules: Sequence[Rule], tally: Tally, *, accept_region_deny: bool) -> list[Gap]:
    """The snapshot's gaps with the rules that each left unknown, and the types that nobody asked for."""
    gaps = [_told(gap, rules, tally) for gap in inventory.gaps]
    if inventory.source in ("live", "recording"):
        gaps = region_deny.merged(gaps, inventory, accepted=accept_region_deny)
        gaps += _unasked(inventory, rules)
    return sorted(gaps, key=_gap_order)


def _told(gap: Gap, rules: Sequence[Rule], tally: Tally) -> Gap:
    """A gap with the rules that it left unknown, in the published words.

    In code no call was made: the message says what was not read, and a resource that is broken leaves
    every rule on its type without a verdict on it. What only the deploy decides was not collected.
    """
    blamed = tally.blamed.get((gap.account, gap.service, gap.operation), set())
    if gap.service in _CODE:
        broken = gap.reason is Why.ERROR
        blamed = blamed | {rule.id for rule in rules if broken and rule.resource in gap.resource_types}
        gap = replace(gap, operation="")
    reason = Why.NOT_COLLECTED if gap.reason in (Why.AFTER_APPLY, Why.OUT_OF_SCOPE) else gap.reason
    return replace(gap, reason=reason, rules=tuple(sorted(blamed)))


def _unasked(inventory: Inventory, rules: Sequence[Rule]) -> list[Gap]:
    asked = set(inventory.listed_types()) | set(inventory.types())
    missing = sorted({rule.resource for rule in rules} - asked)
    return [
        Gap(
            account=account,
            region="",
            service=name.split("::")[1].lower(),
            operation="",
            permission="",
            reason=why.why,
            resource_types=(name,),
            rules=tuple(sorted(rule.id for rule in rules if rule.resource == name)),
            message=f"no {name} was asked for: {_NO_SERVICE if why.why is Why.NOT_COLLECTED else why.message}",
        )
        for account in inventory.accounts or ("",)
        for name in missing
        if (why := inventory.listing(name, account, ""))
    ]


def _gap_order(gap: Gap) -> tuple[str, ...]:
    return (gap.account, gap.region, gap.service, gap.operation, gap.resource_id, gap.message)
