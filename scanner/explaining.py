"""Why a rule says what it says of one resource: from a saved report, or by judging again one resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from scanner.errors import UsageError
from scanner.model import Finding, Inventory, Partial, Report, Resource, Shard, Unknown
from scanner.version import VERSION

if TYPE_CHECKING:
    from scanner.engine.rules import RuleSet

_NEAR = 6
"""Digits at either end of a fingerprint that make another one near."""


def find(report: Report, name: str) -> Finding:
    """The finding whose fingerprint begins so. Raises `UsageError` that names near ones."""
    found = [finding for finding in report.findings if name and finding.fingerprint.startswith(name.lower())]
    if len({finding.fingerprint for finding in found}) > 1:
        hint = f"Give more digits, as in {' or '.join(each.fingerprint[: len(name) + 4] for each in found[:3])}"
        raise UsageError(f"{len(found)} findings begin with {name!r}", hint=hint)
    if found:
        return found[0]
    for gone in (report.baseline or {}).get("gone", ()):
        if gone["fingerprint"].startswith(name.lower()):
            what = f"{gone['rule_id']} on {gone['resource_id']}"
            raise UsageError(f"the finding {name!r} is of the earlier report only: {what}", hint=_GONE[gone["why"]])
    raise UsageError(f"the report has no finding {name!r}", hint=_near(report, name.lower()))


_GONE = {
    "resource": "Its resource is gone",
    "rule": "Its rule was not run, or with other parameters",
    "not_applicable": "Its rule does not apply any more; see: posture explain --resource ID --rule ID SNAPSHOT",
    "not_scanned": "Its account, region or type was not read",
    "untold": "Its resource is gone, or its rule does not apply any more",
}


def _near(report: Report, name: str) -> str:
    ends = (name[:_NEAR], name[-_NEAR:])
    near = [
        f"{each.fingerprint} ({each.rule_id}, {each.resource_id})"
        for each in report.findings
        if len(name) >= _NEAR and (each.fingerprint.startswith(ends[0]) or each.fingerprint.endswith(ends[1]))
    ]
    if near:
        return f"Near: {'; '.join(near[:3])}"
    return "What does not apply is not in a report; see: posture explain --resource ID --rule ID SNAPSHOT"


def explained(report: Report, finding: Finding) -> dict[str, Any]:
    """A finding with its rule, its resource if the report holds it, and the conditions on that."""
    return _explanation(report, finding.rule_id, finding.resource_id, finding, finding.params)


def _explanation(
    report: Report, rule_id: str, resource_id: str, finding: Finding | None, params: Mapping[str, Any]
) -> dict[str, Any]:
    from scanner.engine.explain import conditions

    rule = report.rules.get(rule_id, {})
    resource = report.resources.get(resource_id)
    now = str(report.snapshot.get("taken_at", ""))
    document = _document(resource_id, resource) if resource else None
    texts = {name: str(rule.get(name) or "") for name in ("when", "expect")}
    return {
        "rule": {"id": rule_id, **rule},
        "resource_id": resource_id,
        "resource": resource,
        "finding": finding,
        "params": dict(params),
        **{name: conditions(text, document, params, now) if document and text else [] for name, text in texts.items()},
    }


def _document(id_: str, resource: Mapping[str, Any]) -> Partial:
    """The document that the rule saw, from what the report keeps of it."""
    partition = id_.split(":")[1] if id_.startswith("arn:") else "aws"
    own = {name: resource[name] for name in ("account", "region", "name", "tags")}
    unknown = {at: Unknown.from_json(why) for at, why in resource["unknown"].items()}
    derived = {"partition": partition, **own, **resource["derived"]}
    known = {name: value for name, value in derived.items() if f"/derived/{name}" not in unknown}
    return Partial({**resource["config"], "derived": known}, unknown)


def judged(inventory: Inventory, ruleset: RuleSet, rule_id: str, name: str, params: Any) -> Iterator[dict[str, Any]]:
    """What one rule says of one resource now, for each binding of its parameters; also that it does not apply.

    `name` is the resource's id, physical id or name. Raises `UsageError` if there is none.
    """
    rule = ruleset.loaded[rule_id].rule
    resource = _resource(inventory, name, rule.resource)
    if resource.type != rule.resource:
        raise UsageError(f"{rule_id} judges {rule.resource}; {resource.id} is {resource.type}")
    report = _report_of_one(inventory, ruleset, resource, params)
    for finding in report.findings:
        yield explained(report, finding)
    if not report.findings:
        from scanner.engine.bindings import overridden

        bound = {**rule.params, **overridden(rule, params)}
        yield _explanation(report, rule_id, resource.id, None, bound)


def _resource(inventory: Inventory, name: str, type_: str) -> Resource:
    found = inventory.get(name)
    if found is not None:
        return found
    called: list[Resource] = []
    near: list[str] = []
    for resource in inventory.of(type_):
        if name in (resource.name, resource.id.rpartition("/")[2], resource.id.rpartition("#")[2]):
            called.append(resource)
        elif name.lower() in resource.id.lower() or name.lower() in resource.name.lower():
            near.append(resource.id)
    if len(called) > 1:
        ids = " or ".join(resource.id for resource in called[:3])
        raise UsageError(f"{len(called)} resources are called {name!r}", hint=f"Give an id: {ids}")
    if called:
        return called[0]
    raise UsageError(f"there is no {type_} {name!r}", hint=_hint(inventory, type_, near))


def _hint(inventory: Inventory, type_: str, near: list[str]) -> str:
    """Resources that may be meant, else why there may be others."""
    if near:
        return f"Did you mean {' or '.join(near[:3])}?"
    whys = [f"{account} {region}: {why.why}" for account, region, why in inventory.listings(type_) if why]
    if whys:
        return f"It was not listed in full: {'; '.join(whys[:3])}"
    read = bool(inventory.places(type_)) or any(True for _ in inventory.listings(type_))
    return f"Every {type_} that there is, was read" if read else f"No {type_} was read"


def _report_of_one(inventory: Inventory, ruleset: RuleSet, resource: Resource, params: Any) -> Report:
    """The report on one resource; its facts are those that the whole inventory gives."""
    from scanner import api
    from scanner.derive.facts import Facts
    from scanner.engine.assemble import assemble
    from scanner.engine.bindings import bind
    from scanner.engine.judge import Inputs
    from scanner.snapshot.memory import MemoryInventory

    shard = Shard(resource.account, resource.region, "", [resource])
    return assemble(
        Inputs(
            inventory=MemoryInventory([shard], taken_at=inventory.taken_at, source=inventory.source),
            bindings=bind(ruleset, params),
            facts=Facts(inventory),
            frameworks={},
            tool={"name": api.NAME, "version": VERSION},
            all_resources=True,
            call_of=api.call_of(inventory),
        )
    )
