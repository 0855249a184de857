"""The threads that read shards: which task is next, so that no service that is slow holds them all."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue
from typing import Any

from scanner.aws.shard import ShardJob, Task
from scanner.aws.source import Source

_SHARE = 4


class Crew:
    """The threads, and the tasks that they have not yet given back.

    Shards that were begun first come first. One whose service asked to slow down gets a quarter of the
    threads: its tasks mostly wait.
    """

    def __init__(self, source: Source, threads: int) -> None:
        self._source = source
        self._most = threads + threads // _SHARE + 1  # some are queued, so that no thread waits for us
        self._slow = max(threads // _SHARE, 1)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="collect")
        self._done: SimpleQueue[tuple[ShardJob, Task, Future[Any]]] = SimpleQueue()
        self._waiting: dict[ShardJob, deque[Task]] = {}
        self._busy: dict[ShardJob, int] = {}
        self.pending = 0

    def submit(self, job: ShardJob, tasks: Iterable[Task]) -> None:
        """Take on tasks of a shard."""
        waiting = self._waiting.setdefault(job, deque())
        before = len(waiting)
        waiting.extend(tasks)
        self.pending += len(waiting) - before
        self._busy.setdefault(job, 0)
        self._hand_out()

    def take_one(self) -> ShardJob:
        """Wait for a task, take on those that follow from it, and give its shard.

        An error in a thread is a fault of ours and is raised; what AWS refuses is part of a result.
        """
        job, task, future = self._done.get()
        self.pending -= 1
        self._busy[job] -= 1
        self.submit(job, job.take(task, future.result()))
        if job.finished:
            del self._waiting[job], self._busy[job]
        return job

    def dismiss(self, *, wait: bool) -> None:
        """Let the threads finish what they are at, and nothing more."""
        self._pool.shutdown(wait=wait, cancel_futures=True)

    def _hand_out(self) -> None:
        free = self._most - sum(self._busy.values())
        for job, waiting in self._waiting.items():
            if free <= 0:
                return
            if waiting:
                room = self._slow - self._busy[job] if self._source.slowed(job.asked, job.place.region) else free
                for _ in range(min(room, free, len(waiting))):
                    free -= 1
                    self._busy[job] += 1
                    task = waiting.popleft()
                    future = self._pool.submit(job.perform, task)
                    future.add_done_callback(partial(self._ended, job, task))

    def _ended(self, job: ShardJob, task: Task, future: Future[Any]) -> None:
        self._done.put((job, task, future))
