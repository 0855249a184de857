"""What a table's entries mean: list resources, ask about each, and keep apart what was not answered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from scanner.aws import models, normalise, permissions, plan, shapes
from scanner.aws.failures import Failure
from scanner.aws.plan import Wanted
from scanner.aws.source import Account, Call, Source
from scanner.aws.table import Collect, Then
from scanner.model import GLOBAL, Gap, Origin, Resource, Unknown, Why, pointer, pointer_parts

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a shard is read: an account and a region, which may be `global`."""

    account: Account
    region: str


@dataclass(slots=True)
class Listing:
    """The resources that one listing named, and why there may be more."""

    resources: list[Resource] = field(default_factory=list)
    incomplete: Unknown | None = None
    gaps: list[Gap] = field(default_factory=list)


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

    def listing(self, wanted: Wanted, place: Place, parent: Resource | None = None) -> Listing:
        """The resources of an entry at a place, of one parent where the entry has parents."""
        table, found = wanted.collect, Listing()
        if not table.operation:
            found.resources.append(self._resource(wanted, place, {}, parent))
            return found
        try:
            for page in self._source.pages(self._list_call(table, place, parent)):
                for item in _items(table, page):
                    found.resources.append(self._resource(wanted, place, item, parent))
        except Failure as failure:
            if parent is not None and failure.code in table.gone:
                return found
            subject = parent.id if parent else ""
            found.incomplete, gap = _missed(failure, _Asked.of(table, None, place), subject, more=True)
            found.gaps.append(gap)
        return found

    def _list_call(self, table: Collect, place: Place, parent: Resource | None) -> Call:
        params = _params(table.params, _document(parent)) if parent else _params(table.params, {})
        return Call(
            place.account,
            table.service,
            place.region,
            table.operation,
            params,
            table.page_size,
            table.secret,
            table.scope == GLOBAL,
        )

    def _resource(self, wanted: Wanted, place: Place, item: dict[str, Any], parent: Resource | None) -> Resource:
        table = wanted.collect
        tags = normalise.tags(item.pop("Tags", None) or item.pop("TagSet", None))
        item.pop("TagSet", None)
        config = normalise.tidy(item, table.ordered, table.volatile)
        resource = Resource(table.type, "", "", place.account.id, place.region, config, tags)
        resource.partition = place.account.partition
        calls = (models.api_name(table.service, table.operation),) if table.operation else ()
        resource.origin = Origin(self._source.kind, calls=calls)
        resource.id = _filled(table.id, resource, parent)
        _finish(table, resource)
        return resource

    def complete(self, wanted: Wanted, place: Place, resource: Resource) -> Outcome:
        """A listed resource with the answers to the questions that are wanted of it."""
        table, outcome = wanted.collect, Outcome(resource)
        asking = _Asking(self._source, table, place, resource, outcome.gaps)
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
        _finish(table, resource)
        return outcome


@dataclass(frozen=True, slots=True)
class _Asked:
    """A call in the words of reports: the API's name of the operation, and the IAM action."""

    account: str
    region: str
    service: str
    operation: str
    permission: str
    type: str

    @classmethod
    def of(cls, table: Collect, then: Then | None, place: Place, region: str = "") -> _Asked:
        """The listing of an entry, or one of its questions."""
        asked: Collect | Then = then or table
        service = asked.service or table.service
        name = models.api_name(service, asked.operation)
        action = asked.permission or permissions.permission(service, name)
        return cls(place.account.id, region or place.region, service, name, action, table.type)


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

    def ask(self, then: Then) -> None:
        """Make a call and put its answer, null, or the reason why there is none, where it belongs."""
        if self._spared(then):
            self._put(then, None)
            return
        value: Any = None
        try:
            for part in self._parts(then):
                value = value + part if isinstance(value, list) and isinstance(part, list) else part
            self._answered(then, value)
        except Failure as failure:
            if failure.code in self.table.gone:
                raise _GoneError from failure
            if failure.code in then.absent:
                self._answered(then, None)
            else:
                self._missed(then, failure, value)

    def skip(self, then: Then) -> None:
        """Note that a question was not asked since nobody reads the answer."""
        failure = Failure(Why.NOT_COLLECTED, "", "no selected rule reads this")
        unknown, _ = _missed(failure, self._asked(then))
        self._unknown(then, unknown)

    def _spared(self, then: Then) -> bool:
        """Whether `when` is certainly false; where it depends on what is not known, the call is made."""
        if not then.when or not plan.roots(then.when).isdisjoint(_first(place) for place in self.resource.unknown):
            return False
        return not _truthy(jmespath.search(then.when, _document(self.resource)))

    def _parts(self, then: Then) -> Iterator[Any]:
        """The result in each page; a page without it is malformed, unless the table expects that."""
        service = then.service or self.table.service
        region = self.resource.region if self.table.region else self.place.region
        params = _params(then.params, _document(self.resource))
        for page in self.source.pages(
            Call(
                self.place.account, service, region, then.operation, params, 0, then.secret, self.table.scope == GLOBAL
            )
        ):
            result = _search(then.result, page)
            if result is None and models.result_keys(service, then.operation):
                result = []  # in XML an empty list may be left out
            if result is None and not then.optional:
                raise Failure(Why.ERROR, "", f"the answer has no {then.result}")
            yield result

    def _answered(self, then: Then, value: Any) -> None:
        if not then.member and not isinstance(value, dict):
            raise Failure(Why.ERROR, "", f"the answer's {then.result} is no structure")
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
        value = normalise.tidy(value, then.ordered, then.volatile)
        if then.member:
            config[then.member] = value
        elif isinstance(value, dict):
            config.update(value)

    def _asked(self, then: Then) -> _Asked:
        return _Asked.of(self.table, then, self.place, self.resource.region)

    def _missed(self, then: Then, failure: Failure, so_far: Any) -> None:
        partial = isinstance(so_far, list) and then.member not in ("", "Tags")
        unknown, gap = _missed(failure, self._asked(then), self.resource.id, more=partial)
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
        absent = (then.member,) if then.member else sorted(shapes.merged_members(self.table, then))
        self.resource.unknown |= {pointer(name): unknown for name in absent if name not in self.resource.config}


def _missed(failure: Failure, asked: _Asked, subject: str = "", *, more: bool = False) -> tuple[Unknown, Gap]:
    """The two ways in which a call without an answer is told: where it is missing, and in the list of gaps."""
    words = (asked.service, asked.operation, asked.permission)
    unknown = Unknown(failure.why, "more" if more else "any", failure.message, *words)
    gap = Gap(asked.account, asked.region, *words, failure.why, (asked.type,), subject, message=failure.message)
    return unknown, gap


def _items(table: Collect, page: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The items of one page. Raises `Failure` if the answer has not the form that AWS documents."""
    items = _search(table.items, page)
    needed = [name for name in _PLACEHOLDER.findall(table.id) if name[0].isupper()]
    if items is None:
        return []
    for item in items if isinstance(items, list) else [None]:
        if not isinstance(item, dict) or not all(isinstance(item.get(name), str) for name in needed):
            raise Failure(Why.ERROR, "", f"an element of the answer's {table.items} has no {' or '.join(needed)}")
    return list(items)


def _search(expression: str, page: Any) -> Any:
    try:
        return jmespath.search(expression, page)
    except JMESPathError as error:
        raise Failure(Why.ERROR, "", f"the answer has not the form documented ({error})") from error


def _params(params: Mapping[str, str], document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: jmespath.search(expression, document) for name, expression in params.items()}


def _document(resource: Resource) -> dict[str, Any]:
    place = {"account": resource.account, "region": resource.region, "partition": resource.partition}
    return {**resource.config, **place}


def _first(place: str) -> str:
    return next(iter(pointer_parts(place)), "")


def _truthy(value: Any) -> bool:
    """JMESPath's truth: null, false and whatever is empty are false, 0 is true."""
    return value is not None and value is not False and value not in ("", [], {})


def _filled(template: str, resource: Resource, parent: Resource | None) -> str:
    values = {**_document(resource), "parent": parent.id if parent else ""}
    return _PLACEHOLDER.sub(lambda match: str(values[match[1]]), template)


def _finish(table: Collect, resource: Resource) -> None:
    """The name, and what AWS leaves out; lists that `adjust` made are sorted like all others."""
    if table.adjust:
        table.adjust(resource.config)
        resource.config = normalise.tidy(resource.config, table.ordered)
    named = resource.config.get(table.name) if table.name else None
    last = re.split(r"[/:]", resource.id)[-1] if resource.id.startswith("arn:") else resource.account
    resource.name = str(named or resource.tags.get("Name") or last)
