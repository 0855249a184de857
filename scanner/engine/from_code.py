"""Which rules can be judged from code, as their own examples show when they are written as code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from scanner import assets
from scanner.engine.rules import FROM_CODE

SIDES = {"plan": "Terraform plan", "template": "CloudFormation template"}
"""The kinds of code, and what people call them."""
JUDGED, PARTLY, NOT = "judged", "partly", "not"


@dataclass(frozen=True, slots=True)
class FromCode:
    """`how` is `judged`, `partly` or `not`; `because` says what is missing."""

    how: str
    because: str = ""


@cache
def from_code() -> dict[str, dict[str, FromCode]]:
    """Built-in rule → side → how far code of that kind tells what the rule reads."""
    from scanner.engine import rule_yaml

    value, _ = rule_yaml.read(assets.folder("rules") / FROM_CODE, f"rules/{FROM_CODE}")
    return {rule: {side: _parsed(said) for side, said in sides.items()} for rule, sides in value.items()}


def _parsed(said: str) -> FromCode:
    how, _, because = said.partition(": ")
    return FromCode(how, because)
