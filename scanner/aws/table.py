"""The language of collectors: what to ask of AWS, and where in a resource the answer goes.

A module of `services/` exposes `TABLE`, a tuple of `Collect`; it is found by presence.
Operations are named as boto3's clients name them (`list_keys`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, TypeAlias

from scanner.model import canonical

Adjust: TypeAlias = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Begin:
    """A call by which AWS begins to make the answer to one question, and names it by a `token`.

    `token` is a member of the call's answer and the question's parameter of the same name. The question is
    repeated, `tries` times at most and `pause` seconds apart, until `ready` (JMESPath) holds of its answer.
    """

    operation: str
    token: str
    ready: str
    params: Mapping[str, str] = field(default_factory=dict, hash=False)
    tries: int = 60
    pause: float = 1.0


@dataclass(frozen=True, slots=True)
class Together:
    """That AWS answers a question about up to `size` resources of a listing at once.

    The lists among the question's parameters are joined; of the answer's list `items`, those are a resource's
    whose member `by` is its `key`. `size` 0: asked with `params` (JMESPath) only, the answer tells of all there are;
    where the question has no parameters it cannot be asked of one, and a resource that is not named is not known.
    """

    items: str
    by: str
    key: str
    size: int = 0
    params: Mapping[str, str] = field(default_factory=dict, hash=False)
    page_size: int = 0


@dataclass(frozen=True, slots=True)
class Then:
    """One more question about a resource that a listing named.

    `member` is where the answer goes in `config`: "" merges it, `Tags` goes to the envelope.
    `params` and `when` are JMESPath over `config` with `account`, `region` and `partition` beside
    its members, `result` is JMESPath over the answer. `absent` are the error codes that mean "not
    configured" (`<code>: <message>` where only the message tells); `optional` says that an answer
    without the result means that too. A question skipped by `when` leaves null, so `when` may only
    skip what AWS would not answer or what another member already decides. `ordered` names lists whose
    order has a meaning, `secret` paths in the answer whose values are judged and dropped, `volatile`
    members that AWS changes by itself.
    `narrowing` names parameters that only keep the answer small: `result` finds the same without them.
    `extra` names what costs a call for each resource and few need: asked only of those who name it.
    `together` says that one call asks for many resources; `when` may then read listed members only.
    `each` is JMESPath over `config`: the question is asked once for each element of that list, which the
    parameters see as `each`, and the lists that are answered are joined.
    """

    member: str
    operation: str
    params: Mapping[str, str] = field(default_factory=dict, hash=False)
    result: str = "@"
    when: str = ""
    absent: tuple[str, ...] = ()
    optional: bool = False
    decode: Literal["", "policy", "region"] = ""
    service: str = ""
    permission: str = ""
    ordered: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    volatile: tuple[str, ...] = ()
    narrowing: tuple[str, ...] = ()
    extra: str = ""
    begin: Begin | None = None
    together: Together | None = None
    each: str = ""


@dataclass(frozen=True, slots=True)
class Prepare:
    """A call by which AWS begins to make an answer, before the answer is asked for.

    `wait` are the codes by which AWS says that the answer is not ready yet; it is asked for `tries`
    times at most, `pause` seconds apart. A refusal to prepare counts only where no answer is there.
    """

    operation: str
    wait: tuple[str, ...] = ()
    tries: int = 20
    pause: float = 1.0


@dataclass(frozen=True, slots=True)
class Mark:
    """The same listing with further parameters: `member` says of each resource whether it is named there too."""

    member: str
    params: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Collect:
    """How to find the resources of a type: a listing, and what to ask of each resource then.

    `items` is JMESPath over a page of the answer. Without an `operation` there is exactly one
    resource a place, whatever the calls answer: account settings. `id` is a template over `config`,
    `account`, `region`, `partition` and `parent` (`{KeyId}`; `{QueueUrl/}` is what stands behind its last
    slash); `name` a member. With `parent` the listing is asked once for each resource of that type, and
    `params` is JMESPath over the parent's `config`; a parent for which `when` is false has none.
    `also` asks the same listing again with further parameters. Where `region` names a member, a
    resource lies in the region that it holds (asked by `locate` where
    the listing does not tell), else in the region asked. `gone` are the codes by which AWS says
    that a listed resource no longer exists. `adjust` completes what AWS leaves out.
    Entries of a table that ask the same are asked once. `policies` names members that hold policy
    documents at any depth. With `columns` the item is a CSV file, and each row with these columns a resource.
    An entry with an `extra` is read only for those who name it. `absent` are the codes by which AWS says
    that there are none. With `only_where`, a child is listed once its parent is complete, and only where this JMESPath
    over the parent holds: elsewhere AWS would not answer, so there the list is not known.
    """

    type: str
    service: str
    operation: str = ""
    items: str = "@"
    id: str = ""
    then: tuple[Then, ...] = ()
    name: str = ""
    params: Mapping[str, str] = field(default_factory=dict, hash=False)
    scope: Literal["region", "global"] = "region"
    also: Mapping[str, str] = field(default_factory=dict, hash=False)
    page_size: int = 0
    parent: str = ""
    when: str = ""
    region: str = ""
    locate: Then | None = None
    gone: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    only_where: str = ""
    adjust: Adjust | None = None
    policies: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    prepare: Prepare | None = None
    mark: Mark | None = None
    permission: str = ""
    ordered: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    volatile: tuple[str, ...] = ()
    extra: str = ""

    def asks(self) -> tuple[str, str, str, int]:
        """What the listing asks: entries of equal value are answered by one call."""
        return (self.service, self.operation, canonical([dict(self.params), dict(self.also)]), self.page_size)

    def questions(self) -> tuple[Then, ...]:
        """All that may be asked of one resource, in the order of asking."""
        return (self.locate, *self.then) if self.locate else self.then


@cache
def tables() -> Mapping[str, tuple[Collect, ...]]:
    """Every table by the name of its module, in alphabetical order."""
    from scanner.aws import services

    names = sorted(found.name for found in pkgutil.iter_modules(services.__path__))
    return {name: importlib.import_module(f"{services.__name__}.{name}").TABLE for name in names}


def collectors(type_: str) -> tuple[Collect, ...]:
    """The entries of all tables that make resources of a type."""
    return tuple(entry for table in tables().values() for entry in table if entry.type == type_)


@cache
def extras() -> tuple[str, ...]:
    """The names of what is read only for those who name it, in order."""
    entries = [entry for table in tables().values() for entry in table]
    found = {entry.extra for entry in entries} | {then.extra for entry in entries for then in entry.questions()}
    return tuple(sorted(found - {""}))
