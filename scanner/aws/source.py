"""What the interpreter needs of AWS or of a recording of it."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from scanner.aws.failures import Failure

THREADS = 32
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html names the partitions.
HOMES = {
    "aws": "us-east-1",
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
    "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-south-1",
    "aws-eusc": "eusc-de-east-1",
}
"""Partition → the region where its global services answer."""
# https://docs.aws.amazon.com/global-accelerator/latest/api/Welcome.html,
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointRestrictions.html
ELSEWHERE = (
    ("globalaccelerator", "", "aws", "us-west-2"),
    ("s3control", "multi_region_access_point", "aws", "us-west-2"),
)
"""Service, a part of the operation's name, partition, and the region where this answers instead."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account to read. `home` is the region that answers for the partition's global services."""

    id: str
    partition: str = "aws"
    home: str = "us-east-1"


@dataclass(frozen=True, slots=True)
class Call:
    """One call, all its pages included; `region` may be `global`, `secret` are paths in the answer.

    `everywhere`: the service is global, so a recording may hold the answer under another region.
    `narrowing`: parameters without which the answer only holds more, so a recording may lack them.
    """

    account: Account
    service: str
    region: str
    operation: str
    params: Mapping[str, Any] = field(default_factory=dict)
    page_size: int = 0
    secret: tuple[str, ...] = ()
    everywhere: bool = False
    narrowing: tuple[str, ...] = ()


def home(call: Call) -> str:
    """The region that answers a call which belongs to no region."""
    for service, part, partition, region in ELSEWHERE:
        if call.service == service and part in call.operation and call.account.partition == partition:
            return region
    return call.account.home


@dataclass(slots=True)
class Count:
    """What was asked of one operation: requests, retries of them, refusals, and seconds in all."""

    calls: int = 0
    retries: int = 0
    failures: int = 0
    seconds: float = 0.0


class Meter:
    """Counts calls from all threads; it goes into the run's record, never into content."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.operations: dict[str, Count] = {}
        self.calls = 0
        self.throttles = 0

    def count(self, name: str, seconds: float, *, failed: bool = False) -> None:
        """Add one request; `name` is `<service>:<Operation>`."""
        with self._lock:
            one = self.operations.setdefault(name, Count())
            one.calls += 1
            one.failures += failed
            one.seconds += seconds
            self.calls += 1

    def retried(self, name: str) -> None:
        """Note that a request is made again."""
        with self._lock:
            self.operations.setdefault(name, Count()).retries += 1

    def throttle(self) -> None:
        """Note that AWS asked to slow down, whether or not a retry then succeeded."""
        with self._lock:
            self.throttles += 1


class Source(Protocol):
    """AWS itself, or answers that were recorded; both give the same content."""

    @property
    def kind(self) -> Literal["live", "recording"]:
        """What the resources' `Origin` says."""

    @property
    def meter(self) -> Meter:
        """The counts of this source's calls."""

    def accounts(self) -> Sequence[Account]:
        """The accounts to be read. Raises `AwsError` or `InputError` if there is none."""

    def regions(self, account: Account) -> tuple[Sequence[str], Failure | None]:
        """The regions enabled in an account, and the failure if only the session's own is known."""

    def knows_regions(self, account: Account) -> bool:
        """Whether `regions` are all that were meant to be read, not just those that there is something of."""

    def check_regions(self, account: Account, regions: Sequence[str]) -> None:
        """Raise `AwsError` if one of the regions asked for cannot exist."""

    def pages(self, call: Call) -> Iterator[dict[str, Any]]:
        """The pages of an answer as JSON, dates in ISO 8601, secrets judged and dropped.

        Raises `Failure`, possibly after some pages.
        """

    def slowed(self, services: Collection[str], region: str) -> bool:
        """Whether AWS lately asked to slow down there; services by boto3's names."""

    def forget(self, services: Collection[str]) -> None:
        """Let go of what was kept to ask services; who asks them again only waits a little longer."""
