"""Collecting: shards are read by a pool of threads and handed on one by one as they complete."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from queue import SimpleQueue
from typing import Any, Protocol

from scanner.aws import permissions, plan
from scanner.aws.events import Event, RunRecord, ShardFinished, ShardRecord, ShardStarted, Tick
from scanner.aws.failures import Failure
from scanner.aws.interpret import Interpreter, Place
from scanner.aws.session import THREADS
from scanner.aws.shard import ShardJob, Task
from scanner.aws.source import Account, Source
from scanner.aws.table import tables
from scanner.errors import UsageError
from scanner.model import GLOBAL, Gap, Reads, Shard

_TICK = 0.2


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
    threads: int = THREADS,
    progress: Callable[[Event], None] | None = None,
) -> RunRecord:
    """Read the accounts of a source into a sink, and say how it went.

    `regions`: `None` for all that are enabled. `services`: names of tables (`s3`, `kms`, `vpc`,
    `ec2`), `None` for all. `reads`: the members that rules and facts read; `None` makes every call
    of the tables. Calls that are refused are recorded in the shards, never raised.

    Raises `AwsError` without usable credentials or for a region that does not exist, `UsageError`
    for a service that no table collects, and `InputError` for a recording without accounts.
    """
    return _Run(source, sink, threads, progress or (lambda _: None)).all(regions, _chosen(services, reads))


def _chosen(services: Sequence[str] | None, reads: Reads | None) -> dict[str, tuple[plan.Wanted, ...]]:
    strange = sorted(set(services or ()) - tables().keys())
    if strange:
        raise UsageError(f"no collector for {', '.join(strange)}", hint=f"There are {', '.join(tables())}")
    return {name: entries for name, entries in plan.wanted(reads).items() if services is None or name in services}


@dataclass(slots=True)
class _Run:
    source: Source
    sink: Sink
    threads: int
    progress: Callable[[Event], None]

    def all(self, regions: Sequence[str] | None, wanted: dict[str, tuple[plan.Wanted, ...]]) -> RunRecord:
        """Every shard of every account."""
        begun = time.monotonic()
        record = RunRecord(services=tuple(wanted), meter=self.source.meter)
        jobs: list[Iterator[ShardJob]] = []
        for account in self.source.accounts():
            chosen = self._regions(account, regions)
            record.accounts += (account.id,)
            record.regions = tuple(sorted({*record.regions, *chosen}))
            jobs.append(self._jobs(account, chosen, wanted, record))
        self._work(chain.from_iterable(jobs), record)
        record.shards.sort(key=lambda one: (one.account, one.region, one.service))
        record.seconds = time.monotonic() - begun
        return record

    def _regions(self, account: Account, regions: Sequence[str] | None) -> tuple[str, ...]:
        if regions is not None:
            self.source.check_regions(account, regions)
            return tuple(sorted(set(regions)))
        found, failure = self.source.regions(account)
        if failure and not self.sink.done(account.id, GLOBAL, "regions"):
            gap = _regions_gap(account, found, failure)
            self.sink.write(Shard(account.id, GLOBAL, "regions", gaps=[gap]))
        return tuple(sorted(set(found)))

    def _jobs(
        self, account: Account, regions: tuple[str, ...], wanted: dict[str, tuple[plan.Wanted, ...]], record: RunRecord
    ) -> Iterator[ShardJob]:
        """The shards of an account that are not there yet."""
        interpreter = Interpreter(self.source, frozenset(regions))
        for region in (GLOBAL, *regions):
            for name, entries in wanted.items():
                here = tuple(entry for entry in entries if (entry.collect.scope == GLOBAL) == (region == GLOBAL))
                if not here:
                    continue
                if self.sink.done(account.id, region, name):
                    record.shards.append(ShardRecord(account.id, region, name, resumed=True))
                else:
                    yield ShardJob(interpreter, Place(account, region), name, here)

    def _work(self, jobs: Iterator[ShardJob], record: RunRecord) -> None:
        """Keep the threads busy, and a few shards open at a time, so that memory stays bounded.

        An error in a thread is a fault of ours and ends the run; what AWS refuses is not raised.
        """
        done: SimpleQueue[tuple[ShardJob, Task, Any, BaseException | None]] = SimpleQueue()
        pending, ticked = 0, 0.0
        pool = ThreadPoolExecutor(max(self.threads, 1), thread_name_prefix="collect")

        def submit(job: ShardJob, tasks: Iterable[Task]) -> int:
            count = 0
            for task in tasks:
                pool.submit(_perform, job, task, done)
                count += 1
            return count

        try:
            while True:
                while pending < 2 * self.threads and (job := next(jobs, None)):
                    self.progress(ShardStarted(job.place.account.id, job.place.region, job.service))
                    pending += submit(job, job.begin())
                if not pending:
                    return
                job, task, result, error = done.get()
                if error:
                    raise error
                pending += submit(job, job.take(task, result)) - 1
                if job.finished:
                    self._finished(job, record)
                if time.monotonic() - ticked > _TICK:
                    ticked = time.monotonic()
                    self.progress(Tick(self.source.meter.calls, self.source.meter.throttles, pending))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _finished(self, job: ShardJob, record: RunRecord) -> None:
        shard = job.shard()
        self.sink.write(shard)
        one = ShardRecord(
            shard.account, shard.region, shard.service, len(shard.resources), len(shard.gaps), job.seconds()
        )
        record.shards.append(one)
        self.progress(ShardFinished(one, self.source.meter.calls, self.source.meter.throttles))


def _perform(job: ShardJob, task: Task, done: SimpleQueue[tuple[ShardJob, Task, Any, BaseException | None]]) -> None:
    try:
        done.put((job, task, job.perform(task), None))
    except BaseException as error:  # noqa: BLE001 - handed to the waiting thread, which raises it; else it would wait for ever
        done.put((job, task, None, error))


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
