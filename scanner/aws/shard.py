"""One shard being read: which task comes next, and what all of them gave."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from scanner.aws import permissions, plan
from scanner.aws.interpret import Interpreter, Outcome
from scanner.aws.listing import Listing
from scanner.aws.missed import Place
from scanner.aws.plan import Wanted
from scanner.aws.together import Answers
from scanner.model import Gap, Resource, Shard, Unknown, Why


@dataclass(frozen=True, slots=True)
class Task:
    """Something a thread does: list `wanted` (`subject` is the parent, if any), or complete a listed `subject`.

    Several entries are listed in one task where one answer names the resources of all.
    """

    wanted: tuple[Wanted, ...]
    subject: Resource | None = None
    listing: bool = False
    answers: Answers | None = None


class ShardJob:
    """The state of a shard. `perform` runs in threads; all other methods in the one that waits for them."""

    def __init__(self, interpreter: Interpreter, place: Place, service: str, wanted: tuple[Wanted, ...]) -> None:
        self.place = place
        self.service = service
        self.asked = plan.asked_services(wanted)
        self._interpreter = interpreter
        self._wanted = wanted
        self._pending = 0
        self._resources: dict[tuple[str, str], Resource] = {}
        self._seen: set[tuple[str, str]] = set()
        self._gaps: list[Gap] = []
        self._missed: dict[str, list[tuple[str, Unknown]]] = {entry.collect.type: [] for entry in wanted}
        self._left_out: dict[str, Counter[str]] = {}
        self._begun = time.monotonic()
        self._read_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def finished(self) -> bool:
        """Whether no task is pending."""
        return self._pending == 0

    def seconds(self) -> float:
        """How long the shard has taken."""
        return time.monotonic() - self._begun

    def begin(self) -> Iterator[Task]:
        """The tasks to begin with."""
        groups: dict[tuple[object, ...], list[Wanted]] = {}
        for entry in self._wanted:
            if not entry.collect.parent:
                asks = entry.collect.asks() if entry.collect.operation else (entry.collect.type,)
                groups.setdefault(asks, []).append(entry)
        for entries in groups.values():
            yield self._task(Task(tuple(entries), listing=True))

    def perform(self, task: Task) -> list[Listing] | Outcome:
        """Do a task; it touches nothing of the shard's state but its own subject."""
        if task.listing:
            return self._interpreter.listings(task.wanted, self.place, task.subject)
        if task.subject is None:
            message = "a resource is completed, so there is one"
            raise TypeError(message)
        return self._interpreter.complete(task.wanted[0], self.place, task.subject, task.answers)

    def take(self, task: Task, result: Any) -> Iterator[Task]:
        """Take in what a task gave; gives the tasks that follow from it."""
        if isinstance(result, Outcome):
            yield from self._take_outcome(task, result)
        else:
            for entry, listing in zip(task.wanted, result, strict=True):
                yield from self._take_listing(entry, task, listing)
        self._pending -= 1

    def _take_outcome(self, task: Task, result: Outcome) -> Iterator[Task]:
        self._gaps += result.gaps
        if result.resource:
            self._resources[result.resource.type, result.resource.id] = result.resource
            for child in self._children(result.resource.type, whole=True):
                yield self._task(Task((child,), result.resource, listing=True))
        elif result.left_out:
            self._left_out.setdefault(task.wanted[0].collect.type, Counter())[result.left_out] += 1

    def _children(self, type_: str, *, whole: bool) -> list[Wanted]:
        """The entries listed for each resource of a type; those with `only_where` need the whole resource."""
        return [one for one in self._wanted if one.collect.parent == type_ and bool(one.collect.only_where) is whole]

    def _take_listing(self, entry: Wanted, task: Task, result: Listing) -> Iterator[Task]:
        type_ = entry.collect.type
        self._gaps += result.gaps
        if result.incomplete:
            self._missed[type_].append((task.subject.id if task.subject else "", result.incomplete))
        for resource in result.resources:
            if (type_, resource.id) in self._seen:
                continue  # on two pages, under two parents, or beneath itself
            self._seen.add((type_, resource.id))
            # Children read the parent's listed members only: a copy of these, since a thread completes the parent.
            listed = replace(resource, config=dict(resource.config))
            children = [Task((one,), listed, listing=True) for one in self._children(type_, whole=False)]
            for following in (Task((entry,), resource, answers=result.answers), *children):
                yield self._task(following)

    def _task(self, task: Task) -> Task:
        self._pending += 1
        return task

    def shard(self) -> Shard:
        """The content, in an order that neither threads nor clocks show in."""
        shard = Shard(self.place.account.id, self.place.region, self.service, read_at=self._read_at)
        shard.resources = [self._resources[key] for key in sorted(self._resources)]
        shard.listed = {type_: self._listed(type_) for type_ in sorted(self._missed)}
        shard.gaps = sorted(
            self._gaps, key=lambda gap: (gap.service, gap.operation, gap.resource_types, gap.resource_id, gap.message)
        )
        return shard

    def _listed(self, type_: str) -> Unknown | None:
        entry = next(entry.collect for entry in self._wanted if entry.collect.type == type_)
        if missed := sorted(self._missed[type_], key=lambda pair: pair[0]):
            subject, first = missed[0]
            others = f" and {len(missed) - 1} more" if len(missed) > 1 else ""
            return replace(first, message=f"{first.message} ({subject}{others})") if subject else first
        if entry.parent and (above := self._listed(entry.parent)):
            return above
        left_out = self._left_out.get(type_)
        if not left_out:
            return None
        where = ", ".join(f"{region}: {count}" for region, count in sorted(left_out.items()))
        message = f"{left_out.total()} left out in regions that were not selected ({where})"
        needed = permissions.needed(entry)
        return Unknown(Why.NOT_COLLECTED, "more", message, needed.service, needed.operation, needed.action)
