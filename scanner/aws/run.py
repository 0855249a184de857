"""Collecting: shards are read by a pool of threads and handed on one by one as they complete."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol

from scanner.aws import permissions, plan
from scanner.aws.crew import Crew
from scanner.aws.events import Event, RunRecord, ShardFinished, ShardRecord, ShardsPlanned, ShardStarted, Tick
from scanner.aws.failures import Failure
from scanner.aws.interpret import Interpreter
from scanner.aws.missed import Place
from scanner.aws.shard import ShardJob
from scanner.aws.source import THREADS, Account, Source
from scanner.aws.table import tables
from scanner.errors import UsageError
from scanner.model import GLOBAL, Gap, Reads, Shard

_TICK = 0.2
_LONGEST = ("iam", "s3", "kms", "ec2", "vpc")
"""The tables that take longest come first, so that the threads do not wait for them in the end."""


class Sink(Protocol):
    """Where shards go; called from the thread that called `collect`, one shard at a time."""

    def done(self, account: str, region: str, service: str) -> bool:
        """Whether that shard is already there, from a run that was cut short."""

    def write(self, shard: Shard) -> None:
        """Keep a shard."""


def collect(  # noqa: PLR0913 - a public call with named options
    source: Source,
    sink: Sink,
    *,
    regions: Sequence[str] | None = None,
    services: Sequence[str] | None = None,
    reads: Reads | None = None,
    extras: Collection[str] = (),
    threads: int = THREADS,
    progress: Callable[[Event], None] | None = None,
) -> RunRecord:
    """Read the accounts of a source into a sink, and say how it went.

    `regions`: `None` for all that are enabled. `services`: names of tables (`s3`, `kms`, `vpc`,
    `ec2`), `None` for all. `reads`: the members that rules and facts read; `None` makes every call
    of the tables but those of `extras` not named. Calls that are refused are recorded in the shards, never raised.

    Raises `AwsError` without usable credentials or for a region that does not exist, `UsageError`
    for a service that no table collects, and `InputError` for a recording without accounts.
    """
    wanted = _chosen(services, reads, extras)
    record = RunRecord(source.meter, services=tuple(wanted))
    return _Run(source, sink, max(threads, 1), progress or (lambda _: None), wanted, record).all(regions)


def _chosen(
    services: Sequence[str] | None, reads: Reads | None, extras: Collection[str]
) -> dict[str, tuple[plan.Wanted, ...]]:
    strange = sorted(set(services or ()) - tables().keys())
    if strange:
        raise UsageError(f"no collector for {', '.join(strange)}", hint=f"There are {', '.join(tables())}")
    found = plan.wanted(reads, extras)
    return {name: entries for name, entries in found.items() if services is None or name in services}


@dataclass(slots=True)
class _Run:
    source: Source
    sink: Sink
    threads: int
    progress: Callable[[Event], None]
    wanted: dict[str, tuple[plan.Wanted, ...]]
    record: RunRecord
    asking: Counter[str] = field(default_factory=Counter)
    """How many shards that are not read yet ask each service."""

    def all(self, regions: Sequence[str] | None) -> RunRecord:
        """Every shard of every account."""
        begun = time.monotonic()
        record, jobs, planned = self.record, [], []
        for account in self.source.accounts():
            chosen, kept = self._regions(account, regions)
            record.accounts += (account.id,)
            record.regions = tuple(sorted({*record.regions, *chosen}))
            shards = self._shards(account, chosen)
            planned += [shard for shard, _ in shards]
            self.asking.update(
                name for shard, here in shards if not shard.resumed for name in plan.asked_services(here)
            )
            jobs.append(self._jobs(account, shards, Interpreter(self.source, kept)))
        record.shards += [shard for shard in planned if shard.resumed]
        self.progress(ShardsPlanned(tuple(planned)))
        self._work(chain.from_iterable(jobs))
        record.shards.sort(key=lambda one: (one.account, one.region, one.service))
        record.seconds = time.monotonic() - begun
        return record

    def _regions(
        self, account: Account, regions: Sequence[str] | None
    ) -> tuple[tuple[str, ...], frozenset[str] | None]:
        """The regions to read, and those whose resources a global listing keeps (`None`: all).

        Nothing is dropped where the enabled regions are only guessed: from a recording's folders,
        or since AWS did not tell them.
        """
        if regions is not None:
            self.source.check_regions(account, regions)
            return tuple(sorted(set(regions))), frozenset(regions)
        found, failure = self.source.regions(account)
        if failure and not self.sink.done(account.id, GLOBAL, "regions"):
            gap = _regions_gap(account, found, failure)
            self.sink.write(Shard(account.id, GLOBAL, "regions", gaps=[gap]))
        guessed = failure is not None or not self.source.knows_regions(account)
        return tuple(sorted(set(found))), None if guessed else frozenset(found)

    def _shards(self, account: Account, regions: Sequence[str]) -> list[tuple[ShardRecord, tuple[plan.Wanted, ...]]]:
        """The shards of an account in the order of reading, with what is wanted of each.

        A service's regions come one after the other, so that what it takes to ask it is kept for a while only.
        """
        found = []
        names = [name for name in (*_LONGEST, *self.wanted) if name in self.wanted]
        for name in dict.fromkeys(names):
            entries = self.wanted[name]
            for region in (GLOBAL, *regions):
                here = tuple(entry for entry in entries if (entry.collect.scope == GLOBAL) == (region == GLOBAL))
                if here:
                    resumed = self.sink.done(account.id, region, name)
                    found.append((ShardRecord(account.id, region, name, resumed=resumed), here))
        return found

    @staticmethod
    def _jobs(
        account: Account, shards: Sequence[tuple[ShardRecord, tuple[plan.Wanted, ...]]], interpreter: Interpreter
    ) -> Iterator[ShardJob]:
        """The shards that are not there yet."""
        for shard, here in shards:
            if not shard.resumed:
                yield ShardJob(interpreter, Place(account, shard.region), shard.service, here)

    def _work(self, jobs: Iterator[ShardJob]) -> None:
        """Keep the threads busy, and only a few shards open at a time, so that memory stays bounded."""
        crew = Crew(self.source, self.threads)
        ticked, wait = 0.0, True
        try:
            while True:
                while crew.pending < 2 * self.threads and (job := next(jobs, None)):
                    self.progress(ShardStarted(job.place.account.id, job.place.region, job.service))
                    crew.submit(job, job.begin())
                if not crew.pending:
                    return
                job = crew.take_one()
                if job.finished:
                    self._finished(job)
                if time.monotonic() - ticked > _TICK:
                    ticked = time.monotonic()
                    self.progress(Tick(self.source.meter.calls, self.source.meter.throttles, crew.pending))
        except KeyboardInterrupt:
            wait = False  # what the threads still fetch belongs to shards that will be read again
            raise
        finally:
            crew.dismiss(wait=wait)

    def _finished(self, job: ShardJob) -> None:
        shard = job.shard()
        self.sink.write(shard)
        place = (shard.account, shard.region, shard.service)
        one = ShardRecord(*place, len(shard.resources), len(shard.gaps), job.seconds())
        self.record.shards.append(one)
        self._let_go(job)
        self.progress(ShardFinished(one, self.source.meter.calls, self.source.meter.throttles))

    def _let_go(self, job: ShardJob) -> None:
        """Of what was kept to ask the services that no other shard will ask."""
        self.asking.subtract(job.asked)
        if done := [name for name in sorted(job.asked) if not self.asking[name]]:
            self.source.forget(done)


def _regions_gap(account: Account, found: Sequence[str], failure: Failure) -> Gap:
    return Gap(
        account=account.id,
        region=GLOBAL,
        service="ec2",
        operation="DescribeRegions",
        permission=permissions.permission("ec2", "DescribeRegions"),
        reason=failure.why,
        message=f"{failure.message}; only {', '.join(found)} was read",
    )
