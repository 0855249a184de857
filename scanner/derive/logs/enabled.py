"""Whether a region has a service that watches it on."""

from __future__ import annotations

from collections.abc import Callable

from scanner.derive.logic import Maybe, both, either
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource

_RECORDER, _DETECTOR, _HUB = "AWS::Config::ConfigurationRecorder", "AWS::GuardDuty::Detector", "AWS::SecurityHub::Hub"


@derives(
    "AWS::Config::AccountSettings",
    "enabled",
    gives=bool,
    reads=tuple(f"{_RECORDER}.{member}" for member in ("recordingGroup", "servicePrincipal", "Status")),
)
def config_enabled(settings: Resource, context: Context) -> Partial:
    """A recorder of the customer's own records all types of resources, and its last delivery did not fail.

    https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingGroup.html
    """
    return _any(_RECORDER, settings, context, _records)


@derives("AWS::GuardDuty::AccountSettings", "enabled", gives=bool, reads=(f"{_DETECTOR}.Status",))
def guardduty_enabled(settings: Resource, context: Context) -> Partial:
    """A detector that is not suspended (https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetDetector.html)."""
    return _any(_DETECTOR, settings, context, lambda one: _is(Node.of(one, "Status"), value="ENABLED"))


@derives("AWS::SecurityHub::AccountSettings", "enabled", gives=bool, reads=(f"{_HUB}.HubArn",))
def securityhub_enabled(settings: Resource, context: Context) -> Partial:
    """That it has a hub (https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html)."""
    return _any(_HUB, settings, context, lambda one: Node.of(one, "HubArn").present)


def _any(type_: str, settings: Resource, context: Context, on: Callable[[Resource], Maybe]) -> Partial:
    found = context.neighbours(type_, settings.account, settings.region)
    enabled = either([*map(on, found.resources), found.incomplete or False])
    return Partial(enabled) if isinstance(enabled, bool) else Partial(None, {"": enabled})


def _records(recorder: Resource) -> Maybe:
    status = Node.of(recorder, "Status")
    failed = _is(status.member("lastStatus"), value="Failure")
    return both(
        (
            _is(Node.of(recorder, "servicePrincipal"), value=None),
            _is(Node.of(recorder, "recordingGroup").member("allSupported"), value=True),
            _is(status.member("recording"), value=True),
            failed if not isinstance(failed, bool) else not failed,
        )
    )


def _is(node: Node, *, value: object) -> Maybe:
    return node.unknown or node.value == value
