"""The report as JSON: complete, the same bytes for the same report, and read back without loss.

The members of the document stand in the published order, and a record (a finding, a rule, a
resource, a gap) is one line: lines can be compared, searched and streamed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scanner.errors import InputError
from scanner.findings import Findings
from scanner.model import Evidence, Finding, Gap, Report, Verdict, Why
from scanner.render.json_text import clean, layout

NAME = "json"
EXTENSION = "json"

_AS_THEY_ARE = ("tool", "snapshot", "rules", "frameworks", "coverage", "resources", "paths", "changes")
_LATER = ("waivers", "accepted_gaps", "baseline", "attestations")
"""Members that reports of earlier versions lack."""
_GAP_LISTS = ("resource_types", "rules")
_LARGEST = 1 << 30
"""Bytes; 100,000 findings are some 200 MB."""
HINT = "Give a report written by -o json=FILE"


def render(report: Report) -> str:
    """The report as one JSON document that conforms to `reports/schema/report.json`."""
    return "".join(chunks(report))


def chunks(report: Report) -> Iterator[str]:
    """The same text in pieces, for writing a large report without holding all of it.

    Findings that are not applicable are left out: they are only counted, in `coverage`.
    """
    # those of a large report come from a snapshot file, whose text is clean, and are in order
    ordered = report.findings if isinstance(report.findings, Findings) else sorted(report.findings, key=_order)
    findings = (item.to_json() for item in ordered if item.verdict is not Verdict.NOT_APPLICABLE)
    members: tuple[tuple[str, Any, int], ...] = (
        ("tool", report.tool, 0),
        ("snapshot", report.snapshot, 1),
        ("rules", report.rules, 1),
        ("frameworks", report.frameworks, 1),
        ("coverage", report.coverage, 2),
        ("gaps", (item.to_json() for item in report.gaps), 1),
        ("resources", report.resources, 1),
        ("findings", findings, 1),
        ("paths", report.paths, 1),
        ("changes", report.changes, 1),
        ("waivers", report.waivers, 1),
        ("accepted_gaps", report.accepted_gaps, 1),
        ("baseline", report.baseline, 1),
        ("attestations", report.attestations, 1),
    )
    separator = "{"
    for name, value, depth in members:
        yield f'{separator}\n "{name}": '
        yield from layout(value, depth, " ")
        separator = ","
    yield "\n}\n"


def _order(finding: Finding) -> tuple[str, ...]:
    """The published order, of the text as it is written."""
    return tuple(map(clean, finding.sort_key()))


def read_text(path: Path) -> str:
    """The text of a saved report, if it is not so large that it would fill the memory. Raises `InputError`."""
    where = str(path)
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("not JSON: not UTF-8", where=where, hint=HINT) from error
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=where, hint=HINT) from error
    if len(data) > _LARGEST:
        raise InputError(f"larger than {_LARGEST >> 30} GiB", where=where, hint=HINT)
    return text


def load(text: str, where: str) -> Report:
    """The report that `render` wrote; `where` names the file in errors.

    Raises `InputError` with the place in the document and what is wrong there.
    """
    from scanner.render import json_model

    try:
        data = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise InputError("not a report: nested too deeply", where=where) from None
    except ValueError as problem:
        raise InputError(f"not JSON: {problem}", where=where, hint=HINT) from None
    json_model.check(data, where)
    return Report(
        **{name: data[name] for name in _AS_THEY_ARE},
        **{name: data[name] for name in _LATER if name in data},
        gaps=[_gap(item) for item in data["gaps"]],
        findings=[_finding(item) for item in data["findings"]],
    )


def _refuse(constant: str) -> None:
    message = f"{constant} is not a JSON number"
    raise ValueError(message)


def _gap(data: dict[str, Any]) -> Gap:
    lists = {name: tuple(data[name]) for name in _GAP_LISTS}
    return Gap(**(data | lists | {"reason": Why(data["reason"])}))


def _finding(data: dict[str, Any]) -> Finding:
    evidence = [Evidence(**item) for item in data["evidence"]]
    return Finding(**(data | {"verdict": Verdict(data["verdict"]), "evidence": evidence}))
