"""What happened at Northwind in the last week: some of it good."""

from __future__ import annotations

from typing import Any

from scanner.demo.estate.words import OPEN, allow, policy, tcp


def happen(ec2: Any, s3: Any, rds: Any, kms: Any, iam: Any) -> None:
    """Change the main region's estate, with a client for each service."""
    # Somebody looked for an error in a hurry …
    groups = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["bookings-db"]}])
    ec2.authorize_security_group_ingress(
        GroupId=groups["SecurityGroups"][0]["GroupId"], IpPermissions=[tcp(5432, 5432, OPEN)]
    )
    s3.delete_public_access_block(Bucket="nwf-bookings-archive")
    iam.put_user_policy(UserName="dispatch-bot", PolicyName="hotfix", PolicyDocument=policy(allow("s3:*")))
    # … and somebody else put things right.
    rds.modify_db_instance(
        DBInstanceIdentifier="telemetry", DeletionProtection=True, BackupRetentionPeriod=7, ApplyImmediately=True
    )
    keys = {each["AliasName"]: each["TargetKeyId"] for each in kms.list_aliases()["Aliases"] if "TargetKeyId" in each}
    kms.enable_key_rotation(KeyId=keys["alias/bookings"])
    s3.put_bucket_versioning(Bucket="nwf-legacy-uploads", VersioningConfiguration={"Status": "Enabled"})
    for address in ec2.describe_addresses()["Addresses"]:
        if {"Key": "Name", "Value": "label-server-old"} in address.get("Tags", ()):
            ec2.release_address(AllocationId=address["AllocationId"])
