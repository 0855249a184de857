"""What is hidden turns no verdict: over a whole estate, any place of any resource, any listings together.

Facts relate resources to each other by members that a call may not give, or code may not tell: a subnet's VPC, what
a gateway is attached to, which actions a policy allows. Whatever is hidden, each verdict is the one that was, or
unknown; no rule begins or ceases to apply. What names a resource itself stays, as it does where a call is denied.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner import api
from scanner.model import Resource, Shard, Unknown, Verdict, Why, pointer
from scanner.snapshot.memory import MemoryInventory
from scanner.snapshot.opening import open_inventory

SNAPSHOT = Path(__file__).resolve().parents[1] / "examples" / "northwind.posture.gz"
DENIED = Unknown(Why.DENIED, "any", "", "ec2", "DescribeX", "ec2:DescribeX")
RULES = api.load_rules()
WHOLE = open_inventory(SNAPSHOT)
Key = tuple[str, str]


def estate(change: Callable[[Resource], None], lost: frozenset[str] = frozenset()) -> MemoryInventory:
    """The estate with its resources changed, and without the types that are lost."""
    shards: dict[Key, Shard] = {}

    def shard(account: str, region: str) -> Shard:
        return shards.setdefault((account, region), Shard(account, region, ""))

    for type_ in WHOLE.listed_types():
        for account, region, why in WHOLE.listings(type_):
            shard(account, region).listed[type_] = DENIED if type_ in lost else why
    for type_ in sorted(frozenset(WHOLE.types()) - lost):
        for one in WHOLE.of(type_):
            other = copy.deepcopy(one)
            change(other)
            shard(other.account, other.region).resources.append(other)
    return MemoryInventory(shards.values(), taken_at=WHOLE.taken_at, source="live")


def verdicts(inventory: MemoryInventory) -> dict[Key, Verdict]:
    return {(one.rule_id, one.resource_id): one.verdict for one in api.judge(inventory, RULES).findings}


@pytest.fixture(scope="module")
def known() -> dict[Key, Verdict]:
    found = verdicts(estate(lambda _: None))
    assert {Verdict.PASS, Verdict.FAIL} <= set(found.values())
    return found


def hide(rng: random.Random, resource: Resource) -> None:
    """Take one place out of a configuration, at any depth."""
    at: list[str | int] = []
    here = resource.config
    while here:
        key = rng.choice(sorted(here)) if isinstance(here, dict) else rng.randrange(len(here))
        at.append(key)
        inner = here[key]  # type: ignore[index]  # of a list by number, of an object by name
        if isinstance(inner, str) and inner and inner in resource.id:
            return
        if not isinstance(inner, dict | list) or not inner or rng.random() < 0.5:
            here[key] = None  # type: ignore[index]
            if isinstance(here, dict):
                del here[key]
            resource.unknown[pointer(*at)] = DENIED
            return
        here = inner  # type: ignore[assignment]


def turned(before: dict[Key, Verdict], after: dict[Key, Verdict], *, gone: bool) -> list[str]:
    """What is neither as before nor unknown; `gone`: a rule may judge what was lost no more."""
    wrong = [
        f"{rule} of {place}: {verdict} became {after.get((rule, place))}"
        for (rule, place), verdict in before.items()
        if after.get((rule, place)) not in ((verdict, Verdict.UNKNOWN, None) if gone else (verdict, Verdict.UNKNOWN))
    ]
    wrong += [f"{key} began to be {told}" for key, told in after.items() if key not in before and told != "unknown"]
    return wrong


def _places(known: dict[Key, Verdict], seed: int) -> None:
    rng = random.Random(seed)
    rate = rng.choice((0.05, 0.2, 0.5))
    inventory = estate(lambda one: hide(rng, one) if rng.random() < rate else None)
    hidden = sum(len(one.unknown) for type_ in inventory.types() for one in inventory.of(type_))
    assert hidden > 10, "nothing was hidden"
    assert turned(known, verdicts(inventory), gone=False) == []


def _listings(known: dict[Key, Verdict], seed: int) -> None:
    rng = random.Random(seed)
    lost = frozenset(rng.sample(list(WHOLE.listed_types()), rng.randint(1, 4)))
    assert turned(known, verdicts(estate(lambda _: None, lost)), gone=True) == []


@pytest.mark.parametrize("seed", range(6))
def test_a_hidden_place_turns_nothing(known: dict[Key, Verdict], seed: int) -> None:
    _places(known, seed)


@pytest.mark.parametrize("seed", range(50, 56))
def test_a_denied_listing_turns_nothing(known: dict[Key, Verdict], seed: int) -> None:
    _listings(known, seed)


@pytest.mark.slow
def test_hundreds_of_hidden_places_turn_nothing(known: dict[Key, Verdict]) -> None:
    for seed in range(300):
        _places(known, seed)


@pytest.mark.slow
def test_hundreds_of_denied_listings_turn_nothing(known: dict[Key, Verdict]) -> None:
    for seed in range(300):
        _listings(known, seed)
