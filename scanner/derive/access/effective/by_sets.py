"""What holdings allow of a set of actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from scanner.derive.access.effective.holdings import Granted, Holdings
from scanner.derive.access.granted.action_sets import probes
from scanner.derive.elements import Elements, listed
from scanner.derive.logic import Maybe, either
from scanner.derive.node import Node
from scanner.model import Partial, Resource


class SetGrant(TypedDict):
    """What one policy allows of a set's actions on every resource, without a narrowing condition."""

    policy: str | None
    actions: list[str]


def add_grants(fact: Partial, held: Holdings, sets: Mapping[str, tuple[str, ...]], of: Resource) -> None:
    """Fill the lists of a fact, one a set, each with an element a policy."""
    for kind, actions in sets.items():
        elements = Elements(fact, kind)
        for why in held.doubts():
            elements.open(why)
        for name, found in of_set(held, actions, of):
            sure = either(value for _, value in found)
            elements.add({"policy": name, "actions": listed(found)}, sure)


def of_set(held: Holdings, actions: tuple[str, ...], of: Resource) -> list[tuple[Node, list[tuple[str, Maybe]]]]:
    """By policy, the actions that it allows, or may."""
    by: dict[int, tuple[Node, list[tuple[str, Maybe]]]] = {}
    for action, wanted in probes(actions, of.partition, of.account):
        granted: dict[int, list[Granted]] = {}
        for one in (one for probe in wanted for one in held.grants(probe)):
            granted.setdefault(id(one.policy), []).append(one)
        for key, several in granted.items():
            by.setdefault(key, (several[0].policy.name, []))[1].append((action, either(one.sure for one in several)))
    return list(by.values())
