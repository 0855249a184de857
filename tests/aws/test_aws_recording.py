"""Recording: what is kept of an answer, and what is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.aws import models
from scanner.aws.failures import Failure
from scanner.aws.normalise import shaped
from scanner.aws.recording import Recorder, relative_path
from scanner.aws.replay import ReplaySource
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


@pytest.mark.parametrize("region", ["../../../out", "..", "/etc", "x" * 5000, "a\0b", "\udcff"])
def test_a_made_up_region_leads_nowhere_else(tmp_path: Path, region: str) -> None:
    """A bucket's region is an answer, and answers may be crafted."""
    folder = tmp_path / "in" / "here" / "deep"
    call = Call(CALL.account, "kms", region, "list_keys")
    Recorder(folder).save(call, {"Keys": []})
    (written,) = tmp_path.rglob("*.json")
    assert folder / "123456789012" / "kms" in written.parents
    assert ReplaySource(folder).accounts()
    assert list(ReplaySource(folder).pages(call)) == [{"Keys": []}]


@pytest.mark.parametrize("date", ["9" * 5000, 10**400, -(10**30), "x", [], True])
def test_no_date_can_stop_a_replay(date: object) -> None:
    answer: Any = models.output_shape("s3", "list_buckets")
    shape = answer.members["Buckets"].member.members["CreationDate"]
    try:
        shaped(date, shape)
    except ValueError:
        assert isinstance(date, list)
