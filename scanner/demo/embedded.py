"""moto inside this process, with recorded answers for the calls that it lacks."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from scanner.errors import UsageError

if TYPE_CHECKING:
    import boto3

_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "demo",
    "AWS_SECRET_ACCESS_KEY": "demo",
    "AWS_SESSION_TOKEN": "demo",
    "AWS_EC2_METADATA_DISABLED": "true",
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "true",
}
_FOREIGN = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ENDPOINT_URL", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")
"""Variables of the user's that must not lead the demo to a real account."""

_RECORDED: Mapping[str, Mapping[str, Any]] = {
    "ec2.GetInstanceMetadataDefaults": {"AccountLevel": {}},
}


@contextmanager
def embedded(region: str) -> Iterator[boto3.Session]:
    """A session whose every call stays in this process. Raises `UsageError` without the `demo` extra."""
    before = dict(os.environ)
    for name in list(os.environ):
        if name in _FOREIGN or name.startswith("AWS_ENDPOINT_URL"):
            del os.environ[name]
    os.environ.update(_CREDENTIALS, AWS_DEFAULT_REGION=region)
    try:
        with _mock():
            yield _session(region)
    finally:
        os.environ.clear()
        os.environ.update(before)


def _mock() -> Any:
    try:
        from moto import mock_aws
    except ImportError as error:
        raise UsageError(
            "the demo needs moto, which is not installed", hint="Install it with: pip install 'aws-posture[demo]'"
        ) from error
    return mock_aws()


def _session(region: str) -> boto3.Session:
    import boto3

    session = boto3.Session(region_name=region)
    for call, answer in _RECORDED.items():
        session.events.register(f"before-call.{call}", _answering(answer))
    return session


def _answering(answer: Mapping[str, Any]) -> Any:
    """A handler whose result botocore takes for AWS's answer, so that nothing is sent."""
    from botocore.awsrequest import AWSResponse
    from botocore.compat import HTTPHeaders

    def handler(**_: object) -> tuple[AWSResponse, dict[str, Any]]:
        response = AWSResponse("https://recorded.invalid", 200, HTTPHeaders(), None)
        return response, {**answer, "ResponseMetadata": {"HTTPStatusCode": 200, "RetryAttempts": 0}}

    return handler
