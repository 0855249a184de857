"""The Python API: collect a snapshot, check it, get a report.

    snapshot = scanner.collect(boto3.Session(), regions=["eu-west-1"])
    report = scanner.check(snapshot)
    for finding in report.findings: ...

Heavy libraries are imported by the function that needs them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanner.model import Inventory, Reads, Report
from scanner.version import VERSION

if TYPE_CHECKING:
    import boto3

    from scanner.derive.facts import Facts as DerivedFacts
    from scanner.engine.acceptance import Acceptances
    from scanner.engine.judge import Asked, Inputs, Judged
    from scanner.engine.rules import Loaded, RuleSet
    from scanner.engine.waivers import Waiver
    from scanner.errors import RuleError
    from scanner.snapshot.reading import Snapshot

NAME = "aws-posture"
ATTACKS = "ec2-internet-reachable-admin-role-imdsv1"
"""The rule that is about attack paths."""
_CODE = ("terraform", "cloudformation")


def collect(
    session: boto3.Session | None = None,
    *,
    regions: str | Sequence[str] | None = None,
    services: str | Sequence[str] | None = None,
    extras: str | Sequence[str] = (),
    path: str | Path | None = None,
) -> Snapshot:
    """Snapshot an account with a session's credentials; every call that the collectors know is made.

    `regions` and `services` are names or one name, by default all; `extras` name what costs a call for
    each resource and is left out otherwise (`access-advisor`). Without `path` the file is
    temporary and goes with the `Snapshot`. Raises `AwsError` without usable credentials; calls that
    are denied are recorded in the snapshot, not raised.
    """
    from scanner.collecting import Request, collect_into

    if session is not None and not hasattr(session, "region_name"):
        message = f"session is a boto3.Session such as boto3.Session(profile_name='audit'), not {session!r}"
        raise TypeError(message)
    where = Path(path) if path else None
    request = Request(
        session=session,
        regions=_several(regions),
        services=_several(services),
        extras=_several(extras) or (),
        path=where,
    )
    return collect_into(request)


def check(
    snapshot: Inventory,
    *,
    rules: str | Path | Iterable[str | Path] | None = None,
    waivers: str | Path | Iterable[str | Path] | None = None,
    processes: int = 1,
) -> Report:
    """Judge a snapshot by the built-in rules, or by some: ids and globs, or paths of rules of one's own.

    `processes` is in how many a `Snapshot` is judged (0: as many as pay); each imports the main module, as
    Python's `multiprocessing` says. A report of more than some 20,000 findings reads them from a temporary
    file whenever they are looked at: what is set on a finding stays with that one.
    `waivers` are files of accepted failures; none is looked for by itself. Raises `PostureError` (a
    `RuleError` for a rule) if a file of one's own is not valid.
    """
    from scanner.engine.acceptance import Acceptances
    from scanner.engine.waiver_file import WaiverSet, load

    if not hasattr(snapshot, "listings"):
        message = f"check takes a snapshot, not {snapshot!r}; a file is opened by scanner.Snapshot(path)"
        raise TypeError(message)
    chosen = _several(rules) or []
    packs = [item for item in chosen if isinstance(item, Path)]
    ruleset = load_rules(packs, [str(item) for item in chosen if not isinstance(item, Path)])
    if ruleset.errors:
        raise ruleset.errors[0]
    accepted = WaiverSet()
    for file in _several(waivers) or []:
        accepted.add(load(Path(file)))
    if accepted.errors:
        raise accepted.errors[0]
    return judge(snapshot, ruleset, packs=packs, acceptances=Acceptances(accepted.waivers), processes=processes)


def _several(value: str | Path | Iterable[Any] | None) -> list[Any] | None:
    """A list of what was given; one name alone is not a list of its letters."""
    if value is None:
        return None
    return [value] if isinstance(value, (str, Path)) else list(value)


def load_rules(packs: Sequence[Path] = (), globs: Sequence[str] = (), services: Sequence[str] = ()) -> RuleSet:
    """The built-in rules and those of packs, cut to the ids and services asked for.

    Raises `UsageError` for a word that matches no rule.
    """
    from scanner.engine.rules import load

    ruleset = load(packs)
    if packs:
        ruleset.errors += _of_packs(packs, ruleset)
    return ruleset.select(ids=globs, services=services)


def _of_packs(packs: Sequence[Path], ruleset: RuleSet) -> list[RuleError]:
    """What is wrong with the framework and mapping files of packs."""
    from scanner.engine import builtin, frameworks, mappings, rules
    from scanner.engine.mappings_check import faults

    known, errors = frameworks.load(packs)
    folders = [pack / rules.FRAMEWORKS / mappings.MAPPINGS for pack in packs]
    tables = [table for folder in folders for table in mappings.load_folder(folder, folder.as_posix())[0]]
    return errors + (list(faults(tables, ruleset.rules, known, builtin.controls())) if tables else [])


def judge(  # noqa: PLR0913 - each is an independent part of what is asked
    inventory: Inventory,
    ruleset: RuleSet,
    *,
    packs: Sequence[Path] = (),
    params: Mapping[str, Mapping[str, Any]] | None = None,
    resources: str = "relevant",
    acceptances: Acceptances | None = None,
    processes: int = 1,
    frameworks: Sequence[str] = (),
    paths: bool | None = None,
) -> Report:
    """Evaluate rules over any inventory; `params` override defaults by rule id, `packs` may hold frameworks.

    With `frameworks`, the report is for these: rules are judged with the parameters that they ask for.

    `acceptances` are the waivers and accepted gaps that are laid over what was found. `processes` is in how
    many a snapshot's file is judged (0: as many as pay); the report is the same. `paths`: whether attack paths are
    looked for; if not told, where the rule about them is among the rules. Code has none.
    """
    from scanner.derive.facts import Facts
    from scanner.engine.acceptance import Acceptances, apply
    from scanner.engine.assemble import assemble
    from scanner.engine.bindings import bind
    from scanner.engine.judge import Asked, Inputs

    accepted = acceptances or Acceptances()
    facts = Facts(inventory)
    inputs = Inputs(
        inventory=inventory,
        bindings=bind(ruleset, params or {}, frameworks),
        facts=facts,
        frameworks=_frameworks(ruleset, packs, frameworks),
        tool={"name": NAME, "version": VERSION},
        all_resources=resources == "all",
        call_of=call_of(inventory),
        accept_region_deny=accepted.region_deny,
        own=params or {},
        apart=ruleset.apart,
    )
    asked = Asked(tuple(packs), params or {}, tuple(frameworks))
    report = assemble(inputs, _divided(inputs, asked, processes) if processes != 1 else None)
    apply(report, accepted)
    if _wants_paths(ruleset, paths) and inventory.source not in _CODE:
        _add_attack_paths(report, facts, params or {})
    if resources == "none":
        report.resources = {}
    return report


def _wants_paths(ruleset: RuleSet, paths: bool | None) -> bool:  # noqa: FBT001 - handed on
    return ATTACKS in ruleset.loaded if paths is None else paths


def _add_attack_paths(report: Report, facts: DerivedFacts, params: Mapping[str, Mapping[str, Any]]) -> None:
    """Fill `paths`, and what `coverage` says of them."""
    from scanner.derive.paths.attack import attack_paths
    from scanner.settings import EVERY_RULE

    found = attack_paths(facts, params.get(EVERY_RULE, {}).get("trusted_accounts", ()))
    report.paths = [path.to_json() for path in found.paths]
    report.coverage["paths"] = found.counts()


def _divided(inputs: Inputs, asked: Asked, processes: int) -> Judged | None:
    """What several processes found, if the inventory is a file that they can read and they pay."""
    if inputs.inventory.source not in ("live", "recording"):
        return None  # code is held in memory, and a gate must not pay for what reads files
    from scanner import dividing
    from scanner.snapshot.reading import Snapshot

    snapshot = inputs.inventory
    if not isinstance(snapshot, Snapshot):
        return None
    count = dividing.count_for(processes, snapshot)
    return dividing.judge(inputs, snapshot, asked, count) if count > 1 else None


def call_of(inventory: Inventory) -> Callable[[str, str, Sequence[str]], str] | None:
    """The tables' answer to which call gave a member; code was read by none."""
    if inventory.source not in ("live", "recording"):
        return None
    from scanner.aws import answers

    return answers.call_of


def _frameworks(ruleset: RuleSet, packs: Sequence[Path], chosen: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The frameworks that at least one of the rules gives evidence for, or the chosen ones of these."""
    from scanner.engine.frameworks import load
    from scanner.engine.mappings import by_framework

    used = {id_ for rule in ruleset.rules for id_ in by_framework(rule)}
    known, _ = load(packs)
    return {id_: body for id_, body in known.items() if id_ in used and (not chosen or id_ in chosen)}


def needed(
    ruleset: RuleSet,
    waivers: Sequence[Waiver] = (),
    params: Mapping[str, Mapping[str, Any]] | None = None,
    frameworks: Sequence[str] = (),
    *,
    paths: bool | None = None,
) -> Reads:
    """Members that the rules, their facts and waivers read, by type: what `scan` must ask AWS for.

    With `params` (by rule id), a rule that these and the defaults switch off reads nothing; its type
    is listed all the same. `frameworks` and `paths` are as in `judge`.
    """
    from scanner.derive.facts import reads_of
    from scanner.engine.rules import RuleSet, facts, reads

    asking = ruleset if params is None else RuleSet({one.rule.id: one for one in _active(ruleset, params, frameworks)})
    merged: dict[str, frozenset[str]] = {one.rule.resource: frozenset() for one in ruleset}
    for source in (reads(asking), reads_of(facts(asking)), _read_by_paths() if _wants_paths(asking, paths) else {}):
        for type_, members in source.items():
            merged[type_] = merged.get(type_, frozenset()) | members
    for one in asking:
        texts = [one.expect.members, one.when.members if one.when else ()]
        tagged = any(member.split(".")[:2] == ["derived", "tags"] for members in texts for member in members)
        if tagged or any(waiver.reads_tags_of(one.rule.id) for waiver in waivers):
            merged[one.rule.resource] |= {"tags"}
    return merged


def _read_by_paths() -> Reads:
    from scanner.derive.paths.reads import reads

    return reads()


def _active(ruleset: RuleSet, params: Mapping[str, Mapping[str, Any]], frameworks: Sequence[str]) -> Iterator[Loaded]:
    """The rules that can apply with at least one binding of their parameters."""
    from scanner.engine.bindings import bind

    now = datetime.now(UTC)
    alive = {binding.rule.id for binding in bind(ruleset, params, frameworks) if binding.can_apply(now)}
    return (one for one in ruleset if one.rule.id in alive)


def utc_now() -> str:
    """The clock in the form that snapshots keep."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
