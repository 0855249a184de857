"""Trying each call that a scan makes once, in the cheapest way: what is answered, and what is not.

The tables and their interpreter do the asking, over a source that gives a listing's first page only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, Literal

from scanner.aws import models, permissions
from scanner.aws.failures import Failure
from scanner.aws.interpret import Interpreter
from scanner.aws.missed import Place
from scanner.aws.permissions import Needed
from scanner.aws.plan import Wanted
from scanner.aws.source import Account, Call, Meter, Source
from scanner.aws.table import Collect
from scanner.model import GLOBAL, Gap, Resource, Why, canonical

_SAMPLES = 3
"""Resources that are asked about, until each question has been asked once: some do not fit the first."""


@dataclass(frozen=True, slots=True, order=True)
class Outcome:
    """How one call went: `why` it was not answered, if so; not `tried` where there was nothing to ask about."""

    call: Needed
    region: str
    tried: bool
    why: str = ""
    message: str = ""


class FirstPages:
    """A source that asks for a page as small as the service allows and gives no other; it notes what it was asked.

    Entries that share a call ask for it one by one, and AWS once: answers and lasting refusals are kept.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._kept: dict[tuple[str, str, str, str], dict[str, Any] | Failure | None] = {}
        self.asked: set[tuple[str, str]] = set()

    @property
    def kind(self) -> Literal["live", "recording"]:
        """As the source."""
        return self._source.kind

    @property
    def meter(self) -> Meter:
        """As the source."""
        return self._source.meter

    def accounts(self) -> Sequence[Account]:
        """As the source."""
        return self._source.accounts()

    def regions(self, account: Account) -> tuple[Sequence[str], Failure | None]:
        """As the source."""
        return self._source.regions(account)

    def check_regions(self, account: Account, regions: Sequence[str]) -> None:
        """As the source."""
        self._source.check_regions(account, regions)

    def knows_regions(self, account: Account) -> bool:
        """As the source."""
        return self._source.knows_regions(account)

    def pages(self, call: Call) -> Iterator[dict[str, Any]]:
        """The first page of an answer. Raises `Failure`."""
        name = models.api_name(call.service, call.operation)
        self.asked.add((call.service, name))
        key = (call.service, name, call.region, canonical(dict(call.params)))
        if key not in self._kept:
            try:
                self._kept[key] = self._first(call)
            except Failure as failure:
                if failure.why not in (Why.DENIED, Why.UNSUPPORTED):
                    raise  # another time there may be an answer
                self._kept[key] = failure
        kept = self._kept[key]
        if isinstance(kept, Failure):
            raise kept
        if kept is not None:
            yield deepcopy(kept)  # whoever takes it completes it

    def _first(self, call: Call) -> dict[str, Any] | None:
        least = models.smallest_page(call.service, call.operation)
        size = max(least, _SAMPLES) if least else call.page_size
        return next(self._source.pages(replace(call, page_size=size)), None)

    def slowed(self, services: Collection[str], region: str) -> bool:
        """As the source."""
        return self._source.slowed(services, region)

    def forget(self, services: Collection[str]) -> None:
        """As the source."""
        self._source.forget(services)


def probe(
    source: Source, wanted: Mapping[str, Sequence[Wanted]], regions: Sequence[str], threads: int = 16
) -> list[Outcome]:
    """Try the calls of the entries wanted in the regions given, and globally; in order. Raises no `Failure`."""
    (account, *_) = source.accounts()
    jobs = [
        (
            Place(account, region),
            tuple(entry for entry in entries if (entry.collect.scope == GLOBAL) == (region == GLOBAL)),
        )
        for region in (GLOBAL, *regions)
        for entries in wanted.values()
    ]
    pool = ThreadPoolExecutor(threads, thread_name_prefix="probe")
    wait = True
    try:
        found = pool.map(lambda job: _Probe(source, job[0]).all(job[1]), jobs)
        return _merged(outcome for outcomes in found for outcome in outcomes)
    except KeyboardInterrupt:
        wait = False  # whoever interrupts does not wait for AWS
        raise
    finally:
        pool.shutdown(wait=wait, cancel_futures=True)


def _merged(outcomes: Iterator[Outcome]) -> list[Outcome]:
    """One outcome a call and place: what went wrong before what was answered before what was not tried."""
    best: dict[tuple[Needed, str], Outcome] = {}
    for one in outcomes:
        key = (one.call, one.region)
        if key not in best or _weight(one) > _weight(best[key]):
            best[key] = one
    return [best[key] for key in sorted(best)]


def _weight(outcome: Outcome) -> int:
    return 2 if outcome.why else int(outcome.tried)


class _Probe:
    """The entries of one table in one place."""

    def __init__(self, source: Source, place: Place) -> None:
        self._source = FirstPages(source)
        self._place = place
        self._interpreter = Interpreter(self._source, None)
        self._samples: dict[str, list[Resource]] = {}
        self._whole: dict[str, Resource] = {}
        self._gaps: dict[tuple[str, str], Gap] = {}

    def all(self, entries: Sequence[Wanted]) -> list[Outcome]:
        for entry in entries:
            self._list(entry)
        return [self._outcome(call) for entry in entries for call in permissions.made(entry)]

    def _list(self, entry: Wanted) -> None:
        parents: Sequence[Resource | None] = (None,)
        if entry.collect.parent:
            parents = self._parents(entry.collect)
        for parent in parents:
            (listing,) = self._interpreter.listings((entry,), self._place, parent)
            self._note(listing.gaps)
            samples = listing.resources[:_SAMPLES]
            # Children read the parent's listed members only.
            self._samples[entry.collect.type] = [replace(one, config=dict(one.config)) for one in samples]
            for resource in samples:
                if not self._open(entry):
                    return
                outcome = self._interpreter.complete(entry, self._place, resource)
                self._note(outcome.gaps)
                if outcome.resource:
                    self._whole.setdefault(entry.collect.type, outcome.resource)

    def _parents(self, table: Collect) -> Sequence[Resource]:
        """One parent, whole where the child needs that; none where nothing was found to ask about."""
        whole = self._whole.get(table.parent) if table.only_where or table.when else None
        return [whole] if whole else [] if table.only_where else self._samples.get(table.parent, ())[:1]

    def _open(self, entry: Wanted) -> bool:
        """Whether a question of the entry has not been asked yet."""
        return any(self._key(call) not in self._source.asked for call in permissions.made(entry))

    def _note(self, gaps: Sequence[Gap]) -> None:
        for gap in gaps:
            self._gaps.setdefault((gap.service, gap.operation), gap)

    @staticmethod
    def _key(call: Needed) -> tuple[str, str]:
        return (call.service, call.operation)

    def _outcome(self, call: Needed) -> Outcome:
        gap = self._gaps.get(self._key(call))
        if gap and gap.reason is not Why.NOT_COLLECTED:
            return Outcome(call, self._place.region, tried=True, why=gap.reason, message=gap.message)
        return Outcome(call, self._place.region, self._key(call) in self._source.asked)
