"""What a run tells while it goes on, and its record; neither is part of the content."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from scanner.aws.source import Meter


@dataclass(frozen=True, slots=True)
class ShardRecord:
    """One shard of a run; `resumed` ones were there already. `seconds` are wall-clock."""

    account: str
    region: str
    service: str
    resources: int = 0
    gaps: int = 0
    seconds: float = 0.0
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class ShardsPlanned:
    """The shards of a run before it begins, those that are there already included (`resumed`)."""

    shards: tuple[ShardRecord, ...]


@dataclass(frozen=True, slots=True)
class ShardStarted:
    """A shard's first calls are on their way."""

    account: str
    region: str
    service: str


@dataclass(frozen=True, slots=True)
class ShardFinished:
    """A shard is in the sink; `calls` and `throttles` are the run's so far."""

    shard: ShardRecord
    calls: int
    throttles: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A sign of life, a few times a second; `pending` tasks are known of."""

    calls: int
    throttles: int
    pending: int


Event: TypeAlias = ShardsPlanned | ShardStarted | ShardFinished | Tick


@dataclass(slots=True)
class RunRecord:
    """How a run went: what it read and what it cost."""

    meter: Meter
    services: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    shards: list[ShardRecord] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def calls(self) -> int:
        """Requests made, without retries."""
        return self.meter.calls

    def to_json(self) -> dict[str, Any]:
        """Everything as JSON; seconds are rounded to milliseconds."""
        operations = {
            name: {**asdict(count), "seconds": round(count.seconds, 3)}
            for name, count in sorted(self.meter.operations.items())
        }
        return {
            "accounts": list(self.accounts),
            "regions": list(self.regions),
            "services": list(self.services),
            "seconds": round(self.seconds, 3),
            "calls": self.meter.calls,
            "throttles": self.meter.throttles,
            "retries": sum(count.retries for count in self.meter.operations.values()),
            "operations": operations,
            "shards": [{**asdict(shard), "seconds": round(shard.seconds, 3)} for shard in self.shards],
        }
