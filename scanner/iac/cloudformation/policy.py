"""Policy documents as AWS gives them back: parsed, every leaf a text."""

from __future__ import annotations

from typing import Any

from scanner.iac.cloudformation.conditions import text_of
from scanner.iac.cloudformation.holes import Hole, More, broken, opaque_if_literal
from scanner.iac.cloudformation.parse import MAX_DEPTH
from scanner.iac.cloudformation.shape import text

_PRINCIPALS = ("Principal", "NotPrincipal")


def document(value: Any) -> Any:
    """A policy document with holes deep inside it; JSON text is parsed, other text stays."""
    if isinstance(value, Hole):
        return value
    if isinstance(value, str):
        value = _parsed(value)
    return _leaves(value) if isinstance(value, dict | str) else broken("a policy that is not a mapping")


def _parsed(source: str) -> Any:
    """JSON text to a mapping; left as it is where that fails."""
    import json

    if source.count("{") + source.count("[") > MAX_DEPTH * MAX_DEPTH:
        return source
    try:
        parsed = json.loads(source)
    except (ValueError, RecursionError):
        return source
    return parsed if isinstance(parsed, dict) else source


def _leaves(value: Any, *, principal: bool = False) -> Any:
    """AWS stores booleans and numbers in a policy as text; known letters rule a wildcard principal out."""
    if isinstance(value, dict):
        return {name: _leaves(item, principal=principal or name in _PRINCIPALS) for name, item in value.items()}
    if isinstance(value, list):
        return [_leaves(item, principal=principal) for item in value]
    if isinstance(value, Hole):
        return opaque_if_literal(value) if principal else value
    return value if isinstance(value, More) or value is None else text_of(value)


def default_key_policy(account: Any, partition: str) -> dict[str, Any]:
    """What KMS gives a key without a policy: the account's root may do everything.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    from scanner.iac.cloudformation.functions import compose

    root = compose([f"arn:{partition}:iam::", account, ":root"])
    return {
        "Version": "2012-10-17",
        "Id": "key-default-1",
        "Statement": [
            {
                "Sid": "Enable IAM User Permissions",
                "Effect": "Allow",
                "Principal": {"AWS": text(root)},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }
