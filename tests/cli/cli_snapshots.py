"""Snapshots made of the example's, changed in known ways."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

from scanner.model import Resource, Shard, Unknown, Why
from scanner.snapshot.opening import open_inventory
from scanner.snapshot.store import Store

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "northwind.posture.gz"
ACCOUNT = "123456789012"
ARCHIVE = "arn:aws:s3:::nwf-bookings-archive"
DENIED = Unknown(Why.DENIED, service="kms", operation="GetKeyPolicy", permission="kms:GetKeyPolicy")
OPEN_SSH = {
    "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [],
    "PrefixListIds": [], "UserIdGroupPairs": [],
}  # fmt: skip

Estate = dict[str, Resource]


def estate() -> Estate:
    """The resources of the example by id."""
    inventory = open_inventory(EXAMPLE)
    return {each.id: copy.deepcopy(each) for type_ in inventory.types() for each in inventory.of(type_)}


def named(resources: Estate, name: str, type_: str) -> Resource:
    return next(each for each in resources.values() if each.name == name and each.type == type_)


def write(
    path: Path,
    change: Callable[[Estate], object] = lambda _: None,
    *,
    unlisted: dict[tuple[str, str], Unknown | None] | None = None,
) -> Path:
    """A snapshot of the example after `change`; `unlisted` replaces listings by (type, region)."""
    inventory, resources = open_inventory(EXAMPLE), estate()
    change(resources)
    shards: dict[tuple[str, str], Shard] = {}
    for type_ in inventory.listed_types():
        for account, region, why in inventory.listings(type_):
            shard = shards.setdefault((account, region), Shard(account, region, "all"))
            shard.listed[type_] = (unlisted or {}).get((type_, region), why)
    for resource in resources.values():
        place = (resource.account, resource.region)
        shards.setdefault(place, Shard(*place, "all")).resources.append(resource)
    with Store(path, taken_at=inventory.taken_at, selection={}) as store:
        for place in sorted(shards):
            store.write(shards[place])
        store.finish({})
    return path


def five_changes(resources: Estate) -> None:
    """A bucket gone, one added, versioning off, a port opened in a group, and a statement in a key's policy."""
    del resources["arn:aws:s3:::nwf-customs-documents"]
    twin = copy.deepcopy(resources["arn:aws:s3:::nwf-route-exports"])
    twin.id, twin.name = "arn:aws:s3:::nwf-twin", "nwf-twin"
    resources[twin.id] = twin
    resources[ARCHIVE].config["VersioningConfiguration"] = {"Status": "Suspended"}
    named(resources, "track-portal", "AWS::EC2::SecurityGroup").config["IpPermissions"].insert(0, OPEN_SSH)
    key = next(each for each in resources.values() if each.config.get("Description") == "partner-exchange")
    statement = {"Sid": "Lister", "Effect": "Allow", "Action": "kms:List*", "Principal": {"AWS": "*"}, "Resource": "*"}
    key.config["Policy"]["Statement"].insert(0, statement)
