"""Where a finding stands in the repository: a path that code-scanning dashboards accept, and a region.

GitHub refuses a whole file if one path has a scheme, so a path that does not lie inside the repository
is never written: the finding goes to the anchor file instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

ANCHOR = "posture.toml"
"""Where a live finding is shown unless the settings name another file of the repository."""

_SAFE = "/@+=,"
_LAST_LINE = 2**31 - 1
_DRIVE = re.compile(r"^[A-Za-z]:")


def relative_uri(path: str) -> str:
    """The path as a relative, percent-encoded URI reference; empty if it is not inside the repository."""
    forward = path.replace("\\", "/")
    if forward.startswith("/") or _DRIVE.match(forward):
        return ""
    parts = [part for part in forward.split("/") if part not in ("", ".")]
    if ".." in parts:
        return ""
    # A colon in the first segment would read as a scheme; quote() encodes it.
    return quote("/".join(parts), safe=_SAFE, errors="replace")


def place(origin: Mapping[str, Any], anchor: str) -> tuple[str, dict[str, int]]:
    """URI and region of a finding: its code if that is in the repository, else the anchor's first line."""
    uri = relative_uri(str(origin.get("file") or ""))
    if not uri:
        return relative_uri(anchor) or ANCHOR, region(1, 1)
    return uri, region(_line(origin.get("line")), _line(origin.get("end_line")))


def region(first: int, last: int) -> dict[str, int]:
    """The members of a region from the first line's first column to the last line's closing bracket.

    Lines and columns count from 1 and `end_column` is exclusive. How long a line is, is not known here;
    a block of code ends with a bracket in column 1.
    """
    return {"start_line": first, "start_column": 1, "end_line": max(first, last), "end_column": 2}


def _line(value: Any) -> int:
    return min(max(value, 1), _LAST_LINE) if isinstance(value, int) else 1
