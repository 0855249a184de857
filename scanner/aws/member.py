"""Reading one account of many: the work of a job, wherever the executor runs it."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.credentials import Credentials, ReadOnlyCredentials

from scanner.aws.executor import Link
from scanner.aws.failures import Failure
from scanner.aws.role import Role, acting, core_session, session_with
from scanner.aws.run import collect
from scanner.aws.session import LiveSource
from scanner.aws.source import THREADS
from scanner.errors import AwsError
from scanner.model import Reads, Shard, Why

CREDENTIALS = "credentials"
"""The question for the caller's own credentials: they are found, and people asked for codes, in one place only."""
_LENT_SECONDS = 60.0
"""botocore renews credentials at least ten minutes before they expire, so for this long they hold."""


@dataclass(frozen=True, slots=True)
class Member:
    """One account and what to read there: see `scanner.aws.run.collect`.

    `role`: whom to act as there; `None`: the caller's own credentials. `region` is where STS is asked.
    `done`: (region, service) of the shards that are there already.
    """

    id: str
    role: Role | None
    region: str
    profile: str | None
    regions: Sequence[str] | None = None
    services: Sequence[str] | None = None
    reads: Reads | None = None
    extras: Sequence[str] = ()
    threads: int = THREADS
    record: Path | None = None
    done: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Refused:
    """That an account could not be entered at all."""

    why: Why
    message: str


@dataclass(frozen=True, slots=True)
class Done:
    """The record of an account that was read, as JSON."""

    record: dict[str, Any]


class Lent(Credentials):
    """The caller's credentials, asked for when they are needed, and again before they can have expired."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._lock = threading.Lock()
        self._at = 0.0
        self._frozen = ReadOnlyCredentials("", "", None)
        self.method = "lent"
        self.account_id = None

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """A consistent set of key, secret and token."""
        with self._lock:
            if not self._frozen.access_key or time.monotonic() - self._at > _LENT_SECONDS:
                self._frozen, self._at = ReadOnlyCredentials(*self._link.ask(CREDENTIALS)), time.monotonic()
            return self._frozen

    @property
    def access_key(self) -> str:  # type: ignore[override]  # read where it is lent
        """The id of the key."""
        return str(self.get_frozen_credentials().access_key)

    @property
    def secret_key(self) -> str:  # type: ignore[override]  # read where it is lent
        """The key."""
        return str(self.get_frozen_credentials().secret_key)

    @property
    def token(self) -> str | None:  # type: ignore[override]  # read where it is lent
        """The session's token, if they are temporary."""
        return self.get_frozen_credentials().token


@dataclass(slots=True)
class _Forward:
    """A sink that hands shards on."""

    member: Member
    link: Link

    def done(self, account: str, region: str, service: str) -> bool:
        return account == self.member.id and (region, service) in self.member.done

    def write(self, shard: Shard) -> None:
        self.link.send(shard)


def perform(member: Member, link: Link) -> None:
    """Read the account; sends shards, events, and at the end `Done`, or `Refused` alone."""
    try:
        source = _source(member, link)
    except Failure as failure:
        link.send(Refused(failure.why, failure.message))
        return
    record = collect(
        source,
        _Forward(member, link),
        regions=member.regions,
        services=member.services,
        reads=member.reads,
        extras=member.extras,
        threads=member.threads,
        progress=link.send,
    )
    link.send(Done(record.to_json()))


def _source(member: Member, link: Link) -> LiveSource:
    """The account, if it is the one that was meant. Raises `Failure`."""
    lent = Lent(link)
    if member.role:
        session = acting(lent, member.role, member.region, member.profile)
    else:
        session = session_with(core_session(member.profile), lent, member.region)
    source = LiveSource(session, threads=member.threads, record=member.record)
    try:
        found = source.accounts()[0].id
    except AwsError as error:
        raise _cause(error) from error
    if found != member.id:
        raise Failure(Why.ERROR, "", f"the role's credentials are of account {found or 'none'}, not of {member.id}")
    return source


def _cause(error: AwsError) -> Failure:
    return error.__cause__ if isinstance(error.__cause__, Failure) else Failure(Why.ERROR, "", error.message)
