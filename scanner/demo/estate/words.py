"""Policies, tags and rules in few words, for the estate's modules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

OPEN = "0.0.0.0/0"
PARTNER = "999988887777"
"""A fictional company that Northwind works with."""


def policy(*statements: Mapping[str, Any]) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(actions: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    """An Allow; `more` are further elements (`Principal`, `Condition`, `Sid`)."""
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **more}


def trust(principal: Any, **condition: Any) -> str:
    """A role's trust policy."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return policy({**statement, **({"Condition": condition} if condition else {})})


def named(kind: str, name: str, **tags: str) -> list[dict[str, Any]]:
    """EC2's form of tags at creation."""
    return [
        {"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in {"Name": name, **tags}.items()]}
    ]


def tcp(first: int, last: int, *ranges: str) -> dict[str, Any]:
    """A rule of a security group."""
    return {
        "IpProtocol": "tcp",
        "FromPort": first,
        "ToPort": last,
        "IpRanges": [{"CidrIp": each, "Description": "northwind"} for each in ranges],
    }
