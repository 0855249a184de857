"""Intrinsic functions to a value, a reference or a hole; nothing is executed or looked up outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.errors import InputError
from scanner.iac.cloudformation.conditions import Conditions, implied, text_of
from scanner.iac.cloudformation.functions import FUNCTIONS, compose, plain
from scanner.iac.cloudformation.holes import MISSING, Hole, More, attribute, broken, later, outside
from scanner.model import Why

MAX_STEPS = 2_000_000
"""Values visited for one template before it is given up as hostile."""

_REF_IS = {
    "AWS::S3::Bucket": "BucketName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::Group": "GroupName",
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
}
"""Types whose `Ref` is the same as one attribute, so both get one token."""

_FREE = ("Custom::", "AWS::CloudFormation::CustomResource", "AWS::CloudFormation::Stack", "AWS::CloudFormation::Macro")
"""Types whose attributes can be anything their author likes."""


class Budget:
    """Counts steps over a whole template."""

    __slots__ = ("file", "left")

    def __init__(self, file: str) -> None:
        self.file = file
        self.left = MAX_STEPS

    def spend(self) -> None:
        """One step. Raises `InputError` when too many were taken."""
        self.left -= 1
        if self.left < 0:
            raise InputError("the template grows without end", where=self.file, hint="Use fewer nested references.")


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
        self.conditions = Conditions(self._table, {}, self.resolve)
        self._references: dict[str, Any] = {}
        self._scopes: dict[str, Resolver] = {}

    def under(self, condition: Any) -> Resolver:
        """The same with a condition and all that it implies taken as true."""
        if not isinstance(condition, str) or self.conditions.truth(condition) is not None:
            return self
        if condition not in self._scopes:
            scope = Resolver(self.template, self.given, self.budget)
            scope.conditions = Conditions(self._table, implied(self._table, condition), scope.resolve)
            self._scopes[condition] = scope
        return self._scopes[condition]

    def resolve(self, node: Any) -> Any:
        """A value with holes where it is not known; `MISSING` for `AWS::NoValue`."""
        self.budget.spend()
        if isinstance(node, str):
            return plain(node)
        if isinstance(node, dict):
            return self._mapping(node)
        return self._items(node) if isinstance(node, list) else node

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
        type_ = resource.get("Type")
        if type_ in _REF_IS:
            stated = self._stated(resource, _REF_IS[type_])
            return stated if isinstance(stated, str | Hole) else attribute(name)
        if type_ in _REF_ATTRIBUTE:
            return attribute(f"{name}.{_REF_ATTRIBUTE[type_]}")
        return attribute(name) if not _is_free(type_) else later(f"{name} is decided by what makes it", name)

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
        type_ = resource.get("Type")
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
        china = text_of(self.given.get("AWS::Region", "")).startswith("cn-")
        government = text_of(self.given.get("AWS::Region", "")).startswith("us-gov-")
        if name == "AWS::Partition":
            return "aws-cn" if china else "aws-us-gov" if government else "aws"
        if name == "AWS::URLSuffix":
            return "amazonaws.com.cn" if china else "amazonaws.com"
        if name in ("AWS::AccountId", "AWS::StackId"):
            return Hole(Why.OUT_OF_SCOPE, "opaque", f"{name} is known at the deploy", name, stable=True)
        if name in ("AWS::Region", "AWS::StackName"):
            return Hole(Why.OUT_OF_SCOPE, "any", f"{name} is known at the deploy", name, stable=True)
        return outside(f"{name[:80]} is known at the deploy")

    def _parameter(self, name: str, spec: Any) -> Any:
        """A parameter's value: the one given, else its default; never a secret's."""
        if not isinstance(spec, dict):
            return broken(f"the parameter {name[:80]} is not a mapping")
        type_ = text_of(spec.get("Type", "String"))
        if text_of(spec.get("NoEcho", False)).lower() == "true":
            return later(f"the parameter {name} is NoEcho", name)
        if type_.startswith("AWS::SSM::Parameter::Value<"):
            return later(f"the parameter {name} is read from Parameter Store at the deploy", name)
        if name not in self.given and spec.get("Default") is None:
            return later(f"no default for parameter {name}; pass --parameter {name}=VALUE", name)
        raw = self.given.get(name, spec.get("Default"))
        if isinstance(raw, dict):
            return broken(f"the value of parameter {name[:80]} is a mapping")
        if type_ == "CommaDelimitedList" or type_.startswith("List<"):
            parts = raw if isinstance(raw, list | tuple) else text_of(raw).split(",")
            return [plain(text_of(part).strip()) for part in parts if not isinstance(part, dict | list)]
        if isinstance(raw, list | tuple):
            raw = ",".join(text_of(part) for part in raw)
        return plain(text_of(raw))


def _is_free(type_: Any) -> bool:
    """Whether whoever wrote the resource decides what its attributes are."""
    return isinstance(type_, str) and type_.startswith(_FREE)


def _section(template: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A section of the template; anything that is not a mapping counts as empty."""
    found = template.get(name)
    return found if isinstance(found, dict) else {}
