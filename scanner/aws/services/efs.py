"""EFS: file systems with their policies, backup and mount targets, and access points."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_ONE = {"FileSystemId": "FileSystemId"}
_NONE = ("PolicyNotFound",)

TABLE = (
    Collect(
        "AWS::EFS::FileSystem",
        "efs",
        "describe_file_systems",
        "FileSystems[]",
        id="{FileSystemArn}",
        name="Name",
        page_size=1000,
        gone=("FileSystemNotFound",),
        volatile=("SizeInBytes",),
        then=(
            Then("FileSystemPolicy", "describe_file_system_policy", _ONE, "Policy", absent=_NONE, decode="policy"),
            Then("BackupPolicy", "describe_backup_policy", _ONE, "BackupPolicy", absent=_NONE),
            Then("MountTargets", "describe_mount_targets", _ONE, "MountTargets"),
        ),
    ),
    Collect(
        "AWS::EFS::AccessPoint",
        "efs",
        "describe_access_points",
        "AccessPoints[]",
        id="{AccessPointArn}",
        name="Name",
        page_size=100,
    ),
)
