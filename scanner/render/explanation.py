"""One verdict explained for people: what the rule wants, what was found, what decided, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scanner.model import Evidence, Finding, pointer_parts
from scanner.render.console_style import Style, continued
from scanner.render.json_text import encode
from scanner.render.text import printable

_NAMES = {"pass": "pass", "fail": "fail", "unknown": "unknown", "not_applicable": "not applicable"}
_HOLDS = {True: "pass", False: "fail", None: "unknown"}
_CHANGES = {
    "new": "it did not fail in the earlier report",
    "existing": "it failed in the earlier report, too",
    "reopened": "it had been fixed, and fails again",
    "fixed": "it failed in the earlier report",
    "not_assessed": "it failed in the earlier report, and cannot be told now",
}
_LATER = ("after_apply", "known only after apply")
LANGUAGES = {"cli": "the AWS CLI", "cloudformation": "CloudFormation", "terraform": "Terraform"}


def render(explanation: Mapping[str, Any], *, baseline: Mapping[str, Any] | None, style: Style) -> str:
    """The text, ending in a newline; `explanation` is what `scanner.explaining` gives."""
    rule, finding = explanation["rule"], explanation["finding"]
    sections = (
        _head(explanation, style),
        _titled("Goal", style.wrap(str(rule.get("title", "")), "  "), style),
        _condition("Applies when", str(rule.get("when") or ""), explanation["when"], style),
        _condition("Passes when", str(rule.get("expect") or ""), explanation["expect"], style),
        _titled(
            "Parameters",
            (f"  {name} = {encode(explanation['params'][name])}" for name in sorted(explanation["params"])),
            style,
        ),
        _evidence(explanation, style) if finding else (),
        _deciding(finding, style) if finding else (),
        _fixes(finding, style) if finding else (),
        _titled("Since the earlier report", _change(finding, baseline), style) if finding else (),
        _titled("Accepted", _waiver(finding, style), style) if finding else (),
        _titled("Gives evidence for", _frameworks(rule), style),
        _titled("Read more", (f"  {printable(str(url))}" for url in rule.get("references", ())), style),
    )
    lines: list[str] = []
    for section in map(list, sections):
        lines += [*([""] if lines and section else []), *section]
    return style.finish(lines)


def _titled(title: str, lines: Iterator[str], style: Style) -> Iterator[str]:
    for index, line in enumerate(lines):
        if not index:
            yield style.paint(title, "heading")
        yield line


def _head(explanation: Mapping[str, Any], style: Style) -> Iterator[str]:
    rule, finding, resource = (explanation[name] for name in ("rule", "finding", "resource"))
    name = _NAMES[str(finding.verdict) if finding else "not_applicable"]
    yield f"{style.verdict(name)}  {style.paint(printable(rule['id']), 'heading')}"
    held = resource or {"type": finding.resource_type, "account": finding.account, "region": finding.region}
    severity = finding.severity if finding else rule.get("severity", "")
    facts = (held["type"], held["account"], held["region"], severity)
    yield printable(explanation["resource_id"])
    yield style.paint(" · ".join(printable(str(fact)) for fact in facts if fact), "quiet")
    if not finding:
        yield from style.wrap(
            "The rule does not apply to this resource: a condition of “applies when” does not hold.", ""
        )
        return
    place = finding.origin.get("file")
    if place:
        yield style.paint(
            printable(f"{place}:{finding.origin.get('line', 1)} {finding.origin.get('address', '')}"), "quiet"
        )
    yield from style.wrap(finding.message, "")
    yield style.paint(f"fingerprint {finding.fingerprint}", "quiet")


def _condition(title: str, text: str, parts: Sequence[Mapping[str, Any]], style: Style) -> Iterator[str]:
    if not text.strip():
        return
    yield style.paint(title, "heading")
    yield from (style.paint(f"  {printable(line.strip())}", "quiet") for line in text.strip().splitlines())
    for part in parts:
        margin = "  " * (part["depth"] + 1)
        sign = style.sign(_HOLDS[part["holds"]])
        yield style.cut(f"{margin}\0 {_part(part)}").replace("\\x00", sign, 1)


def _part(part: Mapping[str, Any]) -> str:
    if "joins" in part:
        return "all of:" if part["joins"] == "all" else "any of:"
    if "because" in part:
        return f"{part['path']}: not known, {'; '.join(part['because'])}"
    if "found" not in part:
        return str(part["path"])
    noun = f"{encode(part['found'])} of them" if part.get("counts") else encode(part["found"])
    return f"{part['path']}: {noun}, wanted {_wanted(part['expected'])}"


def _wanted(expected: Any) -> str:
    return expected if isinstance(expected, str) else encode(expected)


def _evidence(explanation: Mapping[str, Any], style: Style) -> Iterator[str]:
    finding: Finding = explanation["finding"]
    for index, item in enumerate(finding.evidence):
        if not index:
            yield style.paint("Found", "heading")
        if item.reason:
            yield style.cut(f"  {item.path or finding.resource_type}: not known, {item.reason}")
        else:
            yield style.cut(f"  {item.path}: {encode(item.value)}, wanted {_wanted(item.expected)}")
        yield from (style.paint(style.cut(f"    {line}"), "quiet") for line in _behind(item, explanation["resource"]))


def _behind(item: Evidence, resource: Mapping[str, Any] | None) -> Iterator[str]:
    """Where a value stands, which call read it, and what stands there if that says more than the value."""
    if item.operation and not item.reason:
        yield f"read by {item.operation}"
    places = item.source.split(" ")  # several pointers stand in one text; a statement's Sid may hold blanks
    several = places if all(place.startswith("/") for place in places) else [item.source]
    for source in several if item.source and not item.reason else ():
        held = _at(resource["config"], source) if resource and source.startswith("/") else None
        more = f": {encode(held)}" if held is not None and held != item.value else ""
        if more or source != f"/{item.path.replace('.', '/')}":
            yield f"decided by {source}{more}"


def _at(document: Any, at: str) -> Any:
    for part in pointer_parts(at):
        if isinstance(document, dict):
            document = document.get(part)
        elif isinstance(document, list) and part.isascii() and part.isdigit() and int(part) < len(document):
            document = document[int(part)]
        else:
            return None
    return document


def _deciding(finding: Finding, style: Style) -> Iterator[str]:
    """What would turn an unknown into a verdict."""
    wanted: dict[str, None] = {}
    for item in finding.evidence if finding.verdict == "unknown" else ():
        if item.permission and item.reason.startswith("denied"):
            wanted[f"Allow {item.permission}, for the call {item.operation or item.permission}, and scan again"] = None
        elif item.operation:
            wanted[f"An answer of {item.operation}: scan again"] = None
        elif item.reason.startswith(_LATER):
            wanted["It is decided by the deploy: scan the account after it"] = None
        elif item.reason:
            wanted[f"{item.path or 'The resource'}: {item.reason}"] = None
    lines = (line for text in wanted for line in style.wrap(text, "  "))
    yield from _titled("What would decide it", lines, style)


def _fixes(finding: Finding, style: Style) -> Iterator[str]:
    for index, (name, text) in enumerate(sorted(finding.fix.items())):
        if index:
            yield ""
        yield style.paint(f"Mend with {LANGUAGES.get(name) or printable(name)}", "heading")
        lines = (printable(line.rstrip()) for line in text.strip().splitlines())
        if name == "cli":
            lines = (part for line in lines for part in continued(line, style.width - len("  ")))
        yield from (f"  {line}" for line in lines)


def _change(finding: Finding, baseline: Mapping[str, Any] | None) -> Iterator[str]:
    if finding.change:
        when = f" of {baseline['taken_at']}" if baseline and baseline.get("taken_at") else ""
        words = _CHANGES.get(finding.change, finding.change)
        yield f"  {printable(finding.change.replace('_', ' '))}: {words.replace('report', f'report{when}', 1)}"


def _waiver(finding: Finding, style: Style) -> Iterator[str]:
    waiver = finding.waiver or {}
    if waiver:
        yield from style.wrap(str(waiver.get("reason", "")), "  ")
        parts = (("by", "owner"), ("until", "expires"), ("in", "source"))
        yield f"  {' '.join(printable(f'{word} {waiver[name]}') for word, name in parts if waiver.get(name))}"


def _frameworks(rule: Mapping[str, Any]) -> Iterator[str]:
    for name, ids in sorted(rule.get("frameworks", {}).items()):
        yield f"  {printable(name)}: {printable(', '.join(map(str, ids)))}"
