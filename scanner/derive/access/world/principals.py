"""The users and roles of an account with all policies that apply to them.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, NamedTuple

from scanner.derive.access.decision.document import Document
from scanner.derive.access.decision.request import Principal
from scanner.derive.access.world.documents import gaps, maybe, read, unread
from scanner.derive.node import Node, identity
from scanner.model import GLOBAL, Inventory, Resource, Unknown, Why

USER, ROLE, GROUP, POLICY = "AWS::IAM::User", "AWS::IAM::Role", "AWS::IAM::Group", "AWS::IAM::ManagedPolicy"
_INLINE = {USER: "UserPolicyList", ROLE: "RolePolicyList", GROUP: "GroupPolicyList"}


class Labelled(NamedTuple):
    """A policy's document under the name by which people find it; `source` is the policy as it is written."""

    label: str
    document: Document
    source: Any = None


@dataclass(frozen=True, slots=True)
class Identity:
    """A user or role. `documents` are inline, managed and (of a user) its groups' policies; `trust` is a role's.

    `unique_id` is AWS's (`AIDA…`, `AROA…`), empty where it was not told; `gaps` are what was not read of it.
    """

    arn: str
    kind: Literal["User", "Role"]
    account: str
    name: str
    path: str
    partition: str
    unique_id: str
    documents: tuple[Labelled, ...]
    boundary: Labelled | None
    trust: Document | None
    tags: Mapping[str, str]
    tags_unknown: Unknown | None
    gaps: tuple[Unknown, ...]
    resource: Resource

    @property
    def principal(self) -> Principal:
        """Who asks: of a role, any of its sessions."""
        return Principal(self.kind, self.arn, self.partition, self.account, self.name)


class Account:
    """The identities of one account; read when they are first asked for, each document once."""

    def __init__(self, inventory: Inventory, account: str, managed: Callable[[str, str], Labelled | Unknown]) -> None:
        """`managed` gives a managed policy by account and ARN."""
        self._inventory = inventory
        self.id = account
        self._managed = managed
        self._made: dict[str, Identity] = {}

    @cached_property
    def resources(self) -> Mapping[str, Resource]:
        """Users and roles by ARN, in order."""
        found = {_arn(one): one for type_ in (USER, ROLE) for one in self._inventory.of(type_, self.id)}
        return {arn: found[arn] for arn in sorted(found)}

    @cached_property
    def roles(self) -> Mapping[str, str]:
        """ARN by the name of a role, which is unique whatever its path."""
        return {one.name: arn for arn, one in self.resources.items() if one.type == ROLE}

    def identity(self, arn: str) -> Identity | None:
        """A user or role by its ARN."""
        if arn not in self._made and arn in self.resources:
            self._made[arn] = self._identity(arn, self.resources[arn])
        return self._made.get(arn)

    @cached_property
    def identities(self) -> Sequence[Identity]:
        """All of them, by ARN."""
        return [found for arn in self.resources if (found := self.identity(arn)) is not None]

    def group(self, name: str) -> tuple[Labelled, ...]:
        """The policies of a group, nothing of one that was not read."""
        return self._groups.get(name, ())

    @property
    def unlisted(self) -> Unknown | None:
        """Why there may be other identities in the account."""
        whys = (self._inventory.listing(type_, self.id, GLOBAL) for type_ in (USER, ROLE))
        return next((why for why in whys if why is not None), None)

    def _identity(self, arn: str, resource: Resource) -> Identity:
        documents = [*self._own(resource), *(self._of_groups(resource) if resource.type == USER else ())]
        boundary, trust = self._boundary(resource), None
        if resource.type == ROLE:
            node = Node.of(resource, "AssumeRolePolicyDocument")
            trust = read(node, "") if node.present else None
        kind: Literal["User", "Role"] = "User" if resource.type == USER else "Role"
        path, unique = (Node.of(resource, name).value for name in ("Path", f"{kind}Id"))
        every = [*documents, *([boundary] if boundary else [])]
        return Identity(
            arn,
            kind,
            resource.account,
            resource.name,
            path if isinstance(path, str) else "/",
            resource.partition,
            unique if isinstance(unique, str) else "",
            tuple(documents),
            boundary,
            trust,
            resource.tags,
            resource.tags_unknown,
            tuple(dict.fromkeys(why for one in every for why in gaps(one.document))),
            resource,
        )

    def _own(self, holder: Resource, before: str = "") -> Iterator[Labelled]:
        """The policies that are in or attached to a user, role or group."""
        for policy in _each(Node.of(holder, _INLINE[holder.type])):
            if isinstance(policy, Unknown):
                yield Labelled(f"{before}inline policies", _possible(policy))
            else:
                name = policy.member("PolicyName").value or "of unknown name"
                node = policy.member("PolicyDocument")
                yield Labelled(f"{before}inline policy {name}", read(node, "identity"), node.value)
        for attached in _each(Node.of(holder, "AttachedManagedPolicies")):
            if isinstance(attached, Unknown):
                yield Labelled(f"{before}attached policies", _possible(attached))
            else:
                yield self._labelled(attached.member("PolicyArn"), attached.member("PolicyName"), before)

    def _labelled(self, arn: Node, name: Node, before: str = "") -> Labelled:
        key = identity(arn)
        shown = name.value or key.rpartition("/")[2] or "of unknown name"
        if not key:
            return Labelled(f"{before}managed policy {shown}", unread(arn.unknown or _not_read(str(shown))))
        found = self._managed(self.id, key)
        called = key if key.startswith("arn:") else shown
        held = Labelled(called, unread(found)) if isinstance(found, Unknown) else found
        label = held.label if held.label.startswith(key) else called
        return held._replace(label=f"{before}managed policy {label}")

    def _of_groups(self, user: Resource) -> Iterator[Labelled]:
        for name in _each(Node.of(user, "GroupList")):
            if isinstance(name, Unknown):
                yield Labelled("policies of groups", _possible(name))
                continue
            key = identity(name)
            if key in self._groups:
                yield from self._groups[key]
                continue
            why = self._inventory.listing(GROUP, self.id, GLOBAL) or Unknown(
                Why.NOT_COLLECTED, message=f"the group {key} was not read"
            )
            yield Labelled(f"policies of group {key}", unread(name.unknown or why))

    @cached_property
    def _groups(self) -> Mapping[str, tuple[Labelled, ...]]:
        found: dict[str, tuple[Labelled, ...]] = {}
        for group in self._inventory.of(GROUP, self.id):
            name = Node.of(group, "GroupName")
            policies = tuple(self._own(group, f"group {group.name}: "))
            found.update((key, policies) for key in {identity(name), group.name} if key)
        return found

    def _boundary(self, resource: Resource) -> Labelled | None:
        boundary = Node.of(resource, "PermissionsBoundary")
        if boundary.unknown:
            return Labelled("permissions boundary", unread(boundary.unknown))
        if not boundary.present:
            return None
        arn = boundary.member("PermissionsBoundaryArn")
        return self._labelled(arn, Node(None))._replace(label=f"permissions boundary {identity(arn)}".strip())


def _each(nodes: Node) -> Iterator[Node | Unknown]:
    """The elements of a list; for those that may be there, or may follow, the reason."""
    if nodes.unknown:
        yield nodes.unknown
        return
    for one in nodes.elements():
        yield one.unknown if one.unknown and not one.opaque else one
    if nodes.more:
        yield nodes.more


def _possible(why: Unknown) -> Document:
    """Policies of which it is not known whether there are any."""
    return maybe(unread(why), replace(why, kind="any"))


def _arn(resource: Resource) -> str:
    """The ARN, or in code the id of what has none yet."""
    for text in (resource.physical_id, resource.id):
        if text.startswith("arn:"):
            return text
    return resource.id


def _not_read(name: str) -> Unknown:
    return Unknown(Why.NOT_COLLECTED, message=f"the policy {name} was not read")
