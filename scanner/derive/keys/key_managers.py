"""Who manages a key that a resource names: the account, or AWS for one of its services."""

from __future__ import annotations

from scanner.derive.node import Node, identity
from scanner.derive.passes import Context
from scanner.model import Resource, Unknown, Why

KEY, ALIAS = "AWS::KMS::Key", "AWS::KMS::Alias"
READS = (f"{KEY}.KeyId", f"{KEY}.Arn", f"{KEY}.KeyManager", f"{ALIAS}.AliasName", f"{ALIAS}.TargetKeyId")
OURS, THEIRS, NONE = "CUSTOMER", "AWS", ""
_ARN = 6


def manager_of(key: Node, resource: Resource, context: Context) -> str | Unknown:
    """`CUSTOMER`, `AWS`, or empty where no key is named; a key of another account is a customer's.

    A key may be named by id, ARN, alias or alias ARN. https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
    """
    if key.unknown:
        return key.unknown
    name = identity(key)
    if not name:
        return NONE
    last = name.rpartition(":")[2]
    if last.startswith("alias/aws/"):
        return THEIRS
    parts = name.split(":")
    if len(parts) == _ARN and parts[4] and resource.account and parts[4] != resource.account:
        return OURS
    return _listed(last, resource, context)


def _listed(name: str, resource: Resource, context: Context) -> str | Unknown:
    place = (resource.account, resource.region)
    managers = context.once(("key_managers", *place), lambda: _managers(context, *place))
    if name in managers:
        return managers[name]
    for type_ in (KEY, ALIAS):
        if why := context.neighbours(type_, *place).incomplete:
            return why
    return Unknown(Why.OUT_OF_SCOPE, message=f"the key {name} is not in the snapshot")


def _managers(context: Context, account: str, region: str) -> dict[str, str | Unknown]:
    """By `key/<id>`, by id, and by `alias/<name>`."""
    found: dict[str, str | Unknown] = {}
    for one in context.neighbours(KEY, account, region).resources:
        manager = Node.of(one, "KeyManager")
        value = manager.unknown or str(manager.value or OURS)
        for id_ in {identity(Node.of(one, "KeyId")), identity(Node.of(one, "Arn")).rpartition("key/")[2]} - {""}:
            found[id_] = found[f"key/{id_}"] = value
    for one in context.neighbours(ALIAS, account, region).resources:
        target = identity(Node.of(one, "TargetKeyId"))
        if target in found:
            found[identity(Node.of(one, "AliasName"))] = found[target]
    return found
