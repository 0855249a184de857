"""Filling the placeholders of messages and fixes with values that others control.

A placeholder is `{Member.path}`, `{derived.fact}` or `{param.name}`: names with `.`, an index `[0]`
or all elements `[]`. The value is data, never a template, and no attribute is ever walked.
"""

from __future__ import annotations

import functools
import json
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from scanner.model import Partial, pointer, pointer_parts

UNKNOWN = "?"
"""Stands for a value that is not known."""

ABSENT = "not set"
"""Stands for a value that is not set."""

EMPTY = "none"
"""Stands for a list without elements."""

LISTED = 3
"""Elements of a list that are named before the rest is counted."""

LONGEST = 200
"""Characters of one value that a message shows."""

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_PATH = _NAME + r"(?:\." + _NAME + r"|\[[0-9]{0,6}\])*"
PLACEHOLDER = re.compile(r"\{(" + _PATH + r")\}")
_REMARK = re.compile(r"( \([^(){}]*|)\{(" + _PATH + r")\}(\)|)")
_STEP = re.compile(_NAME + r"|\[[0-9]*\]")
_FOR_THE_CLI = re.compile(r"-(?![\d.]+$)|(?:file|fileb|https?)://", re.IGNORECASE)
"""What the AWS CLI takes for an option, or for the place of the value, however it is quoted."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class _Missing:
    """A value that is not known."""


_MISSING = _Missing()


def fill(template: str, document: Partial, params: Mapping[str, Any]) -> str:
    """The message with its values: lists shortened, unknown as `?`, control characters gone.

    Elements that may not be there are not shown; where their presence decides which one is meant, it is `?`.

    A remark that has nothing to tell is left out: one about a value that is not set or an empty list,
    ` (key {KmsKeyId})`, one that is nothing but an unknown value, ` ({GroupId})`, and one that says again
    what stands right before it: what has no name is called by its id.
    """
    last, end = "", -1

    def shown(found: re.Match[str]) -> str:
        nonlocal last, end
        before, path, after = found.groups()
        value = _resolve(path, document, params)
        text = _shown(value)
        again = text == last and found.start() == end
        silent = value is None or value == [] or (before == " (" and (value is _MISSING or again))
        if before and after and silent:
            return ""
        last, end = text, -1 if after else found.end()
        return f"{before}{text}{after}"

    return _REMARK.sub(shown, template)


def fill_fix(fix: Mapping[str, str], document: Partial, params: Mapping[str, Any]) -> dict[str, str]:
    """A rule's `fix` with values quoted for the language of each member."""
    return {name: _FILLERS.get(name, fill)(text, document, params) for name, text in fix.items()}


def fill_shell(template: str, document: Partial, params: Mapping[str, Any]) -> str:
    """A command line in which each value is one word of a POSIX shell.

    Where a value is not known or not set, or cannot be seen whole, or would be an option or a file
    for the AWS CLI, the placeholder's last name stands for it in capitals (`KEY-ID`): the command
    fails instead of meaning something else.
    """

    def word(found: re.Match[str]) -> str:
        value = _resolve(found[1], document, params)
        return _reminder(found[1]) if _unusable(value) or _misread(value) else shlex.quote(_plain(value))

    return PLACEHOLDER.sub(word, template)


def fill_hcl(template: str, document: Partial, params: Mapping[str, Any]) -> str:
    """Terraform text in which each value is one quoted string without interpolation."""

    def string(found: re.Match[str]) -> str:
        value = _resolve(found[1], document, params)
        text = _reminder(found[1]) if _unusable(value) else _plain(value)
        return json.dumps(text).replace("${", "$${").replace("%{", "%%{")

    return PLACEHOLDER.sub(string, template)


def fill_yaml(template: str, document: Partial, params: Mapping[str, Any]) -> str:
    """CloudFormation YAML in which each value is one double-quoted scalar."""

    def scalar(found: re.Match[str]) -> str:
        value = _resolve(found[1], document, params)
        return json.dumps(_reminder(found[1]) if _unusable(value) else _plain(value))

    return PLACEHOLDER.sub(scalar, template)


_FILLERS: dict[str, Callable[[str, Partial, Mapping[str, Any]], str]] = {
    "cli": fill_shell,
    "terraform": fill_hcl,
    "cloudformation": fill_yaml,
}


def placeholders(template: str) -> Iterator[re.Match[str]]:
    """The placeholders of a text; group 1 is the path."""
    return PLACEHOLDER.finditer(template)


@functools.lru_cache(maxsize=4096)
def steps(path: str) -> tuple[str, ...]:
    """The parts of a placeholder's path: names, `[0]`, `[]`."""
    return tuple(_STEP.findall(path))


def members(template: str) -> set[str]:
    """Dotted member paths that a text shows, parameters aside."""
    paths = ([step for step in steps(found[1]) if step[0] != "["] for found in placeholders(template))
    return {".".join(names) for names in paths if names[0] != "param"}


def _resolve(path: str, document: Partial, params: Mapping[str, Any]) -> Any:
    parts = steps(path)
    if parts[0] == "param" and len(parts) > 1:
        return _walk(dict(params), parts[1:], (), {})
    return _walk(document.value, parts, (), document.unknown)


def _walk(value: Any, parts: Sequence[str], at: tuple[str | int, ...], unknown: Mapping[str, Any]) -> Any:
    """The value at a path; `_MISSING` if it, or something on the way to it, is not known."""
    for index, step in enumerate(parts):
        if unknown and pointer(*at) in unknown:
            return _MISSING
        if step == "[]":
            return _each(value, parts[index + 1 :], at, unknown)
        key: str | int = int(step[1:-1]) if step[0] == "[" else step
        if isinstance(key, int):
            if unknown and any(_doubtful((*at, index), unknown) for index in range(key)):
                return _MISSING
            value = value[key] if isinstance(value, list) and key < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
        at = (*at, key)
    if unknown and (pointer(*at) in unknown or (value is None and _above(at, unknown))):
        return _MISSING
    return _certain(value, at, unknown) if unknown else value


def _doubtful(at: tuple[str | int, ...], unknown: Mapping[str, Any]) -> bool:
    """Whether an element may not be there."""
    why = unknown.get(pointer(*at))
    return why is not None and why.kind == "maybe"


def _certain(value: Any, at: tuple[str | int, ...], unknown: Mapping[str, Any]) -> Any:
    """The value without the elements in it that may not be there."""
    above = pointer(*at) + "/"
    doubts = [place for place, why in unknown.items() if why.kind == "maybe" and place.startswith(above)]
    return _without(value, [pointer_parts(place[len(above) - 1 :]) for place in doubts])


def _without(value: Any, places: Iterable[list[str]]) -> Any:
    """A copy without what stands at the places."""
    inside: dict[str, list[list[str]]] = {}
    for first, *rest in places:
        inside.setdefault(first, []).append(rest)
    kept = {name: below for name, below in inside.items() if [] not in below}
    if not inside or not isinstance(value, list | dict):
        return value
    if isinstance(value, dict):
        return {name: _without(item, kept.get(name, ())) for name, item in value.items()}
    numbered = ((str(index), item) for index, item in enumerate(value))
    return [_without(item, kept.get(name, ())) for name, item in numbered if name in kept or name not in inside]


def _each(value: Any, rest: Sequence[str], at: tuple[str | int, ...], unknown: Mapping[str, Any]) -> Any:
    """The path's rest in every element, as one list without the elements that lack it."""
    if not isinstance(value, list):
        return None
    found: list[Any] = []
    for index, item in enumerate(value):
        if _doubtful((*at, index), unknown):
            continue
        part = _walk(item, rest, (*at, index), unknown)
        found += part if isinstance(part, list) else [part]
    return [item for item in found if item is not None]


def _above(at: tuple[str | int, ...], unknown: Mapping[str, Any]) -> bool:
    """Whether a part above is unknown, or a list on the way may have more elements."""
    places = {tuple(pointer_parts(place)) for place in unknown}
    texts = tuple(str(part) for part in at)
    return any(texts[:length] in places or (*texts[:length], "-") in places for length in range(len(texts)))


def _unusable(value: Any) -> bool:
    return value is None or value is _MISSING or isinstance(value, list | dict)


def _misread(value: Any) -> bool:
    """Whether a command would mean something else with this value: a user may be called `--debug`."""
    return isinstance(value, str) and (not value.isprintable() or bool(_FOR_THE_CLI.match(value)))


def _reminder(path: str) -> str:
    """`KEY-ID` for `KeyId`: what the reader has to put there."""
    name = [step for step in steps(path) if step[0] != "["][-1]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", "-", name).upper()


def _plain(value: Any) -> str:
    """A scalar as text on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _CONTROL.sub(" ", str(value))


def _shown(value: Any) -> str:
    """A value as a message shows it."""
    if value is _MISSING:
        return UNKNOWN
    if value is None:
        return ABSENT
    if isinstance(value, list):
        return _listed([_shown(item) for item in value])
    text = json.dumps(value, sort_keys=True, ensure_ascii=False) if isinstance(value, dict) else _plain(value)
    text = _CONTROL.sub(" ", text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _listed(texts: list[str]) -> str:
    """`a, b, c and 4 more`, each once, in the order they come."""
    unique = list(dict.fromkeys(texts))
    if not unique:
        return EMPTY
    named, rest = unique[:LISTED], len(unique) - LISTED
    if rest > 0:
        return f"{', '.join(named)} and {rest} more"
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
