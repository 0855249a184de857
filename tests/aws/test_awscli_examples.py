"""What AWS's own documentation shows as answers, replayed: nothing raises, and every resource is in the snapshot.

`POSTURE_AWSCLI` names a folder that holds an unpacked `awscli` (`pip download awscli --no-deps`, unzipped).
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from aws_fakes import ListSink
from awscli_examples import Example, write

from scanner.aws.documents import search
from scanner.aws.plan import wanted
from scanner.aws.replay import ReplaySource
from scanner.aws.run import collect
from scanner.aws.table import Collect, extras, tables
from scanner.model import Why

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif("POSTURE_AWSCLI" not in os.environ, reason="needs an unpacked awscli: POSTURE_AWSCLI=DIR"),
]
_CUT = ("ends before the last page", "Content is no CSV")
"""What the documentation leaves out: it shows first pages only, and a credential report without its content."""


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> tuple[ListSink, list[tuple[str, Example]]]:
    operations: dict[str, set[str]] = defaultdict(set)
    for table in (entry for entries in tables().values() for entry in entries):
        for asked in (table, *table.then):
            if asked.operation:
                operations[asked.service or table.service].add(asked.operation)
    folder = tmp_path_factory.mktemp("examples")
    written = write(Path(os.environ["POSTURE_AWSCLI"]), folder, operations)
    sink = ListSink()
    collect(ReplaySource(folder), sink, threads=1, extras=list(extras()))
    return sink, written


def listings() -> dict[tuple[str, str], list[Collect]]:
    found: dict[tuple[str, str], list[Collect]] = defaultdict(list)
    for entry in (entry for entries in wanted(None, list(extras())).values() for entry in entries):
        table = entry.collect
        if table.operation and not table.parent and not table.columns:
            found[table.service, table.operation].append(table)
    return found


def test_enough_was_shown(replayed: Any) -> None:
    _, written = replayed
    assert len({(one.service, one.operation) for _, one in written}) > 150


def test_every_resource_shown_is_in_the_snapshot(replayed: Any) -> None:
    sink, written = replayed
    held = Counter((one.account, one.type) for shard in sink.shards for one in shard.resources)
    lacking = [
        f"{table.type} of account {account}: {held[account, table.type]} of {len(items)}"
        for account, one in written
        for table in listings().get((one.service, one.operation), ())
        if (items := search(table.items, one.answer)) and held[account, table.type] < len(items)
    ]
    assert not lacking


def test_nothing_is_an_error_but_what_the_documentation_leaves_out(replayed: Any) -> None:
    sink, _ = replayed
    strange = [
        f"{gap.account} {gap.service}:{gap.operation} {gap.resource_id}: {gap.message}"
        for shard in sink.shards
        for gap in shard.gaps
        if gap.reason is not Why.NOT_COLLECTED and not any(words in gap.message for words in _CUT)
    ]
    assert not strange
