"""IAM: what gives policies and groups to a principal, inside it and beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scanner.iac.cloudformation.holes import Hole, More, attribute, later
from scanner.iac.cloudformation.policy import document
from scanner.iac.cloudformation.shape import text
from scanner.iac.cloudformation.stack import Draft, Entry, Stack
from scanner.model import Why

POLICY = "AWS::IAM::ManagedPolicy"
ATTACHED = "AttachedManagedPolicies"


@dataclass(frozen=True, slots=True)
class Beside:
    """A type that adds one entry to a list of every principal that its property names, one or several."""

    type: str
    property: str
    member: str
    entry: Callable[[Entry], Any]


def inline(item: Any) -> Any:
    """`{PolicyName, PolicyDocument}` of a list, or of a policy's own properties."""
    if isinstance(item, More):
        return item
    if isinstance(item, Hole):
        return More(item.why, item.message)
    if not isinstance(item, dict):
        return More(Why.ERROR, "a policy that is not a mapping")
    name, found = item.get("PolicyName"), item.get("PolicyDocument")
    return {
        "PolicyName": later("the policy's name") if name is None else text(name),
        "PolicyDocument": later("the policy") if found is None else document(found),
    }


def listed(value: Any, convert: Callable[[Any], Any]) -> list[Any]:
    """A list as it is written, one value for a list of one; open where it is not known."""
    if isinstance(value, Hole):
        return [More(value.why, value.message)]
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [item if isinstance(item, More) else convert(item) for item in items]


def attached(arn: Any, stack: Stack) -> Any:
    """`{PolicyName, PolicyArn}` of an attached policy."""
    own = stack.owner(arn, POLICY)
    if own is not None:
        return {"PolicyArn": arn, "PolicyName": policy_name(own)}
    found = text(arn)
    name = found.rsplit("/", 1)[-1] if isinstance(found, str) else later("the name of a policy that is not known yet")
    return {"PolicyArn": found, "PolicyName": name}


def policy_name(entry: Entry) -> Any:
    """The name of a managed policy; AWS makes one up where none is written."""
    return entry.get("ManagedPolicyName", text, attribute(f"{entry.logical}.ManagedPolicyName"))


def added(owner: Entry, stack: Stack, beside: Iterable[Beside]) -> dict[str, list[Any]]:
    """What resources beside a principal add to each of its lists."""
    out: dict[str, list[Any]] = {}
    for kind in beside:
        sure, unsure = _by_owner(kind, owner.type, stack)
        mine = sure.get(owner.logical, [])
        found = [_entry(item, kind, owner) for item in mine]
        named = {item.logical for item in mine}
        found += [
            More(Why.AFTER_APPLY, f"{item.logical} may belong to this resource")
            for item in unsure
            if item.logical not in named
        ]
        if found:
            out.setdefault(kind.member, []).extend(item for item in found if item is not None)
    return out


def _by_owner(kind: Beside, owner_type: str, stack: Stack) -> tuple[dict[str, list[Entry]], list[Entry]]:
    """The resources of a kind by the logical id of each principal that they name, and those that may name any."""
    key = (kind.type, kind.property, owner_type)
    if key not in stack.memo:
        sure: dict[str, list[Entry]] = {}
        unsure: list[Entry] = []
        for item in stack.of(kind.type):
            values = _named(item, kind)
            owners = (stack.owner(value, owner_type) for value in values if not _open(value))
            for logical in dict.fromkeys(owner.logical for owner in owners if owner is not None):
                sure.setdefault(logical, []).append(item)
            if any(map(_open, values)):
                unsure.append(item)
        stack.memo[key] = (sure, unsure)
    found: tuple[dict[str, list[Entry]], list[Entry]] = stack.memo[key]
    return found


def _open(value: Any) -> bool:
    """Whether it may be the name of anything."""
    return isinstance(value, More) or (isinstance(value, Hole) and not value.token)


def _entry(item: Entry, kind: Beside, owner: Entry) -> Any:
    """The entry of a resource that names the owner; open under a condition, none if that is false."""
    exists = item.condition is None or owner.scope.conditions.truth(item.condition)
    if exists is None:
        return More(Why.AFTER_APPLY, f"{item.logical} exists only under the condition {item.condition}")
    return kind.entry(item) if exists else None


def _named(item: Entry, kind: Beside) -> list[Any]:
    """The principals that a resource names: a list, or one where the property is a single name."""
    value = item.props.get(kind.property)
    if isinstance(value, Hole) and kind.property.endswith("Name"):
        return [value]
    return listed(value, text)


def outside(item: Entry, stack: Stack, type_: str, kind: Beside) -> Iterator[Draft]:
    """The principals that a resource names and the template does not make: of each, only this is known."""
    name_member = f"{type_.rsplit('::', 1)[-1]}Name"
    for number, value in enumerate(_named(item, kind)):
        if isinstance(value, More) or stack.owner(value, type_) is not None:
            continue
        if isinstance(value, Hole) and not value.token:
            continue  # it may be one of the template's own, which say so
        elsewhere = More(Why.OUT_OF_SCOPE, "the principal is outside the template and may have others")
        config = {name_member: value, kind.member: [kind.entry(item), elsewhere]}
        part = f".{kind.property}[{number}]"
        yield Draft(type_, item, config, name=value if isinstance(value, str) else "", new=False, part=part)
