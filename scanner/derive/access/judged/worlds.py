"""The engine over a snapshot, as facts ask it."""

from __future__ import annotations

from scanner.derive.access.escalation.account import READS
from scanner.derive.access.world.world import World
from scanner.derive.passes import Context

IDENTITIES = tuple(one for one in READS if one.startswith(("AWS::IAM::U", "AWS::IAM::R", "AWS::IAM::G", "AWS::IAM::M")))
ORGANIZATION = tuple(one for one in READS if one.startswith("AWS::Organizations::"))
KEYS = (
    "AWS::KMS::Key.Arn", "AWS::KMS::Key.KeyId", "AWS::KMS::Key.Policy", "AWS::KMS::Alias.AliasName",
    "AWS::KMS::Alias.TargetKeyId", "AWS::KMS::Grant.KeyId", "AWS::KMS::Grant.GrantId",
    "AWS::KMS::Grant.GranteePrincipal", "AWS::KMS::Grant.Operations", "AWS::KMS::Grant.Constraints",
)  # fmt: skip


def world_of(context: Context, account: str) -> World:
    """One for an account's facts; nothing is read before it is asked for."""
    return context.once(("world", account), lambda: World(context.inventory))
