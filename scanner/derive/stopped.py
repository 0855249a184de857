"""Since when an instance is stopped."""

from __future__ import annotations

import re
from typing import TypedDict

from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Why

_TIME = re.compile(r"\((\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) (?:GMT|UTC)\)")
_UNTOLD = Unknown(Why.UNSUPPORTED, message="AWS does not tell when the instance was stopped")


class Stopped(TypedDict):
    """`since` is null while the instance is not stopped; else ISO 8601 in UTC."""

    since: str | None


@derives("AWS::EC2::Instance", "stopped", gives=Stopped, reads=("State", "StateTransitionReason"))
def stopped(instance: Resource, context: Context) -> Partial:
    """The time that AWS writes into the reason of the last change: `User initiated (2026-01-31 08:00:00 GMT)`.

    `LaunchTime` is when the instance was last started. Where AWS stopped it by itself the reason
    may hold no time.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html
    """
    del context
    state = Node.of(instance, "State", "Name")
    reason = Node.of(instance, "StateTransitionReason")
    if not state.unknown and state.value != "stopped":
        return Partial({"since": None})
    unknown = state.unknown or reason.unknown
    if unknown:
        return Partial({}, {"/since": unknown})
    found = _TIME.search(str(reason.value))
    return Partial({"since": f"{found[1]}T{found[2]}Z"}) if found else Partial({}, {"/since": _UNTOLD})
