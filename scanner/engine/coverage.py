"""What became of a list of controls: a rule of its own, answered by another's, not automated, or open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from scanner.model import Rule

RULE, COVERED, NOT_AUTOMATED, OPEN = "rule", "covered", "not automated", "open"
OUTCOMES = (RULE, COVERED, NOT_AUTOMATED, OPEN)


@dataclass(frozen=True, slots=True)
class Control:
    """A control: its key (`s3_bucket_versioning`), the service and status that its list gives, and what became of it.

    `rules` are the ids of the rules that answer it.
    """

    key: str
    service: str
    status: str
    outcome: str
    rules: tuple[str, ...]


def coverage(
    rows: Iterable[tuple[str, str, str]], rules: Collection[Rule], not_automated: Collection[str]
) -> list[Control]:
    """What became of each row: key, service, status. The first key that a rule covers is its own."""
    own = _by_key(rules, first=True)
    any_ = _by_key(rules, first=False)
    return [
        Control(key, service, status, _outcome(key, own, any_, not_automated), tuple(_of(key, any_)))
        for key, service, status in rows
    ]


def _by_key(rules: Iterable[Rule], *, first: bool) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for rule in rules:
        for key in rule.covers[:1] if first else rule.covers:
            found.setdefault(key, []).append(rule.id)
    return found


def _of(key: str, found: Mapping[str, Iterable[str]]) -> list[str]:
    """The rules of a key; one that ends in `*` stands for all that begin alike."""
    if not key.endswith("*"):
        return list(found.get(key, ()))
    return [rule for other, rules in found.items() if other.startswith(key[:-1]) for rule in rules]


def _outcome(
    key: str,
    own: Mapping[str, Iterable[str]],
    any_: Mapping[str, Iterable[str]],
    not_automated: Collection[str],
) -> str:
    if _of(key, own):
        return RULE
    if _of(key, any_):
        return COVERED
    return NOT_AUTOMATED if key in not_automated else OPEN
