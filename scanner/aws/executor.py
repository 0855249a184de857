"""Running jobs: in this process, or in processes of their own that may be killed without loss.

A job is idempotent and is told what is still to be done each time it is submitted, so one whose worker
died is submitted again. Every worker has a pipe of its own: none holds a lock that its death would leave
behind, and the operating system closes the pipe of whoever dies.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

TRIES = 3
"""How often a job is begun whose workers die."""
_PATIENCE = 5.0


class Job(Protocol):
    """Something idempotent; its methods are called in the process that runs the executor."""

    def request(self) -> Any:
        """What is to be done and not yet done; it travels as a pickle."""

    def take(self, message: Any) -> None:
        """Take what the work has sent."""

    def ended(self) -> None:
        """The work is done."""

    def lost(self, reason: str) -> None:
        """The workers died, each time; what was taken until then stands, and nothing more comes."""

    def retried(self, reason: str) -> None:
        """A worker died, and the job will be begun again."""


class Link(Protocol):
    """The work's way to its job; `ask` may be called from any thread."""

    def send(self, message: Any) -> None:
        """Hand something over to `Job.take`."""

    def ask(self, question: str) -> Any:
        """Have something answered by the process that runs the executor."""


Perform = Callable[[Any, Link], None]
"""Does the work of a request; a function of a module, since it travels by its name."""
Answer = Callable[[str], Any]


class Executor(Protocol):
    """Runs jobs; wherever they run, their methods are called one at a time, in the thread that called `run`."""

    def run(self, perform: Perform, jobs: Iterable[Job], answer: Answer) -> None:
        """Run all jobs. What a job's methods or `answer` raise ends the run."""


@dataclass(slots=True)
class _Here:
    job: Job
    answer: Answer

    def send(self, message: Any) -> None:
        self.job.take(message)

    def ask(self, question: str) -> Any:
        return self.answer(question)


class InProcess:
    """One job after the other, in this process."""

    def run(self, perform: Perform, jobs: Iterable[Job], answer: Answer) -> None:
        """Run all jobs. What the work raises ends the run, too."""
        for job in jobs:
            perform(job.request(), _Here(job, answer))
            job.ended()


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    job: Job
    tries: int


class Processes:
    """Jobs in at most `count` processes, which are begun anew (not forked: threads would not survive that)."""

    def __init__(self, count: int, *, tries: int = TRIES) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._count = max(count, 1)
        self._tries = max(tries, 1)
        self._workers: list[_Worker] = []
        self._idle: list[tuple[SpawnProcess, Connection]] = []

    def run(self, perform: Perform, jobs: Iterable[Job], answer: Answer) -> None:
        """Run all jobs; nothing is left running, whatever ends it."""
        waiting = deque((job, 1) for job in jobs)
        try:
            while waiting or self._workers:
                while waiting and len(self._workers) < self._count:
                    self._begin(perform, *waiting.popleft())
                for worker in self._ready():
                    if reason := self._served(worker, answer):
                        self._bury(worker)
                        if worker.tries < self._tries:
                            worker.job.retried(reason)
                            waiting.appendleft((worker.job, worker.tries + 1))
                        else:
                            worker.job.lost(reason)
        finally:
            self._dismiss()

    def _begin(self, perform: Perform, job: Job, tries: int) -> None:
        process, pipe = self._idle.pop() if self._idle else self._hired(perform)
        self._workers.append(_Worker(process, pipe, job, tries))
        with suppress(OSError):  # it died while it was idle: its pipe says so next
            pipe.send(job.request())

    def _hired(self, perform: Perform) -> tuple[SpawnProcess, Connection]:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, perform), daemon=True)
        try:
            process.start()
        finally:
            theirs.close()  # the worker's end is the worker's alone, so that its death closes it
        return process, ours

    def _ready(self) -> Iterator[_Worker]:
        pipes = {worker.pipe: worker for worker in self._workers}
        for pipe in wait(list(pipes)):
            yield pipes[pipe]  # type: ignore[index]  # these are the pipes that were given

    def _served(self, worker: _Worker, answer: Answer) -> str:
        """Handle one message of a worker; gives how it died, if it did."""
        try:
            kind, body = worker.pipe.recv()
            if kind == "ask":
                worker.pipe.send(answer(body))
        except (EOFError, OSError):  # cut off in the middle of a message, too
            worker.process.join(_PATIENCE)
            return _death(worker.process.exitcode)
        if kind == "tell":
            worker.job.take(body)
        elif kind == "done":
            self._workers.remove(worker)
            self._idle.append((worker.process, worker.pipe))
            worker.job.ended()
        return ""

    def _bury(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        _end(worker.process, worker.pipe)

    def _dismiss(self) -> None:
        """End the workers: those that are at work have nothing more to say to anybody."""
        for worker in self._workers:
            worker.process.terminate()
        for process, pipe in [*self._idle, *((worker.process, worker.pipe) for worker in self._workers)]:
            _end(process, pipe)
        self._workers, self._idle = [], []


def _end(process: SpawnProcess, pipe: Connection) -> None:
    """Close a worker's pipe, on which it ends, and see that it does."""
    pipe.close()
    process.join(_PATIENCE)
    if process.is_alive():
        process.kill()
        process.join()
    process.close()


def _death(code: int | None) -> str:
    if code is None:
        return "the process that read it no longer answers"
    if code < 0:
        with suppress(ValueError):
            name = signal.Signals(-code).name
            return f"the process that read it was killed ({name})"
    return f"the process that read it ended with code {code}"


class _Pipe:
    """A worker's link."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._sending = threading.Lock()
        self._asking = threading.Lock()

    def send(self, message: Any) -> None:
        self.put("tell", message)

    def put(self, kind: str, body: Any) -> None:
        with self._sending:
            self._pipe.send((kind, body))

    def ask(self, question: str) -> Any:
        with self._asking:  # nothing but the answer comes while work is done
            self.put("ask", question)
            return self._pipe.recv()


def _serve(pipe: Connection, perform: Perform) -> None:
    """A worker: does what comes down the pipe until that is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent ends us
    threading.Thread(target=_follow, daemon=True).start()
    link = _Pipe(pipe)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            perform(pipe.recv(), link)
            link.put("done", None)


def _follow() -> None:
    """End with the parent, however that ended."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
