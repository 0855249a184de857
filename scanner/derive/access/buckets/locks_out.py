"""The statements by which a bucket's policy shuts out everybody."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.access.conditions import entries, refused
from scanner.derive.access.policy import all_actions, covers_everybody, denies, policy_statements
from scanner.derive.access.tls_only import OwnArns
from scanner.derive.elements import Elements
from scanner.derive.logic import as_kind, both, either
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown


class LocksOut(TypedDict):
    """One such statement."""

    sid: str | None
    source: str


@derives("AWS::S3::Bucket", "locks_out", gives=list[LocksOut], reads=("Policy", "Name"))
def locks_out(bucket: Resource, context: Context) -> Partial:
    """A Deny of every action of S3 for everybody, without any condition, on the bucket or all of its objects.

    Only the root user can then change the policy. `NotPrincipal` leaves somebody in.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html
    """
    del context
    statements = policy_statements(Node.of(bucket, "Policy"))
    if isinstance(statements, Unknown):
        return Partial(None, {"": as_kind(statements, "any")})
    fact, own = Partial([]), OwnArns(bucket)
    elements = Elements(fact)
    elements.open(statements.more)
    for statement in statements.all:
        condition, named = statement.node.member("Condition"), statement.node.member("Resource")
        reaches = [one for name in named.elements() for one in (own.is_bucket(name), own.is_all_objects(name))]
        shut = both(
            (
                denies(statement),
                covers_everybody(statement),
                all_actions(statement, "s3"),
                refused(condition) or not any(True for _ in entries(condition)),
                either([*reaches, named.more or False]),
            )
        )
        elements.add({"sid": statement.node.member("Sid"), "source": statement.node.path}, shut)
    return fact
