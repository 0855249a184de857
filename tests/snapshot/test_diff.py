"""Two inventories in one pass: what came, what went, what differs, and what was not compared."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scanner.model import GLOBAL, Resource, Shard, Unknown, Why
from scanner.snapshot.diff import Comparison
from scanner.snapshot.memory import MemoryInventory
from scanner.snapshot.reading import Snapshot
from scanner.snapshot.store import Store

ACCOUNT, REGION, TYPE = "111122223333", "eu-west-1", "AWS::KMS::Key"
DENIED = Unknown(Why.DENIED, service="kms", operation="ListKeys", permission="kms:ListKeys")


def key(name: str, region: str = REGION, type_: str = TYPE, **config: Any) -> Resource:
    return Resource(type_, f"arn:{name}", name, ACCOUNT, region, {"KeyId": name, **config})


def inventory(
    resources: Iterable[Resource] = (), why: Unknown | None = None, source: str = "live", **listed: Unknown | None
) -> MemoryInventory:
    listings = listed or {REGION: why}
    shards = [Shard(ACCOUNT, region.replace("_", "-"), "kms", [], {TYPE: each}) for region, each in listings.items()]
    return MemoryInventory([*shards, Shard(ACCOUNT, "", "", list(resources))], taken_at="", source=source)


def kinds(comparison: Comparison) -> list[tuple[str, str]]:
    return [(change.kind, change.resource.name) for change in comparison.changes()]


def test_what_came_went_and_changed() -> None:
    old = inventory([key("a"), key("b"), key("c", Enabled=True)])
    new = inventory([key("b"), key("c", Enabled=False), key("d")])
    comparison = Comparison(old, new)
    assert kinds(comparison) == [("removed", "a"), ("changed", "c"), ("added", "d")]
    assert (comparison.compared, comparison.not_compared()) == (2, [])


def test_what_is_not_listed_is_not_gone() -> None:
    comparison = Comparison(inventory([key("a"), key("b")]), inventory([key("b")], DENIED))
    assert kinds(comparison) == []
    (lost,) = comparison.not_compared()
    assert (lost.type, lost.region, lost.before, lost.after, lost.before_only) == (TYPE, REGION, None, DENIED, 1)
    assert lost.to_json()["after"] == "denied: kms:ListKeys"


def test_what_was_not_listed_earlier_is_not_new() -> None:
    comparison = Comparison(inventory(), inventory([key("a", "us-east-1")], eu_west_1=None, us_east_1=None))
    assert kinds(comparison) == []
    (lost,) = comparison.not_compared()
    assert (lost.region, lost.after_only) == ("us-east-1", 1)
    assert lost.before is not None
    assert lost.before.why is Why.NOT_COLLECTED


def test_what_neither_meant_to_read_is_no_news() -> None:
    unasked = Unknown(Why.NOT_COLLECTED)
    assert Comparison(inventory(why=unasked), inventory(why=unasked)).not_compared() == []
    assert len(Comparison(inventory(why=DENIED), inventory(why=DENIED)).not_compared()) == 1


def test_a_bucket_goes_by_the_listing_of_its_account() -> None:
    left_out = Unknown(Why.NOT_COLLECTED, "more", "3 left out in regions that were not selected")
    old = inventory([key("a"), key("b", "us-east-1")], **{GLOBAL: None})
    assert kinds(Comparison(old, inventory(**{GLOBAL: None}))) == [("removed", "a"), ("removed", "b")]
    selected = MemoryInventory(
        [Shard(ACCOUNT, GLOBAL, "s3", [], {TYPE: left_out}), Shard(ACCOUNT, REGION, "ec2")], taken_at="", source="live"
    )
    comparison = Comparison(old, selected)
    assert kinds(comparison) == [("removed", "a")]  # its region was selected, the other's was not
    (lost,) = comparison.not_compared()
    assert (lost.region, lost.before_only) == (GLOBAL, 1)


def test_a_denied_member_is_unknown_not_changed() -> None:
    blind = replace(key("a"), unknown={"/Policy": DENIED})
    comparison = Comparison(inventory([key("a", Policy={})]), inventory([blind]))
    assert kinds(comparison) == [("unknown", "a")]
    both = Comparison(inventory([blind]), inventory([blind]))
    assert kinds(both) == []
    assert both.unknown == 1


def test_tags_are_told_by_key() -> None:
    before, after = replace(key("a"), tags={"team": "x"}), replace(key("a"), tags={"team": "y", "env": "z"})
    (change,) = Comparison(inventory([before]), inventory([after])).changes()
    assert [member.to_json() for member in change.members] == [
        {"path": "/tags/env", "before": None, "after": "z"},
        {"path": "/tags/team", "before": "x", "after": "y"},
    ]
    hidden = replace(key("a"), tags={}, tags_unknown=DENIED)
    assert kinds(Comparison(inventory([before]), inventory([hidden]))) == [("unknown", "a")]


def test_only_some_types() -> None:
    old = inventory([key("a"), key("b", type_="AWS::KMS::Alias")])
    assert kinds(Comparison(old, inventory(), types={TYPE})) == [("removed", "a")]


def test_code_is_whole() -> None:
    old, new = (
        MemoryInventory([Shard("", "", "", each)], taken_at="", source="terraform") for each in ([key("a")], [])
    )
    assert kinds(Comparison(old, new)) == [("removed", "a")]


names = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from([REGION, "us-east-1"])), unique=True)


@given(names, names)
def test_every_resource_is_told_once(first: list[tuple[str, str]], second: list[tuple[str, str]]) -> None:
    listed: dict[str, Any] = {"eu_west_1": None, "us_east_1": None}

    def made(pairs: list[tuple[str, str]]) -> MemoryInventory:
        return inventory([replace(key(f"{name}-{region}"), region=region) for name, region in pairs], **listed)

    comparison = Comparison(made(first), made(second))
    found = sorted(kinds(comparison))
    went = sorted(("removed", "-".join(pair)) for pair in set(first) - set(second))
    came = sorted(("added", "-".join(pair)) for pair in set(second) - set(first))
    assert found == sorted(went + came)
    assert comparison.compared == len(set(first) & set(second))


def stored(path: Path, count: int, mark: str) -> Snapshot:
    with Store(path, taken_at="2026-11-24T01:02:03Z", selection={}) as store:
        filler = "x" * 2000
        store.write(
            Shard(
                ACCOUNT,
                REGION,
                "kms",
                [key(f"{n:06}", Filler=filler, Mark=mark if n == 7 else "") for n in range(count)],
                {TYPE: None},
            )
        )
        store.finish({})
    return Snapshot(path)


def test_memory_does_not_grow_with_the_snapshots(tmp_path: Path) -> None:
    peaks = []
    for count in (200, 4000):
        old, new = stored(tmp_path / f"a{count}", count, "x"), stored(tmp_path / f"b{count}", count, "y")
        tracemalloc.start()
        assert kinds(Comparison(old, new)) == [("changed", "000007")]
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        old.close()
        new.close()
    assert peaks[1] < 2 * peaks[0] + 200_000
