"""Help pages and the page of commands: every command is there, and no example has an option that is not."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from scanner.aws.table import tables
from scanner.cli._root import root
from scanner.render.formats import formats

Run = Callable[..., Any]
PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
CONTEXT = click.Context(root, info_name="posture")
NAMES = root.list_commands(CONTEXT)


def sections() -> dict[str, str]:
    parts = re.split(r"^## posture (\S+)\n", PAGE.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its whole name, those of groups too."""
    for name in NAMES:
        command = root.get_command(CONTEXT, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            subs = ((sub, command.get_command(CONTEXT, sub)) for sub in command.list_commands(CONTEXT))
            yield from ((f"{name} {sub}", each) for sub, each in subs if each)


WHOLE = dict(commands())


def options(command: click.Command) -> set[str]:
    return {"-h", "--help"}.union(*(set(param.opts) for param in command.params if isinstance(param, click.Option)))


def examples(text: str) -> Iterator[list[str]]:
    """The `posture` commands of a text, as words."""
    joined = re.sub(r"\n {3,}(?=where|json|--)", " ", text)
    for line in re.findall(r"(?:^\s*|&& |\| |\$\()(posture [a-z]+ [^\n]*)", joined, flags=re.MULTILINE):
        command = re.split(r" && | \| | > | {4,}|\)\"", line)[0]
        yield shlex.split(command)


def check(words: list[str]) -> None:
    name = words[1]
    assert name in WHOLE, words
    command = WHOLE[name]
    if isinstance(command, click.Group):
        # a group may take a question for a command of its own
        command = command.get_command(CONTEXT, words[2]) or command
    known = options(command)
    for word in words[2:]:
        if re.match(r"--?[a-z]", word):
            assert word in known, f"{name} has no {word}"


def test_the_page_has_every_command_and_no_other() -> None:
    assert sorted(sections()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_page_gives_each_an_example_that_it_takes(name: str) -> None:
    text = sections()[name]
    found = list(examples(text.split("```", 1)[1]))
    assert found
    for words in found:
        assert words[1] == name
        check(words)
    for option in re.findall(r"`(--?[a-z][a-z-]*)`", text):
        mine = [command for whole, command in WHOLE.items() if whole.split()[0] == name]
        assert any(option in options(command) for command in mine), option


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_help_runs_and_its_examples_are_taken(posture: Run, name: str) -> None:
    result = posture(*name.split(), "--help", COLUMNS="80")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(f"Usage: posture {name} ")
    for words in examples(result.out.partition("Examples:")[2]):
        check(words)


@pytest.mark.parametrize("name", ["scan", "collect", "check", "gate"])
def test_the_main_commands_have_examples_files_and_exit_codes_in_eighty_columns(posture: Run, name: str) -> None:
    out = posture(name, "--help", COLUMNS="80").out
    for part in ("Examples:", "posture.toml", "NO_COLOR", "Exit codes: 0 done", f"posture {name} "):
        assert part in out
    assert max(map(len, out.splitlines())) <= 80
    assert len(list(examples(out.partition("Examples:")[2]))) >= 3


def test_names_in_help_are_those_that_there_are(posture: Run) -> None:
    out = " ".join(posture("scan", "--help").out.split())
    assert f"Services: {', '.join(tables())}." in out
    assert f"Formats: {', '.join(formats())}." in out
