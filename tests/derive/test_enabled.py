"""Whether a region has a service on."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import DENIED, World, resource

from scanner.derive.facts import Facts
from scanner.model import Partial

RECORDER, DETECTOR, HUB = "AWS::Config::ConfigurationRecorder", "AWS::GuardDuty::Detector", "AWS::SecurityHub::Hub"
ON = {"recording": True, "lastStatus": "Success"}
EVERYTHING = {"allSupported": True}


def enabled(type_: str, *configs: dict[str, Any], **more: Any) -> Partial:
    settings = resource(f"{type_.rpartition('::')[0]}::AccountSettings", {})
    return Facts(World(settings, *(resource(type_, config) for config in configs), **more)).fact(settings, "enabled")


@pytest.mark.parametrize(
    ("type_", "config", "on"),
    [
        (RECORDER, {"recordingGroup": EVERYTHING, "Status": ON}, True),
        (RECORDER, {"recordingGroup": EVERYTHING, "Status": {"recording": True}}, True),
        (RECORDER, {"recordingGroup": EVERYTHING, "Status": None}, False),
        (RECORDER, {"recordingGroup": {"allSupported": False}, "Status": ON}, False),
        (RECORDER, {"recordingGroup": EVERYTHING, "Status": {"recording": False}}, False),
        (RECORDER, {"recordingGroup": EVERYTHING, "Status": {**ON, "lastStatus": "Failure"}}, False),
        (RECORDER, {"recordingGroup": EVERYTHING, "Status": ON, "servicePrincipal": "x.amazonaws.com"}, False),
        (DETECTOR, {"Status": "ENABLED"}, True),
        (DETECTOR, {"Status": "DISABLED"}, False),
        (HUB, {"HubArn": "arn:aws:securityhub:eu-west-1:111111111111:hub/default"}, True),
    ],
)
def test_what_is_on(type_: str, config: dict[str, Any], on: bool) -> None:
    assert enabled(type_, config) == Partial(on)
    assert enabled(type_) == Partial(False)
    assert (set(enabled(type_, config, incomplete={type_: DENIED}).unknown) == set()) is on


def test_of_two_recorders_one_must_do_it_all() -> None:
    part = {"recordingGroup": {"allSupported": False}, "Status": ON}
    off = {"recordingGroup": EVERYTHING, "Status": {"recording": False}}
    assert enabled(RECORDER, part, off) == Partial(False)
