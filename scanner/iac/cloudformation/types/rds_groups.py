"""RDS: parameter groups, subnet groups and event subscriptions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbparametergroup.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scanner.iac import databases
from scanner.iac.cloudformation.holes import Hole, More, attribute
from scanner.iac.cloudformation.rds_members import lowered
from scanner.iac.cloudformation.shape import each, flag, items, ordered_last, tags, text
from scanner.iac.cloudformation.stack import Draft, Entry, Stack
from scanner.model import Why


def _parameter_group(type_: str, member: str) -> Callable[[Entry, Stack], Iterator[Draft]]:
    def build(entry: Entry, _stack: Stack) -> Iterator[Draft]:
        name = entry.get(f"{member}Name", lowered, attribute(entry.logical))
        family = entry.get("Family", text, "")
        config = {
            f"{member}Name": name,
            f"{member}Arn": attribute(f"{entry.logical}.{member}Arn"),
            "DBParameterGroupFamily": family,
            "Description": entry.get("Description", text, ""),
            "Parameters": _parameters(entry.props.get("Parameters"), family),
        }
        yield Draft(type_, entry, config, name=name, tags=entry.get("Tags", tags, {}))

    return build


def _parameters(value: Any, family: Any) -> Any:
    """Those that the group sets, and what the family makes of TLS where it does not."""
    if isinstance(value, Hole):
        return [More(value.why, value.message)]
    given = value if isinstance(value, dict) else {}
    found: list[Any] = [
        {"ParameterName": name, "ParameterValue": text(value), "Source": "user"}
        for name, value in given.items()
        if value is not None
    ]
    rest = databases.default_parameters(family)
    told = {item["ParameterName"] for item in found if isinstance(item, dict)}.intersection(databases.TLS)
    if rest is None and not told:
        found.append(More(Why.OUT_OF_SCOPE, "the defaults of the group's family"))
    return ordered_last([*found, *(item for item in rest or () if item["ParameterName"] not in told)])


def _subnet_group(entry: Entry, stack: Stack) -> Iterator[Draft]:
    """`AWS::RDS::DBSubnetGroup`; its VPC is its subnets'."""
    name = entry.get("DBSubnetGroupName", lowered, attribute(entry.logical))
    config: dict[str, Any] = {
        "DBSubnetGroupName": name,
        "DBSubnetGroupDescription": entry.get("DBSubnetGroupDescription", text, ""),
        "Subnets": entry.get("SubnetIds", each("SubnetIdentifier", SubnetStatus="Active"), []),
    }
    listed = entry.props.get("SubnetIds")
    for item in listed if isinstance(listed, list) else ():
        subnet = stack.owner(item, "AWS::EC2::Subnet")
        if subnet is not None and subnet.props.get("VpcId") is not None:
            config["VpcId"] = text(subnet.props["VpcId"])
            break
    yield Draft("AWS::RDS::DBSubnetGroup", entry, config, name=name, tags=entry.get("Tags", tags, {}))


def _subscription(entry: Entry, _stack: Stack) -> Iterator[Draft]:
    """`AWS::RDS::EventSubscription`."""
    name = entry.get("SubscriptionName", text, attribute(entry.logical))
    config: dict[str, Any] = {
        "CustSubscriptionId": name,
        "SnsTopicArn": entry.get("SnsTopicArn", text, ""),
        "SourceType": entry.get("SourceType", text),
        "SourceIdsList": entry.get("SourceIds", items(text, ordered=False), []),
        "EventCategoriesList": entry.get("EventCategories", items(text, ordered=False), []),
        "Enabled": entry.get("Enabled", flag, default=True),
    }
    yield Draft("AWS::RDS::EventSubscription", entry, config, name=name, tags=entry.get("Tags", tags, {}))


_INSTANCE, _CLUSTER = "AWS::RDS::DBParameterGroup", "AWS::RDS::DBClusterParameterGroup"
BUILDERS = {
    _INSTANCE: _parameter_group(_INSTANCE, "DBParameterGroup"),
    _CLUSTER: _parameter_group(_CLUSTER, "DBClusterParameterGroup"),
    "AWS::RDS::DBSubnetGroup": _subnet_group,
    "AWS::RDS::EventSubscription": _subscription,
}
