"""What the role of an instance can read among what carries tags."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.access.effective.role_grants import role_of
from scanner.derive.access.judged.worlds import IDENTITIES, KEYS, ORGANIZATION, world_of
from scanner.derive.access.world.answers import unknown_of
from scanner.derive.access.world.asking import Asker, Question
from scanner.derive.logic import as_kind
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Unknowns, pointer

_READING = {
    "AWS::S3::Bucket": ("s3:GetObject", "/*"),
    "AWS::SecretsManager::Secret": ("secretsmanager:GetSecretValue", ""),
}
_DATA = (
    "AWS::S3::Bucket.Name", "AWS::S3::Bucket.Policy", "AWS::S3::Bucket.tags", "AWS::SecretsManager::Secret.ARN",
    "AWS::SecretsManager::Secret.ResourcePolicy", "AWS::SecretsManager::Secret.tags",
)  # fmt: skip


class Readable(TypedDict):
    """A bucket (its objects) or a secret, and its tags as `key=value`."""

    resource: str
    tags: list[str]


@derives(
    "AWS::EC2::Instance",
    "readable_data",
    gives=list[Readable],
    reads=("IamInstanceProfile", *IDENTITIES, *ORGANIZATION, *KEYS, *_DATA),
)
def readable_data(instance: Resource, context: Context) -> Partial:
    """By every policy there is; what is encrypted counts, though the key may say no besides.

    Of resources of the account whose tags are known. One that it may be able to read may be there.
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
    """
    role = role_of(instance, context)
    if isinstance(role, Unknown):
        return Partial(None, {"": as_kind(role, "any")})
    if role is None:
        return Partial([])
    return context.once(("readable_data", role.id), lambda: _readable(role, context))


def _readable(role: Resource, context: Context) -> Partial:
    world = world_of(context, role.account)
    identity = world.identity(role.id)
    found: list[Readable] = []
    unknown: Unknowns = {}
    for type_, (action, behind) in _READING.items():
        for one in context.inventory.of(type_, role.account):
            if one.tags_unknown:
                unknown["/-"] = as_kind(one.tags_unknown, "more")
            if not one.tags or identity is None:
                continue
            judged = Question(world, action, world.guarded(f"{one.id}{behind}", action)).judge(
                Asker(identity.principal, identity)
            )
            if judged.allowed is not False:
                if judged.allowed is None:
                    unknown[pointer(len(found))] = as_kind(unknown_of(judged), "maybe")
                tags = [f"{key}={value}" for key, value in sorted(one.tags.items())]
                found.append(Readable(resource=one.id, tags=tags))
        if why := next((why for *_, why in context.inventory.listings(type_) if why), None):
            unknown["/-"] = as_kind(why, "more")
    return Partial(found, unknown)
