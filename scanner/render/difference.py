"""The difference of two snapshots or reports for people: what came, what went, what is set otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from scanner.render.console_style import Style
from scanner.render.json_text import encode
from scanner.render.tally import listed, plural, rank
from scanner.render.text import printable

_PATHS = 10
_SIGNS = {"added": "+", "removed": "-", "changed": "~", "unknown": "?"}
_COLORS = {"added": "pass", "removed": "fail", "changed": "medium", "unknown": "unknown"}
_WORDS = {"new": "new", "reopened": "open again", "not_assessed": "cannot be told any more", "fixed": "fixed"}
_ROLES = {"new": "fail", "reopened": "fail", "not_assessed": "unknown", "fixed": "pass"}
_GONE = {
    "resource": "the resource is gone",
    "rule": "the rule was not run, or with other parameters",
    "not_applicable": "the rule does not apply any more",
    "not_scanned": "its account, region or type was not read",
    "untold": "the resource is gone, or the rule does not apply any more",
}


def render(found: Mapping[str, Any], *, width: int, color: bool, unicode: bool) -> str:
    """The text, ending in a newline; `found` is what `scanner.differing.difference` gives."""
    style = Style(width, color, unicode)
    sections = (
        _sides(found, style),
        _summary(found, style),
        _changes(found["configuration"]["changes"], style),
        _findings(found["findings"], style),
        _gone(found["findings"]["gone"], style),
        _paths(found["paths"], style),
        _not_compared(found["configuration"]["not_compared"], style),
    )
    lines: list[str] = []
    for section in map(list, sections):
        lines += [*([""] if lines and section else []), *section]
    return style.finish(lines)


def _sides(found: Mapping[str, Any], style: Style) -> Iterator[str]:
    for name in ("old", "new"):
        side = found[name]
        parts = [str(side[key]) for key in ("file", "source", "taken_at") if side[key]]
        parts += [plural(len(side[key]), key[:-1]) for key in ("accounts", "regions") if side[key]]
        yield style.paint(style.cut(f"{name}  {' · '.join(parts)}"), "quiet")


def _summary(found: Mapping[str, Any], style: Style) -> Iterator[str]:
    configuration, findings = found["configuration"], found["findings"]
    if not found["different"]:
        scope = f"{plural(configuration['compared'], 'resource')} and {plural(findings['compared'], 'verdict')}"
        rest = "" if found["complete"] else ", as far as it can be told"
        yield style.paint(f"No difference in {scope}{rest}.", "heading")
    sure = [change for change in configuration["changes"] if change["kind"] != "unknown"]
    if sure:
        kinds = ((kind, sum(change["kind"] == kind for change in sure)) for kind in _SIGNS)
        words = ", ".join(f"{count:,} {kind}" for kind, count in kinds if count)
        verb = "differs" if len(sure) == 1 else "differ"
        yield style.paint(f"{plural(len(sure), 'resource')} {verb}: {words}.", "heading")
    counts = findings["counts"]
    names = [*_WORDS.items(), ("gone", "without a counterpart")]
    names += [("existing", "still open")] if any(counts[name] for name, _ in names) or sure else []
    words = ", ".join(f"{counts[name]:,} {word}" for name, word in names if counts[name])
    if words:
        yield style.paint(f"Findings: {words}.", "heading")
    for name, verb in (("rules_added", "Only new"), ("rules_removed", "Only old")):
        if findings[name]:
            yield from style.wrap(f"{verb} was judged by {listed(findings[name], 5)}.", "")
    if configuration["unknown_in_both"]:
        yield f"Neither side knows {plural(configuration['unknown_in_both'], 'member')}."


def _changes(changes: Sequence[Mapping[str, Any]], style: Style) -> Iterator[str]:
    for type_, of_type in groupby(changes, key=lambda change: change["resource_type"]):
        yield style.paint(printable(type_), "heading")
        blind: dict[tuple[str, ...], list[Mapping[str, Any]]] = defaultdict(list)
        for change in of_type:
            if change["kind"] == "unknown":
                blind[tuple(map(_member, change["members"]))].append(change)
                continue
            yield f"  {style.paint(_resource(change), _COLORS[change['kind']])}"
            yield from (style.cut(f"      {_member(member)}") for member in change["members"])
        for members, alike in blind.items():
            names = [change["resource_id"] for change in alike]
            text = names[0] if len(names) == 1 else f"{plural(len(names), 'resource')}: {listed(names, 2)}"
            yield f"  {style.paint(printable(f'? {text}'), 'unknown')}"
            yield from (style.cut(f"      {member}") for member in members)


def _resource(change: Mapping[str, Any]) -> str:
    """Sign, id, and what of name, account and region the id does not tell."""
    id_ = change["resource_id"]
    place = " ".join(part for part in (change["account"], change["region"]) if part not in id_)
    parts = (f"{_SIGNS[change['kind']]} {id_}", "" if change["name"] in id_ else change["name"], place)
    return printable("  ".join(part for part in parts if part))


def _member(member: Mapping[str, Any]) -> str:
    """One member: `/Enabled  true -> false`, `+ /Tags/0  …`, or why it cannot be compared."""
    path, before, after = member["path"], member["before"], member["after"]
    whys = [(side, member.get(f"{name}_unknown")) for side, name in (("old", "before"), ("new", "after"))]
    if open_ := [f"{side} is not known, {why}" for side, why in whys if why]:
        return f"? {path}  cannot be compared ({'; '.join(open_)})"
    if before is None:
        return f"+ {path}  {encode(after)}"
    if after is None:
        return f"- {path}  {encode(before)}"
    return f"~ {path}  {encode(before)} -> {encode(after)}"


def _findings(findings: Mapping[str, Any], style: Style) -> Iterator[str]:
    order = list(_WORDS)
    moved = sorted(findings["changed"], key=lambda each: (order.index(each["change"]), rank(each["severity"])))
    for change, group in groupby(moved, key=lambda each: each["change"]):
        yield style.paint(f"{_WORDS[change].capitalize()}", _ROLES[change])
        for each in group:
            accepted = "  (accepted)" if each["waiver"] else ""
            severity = style.paint(each["severity"], each["severity"]) + " " * (8 - len(each["severity"]))
            yield f"  {severity}  {printable(each['rule_id'])}{accepted}"
            yield from style.wrap(f"{each['message'] or each['resource_id']}", "      ")
            if each["resource_id"] not in each["message"]:
                yield style.paint(f"      {printable(each['resource_id'])}", "quiet")


def _gone(gone: Sequence[Mapping[str, Any]], style: Style) -> Iterator[str]:
    """Earlier findings that nobody can compare, a line for each resource, under the reason."""
    groups: dict[str, dict[str, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for each in sorted(gone, key=lambda item: (rank(item["severity"]), item["rule_id"])):
        groups[each["why"]][each["resource_id"]].append(each)
    for why, by_resource in groups.items():
        yield style.paint(f"Not fixed but without a counterpart: {_GONE[why]}", "heading")
        for id_, findings in by_resource.items():
            said = [f"{each['severity']} {each['rule_id']}" + "?" * (each["verdict"] == "unknown") for each in findings]
            yield from style.wrap(f"{id_}  {', '.join(said)}", "  ", "      ")


def _paths(paths: Mapping[str, Any], style: Style) -> Iterator[str]:
    """Attack paths that came and went."""
    for name, words, role in (
        ("new", "New attack paths", "fail"),
        ("gone", "Attack paths that are gone", "pass"),
        ("not_told", "Attack paths of which it cannot be told", "unknown"),
    ):
        if paths[name]:
            yield style.paint(f"{words} ({len(paths[name]):,})", role)
        for path in paths[name][:_PATHS]:
            yield from style.wrap(printable(f"{path['severity']}: {path['title']}"), "  ", "    ")
        if len(paths[name]) > _PATHS:
            yield style.paint(f"  and {len(paths[name]) - _PATHS:,} more", "quiet")


def _not_compared(places: Sequence[Mapping[str, Any]], style: Style) -> Iterator[str]:
    """Types and places under the reason that keeps them from being compared."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for place in places:
        groups[place["before"], place["after"]].append(place)
    if groups:
        yield style.paint("Not compared: what may have come or gone here", "heading")
    for (before, after), group in groups.items():
        types = listed(sorted({place["type"] for place in group}))
        where = listed(sorted({f"{place['account']} {place['region']}".strip() for place in group}))
        whys = "; ".join(f"{name}: {why}" for name, why in (("old", before), ("new", after)) if why)
        yield from style.wrap(f"{types} in {where} ({whys})", "  ? ", "    ")
        alone = [
            (sum(place[f"{key}_only"] for place in group), name) for key, name in (("before", "old"), ("after", "new"))
        ]
        for count, name in alone:
            if count:
                yield style.paint(f"    {plural(count, 'resource')} only in {name}", "quiet")
