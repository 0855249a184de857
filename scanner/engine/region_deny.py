"""Regions that an organisation has closed: every call there is refused by a service control policy.

Such a policy (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html)
leaves nothing to read and nothing to grant, so its many refusals are one gap, which the organisation has accepted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from scanner.model import GLOBAL, Gap, Inventory, Why

MESSAGE = "every call was refused by a service control policy"
_REFUSED = "explicit deny in a service control policy"
_NOT_ASKED = (Why.NOT_COLLECTED, Why.OUT_OF_SCOPE)


def acceptance() -> dict[str, Any]:
    """What the gap of a closed region carries; it ends when the policy does."""
    return {
        "reason": "The organisation denies the use of this region by a service control policy.",
        "owner": "the organisation",
        "expires": "",
        "source": "accept_region_deny",
    }


def merged(gaps: Sequence[Gap], inventory: Inventory, *, accepted: bool) -> list[Gap]:
    """The gaps with those of each closed region made one, accepted if `accepted`; the others as they are."""
    by_place: dict[tuple[str, str], list[Gap]] = defaultdict(list)
    for gap in gaps:
        if gap.reason not in _NOT_ASKED:
            by_place[gap.account, gap.region].append(gap)
    closed = {
        place: found
        for place, found in by_place.items()
        if place[1] not in ("", GLOBAL) and all(map(_refused, found)) and not _answered(inventory, *place)
    }
    if not closed:
        return list(gaps)
    kept = [gap for gap in gaps if gap.reason in _NOT_ASKED or (gap.account, gap.region) not in closed]
    return kept + [_one(place, found, accepted=accepted) for place, found in closed.items()]


def _refused(gap: Gap) -> bool:
    return gap.reason is Why.DENIED and _REFUSED in gap.message


def _answered(inventory: Inventory, account: str, region: str) -> bool:
    """Whether any call to the region gave something, or a resource is known to be there from elsewhere."""
    for type_ in inventory.types():
        if any(resource.origin.calls for resource in inventory.of(type_, account, region)):
            return True
    for type_ in inventory.listed_types():
        complete = inventory.listing(type_, account, region) is None
        # Account settings are listed without a call; whether they were read, their own calls have told.
        if complete and (account, region) not in inventory.places(type_):
            return True
    return False


def _one(place: tuple[str, str], gaps: Sequence[Gap], *, accepted: bool) -> Gap:
    return Gap(
        account=place[0],
        region=place[1],
        service="",
        operation="",
        permission="",
        reason=Why.DENIED,
        resource_types=tuple(sorted({type_ for gap in gaps for type_ in gap.resource_types})),
        rules=tuple(sorted({rule for gap in gaps for rule in gap.rules})),
        message=MESSAGE,
        accepted=acceptance() if accepted else None,
    )
