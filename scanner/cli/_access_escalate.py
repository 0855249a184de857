"""`posture access escalate`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli import _help, _streams
from scanner.cli._output import INCOMPLETE_RUN
from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.derive.access.escalation.graph import Graph

_EPILOG = _help.examples(
    ("who can come by every permission, and how", "posture access escalate account.posture"),
    ("every way of one user", "posture access escalate account.posture --from build-agent"),
    ("for another program", "posture access escalate account.posture --format json"),
)


@click.command("escalate", short_help="Who can come by every permission, step by step.", epilog=_EPILOG)
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.option(
    "--from", "start", metavar="PRINCIPAL", help="Only from this user or role (ARN or name); all of its ways."
)
@click.option("--why-not", is_flag=True, help="Tell what stops those who nearly could, too.")
@click.option("--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True)
def command(snapshot: Path, start: str | None, format_: str, *, why_not: bool) -> int:
    """Tell who in a SNAPSHOT is administrator, and who can become one: the shortest path of each, step by step.

    A step is one that every deny, boundary, organization policy and condition leaves possible; what must hold
    besides and the snapshot does not tell is said with it. Exits 0 whatever is found, and 3 if policies were
    not read that may open other paths.
    """
    from scanner.derive.access.escalation.graph import Graph
    from scanner.derive.access.escalation.told import Told
    from scanner.snapshot.opening import open_inventory

    graph = Graph(open_inventory(snapshot))
    arn = _named(graph, start) if start else None
    answer = Told(graph).answer(arn)
    if format_ == "json":
        _streams.write(json.dumps(answer, indent=2) + "\n", wanted=True)
    else:
        _streams.write("\n".join(_lines(answer, why_not=why_not or bool(arn))) + "\n", wanted=True)
    return INCOMPLETE_RUN if answer["unknown"] else 0


def _named(graph: Graph, text: str) -> str:
    """The ARN that is meant. Raises `UsageError` where none or several are."""
    identities = graph.sure.identities
    found = [arn for arn, one in identities.items() if text in (arn, one.name)]
    if not found and (session := graph.world.identity(text)) is not None:
        found = [session.arn]
    if len(found) == 1:
        return found[0]
    what = "names several users and roles" if found else "is no user or role of the snapshot"
    raise UsageError(f"--from: {text!r} {what}", hint="Give its ARN: " + ", ".join((found or list(identities))[:3]))


def _lines(answer: Mapping[str, Any], *, why_not: bool) -> Iterator[str]:
    from scanner.render.text import printable

    for line in _sections(answer, why_not=why_not):
        yield printable(line)


def _sections(answer: Mapping[str, Any], *, why_not: bool) -> Iterator[str]:
    equivalent = set(answer["equivalent"])
    yield f"Administrators: {len(answer['administrators'])}"
    for arn in answer["administrators"]:
        yield f"  {arn}" + (" (after a step on itself)" if arn in equivalent else "")
    yield ""
    yield f"Paths to every permission: {len(answer['paths'])}"
    for path in answer["paths"]:
        yield from _path(path)
    if why_not and answer["stopped"]:
        yield ""
        yield f"Stopped: {len(answer['stopped'])}"
        for stop in answer["stopped"]:
            yield from _stop(stop)
    yield from _listed("Not followed, since a snapshot does not tell what they bring", _untold(answer["untold"]))
    yield from _listed("Not read, so that there may be other paths", _unknown(answer["unknown"]))
    yield from _listed("Assumed", answer["assumptions"])


def _path(path: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    doubt = "" if path["certain"] else ", if what is assumed holds"
    yield f"{path['from']} becomes administrator{doubt}:"
    for number, step in enumerate(path["steps"], start=1):
        target = "" if step["to"] == step["from"] else f" {step['to']}"
        yield f"  {number}. {step['title']}{f':{target}' if target else ''} [{step['primitive']}]"
        if step["through"]:
            yield f"     through {step['through']}"
        for one in step["statements"]:
            yield f"     {_said(one)}"
        for key, values in step["conditions"].items():
            yield f"     with {key} = {', '.join(values)}"
        for text in step["assumptions"]:
            yield f"     assumed: {text}"


def _said(one: Mapping[str, Any]) -> str:
    action = f"{one['action']}: " if "action" in one else ""
    if "statement" not in one:
        return f"{action}{one['policy']}: {one['reason']}"
    name = f"{one['sid']!r}" if one["sid"] else str(one["statement"])
    return f"{action}{one['reason']} by statement {name} of {one['policy']} ({one['text']})".replace(
        "allows by", "allowed by"
    ).replace("denies by", "denied by")


def _stop(stop: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    target = "" if stop["to"] == stop["from"] else f" {stop['to']}"
    primitive = f" [{stop['primitive']}]" if stop["primitive"] else ""
    yield f"{stop['from']} would {stop['title']}{f':{target}' if target else ''}{primitive}, but:"
    for request in stop["refused"]:
        yield f"     {request} is not allowed"
    for one in stop["by"]:
        yield f"     {_said(one)}"


def _untold(several: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for one in several:
        arns = one["principals"]
        more = f" and {len(arns) - 1} more" if len(arns) > 1 else ""
        yield f"{one['title']} [{one['primitive']}]: {arns[0]}{more}"


def _unknown(several: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for one in several:
        yield f"{one['principal']}: {one.get('message') or one['why']}"


def _listed(title: str, lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
    several = list(lines)
    if several:
        yield ""
        yield f"{title}:"
        yield from (f"  {line}" for line in several)
