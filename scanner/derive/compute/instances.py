"""The instances that were started with a key pair."""

from __future__ import annotations

from scanner.derive.compute.listing import listed
from scanner.derive.logic import as_kind
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource

_INSTANCE = "AWS::EC2::Instance"


@derives("AWS::EC2::KeyPair", "instances", gives=list[str], reads=("KeyName", f"{_INSTANCE}.KeyName"))
def instances(key: Resource, context: Context) -> Partial:
    """By the name of the key (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-key-pairs.html)."""
    found = listed(context, _INSTANCE, key, "KeyName")
    names = sorted(found.by_value.get(identity(Node.of(key, "KeyName")) or key.name, []))
    return Partial(names, {"/-": as_kind(found.missing, "more")} if found.missing else {})
