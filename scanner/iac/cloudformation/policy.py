"""Policy documents as AWS gives them back: parsed, every leaf a text."""

from __future__ import annotations

from typing import Any

from scanner.errors import InputError
from scanner.iac.cloudformation.conditions import text_of
from scanner.iac.cloudformation.holes import Hole, More, broken, opaque_if_literal
from scanner.iac.cloudformation.parse import parse_json
from scanner.iac.cloudformation.texts import compose
from scanner.iac.defaults import default_key_policy

_PRINCIPALS = ("Principal", "NotPrincipal")


def document(value: Any) -> Any:
    """A policy document with holes deep inside it; JSON text is parsed, other text stays."""
    if isinstance(value, Hole):
        return value
    if isinstance(value, str):
        value = _parsed(value)
    return _leaves(value) if isinstance(value, dict | str) else broken("a policy that is not a mapping")


def _parsed(source: str) -> Any:
    """JSON text to a mapping; left as it is where that fails or hides something (duplicate keys)."""
    try:
        parsed = parse_json(source, "").value
    except (ValueError, InputError):
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


def key_policy_without_any(account: Any, partition: str) -> dict[str, Any]:
    """The document of a key that the template gives no policy, its account perhaps not known."""
    document_ = default_key_policy(account if isinstance(account, str) else "", partition).value
    if not isinstance(account, str):
        document_["Statement"][0]["Principal"]["AWS"] = compose([f"arn:{partition}:iam::", account, ":root"])
    return dict(document_)
