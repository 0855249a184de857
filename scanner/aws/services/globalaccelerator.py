"""Global Accelerator: anycast addresses, their listeners, and the endpoints of each region behind them."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

TABLE = (
    Collect(
        "AWS::GlobalAccelerator::Accelerator",
        "globalaccelerator",
        "list_accelerators",
        "Accelerators[]",
        id="{AcceleratorArn}",
        name="Name",
        scope="global",
        page_size=100,
        gone=("AcceleratorNotFoundException",),
        volatile=("Events",),
        then=(
            Then(
                "AcceleratorAttributes",
                "describe_accelerator_attributes",
                {"AcceleratorArn": "AcceleratorArn"},
                "AcceleratorAttributes",
            ),
            Then("Tags", "list_tags_for_resource", {"ResourceArn": "AcceleratorArn"}, "Tags"),
        ),
    ),
    Collect(
        "AWS::GlobalAccelerator::Listener",
        "globalaccelerator",
        "list_listeners",
        "Listeners[]",
        id="{ListenerArn}",
        scope="global",
        page_size=100,
        parent="AWS::GlobalAccelerator::Accelerator",
        params={"AcceleratorArn": "AcceleratorArn"},
        gone=("AcceleratorNotFoundException",),
    ),
    Collect(
        "AWS::GlobalAccelerator::EndpointGroup",
        "globalaccelerator",
        "list_endpoint_groups",
        "EndpointGroups[]",
        id="{EndpointGroupArn}",
        scope="global",
        page_size=100,
        parent="AWS::GlobalAccelerator::Listener",
        params={"ListenerArn": "ListenerArn"},
        gone=("ListenerNotFoundException",),
        volatile=("HealthReason", "HealthState"),
    ),
)
