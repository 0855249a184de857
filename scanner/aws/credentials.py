"""Why credentials cannot be used, and what botocore raised, in words for the user."""

from __future__ import annotations

import os
from collections.abc import Mapping

import boto3
import botocore.session
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    PartialCredentialsError,
    UnknownRegionError,
)
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
# The first is ours, of a name that does not exist; the others botocore's, of what its endpoint rules do not know.
_NOT_ASKED = {
    "NoSuchHostError": Why.UNSUPPORTED,
    "EndpointProviderError": Why.UNSUPPORTED,
    "EndpointVariantError": Why.UNSUPPORTED,
    "ThrottledOutError": Why.THROTTLED,
}
_INVALID = frozenset({"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "AuthFailure"})


STUMBLES = (LookupError, TypeError, AttributeError)
"""What code raises that was not made for what it is given."""


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
    if name in _NOT_ASKED:
        return Failure(_NOT_ASKED[name], "", str(error))
    if isinstance(error, NotImplementedError) or (emulated and isinstance(error, STUMBLES)):
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


def frozen(session: boto3.Session) -> tuple[str, str, str | None]:
    """Key, secret and token of a session as they are now. Raises `AwsError` if there are none, or none any more."""
    region = session.region_name or ""
    try:
        credentials = session.get_credentials()
        if credentials is None:
            raise none_found()
        found = credentials.get_frozen_credentials()
    except (ClientError, BotoCoreError, OSError) as error:
        raise unusable(from_library(error), region) from error
    return str(found.access_key), str(found.secret_key), found.token


def check_codes(core: botocore.session.Session, profile: str | None) -> None:
    """Raise `AwsError` if the credentials need a code of an MFA device and nobody is there to type it.

    botocore would ask on standard input then, where a pipe may never answer.
    """
    if profile is None and os.environ.get("AWS_ACCESS_KEY_ID"):
        return  # these win over a profile of the environment
    name = profile or core.get_config_variable("profile") or "default"
    serial = _serial(core.full_config.get("profiles", {}), str(name))
    if serial and not _terminal():
        hint = "Use a terminal, or credentials that need no code; see: aws sts get-session-token"
        raise AwsError(f"the profile {name} asks for a code of {serial}, and there is no terminal", hint=hint)


def _serial(profiles: Mapping[str, Mapping[str, str]], name: str) -> str:
    """The device that a profile, or one that it takes its credentials from, asks for."""
    seen: set[str] = set()
    while name in profiles and name not in seen:
        seen.add(name)
        profile = profiles[name]
        if "role_arn" in profile and profile.get("mfa_serial"):
            return profile["mfa_serial"]
        name = profile.get("source_profile", "")
    return ""


def _terminal() -> bool:
    """Whether there is one, as `getpass` looks for it."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | getattr(os, "O_NOCTTY", 0)))
    except OSError:
        return os.name == "nt"
    return True


def none_found() -> AwsError:
    """That there are no credentials at all."""
    return AwsError("no AWS credentials were found", hint=_SET)
