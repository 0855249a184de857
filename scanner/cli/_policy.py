"""Roles that hold the printed policy, in the languages in which people make roles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

TERRAFORM, CLOUDFORMATION, STACKSET = "terraform", "cloudformation", "stackset"
FORMATS = (TERRAFORM, CLOUDFORMATION, STACKSET)
_WIDE, _NARROW = 1_000, 110
"""Columns: no line of ours is broken; in the narrow form lists fill lines, since CloudFormation takes 51,200 bytes."""


def role(format_: str, policies: Sequence[dict[str, Any]]) -> str:
    """A role with the policies, as a text that ends with a line's end."""
    if format_ == TERRAFORM:
        from scanner.aws.role_terraform import module

        return module(policies)
    from scanner.aws.role_template import account_template, organization_template

    if format_ == CLOUDFORMATION:
        return _yaml(account_template(policies))
    inner = _yaml(account_template(policies), width=_NARROW)
    return _yaml(organization_template(policies, inner))


def of_organization(role_name: str) -> str:
    """The policy of whoever starts a scan of an organization. Raises `UsageError` for what is no name of a role."""
    from scanner.aws.organization import DEFAULT_ROLE, Choice
    from scanner.aws.policy_document import organization_policy

    choice = Choice(organization=True, role_name=role_name or DEFAULT_ROLE).checked()
    return json.dumps(organization_policy("*", choice.role_name.removeprefix("/")), indent=2)


def _yaml(template: dict[str, Any], width: int = _WIDE) -> str:
    """The template in the order in which it was made; a template inside it stands as it is."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Texts of several lines as blocks, and no references to what came before."""

        def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
            return True

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)

    def several(dumper: yaml.SafeDumper, values: list[Any]) -> yaml.Node:
        filled = width == _NARROW and all(isinstance(value, str) for value in values)
        return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=filled)

    Dumper.add_representer(str, text)
    Dumper.add_representer(list, several)
    return str(yaml.dump(template, Dumper=Dumper, sort_keys=False, width=width, allow_unicode=True))
