"""S3: access points with their policies and their own block of public access.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetAccessPoint.html
"""

from __future__ import annotations

import re

from scanner.iac.terraform import values
from scanner.iac.terraform.cells import Cell
from scanner.iac.terraform.documents import document
from scanner.iac.terraform.drafts import Draft, Kind, Satellite
from scanner.iac.terraform.fields import Field, block
from scanner.iac.terraform.joins import Owners
from scanner.iac.terraform.plan import Planned
from scanner.iac.terraform.tables import Table
from scanner.model import Unknown

# Unlike a bucket's block, a flag that is left out of an access point's is on.
_FLAGS = block(
    Field("BlockPublicAcls", "block_public_acls", values.boolean, default=True),
    Field("IgnorePublicAcls", "ignore_public_acls", values.boolean, default=True),
    Field("BlockPublicPolicy", "block_public_policy", values.boolean, default=True),
    Field("RestrictPublicBuckets", "restrict_public_buckets", values.boolean, default=True),
)
_TABLE = Table(
    "AWS::S3::AccessPoint",
    (
        Field("Name", "name", values.text),
        Field("Bucket", "bucket", values.identifier),
        Field("BucketAccountId", "bucket_account_id", values.text),
        Field("PublicAccessBlockConfiguration", "public_access_block_configuration", _FLAGS),
        Field("VpcConfiguration", "vpc_configuration", block(Field("VpcId", "vpc_id", values.identifier))),
    ),
    {"Arn": "arn"},
    name="Name",
)


def _access_point(planned: Planned) -> Draft:
    draft = _TABLE.read(planned)
    vpc = draft.config.get("VpcConfiguration")
    draft.config["NetworkOrigin"] = vpc if isinstance(vpc, Unknown) else "VPC" if vpc else "Internet"
    policy = document(Cell.of(planned, "policy"))
    if policy == {}:
        policy = None  # how the provider says that there is none
    if policy is not None or not draft.new:
        draft.config["Policy"] = policy
    return draft


def _policy(draft: Draft, planned: Planned) -> None:
    draft.config["Policy"] = document(Cell.of(planned, "policy"))


def _removed(draft: Draft, _: Planned) -> None:
    draft.config["Policy"] = None


def _outside(draft: Draft, value: str) -> None:
    draft.config["Arn"] = value
    draft.physical_id = value


_SATELLITES = (Satellite("aws_s3control_access_point_policy", "access_point_arn", ("Policy",), _policy, _removed),)
KINDS = (
    Kind(
        _TABLE.type,
        ("aws_s3_access_point",),
        _access_point,
        satellites=_SATELLITES,
        owners=Owners(("aws_s3_access_point",), ("arn", "id"), re.compile(r"access_point(_arn)?$")),
        outside=_outside,
    ),
)
