"""With which parameters a rule gives evidence for a requirement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def of_framework(defaults: Mapping[str, Any], own: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """What differs from a rule's defaults when it judges for a framework.

    What the framework asks for stands. A project's own lists and names (its accounts, its tags) are facts about
    it and hold for every framework; its own numbers and switches are thresholds, and those are the framework's.
    """
    facts = {name: value for name, value in own.items() if not is_threshold(value)}
    return differing(defaults, {**facts, **asked})


def differing(defaults: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that are not at their defaults."""
    return {name: value for name, value in params.items() if defaults.get(name) != value}


def is_threshold(value: Any) -> bool:
    """Whether a parameter's value is a number, or a switch."""
    return isinstance(value, (int, float))
