"""What a region lets everybody do with the snapshots that were shared with them."""

from __future__ import annotations

from typing import Literal, TypedDict

from scanner.derive.logic import as_kind
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives, the_neighbour
from scanner.model import Partial, Resource, Unknown, Why

_ACCOUNT, _MEMBER = "AWS::EC2::AccountSettings", "SnapshotBlockPublicAccessState"


class SnapshotSharing(TypedDict):
    """The state of the block on public access to snapshots in the snapshot's region."""

    block: Literal["block-all-sharing", "block-new-sharing", "unblocked"]


@derives("AWS::EC2::Snapshot", "snapshot_sharing", gives=SnapshotSharing, reads=(f"{_ACCOUNT}.{_MEMBER}",))
def snapshot_sharing(snapshot: Resource, context: Context) -> Partial:
    """Under `block-all-sharing` nobody sees a snapshot that still is shared with all; otherwise everybody does.

    Where the region does not offer the block, nothing is blocked.

    https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots.html
    """
    settings = the_neighbour(context, _ACCOUNT, snapshot.account, snapshot.region)
    state = settings if isinstance(settings, Unknown) else Node.of(settings, _MEMBER)
    why = state if isinstance(state, Unknown) else state.unknown
    if why is not None and why.why is not Why.UNSUPPORTED:
        return Partial({}, {"/block": as_kind(why, "any")})
    told = None if isinstance(state, Unknown) else state.value
    return Partial({"block": told or "unblocked"})
