"""Whatever stands in a snapshot, a question is answered or refused, and never breaks."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from scanner.derive.network.reach.answers import ask
from scanner.derive.network.reach.cases import Cases
from scanner.derive.network.reach.exposed import exposed
from scanner.errors import UsageError
from scanner.model import Resource
from tests.derive.reach_estates import estate
from tests.derive.reach_worlds import inventory, permission, wanted
from tests.derive.test_reach_balancers import behind, served

_JUNK = (None, "", 0, -1, 1.5, True, [], {}, "x", [None], ["x"], {"a": 1}, "10.0.0.0/99", 1 << 70, [[]], "-1")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in members:
        yield from places(inner, (*path, key))


def spoilt(resources: list[Resource], random: Random) -> list[Resource]:
    """The resources with junk at three places."""
    found = [replace(one, config=deepcopy(one.config)) for one in resources]
    for _ in range(3):
        one = random.choice(found)
        path = random.choice([*places(one.config)])
        value = one.config
        for key in path[:-1]:
            value = value[key]
        value[path[-1]] = deepcopy(random.choice(_JUNK))
    return found


@pytest.mark.parametrize("seed", [*range(60), 598, 798, 914])
def test_junk_breaks_nothing(seed: int) -> None:
    random = Random(seed)
    fronted = behind(permission("tcp", 8080, 8080, "0.0.0.0/0")) if seed % 2 else served(True, "subnet-1", "subnet-2")
    resources = estate(seed % 40) if seed % 3 else [*fronted.values()]
    cases = Cases(inventory(*spoilt(resources, random)))
    answer = exposed(cases, near_misses=True)
    assert set(answer) == {"checked", "exposed", "unknown", "near_misses"}
    hosts = [*cases.network.interfaces.all]
    for source, target in (
        ("internet", random.choice(hosts)),
        (random.choice(hosts), random.choice(hosts)),
        (random.choice(hosts), "8.8.8.8"),
    ):
        try:
            told = ask(cases, cases.ends.named(source), cases.ends.named(target), wanted())
        except UsageError:
            continue
        assert told["reachable"] in (True, False, None)
