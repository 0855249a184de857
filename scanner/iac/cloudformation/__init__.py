"""CloudFormation templates to resources in the live ones' shape, without running or fetching anything."""

from __future__ import annotations

from scanner.iac.cloudformation.parse import is_template
from scanner.iac.cloudformation.template import read_template

__all__ = ["is_template", "read_template"]
