"""AWS itself as a source: sessions, clients, and what can go wrong before the first answer."""

from __future__ import annotations

import difflib
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.client import BaseClient
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ProfileNotFound,
)
from botocore.parsers import ResponseParserError

from scanner.aws import models
from scanner.aws.clients import Clients
from scanner.aws.credentials import STUMBLES, check_codes, from_library, unusable
from scanner.aws.failures import Failure, is_throttle
from scanner.aws.normalise import plain
from scanner.aws.recording import Recorder
from scanner.aws.redact import redacted
from scanner.aws.source import HOMES, THREADS, Account, Call, Meter, home
from scanner.aws.throttle import PATIENCE, Patience, Throttle
from scanner.errors import AwsError
from scanner.model import GLOBAL, Why

# What botocore raises, what its parsers let through, and what an emulator within this process stumbles over.
_RAISED = (
    *(ClientError, BotoCoreError, ResponseParserError, NotImplementedError, ValueError, OSError),
    *STUMBLES,
)
_AWS_HOSTS = (
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazonaws.eu",
    ".api.aws",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
    ".cloud.adc-e.uk",
    ".csp.hci.ic.gov",
)


def open_session(profile: str | None = None, region: str | None = None) -> boto3.Session:
    """A session as the AWS CLI would make it. Raises `AwsError` for a profile that does not exist."""
    try:
        core = botocore.session.Session(profile=profile)
        core.get_scoped_config()  # reads the files: only now is a profile known to be missing
        core.register_component("data_loader", models.loader())
        check_codes(core, profile)
        return boto3.Session(botocore_session=core, region_name=region)
    except ProfileNotFound as error:
        profiles = ", ".join(botocore.session.Session().available_profiles) or "none"
        raise AwsError(str(error), hint=f"Profiles at hand: {profiles}") from error
    except BotoCoreError as error:
        raise AwsError(f"the AWS configuration cannot be used ({error})") from error


def mocked() -> bool:
    """Whether moto answers within this process: what it answers with is not safe in threads."""
    stubber = getattr(sys.modules.get("moto.core.models"), "botocore_stubber", None)
    return bool(getattr(stubber, "enabled", False))


class LiveSource:
    """An account through a session's credentials; `Source` says what the methods promise.

    `record` is a folder into which all answers are written.
    """

    def __init__(
        self,
        session: boto3.Session | None = None,
        *,
        threads: int = THREADS,
        patience: Patience = PATIENCE,
        record: Path | None = None,
    ) -> None:
        self._recorder = Recorder(record) if record else None
        self.meter = Meter()
        self._session = session or open_session()
        self._region = self._session.region_name or HOMES["aws"]
        self._account: Account | None = None
        self._throttle = Throttle(patience)
        self._clients = Clients(self._session, self._throttle, self.meter, threads)

    @property
    def kind(self) -> Literal["live"]:
        """What the resources' `Origin` says."""
        return "live"

    def accounts(self) -> Sequence[Account]:
        """The one account of the credentials. Raises `AwsError` if they cannot be used."""
        if self._account is None:
            self._account = self._identified()
        return (self._account,)

    def _identified(self) -> Account:
        identity = Account("", home=self._region)
        try:
            answer = self._single(Call(identity, "sts", self._region, "get_caller_identity"))
        except Failure as failure:
            raise unusable(failure, self._region) from failure
        arn = str(answer.get("Arn", "")).split(":")
        partition = arn[1] if len(arn) > 1 and arn[1] else "aws"
        account = Account(str(answer.get("Account", "")), partition, HOMES.get(partition, self._region))
        if self._recorder:
            self._recorder.save(Call(account, "sts", GLOBAL, "get_caller_identity"), answer)
        return account

    def regions(self, account: Account) -> tuple[Sequence[str], Failure | None]:
        """The enabled regions; if AWS does not tell, the session's own and why."""
        try:
            answer = self._single(Call(account, "ec2", self._region, "describe_regions"))
        except Failure as failure:
            return (self._region,), failure
        enabled = tuple(sorted({region["RegionName"] for region in answer.get("Regions") or ()}))
        self._record_scope(account, enabled)
        return enabled, None

    def _record_scope(self, account: Account, regions: Sequence[str]) -> None:
        if self._recorder:
            self._recorder.scope(account.id, regions)

    def knows_regions(self, account: Account) -> bool:  # noqa: ARG002 - as a source is asked
        """AWS tells which are enabled."""
        return True

    def _single(self, call: Call) -> dict[str, Any]:
        answers = list(self.pages(call))
        return answers[0] if answers else {}

    def check_regions(self, account: Account, regions: Sequence[str]) -> None:
        """Raise `AwsError` for a region that neither botocore nor the account knows."""
        known = {
            name
            for partition in self._session.get_available_partitions()
            for name in self._session.get_available_regions("ec2", partition)
        }
        strange = [region for region in regions if region not in known]
        enabled = self.regions(account)[0] if strange else ()
        for region in strange:
            if region not in enabled:
                near = difflib.get_close_matches(region, sorted(known | set(enabled)), n=3)
                hint = f"Did you mean {' or '.join(near)}?" if near else "Name it as AWS does: eu-central-1"
                raise AwsError(f"there is no region {region!r}", hint=hint)
        self._record_scope(account, regions)

    def pages(self, call: Call) -> Iterator[dict[str, Any]]:
        """The pages of a live answer. Raises `Failure`."""
        pages = self._pages(call)
        return self._recorder.tap(call, pages) if self._recorder and call.account.id else pages

    def _pages(self, call: Call) -> Iterator[dict[str, Any]]:
        name = f"{call.service}:{models.api_name(call.service, call.operation)}"
        client = self._client(call)
        asked = (call.service, self._where(call), name.partition(":")[2])
        if unheard := self._throttle.silence.given_up(asked):
            raise Failure(Why.ERROR, "", f"not asked any more: {unheard} requests in a row were not answered at all")
        requests = self._requests(client, call)
        while True:
            begun = time.monotonic()
            try:
                page = next(requests)
            except StopIteration:
                return
            except _RAISED as error:
                failure = from_library(error, emulated=_emulated(client) or (isinstance(error, STUMBLES) and mocked()))
                self.meter.count(name, time.monotonic() - begun, failed=True)
                raise failure from error
            page.pop("ResponseMetadata", None)
            self.meter.count(name, time.monotonic() - begun)
            yield redacted(plain(page), call.secret)

    def _requests(self, client: BaseClient, call: Call) -> Iterator[dict[str, Any]]:
        if client.can_paginate(call.operation):
            config = {"PageSize": call.page_size} if call.page_size else {}
            page: dict[str, Any] = {}
            for page in client.get_paginator(call.operation).paginate(**call.params, PaginationConfig=config):
                yield page
            if models.has_more(call.service, call.operation, page):
                raise Failure(Why.ERROR, "", "AWS says that there is more, and gives no way to ask for it")
            return
        token = models.bare_token(call.service, call.operation)
        asked = dict(call.params)
        while True:
            page = getattr(client, call.operation)(**asked)
            following = page.get(token) if token else None
            yield page
            asking = models.PARTNERS.get(token, token)
            if not following or following == asked.get(asking):
                return
            asked[asking] = following

    def _client(self, call: Call) -> BaseClient:
        return self._clients.get(call.service, self._where(call), self._watch)

    def _where(self, call: Call) -> str:
        """The region that is asked."""
        return home(call) if call.region == GLOBAL else call.region

    def slowed(self, services: Collection[str], region: str) -> bool:
        """Whether AWS lately asked to slow down there."""
        return self._throttle.slowed(services, region)

    def forget(self, services: Collection[str]) -> None:
        """Let go of the clients of services, and of their models."""
        self._clients.forget(services)

    def _watch(self, parsed_response: dict[str, Any] | None = None, **_: Any) -> None:
        """Count throttled attempts, those that a retry then answers included."""
        error = (parsed_response or {}).get("Error") or {}
        status = ((parsed_response or {}).get("ResponseMetadata") or {}).get("HTTPStatusCode", 0)
        if is_throttle(str(error.get("Code", "")), status):
            self.meter.throttle()


def _emulated(client: BaseClient) -> bool:
    host = urlsplit(client.meta.endpoint_url).hostname or ""
    return not host.endswith(_AWS_HOSTS)
