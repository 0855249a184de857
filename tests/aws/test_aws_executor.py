"""Jobs here and in processes: what comes back, what a killed worker leaves, and when it is given up."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field
from typing import Any

import pytest

from scanner.aws.executor import InProcess, Processes


@dataclass
class Counting:
    """A job whose work sends the numbers that are missing; `fatal` is where it kills itself, `times` how often."""

    fatal: int = -1
    times: int = 0
    taken: list[int] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def request(self) -> Any:
        self.times -= 1
        return [n for n in range(5) if n not in self.taken], self.fatal if self.times >= 0 else -1

    def take(self, message: Any) -> None:
        self.taken.append(message)

    def ended(self) -> None:
        self.said.append("ended")

    def lost(self, reason: str) -> None:
        self.said.append(f"lost: {reason}")

    def retried(self, reason: str) -> None:
        self.said.append(f"retried: {reason}")


def count(request: Any, link: Any) -> None:
    missing, fatal = request
    for number in missing:
        if number == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        link.send(number)


def ask(request: Any, link: Any) -> None:
    link.send(link.ask("what"))


def leave(request: Any, link: Any) -> None:
    os._exit(7)


def pause(request: Any, link: Any) -> None:
    link.send(os.getpid())
    time.sleep(600)


def refuse(_: str) -> Any:
    raise AssertionError


@pytest.mark.parametrize("executor", [InProcess(), Processes(2)])
def test_all_jobs_are_done_and_questions_answered(executor: Any) -> None:
    jobs = [Counting() for _ in range(5)]
    executor.run(count, jobs, refuse)
    assert [job.taken for job in jobs] == [[0, 1, 2, 3, 4]] * 5
    assert [job.said for job in jobs] == [["ended"]] * 5
    asking = [Counting(), Counting()]
    executor.run(ask, asking, lambda question: f"{question}?")
    assert [job.taken for job in asking] == [["what?"]] * 2


def test_a_job_whose_worker_is_killed_is_begun_again_with_what_is_missing() -> None:
    jobs = [Counting(), Counting(fatal=3, times=1), Counting()]
    Processes(2).run(count, jobs, refuse)
    assert [job.taken for job in jobs] == [[0, 1, 2, 3, 4]] * 3, "nothing twice, nothing lost"
    killed = "retried: the process that read it was killed (SIGKILL)"
    assert [job.said for job in jobs] == [["ended"], [killed, "ended"], ["ended"]]


def test_a_job_that_kills_each_worker_is_given_up_and_harms_no_other() -> None:
    jobs = [Counting(fatal=3, times=99), Counting(), Counting()]
    Processes(2, tries=2).run(count, jobs, refuse)
    assert jobs[0].taken == [0, 1, 2]
    assert [word.partition(":")[0] for word in jobs[0].said] == ["retried", "lost"]
    assert [job.said for job in jobs[1:]] == [["ended"]] * 2


def test_a_worker_that_ends_by_itself_is_told_with_its_code() -> None:
    job = Counting()
    Processes(1, tries=1).run(leave, [job], refuse)
    assert job.said == ["lost: the process that read it ended with code 7"]


def test_what_a_job_raises_ends_the_run_and_its_workers() -> None:
    class Full(Counting):
        def take(self, message: Any) -> None:
            super().take(message)
            raise OSError("no space left")

    job = Full()
    with pytest.raises(OSError, match="no space left"):
        Processes(1).run(pause, [job], refuse)
    with pytest.raises(ProcessLookupError):
        os.kill(job.taken[0], 0)
