"""What the tags of the instances say that a key pair opens."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.logic import as_kind
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_INSTANCE = "AWS::EC2::Instance"


class TagValues(TypedDict):
    """A key of a tag with its values over all the instances, in order."""

    key: str
    values: list[str]


@derives("AWS::EC2::KeyPair", "instance_tags", gives=list[TagValues], reads=("KeyName", f"{_INSTANCE}.KeyName"))
def instance_tags(key: Resource, context: Context) -> Partial:
    """By the name of the key (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-key-pairs.html)."""
    place = (key.account, key.region)
    by_key, missing = context.once(("instance_tags", *place), lambda: _read(context, *place))
    found = by_key.get(identity(Node.of(key, "KeyName")) or key.name, {})
    values = [TagValues(key=name, values=sorted(found[name])) for name in sorted(found)]
    if not missing:
        return Partial(values)
    more = as_kind(missing, "more")
    return Partial(values, {"/-": more, **{f"/{at}/values/-": more for at in range(len(values))}})


def _read(context: Context, account: str, region: str) -> tuple[dict[str, dict[str, set[str]]], Unknown | None]:
    """By the name of a key pair its instances' tags; why there may be others."""
    listed = context.neighbours(_INSTANCE, account, region)
    missing = listed.incomplete
    found: dict[str, dict[str, set[str]]] = {}
    for one in listed.resources:
        name = Node.of(one, "KeyName")
        missing = missing or name.unknown or (one.tags_unknown if name.value else None)
        if not (name.unknown or one.tags_unknown):
            for tag, value in one.tags.items():
                found.setdefault(identity(name), {}).setdefault(tag, set()).add(value)
    return found, missing
