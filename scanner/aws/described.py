"""The tables in words: which calls make a type, what each gives, which permission it takes and what it costs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from scanner.aws import permissions, shapes
from scanner.aws.normalise import TAG_MEMBERS
from scanner.aws.table import Collect, Then, tables
from scanner.model import GLOBAL

_TAGS = "tags"


@dataclass(frozen=True, slots=True)
class Question:
    """One call of a type. `cost` is how often it is made, `gives` the members that it fills.

    `condition` is the JMESPath under which it is made, `extra` the name by which it is asked for.
    """

    call: permissions.Needed
    cost: str
    gives: tuple[str, ...] = ()
    condition: str = ""
    extra: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """A type of a table, with its calls in the order in which they are made."""

    service: str
    type: str
    id: str
    questions: tuple[Question, ...]

    @property
    def members(self) -> tuple[str, ...]:
        """The members of its `config`, in the order of the calls that give them."""
        found = (name for question in self.questions for name in question.gives)
        return tuple(dict.fromkeys(name for name in found if name != _TAGS))


def described() -> tuple[Described, ...]:
    """Every type, by table and in the table's order; entries that make the same type are told together."""
    return tuple(one for name, table in tables().items() for one in _types(name, table))


def _types(service: str, table: Sequence[Collect]) -> Iterator[Described]:
    asked: dict[tuple[object, ...], str] = {}
    questions: dict[str, list[Question]] = {}
    for entry in table:
        questions.setdefault(entry.type, []).extend(_questions(entry, asked))
    ids = {entry.type: entry.id for entry in reversed(table)}
    for type_, found in questions.items():
        yield Described(service, type_, ids[type_], tuple(found))


def _questions(entry: Collect, asked: dict[tuple[object, ...], str]) -> Iterator[Question]:
    place = "an account" if entry.scope == GLOBAL else "a region"
    if entry.prepare:
        yield Question(
            permissions.needed(entry, Then("", entry.prepare.operation)),
            f"1 {place}, before the next",
            extra=entry.extra,
        )
    if entry.operation:
        yield _listing(entry, place, asked)
    if entry.mark:
        cost = f"1 more {place}, for `{entry.mark.member}`"
        yield Question(permissions.needed(entry), cost, (entry.mark.member,), extra=entry.extra)
    for then in entry.questions():
        extra = then.extra or entry.extra
        if then.begin:
            began = Then("", then.begin.operation, service=then.service)
            cost = f"{_each(entry, then, place)}, before the next"
            yield Question(permissions.needed(entry, began), cost, (), then.when, extra)
        repeated = ", until the answer is ready" if then.begin else ""
        cost = f"{_each(entry, then, place)}{repeated}"
        yield Question(permissions.needed(entry, then), cost, _gives(entry, then), then.when, extra)


def _listing(entry: Collect, place: str, asked: dict[tuple[object, ...], str]) -> Question:
    marked = {entry.mark.member} if entry.mark else set()
    gives = _told([name for name in shapes.listed_members(entry) if name not in marked])
    first = asked.setdefault((*entry.asks(), entry.parent), entry.type)
    if first != entry.type:
        return Question(permissions.needed(entry), f"none: the answer to {first}'s", gives, extra=entry.extra)
    count = 2 if entry.also else 1
    where = f"{count} for each {entry.parent}" if entry.parent else f"{count} {place}"
    pages = f", {entry.page_size:,} a page" if entry.page_size else ""
    condition = entry.when or entry.only_where
    return Question(permissions.needed(entry), f"{where}{pages}", gives, condition, entry.extra)


def _each(entry: Collect, then: Then, place: str) -> str:
    """How often a question is asked."""
    if not entry.operation:
        return f"1 {place}"
    if then is entry.locate:
        return f"1 a resource whose `{entry.region}` the listing does not tell"
    if then.together:
        return f"1 for {then.together.size:,} resources" if then.together.size else f"1 {place}"
    return "1 a resource"


def _gives(entry: Collect, then: Then) -> tuple[str, ...]:
    if then.member == "Tags":
        return (_TAGS,)
    return (then.member,) if then.member else _told(sorted(shapes.merged_members(entry, then)))


def _told(members: Collection[str]) -> tuple[str, ...]:
    """The members as a resource has them: AWS's several names of tags are one."""
    own = tuple(name for name in members if name not in TAG_MEMBERS)
    return own if len(own) == len(members) else (*own, _TAGS)
