"""The demo's estate with every service that there is a table of: recorded and replayed, it is the same content."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aws_fakes import ListSink

from scanner.aws.replay import ReplaySource
from scanner.aws.run import collect
from scanner.aws.session import LiveSource
from scanner.aws.table import extras, tables
from scanner.demo.embedded import embedded
from scanner.demo.estate import REGIONS, build


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ListSink]:
    folder, sink = tmp_path_factory.mktemp("recorded"), ListSink()
    with embedded(REGIONS[0]) as session:
        build(session)
        collect(LiveSource(session, record=folder, threads=1), sink, regions=REGIONS, extras=list(extras()), threads=1)
    return folder, sink


def test_a_replay_gives_what_the_live_run_gave(recorded: Any) -> None:
    """Without naming the regions again: the recording knows them."""
    folder, live = recorded
    replayed = ListSink()
    collect(ReplaySource(folder), replayed, extras=list(extras()), threads=2)
    assert {shard.service for shard in live.shards} == set(tables())
    assert replayed.content(origin=False) == live.content(origin=False)
