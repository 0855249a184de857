"""moto inside this process, with recorded answers for the calls that it lacks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from scanner.errors import UsageError

if TYPE_CHECKING:
    import boto3

    from scanner.demo.recorded import Answer

_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "demo",
    "AWS_SECRET_ACCESS_KEY": "demo",
    "AWS_SESSION_TOKEN": "demo",
    "AWS_EC2_METADATA_DISABLED": "true",
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
}
_FOREIGN = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ENDPOINT_URL", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")
"""Variables of the user's that must not lead the demo to a real account."""


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

    from scanner.demo.recorded import ANSWERS, COMPLETIONS

    session = boto3.Session(region_name=region)
    for call, answer in ANSWERS.items():
        session.events.register(f"before-call.{call}", _answering(answer))
    for call, complete in COMPLETIONS.items():
        session.events.register(f"after-call.{call}", _completing(complete))
    return session


def _completing(complete: Callable[[dict[str, Any]], None]) -> Any:
    def handler(parsed: dict[str, Any], **_: object) -> None:
        complete(parsed)

    return handler


def _answering(answer: Answer) -> Any:
    """A handler whose result botocore takes for AWS's answer, so that nothing is sent.

    Where there is no result, the call goes on to moto.
    """
    from botocore.awsrequest import AWSResponse
    from botocore.compat import HTTPHeaders

    def handler(params: Mapping[str, Any], context: Mapping[str, Any], **_: object) -> Any:
        body = params.get("body")
        found = answer(body if isinstance(body, Mapping) else {}, str(context.get("client_region", "")))
        if found is None:
            return None
        status = int(found.get("Status", 200))
        response = AWSResponse("https://recorded.invalid", status, HTTPHeaders(), None)
        return response, {**found, "ResponseMetadata": {"HTTPStatusCode": status, "RetryAttempts": 0}}

    return handler
