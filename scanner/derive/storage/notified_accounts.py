"""Whom of other accounts a bucket tells of its objects."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.logic import as_kind
from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Unknowns

_TARGETS = {
    "TopicConfigurations": "TopicArn", "QueueConfigurations": "QueueArn",
    "LambdaFunctionConfigurations": "LambdaFunctionArn",
}  # fmt: skip
_PARTS = 6


class Notified(TypedDict):
    """A topic, queue or function, and its account."""

    target: str
    account: str


@derives("AWS::S3::Bucket", "notified_accounts", gives=list[Notified], reads=("NotificationConfiguration",))
def notified_accounts(bucket: Resource, context: Context) -> Partial:
    """By the account in the target's ARN; events that go to EventBridge stay in the account.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
    """
    del context
    found: list[Notified] = []
    unknown: Unknowns = {}
    told = Node.of(bucket, "NotificationConfiguration")
    for member, name in _TARGETS.items():
        listed = told.member(member)
        if why := told.unknown or listed.unknown:
            unknown["/-"] = as_kind(why, "more")
            continue
        for one in each(listed):
            why = one if isinstance(one, Unknown) else one.member(name).unknown
            if why and why.kind != "opaque":
                unknown["/-"] = as_kind(why, "more")
            elif isinstance(one, Node):
                target = identity(one.member(name))
                parts = target.split(":")
                if len(parts) >= _PARTS and parts[4] not in ("", bucket.account):
                    found.append(Notified(target=target, account=parts[4]))
    return Partial(found, unknown)
