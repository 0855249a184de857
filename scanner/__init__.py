"""aws-posture: a security and compliance posture scanner for AWS.

`collect` and `check` are the API; `Snapshot`, `Report` and `Finding` what they give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scanner.api import check, collect
    from scanner.model import Finding, Report, Verdict
    from scanner.snapshot.reading import Snapshot

__all__ = ["Finding", "Report", "Snapshot", "Verdict", "check", "collect"]

_HOMES = {
    "check": "scanner.api",
    "collect": "scanner.api",
    "Finding": "scanner.model",
    "Report": "scanner.model",
    "Verdict": "scanner.model",
    "Snapshot": "scanner.snapshot.reading",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for, so that `import scanner` costs nothing."""
    if name not in _HOMES:
        message = f"module 'scanner' has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
