"""The role of a scan as Terraform's HCL, for the provider hashicorp/aws."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from scanner.aws.organization import DEFAULT_ROLE
from scanner.aws.role_template import EXTERNAL_ID_CHARACTERS, PRINCIPAL_PATTERN

_KEY = re.compile(r'^( *)"(\w+)": ')
_ONE_LINE = re.compile(r"( *\w+) = .*[^\[{]$")
_VARIABLES = """\
variable "trusted_principal" {
  type        = string
  description = "Who may assume the role: the id of an account, or the ARN of a user or a role"

  validation {
    condition     = can(regex(%(principal)s, var.trusted_principal))
    error_message = "12 digits, or the ARN of a user or a role."
  }
}

variable "external_id" {
  type        = string
  default     = ""
  description = "What whoever assumes the role has to name (--external-id); empty for nothing"

  validation {
    condition = var.external_id == "" || (
      length(var.external_id) >= 2 && length(var.external_id) <= 1224 && can(regex(%(external)s, var.external_id))
    )
    error_message = "2 to 1,224 letters, digits and _+=,.@:/-"
  }
}

variable "role_name" {
  type        = string
  default     = %(name)s
  description = "The role's name, for --role-name and --role-arn"
}
"""
# Keys without a value are left out: `external_id` may be empty, and IAM takes an empty condition.
_ROLE = """\
resource "aws_iam_role" "posture" {
  name        = var.role_name
  description = "Read by aws-posture"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = var.trusted_principal }
        Action    = "sts:AssumeRole"
        Condition = {
          for operator, keys in { StringEquals = { "sts:ExternalId" = var.external_id } } : operator => keys
          if var.external_id != ""
        }
      }
    ]
  })
}
"""
_POLICY = """\
resource "aws_iam_policy" "posture_%(number)d" {
  name        = "${var.role_name}-%(number)d"
  description = "What aws-posture reads, part %(number)d of %(count)d"

  policy = jsonencode(%(document)s)
}

resource "aws_iam_role_policy_attachment" "posture_%(number)d" {
  role       = aws_iam_role.posture.name
  policy_arn = aws_iam_policy.posture_%(number)d.arn
}
"""
_OUTPUT = """\
output "posture_role_arn" {
  value = aws_iam_role.posture.arn
}
"""


def module(policies: Sequence[dict[str, Any]]) -> str:
    """The role with its policies, and who may assume it as variables."""
    patterns = {
        "principal": f"^({PRINCIPAL_PATTERN})$",
        "external": f"^{EXTERNAL_ID_CHARACTERS}+$",
        "name": DEFAULT_ROLE,
    }
    parts = [_VARIABLES % {name: _literal(value) for name, value in patterns.items()}, _ROLE]
    for number, document in enumerate(policies, start=1):
        parts.append(_POLICY % {"number": number, "count": len(policies), "document": expression(document)})
    return "\n".join([*parts, _OUTPUT])


def expression(value: Any) -> str:
    """A value as an expression of HCL, on lines of its own behind the first, as `terraform fmt` has it."""
    lines = [_KEY.sub(r"\1\2 = ", line) for line in _literal(value, indent=2).split("\n")]
    for start, end in _runs(lines):
        width = max(len(_ONE_LINE.match(line)[1]) for line in lines[start:end])  # type: ignore[index]  # they match
        for at in range(start, end):
            name, _, rest = lines[at].partition(" = ")
            lines[at] = f"{name:<{width}} = {rest}"
    return "\n  ".join(lines)


def _runs(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where lines that follow each other each set a value: their equals signs stand under each other."""
    start = 0
    for at in range(len(lines) + 1):
        if at == len(lines) or not _ONE_LINE.match(lines[at]):
            if at > start:
                yield start, at
            start = at + 1


def _literal(value: Any, indent: int | None = None) -> str:
    """JSON, which HCL reads as it is but for what it would fill in."""
    return json.dumps(value, indent=indent).replace("${", "$${").replace("%{", "%%{")
