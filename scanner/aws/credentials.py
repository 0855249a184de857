"""Why credentials cannot be used, and what botocore raised, in words for the user."""

from __future__ import annotations

import os

from botocore.exceptions import ClientError, NoCredentialsError, PartialCredentialsError, UnknownRegionError
from botocore.parsers import ResponseParserError

from scanner.aws.failures import Failure, from_answer
from scanner.errors import AwsError
from scanner.model import Why

_SET = "Set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile"
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_SIGN_IN = frozenset({"SSOTokenLoadError", "UnauthorizedSSOTokenError", "TokenRetrievalError"})
_UNREACHED = frozenset(
    {"EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ProxyConnectionError", "SSLError"}
    | {UnknownRegionError.__name__, "InvalidRegionError"}
)
_INVALID = frozenset({"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "AuthFailure"})


def from_library(error: Exception, *, emulated: bool = False) -> Failure:
    """What botocore raised, as a reason.

    * An answer that cannot be parsed is malformed, but from an endpoint that is not AWS's it is the
      HTML page by which an emulator says that it lacks the call; `NotImplementedError` is how an
      emulator within this process says so.
    * `ValueError` is what botocore's parsers let through for dates and numbers that are none, `OSError`
      what it lets through of a `credential_process` that is not there.
    """
    if isinstance(error, ClientError):
        return from_answer(error.response, emulated=emulated)
    name = type(error).__name__
    if isinstance(error, NotImplementedError):
        return Failure(Why.UNSUPPORTED, "NotImplemented", "the endpoint does not implement this call")
    if isinstance(error, ResponseParserError):
        if emulated:
            return Failure(Why.UNSUPPORTED, "NotImplemented", "the endpoint does not implement this call")
        return Failure(Why.ERROR, name, "the answer cannot be parsed")
    return Failure(Why.ERROR, name, str(error))


def unusable(failure: Failure, region: str) -> AwsError:
    """Why the credentials cannot be used, in one line."""
    cause = failure.__cause__
    if isinstance(cause, NoCredentialsError | PartialCredentialsError):
        return none_found() if isinstance(cause, NoCredentialsError) else AwsError(str(cause), hint=_SET)
    if failure.code in _EXPIRED:
        return AwsError("the AWS credentials have expired", hint="Sign in again, then repeat the command")
    if failure.code in _INVALID:
        return AwsError(
            f"AWS does not know these credentials in {region} ({failure.message})",
            hint="Check the key, and for China or GovCloud set AWS_REGION to one of its regions",
        )
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if failure.code in _UNREACHED:
        hint = (
            f"AWS_ENDPOINT_URL is {endpoint}" if endpoint else f"Check the network, the proxy and the region {region}"
        )
        return AwsError(f"AWS cannot be reached ({failure.message})", hint=hint)
    hint = f"AWS_ENDPOINT_URL is {endpoint}" if endpoint else "Check them with: aws sts get-caller-identity"
    if failure.code in _SIGN_IN:
        hint = "Sign in again, then repeat the command: aws sso login"
    return AwsError(f"the AWS credentials cannot be used ({failure.message})", hint=hint)


def none_found() -> AwsError:
    """That there are no credentials at all."""
    return AwsError("no AWS credentials were found", hint=_SET)
