"""With which accounts a snapshot is shared that can decrypt it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from scanner.derive.access.decision.request import Principal
from scanner.derive.access.judged.worlds import KEYS, ORGANIZATION, world_of
from scanner.derive.access.outside.exposure import exposure
from scanner.derive.access.world.answers import unknown_of
from scanner.derive.access.world.asking import Asker, Question
from scanner.derive.access.world.world import World
from scanner.derive.logic import as_kind
from scanner.derive.node import Node, each
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Unknowns, pointer

_NEEDED = ("kms:Decrypt", "kms:CreateGrant", "kms:ReEncryptFrom")
"""Each lets another account make a volume of its own out of the snapshot.

https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html
"""


class Usable(TypedDict):
    """An account that may restore the snapshot, and an action that the key lets it do."""

    account: str
    action: str


@derives(
    "AWS::EC2::Snapshot",
    "usable_by",
    gives=list[Usable],
    reads=("CreateVolumePermissions", "SharedWith", "KmsKeyId", "Encrypted", *KEYS, *ORGANIZATION),
)
def usable_by(snapshot: Resource, context: Context) -> Partial:
    """Accounts that the snapshot is shared with and that its key's policy or a grant lets decrypt.

    What their own accounts allow is taken for granted. Empty where the snapshot is not encrypted: then nobody needs
    a key. A key that is not in the snapshot leaves it open.
    """
    node = Node.of(snapshot)
    if node.member("Encrypted").value is False:
        return Partial([])
    found: list[Usable] = []
    unknown: Unknowns = {}
    world = world_of(context, snapshot.account)
    key = node.member("KmsKeyId")
    if _is_shut(world, key):
        return Partial([])
    for account in _shared(node, unknown):
        verdicts = [(action, _may(world, account, action, key)) for action in _NEEDED]
        sure = next((action for action, verdict in verdicts if verdict is True), "")
        doubt = next((verdict for _, verdict in verdicts if isinstance(verdict, Unknown)), None)
        if not sure and doubt:
            unknown[pointer(len(found))] = as_kind(doubt, "maybe")
        if sure or doubt:
            found.append(Usable(account=account, action=sure or _NEEDED[0]))
    return Partial(found, unknown)


def _is_shut(world: World, key: Node) -> bool:
    """Whether surely nobody outside can use the key: then it does not matter with whom the snapshot is shared."""
    if key.unknown or not isinstance(key.value, str):
        return False
    guarded = world.guarded(key.value, _NEEDED[0])
    if guarded.unseen or not guarded.documents:
        return False
    found = exposure(world, guarded, ())
    return not found.ways and not found.unknown


def _shared(node: Node, unknown: Unknowns) -> Iterator[str]:
    for member in ("CreateVolumePermissions", "SharedWith"):
        for one in each(node.member(member)):
            if isinstance(one, Unknown):
                unknown["/-"] = as_kind(one, "more")
            elif isinstance(account := one.member("UserId").value, str):
                yield account


def _may(world: World, account: str, action: str, key: Node) -> bool | Unknown:
    if key.unknown or not isinstance(key.value, str):
        return key.unknown or False
    guarded = world.guarded(key.value, action)
    if guarded.unseen:
        return guarded.unseen
    partition = key.value.split(":")[1]
    asker = Asker(Principal("Root", f"arn:{partition}:iam::{account}:root", partition, account), trusted=True)
    found = Question(world, action, guarded).judge(asker)
    return found.allowed if found.allowed is not None else unknown_of(found)
