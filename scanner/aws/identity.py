"""Whose credentials these are: where they come from, how long they hold, and what AWS says of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, NoCredentialsError

from scanner.aws.credentials import from_library, none_found, unusable
from scanner.aws.failures import Failure
from scanner.aws.source import Call, Source
from scanner.errors import AwsError

_SOURCES = {
    "env": "the environment (AWS_ACCESS_KEY_ID)",
    "shared-credentials-file": "the shared credentials file",
    "config-file": "the AWS configuration file",
    "sso": "IAM Identity Center (sso)",
    "login": "a sign-in (aws login)",
    "assume-role": "a role",
    "assume-role-with-web-identity": "a role by web identity",
    "custom-process": "a credential process",
    "container-role": "the container's role",
    "iam-role": "the instance's role",
    "explicit": "the calling program",
}
"""botocore's names of its providers, in words."""


@dataclass(frozen=True, slots=True)
class Found:
    """Credentials: `expires` is a moment in UTC, empty where they do not expire or it is not known."""

    source: str
    profile: str
    region: str
    expires: str


def found(session: boto3.Session) -> Found:
    """The credentials of a session. Raises `AwsError` if there are none or they cannot be got."""
    try:
        credentials = session.get_credentials()
        if credentials is not None:
            credentials.get_frozen_credentials()
    except NoCredentialsError as error:
        raise none_found() from error
    except (BotoCoreError, OSError) as error:
        raise unusable(from_library(error), session.region_name or "no region") from error
    if credentials is None:
        raise none_found()
    method = str(credentials.method)
    return Found(_SOURCES.get(method, method), session.profile_name, session.region_name or "", _expiry(credentials))


def _expiry(credentials: Any) -> str:
    """Botocore keeps the moment to itself; where it does not tell, nobody knows."""
    moment = getattr(credentials, "_expiry_time", None)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(moment, datetime) else ""


def arn(source: Source) -> str:
    """Who AWS says we are. Raises `AwsError`."""
    (account, *_) = source.accounts()
    try:
        answer = next(source.pages(Call(account, "sts", account.home, "get_caller_identity")), {})
    except Failure as failure:
        raise AwsError(f"AWS does not say who this is ({failure.message})") from failure
    return str(answer.get("Arn", ""))
