"""What lies encrypted under a key that cannot be used at present."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypedDict

from scanner.derive.logic import as_kind, weightiest
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import GLOBAL, Neighbours, Partial, Resource, Unknown

ALIAS, BUCKET = "AWS::KMS::Alias", "AWS::S3::Bucket"
_BY_MEMBER = (
    "AWS::EC2::Volume",
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBSnapshot",
    "AWS::RDS::DBClusterSnapshot",
)
USABLE = ("Enabled", "Creating", "Updating")


class BlockedData(TypedDict):
    """A resource that names the key, and in which member."""

    type: str
    id: str
    member: str


class _Uses(NamedTuple):
    """Of one account and region: who names which key, and why there may be others."""

    by_key: dict[str, list[BlockedData]]
    aliases: dict[str, list[str]]
    doubts: list[Unknown]


@derives(
    "AWS::KMS::Key",
    "blocked_data",
    gives=list[BlockedData],
    reads=(
        "KeyId",
        "Arn",
        "KeyState",
        f"{ALIAS}.AliasName",
        f"{ALIAS}.AliasArn",
        f"{ALIAS}.TargetKeyId",
        *(f"{type_}.KmsKeyId" for type_ in _BY_MEMBER),
        f"{BUCKET}.BucketEncryption",
    ),
)
def blocked_data(key: Resource, context: Context) -> Partial:
    """Volumes, databases, their snapshots and buckets of the key's account and region; none of a key that works.

    They name a key by ARN, id, alias or alias ARN. A bucket tells which key it uses for new
    objects; older ones may use another. What other accounts encrypt under the key is not seen.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
    """
    state = Node.of(key, "KeyState")
    if state.value in USABLE:
        return Partial([])
    uses: _Uses = context.once(
        ("blocked_data", key.account, key.region), lambda: _uses(context, key.account, key.region)
    )
    own = {name for member in ("KeyId", "Arn") if (name := _name(Node.of(key, member)))}
    names = [*own, *(name for one in own for name in uses.aliases.get(one, ()))]
    found = {item["id"]: item for name in sorted(names) for item in uses.by_key.get(name, ())}
    fact = Partial([found[id_] for id_ in sorted(found)])
    if state.unknown:
        fact.unknown.update({f"/{index}": as_kind(state.unknown, "maybe") for index in range(len(fact.value))})
    if uses.doubts:
        fact.unknown["/-"] = as_kind(weightiest(uses.doubts), "more")
    return fact


def _uses(context: Context, account: str, region: str) -> _Uses:
    uses = _Uses({}, {}, [])
    for alias in _all(context.neighbours(ALIAS, account, region), uses):
        target = Node.of(alias, "TargetKeyId")
        if target.unknown and not target.opaque:
            uses.doubts.append(target.unknown)
        names = [name for member in ("AliasName", "AliasArn") if (name := _name(Node.of(alias, member)))]
        uses.aliases.setdefault(_name(target), []).extend(names)
    for type_ in _BY_MEMBER:
        for one in _all(context.neighbours(type_, account, region), uses):
            _note(uses, one, Node.of(one, "KmsKeyId"))
    buckets = context.neighbours(BUCKET, account, region)
    # Buckets are listed once for all regions; in code, like everything else, where they lie.
    everywhere = context.neighbours(BUCKET, account, GLOBAL).incomplete
    listed = Neighbours(buckets.resources, buckets.incomplete and everywhere)
    for one in _all(listed, uses):
        rules = Node.of(one, "BucketEncryption").member("Rules")
        for rule in rules.elements():
            _note(uses, one, rule.member("ApplyServerSideEncryptionByDefault").member("KMSMasterKeyID"))
    return uses


def _all(neighbours: Neighbours, uses: _Uses) -> Iterator[Resource]:
    if neighbours.incomplete:
        uses.doubts.append(neighbours.incomplete)
    return iter(neighbours.resources)


def _note(uses: _Uses, one: Resource, key: Node) -> None:
    if key.unknown and not key.opaque:
        uses.doubts.append(key.unknown)
    elif _name(key):
        item: BlockedData = {"type": one.type, "id": one.id, "member": key.path}
        uses.by_key.setdefault(_name(key), []).append(item)


def _name(node: Node) -> str:
    """What names something: the value, or of a string yet to be made its token; empty where there is none."""
    if node.unknown:
        return node.unknown.token if node.opaque else ""
    return str(node.value or "")
