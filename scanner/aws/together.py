"""Questions that AWS answers for many resources at once: asked when these have been listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from scanner.aws.documents import document, params, search, truthy
from scanner.aws.failures import Failure
from scanner.aws.missed import Place
from scanner.aws.plan import Wanted
from scanner.aws.source import Call, Source
from scanner.aws.table import Collect, Then, Together
from scanner.model import GLOBAL, Resource, Why

Answers: TypeAlias = dict[tuple[str, str], "dict[str, Any] | Failure"]
"""By a resource's id and a question's member: the answer as if the question had been asked of it alone."""


def answered(source: Source, wanted: Wanted, place: Place, resources: Sequence[Resource]) -> Answers:
    """The answers to the questions that are asked together.

    What is missing here is asked one by one: where AWS refused all since one is gone or did not name it,
    and where a recording knows the single questions only.
    """
    found: Answers = {}
    for then in wanted.then:
        if then.together:
            asking = _Asking(source, wanted.collect, then, then.together, place)
            asked = [one for one in resources if not then.when or truthy(search(then.when, document(one)))]
            size = then.together.size or max(len(asked), 1)
            for start in range(0, len(asked), size):
                found |= asking.of(asked[start : start + size])
    return found


@dataclass(frozen=True, slots=True)
class _Asking:
    """One question of an entry, about some of its resources."""

    source: Source
    table: Collect
    then: Then
    together: Together
    place: Place

    def of(self, some: Sequence[Resource]) -> Answers:
        """The answers about these resources, as far as AWS gives them together."""
        then, by_key = self.then, dict[str, list[Any]]()
        try:
            for item in self._items(some):
                by_key.setdefault(str(item.get(self.together.by)), []).append(item)
        except Failure as failure:
            if failure.why is Why.NOT_COLLECTED or failure.code in (*self.table.gone, *then.absent):
                return {}
            return {(one.id, then.member): failure for one in some}
        found: Answers = {}
        for one in some:
            key = str(search(self.together.key, document(one)))
            if key in by_key or self.together.size:
                found[one.id, then.member] = {self.together.items: by_key.get(key, [])}
            elif not then.params:
                found[one.id, then.member] = Failure(
                    Why.ERROR, "", f"the answer's {self.together.items} do not name it"
                )
        return found

    def _items(self, some: Sequence[Resource]) -> Iterator[dict[str, Any]]:
        for page in self.source.pages(self._call(some)):
            items = page.get(self.together.items) or []
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise Failure(Why.ERROR, "", f"the answer's {self.together.items} is no list of structures")
            yield from items

    def _call(self, some: Sequence[Resource]) -> Call:
        """The question for these resources: the lists among its parameters joined."""
        asked = params(self.together.params, {})
        for one in some if self.together.size else ():
            for name, value in params(self.then.params, document(one)).items():
                asked[name] = asked.get(name, []) + value if isinstance(value, list) else value
        service = self.then.service or self.table.service
        everywhere = self.table.scope == GLOBAL
        # an answer that tells of all there are will do: `by` finds what is a resource's
        some_of_all = tuple(
            name for name, value in asked.items() if isinstance(value, list) and name not in self.together.params
        )
        place, operation, secret, size = self.place, self.then.operation, self.then.secret, self.together.page_size
        return Call(place.account, service, place.region, operation, asked, size, secret, everywhere, some_of_all)
