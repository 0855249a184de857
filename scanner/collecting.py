"""Collecting into a snapshot file: what `scan`, `collect`, `demo` and the Python API share."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanner.errors import UsageError
from scanner.model import Reads
from scanner.snapshot.asked import botocore
from scanner.snapshot.reading import Snapshot
from scanner.snapshot.store import Store

if TYPE_CHECKING:
    import boto3

    from scanner.aws.organization import Choice
    from scanner.aws.source import Source

THREADS = 32


@dataclass(slots=True)
class Request:
    """What to collect and where to keep it. `reads` of `None` means every call that there is but
    extras (`scanner.aws.table.extras`) not named.

    `role_arn` is a role to act as, `duration` of its credentials in seconds (0: as AWS sets it). `accounts`
    are several to read, each through a role of its own; `processes` of 0 are as many as the machine suits.
    `max_age` in seconds: a finished file is gone on with, and only what is older is read anew (0: it is not).
    """

    session: boto3.Session | None = None
    profile: str | None = None
    role_arn: str = ""
    external_id: str = ""
    duration: int = 0
    regions: Sequence[str] | None = None
    services: Sequence[str] | None = None
    path: Path | None = None
    force: bool = False
    replay: Path | None = None
    record: Path | None = None
    reads: Reads | None = None
    extras: Sequence[str] = ()
    taken_at: str = ""
    concurrency: int = THREADS
    accounts: Choice | None = None
    processes: int = 0
    max_age: int = 0
    progress: Callable[[Any], None] | None = None
    tell: Callable[[str], None] | None = None


def collect_into(request: Request) -> Snapshot:
    """Collect, or go on with an unfinished file, and open the snapshot.

    Without a path the file is temporary and goes with the handle. Raises `AwsError` without usable
    credentials, `UsageError` if the file is finished or was begun with another selection.
    """
    temporary = request.path is None
    path = _temporary() if request.path is None else request.path
    if request.force and not temporary:
        _replace(path)
    kept = False
    try:
        if request.accounts:
            _collect_many(request, path)
        else:
            _collect_one(request, path)
        snapshot = Snapshot(path, temporary=temporary)
        kept = True
    finally:
        if temporary and not kept:
            path.unlink(missing_ok=True)
    return snapshot


def _collect_one(request: Request, path: Path) -> None:
    """Read what one set of credentials, or a recording, gives."""
    from scanner.aws.events import ShardsPlanned
    from scanner.aws.run import collect

    source = _source(request)
    accounts = [account.id for account in source.accounts()]  # without credentials no file is made
    with _store(request, path, source, accounts if source.kind == "live" else ()) as store:

        def progress(event: Any) -> None:
            if isinstance(event, ShardsPlanned):
                for account in store.keep_accounts({shard.account for shard in event.shards}):
                    store.keep_only(account, ((s.region, s.service) for s in event.shards if s.account == account))
            if request.progress:
                request.progress(event)

        record = collect(
            source,
            store,
            regions=request.regions,
            services=request.services,
            reads=request.reads,
            extras=request.extras,
            threads=_threads(request),
            progress=progress,
        )
        store.finish(record.to_json())


def _collect_many(request: Request, path: Path) -> None:
    """Read many accounts, each through a role."""
    from scanner.aws.session import LiveSource, mocked
    from scanner.organizing import Many, choose_accounts, executor_for

    session = _session(request)
    source = LiveSource(session, threads=request.concurrency, record=request.record)
    if request.regions:
        source.check_regions(source.accounts()[0], request.regions)
    begun = path.exists() and path.stat().st_size
    # Asked before a file is made or anything in it is dropped; a run that was cut short knows its own.
    chosen = None if begun and not request.max_age else choose_accounts(source, request)
    with _store(request, path, source, chosen.accounts if chosen else ()) as store:
        many = Many(source, session, store, request)
        chosen = many.settled(chosen)
        here = mocked() or request.session is not None  # neither would be in another process
        executor = executor_for(request.processes, len(chosen.accounts), here=here)
        store.finish(many.run(executor, chosen))


def _store(request: Request, path: Path, source: Source, accounts: Sequence[str]) -> Store:
    from scanner.aws.asked import by_older

    since, selection = "", _selection(request)
    if request.max_age:
        oldest = datetime.now(UTC) - timedelta(seconds=request.max_age)
        since = oldest.strftime("%Y-%m-%dT%H:%M:%SZ")
    taken_at, kind, given = _taken_at(request), source.kind, by_older(botocore())
    return Store(path, taken_at=taken_at, selection=selection, source=kind, since=since, accounts=accounts, asked=given)


def _temporary() -> Path:
    handle, name = tempfile.mkstemp(prefix="posture-", suffix=".posture")
    os.close(handle)
    return Path(name)


def _replace(path: Path) -> None:
    """Remove a snapshot with what SQLite left beside it; anything else is not ours to remove."""
    from scanner.snapshot.schema import is_sqlite

    if path.exists():
        if path.stat().st_size and not is_sqlite(path):
            raise UsageError("this file is not a snapshot", where=str(path), hint="--force does not replace it")
        for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm"), Path(f"{path}-journal")):
            name.unlink(missing_ok=True)


def _threads(request: Request) -> int:
    from scanner.aws.session import mocked

    return 1 if mocked() and not request.replay else request.concurrency


def _source(request: Request) -> Source:
    if request.replay:
        if request.record:
            raise UsageError("a recording cannot be recorded again", hint="Leave out --record or --replay")
        from scanner.aws.replay import ReplaySource

        return ReplaySource(request.replay)
    from scanner.aws.session import LiveSource

    return LiveSource(_session(request), threads=request.concurrency, record=request.record)


def _session(request: Request) -> boto3.Session:
    return request.session or session_of(
        request.profile, request.role_arn, external_id=request.external_id, duration=request.duration
    )


def session_of(profile: str | None, role_arn: str = "", *, external_id: str = "", duration: int = 0) -> boto3.Session:
    """A session of a profile's or the environment's credentials, or of a role that these may assume.

    Raises `AwsError` for a profile that does not exist and a role that is refused, `UsageError` for
    what is no role.
    """
    from scanner.aws.session import open_session

    if not role_arn:
        return open_session(profile)
    from scanner.aws.role import Role, assumed

    role = Role(role_arn, external_id, duration).checked()
    session = open_session(profile)
    return assumed(session, role)


def _taken_at(request: Request) -> str:
    from scanner.api import utc_now

    return request.taken_at or utc_now()


def _selection(request: Request) -> dict[str, Any]:
    """What makes two runs the same, so that the second may go on with the first's file."""
    return {
        "regions": sorted(set(request.regions)) if request.regions else None,
        "services": sorted(set(request.services)) if request.services else None,
        "reads": None if request.reads is None else {t: sorted(m) for t, m in sorted(request.reads.items())},
        "replay": str(request.replay) if request.replay else None,
        **({"accounts": request.accounts.to_json()} if request.accounts else {}),
        **({"extras": sorted(set(request.extras))} if request.extras else {}),
    }
