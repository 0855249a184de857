"""Which uploads a bucket's policy surely turns away, by the encryption that they ask for."""

from __future__ import annotations

from typing import TypedDict

from scanner.derive.access.decision.document import Document, Statement
from scanner.derive.access.decision.flow import Policies
from scanner.derive.access.decision.request import Principal
from scanner.derive.access.search.could import could
from scanner.derive.access.world.documents import at_least, at_most, gaps, read
from scanner.derive.logic import as_kind
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown, Unknowns

_HEADER = "s3:x-amz-server-side-encryption"
_UPLOADS = {"none": (), "aes256": ("AES256",), "kms": ("aws:kms",), "dsse": ("aws:kms:dsse",)}
_EVERYTHING = Document([Statement(0, "", "Allow", None, None, ("*",), None, ("*",), None, (), variables=False)])
_NOBODY = "uploader-without-a-name"


class Accepted(TypedDict):
    """Whether somebody may upload without asking for encryption, with S3's keys, with KMS keys, with two layers."""

    none: bool
    aes256: bool
    kms: bool
    dsse: bool


@derives("AWS::S3::Bucket", "unencrypted_uploads", gives=Accepted, reads=("Policy", "Name"))
def unencrypted_uploads(bucket: Resource, context: Context) -> Partial:
    """What is left of a user of the account who may do everything, after the bucket policy's denials.

    A denial for some principals, objects or networks only leaves a way, and then the upload counts as accepted.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingEncryption.html
    """
    del context
    policy = Node.of(bucket, "Policy")
    document = read(policy, "resource") if policy.value is not None or policy.unknown else None
    account = bucket.account or "111122223333"
    user = Principal("User", f"arn:{bucket.partition}:iam::{account}:user/{_NOBODY}", bucket.partition, account)
    value: dict[str, bool] = {}
    unknown: Unknowns = {}
    for name, asked in _UPLOADS.items():
        answers = [
            could(
                user,
                Policies(identity=[_EVERYTHING], resource=each),
                "s3:PutObject",
                f"arn:{bucket.partition}:s3:::{bucket.name}/*",
                owner=account,
                given={_HEADER: asked},
            )
            for each in ((at_most(document), at_least(document)) if document else (None,))
        ]
        open_ = {answer is not None for answer in answers}
        doubt = next((answer for answer in answers if isinstance(answer, Unknown)), None)
        if len(open_) > 1 and doubt is None:
            doubt = next(iter(gaps(document) if document else ()), None)
        if doubt:
            unknown[f"/{name}"] = as_kind(doubt, "any")
        else:
            value[name] = open_ != {False}
    return Partial(value, unknown)
