"""Whether one statement of a policy that is wholly known lets anybody in, once every Deny is taken off."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from scanner.derive.access.actions import S3_READS, S3_WRITES
from scanner.derive.access.catalogue.services import resource_formats
from scanner.derive.access.decision.document import Document, Statement, parse
from scanner.derive.access.decision.operators import Values
from scanner.derive.access.outside.passage import Passage
from scanner.derive.access.outside.strangers import strangers
from scanner.derive.access.search.askers import knowing
from scanner.derive.access.search.problem import Problem, exact
from scanner.derive.access.search.strings import Clause, OutOfBudgetError, glob

_OBJECTS = "/${ObjectName}"
_LISTED = "s3:ListBucketMultipartUploads"
"""Access points answer it (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-service-api-support.html),
though the service's reference names the bucket alone."""


def lets_anybody_in(policy: Any, number: int, arn: str, owner: str, actions: Collection[str]) -> bool | None:
    """Whether anybody may do one of the actions on the resource, or what is in it, by the statement of that number.

    `None` where the search would take too long, or AWS would refuse the policy.
    """
    document = parse(policy, "resource")
    if document.problems:
        return None
    within = Clause((glob(arn), glob(f"{arn}/*")), inside=True)
    denying = _of(document, "Deny")
    return _is_met([_numbered(document, number)], denying, owner, {}, [(within, actions)])


def lets_anybody_through(
    policies: tuple[Any, Any], number: int, arns: tuple[str, str], owner: str, context: Mapping[str, Values]
) -> bool | None:
    """Whether anybody gets to a bucket by the statement of that number in an access point's policy, the bucket's own
    policy allowing it as well.

    `policies` and `arns` are those of the access point and of the bucket, `context` is what a request through the
    access point brings. `None` where the search would take too long, or AWS would refuse a policy.
    """
    point, bucket = (parse(one, "resource") for one in policies)
    if point.problems or bucket.problems:
        return None
    passage = Passage(*arns)
    try:
        behind, denied = (passage.all(_of(bucket, effect)) for effect in ("Allow", "Deny"))
    except OutOfBudgetError:
        return None
    on_point, on_objects = _through_points()
    asked = [(exact(arns[0]), on_point), (Clause((glob(f"{arns[0]}/object/*"),), inside=True), on_objects)]
    return _is_met([_numbered(point, number), behind], [*_of(point, "Deny"), *denied], owner, context, asked)


def _is_met(
    groups: Sequence[list[Statement]],
    denying: Sequence[Statement],
    owner: str,
    context: Mapping[str, Values],
    asked: Sequence[tuple[Clause, Collection[str]]],
) -> bool | None:
    """Whether anybody can ask for one of some actions on some resources so that each group allows it."""
    every = [*(one for group in groups for one in group), *denying]
    problem = Problem(every, owner=owner, actions=tuple(dict.fromkeys(name for _, names in asked for name in names)))
    try:
        for stranger in strangers(every, owner, anybody_only=True):
            asker = knowing(stranger.asker, context)
            for within, actions in asked:
                box = stranger.box.at(within)
                if problem.solve(asker, groups, denying, action=actions, box=box) is not None:
                    return True
    except OutOfBudgetError:
        return None
    return False


def _of(document: Document, effect: str) -> list[Statement]:
    return [one for one in document.statements if one.effect == effect]


def _numbered(document: Document, number: int) -> list[Statement]:
    return [one for one in _of(document, "Allow") if one.number == number]


@cache
def _through_points() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The actions that access points pass on: about the bucket, and about its objects."""
    return (_LISTED, *_passed_on(objects=False)), tuple(_passed_on(objects=True))


def _passed_on(*, objects: bool) -> Iterator[str]:
    for name in (*S3_READS, *S3_WRITES):
        formats = [one for one in resource_formats(name) if ":accesspoint/" in one]
        if any(one.endswith(_OBJECTS) is objects for one in formats):
            yield name
