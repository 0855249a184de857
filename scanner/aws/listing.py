"""Listing resources: one answer may name those of several types, and some are asked for in advance."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scanner.aws import models, normalise
from scanner.aws.documents import PLACEHOLDER, document, filled, finish, params, search, truthy
from scanner.aws.failures import Failure
from scanner.aws.missed import UNREAD, Asked, Place, missed
from scanner.aws.plan import Wanted
from scanner.aws.source import Call, Source
from scanner.aws.table import Collect, Mark, Prepare, Then
from scanner.aws.together import Answers, answered
from scanner.model import GLOBAL, Gap, Origin, Resource, Unknown, Why, pointer


@dataclass(slots=True)
class Listing:
    """The resources that one listing named for one entry, and why there may be more."""

    resources: list[Resource] = field(default_factory=list)
    incomplete: Unknown | None = None
    gaps: list[Gap] = field(default_factory=list)
    answers: Answers = field(default_factory=dict)


class Lister:
    """Runs the listings of entries that share one call, at one place."""

    def __init__(self, source: Source, place: Place, parent: Resource | None) -> None:
        self._source = source
        self._place = place
        self._parent = parent
        self._culprit: Then | None = None

    def listings(self, entries: Sequence[Wanted]) -> list[Listing]:
        """What each of the entries finds; they ask the same, so it is asked once."""
        found = [Listing() for _ in entries]
        table = entries[0].collect
        if not table.operation:
            for entry, one in zip(entries, found, strict=True):
                one.resources.append(self._resource(entry.collect, {}))
            return found
        try:
            for page in self._pages(table) if self._may_have(table) else ():
                for entry, one in zip(entries, found, strict=True):
                    self._take(entry.collect, page, one)
        except Failure as failure:
            for entry, one in zip(entries, found, strict=True):
                self._failed(entry.collect, failure, one)
        for entry, one in zip(entries, found, strict=True):
            if entry.collect.mark and one.resources:
                self._mark(entry, entry.collect.mark, one)
            one.answers = answered(self._source, entry, self._place, one.resources)
        return found

    def _may_have(self, table: Collect) -> bool:
        """Whether the parent, if any, is one that has such children."""
        return not (table.when and self._parent) or truthy(search(table.when, document(self._parent)))

    def _pages(self, table: Collect) -> Iterator[dict[str, Any]]:
        """The answer's pages; where it has to be prepared, the reason may be that it could not be."""
        refused = self._prepared(table.prepare, table) if table.prepare else None
        for attempt in range(table.prepare.tries if table.prepare else 1):
            try:
                for asked in (table.params, {**table.params, **table.also}) if table.also else (table.params,):
                    yield from self._source.pages(self._call(table, self._params(asked)))
            except Failure as failure:
                if table.prepare and failure.code in table.prepare.wait and attempt + 1 < table.prepare.tries:
                    time.sleep(table.prepare.pause)
                    continue
                if table.prepare and refused:
                    # What somebody prepared earlier would have done: only without it does the refusal count.
                    self._culprit = Then("", table.prepare.operation)
                    raise refused from failure
                raise
            return

    def _prepared(self, prepare: Prepare, table: Collect) -> Failure | None:
        try:
            for _ in self._source.pages(self._call(table, {}, prepare.operation)):
                pass
        except Failure as failure:
            return failure if failure.why is not Why.NOT_COLLECTED else None
        return None

    def _params(self, wanted: Mapping[str, str]) -> dict[str, Any]:
        account = self._place.account
        place = {"account": account.id, "region": self._place.region, "partition": account.partition}
        return params(wanted, document(self._parent) if self._parent else place)

    def _call(self, table: Collect, asked: Mapping[str, Any], operation: str = "") -> Call:
        return Call(
            self._place.account,
            table.service,
            self._place.region,
            operation or table.operation,
            asked,
            0 if operation else table.page_size,
            table.secret,
            table.scope == GLOBAL,
        )

    def _take(self, table: Collect, page: Mapping[str, Any], found: Listing) -> None:
        """The resources of a page. What is malformed leaves other elements and other types whole."""
        try:
            for item in _items(table, page):
                found.resources.append(self._resource(table, item))
        except Failure as failure:
            self._failed(table, failure, found)

    def _failed(self, table: Collect, failure: Failure, found: Listing) -> None:
        gone = self._parent is not None and failure.code in table.gone
        if found.incomplete or gone or failure.code in table.absent:
            return
        subject = self._parent.id if self._parent else ""
        found.incomplete, gap = missed(failure, self._asked(table), subject, more=True)
        found.gaps.append(gap)

    def _asked(self, table: Collect) -> Asked:
        return Asked.of(table, self._culprit, self._place)

    def _mark(self, entry: Wanted, mark: Mark, found: Listing) -> None:
        """Say of each resource whether the second listing names it, or why that is not known."""
        unknown, gaps = self._unread(entry.collect), found.gaps
        named: set[str] | None = None
        try:
            named = self._named(entry.collect, mark) if entry.marked else None
        except Failure as failure:
            unknown, gap = missed(failure, self._asked(entry.collect))
            gaps += [gap] if failure.why is not Why.NOT_COLLECTED else []
        for resource in found.resources:
            if named is None:
                resource.unknown[pointer(mark.member)] = unknown
            else:
                resource.config[mark.member] = resource.id in named

    def _unread(self, table: Collect) -> Unknown:
        return missed(UNREAD, self._asked(table))[0]

    def _named(self, table: Collect, mark: Mark) -> set[str]:
        pages = self._source.pages(self._call(table, self._params({**table.params, **mark.params})))
        return {self._resource(table, item).id for page in pages for item in _items(table, page)}

    def _resource(self, table: Collect, item: dict[str, Any]) -> Resource:
        place, parent = self._place, self._parent
        tags = normalise.tagged(item)
        config = {name: value for name, value in item.items() if name not in normalise.TAG_MEMBERS}
        config = normalise.tidy(config, table.ordered, table.volatile, documents=table.policies)
        resource = Resource(table.type, "", "", place.account.id, place.region, config, tags)
        resource.partition = place.account.partition
        calls = (models.api_name(table.service, table.operation),) if table.operation else ()
        resource.origin = Origin(self._source.kind, calls=calls)
        older = _before_arns(table, item)
        place_id = f"{resource.account}/{resource.region}/{table.type}"
        resource.id = f"{place_id}/{older}" if older else filled(table.id, resource, parent)
        finish(table, resource)
        return resource


def _items(table: Collect, page: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The items of one page. Raises `Failure`, behind the good ones, if some have not the form that AWS documents."""
    items = search(table.items, page)
    if table.columns:
        items = _rows(table, items)
    needed = _needed(table)
    if items is None:
        return
    bad = not isinstance(items, list)
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and (all(_holds(item, name) for name in needed) or _before_arns(table, item)):
            yield item
        else:
            bad = True
    if bad:
        raise Failure(Why.ERROR, "", f"an element of the answer's {table.items} has no {' or '.join(needed)}")


def _needed(table: Collect) -> list[str]:
    names = (name for name, _ in PLACEHOLDER.findall(table.id))
    return [name for name in names if name not in ("account", "region", "partition", "parent")]


def _holds(item: Mapping[str, Any], names: str) -> bool:
    return any(isinstance(item.get(name), str) for name in names.split("|"))


def _before_arns(table: Collect, item: Mapping[str, Any]) -> str:
    """The name of an item whose ARN the answer lacks, as those do that were recorded before AWS gave it one."""
    needed = _needed(table)
    if len(needed) != 1 or not needed[0].endswith("Arn") or item.get(needed[0]) is not None:
        return ""
    kind = needed[0].removesuffix("Arn")
    own = (item.get(kind + end) for end in ("Identifier", "Id", "Name"))
    return next((name for name in own if isinstance(name, str)), "")


def _rows(table: Collect, content: Any) -> list[dict[str, str]]:
    """The rows of a CSV that came as bytes, which JSON holds in base64."""
    try:
        text = base64.b64decode(content, validate=True).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text), strict=True))
    except (TypeError, ValueError, binascii.Error, csv.Error) as error:
        raise Failure(Why.ERROR, "", f"the answer's {table.items} is no CSV ({error})") from error
    return [{name: row[name] for name in table.columns if isinstance(row.get(name), str)} for row in rows]
