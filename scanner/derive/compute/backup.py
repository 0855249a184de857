"""Whether AWS Backup keeps copies of a resource, and of when the last is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from scanner.derive.logic import as_kind
from scanner.derive.node import Node, each, identity
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown

_PROTECTED = "AWS::Backup::ProtectedResource"
_READS = (f"{_PROTECTED}.ResourceArn", f"{_PROTECTED}.LastBackupTime")


class Backup(TypedDict):
    """`protected`: there is a copy; `last` is the time of the last one."""

    protected: bool
    last: str | None


@derives("AWS::EC2::Instance", "backup", gives=Backup, reads=_READS)
@derives("AWS::EC2::Volume", "backup", gives=Backup, reads=("Attachments", *_READS))
@derives("AWS::RDS::DBInstance", "backup", gives=Backup, reads=_READS)
@derives("AWS::RDS::DBCluster", "backup", gives=Backup, reads=_READS)
@derives("AWS::S3::Bucket", "backup", gives=Backup, reads=_READS)
def backup(resource: Resource, context: Context) -> Partial:
    """As AWS Backup lists what it protects; what a plan selects and has not copied yet is not protected yet.

    The copy of an instance holds all its volumes, so a volume is kept by its own name or by that of an instance.

    https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListProtectedResources.html
    https://docs.aws.amazon.com/prescriptive-guidance/latest/backup-recovery/ec2-backup.html
    """
    place = (resource.account, resource.region)
    known, missing = context.once(("backup", *place), lambda: _known(context, *place))
    for name in (resource.id, *_hosts(resource)):
        if isinstance(name, Unknown):
            missing = missing or as_kind(name, "any")
        elif name in known:
            last = known[name]
            if isinstance(last, Unknown):
                return Partial({"protected": True}, {"/last": last})
            return Partial(Backup(protected=True, last=last))
    return Partial(None, {"": missing}) if missing else Partial(Backup(protected=False, last=None))


def _hosts(resource: Resource) -> Iterator[str | Unknown]:
    """The ARNs of the instances that a volume is attached to; nothing else has attachments."""
    if resource.type != "AWS::EC2::Volume":
        return
    for one in each(Node.of(resource, "Attachments")):
        host = one if isinstance(one, Unknown) else one.member("InstanceId")
        why = host if isinstance(host, Unknown) else host.unknown
        if why:
            yield why
        elif isinstance(host, Node) and host.present:
            yield f"arn:{resource.partition}:ec2:{resource.region}:{resource.account}:instance/{host.value}"


def _known(context: Context, account: str, region: str) -> tuple[dict[str, str | Unknown | None], Unknown | None]:
    found = context.neighbours(_PROTECTED, account, region)
    known: dict[str, str | Unknown | None] = {}
    for one in found.resources:
        last = Node.of(one, "LastBackupTime")
        known[identity(Node.of(one, "ResourceArn"))] = last.unknown or (str(last.value) if last.value else None)
    return known, found.incomplete
