"""A recording whose every name attacks its reader, through every output: names stay text, whoever shows them."""

from __future__ import annotations

import csv
import html
import io
import json
import os
import pty
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from conftest import CLEAN
from hostile_recording import ACCOUNT, HOSTILE, REGION, whole, write

CONTROL = re.compile(r"[^\n\x20-\x7e\xa0-\U0010ffff]|[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""What moves a cursor, rings, turns the reading direction or is not to be seen."""
PLACEHOLDER = re.compile(r"\{[A-Za-z_][\w.\[\]]*\}")
MARKED = [name for name in HOSTILE if html.escape(name) != name or not name.isprintable()]


class Tags(HTMLParser):
    """The names of a page's tags and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recording scanned twice, with every output of the second scan."""
    made = tmp_path_factory.mktemp("hostile")
    write(made / "before", versioning="Enabled")
    write(made / "after")
    run(made, "scan", "--replay", "before", "-s", "before.posture", "-o", "json=before.json", "-q")
    outputs = [word for kind in ("html", "json", "sarif") for word in ("-o", f"{kind}=after.{kind}")]
    (made / "scan.txt").write_text(run(made, "scan", "--replay", "after", "-s", "after.posture", *outputs))
    return made


def run(folder: Path, *arguments: str) -> str:
    """What a terminal gets to see: both streams."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    command = [sys.executable, "-m", "scanner", *arguments]
    done = subprocess.run(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=kept | CLEAN,
        check=False,
        timeout=120,
    )
    assert done.returncode in (0, 1), done.stdout
    return done.stdout.decode()


def seen(folder: Path, *arguments: str) -> str:
    """The same where standard output is a real terminal, without its colours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "scanner", *arguments]
    with subprocess.Popen(
        command, cwd=folder, stdin=slave, stdout=slave, stderr=slave, env={**kept, **CLEAN, "NO_COLOR": "1"}
    ):
        os.close(slave)
        shown = b"".join(chunks(master))
    os.close(master)
    return re.sub(r"\r+\n", "\n", shown.decode())


def chunks(master: int) -> Iterator[bytes]:
    """What comes out of the terminal until its last writer has gone."""
    while True:
        try:
            chunk = os.read(master, 1 << 16)
        except OSError:  # Linux says so at the end
            return
        if not chunk:
            return
        yield chunk


def report(folder: Path) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((folder / "after.json").read_text())
    return made


def is_plain(text: str) -> None:
    found = CONTROL.search(text)
    assert found is None, ascii(text[max(found.start() - 60, 0) : found.end() + 20])


def test_every_name_came_through_whole(folder: Path) -> None:
    names = {f["resource_id"].split(":::")[-1] for f in report(folder)["findings"] if ":s3:::" in f["resource_id"]}
    assert names >= set(map(whole, HOSTILE))
    assert {f["verdict"] for f in report(folder)["findings"]} >= {"pass", "fail", "unknown"}


def test_a_scan_shows_no_control_characters(folder: Path) -> None:
    shown = (folder / "scan.txt").read_text()
    assert r"\x1b" in shown
    is_plain(shown)


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "after.posture", "--baseline", "before.json"),
        ("report", "after.json"),
        ("diff", "before.posture", "after.posture"),
        ("diff", "before.json", "after.json"),
        ("query", "after.posture", "select name, config, tags from s3_bucket"),
        ("query", "after.posture", "select name, id, config from ec2_security_group", "--format", "csv"),
        ("query", "after.posture", "select name, id, config from iam_role", "--format", "json"),
        ("check", "after.posture", "-o", "json=-", "--rule", "s3-*"),
        ("check", "after.posture", "-o", "sarif=-", "--rule", "s3-*"),
    ],
    ids=" ".join,
)
def test_a_terminal_gets_no_control_characters(folder: Path, arguments: tuple[str, ...]) -> None:
    shown = seen(folder, *arguments)
    assert "Traceback" not in shown
    assert re.search(r"\\(x1b|u001b|u202e)", shown)
    is_plain(shown)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_an_explanation_shows_no_control_characters(folder: Path, name: str) -> None:
    bucket = f"arn:aws:s3:::{whole(name)}"
    (fail,) = [
        f["fingerprint"]
        for f in report(folder)["findings"]
        if f["rule_id"] == "s3-bucket-versioning" and f["resource_id"] == bucket
    ]
    is_plain(shown := seen(folder, "explain", "--finding", fail, "--report", "after.json"))
    assert "put-bucket-versioning" in shown
    if "\0" not in name:  # no argument can hold it
        judged = ("explain", "--resource", bucket, "--rule", "s3-bucket-policy-public", "after.posture")
        is_plain(shown := seen(folder, *judged))
        assert "s3-bucket-policy-public" in shown


def test_values_in_a_fix_are_single_words(folder: Path) -> None:
    made, filled = report(folder), 0
    for finding in made["findings"]:
        template = made["rules"][finding["rule_id"]]["fix"].get("cli", "")
        if finding["verdict"] != "fail" or not template:
            continue
        wanted = shlex.split(PLACEHOLDER.sub("\0", template), comments=True)
        given = shlex.split(finding["fix"]["cli"], comments=True)
        assert len(given) == len(wanted), finding["fix"]["cli"][:200]
        for want, word in zip(wanted, given, strict=True):
            before, hole, after = want.partition("\0")
            assert word == want or (hole and word.startswith(before) and word.endswith(after))
            assert not hole or not word.removeprefix(before).startswith(("-", "file:"))
            filled += bool(hole)
    assert filled > 10 * len(HOSTILE)


@pytest.mark.parametrize("view", ["s3_bucket", "ec2_security_group", "kms_key", "iam_user", "iam_role"])
def test_cells_start_no_formula(folder: Path, view: str) -> None:
    text = run(folder, "query", "after.posture", f"select * from {view}", "--format", "csv")  # noqa: S608 - our names
    told, rows = csv.reader(io.StringIO(text.partition("posture: ")[0])), 0
    for row in told:
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
        rows += 1
    assert rows > len(HOSTILE)


def test_places_in_sarif_have_no_scheme(folder: Path) -> None:
    log = json.loads((folder / "after.sarif").read_text())
    places = [
        place["physicalLocation"]["artifactLocation"]["uri"]
        for run_ in log["runs"]
        for result in run_["results"]
        for place in [*result["locations"], *result.get("relatedLocations", [])]
    ]
    assert len(places) > len(HOSTILE)
    for uri in set(places):
        assert not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|/|\\", uri), uri
        assert ".." not in uri.split("/")
    links = {rule["helpUri"] for run_ in log["runs"] for rule in run_["tool"]["driver"]["rules"]}
    assert all(link.startswith("https://docs.aws.amazon.com/") for link in links)


def test_the_markup_of_the_page_holds_no_name_raw(folder: Path) -> None:
    page = (folder / "after.html").read_text()
    markup, blocks = re.subn(r'(<script type="application/octet-stream" id="[a-z]+">)[^<]*(</script>)', r"\1\2", page)
    assert blocks > 1
    assert ACCOUNT in markup, "the static summary is part of it"
    assert REGION in markup
    for name in MARKED:
        assert name not in markup, ascii(name[:60])
    body = re.sub(r"<(style|script)>.*?</\1>", "", markup, flags=re.DOTALL)
    is_plain(body)
    tags = Tags()
    tags.feed(body)
    assert {"main", "table"} <= tags.names
    assert not tags.names & {"img", "iframe", "object", "embed", "base", "form"}
    assert not [name for name in tags.attributes if name.startswith("on")]
