"""The progress of a run: what the grid says, on terminals of every size, and that nothing of it stays behind."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanner.aws.events import ShardFinished, ShardRecord, ShardsPlanned, ShardStarted, Tick
from scanner.cli._progress_grid import LEAST_HEIGHT, LEAST_WIDTH, Grid, short, text_of
from scanner.render.text import columns

Run = Callable[..., Any]
REGIONS = (
    "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
    "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1",
    "us-east-2", "us-west-1", "us-west-2",
)  # fmt: skip
ACCOUNT = "111122223333"


def grid(services: tuple[str, ...] = ("ec2", "kms"), regions: tuple[str, ...] = REGIONS, **changed: Any) -> Grid:
    made = Grid()
    shards = [ShardRecord(ACCOUNT, region, name, **changed) for region in regions for name in services]
    made.take(ShardsPlanned((ShardRecord(ACCOUNT, "global", "s3"), *shards)))
    return made


def finish(made: Grid, service: str, region: str, gaps: int = 0, calls: int = 7) -> None:
    made.take(ShardStarted(ACCOUNT, region, service))
    made.take(ShardFinished(ShardRecord(ACCOUNT, region, service, gaps=gaps), calls, 0))


def drawn(made: Grid, width: int = 140, height: int = 24, *, unicode: bool = True) -> list[str]:
    return list(text_of(made.draw(width, height, 75.0, unicode=unicode)))


def test_each_cell_says_how_far_it_is() -> None:
    made = grid()
    finish(made, "ec2", "ap-northeast-1")
    finish(made, "ec2", "ap-northeast-2", gaps=2)
    made.take(ShardStarted(ACCOUNT, "us-west-2", "kms"))
    made.take(Tick(1234, 3, 1))
    head, names, ec2, kms, s3, counts = drawn(made)
    assert head.startswith(f"Reading {ACCOUNT}")
    assert names.split()[:3] == ["glob", "apne1", "apne2"]
    at = {name: names.index(name) for name in names.split()}
    assert "✓" in ec2[at["apne1"] : at["apne2"]]
    assert "!" in ec2[at["apne2"] : at["apne3"]]
    assert "·" in ec2[at["apne3"] : at["aps1"]]
    assert ec2[at["glob"] : at["apne1"]].strip() == "", "a service without a global part has no cell there"
    assert "▸" in kms[at["usw2"] :]
    assert ec2.endswith(" 2/17")
    assert s3.endswith(" 0/1")
    assert counts == "2 of 35 done · 1,234 calls · 3 throttled · 2 not answered · 1:15"


def test_seventeen_regions_fit_eighty_columns_without_their_names_and_then_say_what_is_read() -> None:
    made = grid()
    made.take(ShardStarted(ACCOUNT, "eu-west-1", "kms"))
    lines = drawn(made, 80)
    assert lines[1] == "ec2   " + "·" * 17 + " 0/17"
    assert lines[2] == "kms   " + "·" * 9 + "▸" + "·" * 7 + " 0/17"
    assert "now: kms eu-west-1" in lines
    assert all(columns(line) < 80 for line in lines)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (20, 24), (39, 24), (80, 7), (80, 2), (140, 1)])
def test_a_small_terminal_gets_one_line(width: int, height: int) -> None:
    lines = drawn(grid(), width, height)
    assert len(lines) == 1
    assert columns(lines[0]) <= max(width - 1, 1)


@pytest.mark.parametrize("width", range(LEAST_WIDTH, 150, 7))
@pytest.mark.parametrize("height", [LEAST_HEIGHT, 12, 50])
def test_it_never_outgrows_the_terminal(width: int, height: int) -> None:
    made = grid(tuple(f"service{number:02d}" for number in range(36)))
    made.take(ShardStarted(ACCOUNT, "eu-west-1", "service20"))
    for unicode in (True, False):
        lines = drawn(made, width, height, unicode=unicode)
        assert len(lines) < height
        assert all(columns(line) < width for line in lines)
        assert unicode or all(line.isascii() for line in lines)


def test_services_that_are_not_done_keep_their_place_where_not_all_fit() -> None:
    services = tuple(f"service{number:02d}" for number in range(36))
    made = grid(services, ("eu-west-1",))
    for name in services[:30]:
        finish(made, name, "eu-west-1")
    lines = drawn(made, 100, 12)
    assert [line.split()[0] for line in lines if line.startswith("service")][-1] == "service35"
    assert any(line.startswith("and ") and "of them done" in line for line in lines)


def test_what_an_earlier_run_read_is_done_from_the_start() -> None:
    assert drawn(grid(resumed=True))[-1].startswith("34 of 35 done")


@pytest.mark.parametrize(
    ("region", "name"),
    [("eu-central-1", "euc1"), ("ap-southeast-2", "apse2"), ("us-gov-west-1", "usgw1"), ("global", "glob")],
)
def test_short_names_of_regions(region: str, name: str) -> None:
    assert short(region) == name


def test_short_names_are_unique() -> None:
    from scanner.aws.names import region_names

    names = [short(name) for name in region_names()]
    assert len(set(names)) == len(names)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    folder = tmp_path / "answers" / ACCOUNT / "kms" / "eu-west-1"
    folder.mkdir(parents=True)
    (folder / "list_keys.json").write_text(json.dumps({"Keys": []}))
    return tmp_path / "answers"


def on_terminal(folder: Path, **environment: str) -> tuple[int, str]:
    """`posture scan` of a recording with standard error on a terminal; gives what the terminal was sent."""
    ours, theirs = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM", "COLUMNS")}
    process = subprocess.Popen(
        [sys.executable, "-m", "scanner", "scan", "--replay", "answers", "--service", "kms"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=theirs, env={**kept, **environment},
    )  # fmt: skip
    os.close(theirs)
    sent = b""
    try:
        while data := os.read(ours, 4096):
            sent += data
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(ours)
    return process.wait(), sent.decode()


SHOW, HIDE, COLOUR = "\x1b[?25h", "\x1b[?25l", re.compile(r"\x1b\[[0-9;]*3[0-9]m")


def test_a_terminal_sees_the_grid_and_gets_its_cursor_back(recording: Path) -> None:
    code, sent = on_terminal(recording.parent, TERM="xterm", COLUMNS="100", LINES="24")
    assert code == 0, sent
    assert f"Reading {ACCOUNT}" in sent
    assert sent.count(HIDE) == sent.count(SHOW) == 1
    assert sent.rindex(SHOW) > sent.rindex(HIDE)
    assert COLOUR.search(sent)


def test_no_color_is_respected(recording: Path) -> None:
    _, sent = on_terminal(recording.parent, TERM="xterm", COLUMNS="100", LINES="24", NO_COLOR="1")
    assert f"Reading {ACCOUNT}" in sent
    assert not COLOUR.search(sent)


def test_a_dumb_terminal_gets_a_line_a_shard(recording: Path) -> None:
    _, sent = on_terminal(recording.parent, TERM="dumb")
    assert "\x1b" not in sent
    assert f"{ACCOUNT} eu-west-1 kms: 0 resources" in sent


def test_a_pipe_gets_a_line_a_shard_and_loads_no_terminal_library(posture: Run, recording: Path) -> None:
    result = posture("scan", "--replay", "answers", "--service", "kms")
    assert f"{ACCOUNT} eu-west-1 kms: 0 resources" in result.err
    assert "\x1b" not in result.err
    code = (
        "import sys\nfrom scanner.cli._root import run\n"
        "run(['scan', '--replay', 'answers', '--service', 'kms'])\nassert 'rich' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=recording.parent, check=True, capture_output=True)
