"""The Network Firewall endpoints that a VPC has."""

from __future__ import annotations

from scanner.derive.joined import Told, told_by
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource

_FIREWALL, _ENDPOINT = "AWS::NetworkFirewall::Firewall", "AWS::EC2::VPCEndpoint"
_TAG = "AWSNetworkFirewallManaged"


@derives(
    "AWS::EC2::VPC",
    "inspected_by",
    gives=list[str],
    reads=("VpcId", f"{_FIREWALL}.VpcId", f"{_ENDPOINT}.VpcId", f"{_ENDPOINT}.VpcEndpointId", f"{_ENDPOINT}.Tags"),
)
def inspected_by(vpc: Resource, context: Context) -> Partial:
    """Names of firewalls made in the VPC, and ids of endpoints of firewalls made elsewhere.

    Network Firewall tags the endpoints that it makes, in whichever VPC they are. Whether routes lead
    through them is another question.

    https://docs.aws.amazon.com/network-firewall/latest/developerguide/vpc-config.html
    """
    return told_by(vpc, "VpcId", context, [(_FIREWALL, "VpcId", lambda one: one.name), (_ENDPOINT, "VpcId", _managed)])


def _managed(endpoint: Resource) -> Told:
    if endpoint.tags_unknown:
        return endpoint.tags_unknown
    tagged = str(endpoint.tags.get(_TAG, "")).lower() == "true"
    return str(Node.of(endpoint, "VpcEndpointId").value or endpoint.name) if tagged else None
