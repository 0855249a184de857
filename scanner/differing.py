"""The difference of two snapshots or of two reports, as one document: what `posture diff` shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanner import comparing
from scanner.errors import InputError, UsageError
from scanner.model import Inventory, Report

if TYPE_CHECKING:
    from scanner.engine.rules import RuleSet

_HINT = "Give two snapshots, exports or JSON reports"
_GONE = ("resource", "not_applicable")
"""Why a finding is gone where that is a difference; for other reasons it was not compared."""
_MOVED = ("new", "reopened", "fixed", "not_assessed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to compare: ids or globs of rules, and services, as asked for on the command line.

    These narrow the configuration, too: to the types that those rules judge. The rest is for judging snapshots:
    `packs` of rules, `params` by rule id, and `by_default`, the rules that count where none is asked for.
    `own_rules` says that packs were asked for, which makes no sense for reports.
    """

    rules: Sequence[str] = ()
    services: Sequence[str] = ()
    by_default: Sequence[str] = ()
    packs: Sequence[Path] = ()
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    own_rules: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.rules or self.services)


def difference(old: Path, new: Path, wanted: Wanted) -> dict[str, Any]:
    """The difference of two files of one kind. Raises `InputError`, `UsageError`.

    `old` and `new` say what was compared, `configuration` how resources differ, `findings` how verdicts do, and `paths`
    which attack paths came and went;
    `different` is whether anything does, `complete` whether all of it could be told.
    """
    kinds = [_is_snapshot(path) for path in (old, new)]
    if kinds[0] is not kinds[1]:
        names = {True: "a snapshot", False: "a report"}
        raise UsageError(f"{old} is {names[kinds[0]]} and {new} is {names[kinds[1]]}", hint=_HINT + " to compare")
    made = _of_snapshots(old, new, wanted) if kinds[0] else _of_reports(old, new, wanted)
    configuration, findings, paths = made["configuration"], made["findings"], made["paths"]
    changes, gone = configuration["changes"], {each["why"] for each in findings["gone"]}
    sure = any(change["kind"] != "unknown" for change in changes)
    moved = {finding["change"] for finding in findings["changed"]}
    lost = any(change["kind"] == "unknown" or _open(change) for change in changes) or configuration["not_compared"]
    return made | {
        "different": sure or bool(moved - {"not_assessed"}) or bool(gone & {*_GONE} or paths["new"] or paths["gone"]),
        "complete": not (lost or "not_assessed" in moved or gone - {*_GONE} or paths["not_told"]),
    }


def _open(change: dict[str, Any]) -> bool:
    return any("before_unknown" in member or "after_unknown" in member for member in change["members"])


def _is_snapshot(path: Path) -> bool:
    from scanner.snapshot.export import is_export
    from scanner.snapshot.schema import is_sqlite

    try:
        return is_export(path) or is_sqlite(path)
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path), hint=_HINT) from error


def _of_snapshots(old: Path, new: Path, wanted: Wanted) -> dict[str, Any]:
    from scanner import api
    from scanner.engine.compare import mark
    from scanner.engine.compare_paths import paths_between
    from scanner.snapshot.diff import Comparison
    from scanner.snapshot.opening import open_inventory

    before, after = open_inventory(old), open_inventory(new)
    ruleset = api.load_rules(wanted.packs, wanted.rules or wanted.by_default, wanted.services)
    if ruleset.errors:
        raise ruleset.errors[0]
    comparison = Comparison(before, after, _types(ruleset) if wanted.narrowed else None)
    changes = [change.to_json() for change in comparison.changes()]
    earlier, report = (_judged(each, ruleset, wanted) for each in (before, after))
    mark(earlier, report, comparing.Whereabouts(after))
    return {
        "old": _side(old, earlier),
        "new": _side(new, report),
        "configuration": {
            "compared": comparison.compared,
            "changes": changes,
            "not_compared": [each.to_json() for each in comparison.not_compared()],
            "unknown_in_both": comparison.unknown,
        },
        "findings": _findings(report),
        "paths": paths_between(earlier, report),
    }


def _types(ruleset: RuleSet) -> set[str]:
    return {rule.resource for rule in ruleset.rules}


def _judged(inventory: Inventory, ruleset: RuleSet, wanted: Wanted) -> Report:
    from scanner import api

    return api.judge(inventory, ruleset, packs=wanted.packs, params=wanted.params, resources="none")


def _of_reports(old: Path, new: Path, wanted: Wanted) -> dict[str, Any]:
    from scanner.engine.compare import mark
    from scanner.engine.compare_paths import paths_between

    earlier, report = comparing.read(old), comparing.read(new)
    if wanted.own_rules:
        raise UsageError("reports are not judged again", hint="Leave out --rules, or compare snapshots")
    if wanted.narrowed:
        _narrow((earlier, report), wanted)
    mark(earlier, report)
    return {
        "old": _side(old, earlier),
        "new": _side(new, report),
        "configuration": {
            "compared": len(earlier.resources.keys() & report.resources.keys()),
            "changes": [change.to_json() for change in comparing.between(earlier, report)],
            "not_compared": [],
            "unknown_in_both": 0,
        },
        "findings": _findings(report),
        "paths": paths_between(earlier, report),
    }


def _narrow(reports: Sequence[Report], wanted: Wanted) -> None:
    """Leave in the reports what the chosen rules say. Raises `UsageError` for a word that fits no rule."""
    known = {id_: rule["service"] for report in reports for id_, rule in report.rules.items()}
    for word in wanted.rules:
        if not any(fnmatchcase(id_, word) for id_ in known):
            raise UsageError(f"no rule of these reports is called {word!r}")
    for word in wanted.services:
        if word not in known.values():
            raise UsageError(f"no rule of these reports is of the service {word!r}")
    chosen = {id_ for id_, service in known.items() if _fits(id_, wanted.rules) and _is_of(service, wanted.services)}
    for report in reports:
        report.coverage.pop("paths", None)  # what leads through everything is of no one rule
        report.rules = {id_: rule for id_, rule in report.rules.items() if id_ in chosen}
        report.findings = [finding for finding in report.findings if finding.rule_id in chosen]
        types = {rule["resource"] for rule in report.rules.values()}
        report.resources = {id_: each for id_, each in report.resources.items() if each["type"] in types}


def _fits(id_: str, words: Sequence[str]) -> bool:
    return not words or any(fnmatchcase(id_, word) for word in words)


def _is_of(service: str, services: Collection[str]) -> bool:
    return not services or service in services


def _side(path: Path, report: Report) -> dict[str, Any]:
    return {
        "file": str(path),
        **{name: report.snapshot[name] for name in ("taken_at", "source", "accounts", "regions")},
    }


_SHOWN = (
    "rule_id", "resource_id", "resource_type", "account", "region", "severity", "message", "params", "fingerprint",
    "waiver", "change",
)  # fmt: skip


def _findings(report: Report) -> dict[str, Any]:
    baseline = report.baseline or {}
    moved = [finding for finding in report.findings if finding.change in _MOVED]
    return {
        "compared": len(report.findings),
        "counts": baseline["counts"],
        "changed": [{**{name: getattr(each, name) for name in _SHOWN}, "verdict": str(each.verdict)} for each in moved],
        **{name: baseline[name] for name in ("gone", "rules_added", "rules_removed")},
    }
