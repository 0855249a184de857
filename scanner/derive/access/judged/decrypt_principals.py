"""Who can decrypt with a key, by computed access."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.access.judged.worlds import IDENTITIES, KEYS, ORGANIZATION, world_of
from scanner.derive.access.world.answers import unknown_of
from scanner.derive.access.world.who import unlisted, who_can
from scanner.derive.logic import as_kind
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknowns, pointer

_DECRYPT = "kms:Decrypt"


class Decryptor(TypedDict):
    """An ARN (or `*`, a service's name, an account's root), what it is, and whether the snapshot does not hold it."""

    principal: str
    kind: str
    outside: bool


@derives(
    "AWS::KMS::Key",
    "decrypt_principals",
    gives=list[Decryptor],
    reads=(*KEYS, *IDENTITIES, *ORGANIZATION),
)
def decrypt_principals(key: Resource, context: Context) -> Partial:
    """Key policy, grants, identity policies, boundaries and the organization's policies together.

    Somebody of whom it is not known may be there. The account's root user counts where the key policy names it.
    https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
    """
    world = world_of(context, key.account)
    found: list[Decryptor] = []
    unknown: Unknowns = {}
    for row in who_can(world, _DECRYPT, key.id, {}):
        if not row.judgement.allowed:
            unknown[pointer(len(found))] = as_kind(unknown_of(row.judgement), "maybe")
        found.append(Decryptor(principal=row.id, kind=row.kind, outside=row.outside))
    for _, why in unlisted(world, key.account):
        unknown["/-"] = as_kind(why, "more")
    return Partial(found, unknown)
