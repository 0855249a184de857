"""Many accounts into one snapshot: which ones, each as a job, and what a job that failed leaves behind."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from scanner.aws import plan
from scanner.aws.credentials import frozen
from scanner.aws.events import Event, ShardFinished, ShardRecord, ShardsPlanned, Tick
from scanner.aws.executor import Executor, InProcess, Processes
from scanner.aws.member import Done, Member, Refused, perform
from scanner.aws.organization import Choice, Chosen, choose
from scanner.aws.role import Role, profile_of
from scanner.aws.session import mocked
from scanner.model import GLOBAL, Gap, Shard, Unknown, Why

if TYPE_CHECKING:
    import boto3

    from scanner.aws.session import LiveSource
    from scanner.collecting import Request
    from scanner.snapshot.store import Store

_MOST = 8
"""Processes that are begun unless somebody asks for more: each costs some 170 MiB."""
_ACCOUNT, _ORGANIZATION = "run/account", "run/organization"
"""The shards that say that an account was read to its end, and which accounts there are."""


@dataclass(slots=True)
class Totals:
    """What all accounts' runs cost together; `deaths` counts workers that died."""

    calls: dict[str, int] = field(default_factory=dict)
    throttles: dict[str, int] = field(default_factory=dict)
    records: list[Mapping[str, Any]] = field(default_factory=list)
    deaths: int = 0

    def counted(self, account: str, event: ShardFinished | Tick) -> ShardFinished | Tick:
        """The event of one account with the counts of all."""
        self.calls[account], self.throttles[account] = event.calls, event.throttles
        return replace(event, calls=sum(self.calls.values()), throttles=sum(self.throttles.values()))

    def to_json(self) -> dict[str, Any]:
        """One record of all, as `RunRecord.to_json` gives that of one; `seconds` are those of all accounts."""
        operations: dict[str, Counter[str]] = {}
        for record in self.records:
            for name, counts in record["operations"].items():
                operations.setdefault(name, Counter()).update(counts)
        merged = {name: sorted({one for r in self.records for one in r[name]}) for name in ("regions", "services")}
        return {
            **merged,
            **{name: sum(record[name] for record in self.records) for name in ("seconds", "calls", "throttles")},
            "retries": sum(counts["retries"] for counts in operations.values()),
            "accounts": sorted(account for record in self.records for account in record["accounts"]),
            "operations": {name: dict(counts) for name, counts in sorted(operations.items())},
            "shards": [shard for record in self.records for shard in record["shards"]],
            "deaths": self.deaths,
        }


@dataclass(slots=True)
class Many:
    """A run over many accounts, with the caller's session."""

    source: LiveSource
    session: boto3.Session
    store: Store
    request: Request
    totals: Totals = field(default_factory=Totals)

    def settled(self, chosen: Chosen | None) -> Chosen:
        """The accounts as a run that was cut short found them, else as chosen; said, and kept for the next."""
        if kept := self.store.recall(_ORGANIZATION):
            chosen = Chosen.from_json(kept)
        else:
            chosen = chosen or choose_accounts(self.source, self.request)
            self.store.remember(_ORGANIZATION, chosen.to_json())
        if not self.store.done("", GLOBAL, _ORGANIZATION):
            self.store.keep_accounts(chosen.accounts)
            self.store.write(Shard("", GLOBAL, _ORGANIZATION, gaps=chosen.gaps()))
        return chosen

    def run(self, executor: Executor, chosen: Chosen) -> dict[str, Any]:
        """Read all accounts, and give the record."""
        for line in self._said(chosen):
            self.say(line)
        jobs = [self._job(id_) for id_ in chosen.accounts if not self.store.done(id_, GLOBAL, _ACCOUNT)]
        executor.run(perform, jobs, self._answer)
        return self.totals.to_json()

    def say(self, line: str) -> None:
        """Tell the user, if anybody listens."""
        if self.request.tell:
            self.request.tell(line)

    def _said(self, chosen: Chosen) -> Iterator[str]:
        if self.request.accounts and chosen.accounts != (self.source.accounts()[0].id,):
            yield f"reading {len(chosen.accounts)} accounts, as {self.request.accounts.role_name} in each but one's own"
        for id_, state in chosen.closed.items():
            yield f"the account {id_} is {state} in the organization: it is not read"

    def _job(self, account: str) -> AccountJob:
        request, caller = self.request, self.source.accounts()[0]
        role = None
        if request.accounts and account != caller.id:
            arn = request.accounts.role_arn(account, caller.partition)
            role = Role(arn, request.external_id, request.duration).checked()
        member = Member(
            id=account,
            role=role,
            region=self.session.region_name or caller.home,
            profile=profile_of(self.session),
            regions=request.regions,
            services=request.services,
            reads=request.reads,
            extras=tuple(request.extras),
            threads=1 if mocked() else request.concurrency,
            record=request.record,
        )
        return AccountJob(self, member)

    def _answer(self, _question: str) -> tuple[str, str, str | None]:
        """The caller's credentials as they are now. Raises `AwsError` if they cannot be renewed."""
        return frozen(self.session)


def choose_accounts(source: LiveSource, request: Request) -> Chosen:
    """The accounts that are asked for; see `scanner.aws.organization.choose`."""
    return choose(source, request.accounts or Choice())


def executor_for(processes: int, accounts: int, *, here: bool) -> Executor:
    """`processes` of 0: as many as there are processors, and no more than accounts; `here`: none but this one."""
    count = min(processes or min(os.cpu_count() or 1, _MOST), accounts)
    return InProcess() if here or count == 1 else Processes(count)


@dataclass(slots=True)
class AccountJob:
    """One account, as the executor sees it."""

    many: Many
    member: Member
    planned: tuple[ShardRecord, ...] = ()

    def request(self) -> Member:
        """The account without the shards that are in the snapshot."""
        return replace(self.member, done=self.many.store.places(self.member.id))

    def take(self, message: Any) -> None:
        """A shard for the snapshot, an event for the progress, or how it ended."""
        if isinstance(message, Shard):
            self.many.store.write(message)
        elif isinstance(message, Refused):
            self._refused(message)
        elif isinstance(message, Done):
            self.many.totals.records.append(message.record)
        else:
            self._event(message)

    def _event(self, event: Event) -> None:
        if isinstance(event, ShardsPlanned):
            places = [(shard.region, shard.service) for shard in event.shards]
            self.many.store.keep_only(self.member.id, places)
            if self.planned:
                return  # a worker died, and the account is begun again
            self.planned = event.shards
        elif isinstance(event, (ShardFinished, Tick)):
            event = self.many.totals.counted(self.member.id, event)
        if self.many.request.progress:
            self.many.request.progress(event)

    def retried(self, reason: str) -> None:
        """A worker died; what it wrote stays."""
        self.many.totals.deaths += 1
        self.many.say(f"{self.member.id}: {reason}; it is begun again with what is missing")

    def lost(self, reason: str) -> None:
        """Workers died again and again: what they did not write stays unknown."""
        self.many.totals.deaths += 1
        hint = "raise the memory, or lower --processes or --concurrency, and repeat the command"
        unknown = Unknown(Why.ERROR, message=f"{reason}, each time it was tried: {hint}")
        self.many.say(f"{self.member.id}: {unknown.message}")
        there = self.many.store.places(self.member.id)
        for shard in self.planned:
            if (shard.region, shard.service) not in there:
                types = self._types(shard.region == GLOBAL, {shard.service})
                self._write_unread(unknown, shard.region, shard.service, types)
        if self.planned:
            self.ended()
        else:
            self._end_unread(unknown)

    def _refused(self, refused: Refused) -> None:
        words = ("sts", "AssumeRole", "sts:AssumeRole") if self.member.role else ("sts", "GetCallerIdentity", "")
        unknown = Unknown(refused.why, "any", self._advice(refused), *words)
        self.many.say(f"{self.member.id}: {unknown.message}")
        self._end_unread(unknown)

    def _advice(self, refused: Refused) -> str:
        role = self.member.role
        if not role:
            return f"the caller's own credentials do not work in {self.member.id} ({refused.message})"
        if refused.why is not Why.DENIED:
            return f"{role.arn} cannot be assumed ({refused.message}): repeat the command"
        external = "the external id" if role.external_id else "whether it asks for an external id (--external-id)"
        return (
            f"{role.arn} may not be assumed ({refused.message}): check that the account has the role "
            f"(--role-name names another), and in its trust policy the caller and {external}"
        )

    def ended(self) -> None:
        """Nothing is left to read in the account."""
        if not self.many.store.done(self.member.id, GLOBAL, _ACCOUNT):
            self.many.store.write(Shard(self.member.id, GLOBAL, _ACCOUNT))

    def _end_unread(self, unknown: Unknown) -> None:
        """Mark the account as dealt with: what no shard tells of it is unknown.

        Where the regions are not known, the types that have some are unknown beside the global ones.
        """
        there = self.many.store.places(self.member.id)
        regions = sorted(set(self.member.regions or ()))
        for region in (*regions, GLOBAL):  # the global one last: it is the mark
            services = {name for name in self._wanted() if (region, name) not in there}
            types = self._types(region == GLOBAL, services)
            if region == GLOBAL and not regions:
                types += self._types(False, services)  # noqa: FBT003 - the other scope
            self._write_unread(unknown, region, _ACCOUNT, types)

    def _wanted(self) -> Mapping[str, Sequence[plan.Wanted]]:
        services = self.member.services
        found = plan.wanted(self.member.reads, self.member.extras)
        return {name: entries for name, entries in found.items() if services is None or name in services}

    def _types(self, worldwide: bool, services: Collection[str]) -> list[str]:  # noqa: FBT001 - one of two scopes
        """The types that are read of services, of one scope."""
        wanted = self._wanted()
        entries = (entry.collect for name in sorted(services) for entry in wanted.get(name, ()))
        return [entry.type for entry in entries if (entry.scope == GLOBAL) == worldwide]

    def _write_unread(self, unknown: Unknown, region: str, service: str, types: Sequence[str]) -> None:
        """A shard that says why nothing in it was read; the whole account's gap is one, not one a region."""
        account, role = self.member.id, self.member.role
        asked = unknown.service or ("" if service == _ACCOUNT else service)
        gap = Gap(
            *(account, region, asked, unknown.operation, unknown.permission),
            reason=unknown.why,
            resource_id=role.arn if role and unknown.operation else "",
            message=unknown.message,
        )
        gaps = [gap] if service != _ACCOUNT or region == GLOBAL else []
        self.many.store.write(Shard(account, region, service, listed=dict.fromkeys(types, unknown), gaps=gaps))
