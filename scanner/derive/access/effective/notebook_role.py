"""Whether a role that SageMaker notebooks run as may do too much."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.access.effective.by_sets import of_set
from scanner.derive.access.effective.holdings import LIMITED_ROLE, holdings
from scanner.derive.access.granted.action_sets import CREDENTIALS
from scanner.derive.elements import Elements, listed
from scanner.derive.logic import either
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, pointer

_SERVICE = "sagemaker.amazonaws.com"


class NotebookRole(TypedDict):
    """Whether SageMaker may take it, whether it is an administrator, and the credentials of others that it can get."""

    is_one: bool
    administers: bool
    credentials: list[str]


@derives("AWS::IAM::Role", "notebook_role", gives=NotebookRole, reads=LIMITED_ROLE, after=("service_trusts",))
def notebook_role(role: Resource, context: Context) -> Partial:
    """Everybody who may open the notebook, and every package that is loaded there, acts with its role.

    https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
    """
    trusts = context.fact(role, "service_trusts")
    fact = Partial({"credentials": []})
    services = trusts.value if "" not in trusts.unknown else []
    found = [
        trusts.unknown.get(pointer(number)) or one.get("service") == _SERVICE for number, one in enumerate(services)
    ]
    doubts = [why for place, why in trusts.unknown.items() if place in ("", "/-") or place.endswith("/service")]
    is_one = either([*found, *doubts])
    members = {"is_one": is_one, "administers": False if is_one is False else holdings(role, context).administers()}
    for name, value in members.items():
        if isinstance(value, Unknown):
            fact.unknown[pointer(name)] = value
        else:
            fact.value[name] = value
    if is_one is not False:
        _add_credentials(fact, role, context)
    return fact


def _add_credentials(fact: Partial, role: Resource, context: Context) -> None:
    held = holdings(role, context)
    actions = listed(pair for _, found in of_set(held, CREDENTIALS, role) for pair in found)
    fact.value["credentials"] = list(dict.fromkeys(actions.value))
    elements = Elements(fact, "credentials")
    for why in (*actions.unknown.values(), *held.doubts()):
        elements.open(why)
