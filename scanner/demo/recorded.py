"""What moto does not answer, or answers wrongly: the estate's other half, as AWS would tell it.

A function gets the parameters of the request (in the form in which they are sent) and the region; where
it gives nothing, moto answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeAlias

from scanner.demo.estate.ladders import FENCE, TRAINEE

Answer: TypeAlias = Callable[[Mapping[str, Any], str], dict[str, Any] | None]

ACCOUNT = "123456789012"
"""The account that moto gives to credentials that it does not know."""
_MAIN = "eu-west-1"


class _Credentials(NamedTuple):
    """A row of the credential report, ages in days; -1 is never, `None` that there is none."""

    user: str
    password_used: int | None
    mfa: bool
    keys: tuple[tuple[int, int], ...] = ()
    """(age, last used) of each active access key."""


_REPORT = (
    _Credentials("<root_account>", 11, mfa=False),
    _Credentials("ada.novak", 1, mfa=True),
    _Credentials("r.okafor", 212, mfa=False),
    _Credentials("j.lindqvist", 3, mfa=False, keys=((30, 2),)),
    _Credentials("dispatch-bot", None, mfa=False, keys=((403, 1), (80, -1))),
    _Credentials("label-printer", None, mfa=False, keys=((140, 132),)),
    _Credentials("build-runner", None, mfa=False, keys=((20, 1),)),
    _Credentials("m.trainee", 2, mfa=True),
)


def _day(days: int) -> datetime:
    """A day counted from today: without an hour, two scans tell the same."""
    return datetime.now(UTC).replace(hour=7, minute=0, second=0, microsecond=0) + timedelta(days=days)


def _ago(days: int) -> str:
    return _day(-days).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _row(one: _Credentials) -> str:
    root = one.user == "<root_account>"
    used = "N/A" if one.password_used is None else _ago(one.password_used)
    keys = [*one.keys, *([None] * (2 - len(one.keys)))]
    cells = [
        one.user,
        f"arn:aws:iam::{ACCOUNT}:{'root' if root else 'user/' + one.user}",
        _ago(900),
        "not_supported" if root else str(one.password_used is not None).lower(),
        used,
        "not_supported" if root else (_ago(300) if one.password_used is not None else "N/A"),
        "not_supported" if root else "N/A",
        str(one.mfa).lower(),
    ]
    for key in keys:
        last = "N/A" if key is None or key[1] < 0 else _ago(key[1])
        where = ["N/A", "N/A"] if last == "N/A" else [_MAIN, "s3"]
        cells += ["false" if key is None else "true", "N/A" if key is None else _ago(key[0]), last, *where]
    return ",".join([*cells, "false", "N/A", "false", "N/A"])


def _credential_report(_: Mapping[str, Any], __: str) -> dict[str, Any]:
    head = (
        "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
        "password_next_rotation,mfa_active,"
    )
    for number in (1, 2):
        key = f"access_key_{number}_"
        head += f"{key}active,{key}last_rotated,{key}last_used_date,{key}last_used_region,{key}last_used_service,"
    head += "cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
    text = "\n".join([head, *map(_row, _REPORT)])
    return {"Content": text.encode(), "ReportFormat": "text/csv"}


def _snapshots(asked: Mapping[str, Any], region: str) -> dict[str, Any] | None:
    """Which snapshots everybody may restore: moto takes no notice of that parameter."""
    if not any(str(name).startswith("RestorableBy") for name in asked):
        return None
    return {"Snapshots": _shared_snapshots(region)}


def _shared_snapshots(region: str) -> list[dict[str, Any]]:
    from moto.ec2.models import ec2_backends

    found = ec2_backends[ACCOUNT][region].snapshots.values()
    return [
        {"SnapshotId": each.id, "OwnerId": ACCOUNT} for each in found if "all" in each.create_volume_permission_groups
    ]


def _images_of_instances(_: Mapping[str, Any], region: str) -> dict[str, Any]:
    """Of what image each instance is: all the estate's own; the one outside the main region went out of use."""
    from moto.ec2.models import ec2_backends

    image: dict[str, Any] = {"OwnerId": ACCOUNT, "State": "available", "IsPublic": False}
    if region != _MAIN:
        image["DeprecationTime"] = _day(-40).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = ec2_backends[ACCOUNT][region].all_instances()
    return {
        "InstanceImageMetadata": [
            {"InstanceId": one.id, "ImageMetadata": {"ImageId": one.image_id, **image}} for one in found
        ]
    }


def _by_region(main: Mapping[str, Any], elsewhere: Mapping[str, Any]) -> Answer:
    return lambda _, region: dict(main if region == _MAIN else elsewhere)


def _always(answer: Mapping[str, Any]) -> Answer:
    return lambda _, __: dict(answer)


def _access_points(_: Mapping[str, Any], region: str) -> dict[str, Any] | None:
    """The access points of a region: moto lists those of all regions in each."""
    return None if region == _MAIN else {"AccessPointList": []}


def _major_versions(_: Mapping[str, Any], __: str) -> dict[str, Any]:
    """Ends of support in days from today, made up so that two scans tell the same: one version is past its first."""
    ends: dict[tuple[str, str], tuple[int, ...]] = {
        ("postgres", "16"): (820, 1900),
        ("mysql", "8.0"): (-110, 980),
        ("aurora-mysql", "8.0"): (520, 1600),
        ("aurora-postgresql", "16"): (820, 1900),
        ("mariadb", "10.11"): (460,),
    }
    names = ("open-source-rds-standard-support", "open-source-rds-extended-support")
    return {
        "DBMajorEngineVersions": [
            {
                "Engine": engine,
                "MajorEngineVersion": major,
                "SupportedEngineLifecycles": [
                    {"LifecycleSupportName": name, "LifecycleSupportEndDate": _day(end).strftime("%Y-%m-%dT%H:%M:%SZ")}
                    for name, end in zip(names, both, strict=False)
                ],
            }
            for (engine, major), both in ends.items()
        ]
    }


_NO_CONTACT = {"Status": 404, "Error": {"Code": "ResourceNotFoundException", "Message": "No contact of that type"}}
_NO_ORGANISATION = {
    "Status": 400,
    "Error": {"Code": "AWSOrganizationsNotInUseException", "Message": "No organization"},
}


def _details(answer: dict[str, Any]) -> None:
    """Roles that are older than today, when each was last used, and the boundary of a user, which moto leaves out."""
    for user in answer.get("UserDetailList", ()):
        if user["UserName"] == TRAINEE:
            fence = f"arn:aws:iam::{ACCOUNT}:policy/{FENCE}"
            user["PermissionsBoundary"] = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": fence}
    for role in answer.get("RoleDetailList", ()):
        used = _LAST_USED.get(role["RoleName"], 1)
        role["CreateDate"] = _day(-700)
        role["RoleLastUsed"] = {"LastUsedDate": _day(-used), "Region": _MAIN}


def _imported_key(answer: dict[str, Any]) -> None:
    """The key whose material was imported, and ends soon: moto leaves it waiting for material."""
    key = answer.get("KeyMetadata", {})
    if key.get("Origin") == "EXTERNAL":
        key.update(KeyState="Enabled", Enabled=True, ExpirationModel="KEY_MATERIAL_EXPIRES", ValidTo=_day(12))


def _point_of_main_region(answer: dict[str, Any]) -> None:
    """Access points lie in the region of their bucket: moto says us-east-1 of all."""
    for point in (answer, *answer.get("AccessPointList", ())):
        if "AccessPointArn" in point:
            point["AccessPointArn"] = point["AccessPointArn"].replace(":us-east-1:", f":{_MAIN}:")


def _keys_of_snapshots(answer: dict[str, Any]) -> None:
    """The key of an encrypted snapshot is that of its volume: moto leaves it out."""
    from moto.ec2.models import ec2_backends

    volumes = {key: one for backend in ec2_backends[ACCOUNT].values() for key, one in backend.volumes.items()}
    for snapshot in answer.get("Snapshots", ()):
        if snapshot.get("Encrypted") and snapshot.get("VolumeId") in volumes:
            snapshot.setdefault("KmsKeyId", volumes[snapshot["VolumeId"]].kms_key_id)


def _expired_certificate(answer: dict[str, Any]) -> None:
    for certificate in answer.get("ServerCertificateMetadataList", ()):
        certificate["Expiration"] = _day(-40)


_LAST_USED = {"partner-sync": 410}
"""Days since a role was used, where that was not yesterday."""

COMPLETIONS: Mapping[str, Callable[[dict[str, Any]], None]] = {
    "ec2.DescribeSnapshots": _keys_of_snapshots,
    "iam.GetAccountAuthorizationDetails": _details,
    "iam.ListServerCertificates": _expired_certificate,
    "kms.DescribeKey": _imported_key,
    "s3-control.GetAccessPoint": _point_of_main_region,
    "s3-control.ListAccessPoints": _point_of_main_region,
}
"""Call → what completes moto's own answer, in place."""

ANSWERS: Mapping[str, Answer] = {
    "accessanalyzer.ListAnalyzers": _always({"analyzers": []}),
    "account.GetAlternateContact": _always(_NO_CONTACT),
    "backup.ListProtectedResources": _always({"Results": []}),
    "directconnect.DescribeConnections": _always({"connections": []}),
    "directconnect.DescribeDirectConnectGateways": _always({"directConnectGateways": []}),
    "directconnect.DescribeVirtualInterfaces": _always({"virtualInterfaces": []}),
    "cloudformation.DescribeStacks": _always({"Stacks": []}),
    "codebuild.ListProjects": _always({"projects": []}),
    "ec2.DescribeCapacityReservations": _always({"CapacityReservations": []}),
    "ec2.DescribeClientVpnEndpoints": _always({"ClientVpnEndpoints": []}),
    "ec2.DescribeInstanceImageMetadata": _images_of_instances,
    "ec2.DescribeInstanceConnectEndpoints": _always({"InstanceConnectEndpoints": []}),
    "ec2.DescribeNetworkInsightsAccessScopes": _always({"NetworkInsightsAccessScopes": []}),
    "ec2.DescribeNetworkInsightsPaths": _always({"NetworkInsightsPaths": []}),
    "ec2.DescribeSnapshots": _snapshots,
    "ec2.DescribeVpcBlockPublicAccessExclusions": _always({"VpcBlockPublicAccessExclusions": []}),
    "ec2.DescribeVpcBlockPublicAccessOptions": _always(
        {
            "VpcBlockPublicAccessOptions": {
                "AwsAccountId": ACCOUNT,
                "State": "default-state",
                "InternetGatewayBlockMode": "off",
            }
        }
    ),
    "ec2.GetTransitGatewayPrefixListReferences": _always({"TransitGatewayPrefixListReferences": []}),
    "ec2.GetAllowedImagesSettings": _by_region(
        {"State": "disabled", "ImageCriteria": []},
        {
            "State": "enabled",
            "ImageCriteria": [{"ImageProviders": ["amazon", ACCOUNT]}],
        },
    ),
    "ec2.GetEbsDefaultKmsKeyId": _always({"KmsKeyId": "alias/aws/ebs"}),
    "ec2.GetImageBlockPublicAccessState": _by_region(
        {"ImageBlockPublicAccessState": "unblocked"}, {"ImageBlockPublicAccessState": "block-new-sharing"}
    ),
    "ec2.GetInstanceMetadataDefaults": _by_region(
        {"AccountLevel": {}}, {"AccountLevel": {"HttpTokens": "required", "HttpPutResponseHopLimit": 2}}
    ),
    "ec2.GetSerialConsoleAccessStatus": _by_region(
        {"SerialConsoleAccessEnabled": True}, {"SerialConsoleAccessEnabled": False}
    ),
    "ec2.GetSnapshotBlockPublicAccessState": _by_region({"State": "unblocked"}, {"State": "block-all-sharing"}),
    "iam.GetCredentialReport": _credential_report,
    "iam.ListOrganizationsFeatures": _always(
        {"Status": 409, "Error": {"Code": "OrganizationNotFoundException", "Message": "No organization"}}
    ),
    "iam.ListServiceSpecificCredentials": _always({"ServiceSpecificCredentials": []}),
    "lambda.ListFunctions": _always({"Functions": []}),
    "network-firewall.ListFirewallPolicies": _always({"FirewallPolicies": []}),
    "network-firewall.ListRuleGroups": _always({"RuleGroups": []}),
    "organizations.DescribeOrganization": _always(_NO_ORGANISATION),
    "cloudtrail.ListEventDataStores": _always({"EventDataStores": []}),
    "ram.GetResourceShares": _always({"resourceShares": []}),
    "rds.DescribeDBMajorEngineVersions": _major_versions,
    "rds.DescribeBlueGreenDeployments": _always({"BlueGreenDeployments": []}),
    "rds.DescribeOptionGroups": _always({"OptionGroupsList": []}),
    "ssm.DescribeInstanceInformation": _always({"InstanceInformationList": []}),
    "ssm.ListResourceComplianceSummaries": _always({"ResourceComplianceSummaryItems": []}),
    "rolesanywhere.ListTrustAnchors": _always({"trustAnchors": []}),
    "s3tables.ListTableBuckets": _always({"tableBuckets": []}),
    "s3-control.ListAccessGrantsInstances": _always({"AccessGrantsInstancesList": []}),
    "s3-control.ListAccessPoints": _access_points,
    "s3-control.ListAccessPointsForObjectLambda": _always({"ObjectLambdaAccessPointList": []}),
}
"""Call (as botocore's events name it) → what AWS would answer."""
