"""What people attest: the parts of requirements that no rule can see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MET = "met"


@dataclass(frozen=True, slots=True)
class Attestation:
    """Somebody's word for a requirement (or for all under a group), from a day to a day.

    `says` is `met` or `not_applicable`. `accounts` are those that it is about, all if none is named. `source` is
    its place in the file. One with `aws_report` says instead that AWS's own report was got and read.
    """

    by: str
    on: str
    until: str
    evidence: str
    framework: str = ""
    requirement: str = ""
    says: str = MET
    statement: str = ""
    accounts: tuple[str, ...] = ()
    aws_report: str = ""
    source: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Attestation:
        """Read back what `to_json` wrote."""
        known = {name: data[name] for name in cls.__slots__ if name in data}
        return cls(**{**known, "accounts": tuple(known.get("accounts", ()))})

    def to_json(self) -> dict[str, Any]:
        """As the report publishes it."""
        return {name: getattr(self, name) for name in self.__slots__} | {"accounts": list(self.accounts)}

    def standing(self, day: str) -> str:
        """`valid`, `expired` or `not yet valid` on a day."""
        if day > self.until:
            return "expired"
        return "not yet valid" if day < self.on else "valid"


def says(found: Iterable[Attestation], day: str, accounts: Collection[str]) -> str:
    """What valid attestations say of all of the accounts together: `met`, `not_applicable` or nothing."""
    words: set[str] = set()
    valid = [one for one in found if one.standing(day) == "valid"]
    for account in accounts or ("",):
        told = {one.says for one in valid if not one.accounts or account in one.accounts}
        # of two that contradict each other, the one that claims less counts: it was looked at
        words.add(MET if MET in told else next(iter(told), ""))
    if "" in words:
        return ""
    return MET if MET in words else next(iter(words))


def of_requirement(found: Iterable[Attestation], framework: str, ids: Collection[str]) -> list[Attestation]:
    """Those about a requirement of a framework or a group above it, in order; `ids` are its own and theirs."""
    return [one for one in found if one.framework == framework and one.requirement in ids]
