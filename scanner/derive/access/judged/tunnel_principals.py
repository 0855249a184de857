"""Who can open tunnels through an EC2 Instance Connect Endpoint, by computed access."""

from __future__ import annotations

from scanner.derive.access.judged.performers import Performer, performers
from scanner.derive.access.judged.worlds import IDENTITIES, ORGANIZATION
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource


@derives(
    "AWS::EC2::InstanceConnectEndpoint",
    "tunnel_principals",
    gives=list[Performer],
    reads=(*IDENTITIES, *ORGANIZATION),
)
def tunnel_principals(endpoint: Resource, context: Context) -> Partial:
    """Identity policies, boundaries and the organization's policies together, to any host and port behind it.

    Somebody of whom it is not known may be there. The account's root user, who can always, is left out.
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/permissions-for-ec2-instance-connect-endpoint.html
    """
    root = f"arn:{endpoint.partition}:iam::{endpoint.account}:root"
    return performers(context, "ec2-instance-connect:OpenTunnel", endpoint, but=root)
