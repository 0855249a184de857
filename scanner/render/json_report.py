"""The report as JSON: complete, the same bytes for the same report, and read back without loss.

The members of the document stand in the published order, and a record (a finding, a rule, a
resource, a gap) is one line with sorted keys: lines can be compared, searched and streamed.
All is ASCII, so neither a terminal nor an encoding can be confused by what names contain.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scanner.errors import InputError
from scanner.model import Evidence, Finding, Gap, Report, Verdict, Why

NAME = "json"
EXTENSION = "json"

_DEPTH = 200  # AWS's documents stay far under this; what is deeper was made to break parsers
_TOO_DEEP = "(nested too deeply to be shown)"
_TUPLES = ("resource_types", "rules")
_ENCODER = json.JSONEncoder(sort_keys=True, allow_nan=False)


def render(report: Report) -> str:
    """The report as one JSON document that conforms to `reports/schema/report.json`."""
    return "".join(chunks(report))


def chunks(report: Report) -> Iterator[str]:
    """The same text in pieces, for writing a large report without holding all of it.

    Findings that are not applicable are left out: they are only counted, in `coverage`.
    """
    ordered = sorted(report.findings, key=_order)
    findings = (item.to_json() for item in ordered if item.verdict is not Verdict.NOT_APPLICABLE)
    yield '{\n "tool": '
    yield _encode(report.tool)
    yield from _member("snapshot", _records(report.snapshot, " "))
    yield from _member("rules", _records(report.rules, " "))
    yield from _member("frameworks", _records(report.frameworks, " "))
    yield from _member("coverage", _coverage(report.coverage))
    yield from _member("gaps", _lines((item.to_json() for item in report.gaps), " "))
    yield from _member("resources", _records(report.resources, " "))
    yield from _member("findings", _lines(findings, " "))
    yield from _member("paths", _lines(report.paths, " "))
    yield from _member("changes", _lines(report.changes, " "))
    yield "\n}\n"


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
        raise InputError(f"not JSON: {problem}", where=where, hint="Give a report written by -o json=FILE") from None
    json_model.check(data, where)
    return Report(
        **{name: data[name] for name in ("tool", "snapshot", "rules", "frameworks", "coverage", "resources")},
        gaps=[_gap(item) for item in data["gaps"]],
        findings=[_finding(item) for item in data["findings"]],
        paths=data["paths"],
        changes=data["changes"],
    )


def _order(finding: Finding) -> tuple[str, ...]:
    """The published order, of the text as it is written."""
    return tuple(map(_text, finding.sort_key()))


def _refuse(constant: str) -> None:
    message = f"{constant} is not a JSON number"
    raise ValueError(message)


def _gap(data: dict[str, Any]) -> Gap:
    lists = {name: tuple(data[name]) for name in _TUPLES}
    return Gap(**(data | lists | {"reason": Why(data["reason"])}))


def _finding(data: dict[str, Any]) -> Finding:
    evidence = [Evidence(**item) for item in data["evidence"]]
    return Finding(**(data | {"verdict": Verdict(data["verdict"]), "evidence": evidence}))


def _member(name: str, value: Iterable[str]) -> Iterator[str]:
    yield f',\n "{name}": '
    yield from value


def _coverage(coverage: Mapping[str, Any]) -> Iterator[str]:
    """One line a rule, a type and a listing: there are thousands in an organisation."""
    opening = "{"
    for name in sorted(coverage):
        yield f"{opening}\n  {_encode(name)}: "
        opening = ","
        value = coverage[name]
        if isinstance(value, dict):
            yield from _records(value, "  ")
        elif isinstance(value, list):
            yield from _lines(value, "  ")
        else:
            yield _encode(value)
    yield "\n }" if coverage else "{}"


def _records(records: Mapping[str, Any], indent: str) -> Iterator[str]:
    """An object with one line a member, in order of the keys."""
    written = {_text(key): value for key, value in records.items()}
    lines = (f"{_encode(key)}: {_encode(written[key])}" for key in sorted(written))
    return _bracketed("{}", lines, indent)


def _lines(items: Iterable[Any], indent: str) -> Iterator[str]:
    """A list with one line an element."""
    return _bracketed("[]", map(_encode, items), indent)


def _bracketed(brackets: str, lines: Iterable[str], indent: str) -> Iterator[str]:
    opening = brackets[0]
    for line in lines:
        yield f"{opening}\n{indent} {line}"
        opening = ","
    yield brackets if opening == brackets[0] else f"\n{indent}{brackets[1]}"


def _encode(value: Any) -> str:
    """One line of JSON; what JSON cannot hold (see `_mended`) never ends the run."""
    try:
        text = _ENCODER.encode(value)
    except (ValueError, RecursionError):
        return _ENCODER.encode(_mended(value, _DEPTH))
    # Every surrogate is written as \udXXX: most are emoji, but one may stand alone.
    return _ENCODER.encode(_mended(value, _DEPTH)) if "\\ud" in text else text


def _mended(value: Any, depth: int) -> Any:
    """The value with lone surrogates as U+FFFD, numbers that are not finite as words, and no abyss."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        pairs = ((_text(str(key)), item) for key, item in value.items())
        return {key: _mended(item, depth - 1) for key, item in pairs} if depth else _TOO_DEEP
    if isinstance(value, (list, tuple)):
        return [_mended(item, depth - 1) for item in value] if depth else _TOO_DEEP
    return value


def _text(value: str) -> str:
    return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
