"""The buckets of an account by name, in all regions that were asked."""

from __future__ import annotations

from typing import NamedTuple

from scanner.derive.node import Node, identity
from scanner.derive.passes import Context
from scanner.model import Resource, Unknown

BUCKET = "AWS::S3::Bucket"


class Buckets(NamedTuple):
    """`missing` says why there may be others."""

    by_name: dict[str, Resource]
    missing: Unknown | None


def own_buckets(context: Context, account: str) -> Buckets:
    """Names are unique over all accounts, so that one which is not here is somebody else's, or nobody's."""
    return context.once(("own_buckets", account), lambda: _own(context, account))


def _own(context: Context, account: str) -> Buckets:
    inventory = context.inventory
    found = {identity(Node.of(one, "Name")) or one.name: one for one in inventory.of(BUCKET, account or None)}
    places = [(owner, why) for owner, _, why in inventory.listings(BUCKET)]
    missing = next((why for owner, why in places if owner == account and why), None)
    if not any(owner == account for owner, _ in places):
        missing = inventory.listing(BUCKET, account, "")
    return Buckets(found, missing)
