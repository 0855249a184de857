"""Could somebody do something, in whichever context?

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.derive.access.decision.flow import Policies, decide
from scanner.derive.access.decision.operators import Values
from scanner.derive.access.decision.reach import open_to_all
from scanner.derive.access.decision.request import Principal, Request
from scanner.derive.access.decision.sides import denying, sides
from scanner.derive.access.search.askers import Asker, knowing
from scanner.derive.access.search.askers import asker as asking
from scanner.derive.access.search.problem import Problem, exact
from scanner.derive.access.search.products import Box
from scanner.derive.access.search.strings import Clause, OutOfBudgetError, glob
from scanner.model import Unknown, Why

_NOTHING: Mapping[str, Values] = {}


def could(  # noqa: PLR0913 - what a request is made of
    asker: Principal | Asker,
    policies: Policies,
    action: str,
    resource: str | None = None,
    *,
    owner: str = "",
    given: Mapping[str, Values] = _NOTHING,
) -> Request | Unknown | None:
    """Whether there is a context in which the asker may do an action, on a resource or on any of the action's kinds.

    A resource may have wildcards: any that they match is meant.
    `owner` is the account of the resource, where its ARN does not tell; without it, the asker's. Keys of `given`
    (values `()`: absent) are as they are, all others free. A request is the witness, which the evaluator
    confirms; `None` is proven; unknown, where a policy cannot be read or the search took too long.
    """
    who = knowing(asker, given) if isinstance(asker, Asker) else asking(asker, given)
    request = Request(who.principal, action, resource or "*", owner, given)
    if open_to_all(request):
        return request
    if problems := [(place, one.problems[0]) for place, one in policies.all() if one.problems]:
        place, problem = problems[0]
        return Unknown(Why.ERROR, message=f"AWS would refuse the policy {place}: {problem.message}")
    try:
        found = _search(who, request, policies, _box(resource))
    except OutOfBudgetError as error:
        return Unknown(Why.ERROR, message=f"the search was ended: {error}")
    if found is not None and decide(found, policies).answer != "Allowed":
        return Unknown(Why.ERROR, message=f"{found.action} on {found.resource} was found and is not confirmed")
    return found


def _box(resource: str | None) -> Box | None:
    if resource is None:
        return None
    wild = resource != "*" and ("*" in resource or "?" in resource)
    return Box().at(Clause((glob(resource),), inside=True) if wild else exact(resource))


def _search(who: Asker, request: Request, policies: Policies, box: Box | None) -> Request | None:
    blockers = list(denying(request, policies))
    for groups in sides(request, policies):
        statements = [one for group in groups for one in group]
        problem = Problem([*statements, *blockers], owner=request.owner, actions=(request.action,))
        found = problem.solve(who, groups, blockers, action=request.action, box=box)
        if found is not None:
            return found
    return None
