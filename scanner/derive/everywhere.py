"""Resources of a type in all regions of an account that were read."""

from __future__ import annotations

from scanner.derive.passes import Context
from scanner.model import Neighbours, Unknown, Why

_ONE_REGION = Unknown(Why.NOT_COLLECTED, message="only one region was read; others may hold more")


def everywhere(context: Context, type_: str, account: str) -> Neighbours:
    """What counts over regions; incomplete where a region's listing is, or where no more than one was asked."""
    return context.once(("everywhere", type_, account), lambda: _everywhere(context, type_, account))


def _everywhere(context: Context, type_: str, account: str) -> Neighbours:
    inventory = context.inventory
    places = [(region, why) for owner, region, why in inventory.listings(type_) if owner == account]
    missing = next((why for _, why in places if why), None)
    if len(places) < 2:
        missing = missing or (_ONE_REGION if places else inventory.listing(type_, account, ""))
    return Neighbours(list(inventory.of(type_, account)), missing)
