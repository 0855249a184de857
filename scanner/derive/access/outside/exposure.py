"""What everybody, or somebody outside of an account, may do with its resources; each answer with a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-concepts.html
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from scanner.derive.access.decision.document import Document, Statement
from scanner.derive.access.decision.flow import Policies, decide
from scanner.derive.access.decision.request import Request
from scanner.derive.access.decision.sides import sides
from scanner.derive.access.outside.passage import Passage
from scanner.derive.access.outside.strangers import Inside, Stranger, strangers
from scanner.derive.access.search.askers import knowing
from scanner.derive.access.search.bindings import OpenVariablesError
from scanner.derive.access.search.problem import Problem
from scanner.derive.access.search.strings import Clause, OutOfBudgetError, glob
from scanner.derive.access.world.asking import refused
from scanner.derive.access.world.documents import at_least, at_most, bounded, gaps
from scanner.derive.access.world.resources import Guarded
from scanner.derive.access.world.world import World
from scanner.derive.node import Node
from scanner.model import Unknown, Why

_MOUNTED = "AWS::EFS::FileSystem"
"""Without a policy it lets in whoever reaches its mount targets, which is a question of the network."""
_ALLOWS_ALL = Document([Statement(0, "", "Allow", None, None, ("*",), None, ("*",), None, (), variables=False)])


@dataclass(frozen=True, slots=True)
class Way:
    """A request by which somebody outside gets in, and the statements that allow it.

    `who` is `*` for anybody, else an account, an organization, an identity provider or a canonical user.
    """

    who: str
    request: Request
    policies: Policies


@dataclass(frozen=True, slots=True)
class Exposure:
    """What is known of one resource: the ways in, and why there may be others."""

    guarded: Guarded
    ways: tuple[Way, ...]
    unknown: tuple[Unknown, ...]


def exposure(world: World, guarded: Guarded, trusted: Collection[str], *, anybody_only: bool = False) -> Exposure:
    """Who outside of the resource's account, of its organization and of the trusted accounts and organizations gets in.

    One way for anybody and, if asked about, one for each account, organization or provider that is named.
    """
    sides_of = _Sides.of(world, guarded)
    doubts = sides_of.gaps
    asked = _Asked(world, guarded, trusted, anybody_only, [])

    def ways(bound: Callable[[Document], Document]) -> list[Way]:
        return list(_ways(asked, sides_of.under(bound) if doubts else sides_of))

    try:
        most = ways(at_most)
        least = ways(at_least) if doubts else most
    except OutOfBudgetError as error:
        return Exposure(guarded, (), (*doubts, _ended(error)))
    sure = {one.who for one in least}
    if all(one.who in sure for one in most):
        doubts = ()
    if asked.left and not (anybody_only and least):
        doubts = (*doubts, _ended(asked.left[0]))
    known = world.organization(guarded.owner).id is not None if guarded.owner else False
    for one in least if not known else ():
        if one.who.startswith("o-"):
            doubts = (*doubts, unread_organization(one.who, guarded.owner))
    told = tuple(one for one in least if known or not one.who.startswith("o-"))
    return Exposure(guarded, told, doubts)


def _ended(error: OutOfBudgetError) -> Unknown:
    return Unknown(Why.ERROR, message=f"the search was ended: {error}")


def unread_organization(id_: str, owner: str) -> Unknown:
    """Why it is not known whether an organization is outside."""
    return Unknown(Why.NOT_COLLECTED, message=f"whether {id_} is the organization of account {owner} was not read")


class _Sides(NamedTuple):
    """The policies of a resource, and behind an access point those of its bucket."""

    policies: Policies
    inner: Policies | None

    @classmethod
    def of(cls, world: World, guarded: Guarded) -> _Sides:
        """What the asker's own account allows is taken for granted."""
        found = [world.policies(None, one) for one in (guarded, guarded.beneath) if one is not None]
        for one in found:
            one.identity = [_ALLOWS_ALL]
        return cls(found[0], found[1] if guarded.beneath else None)

    @property
    def gaps(self) -> tuple[Unknown, ...]:
        every = (one for policies in self if policies for _, one in policies.all())
        return tuple(dict.fromkeys(why for one in every for why in gaps(one)))

    def under(self, bound: Callable[[Document], Document]) -> _Sides:
        return _Sides(bounded(self.policies, bound), bounded(self.inner, bound) if self.inner else None)


class _Asked(NamedTuple):
    """What is asked; of whom the search tells neither goes into `left`, and the others are asked all the same."""

    world: World
    guarded: Guarded
    trusted: Collection[str]
    anybody_only: bool
    left: list[OpenVariablesError]


def _ways(asked: _Asked, both: _Sides) -> Iterator[Way]:
    if both.policies.resource is None or (both.inner is not None and both.inner.resource is None):
        return
    world, guarded, trusted, anybody_only, left = asked
    own = world.organization(guarded.owner).id if guarded.owner else None
    organizations = {one for one in (own, *trusted) if one and one.startswith("o-")}
    found: set[str] = set()
    search = _Search(guarded, both)
    for stranger in strangers(
        search.of_resources,
        guarded.owner,
        Inside(organizations, world.inventory.accounts),
        above=search.above,
        anybody_only=anybody_only,
    ):
        name = stranger.name
        if name in found or is_inside(world, guarded.owner, name, trusted):
            continue
        try:
            request = search.request(stranger)
        except OpenVariablesError as error:
            left.append(error)
            continue
        if request is None:
            continue
        found.add(name)
        yield Way(name, request, both.policies)
        if anybody_only:
            return


class _Search:
    """For a request that a resource's policies allow; through an access point, those of its bucket, too."""

    def __init__(self, guarded: Guarded, both: _Sides) -> None:
        self._guarded = guarded
        self._both = both
        inner = guarded.beneath
        self._passage = Passage(guarded.arn, inner.arn) if inner else None
        own = [(place, one) for place, document in both.policies.all() for one in document.statements]
        behind = (
            [(place, one) for place, document in both.inner.all() for one in document.statements] if both.inner else []
        )
        every = [one for _, one in own] + self._passed([one for _, one in behind])
        self.above = [one for place, one in own if place.startswith("rcp")]
        self.above += self._passed([one for place, one in behind if place.startswith("rcp")])
        self._blockers = [one for one in every if one.effect == "Deny"]
        self._problem = Problem(every, owner=guarded.owner)
        self._known = {key: values for key, values in guarded.context.items() if key in self._problem.keys}

    @property
    def of_resources(self) -> list[Statement]:
        """The statements of the resource's own policy, and of the bucket's."""
        own, inner = self._both.policies.resource, self._both.inner and self._both.inner.resource
        return [*(own.statements if own else ()), *self._passed(inner.statements if inner else ())]

    def request(self, stranger: Stranger) -> Request | None:
        """One that somebody outside can make, confirmed."""
        who, guarded = stranger.asker.principal, self._guarded
        asker = knowing(stranger.asker, self._known) if self._known else stranger.asker
        service = guarded.arn.split(":", 3)[2]
        likely = Request(who, f"{'sts' if service == 'iam' else service}:x", guarded.arn, guarded.owner, {})
        box = stranger.box.at(_itself(guarded.arn))
        for groups in sides(likely, self._both.policies):
            for more in self._behind(likely):
                found = self._problem.solve(asker, [*groups, *more], self._blockers, box=box)
                if found is not None and not refused(who, found.action) and self._confirmed(found):
                    return found
        return None

    def _behind(self, likely: Request) -> Iterator[list[list[Statement]]]:
        """Each way in which the bucket can allow it, or the one that nothing asks for."""
        inner = self._guarded.beneath
        if inner is None or self._both.inner is None:
            yield []
            return
        for groups in sides(replace(likely, resource=inner.arn, resource_account=inner.owner), self._both.inner):
            yield [self._passed(group) for group in groups]

    def _passed(self, statements: Sequence[Statement]) -> list[Statement]:
        return self._passage.all(statements) if self._passage else []

    def _confirmed(self, request: Request) -> bool:
        if decide(request, self._both.policies).answer != "Allowed":
            return False
        inner = self._guarded.beneath
        if inner is None or self._both.inner is None:
            return True
        _, sign, key = request.resource.partition("/object/")
        target = f"{inner.arn}/{key}" if sign else inner.arn
        on = replace(request, resource=target, resource_account=inner.owner, given={**request.given, **inner.context})
        return decide(on, self._both.inner).answer == "Allowed"


@lru_cache(4096)
def _itself(arn: str) -> Clause:
    """The resource and what is in it: objects, versions."""
    return Clause(tuple(glob(f"{arn}{end}") for end in ("", "/*", ":*")), inside=True)


def is_inside(world: World, owner: str, name: str, trusted: Collection[str]) -> bool:
    """Whether an account or organization is trusted, or an account is surely of the owner's organization or a trusted
    one.
    """
    if name in trusted:
        return True
    theirs = world.organization(name).id if name.isdigit() else None
    return bool(theirs) and theirs in (world.organization(owner).id, *trusted)


def every(world: World, only: Callable[[str], bool] | None = None) -> Iterator[Guarded]:
    """Every resource of the snapshot that has a policy, by type and id."""
    from scanner.derive.access.world.kinds import kinds

    seen: set[str] = set()
    for kind in kinds():
        for resource in world.inventory.of(kind.type):
            if resource.type == _MOUNTED and not Node.of(resource, kind.member).present:
                continue
            if resource.id not in seen and (only is None or only(resource.type)):
                seen.add(resource.id)
                yield world.guarded(resource.id, "sts:AssumeRole" if kind.service == "iam" else "")
