"""The file that a new rule begins with: it loads, lints and tests as it is, and says what to change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scanner.model import Shape

_DEPTH = 3
"""Members below members that are looked at for something to begin with."""


@dataclass(frozen=True, slots=True)
class Start:
    """An expectation to begin with, and a document on which it holds and one on which it does not."""

    member: str
    expect: str
    holds: Any
    fails: Any
    rank: int


def start_of(shape: Shape) -> Start:
    """The plainest thing that can be expected of a type: a boolean, else a word of AWS's, else any value."""
    starts = sorted(_starts(shape, (), 0), key=lambda one: one.rank)
    if not starts:
        # A type without members that could be absent: whether it has a name decides.
        return Start("derived.name", "derived.name != ''", "example", "", 9)
    return starts[0]


def _starts(shape: Shape, above: tuple[str, ...], depth: int) -> Iterator[Start]:
    for name, member in shape.members.items():
        path = (*above, name)
        if not name.isidentifier():
            continue
        dotted = ".".join(path)
        if member.kind == "boolean":
            yield Start(dotted, dotted, True, False, depth)  # noqa: FBT003 - values of a document
        elif member.kind == "string" and len(member.enum) > 1:
            yield Start(dotted, f"{dotted} == {_literal(member.enum[0])}", member.enum[0], member.enum[1], 10 + depth)
        elif member.kind == "structure" and depth + 1 < _DEPTH:
            yield from _starts(member, path, depth + 1)
        elif value := {"string": "example", "number": 1, "list": [], "map": {}, "any": {}}.get(member.kind, {}):
            yield Start(dotted, f"{dotted} != `null`", value, None, 20 + depth)
        elif depth == 0:
            yield Start(dotted, f"{dotted} != `null`", {} if member.kind != "list" else [], None, 30)


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _document(member: str, value: Any) -> dict[str, Any]:
    for name in reversed(member.split(".")):
        value = {name: value}
    document: dict[str, Any] = value
    return document


def text(id_: str, resource: str, start: Start, since: str) -> str:
    """The rule file."""
    pointer = "/" + start.member.split(".", maxsplit=1)[0]
    unknown = "" if pointer == "/derived" else _UNKNOWN.format(pointer=pointer)
    return _TEXT.format(
        id=id_,
        resource=resource,
        since=since,
        member=start.member,
        expect=start.expect,
        holds=json.dumps(_document(start.member, start.holds)),
        fails=json.dumps(_document(start.member, start.fails)),
        unknown=unknown,
    )


_UNKNOWN = """\
  # A call that was denied gives no verdict, unless something else decides.
  unknown:
    - document: {{}}
      unknown: {{{pointer}: denied}}
"""

_TEXT = """\
# What each member means: posture explain of a built-in rule, and `posture rules show ID` for its file.
id: {id}
# The goal, never the violation: "Buckets keep old versions of their objects".
title: "{resource}: {member} is as we want it"
severity: medium            # critical, high, medium, low or info
since: "{since}"
resource: {resource}
responsibility: customer    # or shared, where AWS does a part
covers: []                  # ids of controls, as in rules/controls.yaml
# Values that settings may change, read in expressions by param('name').
params: {{}}
# JMESPath over the configuration in AWS's own words; `derived` holds facts, tags, account, region and name.
# Where the rule does not apply at all, say so in `when`, for example:
# when: "derived.tags.environment == 'production'"
expect: >-
  {expect}
# What was found: {{Member.path}}, {{derived.fact}} and {{param.name}} are filled in.
message: "{{derived.name}} is not as we want it ({member}: {{{member}}})"
why: >-
  Say in a sentence or two what happens to whom if this fails.
# How to mend it. Values are quoted for their language, so put no quotes round {{Member}}.
fix: {{}}
#   cli: aws … --region {{derived.region}}
#   terraform: |-
#     …
#   cloudformation: |-
#     …
references: []              # https:// pages of AWS that the semantics come from
# Requirements that this gives evidence for, as in rules/frameworks/*.yaml: nist-800-53-r5: [SC-12]
frameworks: {{}}
# The rule's tests: documents by the verdict that it must give on them.
examples:
  pass:
    - {holds}
  fail:
    - {fails}
{unknown}"""
