"""RDS: parameter groups, subnet groups and event subscriptions.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_Parameter.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.iac import databases
from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell, State
from scanner.iac.terraform.drafts import Draft, Drafts, Kind
from scanner.iac.terraform.fields import Field, more, names, strings, unresolved
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tables import Table, each
from scanner.iac.terraform.tree import ordered
from scanner.model import Unknown

_GROUP = (
    Field("DBParameterGroupFamily", "family", values.text),
    Field("Description", "description", values.text),
)
_SUBNETS = Table(
    "AWS::RDS::DBSubnetGroup",
    (
        Field("DBSubnetGroupDescription", "description", values.text),
        Field("Subnets", "subnet_ids", each("SubnetIdentifier", names, SubnetStatus="Active")),
        Field("VpcId", "vpc_id", values.text),
        Field("SupportedNetworkTypes", "supported_network_types", strings),
    ),
    {"DBSubnetGroupArn": "arn", "DBSubnetGroupName": "name"},
    name="DBSubnetGroupName",
)
_SUBSCRIPTION = Table(
    "AWS::RDS::EventSubscription",
    (
        Field("SnsTopicArn", "sns_topic", values.identifier),
        Field("SourceType", "source_type", values.text),
        Field("SourceIdsList", "source_ids", names),
        Field("EventCategoriesList", "event_categories", strings),
        Field("Enabled", "enabled", values.boolean),
    ),
    {"EventSubscriptionArn": "arn", "CustSubscriptionId": "name"},
    name="CustSubscriptionId",
)
_PARAMETER = (
    Field("ParameterName", "name", values.text),
    Field("ParameterValue", "value", values.text),
    Field("ApplyMethod", "apply_method", values.text),
)


def _parameters(draft: Draft) -> list[Any]:
    """Those that the group sets."""
    cell = Cell.of(draft.planned, "parameter")
    if cell.state not in (State.KNOWN, State.NULL):
        return [] if cell.state is State.COMPUTED and draft.new else [more(cell)]
    found: list[Any] = []
    for item in cell.elements():
        name = values.text(item["name"]) if item.state is State.KNOWN else item.after_apply()
        if isinstance(name, Unknown):
            found.append(Unknown(name.why, "more", message=name.message))
        elif name is not None:
            found.append(_parameter(item))
    return found


def _parameter(cell: Cell) -> dict[str, Any]:
    out = {field.api: field.read(cell[field.tf]) for field in _PARAMETER}
    return {**{name: value for name, value in out.items() if value is not None}, "Source": "user"}


def _with_defaults(draft: Draft, found: list[Any]) -> list[Any]:
    family = draft.config.get("DBParameterGroupFamily")
    rest = databases.default_parameters(family) if draft.new else None
    told = {item["ParameterName"] for item in found if isinstance(item, dict)}.intersection(databases.TLS)
    if any(isinstance(item, Unknown) for item in found):
        return ordered(found)
    if rest is None and not told:
        found.append(Unknown(unresolved("").why, "more", message="the defaults of the group's family"))
    found += [item for item in rest or () if item["ParameterName"] not in told]
    return ordered(found)


def _parameter_group(type_: str, member: str) -> Callable[[Planned], Draft]:
    table = Table(type_, _GROUP, {f"{member}Arn": "arn", f"{member}Name": "name"}, name=f"{member}Name")

    def build(planned: Planned) -> Draft:
        draft = table.read(planned)
        draft.config["Parameters"] = _with_defaults(draft, _parameters(draft))
        return draft

    return build


def _finish_subnets(draft: Draft, drafts: Drafts) -> None:
    """A subnet group lies in the VPC of its subnets."""
    if "VpcId" in draft.config and not isinstance(draft.config["VpcId"], Unknown):
        return
    for item in draft.config.get("Subnets") or ():
        identifier = item.get("SubnetIdentifier") if isinstance(item, dict) else None
        subnet = drafts.find("AWS::EC2::Subnet", identifier, "SubnetId")
        if subnet is not None and subnet.config.get("VpcId") is not None:
            draft.config["VpcId"] = subnet.config["VpcId"]
            return


KINDS = (
    Kind("AWS::RDS::DBSubnetGroup", ("aws_db_subnet_group",), _SUBNETS.read, finish=_finish_subnets),
    Kind(
        "AWS::RDS::DBParameterGroup",
        ("aws_db_parameter_group",),
        _parameter_group("AWS::RDS::DBParameterGroup", "DBParameterGroup"),
    ),
    Kind(
        "AWS::RDS::DBClusterParameterGroup",
        ("aws_rds_cluster_parameter_group",),
        _parameter_group("AWS::RDS::DBClusterParameterGroup", "DBClusterParameterGroup"),
    ),
    Kind("AWS::RDS::EventSubscription", ("aws_db_event_subscription",), _SUBSCRIPTION.read),
)
