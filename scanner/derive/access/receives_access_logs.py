"""Whether a bucket is one that S3 delivers server access logs to."""

from __future__ import annotations

from scanner.derive.access.actions import allows_action
from scanner.derive.access.policy import PolicyStatement, allows, policy_statements
from scanner.derive.logic import Maybe, as_kind, both, either
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_SERVICE = "logging.s3.amazonaws.com"
_GROUP = "http://acs.amazonaws.com/groups/s3/LogDelivery"


@derives("AWS::S3::Bucket", "receives_access_logs", gives=bool, reads=("Policy", "Acl"))
def receives_access_logs(bucket: Resource, context: Context) -> Partial:
    """Its policy lets the logging service put objects, or its ACL grants the log delivery group something.

    S3 can deliver in no other way, so who names the bucket as a target need not be known. Such a
    bucket must not log to itself: each delivery would be logged in turn.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    """
    del context
    found = either((_by_policy(bucket), _by_acl(bucket)))
    return Partial(None, {"": as_kind(found, "any")}) if isinstance(found, Unknown) else Partial(found)


def _by_policy(bucket: Resource) -> Maybe:
    statements = policy_statements(Node.of(bucket, "Policy"))
    if isinstance(statements, Unknown):
        return statements
    return either([*(_delivers(statement) for statement in statements.all), statements.more or False])


def _delivers(statement: PolicyStatement) -> Maybe:
    services = statement.node.member("Principal").member("Service")
    named = either([*(one.unknown or one.value == _SERVICE for one in services.elements()), services.more or False])
    return both((named, allows(statement), allows_action(statement, "s3:PutObject")))


def _by_acl(bucket: Resource) -> Maybe:
    acl = Node.of(bucket, "Acl")
    grants = acl.member("Grants")
    groups = [grant.member("Grantee").member("URI") for grant in grants.elements()]
    named = (group.unknown or group.value == _GROUP for group in groups)
    return either([*named, acl.unknown or grants.more or False])
