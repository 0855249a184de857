"""JSON and bytes as blocks of the page: gzipped, in base64, the same bytes for the same content."""

from __future__ import annotations

import base64
import gzip
import json
import math
from collections.abc import Mapping
from typing import Any

_UNKNOWN_OS = b"\xff"
_LEVEL = 6


def embed_json(payload: Any) -> str:
    """One JSON value. No time and no system is named in the block, so that equal input gives equal bytes."""
    try:
        text = json.dumps(payload, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(payload), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return embed_bytes(text.encode("ascii"))


def embed_bytes(data: bytes) -> str:
    """Any bytes."""
    packed = gzip.compress(data, _LEVEL, mtime=0)
    return base64.b64encode(packed[:9] + _UNKNOWN_OS + packed[10:]).decode("ascii")


def _finite(value: Any) -> Any:
    """NaN and infinities as text: JSON has none, and Python reads them from templates all the same."""
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
