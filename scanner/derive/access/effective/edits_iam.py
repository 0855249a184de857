"""Which changes of IAM a user may make to whomever."""

from __future__ import annotations

from scanner.derive.access.effective.by_sets import of_set
from scanner.derive.access.effective.holdings import LIMITED_USER, holdings
from scanner.derive.access.granted.action_sets import IAM_WRITES
from scanner.derive.elements import Elements, listed
from scanner.derive.logic import Maybe, either
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource


@derives("AWS::IAM::User", "edits_iam", gives=list[str], reads=LIMITED_USER)
def edits_iam(user: Resource, context: Context) -> Partial:
    """The actions allowed on every user, role, group or policy by all of the user's policies together.

    What is allowed on the user itself (`${aws:username}`), or under a narrowing condition, does not count.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
    """
    held = holdings(user, context)
    by: dict[str, list[Maybe]] = {action: [] for action in IAM_WRITES}
    for _, found in of_set(held, IAM_WRITES, user):
        for action, value in found:
            by[action].append(value)
    fact = listed((action, either(values)) for action, values in by.items())
    elements = Elements(fact)
    for why in held.doubts():
        elements.open(why)
    return fact
