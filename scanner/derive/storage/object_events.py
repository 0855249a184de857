"""Whether CloudTrail records what is done to all objects of an account's buckets."""

from __future__ import annotations

from typing import Literal, TypedDict

from scanner.derive.logic import Maybe, as_kind, both, either
from scanner.derive.logs.trails import unread
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_TRAIL, _OF_ORGANIZATION = "AWS::CloudTrail::Trail", "AWS::CloudTrail::OrganizationTrail"
_STORE = "AWS::CloudTrail::EventDataStore"
_OBJECT = "AWS::S3::Object"
_EVERY_BUCKET = ("arn:aws:s3", "arn:aws-us-gov:s3", "arn:aws-cn:s3")
_TYPES = {"reads": ("All", "ReadOnly"), "writes": ("All", "WriteOnly")}
_READ_ONLY = {"reads": "true", "writes": "false"}
_EVERYWHERE = "AWS::CloudTrail::MultiRegionTrail"
_SELECTED = ("EventSelectors", "IsMultiRegionTrail", "Status")
Half = Literal["reads", "writes"]


class ObjectEvents(TypedDict):
    """Whether reads and writes of all objects in all regions are recorded by something that runs."""

    reads: bool
    writes: bool


@derives(
    "AWS::S3::AccountSettings",
    "object_events",
    gives=ObjectEvents,
    reads=(
        *(f"{_EVERYWHERE}.{member}" for member in ("TrailARN", "HomeRegion")),
        *(f"{type_}.{member}" for type_ in (_TRAIL, _OF_ORGANIZATION) for member in _SELECTED),
        *(f"{_STORE}.{member}" for member in ("Status", "MultiRegionEnabled", "AdvancedEventSelectors")),
    ),
)
def object_events(settings: Resource, context: Context) -> Partial:
    """By a trail of all regions that logs, of the account or its organization, or an event data store.

    A trail of all regions whose home region was not read may record them, which leaves it open.
    Selectors that name buckets or single actions do not record all.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
    """
    fact = Partial({})
    for half in ("reads", "writes"):
        recorded = either(_recorders(settings.account, half, context))
        if isinstance(recorded, Unknown):
            fact.unknown[f"/{half}"] = as_kind(recorded, "any")
        else:
            fact.value[half] = recorded
    return fact


def _recorders(account: str, half: Half, context: Context) -> list[Maybe]:
    inventory = context.inventory
    found: list[Maybe] = []
    for type_ in (_TRAIL, _OF_ORGANIZATION):
        found += [_trail(one, half) for one in inventory.of(type_, account)]
    found += [_store(one, half) for one in inventory.of(_STORE, account)]
    for type_ in (_TRAIL, _OF_ORGANIZATION, _STORE):
        found += [why for owner, _, why in inventory.listings(type_) if owner == account and why]
    return [*found, *unread(account, context)]


def _trail(trail: Resource, half: Half) -> Maybe:
    selectors = Node.of(trail, "EventSelectors")
    return both(
        (
            _is(Node.of(trail, "IsMultiRegionTrail"), value=True),
            _is(Node.of(trail, "Status").member("IsLogging"), value=True),
            selectors.unknown
            or either(
                (
                    _basic(selectors.member("EventSelectors"), half),
                    _any(selectors.member("AdvancedEventSelectors"), half),
                )
            ),
        )
    )


def _store(store: Resource, half: Half) -> Maybe:
    return both(
        (
            _is(Node.of(store, "Status"), value="ENABLED"),
            _is(Node.of(store, "MultiRegionEnabled"), value=True),
            _any(Node.of(store, "AdvancedEventSelectors"), half),
        )
    )


def _is(node: Node, *, value: bool | str) -> Maybe:
    return node.unknown or node.value == value


def _basic(selectors: Node, half: Half) -> Maybe:
    """`arn:aws:s3` alone, or with `:::`, stands for every bucket, those to come too."""
    found: list[Maybe] = [selectors.unknown or selectors.more or False]
    for selector in selectors.elements() if not selectors.unknown else ():
        kind = selector.member("ReadWriteType")
        resources = selector.member("DataResources")
        every = [resources.unknown or resources.more or False]
        every += [_every_object(one) for one in resources.elements() if not resources.unknown]
        found.append(both((kind.unknown or (kind.value or "All") in _TYPES[half], either(every))))
    return either(found)


def _every_object(resource: Node) -> Maybe:
    values = resource.member("Values")
    named = [one.unknown or str(one.value).rstrip(":") in _EVERY_BUCKET for one in values.elements()]
    return both((_is(resource.member("Type"), value=_OBJECT), either([*named, values.more or False])))


def _any(selectors: Node, half: Half) -> Maybe:
    """Whether one of the advanced selectors takes every object event of the half: each field is a conjunct."""
    found: list[Maybe] = [selectors.unknown or selectors.more or False]
    for selector in selectors.elements() if not selectors.unknown else ():
        fields = selector.member("FieldSelectors")
        doubt = fields.unknown or fields.more
        found.append(
            doubt or both((_names(fields, "resources.type"), *(_passes(one, half) for one in fields.elements())))
        )
    return either(found)


def _names(fields: Node, name: str) -> Maybe:
    return either(_is(one.member("Field"), value=name) for one in fields.elements())


def _passes(field: Node, half: Half) -> Maybe:
    """Whether a field lets every event of the half through."""
    doubt = _doubt(field)
    if doubt:
        return doubt
    name = str(field.member("Field").value)
    operators = {key for key, one in field.members() if one.value and key != "Field"}
    if name == "resources.ARN" and operators == {"StartsWith"}:
        return any(str(value).rstrip(":") in _EVERY_BUCKET for value in field.value["StartsWith"])
    wanted = {"eventCategory": "Data", "resources.type": _OBJECT, "readOnly": _READ_ONLY[half]}.get(name)
    return operators == {"Equals"} and wanted in field.value["Equals"]


def _doubt(field: Node) -> Unknown | None:
    """Why something of a field is not known."""
    if field.unknown:
        return field.unknown
    for _, one in field.members():
        elements = one.elements() if one.unknown is None else []
        why = one.unknown or one.more or next((each.unknown for each in elements if each.unknown), None)
        if why:
            return why
    return None
