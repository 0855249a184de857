"""The Python API: collect a snapshot, check it, get a report.

    snapshot = scanner.collect(boto3.Session(), regions=["eu-west-1"])
    report = scanner.check(snapshot)
    for finding in report.findings: ...

Heavy libraries are imported by the function that needs them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanner.model import Inventory, Report, Rule
from scanner.version import VERSION

if TYPE_CHECKING:
    import boto3

    from scanner.engine.rules import RuleSet
    from scanner.snapshot.store import Snapshot

NAME = "aws-posture"
HOME = "https://github.com/aws-posture/aws-posture"


def collect(
    session: boto3.Session | None = None,
    *,
    regions: Sequence[str] | None = None,
    services: Sequence[str] | None = None,
    path: str | Path | None = None,
) -> Snapshot:
    """Snapshot an account with a session's credentials; every call that the collectors know is made.

    Without `path` the file is temporary and goes with the `Snapshot`. Raises `AwsError` without
    usable credentials; calls that are denied are recorded in the snapshot, not raised.
    """
    from scanner.collecting import Request, collect_into

    return collect_into(Request(session=session, regions=regions, services=services, path=Path(path) if path else None))


def check(snapshot: Inventory, *, rules: Iterable[str | Path] | None = None) -> Report:
    """Judge a snapshot by the built-in rules, or by some: ids and globs, or paths of rules of one's own.

    Raises `RuleError` if a rule of one's own is not valid.
    """
    chosen = list(rules or ())
    packs = [item for item in chosen if isinstance(item, Path)]
    ruleset = load_rules(packs, [str(item) for item in chosen if not isinstance(item, Path)])
    if ruleset.errors:
        raise ruleset.errors[0]
    return judge(snapshot, ruleset)


def load_rules(packs: Sequence[Path] = (), globs: Sequence[str] = (), services: Sequence[str] = ()) -> RuleSet:
    """The built-in rules and those of packs, cut to the ids asked for. Raises `UsageError` for an id unknown."""
    from scanner.engine.builtin import load

    ruleset = load(packs)
    return ruleset.select(globs, services=services) if globs or services else ruleset


def judge(
    inventory: Inventory,
    ruleset: RuleSet,
    *,
    params: dict[str, dict[str, Any]] | None = None,
    resources: str = "relevant",
) -> Report:
    """Evaluate rules over any inventory; `params` override defaults by rule id."""
    from scanner.derive.passes import DerivedFacts
    from scanner.engine.assemble import Inputs, assemble
    from scanner.engine.bindings import bind

    report = assemble(
        Inputs(
            inventory=inventory,
            bindings=bind(ruleset, params or {}),
            facts=DerivedFacts(inventory),
            frameworks=ruleset.frameworks(),
            tool={"name": NAME, "version": VERSION, "information_uri": HOME},
            all_resources=resources == "all",
        )
    )
    if resources == "none":
        report.resources = {}
    return report


def needed(rules: Iterable[Rule], ruleset: RuleSet) -> dict[str, frozenset[str]]:
    """Members that the rules and their facts read, by type: what `scan` must ask AWS for."""
    from scanner.derive.passes import reads_of
    from scanner.engine.bindings import facts_of, members_of

    wanted = list(rules)
    reads: dict[str, set[str]] = {}
    for source in (members_of(ruleset, wanted), reads_of(facts_of(ruleset, wanted))):
        for type_, members in source.items():
            reads.setdefault(type_, set()).update(members)
    return {type_: frozenset(members) for type_, members in reads.items()}


def utc_now() -> str:
    """The clock in the form that snapshots keep."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
