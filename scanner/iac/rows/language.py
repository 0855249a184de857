"""The language in which such a type is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "flag", "number", "id", "texts", "ids", "object", "objects", "policy", "secret"]


@dataclass(frozen=True, slots=True)
class Row:
    """A member of the API, its attribute in Terraform and its property in CloudFormation; empty: there is none.

    `id` names another resource. `object` and `objects` have `rows` of their own.
    """

    member: str
    attribute: str
    property: str
    kind: Kind = "text"
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Plain:
    """A type: `terraform` and `cloudformation` are its names there, empty where there is none.

    `attributes` hold the resource's own identifiers in Terraform, the ARN first; `references` in
    CloudFormation, by what follows the logical id: empty for `Ref`. `name` is the member that people
    call it by, `owner` the one of the account, `tags` the property of
    tags; with a `label` they stand in `TagSpecifications` under that kind of resource.
    """

    type: str
    terraform: str
    cloudformation: str
    rows: tuple[Row, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    owner: str = ""
    tags: str = "Tags"
    label: str = ""


def row(member: str, attribute: str, property_: str | None = None, kind: Kind = "text") -> Row:
    """A row whose property is called like the member unless it is told."""
    return Row(member, attribute, member if property_ is None else property_, kind)


def inside(member: str, attribute: str, *rows: Row, many: bool = False, property_: str | None = None) -> Row:
    """A structure, or with `many` a list of structures in no order."""
    return Row(member, attribute, member if property_ is None else property_, "objects" if many else "object", rows)
