"""Doors that are not what they look like: open where no policy says so by itself, and shut where one seems to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.demo.estate.words import allow, policy

PARCELS, TIMETABLES, QUOTES = "nwf-parcel-labels", "nwf-timetables", "nwf-quotes"
_OFF = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False)
_POINT = "parcel-labels"


def build(s3: Any, s3control: Any, account: str, region: str) -> None:
    """Three buckets."""
    _through_a_point(s3, s3control, account, region)
    # everybody by its principal, nobody but the own organization by its condition
    _bucket(s3, TIMETABLES, _read(TIMETABLES, StringEquals={"aws:PrincipalOrgID": "o-nw5freight1"}))
    # a condition that everybody can fulfil: who asks chooses the header
    _bucket(s3, QUOTES, _read(QUOTES, StringLike={"aws:Referer": "https://northwind.example/*"}))


def _through_a_point(s3: Any, s3control: Any, account: str, region: str) -> None:
    """The bucket leaves it to the account's access points, and one of them lets everybody in."""
    arns = [f"arn:aws:s3:::{PARCELS}", f"arn:aws:s3:::{PARCELS}/*"]
    own_points = {"StringEquals": {"s3:DataAccessPointAccount": account}}
    _bucket(s3, PARCELS, allow("*", arns, Principal={"AWS": "*"}, Condition=own_points, Sid="LeaveItToAccessPoints"))
    s3control.create_access_point(AccountId=account, Name=_POINT, Bucket=PARCELS, PublicAccessBlockConfiguration=_OFF)
    objects = f"arn:aws:s3:{region}:{account}:accesspoint/{_POINT}/object/*"
    everyone = allow("s3:GetObject", objects, Principal="*", Sid="LabelsForEverybody")
    s3control.put_access_point_policy(AccountId=account, Name=_POINT, Policy=policy(everyone))


def _read(bucket: str, **condition: Any) -> Mapping[str, Any]:
    return allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*", Principal="*", Condition=condition, Sid="Readers")


def _bucket(s3: Any, name: str, statement: Mapping[str, Any]) -> None:
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=_OFF)
    s3.put_bucket_ownership_controls(
        Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_policy(Bucket=name, Policy=policy(statement))
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "team", "Value": "trade"}]})
