"""Intrinsic functions to a value, a reference or a hole; nothing is executed or looked up outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from scanner.iac.cloudformation.budget import Budget
from scanner.iac.cloudformation.conditions import Conditions, implied, text_of
from scanner.iac.cloudformation.functions import FUNCTIONS
from scanner.iac.cloudformation.holes import MISSING, Hole, More, attribute, broken, later, outside
from scanner.iac.cloudformation.texts import compose, plain
from scanner.model import Why

_REF_IS = {
    "AWS::S3::Bucket": "BucketName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::RDS::DBInstance": "DBInstanceIdentifier",
    "AWS::RDS::DBCluster": "DBClusterIdentifier",
    "AWS::RDS::DBParameterGroup": "DBParameterGroupName",
    "AWS::RDS::DBClusterParameterGroup": "DBClusterParameterGroupName",
    "AWS::RDS::DBSubnetGroup": "DBSubnetGroupName",
    "AWS::S3::AccessPoint": "Name",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::Lambda::Function": "FunctionName",
}
"""Types whose `Ref` is a name that the template may state."""

_REF_ATTRIBUTE = {
    "AWS::EC2::SecurityGroup": "GroupId",
    "AWS::EC2::VPC": "VpcId",
    "AWS::EC2::Subnet": "SubnetId",
    "AWS::EC2::Instance": "InstanceId",
    "AWS::EC2::LaunchTemplate": "LaunchTemplateId",
    "AWS::EC2::PrefixList": "PrefixListId",
    "AWS::KMS::Key": "KeyId",
    "AWS::KMS::ReplicaKey": "KeyId",
    "AWS::IAM::ManagedPolicy": "PolicyArn",
    "AWS::EC2::Volume": "VolumeId",
    "AWS::EC2::NetworkAcl": "Id",
    "AWS::EC2::TransitGateway": "Id",
    "AWS::EC2::VPCEndpoint": "Id",
    "AWS::EC2::VPCPeeringConnection": "Id",
    "AWS::EC2::RouteTable": "RouteTableId",
    "AWS::EC2::InternetGateway": "InternetGatewayId",
    "AWS::EC2::NatGateway": "NatGatewayId",
    "AWS::EC2::NetworkInterface": "Id",
    "AWS::EC2::VPNGateway": "VPNGatewayId",
}
"""Types whose `Ref` is the same as one attribute, so both get one token."""

_FREE = ("Custom::", "AWS::CloudFormation::CustomResource", "AWS::CloudFormation::Stack", "AWS::CloudFormation::Macro")
"""Types whose attributes can be anything their author likes."""


_PSEUDO: dict[str, Literal["any", "opaque"]] = {
    "AWS::AccountId": "opaque",
    "AWS::StackId": "opaque",
    "AWS::Region": "any",
    "AWS::StackName": "any",
}
"""Pseudo parameters that are one string each; a region or stack name may well equal a constant."""

_PARTITIONS = (
    ("cn-", ("aws-cn", "amazonaws.com.cn")),
    ("us-gov-", ("aws-us-gov", "amazonaws.com")),
    ("", ("aws", "amazonaws.com")),
)
"""How a region's name starts, its partition and the suffix of its hosts."""


class Resolver:
    """Gives values to a template's expressions, under the assumption that some conditions hold."""

    def __init__(self, template: Mapping[str, Any], given: Mapping[str, Any], budget: Budget) -> None:
        """`template` is the parsed document, `given` the parameters' values (pseudo parameters too)."""
        self.template = template
        self.given = given
        self.budget = budget
        self.parameters = _section(template, "Parameters")
        self.mappings = _section(template, "Mappings")
        self.resources = _section(template, "Resources")
        self._table = _section(template, "Conditions")
        self.conditions = Conditions(self._table, {}, self.resolve, budget)
        self._references: dict[str, Any] = {}
        self._scopes: dict[str, Resolver] = {}

    def under(self, condition: Any) -> Resolver:
        """The same with a condition and all that it implies taken as true."""
        if not isinstance(condition, str) or self.conditions.truth(condition) is not None:
            return self
        if condition not in self._scopes:
            scope = Resolver(self.template, self.given, self.budget)
            scope.conditions = Conditions(self._table, implied(self._table, condition), scope.resolve, self.budget)
            self._scopes[condition] = scope
        return self._scopes[condition]

    def resolve(self, node: Any) -> Any:
        """A value with holes where it is not known; `MISSING` for `AWS::NoValue`."""
        if isinstance(node, str):
            return plain(node)
        if not isinstance(node, dict | list):
            return node
        with self.budget:
            return self._mapping(node) if isinstance(node, dict) else self._items(node)

    def _mapping(self, node: dict[str, Any]) -> Any:
        """A function call, or the members."""
        if len(node) == 1:
            ((name, argument),) = node.items()
            if name in FUNCTIONS:
                return FUNCTIONS[name](self, argument)
        out = {}
        for name, item in node.items():
            if name.startswith("Fn::"):
                return later(f"{name[:80]} is worked out by a transform at the deploy")
            value = self.resolve(item)
            if value is not MISSING:
                out[name] = value
        return out

    def _items(self, node: list[Any]) -> list[Any]:
        """The elements; one that may be left out makes the list open."""
        out: list[Any] = []
        for item in node:
            value = self.resolve(item)
            if isinstance(value, Hole) and value.maybe:
                out.append(More(value.why, value.message))
            elif value is not MISSING:
                out.append(value)
        return out

    def reference(self, name: str) -> Any:
        """What `Ref` gives: a pseudo parameter, a parameter or a resource."""
        if name not in self._references:
            self._references[name] = broken(f"{name[:80]} refers to itself")
            self._references[name] = self._reference(name)
        return self._references[name]

    def _reference(self, name: str) -> Any:
        if name.startswith("AWS::"):
            return self._pseudo(name)
        if name in self.parameters:
            return self._parameter(name, self.parameters[name])
        resource = self.resources.get(name)
        if not isinstance(resource, dict):
            return broken(f"{name[:80]} is neither a parameter nor a resource of the template")
        type_ = text_of(resource.get("Type"))
        if _is_free(type_):
            return later(f"{name} is decided by what makes it", name)
        stated = self._stated(resource, _REF_IS[type_]) if type_ in _REF_IS else None
        if isinstance(stated, str | Hole):
            return stated
        return attribute(f"{name}.{_REF_ATTRIBUTE[type_]}" if type_ in _REF_ATTRIBUTE else name)

    def get_attribute(self, name: str, path: str) -> Any:
        """What `Fn::GetAtt` gives."""
        key = f"{name}.{path}"
        if key not in self._references:
            self._references[key] = broken(f"{key[:120]} refers to itself")
            self._references[key] = self._attribute(name, path)
        return self._references[key]

    def _attribute(self, name: str, path: str) -> Any:
        resource = self.resources.get(name)
        if not isinstance(resource, dict):
            return broken(f"{name[:80]} is not a resource of the template")
        type_ = text_of(resource.get("Type"))
        if type_ == "AWS::S3::Bucket" and path == "Arn":
            return compose([f"arn:{text_of(self.reference('AWS::Partition'))}:s3:::", self.reference(name)])
        stated = self._stated(resource, path)
        if isinstance(stated, str | int | Hole):
            return stated
        token = f"{name}.{path}"
        # A list (`Ipv6CidrBlocks`) is not a string, and an author's attribute may be anything, even `*`.
        if _is_free(type_) or (path.endswith("s") and not path.endswith("ss")):
            return later(f"{token} is known after the deploy", token)
        return attribute(token)

    def _stated(self, resource: dict[str, Any], property_: str) -> Any:
        """A property as the template states it, `None` if it does not."""
        properties = resource.get("Properties")
        if not isinstance(properties, dict) or property_ not in properties:
            return None
        value = self.under(resource.get("Condition")).resolve(properties[property_])
        return text_of(value) if isinstance(value, int | float) and not isinstance(value, bool) else value

    def _pseudo(self, name: str) -> Any:
        """`AWS::Partition` is taken as `aws`, as in every resource's envelope, unless the region says more."""
        if name == "AWS::NoValue":
            return MISSING
        if name in self.given:
            return text_of(self.given[name])
        if name in ("AWS::Partition", "AWS::URLSuffix"):
            region = text_of(self.given.get("AWS::Region", ""))
            partition, suffix = next(found for start, found in _PARTITIONS if region.startswith(start))
            return partition if name == "AWS::Partition" else suffix
        message = f"{name[:80]} is known at the deploy"
        if name not in _PSEUDO:
            return outside(message)
        return Hole(Why.OUT_OF_SCOPE, _PSEUDO[name], message, name, stable=True)

    def _parameter(self, name: str, spec: Any) -> Any:
        """A parameter's value: the one given, else its default; never a secret's."""
        if not isinstance(spec, dict):
            return broken(f"the parameter {name[:80]} is not a mapping")
        type_ = text_of(spec.get("Type", "String"))
        doubt = ""
        if text_of(spec.get("NoEcho", False)).lower() == "true":
            doubt = f"the parameter {name} is NoEcho"
        elif type_.startswith("AWS::SSM::Parameter::Value<"):
            doubt = f"the parameter {name} is read from Parameter Store at the deploy"
        elif name not in self.given and spec.get("Default") is None:
            doubt = f"no default for parameter {name}; pass --parameter {name}=VALUE"
        if doubt:
            return later(doubt, name)
        raw = self.given.get(name, spec.get("Default"))
        values = raw if isinstance(raw, list | tuple) else [raw]
        text = ",".join(text_of(value) for value in values if not isinstance(value, dict | list))
        if type_ == "CommaDelimitedList" or type_.startswith("List<"):
            return [plain(part.strip()) for part in text.split(",")]
        return plain(text)


def _is_free(type_: str) -> bool:
    """Whether whoever wrote the resource decides what its attributes are."""
    return type_.startswith(_FREE)


def _section(template: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A section of the template; anything that is not a mapping counts as empty."""
    found = template.get(name)
    return found if isinstance(found, dict) else {}
