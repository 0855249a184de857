"""The Direct Connect locations at which an account's connections end."""

from __future__ import annotations

from scanner.derive.everywhere import everywhere
from scanner.derive.joined import listed
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

CONNECTION = "AWS::DirectConnect::Connection"
_GONE = frozenset({"deleted", "deleting", "rejected"})


@derives(
    CONNECTION,
    "connection_locations",
    gives=list[str],
    reads=("connectionState", "location", f"{CONNECTION}.connectionState", f"{CONNECTION}.location"),
)
def connection_locations(connection: Resource, context: Context) -> Partial:
    """Of all connections of the account that exist or are ordered, in every region that was read.

    https://docs.aws.amazon.com/directconnect/latest/UserGuide/resilency_toolkit.html
    """
    found = everywhere(context, CONNECTION, connection.account)
    words: set[str] = set()
    doubts: list[Unknown] = [found.incomplete] if found.incomplete else []
    for one in found.resources:
        state, location = Node.of(one, "connectionState"), Node.of(one, "location")
        if state.value in _GONE:
            continue
        unknown = state.unknown or location.unknown
        if unknown:
            doubts.append(unknown)
        elif isinstance(location.value, str):
            words.add(location.value)
    return listed(words, doubts)
