"""The AWS services that a VPC reaches through endpoints."""

from __future__ import annotations

from scanner.derive.joined import Told, in_state, told_by
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource

_ENDPOINT = "AWS::EC2::VPCEndpoint"


@derives(
    "AWS::EC2::VPC",
    "endpoint_services",
    gives=list[str],
    reads=("VpcId", *(f"{_ENDPOINT}.{name}" for name in ("VpcId", "ServiceName", "State"))),
)
def endpoint_services(vpc: Resource, context: Context) -> Partial:
    """Their names as AWS's table has them, without what all have in front: `ecr.api`, `s3`.

    https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    """
    return told_by(vpc, "VpcId", context, [(_ENDPOINT, "VpcId", _service)])


def _service(endpoint: Resource) -> Told:
    works = in_state(endpoint, "State", ("available", "pending"))
    if works is not True:
        return works or None
    name = Node.of(endpoint, "ServiceName")
    if not isinstance(name.value, str):
        return name.unknown
    # `com.amazonaws.eu-west-1.ecr.api`, in China `cn.com.amazonaws.…`, and `aws.api.eu-west-1.…`
    head, region, service = name.value.partition(f".{endpoint.region}.") if endpoint.region else ("", "", "")
    if region:
        return service if head.endswith(("amazonaws", "aws.api", "aws.sagemaker")) else name.value
    return _without_region(name.value)


def _without_region(name: str) -> str:
    """The same where code does not tell the region: it is the third word, or the fourth in China."""
    for head in ("com.amazonaws.", "cn.com.amazonaws."):
        if name.startswith(head):
            return name.removeprefix(head).partition(".")[2]
    return name
