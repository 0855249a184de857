"""What counts over the regions of an account: Direct Connect's redundancy, and instances of a role."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import ACCOUNT, DENIED, resource

from scanner.derive.facts import Catalogue, Facts
from scanner.model import GLOBAL, Partial, Resource, Shard, Unknown, Why
from scanner.snapshot.memory import MemoryInventory

CONNECTION, GATEWAY = "AWS::DirectConnect::Connection", "AWS::DirectConnect::DirectConnectGateway"
INTERFACE, INSTANCE, ROLE = "AWS::DirectConnect::VirtualInterface", "AWS::EC2::Instance", "AWS::IAM::Role"
HOME, AWAY = "eu-west-1", "us-east-1"
PROFILE = f"arn:aws:iam::{ACCOUNT}:instance-profile/app"


def told(own: Resource, name: str, *others: Resource, listed: dict[str, Unknown | None]) -> Partial:
    """A fact in an account where these regions were asked for the type that the fact counts."""
    counted = {"connection_locations": CONNECTION, "gateway_connections": INTERFACE, "running_instances": INSTANCE}
    shards = [Shard(ACCOUNT, region, "x", listed={counted[name]: why}) for region, why in listed.items()]
    everything = Shard(ACCOUNT, GLOBAL, "x", [own, *others])
    return Facts(MemoryInventory([*shards, everything], taken_at="2026-01-01T00:00:00Z", source="live")).fact(own, name)


def at(type_: str, config: dict[str, Any], region: str, name: str) -> Resource:
    found = resource(type_, config, id=name)
    found.region, found.name = region, name
    return found


def connection(name: str, location: str, region: str = HOME, state: str = "available") -> Resource:
    return at(CONNECTION, {"connectionState": state, "location": location}, region, name)


def interface(name: str, over: str, gateway: str = "0a", region: str = HOME, state: str = "available") -> Resource:
    config = {"directConnectGatewayId": gateway, "connectionId": over, "virtualInterfaceState": state}
    return at(INTERFACE, config, region, name)


def instance(name: str, profile: str | None, region: str = HOME, state: str = "running") -> Resource:
    config: dict[str, Any] = {"State": {"Name": state}, "IamInstanceProfile": {"Arn": profile} if profile else None}
    return at(INSTANCE, config, region, name)


BOTH: dict[str, Unknown | None] = {HOME: None, AWAY: None}
ONE: dict[str, Unknown | None] = {HOME: None}


def test_locations_of_other_regions_count_and_those_of_deleted_connections_do_not() -> None:
    own = connection("a", "EqDC2")
    far, gone = connection("b", "TNNY", AWAY), connection("c", "EqSe2", AWAY, "deleted")
    found = told(own, "connection_locations", far, gone, listed=BOTH)
    assert (found.value, found.unknown) == (["EqDC2", "TNNY"], {})
    assert told(own, "connection_locations", gone, listed=BOTH).value == ["EqDC2"]


@pytest.mark.parametrize("listed", [ONE, {HOME: None, AWAY: DENIED}])
def test_one_region_alone_says_nothing_of_the_others(listed: dict[str, Unknown | None]) -> None:
    found = told(connection("a", "EqDC2"), "connection_locations", listed=listed)
    assert found.value == ["EqDC2"]
    assert found.unknown["/-"].kind == "more"
    assert found.unknown["/-"].why in (Why.NOT_COLLECTED, Why.DENIED)


def test_a_gateway_is_reached_over_the_connections_of_its_own_interfaces() -> None:
    own = at(GATEWAY, {"directConnectGatewayId": "0a"}, GLOBAL, "hub")
    mine = (interface("v1", "dxcon-a"), interface("v2", "dxcon-b", region=AWAY), interface("v3", "dxcon-b"))
    others = (interface("v4", "dxcon-c", gateway="0b"), interface("v5", "dxcon-d", state="deleted"))
    found = told(own, "gateway_connections", *mine, *others, listed=BOTH)
    assert (found.value, found.unknown) == (["dxcon-a", "dxcon-b"], {})
    elsewhere = resource(INTERFACE, {"directConnectGatewayId": "0b"}, {"/connectionId": DENIED}, id="v6")
    assert told(own, "gateway_connections", *mine, elsewhere, listed=BOTH).unknown == {}
    hidden = resource(INTERFACE, {"connectionId": "dxcon-e"}, {"/directConnectGatewayId": DENIED}, id="v6")
    assert "/-" in told(own, "gateway_connections", *mine, hidden, listed=BOTH).unknown


def test_a_role_is_held_by_the_instances_of_its_profiles_stopped_ones_too() -> None:
    own = at(ROLE, {"InstanceProfileList": [{"Arn": PROFILE}]}, GLOBAL, "app")
    running, stopped = instance("i-1", PROFILE, AWAY), instance("i-2", PROFILE, state="stopped")
    others = (instance("i-3", PROFILE, state="terminated"), instance("i-4", f"{PROFILE}2"), instance("i-5", None))
    found = told(own, "running_instances", running, stopped, *others, listed=BOTH)
    assert (found.value, found.unknown) == (sorted((running.name, stopped.name)), {})
    assert told(own, "running_instances", *others, listed=BOTH).value == []
    assert "/-" in told(own, "running_instances", *others, listed=ONE).unknown


def test_these_facts_declare_what_they_count() -> None:
    for type_, name, counted in (
        (CONNECTION, "connection_locations", CONNECTION),
        (GATEWAY, "gateway_connections", INTERFACE),
        (ROLE, "running_instances", INSTANCE),
    ):
        found = Catalogue().get(type_, name)
        assert found is not None
        assert counted in {read for read, _ in found.reads}
