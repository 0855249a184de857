"""From an inventory and rules to a `Report`: findings, what was used, what was covered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from scanner.engine import published, region_deny
from scanner.engine.evaluate import Tally
from scanner.engine.judge import Inputs, Judged, judge
from scanner.findings import Kept
from scanner.model import (
    Gap,
    Inventory,
    Report,
    Rule,
    Verdict,
    Why,
)

_CODE = ("terraform", "cloudformation")
COUNTED = tuple(str(verdict) for verdict in Verdict)

_NO_SERVICE = "its service was not selected"


def assemble(inputs: Inputs, judged: Judged | None = None) -> Report:
    """Evaluate everything, unless that was done, and gather the report."""
    inventory = inputs.inventory
    done = judged or judge(inputs)
    rules = {binding.rule.id: binding.rule for binding in inputs.bindings}
    gaps = _gaps(inventory, list(rules.values()), done.tally, accept_region_deny=inputs.accept_region_deny)
    return Report(
        tool=dict(inputs.tool),
        snapshot={
            "taken_at": inventory.taken_at,
            "accounts": list(inventory.accounts),
            "regions": list(inventory.regions),
            "source": inventory.source,
        },
        rules=published.rules(rules, inputs),
        frameworks=published.frameworks(inputs.frameworks, inputs.apart),
        coverage=_coverage(inventory, rules.values(), done.tally, len(done.findings)),
        gaps=gaps,
        resources=done.resources if isinstance(done.resources, Kept) else dict(sorted(done.resources.items())),
        findings=done.findings,
    )


def _coverage(inventory: Inventory, rules: Iterable[Rule], tally: Tally, findings: int) -> dict[str, Any]:
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
        "findings": findings,
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
    if gap.service in _CODE and not gap.permission:  # AWS has a service of that name, too
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
