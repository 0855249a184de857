"""Every third call of any three operations refused for coming too fast: the export is that of an undisturbed run.

The command itself collects and exports, with its threads and its patience; only the network is not there.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from aws_wire import NEVER_ASKED, Wire, refusal
from click.testing import CliRunner

from scanner import collecting
from scanner.aws import permissions, plan, throttle
from scanner.aws.session import LiveSource
from scanner.aws.table import extras
from scanner.cli._root import root

Operation = tuple[str, str]
Answer = tuple[int, dict[str, str], bytes]
REGIONS = ("eu-west-1", "us-east-1")
SAMPLE = 4


def operations() -> dict[Operation, set[str]]:
    """Each operation that collecting makes, extras included, and the tables that make it."""
    found: dict[Operation, set[str]] = {}
    for table, entries in plan.wanted(None, extras()).items():
        for call in (call for entry in entries for call in permissions.made(entry)):
            found.setdefault((call.service, call.operation), set()).add(table)
    return dict(sorted(found.items()))


class EveryThird:
    """Of each operation the first call and every third after it is refused; asked again, it is another call."""

    def __init__(self) -> None:
        self.refused: Counter[Operation] = Counter()
        self._calls: Counter[Operation] = Counter()
        self._lock = threading.Lock()

    def __call__(self, request: Any, answer: Answer) -> Answer:
        operation: Operation = request.context["operation"]
        with self._lock:
            self._calls[operation] += 1
            if self._calls[operation] % 3 != 1:
                return answer
            self.refused[operation] += 1
        return refusal(
            operation[0], {"ec2": "RequestLimitExceeded", "s3": "SlowDown"}.get(operation[0], "Throttling"), 400
        )


class Estate:
    """One of everything in two regions, collected by the command and sealed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.wire = Wire(monkeypatch)
        self._folder = folder
        self._whole: dict[frozenset[str], bytes] = {}
        session = self.wire.session()
        monkeypatch.setattr(collecting, "session_of", lambda *_, **__: session)
        monkeypatch.setattr(LiveSource, "forget", lambda *_: None)  # the models are needed again and again
        monkeypatch.setattr(throttle, "SLOWEST", 100.0)  # one call a second after a refusal is what takes long here

    def export(self, tables: Sequence[str]) -> bytes:
        """What `posture collect` finds by these tables, as `posture export` writes it."""
        snapshot, sealed = self._folder / "x.posture", self._folder / "x.gz"
        options = [part for name in sorted(tables) for part in ("--service", name)]
        options += [part for name in REGIONS for part in ("--region", name)]
        options += [part for name in extras() for part in ("--with", name)]
        run("collect", "-q", "-s", str(snapshot), "--force", "--now", "2026-11-24T00:00:00Z", *options)
        run("export", str(snapshot), str(sealed))
        return sealed.read_bytes()

    def whole(self, tables: Sequence[str]) -> bytes:
        """The same undisturbed; read once."""
        key = frozenset(tables)
        if key not in self._whole:
            self._whole[key] = self.export(tables)
        return self._whole[key]

    def throttled(self, three: Sequence[Operation], tables: Sequence[str]) -> bytes:
        """The same with three operations throttled, of which each is."""
        self.wire.failing, self.wire.fault = set(three), EveryThird()
        try:
            sealed = self.export(tables)
            assert self.wire.fault.refused.keys() == set(three), "each of them was refused"
        finally:
            self.wire.failing = set()
        return sealed


def run(*arguments: str) -> None:
    done = CliRunner().invoke(root, arguments, standalone_mode=False)
    assert (done.exception, done.return_value) == (None, 0), done.output


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, text in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1"}.items():
            monkeypatch.setenv(name, text)
        yield Estate(monkeypatch, tmp_path_factory.mktemp("sealed"))


@pytest.fixture(scope="module")
def asked(estate: Estate) -> list[Operation]:
    """The operations that collecting one of everything asks, in order."""
    estate.whole([*plan.wanted(None)])
    return [one for one in operations() if one in set(estate.wire.asked)]


def neighbours(asked: list[Operation]) -> list[list[Operation]]:
    """Every operation in a triple, mostly of one service: they share its pace."""
    return [asked[start : start + 3] for start in range(0, len(asked), 3)]


def strangers(asked: list[Operation]) -> list[list[Operation]]:
    """Every operation in a triple, mostly of three services."""
    third = -(-len(asked) // 3)
    return [asked[start::third] for start in range(third)]


def different(estate: Estate, triples: Sequence[list[Operation]]) -> list[list[Operation]]:
    """The triples whose throttling shows in the export."""
    made = operations()
    tables = [sorted(set().union(*(made[one] for one in three))) for three in triples]
    return [
        three
        for three, names in zip(triples, tables, strict=True)
        if estate.throttled(three, names) != estate.whole(names)
    ]


@pytest.mark.parametrize("order", [neighbours, strangers])
def test_some_three_operations_throttled_leave_the_same_bytes(
    estate: Estate, asked: list[Operation], order: Any
) -> None:
    triples = order(asked)
    assert not different(estate, triples[:: -(-len(triples) // SAMPLE)])


@pytest.mark.slow
@pytest.mark.parametrize("order", [neighbours, strangers])
def test_any_three_operations_throttled_leave_the_same_bytes(
    estate: Estate, asked: list[Operation], order: Any
) -> None:
    assert operations().keys() - set(asked) == NEVER_ASKED
    assert not different(estate, order(asked))


def test_an_export_shows_what_is_not_the_same(estate: Estate) -> None:
    assert estate.whole(["kms"]) != estate.whole(["sns"])
    calls = [("kms", "ListKeys")]
    estate.wire.failing, estate.wire.fault = set(calls), lambda *_: (200, {}, b'{"Keys": []}')
    try:
        assert estate.export(["kms"]) != estate.whole(["kms"])
    finally:
        estate.wire.failing = set()
