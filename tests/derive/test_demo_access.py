"""The demo's doors, each told right: what looks open and is not, and what is open although no one policy says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.derive.access.outside.answers import outside
from scanner.derive.access.world.world import World
from scanner.model import Resource
from scanner.snapshot.opening import open_inventory

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "northwind.posture.gz"
PARTNER = "999988887777"


@pytest.fixture(scope="module")
def world() -> World:
    return World(open_inventory(EXAMPLE))


@pytest.fixture(scope="module")
def public(world: World) -> dict[str, Any]:
    return {row["resource"].rpartition(":")[2]: row["access"][0] for row in outside(world, "public", ())["resources"]}


@pytest.fixture(scope="module")
def external(world: World) -> dict[str, Any]:
    return {row["resource"]: row["access"] for row in outside(world, "external", ())["resources"]}


def keys(world: World) -> Iterator[Resource]:
    yield from world.inventory.of("AWS::KMS::Key")


def test_a_role_that_anybody_assumes(public: dict[str, Any]) -> None:
    way = public["role/open-door"]
    assert (way["witness"]["action"], way["statements"][0]["policy"]) == ("sts:AssumeRole", "trust policy of open-door")


def test_a_bucket_that_is_public_only_through_an_access_point(public: dict[str, Any]) -> None:
    way = public["accesspoint/parcel-labels"]
    assert way["statements"][0]["sid"] == "LabelsForEverybody"
    assert "nwf-parcel-labels" not in public


def test_a_key_that_is_used_from_outside_only_by_a_grant(world: World, external: dict[str, Any]) -> None:
    key = next(one for one in keys(world) if one.config["Description"] == "customs-documents")
    (way,) = external[key.id]
    assert way["who"] == PARTNER
    assert "grant" in way["statements"][0]["policy"]


def test_an_organization_s_id_keeps_everybody_out(public: dict[str, Any]) -> None:
    assert "nwf-timetables" not in public


def test_a_condition_that_whoever_asks_can_fulfil_keeps_nobody_out(public: dict[str, Any]) -> None:
    assert public["nwf-quotes"]["witness"]["context"]["aws:referer"][0].startswith("https://northwind.example/")
