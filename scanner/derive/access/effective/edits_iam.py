"""Which changes of IAM a user may make to others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.derive.access.catalogue.services import resource_formats
from scanner.derive.access.effective.by_sets import of_set
from scanner.derive.access.effective.holdings import LIMITED_USER, Holdings, holdings
from scanner.derive.access.granted.action_sets import IAM_WRITES
from scanner.derive.access.grants import ANY, Probe
from scanner.derive.access.policy import PolicyStatement
from scanner.derive.elements import Elements, listed
from scanner.derive.logic import Maybe, either
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource

_TYPE = re.compile(r"arn:[^:]*:iam:[^:]*:([^:]*):([a-z-]+/)")
_OF_SERVICES = ":role/aws-service-role/"
"""Nobody but its service changes what a service-linked role may do."""
_WILDCARDS = re.compile(r"[*?]")


@derives("AWS::IAM::User", "edits_iam", gives=list[str], reads=LIMITED_USER)
def edits_iam(user: Resource, context: Context) -> Partial:
    """The actions allowed on a user, role, group, policy or provider by all of the user's policies together.

    One of them is enough. What is allowed on the user itself (`${aws:username}`), or under a narrowing condition, does
    not count.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
    """
    held = holdings(user, context)
    by: dict[str, list[Maybe]] = {action: [] for action in IAM_WRITES}
    for _, found in of_set(held, IAM_WRITES, user):
        for action, value in found:
            by[action].append(value)
    for action, probe in _named(held, user):
        by[action].extend(one.sure for one in held.grants(probe))
    fact = listed((action, either(values)) for action, values in by.items())
    elements = Elements(fact)
    for why in held.doubts():
        elements.open(why)
    return fact


def _named(held: Holdings, user: Resource) -> Iterator[tuple[str, Probe]]:
    """Requests for each action on what its statements name of the types that the action is for, the user left out."""
    places: dict[str, list[str]] = {}
    for place in sorted({place for policy in held.policies for place in _resources(policy.statements.all)}):
        kind = _TYPE.match(place)
        ours = kind and (kind[1] == user.account or not user.account or not kind[1].isdecimal())
        if kind and ours and not ("${" in place or _is_own(place, kind[2], user) or _OF_SERVICES in place):
            places.setdefault(kind[2], []).append(_WILDCARDS.sub(ANY, place))
    for action in IAM_WRITES if places else ():
        for written in resource_formats(action):
            kind = _TYPE.match(written)
            for place in places.get(kind[2], ()) if kind else ():
                yield action, Probe(action.lower(), place)


def _is_own(place: str, kind: str, user: Resource) -> bool:
    """Whether it is the user: names are unique in an account, whatever the path; in code there is no ARN yet."""
    return kind == "user/" and place.rpartition("/")[2] == user.name


def _resources(statements: list[PolicyStatement]) -> Iterator[str]:
    for statement in statements:
        for resource in statement.node.member("Resource").elements():
            if isinstance(resource.value, str):
                yield resource.value
