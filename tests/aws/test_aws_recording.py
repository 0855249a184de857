"""Recording: what is kept of an answer, and what is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.aws.failures import Failure
from scanner.aws.recording import Recorder, relative_path
from scanner.aws.source import Account, Call
from scanner.model import Why

CALL = Call(Account("123456789012"), "kms", "eu-west-1", "list_keys")


def pages(*, fails: bool = False) -> Iterator[dict[str, Any]]:
    yield {"Keys": [{"KeyId": "a"}], "Truncated": True, "NextMarker": "m"}
    if fails:
        raise Failure(Why.DENIED, "AccessDenied", "no")
    yield {"Keys": [{"KeyId": "b"}], "Truncated": False}


def test_pages_become_one_answer(tmp_path: Path) -> None:
    list(Recorder(tmp_path).tap(CALL, pages()))
    assert json.loads((tmp_path / relative_path(CALL)).read_text())["Keys"] == [{"KeyId": "a"}, {"KeyId": "b"}]


def test_a_refusal_on_the_way_is_kept(tmp_path: Path) -> None:
    with pytest.raises(Failure):
        list(Recorder(tmp_path).tap(CALL, pages(fails=True)))
    kept = json.loads((tmp_path / relative_path(CALL)).read_text())
    assert kept["Keys"] == [{"KeyId": "a"}]
    assert kept["Error"]["Why"] == "denied"


def test_a_listing_that_was_left_early_is_not_kept(tmp_path: Path) -> None:
    """An interrupted run must not leave a part that replays as the whole."""
    tapped = Recorder(tmp_path).tap(CALL, pages())
    next(tapped)
    del tapped
    assert not (tmp_path / relative_path(CALL)).exists()
