"""Which events of databases nobody is told of in a region."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.databases.named import CLUSTER, CLUSTER_GROUP, GROUP, INSTANCE
from scanner.derive.logic import Maybe, as_kind, both, either
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Neighbours, Partial, Resource, Unknown, Unknowns

_SUBSCRIPTION = "AWS::RDS::EventSubscription"
_ON = (True,)
_OTHER_SERVICES = frozenset({"docdb", "neptune"})
_WANTED = {
    "instances": ("db-instance", ("configuration change", "failure", "maintenance"), (INSTANCE,)),
    "clusters": ("db-cluster", ("failure", "maintenance"), (CLUSTER,)),
    "parameter_groups": ("db-parameter-group", ("configuration change",), (GROUP, CLUSTER_GROUP)),
}


class Kind(TypedDict):
    """Whether the region has any of a kind of source, and the categories of its events that nobody is told of."""

    exist: bool
    missing: list[str]


class Subscribed(TypedDict):
    """By kind of source."""

    instances: Kind
    clusters: Kind
    parameter_groups: Kind


@derives(
    "AWS::RDS::AccountSettings",
    "subscribed",
    gives=Subscribed,
    reads=(
        *(f"{_SUBSCRIPTION}.{name}" for name in ("Enabled", "Status", "SourceType", "SourceIdsList")),
        f"{_SUBSCRIPTION}.EventCategoriesList",
        f"{INSTANCE}.Engine",
        f"{CLUSTER}.Engine",
        *(f"{GROUP}.{name}" for name in ("DBParameterGroupName", "DBParameterGroupFamily")),
        *(f"{CLUSTER_GROUP}.{name}" for name in ("DBClusterParameterGroupName", "DBParameterGroupFamily")),
    ),
)
def subscribed(settings: Resource, context: Context) -> Partial:
    """A subscription counts for a category if it is on and takes all sources of the kind; no categories are all.

    Several together may cover what one alone does not. Default parameter groups cannot be changed, and
    those of DocumentDB and Neptune, which the same call lists, are not RDS's.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Subscribing.html
    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_EventSubscription.html
    """
    subscriptions = context.neighbours(_SUBSCRIPTION, settings.account, settings.region)
    fact = Partial({})
    for kind, (source, categories, types) in _WANTED.items():
        missing: list[str] = []
        unknown: Unknowns = {}
        for category in categories:
            told = _told(subscriptions, source, category)
            if isinstance(told, Unknown):
                unknown[f"/{kind}/missing/{len(missing)}"] = as_kind(told, "maybe")
            if told is not True:
                missing.append(category)
        fact.value[kind] = {"missing": missing}
        fact.unknown.update(unknown)
        exist = either([_exist(context.neighbours(one, settings.account, settings.region)) for one in types])
        if isinstance(exist, Unknown):
            fact.unknown[f"/{kind}/exist"] = as_kind(exist, "any")
        else:
            fact.value[kind]["exist"] = exist
    return fact


def _told(subscriptions: Neighbours, source: str, category: str) -> Maybe:
    return either(
        [*(_tells(one, source, category) for one in subscriptions.resources), subscriptions.incomplete or False]
    )


def _tells(subscription: Resource, source: str, category: str) -> Maybe:
    """Without a type of source it takes all events; then it can name no sources."""
    return both(
        (
            _is(Node.of(subscription, "Enabled"), *_ON),
            _is(Node.of(subscription, "Status"), "active"),
            _is(Node.of(subscription, "SourceType"), None, "", source),
            _holds(Node.of(subscription, "SourceIdsList")),
            _holds(Node.of(subscription, "EventCategoriesList"), category),
        )
    )


def _is(node: Node, *values: bool | str | None) -> Maybe:
    return node.unknown or node.value in values


def _holds(names: Node, name: str | None = None) -> Maybe:
    """Whether a list is empty, which stands for all, or holds the name."""
    if names.unknown:
        return names.unknown
    elements = names.elements()
    if not elements:
        return names.more or True
    return either([*(one.unknown or (name is not None and one.value == name) for one in elements), names.more or False])


def _exist(found: Neighbours) -> Maybe:
    return either([*(_counts(one) for one in found.resources), found.incomplete or False])


def _counts(one: Resource) -> Maybe:
    if one.type in (INSTANCE, CLUSTER):
        engine = Node.of(one, "Engine")
        return engine.unknown or engine.value not in _OTHER_SERVICES
    name = Node.of(one, "DBParameterGroupName" if one.type == GROUP else "DBClusterParameterGroupName")
    own = name.unknown or not str(name.value).startswith("default.")
    family = Node.of(one, "DBParameterGroupFamily")
    return both((own, family.unknown or not str(family.value).startswith(tuple(_OTHER_SERVICES))))
