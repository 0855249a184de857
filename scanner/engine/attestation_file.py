"""Attestation files: who answers for what no rule can see. A wrong entry is an error with its line, the rest hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from scanner.complying.attestations import MET, Attestation
from scanner.engine import fields, rule_yaml
from scanner.errors import InputError, PostureError, RuleError

KEY = "attestations"
_ACCOUNT = re.compile(r"\d{12}")


@dataclass(slots=True)
class AttestationSet:
    """The attestations of some files, in order, and what was wrong with others."""

    attestations: list[Attestation] = field(default_factory=list)
    errors: list[PostureError] = field(default_factory=list)

    def add(self, other: AttestationSet) -> None:
        """Take in another set."""
        self.attestations += other.attestations
        self.errors += other.errors


def _says(value: Any) -> str:
    if value not in (MET, "not_applicable"):
        raise ValueError("met or not_applicable")
    return str(value)


def _ids(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    if not items or not all(isinstance(item, str) and item.strip() for item in items):
        raise ValueError('an id in quotation marks such as "9.1.1", or a list of ids')
    return tuple(items)


def _accounts(value: Any) -> tuple[str, ...]:
    items = tuple(map(str, value)) if isinstance(value, list) else ()
    if not items or not all(_ACCOUNT.fullmatch(item) for item in items):
        raise ValueError("a list of account ids of twelve digits")
    return items


_ENTRY: dict[str, fields.Reader] = {
    "framework": fields.words,
    "requirement": _ids,
    "aws_report": fields.words,
    "says": _says,
    "statement": fields.words,
    "by": fields.words,
    "on": fields.day,
    "until": fields.day,
    "evidence": fields.words,
    "accounts": _accounts,
}
_NEEDED = ("by", "on", "until", "evidence")


def load(file: Path, frameworks: Mapping[str, Mapping[str, Any]]) -> AttestationSet:
    """The attestations of one file, checked against the frameworks; what is wrong is one of the set's `errors`."""
    made = AttestationSet()
    try:
        body, places = rule_yaml.read(file, str(file))
        items = fields.read(body or {}, {KEY: _list}).get(KEY, [])
    except RuleError as error:
        made.errors.append(error)
        return made
    except fields.FieldError as error:
        made.errors.append(error.at(str(file), InputError))
        return made
    for number, item in enumerate(items):
        where = f"{file}:{places.line(KEY, number)}"
        try:
            made.attestations += _entries(item, where, frameworks)
        except fields.FieldError as error:
            hint = error.hint or "The entry attests nothing until it is mended"
            made.errors.append(InputError(f"attestation: {error.message}", where=where, hint=hint))
    return made


def _list(value: Any) -> list[Any]:
    if value is None:  # YAML's key without an entry
        return []
    if not isinstance(value, list):
        raise ValueError("a list of entries")  # noqa: TRY004 - the readers' one kind of error
    return value


def _entries(item: Any, where: str, frameworks: Mapping[str, Mapping[str, Any]]) -> list[Attestation]:
    """One for each requirement named. Raises `FieldError`."""
    read = fields.read(item, _ENTRY, needed=_NEEDED)
    if read["until"] < read["on"]:
        raise fields.FieldError("until", after=f" ({read['until']}) is before on ({read['on']})")
    ids = read.pop("requirement", ())
    if bool(ids) == ("aws_report" in read):
        raise fields.FieldError("", after=" must name either a requirement or an aws_report")
    if not ids:
        _known(read["aws_report"], {key for body in frameworks.values() for key in body.get("attestations", {})}, "")
        return [Attestation(**read, source=where)]
    if "framework" not in read:
        raise fields.FieldError("framework", after=" is missing", hint="It must be an id such as pci-dss-4.0.1")
    name = _known(read["framework"], frameworks, "")
    known = {str(one["id"]) for one in frameworks[name]["requirements"]}
    return [Attestation(**read, requirement=_known(id_, known, f" in {name}"), source=where) for id_ in ids]


def _known(word: str, known: Any, where: str) -> str:
    if word not in known:
        near = get_close_matches(word, sorted(known), 1)
        hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(sorted(known)[:12])}"
        raise fields.FieldError(word, "there is no '", f"'{where}", hint)
    return word
