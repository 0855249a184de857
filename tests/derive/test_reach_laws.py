"""Laws that hold whatever the network: more denials let through no more, names and ways of writing do not matter,
and what is not known never makes a wrong answer sure.
"""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from scanner.derive.network.reach import index
from scanner.derive.network.reach.bounds import Reading
from scanner.derive.network.reach.cases import Cases
from scanner.derive.network.reach.packets import Packets
from scanner.model import Resource, Unknown, Why
from tests.derive.reach_estates import estate
from tests.derive.reach_worlds import entry, inventory, surely

_SEEDS = range(6)
_DENIED = Unknown(Why.DENIED, message="not allowed")


def questions(resources: list[Resource], random: Random, count: int = 8) -> list[tuple[str, str]]:
    hosts = sorted(
        one.config["NetworkInterfaceId"] for one in resources if one.type == index.INTERFACE and "nat" not in one.id
    )
    ends = [*hosts, "internet", "internet"]
    pairs = [(random.choice(ends), random.choice(hosts)) for _ in range(count)]
    return [pair for pair in pairs if pair[0] != pair[1]]


def answers(
    resources: list[Resource], pairs: list[tuple[str, str]], reading: Reading = "least", missing: Any = None
) -> list[Packets]:
    cases = Cases(inventory(*resources, missing=missing))
    return [surely(cases, *pair, reading) for pair in pairs]


def changed(resources: list[Resource], type_: str, change: Any) -> list[Resource]:
    found = []
    for one in resources:
        config = deepcopy(one.config)
        if one.type == type_:
            change(config)
        found.append(replace(one, config=config))
    return found


@pytest.mark.parametrize("seed", _SEEDS)
def test_a_further_denial_lets_through_no_more(seed: int) -> None:
    random, resources = Random(seed), estate(seed)
    pairs = questions(resources, random)

    def deny(config: dict[str, Any]) -> None:
        block = random.choice(["10.0.0.0/8", "198.51.100.0/25", "2001:db8::/40", "0.0.0.0/2"])
        ports = random.choice([(22, 22), (1024, 40000)])
        config["Entries"].append(
            entry(random.choice([5, 15, 105]), "deny", block, "6", ports, out=random.random() < 0.5)
        )

    for before, after in zip(
        answers(resources, pairs), answers(changed(resources, index.ACL, deny), pairs), strict=True
    ):
        assert after <= before


@pytest.mark.parametrize("seed", _SEEDS)
def test_a_further_rule_lets_through_no_less(seed: int) -> None:
    random, resources = Random(seed), estate(seed)
    pairs = questions(resources, random)

    def drop(config: dict[str, Any]) -> None:
        config["IpPermissions"] = config["IpPermissions"][1:]

    for more, less in zip(
        answers(resources, pairs), answers(changed(resources, index.GROUP, drop), pairs), strict=True
    ):
        assert less <= more


@pytest.mark.parametrize("seed", _SEEDS)
def test_splitting_a_block_changes_nothing(seed: int) -> None:
    resources = estate(seed)
    pairs = questions(resources, Random(seed))

    def split(config: dict[str, Any]) -> None:
        for permission in config["IpPermissions"]:
            for member, key, halves in (
                ("IpRanges", "CidrIp", ("0.0.0.0/1", "128.0.0.0/1")),
                ("Ipv6Ranges", "CidrIpv6", ("::/1", "8000::/1")),
            ):
                ranges = permission[member]
                permission[member] = [
                    {key: half} for one in ranges for half in (halves if one[key].endswith("/0") else (one[key],))
                ]

    def two_routes(config: dict[str, Any]) -> None:
        routes = config["Routes"]
        for one in [one for one in routes if one.get("DestinationCidrBlock") == "0.0.0.0/0"]:
            routes.remove(one)
            routes += [{**one, "DestinationCidrBlock": half} for half in ("0.0.0.0/1", "128.0.0.0/1")]

    after = changed(changed(resources, index.GROUP, split), index.TABLE, two_routes)
    for one, other in zip(answers(resources, pairs), answers(after, pairs), strict=True):
        assert one.same(other)


@pytest.mark.parametrize("seed", _SEEDS)
def test_names_mean_nothing(seed: int) -> None:
    resources = estate(seed)
    pairs = questions(resources, Random(seed))
    names = {one.name for one in resources if one.type != index.OPTIONS}
    order = sorted(names, key=lambda one: (-len(one), one))
    prefix = {one: one.rpartition("-")[0] for one in order}
    renamed = {one: f"{prefix[one]}-{len(order) - place:04x}z" for place, one in enumerate(order)}

    def swap(text: str) -> str:
        for old, new in renamed.items():
            text = text.replace(f'"{old}"', f'"{new}"').replace(f'/{old}"', f'/{new}"')
        return text

    after = [
        replace(one, id=json.loads(swap(json.dumps(one.id))), config=json.loads(swap(json.dumps(one.config))))
        for one in resources
    ]
    for one, other in zip(
        answers(resources, pairs),
        answers(after, [tuple(renamed.get(end, end) for end in pair) for pair in pairs]),
        strict=True,
    ):  # type: ignore[misc]
        assert one.same(other)


_HIDDEN = (
    index.TABLE,
    index.ACL,
    index.GROUP,
    index.IGW,
    index.PEERING,
    index.TGW_TABLE,
    index.OPTIONS,
    index.LISTS,
    index.ATTACHMENT,
)


@pytest.mark.parametrize("type_", _HIDDEN)
@pytest.mark.parametrize("seed", _SEEDS)
def test_what_a_listing_hides_lies_between_the_two_readings(seed: int, type_: str) -> None:
    resources = estate(seed)
    pairs = questions(resources, Random(seed))
    truth = answers(resources, pairs)
    least = answers(resources, pairs, missing={type_: _DENIED})
    most = answers(resources, pairs, "most", missing={type_: _DENIED})
    for low, true, high in zip(least, truth, most, strict=True):
        assert low <= true
        assert true <= high


_PARTS = (
    (index.GROUP, "IpPermissions"), (index.GROUP, "IpPermissionsEgress"), (index.ACL, "Entries"), (index.TABLE, "Routes"),
    (index.LISTS, "Entries"), (index.TGW_TABLE, "Routes"), (index.INTERFACE, "Groups"),
)  # fmt: skip


@pytest.mark.parametrize(("type_", "member"), _PARTS)
@pytest.mark.parametrize("seed", _SEEDS)
def test_what_one_resource_hides_lies_between_the_two_readings(seed: int, type_: str, member: str) -> None:
    random, resources = Random(seed), estate(seed)
    pairs = questions(resources, random)
    truth = answers(resources, pairs)
    hidden = []
    for one in resources:
        elements = one.config.get(member) if one.type == type_ else None
        if elements and random.random() < 0.6:
            kept = random.randrange(len(elements))
            whole = random.random() < 0.5
            left = (
                {**one.config, member: elements[:kept]}
                if not whole
                else {k: v for k, v in one.config.items() if k != member}
            )
            why = _DENIED if whole else replace(_DENIED, kind="more")
            hidden.append(replace(one, config=left, unknown={f"/{member}" if whole else f"/{member}/-": why}))
        else:
            hidden.append(one)
    for low, true, high in zip(answers(hidden, pairs), truth, answers(hidden, pairs, "most"), strict=True):
        assert low <= true
        assert true <= high
