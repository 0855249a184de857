"""What everybody, or somebody outside of an account, may do with its resources; each answer with a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-concepts.html
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from scanner.derive.access.decision.document import Document, Statement
from scanner.derive.access.decision.flow import Policies, decide
from scanner.derive.access.decision.request import Request
from scanner.derive.access.decision.sides import sides
from scanner.derive.access.outside.strangers import Stranger, strangers
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
    policies = world.policies(None, guarded)
    policies.identity = [_ALLOWS_ALL]
    doubts = tuple(dict.fromkeys(why for _, one in policies.all() for why in gaps(one)))

    def ways(bound: Callable[[Document], Document]) -> list[Way]:
        return list(_ways(world, guarded, bounded(policies, bound) if doubts else policies, trusted, anybody_only))

    try:
        most = ways(at_most)
        least = ways(at_least) if doubts else most
    except OutOfBudgetError as error:
        return Exposure(guarded, (), (*doubts, Unknown(Why.ERROR, message=f"the search was ended: {error}")))
    sure = {one.who for one in least}
    if all(one.who in sure for one in most):
        doubts = ()
    known = world.organization(guarded.owner).id is not None if guarded.owner else False
    for one in least if not known else ():
        if one.who.startswith("o-"):
            doubts = (*doubts, unread_organization(one.who, guarded.owner))
    told = tuple(one for one in least if known or not one.who.startswith("o-"))
    return Exposure(guarded, told, doubts)


def unread_organization(id_: str, owner: str) -> Unknown:
    """Why it is not known whether an organization is outside."""
    return Unknown(Why.NOT_COLLECTED, message=f"whether {id_} is the organization of account {owner} was not read")


def _ways(
    world: World,
    guarded: Guarded,
    policies: Policies,
    trusted: Collection[str],
    anybody_only: bool,  # noqa: FBT001 - handed on
) -> Iterator[Way]:
    if policies.resource is None:
        return
    own = world.organization(guarded.owner).id if guarded.owner else None
    organizations = {one for one in (own, *trusted) if one and one.startswith("o-")}
    found: set[str] = set()
    scanned = world.inventory.accounts
    problem = Problem([one for _, document in policies.all() for one in document.statements], owner=guarded.owner)
    for stranger in strangers(
        policies.resource.statements, guarded.owner, organizations, scanned=scanned, anybody_only=anybody_only
    ):
        name = stranger.name
        if name in found or is_inside(world, guarded.owner, name, trusted):
            continue
        request = _request(problem, guarded, policies, stranger)
        if request is None or not _passes_beneath(world, guarded, request):
            continue
        found.add(name)
        yield Way(name, request, policies)
        if anybody_only:
            return


def _request(problem: Problem, guarded: Guarded, policies: Policies, stranger: Stranger) -> Request | None:
    who = stranger.asker.principal
    service = guarded.arn.split(":", 3)[2]
    likely = Request(who, f"{'sts' if service == 'iam' else service}:x", guarded.arn, guarded.owner, {})
    blockers = [one for _, document in policies.all() for one in document.statements if one.effect == "Deny"]
    box = stranger.box.at(_itself(guarded.arn))
    for groups in sides(likely, policies):
        found = problem.solve(stranger.asker, groups, blockers, box=box)
        if found is not None and not refused(who, found.action) and decide(found, policies).answer == "Allowed":
            return found
    return None


@lru_cache(4096)
def _itself(arn: str) -> Clause:
    """The resource and what is in it: objects, versions."""
    return Clause(tuple(glob(f"{arn}{end}") for end in ("", "/*", ":*")), inside=True)


def _passes_beneath(world: World, guarded: Guarded, request: Request) -> bool:
    """Through an access point the bucket must let the request in, too."""
    inner = guarded.beneath
    if inner is None:
        return True
    policies = bounded(world.policies(None, inner), at_least)
    policies.identity = [_ALLOWS_ALL]
    on = replace(request, resource=_behind(request.resource, inner.arn), resource_account=inner.owner)
    given = {**request.given, **inner.context}
    return decide(replace(on, given=given), policies).answer == "Allowed"


def _behind(resource: str, bucket: str) -> str:
    _, sign, key = resource.partition("/object/")
    return f"{bucket}/{key}" if sign else bucket


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
