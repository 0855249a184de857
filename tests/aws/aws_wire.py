"""AWS at the level of HTTP: every operation answers one of everything, as its model says, and one of them may fail.

Botocore's own requests, parsers and retries are at work; only the network is not there.
"""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.httpsession import URLLib3Session
from botocore.model import Shape
from moto.core.model import ServiceModel
from moto.core.serialize import get_serializer_class
from urllib3 import HTTPResponse

from scanner.aws import models
from scanner.aws.session import open_session

ACCOUNT = "123456789012"
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})
REPORT = "user,arn\n<root_account>,arn:aws:iam::123456789012:root\n"
# What a member holds wherever it stands: what tables ask by and what decides whether a question is asked.
MEMBERS: dict[str, Any] = {
    "RegionName": "us-east-1",
    "PrimaryRegion": "us-east-1",
    "BucketRegion": "us-east-1",
    "OwnerId": ACCOUNT,
    "OwnerAccountId": ACCOUNT,
    "MasterAccountId": ACCOUNT,
    "ManagementAccountId": ACCOUNT,
    "Account": ACCOUNT,
    "KeyArn": f"arn:aws:x:us-east-1:{ACCOUNT}:Arn/x",  # KMS names it twice
    "KeyManager": "CUSTOMER",
    "KeyState": "Enabled",
    "Origin": "AWS_KMS",
    "KeySpec": "SYMMETRIC_DEFAULT",
    "Protocol": "HTTPS",
    "SnapshotType": "manual",
    "owningAccountId": ACCOUNT,
    "HasInsightSelectors": True,
}
_KINDS = {str: "string", bool: "boolean"}
TOKENS = frozenset({"NextToken", "nextToken", "Marker", "NextMarker", "IsTruncated"})
OPERATIONS: dict[tuple[str, str], dict[str, Any]] = {
    ("codebuild", "ListProjects"): {"projects": ["name-x"]},
    ("iam", "GetCredentialReport"): {"Content": REPORT.encode(), "ReportFormat": "text/csv"},
    ("iam", "GetServiceLastAccessedDetails"): {"JobStatus": "COMPLETED"},
    ("inspector2", "BatchGetAccountStatus"): {
        "accounts": [{"accountId": ACCOUNT, "state": {"status": "ENABLED"}, "resourceState": {}}]
    },
    ("macie2", "GetMacieSession"): {"status": "ENABLED"},
    ("s3", "ListDirectoryBuckets"): {"Buckets": [{"Name": "name-x--use1-az4--x-s3", "BucketRegion": "us-east-1"}]},
}
NEVER_ASKED = {("ec2", "DescribeTransitGatewayPeeringAttachments"), ("s3", "GetBucketLocation")}
"""Where one of everything is not enough: an attachment of another kind, and a bucket whose listing tells no region."""


def value(shape: Shape, name: str = "", above: tuple[str, ...] = ()) -> Any:
    """One of what a shape describes; recursion ends where a shape contains itself."""
    if name in MEMBERS and shape.type_name == _KINDS[type(MEMBERS[name])]:
        return MEMBERS[name]
    if shape.name in above or len(above) > 12 or name in TOKENS:
        return None
    inside = (*above, shape.name)
    kind = shape.type_name
    if kind == "structure":
        found = {key: value(member, key, inside) for key, member in shape.members.items()}
        if getattr(shape, "is_tagged_union", False):
            found = dict(list(found.items())[:1])
        return {key: item for key, item in found.items() if item is not None}
    if kind == "list":
        item = value(shape.member, name, inside)
        return [] if item is None else [item]
    if kind == "map":
        return {"Name": value(shape.value, name, inside)}
    return _scalar(shape, name, kind)


def _scalar(shape: Shape, name: str, kind: str) -> Any:
    if kind == "string":
        if shape.enum:
            return shape.enum[0]
        if re.search(r"(?i)policy(document|text|content)?$|^document$|^Content$", name) and "arn" not in name.lower():
            return POLICY
        return f"arn:aws:x:us-east-1:{ACCOUNT}:{name or 'x'}/x" if name.lower().endswith("arn") else f"{name or 'x'}-x"
    simple = {"boolean": False, "timestamp": MOMENT, "blob": b"x", "float": 1.5, "double": 1.5}
    return simple.get(kind, 7)


class Wire:
    """Answers requests in place of the network. `fault` is given (request, answer) of the operations in `failing`."""

    def __init__(self, monkeypatch: Any) -> None:
        self.asked: list[tuple[str, str]] = []
        self.failing: set[tuple[str, str]] = set()
        self.fault: Any = None
        self.failed = False
        self._bodies: dict[tuple[str, str], tuple[int, dict[str, str], bytes]] = {}
        wire = self
        monkeypatch.setattr(URLLib3Session, "send", lambda _, request: wire.send(request))

    def session(self) -> boto3.Session:
        """A session whose requests tell which operation they are of."""
        session = open_session(region="us-east-1")
        make = session.client

        def client(service: str, **options: Any) -> Any:
            made = make(service, **options)

            def name(request: Any, operation_name: str, **_: Any) -> None:
                request.context["operation"] = (service, operation_name)

            made.meta.events.register("request-created", name)
            return made

        session.client = client  # type: ignore[method-assign]
        return session

    def send(self, request: Any) -> AWSResponse:
        """The answer to a request. Raises what botocore's HTTP session raises."""
        operation = request.context["operation"]
        self.asked.append(operation)
        if operation not in self._bodies:
            self._bodies[operation] = answer(*operation)
        found = self._bodies[operation]
        if operation in self.failing:
            self.failed = True
            changed = self.fault(request, found)
            self.failed, found = changed != found, changed
        return response(request.url, *found)


def response(url: str, status: int, headers: dict[str, str], body: bytes) -> AWSResponse:
    """An answer as botocore's HTTP session gives it."""
    fields = HTTPHeaders()
    for name, text in headers.items():
        fields[name] = text
    raw = HTTPResponse(
        body=io.BytesIO(body), headers=headers, status=status, preload_content=False, enforce_content_length=False
    )
    return AWSResponse(url, status, fields, raw)


def refusal(service: str, code: str, status: int) -> tuple[int, dict[str, str], bytes]:
    """An error in the words of a service's protocol."""
    protocol = models.service_model(service).resolved_protocol
    told = f"<Error><Code>{code}</Code><Message>no</Message></Error>"
    bodies = {
        "ec2": f"<Response><Errors>{told}</Errors><RequestID>r</RequestID></Response>",
        "query": f"<ErrorResponse>{told}<RequestId>r</RequestId></ErrorResponse>",
        "rest-xml": told if service == "s3" else f"<ErrorResponse>{told}<RequestId>r</RequestId></ErrorResponse>",
    }
    text = bodies.get(protocol, json.dumps({"__type": code, "message": "no"}))
    return status, {"x-amzn-errortype": code} if protocol == "rest-json" else {}, text.encode()


def answer(service: str, name: str) -> tuple[int, dict[str, str], bytes]:
    """What an operation answers: one of everything, on one page."""
    model = ServiceModel(models.loader().load_service_model(service, "service-2"), service).operation_model(name)
    shape = model.output_shape
    found = {**(value(shape) if shape else {}), **OPERATIONS.get((service, name), {})}
    for member in models.paging_members(service, name):
        found.pop(member, None)
    serializer = get_serializer_class(service, model.service_model.resolved_protocol)(model)
    told = serializer.serialize(found)
    body = told["body"]
    return int(told["status_code"]), dict(told["headers"]), body.encode() if isinstance(body, str) else bytes(body)
