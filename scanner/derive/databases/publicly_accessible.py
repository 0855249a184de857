"""Whether a database instance has an address on the internet."""

from __future__ import annotations

from scanner.derive.logic import as_kind
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Why

_UNSAID = Unknown(
    Why.NOT_COLLECTED,
    message="the answer leaves PubliclyAccessible out; at creation the subnets decided",
    service="rds",
    operation="DescribeDBInstances",
    permission="rds:DescribeDBInstances",
)


@derives("AWS::RDS::DBInstance", "publicly_accessible", gives=bool, reads=("PubliclyAccessible",))
def publicly_accessible(instance: Resource, context: Context) -> Partial:
    """The flag, which AWS always tells; where an answer lacks it, its default hung on the network.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
    """
    del context
    flag = Node.of(instance, "PubliclyAccessible")
    if flag.unknown or flag.value is None:
        return Partial(None, {"": as_kind(flag.unknown or _UNSAID, "any")})
    return Partial(flag.value is True)
