"""When the last snapshot of a volume was made."""

from __future__ import annotations

from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_SNAPSHOT = "AWS::EC2::Snapshot"


@derives(
    "AWS::EC2::Volume",
    "last_snapshot",
    gives=str | None,
    reads=("VolumeId", f"{_SNAPSHOT}.VolumeId", f"{_SNAPSHOT}.StartTime", f"{_SNAPSHOT}.State"),
)
def last_snapshot(volume: Resource, context: Context) -> Partial:
    """Null without any; one that failed is none (https://docs.aws.amazon.com/ebs/latest/userguide/ebs-snapshots.html)."""
    place = (volume.account, volume.region)
    latest, missing = context.once(("last_snapshot", *place), lambda: _latest(context, *place))
    if missing:
        return Partial(None, {"": missing})
    return Partial(latest.get(identity(Node.of(volume, "VolumeId")) or volume.name))


def _latest(context: Context, account: str, region: str) -> tuple[dict[str, str], Unknown | None]:
    found = context.neighbours(_SNAPSHOT, account, region)
    latest: dict[str, str] = {}
    for one in found.resources:
        node = Node.of(one)
        started = str(node.member("StartTime").value or "")
        if node.member("State").value != "error" and started:
            key = identity(node.member("VolumeId"))
            latest[key] = max(latest.get(key, ""), started)
    return latest, found.incomplete
