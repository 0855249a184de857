"""Judging a snapshot in several processes: parts of it, each read from the same file, put together in order."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.errors import PostureError
from scanner.findings import MOST_HELD, Columns, Findings, Kept
from scanner.spool import Segment

if TYPE_CHECKING:
    from scanner.aws.executor import Link
    from scanner.engine.evaluate import Tally, Unit
    from scanner.engine.judge import Asked, Inputs, Judged
    from scanner.snapshot.reading import Snapshot

LARGE = 20_000
"""Resources from which on it pays to begin processes, where nobody says how many: each loads for half a second."""
_MOST = 8
_PARTS_EACH = 4
"""Parts for each process, so that none waits long for the last."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What a process needs to know to judge as this one does; `params` is JSON."""

    path: str
    taken_at: str
    rules: tuple[str, ...]
    packs: tuple[str, ...]
    params: str
    frameworks: tuple[str, ...]
    all_resources: bool


@dataclass(frozen=True, slots=True)
class Task:
    """A part to be judged, and where to put what is found."""

    spec: Spec
    units: tuple[Unit, ...]
    folder: str
    number: int


@dataclass(slots=True)
class Done:
    """A part that is judged: its two files, what is asked of them at once, and what was counted."""

    findings: tuple[Segment, Columns]
    resources: tuple[Segment, dict[str, int]]
    tally: Tally


@dataclass(slots=True)
class _Part:
    """A part, as the executor sees it."""

    task: Task
    done: Done | None = None

    def request(self) -> Task:
        return self.task

    def take(self, message: Done) -> None:
        self.done = message

    def ended(self) -> None:
        """Nothing: what there is to take was taken."""

    def lost(self, reason: str) -> None:
        """Nothing: what no process could judge, this one does, or says why not."""

    def retried(self, reason: str) -> None:
        """Nothing: the files are begun anew."""


def count_for(processes: int, snapshot: Snapshot) -> int:
    """In how many processes to judge; `processes` of 0: for a large snapshot as many as there are processors."""
    if processes:
        return processes
    cores = min(os.cpu_count() or 1, _MOST)
    return cores if cores > 1 and sum(count for *_, count in snapshot.counts()) >= LARGE else 1


def judge(inputs: Inputs, snapshot: Snapshot, asked: Asked, processes: int) -> Judged:
    """What `scanner.engine.judge.judge` gives, to the byte, found by so many processes."""
    from scanner.aws.executor import Processes
    from scanner.engine.judge import Judged

    spec = Spec(
        path=str(snapshot.path.resolve()),
        taken_at=snapshot.taken_at,
        rules=tuple(sorted({binding.rule.id for binding in inputs.bindings})),
        packs=tuple(str(Path(pack).resolve()) for pack in asked.packs),
        params=json.dumps(asked.params, sort_keys=True),
        frameworks=asked.frameworks,
        all_resources=inputs.all_resources,
    )
    with tempfile.TemporaryDirectory(prefix="posture-") as folder:
        chunks = _chunks(inputs, snapshot, processes * _PARTS_EACH)
        parts = [_Part(Task(spec, units, folder, number)) for number, units in enumerate(chunks)]
        Processes(processes).run(perform, parts, lambda _: None)
        whole = Judged(Findings(), Kept())
        for part in parts:
            _join(whole, part.done or _judged(inputs, part.task))
    if len(whole.findings) <= MOST_HELD:
        return Judged(list(whole.findings), dict(whole.resources), whole.tally)
    return whole


def _chunks(inputs: Inputs, snapshot: Snapshot, wanted: int) -> Iterator[tuple[Unit, ...]]:
    """The units in order, cut into about so many parts of equal work."""
    from scanner.engine.judge import units

    rules = Counter(binding.rule.resource for binding in inputs.bindings)
    work = {(account, region, name): count * rules[name] for account, region, name, count in snapshot.counts()}
    enough = max(1, sum(work.values()) // wanted)
    part: list[Unit] = []
    held = 0
    for unit in units(inputs):
        part.append(unit)
        held += work.get(unit, 0)
        if held >= enough:
            yield tuple(part)
            part, held = [], 0
    if part:
        yield tuple(part)


def perform(task: Task, link: Link) -> None:
    """The work of a process, part after part. What cannot be read is left to the parent, which says so."""
    with suppress(PostureError):
        link.send(_judged(_inputs(task.spec), task))


@lru_cache(maxsize=1)
def _inputs(spec: Spec) -> Inputs:
    """What the parts of one run have in common."""
    from scanner import api
    from scanner.derive.facts import Facts
    from scanner.engine.bindings import bind
    from scanner.engine.judge import Inputs
    from scanner.snapshot.reading import Snapshot

    snapshot = Snapshot(spec.path)
    snapshot.taken_at = spec.taken_at
    ruleset = api.load_rules([Path(pack) for pack in spec.packs], spec.rules)
    return Inputs(
        inventory=snapshot,
        bindings=bind(ruleset, json.loads(spec.params), spec.frameworks),
        facts=Facts(snapshot),
        frameworks={},
        tool={},
        all_resources=spec.all_resources,
        call_of=api.call_of(snapshot),
    )


def _judged(inputs: Inputs, task: Task) -> Done:
    from scanner.engine import judge as engine

    folder = Path(task.folder)
    findings, kept = Findings(path=folder / f"{task.number}.findings"), Kept(folder / f"{task.number}.resources")
    done = engine.judge(inputs, task.units, engine.Judged(findings, kept))
    return Done(findings.sealed(), kept.sealed(), done.tally)


def _join(whole: Judged, part: Done) -> None:
    if isinstance(whole.findings, Findings) and isinstance(whole.resources, Kept):
        whole.findings.adopt(*part.findings)
        whole.resources.adopt(*part.resources)
    whole.tally.add(part.tally)
