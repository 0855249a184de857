"""How fast each service may be asked, learned from its refusals, and how often anything is asked again."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass

from botocore.retries.throttling import CubicCalculator

from scanner.model import GLOBAL

SLOWEST = 1.0
"""Requests a second that are made whatever AWS says."""
_WINDOW = 1.0
_LATELY = 10.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one request (a page, all its attempts) is tried, in seconds and attempts.

    `attempts`: where the network or AWS failed; `throttled`: where AWS asked to slow down. The pauses
    between them are random, up to `pause` (`slow_pause` after a refusal to be asked so fast) doubled
    with each attempt, at most `longest`. `retries`: of the whole run, beyond one for each answer.
    `silent`: so many requests of an operation in a row without any answer, and it is not asked again.
    """

    attempts: int = 5
    throttled: int = 12
    deadline: float = 60.0
    connect: float = 10.0
    read: float = 30.0
    pause: float = 0.05
    slow_pause: float = 0.5
    longest: float = 20.0
    retries: int = 1000
    silent: int = 3


PATIENCE = Patience()


class Pace:
    """How fast one service in one region is asked: without limit until AWS complains, then as much as it bears.

    The rate falls at once and rises again along CUBIC's curve (RFC 9438), as in the adaptive mode of AWS's SDKs
    (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html), but one refusal counts for
    all the requests that were on their way when it came: 32 of them refused together are one complaint.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._sent: deque[float] = deque()
        self._curve: CubicCalculator | None = None
        self._rate = 0.0
        self._free = 0.0
        self._cut = 0.0

    def reserve(self, within: float) -> float | None:
        """The seconds after which a request may go; `None` if that is not within the seconds given."""
        with self._lock:
            now = self._clock()
            at = max(self._free, now) if self._curve else now
            if at - now > within:
                return None
            if self._curve:
                self._free = at + 1 / self._rate
            self._sent.append(at)
            self._measured(now)
            return at - now

    def answered(self, sent: float, *, throttled: bool) -> None:
        """Learn from the answer to a request that was sent at `sent`, by the clock."""
        with self._lock:
            now = self._clock()
            if throttled and (self._curve is None or sent > self._cut):
                rate = self._measured(now) if self._curve is None else min(self._measured(now), self._rate)
                self._curve = self._curve or CubicCalculator(starting_max_rate=rate, start_time=now)
                self._rate = max(self._curve.error_received(rate, now), SLOWEST)
                self._cut, self._free = now, now + 1 / self._rate
            elif self._curve and not throttled:
                self._rate = max(min(self._curve.success_received(now), 2 * self._measured(now)), SLOWEST)

    def slowed(self) -> bool:
        """Whether AWS complained lately."""
        with self._lock:
            return self._curve is not None and self._clock() - self._cut < _LATELY

    def _measured(self, now: float) -> float:
        """Requests in the last second."""
        while self._sent and self._sent[0] <= now - _WINDOW:
            self._sent.popleft()
        return max(float(sum(1 for at in self._sent if at <= now)) / _WINDOW, SLOWEST)


class Budget:
    """Retries for a whole run: what is down is not asked many times as often as what is not."""

    def __init__(self, retries: int) -> None:
        self._lock = threading.Lock()
        self._most = self._left = retries

    def take(self) -> bool:
        """One retry, if there is one."""
        with self._lock:
            self._left -= self._left > 0
            return self._left > 0

    def earn(self) -> None:
        """An answer came."""
        with self._lock:
            self._left = min(self._left + 1, self._most)


class Silence:
    """Operations that gave no answer of any kind, some times in a row."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str, str], int] = {}

    def heard(self, operation: tuple[str, str, str]) -> None:
        """An answer came from (service, region, operation), be it an error."""
        if operation in self._counts:
            with self._lock:
                self._counts.pop(operation, None)

    def missed(self, operation: tuple[str, str, str]) -> None:
        """All attempts of a request ended without one."""
        with self._lock:
            self._counts[operation] = self._counts.get(operation, 0) + 1

    def given_up(self, operation: tuple[str, str, str]) -> int:
        """How many requests in a row went unanswered, if they were so many that no more are made; else 0."""
        count = self._counts.get(operation, 0)
        return count if count >= self._most else 0


class Throttle:
    """What a source knows about how its account may be asked."""

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self.budget = Budget(patience.retries)
        self.silence = Silence(patience.silent)
        self._lock = threading.Lock()
        self._paces: dict[tuple[str, str], Pace] = {}

    def pace(self, service: str, region: str) -> Pace:
        """The pace of a service in a region, shared by all that ask it."""
        with self._lock:
            return self._paces.setdefault((service, region), Pace())

    def slowed(self, services: Collection[str], region: str) -> bool:
        """Whether one of the services asked to slow down lately, in a region or anywhere (`global`)."""
        with self._lock:
            paces = [
                pace for (name, where), pace in self._paces.items() if name in services and region in (where, GLOBAL)
            ]
        return any(pace.slowed() for pace in paces)
