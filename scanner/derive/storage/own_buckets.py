"""The buckets of an account by name, in all regions that were asked."""

from __future__ import annotations

from typing import NamedTuple

from scanner.derive.logic import Maybe, weightiest
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context
from scanner.model import Partial, Resource, Unknown

BUCKET = "AWS::S3::Bucket"


class Buckets(NamedTuple):
    """`missing` says why there may be others."""

    by_name: dict[str, Resource]
    missing: Unknown | None


def own_buckets(context: Context, account: str) -> Buckets:
    """Names are unique over all accounts, so that one which is not here is somebody else's, or nobody's."""
    return context.once(("own_buckets", account), lambda: _own(context, account))


def is_public(ways: Partial) -> Maybe:
    """Whether one of the ways of `public_access` reads; one that may not be there leaves it open."""
    if "" in ways.unknown:
        return ways.unknown[""]
    doubts = []
    for index, way in enumerate(ways.value):
        doubt = ways.unknown.get(f"/{index}") or ways.unknown.get(f"/{index}/reads")
        if doubt:
            doubts.append(doubt)
        elif way["reads"]:
            return True
    doubts += [ways.unknown["/-"]] if "/-" in ways.unknown else []
    return weightiest(doubts) if doubts else False


def _own(context: Context, account: str) -> Buckets:
    inventory = context.inventory
    found = {identity(Node.of(one, "Name")) or one.name: one for one in inventory.of(BUCKET, account or None)}
    places = [(owner, why) for owner, _, why in inventory.listings(BUCKET)]
    missing = next((why for owner, why in places if owner == account and why), None)
    if not any(owner == account for owner, _ in places):
        missing = inventory.listing(BUCKET, account, "")
    return Buckets(found, missing)
