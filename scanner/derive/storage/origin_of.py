"""The distributions that read a bucket."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.logic import as_kind
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.derive.storage.origins import DISTRIBUTION, origins
from scanner.model import Partial, Resource, Unknown


class Served(TypedDict):
    """A distribution, and whether it reads the bucket with origin access control."""

    distribution: str
    access_control: bool


@derives(
    "AWS::S3::Bucket",
    "origin_of",
    gives=list[Served],
    reads=("Name", f"{DISTRIBUTION}.Id", f"{DISTRIBUTION}.Origins", f"{DISTRIBUTION}.Enabled"),
)
def origin_of(bucket: Resource, context: Context) -> Partial:
    """Those of the account that are on; website endpoints know no access control.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    """
    by_bucket, missing = context.once(("origin_of", bucket.account), lambda: _read(context, bucket.account))
    found = by_bucket.get(identity(Node.of(bucket, "Name")) or bucket.name, [])
    return Partial(found, {"/-": as_kind(missing, "more")} if missing else {})


def _read(context: Context, account: str) -> tuple[dict[str, list[Served]], Unknown | None]:
    by_bucket: dict[str, list[Served]] = {}
    missing = next(
        (why for owner, _, why in context.inventory.listings(DISTRIBUTION) if owner == account and why), None
    )
    for one in context.inventory.of(DISTRIBUTION, account):
        if Node.of(one, "Enabled").value is False:
            continue
        for origin in origins(one):
            if isinstance(origin, Unknown):
                missing = missing or origin
            else:
                served = Served(
                    distribution=identity(Node.of(one, "Id")) or one.id, access_control=origin.access_control
                )
                by_bucket.setdefault(origin.bucket, []).append(served)
    return by_bucket, missing
