"""Whether the role of an instance is an administrator, or can become one."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.access.escalation.account import READS, graph_of
from scanner.derive.access.escalation.escalation import StepTold, of_principal
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown


class RoleEscalation(TypedDict):
    """The role's ARN (null: it has none), and what `escalation` says of it."""

    role: str | None
    administrator: bool
    steps: list[StepTold]


@derives("AWS::EC2::Instance", "role_escalation", gives=RoleEscalation, reads=READS)
def role_escalation(instance: Resource, context: Context) -> Partial:
    """What who runs code on the instance, or makes it ask its metadata service, can come by.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2.html
    """
    graph = graph_of(context, instance.account)
    if isinstance(graph, Unknown):
        return Partial(None, {"": graph})
    role = graph.sure.estate.role_of(instance)
    if isinstance(role, Unknown):
        return Partial(None, {"": role})
    if role is None:
        return Partial({"role": None, "administrator": False, "steps": []})
    fact = of_principal(graph, role)
    return fact if fact.value is None else Partial({"role": role, **fact.value}, fact.unknown)
