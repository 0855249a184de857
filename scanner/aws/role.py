"""Acting as a role: temporary credentials that renew themselves while a long scan runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    Credentials,
    DeferredRefreshableCredentials,
)
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from scanner.aws import models
from scanner.aws.credentials import from_library, none_found, unusable
from scanner.aws.failures import Failure
from scanner.aws.source import HOMES
from scanner.errors import AwsError, UsageError
from scanner.model import Why

SESSION_NAME = "aws-posture"
"""What CloudTrail shows beside the role, so that a SOC tells a scan from an intruder."""
_ARN = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/[\w+=,.@/-]{1,576}")
_PATIENT = Config(connect_timeout=10, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 5})
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


class Provider(CredentialProvider):
    """Credentials that are at hand, as a session finds them."""

    METHOD = "assume-role"

    def __init__(self, credentials: Credentials) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> Credentials:
        """The credentials."""
        return self._credentials


def assumed(base: boto3.Session, role: Role, region: str = "") -> boto3.Session:
    """A session with the role's credentials, got with those of `base` and renewed before they expire.

    `region` is where STS is asked; by default the session's, else the home of the role's partition. Raises
    `AwsError` if `base` has no credentials or the role is refused.
    """
    region = region or base.region_name or home_of(role)
    try:
        source = base.get_credentials()
    except (BotoCoreError, OSError) as error:
        raise unusable(from_library(error), region) from error
    if source is None:
        raise none_found()
    try:
        return acting(source, role, region, profile_of(base))
    except Failure as failure:
        if isinstance(failure.__cause__, ClientError):
            raise _refused(base, role, region, failure) from failure
        raise unusable(failure, region) from failure


def acting(source: Credentials, role: Role, region: str, profile: str | None) -> boto3.Session:
    """A session with the role's credentials, got with those of `source`, and all else as the profile says.

    Raises `Failure` if STS does not give any.
    """
    core = core_session(profile)
    # Tokens of the one global endpoint do not hold in regions that an account has opted into:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_region-endpoints.html
    core.set_config_variable("sts_regional_endpoints", "regional")
    core.set_default_client_config(_PATIENT)
    fetcher = AssumeRoleCredentialFetcher(
        partial(core.create_client, region_name=region), source, role.arn, extra_args=role.arguments()
    )
    credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, Provider.METHOD)
    try:
        credentials.get_frozen_credentials()
    except (ClientError, BotoCoreError, ResponseParserError, OSError, ValueError, KeyError) as error:
        raise from_library(error) from error
    return session_with(core, credentials, region)


def core_session(profile: str | None) -> botocore.session.Session:
    """A session that reads the profile's settings, and our models."""
    core = botocore.session.Session(profile=profile)
    core.register_component("data_loader", models.loader())
    return core


def session_with(core: botocore.session.Session, credentials: Credentials, region: str) -> boto3.Session:
    """A session of boto3's with those credentials and no others."""
    core.register_component("credential_provider", CredentialResolver([Provider(credentials)]))
    return boto3.Session(botocore_session=core, region_name=region)


def profile_of(session: boto3.Session) -> str | None:
    """The profile whose settings (endpoints, proxies, FIPS) a session follows."""
    return session.profile_name if session.profile_name in session.available_profiles else None


def home_of(role: Role) -> str:
    """The region of the role's partition where STS can always be asked."""
    return HOMES.get(role.arn.split(":")[1], HOMES["aws"])


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
