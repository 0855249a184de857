"""Origins of a distribution that are buckets which the account does not have."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.logic import as_kind
from scanner.derive.passes import Context, derives
from scanner.derive.storage.origins import DISTRIBUTION, origins
from scanner.derive.storage.own_buckets import own_buckets
from scanner.model import Partial, Resource, Unknown, Unknowns, pointer


class Missing(TypedDict):
    """The bucket, and the host as the distribution has it."""

    bucket: str
    origin: str


@derives(DISTRIBUTION, "missing_origins", gives=list[Missing], reads=("Origins", "AWS::S3::Bucket.Name"))
def missing_origins(distribution: Resource, context: Context) -> Partial:
    """Whether somebody else has the bucket, or nobody, is not told: either way it is not the account's.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    """
    known = own_buckets(context, distribution.account)
    found: list[Missing] = []
    unknown: Unknowns = {}
    for one in origins(distribution):
        if isinstance(one, Unknown):
            unknown["/-"] = as_kind(one, "more")
        elif one.bucket not in known.by_name:
            if known.missing:
                unknown[pointer(len(found))] = as_kind(known.missing, "maybe")
            found.append(Missing(bucket=one.bucket, origin=one.host))
    return Partial(found, unknown)
