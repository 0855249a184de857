"""A source whose answers a test writes down, for what an emulator does not do or gets wrong."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from scanner.aws.failures import Failure, from_answer
from scanner.aws.source import Account, Call, Meter
from scanner.model import Resource, Shard, Unknown, canonical

ACCOUNT = "111122223333"


def error(code: str, status: int = 400, message: str = "no") -> Failure:
    return from_answer({"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}})


class FakeSource:
    """`answers` maps an operation to its pages, a failure among them, or to a function of the call that gives these."""

    kind = "live"

    def __init__(
        self,
        answers: dict[str, Any],
        *,
        regions: tuple[str, ...] = ("us-east-1",),
        regions_failure: Failure | None = None,
        jitter: int | None = None,
    ) -> None:
        self.meter = Meter()
        self.calls: list[Call] = []
        self.forgotten: list[str] = []
        self._answers = answers
        self._regions = (regions, regions_failure)
        self._random = random.Random(jitter) if jitter is not None else None

    def accounts(self) -> tuple[Account, ...]:
        return (Account(ACCOUNT),)

    def regions(self, account: Account) -> Any:
        return self._regions

    def knows_regions(self, account: Account) -> bool:
        return self._regions[1] is None

    def check_regions(self, account: Account, regions: Any) -> None:
        pass

    def pages(self, call: Call) -> Iterator[dict[str, Any]]:
        self.calls.append(call)
        self.meter.count(f"{call.service}:{call.operation}", 0.0)
        if self._random:
            time.sleep(self._random.random() / 200)
        answer = self._answers.get(f"{call.service}.{call.operation}", self._answers.get(call.operation, {}))
        answer = answer(call) if isinstance(answer, Callable) else answer
        for page in answer if isinstance(answer, list) else [answer]:
            if isinstance(page, Failure):
                raise page
            yield copy.deepcopy(page)

    def slowed(self, *_: Any) -> bool:
        return False

    def forget(self, services: Any) -> None:
        self.forgotten += [*services]

    def asked(self, operation: str) -> list[Call]:
        return [call for call in self.calls if call.operation == operation]


class ListSink:
    """Keeps shards in memory."""

    def __init__(self, done: set[tuple[str, str, str]] | None = None) -> None:
        self.shards: list[Shard] = []
        self._done = done or set()

    def done(self, account: str, region: str, service: str) -> bool:
        return (account, region, service) in self._done

    def write(self, shard: Shard) -> None:
        self.shards.append(shard)

    def shard(self, region: str, service: str) -> Shard:
        return next(one for one in self.shards if (one.region, one.service) == (region, service))

    def of(self, type_: str) -> list[Any]:
        return [resource for shard in self.shards for resource in shard.resources if resource.type == type_]

    def one(self, type_: str) -> Any:
        (resource,) = self.of(type_)
        return resource

    def content(self, *, origin: bool = True) -> str:
        """All that is content as text; shards in the order of their keys, as a snapshot holds them."""
        return canonical([_shown(shard, origin) for shard in sorted(self.shards, key=_place)])


def _place(shard: Shard) -> tuple[str, str, str]:
    return (shard.account, shard.region, shard.service)


def _shown(shard: Shard, origin: bool) -> Any:
    return [
        _place(shard),
        {type_: why.to_json() if why else None for type_, why in shard.listed.items()},
        [gap.to_json() for gap in shard.gaps],
        [
            [
                item.type,
                item.id,
                item.name,
                item.region,
                item.partition,
                item.tags,
                item.config,
                {place: why.to_json() for place, why in item.unknown.items()},
                item.tags_unknown.to_json() if item.tags_unknown else None,
                item.origin.to_json() if origin else item.origin.calls,
            ]
            for item in shard.resources
        ],
    ]


def doubts(resource: Resource) -> dict[str, Unknown]:
    """What is not known of a resource, but for what was left out since it costs a call for each."""
    return {place: why for place, why in resource.unknown.items() if "--with" not in why.message}


def tags_doubt(resource: Resource) -> Unknown | None:
    """Why the tags are not known, of what has a call that gives them."""
    why = resource.tags_unknown
    return why if why and why.message != "no call that is made gives the tags of this type" else None
