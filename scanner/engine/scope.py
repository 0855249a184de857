"""What an expression can read beside the document: its rule's parameters and the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Scope:
    """`params` is what `param('name')` answers from; `now` is the snapshot's time, never the clock's.

    A `now` without a time zone is taken as UTC.
    """

    params: Mapping[str, Any]
    now: datetime
