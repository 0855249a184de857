"""What a table's entries mean: list resources, ask about each, and keep apart what was not answered."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import jmespath

from scanner.aws import models, normalise, plan, shapes
from scanner.aws.documents import document, finish, params, search, truthy
from scanner.aws.failures import Failure
from scanner.aws.listing import Lister, Listing
from scanner.aws.missed import Asked, Place, missed, unasked
from scanner.aws.plan import Wanted
from scanner.aws.source import Call, Source
from scanner.aws.table import Begin, Collect, Then
from scanner.aws.together import Answers
from scanner.model import GLOBAL, Gap, Resource, Unknown, Why, pointer, pointer_parts

_NO_TAGS = Unknown(Why.NOT_COLLECTED, message="no call that is made gives the tags of this type")


@dataclass(slots=True)
class Outcome:
    """A resource after all questions: `None` if it is gone, or lies in a region not selected (`left_out`)."""

    resource: Resource | None
    gaps: list[Gap] = field(default_factory=list)
    left_out: str = ""


class Interpreter:
    """Runs entries of tables against a source, keeping resources in the regions `selected` (`None`: in all)."""

    def __init__(self, source: Source, selected: frozenset[str] | None) -> None:
        self._source = source
        self._selected = selected

    def listings(self, entries: Sequence[Wanted], place: Place, parent: Resource | None = None) -> list[Listing]:
        """The resources of entries that ask the same at a place, of one parent where they have parents."""
        table = entries[0].collect
        if parent is not None and table.only_where and (why := _unasked(table, place, parent)):
            return [Listing(incomplete=why) for _ in entries]
        return Lister(self._source, place, parent).listings(entries)

    def complete(self, wanted: Wanted, place: Place, resource: Resource, answers: Answers | None = None) -> Outcome:
        """A listed resource with the answers to the questions that are wanted of it; `answers` are there already."""
        table, outcome = wanted.collect, Outcome(resource)
        asking = _Asking(self._source, table, place, resource, outcome.gaps, answers or {})
        try:
            if table.region:
                if table.locate and resource.config.get(table.region) is None:
                    asking.ask(table.locate)
                resource.region = str(resource.config.get(table.region) or place.region)
                if self._selected is not None and resource.region not in (*self._selected, GLOBAL):
                    return Outcome(None, left_out=resource.region)
            for then in wanted.then:
                asking.ask(then)
        except _GoneError:
            return Outcome(None)
        for then in wanted.skipped:
            asking.skip(then)
        if not resource.tags and not shapes.tells_tags(table):
            resource.tags_unknown = _NO_TAGS
        finish(table, resource)
        return outcome


class _GoneError(Exception):
    """The resource was deleted after it had been listed."""


@dataclass(slots=True)
class _Asking:
    """The questions about one resource."""

    source: Source
    table: Collect
    place: Place
    resource: Resource
    gaps: list[Gap]
    answers: Answers
    culprit: Then | None = None

    def ask(self, then: Then) -> None:
        """Make a call and put its answer, null, or the reason why there is none, where it belongs."""
        if self._spared(then):
            self._put(then, None)
            return
        if then.each and (why := self._doubt(then.each)):
            self._unknown(then, replace(why, kind="any"))
            return
        value: Any = [] if then.each else None
        try:
            for part in self._parts(then):
                value = value + part if isinstance(value, list) and isinstance(part, list) else part
            self._answered(then, value)
        except Failure as failure:
            if failure.among(then.absent):
                self._answered(then, None)
            elif failure.code in self.table.gone:
                raise _GoneError from failure
            else:
                self._missed(then, failure, value)

    def skip(self, then: Then) -> None:
        """Note that a question was not asked, since nobody reads the answer or named the extra."""
        unknown, _ = missed(unasked(then.extra), self._asked(then))
        self._unknown(then, unknown)

    def _spared(self, then: Then) -> bool:
        """Whether `when` is certainly false; where it depends on what is not known, the call is made."""
        if not then.when or not plan.roots(then.when).isdisjoint(_first(place) for place in self.resource.unknown):
            return False
        return not truthy(jmespath.search(then.when, document(self.resource)))

    def _parts(self, then: Then) -> Iterator[Any]:
        """The result in each page; a page without it is malformed, unless the table expects that."""
        service = then.service or self.table.service
        region = self.resource.region if self.table.region else self.place.region
        everywhere = self.table.scope == GLOBAL
        calls = (
            Call(self.place.account, service, region, then.operation, asked, 0, then.secret, everywhere, then.narrowing)
            for asked in self._params(then)
        )
        known = self.answers.get((self.resource.id, then.member))
        if isinstance(known, Failure):
            raise known
        pages = (page for call in calls for page in self._pages(call, then.begin))
        for page in pages if known is None else (known,):
            result = search(then.result, page)
            if result is None and models.result_keys(service, then.operation):
                result = []  # in XML an empty list may be left out
            if result is None and not then.optional:
                raise Failure(Why.ERROR, "", f"the answer has no {then.result}")
            yield result

    def _params(self, then: Then) -> Iterator[dict[str, Any]]:
        """The parameters of a question, or of each time that it is asked."""
        over = document(self.resource)
        for each in (search(then.each, over) or ()) if then.each else (None,):
            yield {**params(then.params, {**over, "each": each}), **self._begun(then)}

    def _doubt(self, expression: str) -> Unknown | None:
        """Why the members that an expression reads are not known, if so."""
        read = plan.roots(expression)
        return next((why for place, why in sorted(self.resource.unknown.items()) if _first(place) in read), None)

    def _begun(self, then: Then) -> dict[str, Any]:
        """The parameter that names what AWS was asked to make."""
        if not then.begin:
            return {}
        self.culprit = Then("", then.begin.operation)
        service, asked = then.service or self.table.service, params(then.begin.params, document(self.resource))
        everywhere = self.table.scope == GLOBAL
        call = Call(self.place.account, service, self.place.region, then.begin.operation, asked, everywhere=everywhere)
        answer = next(self.source.pages(call), {})
        token = answer.get(then.begin.token)
        if not isinstance(token, str):
            raise Failure(Why.ERROR, "", f"the answer has no {then.begin.token}")
        self.culprit = None
        return {then.begin.token: token}

    def _pages(self, call: Call, begin: Begin | None) -> Iterator[dict[str, Any]]:
        """The pages of an answer, asked for again until it is ready."""
        for attempt in range(begin.tries if begin else 1):
            pages = self.source.pages(call)
            first = next(pages, None)
            if first is None:
                return
            if begin is None or search(begin.ready, first):
                yield first
                yield from pages
                return
            if attempt + 1 < begin.tries:
                time.sleep(begin.pause)
        raise Failure(Why.ERROR, "", "AWS did not make the answer in time")

    def _answered(self, then: Then, value: Any) -> None:
        if not then.member and not isinstance(value, dict):
            raise Failure(Why.ERROR, "", f"the answer's {then.result} is no structure")
        if then.decode == "policy" and value and not isinstance(normalise.policy(value), dict):
            raise Failure(Why.ERROR, "", f"the answer's {then.result} is no policy document")
        self._put(then, value)
        name = models.api_name(then.service or self.table.service, then.operation)
        if name not in self.resource.origin.calls:
            self.resource.origin.calls += (name,)

    def _put(self, then: Then, value: Any) -> None:
        config = self.resource.config
        if then.member == "Tags":
            self.resource.tags = normalise.tags(value)
            return
        if then.decode == "policy":
            config[then.member] = normalise.policy(value)
            return
        value = normalise.location(value) if then.decode == "region" else value
        value = normalise.tidy(value, then.ordered, then.volatile, documents=self.table.policies)
        if then.member:
            config[then.member] = value
        elif isinstance(value, dict):
            if not normalise.TAG_MEMBERS.isdisjoint(value):
                self.resource.tags = normalise.tagged(value)
            config.update({name: item for name, item in value.items() if name not in normalise.TAG_MEMBERS})

    def _asked(self, then: Then) -> Asked:
        return Asked.of(self.table, self.culprit or then, self.place, self.resource.region)

    def _missed(self, then: Then, failure: Failure, so_far: Any) -> None:
        asked, self.culprit = self._asked(then), None
        partial = isinstance(so_far, list) and then.member not in ("", "Tags")
        unknown, gap = missed(failure, asked, self.resource.id, more=partial)
        self.gaps.append(gap)
        if partial:
            self._put(then, so_far)
            self.resource.unknown[pointer(then.member, "-")] = unknown
        else:
            self._unknown(then, unknown)

    def _unknown(self, then: Then, unknown: Unknown) -> None:
        if then.member == "Tags":
            self.resource.tags_unknown = unknown
            return
        absent = [then.member] if then.member else sorted(shapes.merged_members(self.table, then))
        if not normalise.TAG_MEMBERS.isdisjoint(absent):
            self.resource.tags_unknown = unknown
            absent = [name for name in absent if name not in normalise.TAG_MEMBERS]
        self.resource.unknown |= {pointer(name): unknown for name in absent if name not in self.resource.config}


def _unasked(table: Collect, place: Place, parent: Resource) -> Unknown | None:
    """Why a child's list is not asked for: AWS would not answer here, or whether it would is not known."""
    for where, why in parent.unknown.items():
        if _first(where) in plan.roots(table.only_where):
            return replace(why, kind="more")
    if truthy(jmespath.search(table.only_where, document(parent))):
        return None
    message = f"AWS answers this only where {table.only_where}"
    return missed(Failure(Why.NOT_COLLECTED, "", message), Asked.of(table, None, place), more=True)[0]


def _first(place: str) -> str:
    return next(iter(pointer_parts(place)), "")
