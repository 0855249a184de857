"""From the API's words to Terraform's: `DBInstanceClass` to `db_instance_class`, objects to blocks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

Config = dict[str, Any]
"""Members, properties or attributes by name."""

ACCOUNT = "111122223333"
"""Whose resources the examples are."""

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z]|[0-9]*$|[0-9]*[A-Z])|[A-Z]?[a-z0-9]+")


def snake(member: str) -> str:
    """`IAMDatabaseAuthenticationEnabled` as `iam_database_authentication_enabled`."""
    return "_".join(part.lower() for part in _WORD.findall(member))


def attributes(value: Mapping[str, Any], names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """An object with Terraform's names; an object inside is a block of one, a list of objects a repeated block."""
    names = names or {}
    return {
        names.get(member, snake(member)): _inside(item, names) for member, item in value.items() if item is not None
    }


def _inside(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return [attributes(value, names)]
    if isinstance(value, list):
        return [attributes(item, names) if isinstance(item, dict) else item for item in value]
    return value


def tags(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Tags as CloudFormation writes them."""
    return [{"Key": key, "Value": text} for key, text in value.items()]


def without(value: Mapping[str, Any], members: Iterable[str]) -> dict[str, Any]:
    """An object without some members."""
    dropped = set(members)
    return {member: item for member, item in value.items() if member not in dropped}


def text(document: Any) -> str:
    """A policy as Terraform holds it: a string of JSON."""
    return json.dumps(document)


TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}  # fmt: skip
"""A role must have a trust policy; one that says nothing of note."""


NOTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
"""A policy in code has a document; this one allows nothing."""


class NotInCode(Exception):  # noqa: N818 - an answer, not a fault
    """Why a document cannot be written as code."""


def in_force(config: Config) -> bool:
    """Whether the database's groups are applied, as those are that code gives it."""
    groups = config.get("DBParameterGroups") or []
    options = config.get("OptionGroupMemberships") or []
    applied = [item.get("ParameterApplyStatus") == "in-sync" for item in groups if "ParameterApplyStatus" in item]
    return all([*applied, *(item.get("Status", "in-sync") == "in-sync" for item in options)])


_LIVE = ("Instances", "SuspendedProcesses", "NotificationConfigurations", "ActiveFindings", "AuthorizationRules")


def only_live(config: Config) -> None:
    """Take out what code never says, if it is empty. Raises `NotInCode` if it is not."""
    for member in _LIVE:
        if config.pop(member, None):
            raise NotInCode(f"{member} are of a running resource, or of resources that are not read")
