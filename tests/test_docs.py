"""The pages' commands exist with their options, and what they point at is there."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from scanner.cli._root import root

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "examples").glob("*.md")),
    *sorted((ROOT / "examples" / "ci").iterdir()),
]
COMMAND = re.compile(r"(?:^ *|`|run: |- |&& |\| |…: )posture ([^`\n]*)", re.MULTILINE)


def lines(page: Path) -> list[str]:
    return [found.removesuffix("…") for found in COMMAND.findall(page.read_text().replace("\\\n", ""))]


def words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    found = list(lexer)
    stops = [index for index, word in enumerate(found) if set(word) <= set("|&;<>")]
    return found[: stops[0]] if stops else found


def command(given: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words begin with, and the other words."""
    context, group = click.Context(root), root.get_command(click.Context(root), given[0])
    assert group is not None, f"posture {given[0]}"
    if isinstance(group, click.Group) and len(given) > 1:
        inner = group.get_command(context, given[1])
        assert inner is not None, f"posture {' '.join(given[:2])}"
        return inner, given[2:]
    return group, given[1:]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_commands_of_a_page_exist(page: Path) -> None:
    for line in lines(page):
        given = words(line)
        if given[0].startswith("-") or not given[0].islower():
            continue
        found, rest = command(given)
        known = {"--help", "-h", *(name for each in found.params for name in each.opts)}
        unknown = {word.partition("=")[0] for word in rest if re.match(r"--?[a-z]", word)} - known
        assert not unknown, f"posture {line}"


def test_there_are_commands_to_check() -> None:
    counts = {page.relative_to(ROOT).as_posix(): len(lines(page)) for page in PAGES}
    assert counts["README.md"] > 20
    assert counts["docs/commands.md"] > 20
    assert counts["examples/ci/github-actions.yml"] == 2


@pytest.mark.parametrize(
    "page", [each for each in PAGES if each.suffix == ".md"], ids=lambda page: page.relative_to(ROOT).as_posix()
)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)", page.read_text()):
        assert link.startswith("https://") or (page.parent / link).exists(), link


def test_the_fingerprints_are_of_the_demos_report() -> None:
    posture = [sys.executable, "-m", "scanner", "check", "examples/northwind.posture.gz", "-o", "json=-"]
    report = json.loads(subprocess.run(posture, cwd=ROOT, capture_output=True, check=True).stdout)
    fails = {finding["fingerprint"][:12] for finding in report["findings"] if finding["verdict"] == "fail"}
    told = {mark for page in PAGES for mark in re.findall(r"(?:--finding|waive) ([0-9a-f]{8,32})\b", page.read_text())}
    assert told
    assert told <= fails
