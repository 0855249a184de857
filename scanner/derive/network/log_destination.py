"""Where a flow log is written to, and how that is kept."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.logic import as_kind
from scanner.derive.node import Node, identity
from scanner.derive.passes import Context, derives
from scanner.derive.storage.own_buckets import BUCKET, is_public, own_buckets
from scanner.model import Partial, Resource, Unknown

_LOG, _GROUP = "AWS::EC2::FlowLog", "AWS::Logs::LogGroup"
_BUCKETS, _GROUPS = "s3", "cloud-watch-logs"


class LogDestination(TypedDict):
    """`own`: it lies in the log's account; of others nothing more is told. `days`: how long, null for ever."""

    kind: str
    own: bool
    public: bool | None
    days: int | None


@derives(
    _LOG,
    "log_destination",
    gives=LogDestination,
    reads=(
        "LogDestinationType",
        "LogDestination",
        "LogGroupName",
        f"{BUCKET}.Name",
        f"{_GROUP}.logGroupName",
        f"{_GROUP}.retentionInDays",
    ),
    after=(f"{BUCKET}.public_access",),
)
def log_destination(log: Resource, context: Context) -> Partial:
    """A bucket by its name, which is unique over all accounts; a log group by its account and name.

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3.html
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_FlowLog.html
    """
    kind = Node.of(log, "LogDestinationType")
    place = Node.of(log, "LogDestination")
    unknown = kind.unknown or place.unknown
    if unknown:
        return Partial(None, {"": as_kind(unknown, "any")})
    told = str(kind.value or _GROUPS)
    arn = str(place.value or "").split(":")
    if told == _BUCKETS:
        return _bucket(log, arn[-1].partition("/")[0], context)
    own = len(arn) < 5 or arn[4] in ("", log.account)
    if told != _GROUPS or not own:
        return Partial(LogDestination(kind=told, own=own, public=None if not own else False, days=None))
    name = identity(Node.of(log, "LogGroupName")) or (arn[6] if len(arn) > 6 else "")
    return _group(log, name, context)


def _bucket(log: Resource, name: str, context: Context) -> Partial:
    buckets = own_buckets(context, log.account)
    bucket = buckets.by_name.get(name)
    if bucket is None and buckets.missing:
        return Partial(None, {"": as_kind(buckets.missing, "any")})
    if bucket is None:
        return Partial(LogDestination(kind=_BUCKETS, own=False, public=None, days=None))
    public = is_public(context.fact(bucket, "public_access"))
    if isinstance(public, Unknown):
        return Partial({"kind": _BUCKETS, "own": True, "days": None}, {"/public": as_kind(public, "any")})
    return Partial(LogDestination(kind=_BUCKETS, own=True, public=public, days=None))


def _group(log: Resource, name: str, context: Context) -> Partial:
    listed = context.neighbours(_GROUP, log.account, log.region)
    value = {"kind": _GROUPS, "own": True, "public": False}
    for one in listed.resources:
        if identity(Node.of(one, "logGroupName")) == name:
            days = Node.of(one, "retentionInDays")
            if days.unknown:
                return Partial(value, {"/days": as_kind(days.unknown, "any")})
            return Partial({**value, "days": days.value})
    if listed.incomplete:
        return Partial(value, {"/days": as_kind(listed.incomplete, "any")})
    return Partial({**value, "days": 0})
