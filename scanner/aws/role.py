"""Acting as a role: temporary credentials that renew themselves while a long scan runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

import boto3
import botocore.session
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    Credentials,
    DeferredRefreshableCredentials,
)
from botocore.exceptions import BotoCoreError, ClientError

from scanner.aws import models
from scanner.aws.credentials import from_library, none_found, unusable
from scanner.aws.failures import Failure, from_answer
from scanner.errors import AwsError, UsageError
from scanner.model import Why

SESSION_NAME = "aws-posture"
"""What CloudTrail shows beside the role, so that a SOC tells a scan from an intruder."""
_ARN = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/[\w+=,.@/-]{1,576}")
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Role:
    """A role to act as; `seconds` of 0 leave the duration to AWS (an hour)."""

    arn: str
    external_id: str = ""
    seconds: int = 0

    def checked(self) -> Role:
        """Itself. Raises `UsageError` for what AWS would not take for a role or an external id."""
        if not _ARN.fullmatch(self.arn):
            hint = "It looks like arn:aws:iam::111122223333:role/audit"
            raise UsageError(f"{self.arn!r} is no ARN of a role", hint=hint)
        if self.external_id and not _EXTERNAL_ID.fullmatch(self.external_id):
            hint = "2 to 1,224 letters, digits and +=,.@:/-"
            raise UsageError("this is no external id", hint=hint)
        return self

    def arguments(self) -> dict[str, Any]:
        """What AssumeRole takes beside the ARN (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html)."""
        found: dict[str, Any] = {"RoleSessionName": SESSION_NAME}
        if self.external_id:
            found["ExternalId"] = self.external_id
        if self.seconds:
            found["DurationSeconds"] = self.seconds
        return found


class _Provider(CredentialProvider):
    METHOD = "assume-role"

    def __init__(self, credentials: Credentials) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> Credentials:
        return self._credentials


def assumed(base: boto3.Session, role: Role, region: str) -> boto3.Session:
    """A session with the role's credentials, got with those of `base` and renewed before they expire.

    `region` is where STS is asked. Raises `AwsError` if `base` has no credentials or the role is refused.
    """
    try:
        source = base.get_credentials()
    except (BotoCoreError, OSError) as error:
        raise unusable(from_library(error), region) from error
    if source is None:
        raise none_found()
    core = botocore.session.Session()
    core.register_component("data_loader", models.loader())
    fetcher = AssumeRoleCredentialFetcher(
        partial(core.create_client, region_name=region), source, role.arn, extra_args=role.arguments()
    )
    credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, _Provider.METHOD)
    try:
        credentials.get_frozen_credentials()
    except ClientError as error:
        raise _refused(base, role, region, from_answer(error.response)) from error
    except (BotoCoreError, OSError) as error:
        raise unusable(from_library(error), region) from error
    core.register_component("credential_provider", CredentialResolver([_Provider(credentials)]))
    return boto3.Session(botocore_session=core, region_name=region)


def _refused(base: boto3.Session, role: Role, region: str, failure: Failure) -> AwsError:
    """Who tried which role, and what to look at."""
    if failure.why is not Why.DENIED:
        return AwsError(f"the role {role.arn} cannot be assumed ({failure.message})")
    given = "the external id given" if role.external_id else "whether it asks for an external id: --external-id"
    hint = f"Check that the caller may sts:AssumeRole it, and in the role's trust policy the caller and {given}"
    return AwsError(f"{_who(base, region)} may not assume {role.arn} ({failure.message})", hint=hint)


def _who(base: boto3.Session, region: str) -> str:
    try:
        return str(base.client("sts", region_name=region).get_caller_identity()["Arn"])
    except (ClientError, BotoCoreError, OSError, KeyError):
        return "this caller"
