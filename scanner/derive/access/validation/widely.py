"""Checks of statements that let roles be passed, or service-linked roles be made, without naming them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scanner.derive.access.decision.patterns import matches, split_arn
from scanner.derive.access.glob import stranger
from scanner.derive.access.validation.policy import Block, Found, Policy


class _Kind(NamedTuple):
    """An action, the role that stands for any, and the condition key that narrows it down to services."""

    code: str
    does: str
    action: str
    role: str
    key: str


_KINDS = (
    _Kind("PASS_ROLE", "pass any role to any service", "iam:passrole", "role/{0}", "iam:PassedToService"),
    _Kind(
        "CREATE_SLR",
        "make a service-linked role of any service",
        "iam:createservicelinkedrole",
        "role/aws-service-role/{0}.amazonaws.com/{0}",
        "iam:AWSServiceName",
    ),
)
_ENDINGS = {
    ("", "NOT_RESOURCE"): "WITH_NOT_RESOURCE",
    ("", "RESOURCE"): "WITH_STAR_IN_RESOURCE",
    ("STAR", "NOT_RESOURCE"): "WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
    ("STAR", "RESOURCE"): "WITH_STAR_IN_ACTION_AND_RESOURCE",
    ("NOT", "NOT_RESOURCE"): "WITH_NOT_ACTION_AND_NOT_RESOURCE",
    ("NOT", "RESOURCE"): "WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
}
"""How the action and how the resource are named → the end of the code."""


def widely(policy: Policy, block: Block) -> Iterator[Found]:
    """A resource counts as a star if it means a role of any name; `Role*` names the roles of one use."""
    if policy.type != "identity" or not block.allows:
        return
    for kind in _KINDS:
        if not block.means(kind.action) or kind.key.lower() in block.keys:
            continue
        resource = _resource(block, kind)
        if resource is not None:
            code = f"{kind.code}_{_ENDINGS[_how(block, kind.action), resource]}"
            message = f"this lets its holder {kind.does}: name the roles, or the services by {kind.key}"
            yield Found(code, _where(block, kind.action), message)


def _how(block: Block, action: str) -> str:
    """Whether the action is named (`""`), meant by a wildcard (`STAR`) or not left out (`NOT`)."""
    if "Action" not in block.body:
        return "NOT"
    return "" if any(one.text.lower() == action for one in block.actions) else "STAR"


def _where(block: Block, action: str) -> str:
    """The first text of `Action` that means the action; its name comes before wildcards."""
    meant = [one for one in block.actions if matches(one.text.lower(), action)]
    meant.sort(key=lambda one: one.text.lower() != action)
    return meant[0].place if meant else f"{block.place}/NotAction"


def _resource(block: Block, kind: _Kind) -> str | None:
    if "NotResource" in block.body:
        return "NOT_RESOURCE"
    return "RESOURCE" if any(_is_any(one.text, kind) for one in block.resources) else None


def _is_any(text: str, kind: _Kind) -> bool:
    """Whether it means every such role of the account and partition that it names, or of some."""
    if "*" not in text:
        return False
    parts = split_arn(text)
    partition = parts[1] if len(parts) > 2 and "*" not in parts[1] else "aws"
    account = parts[4] if len(parts) > 5 and "*" not in parts[4] else "111122223333"
    return matches(text, f"arn:{partition}:iam::{account}:{kind.role.format(stranger(text))}")
