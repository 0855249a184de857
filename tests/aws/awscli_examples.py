"""The documentation examples of the AWS CLI as a recording: what AWS itself shows that it answers.

They are read from an unpacked `awscli` (Apache-2.0), of which nothing is kept here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore import xform_name
from botocore.model import StructureShape

from scanner.aws import models
from scanner.aws.recording import file_name
from scanner.aws.shelf import REGION

REGION_READ = "us-east-1"
_COMMAND = re.compile(r"^ +aws .*?(?:[^\\]\n)", re.MULTILINE | re.DOTALL)
_OUTPUT = re.compile(r"^[ \t]*(?:Output|output|The output[^\n]*|[^\n]*::)\s*$", re.MULTILINE)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_ELLIPSIS = re.compile(r"^\s*(?:\.\.\.|\"\.\.\.\"),?\s*$|,?\s*\.\.\.(?=\s*[}\]])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """An answer as the documentation shows it, and the options of the command that it belongs to."""

    service: str
    operation: str
    options: dict[str, str]
    answer: dict[str, Any]


def examples(folder: Path, service: str, operation: str) -> Iterator[Example]:
    """Those of an operation that show its answer whole: no `--query`, and of the operation's own form."""
    command_folder = {"s3": "s3api"}.get(service, service)
    name = operation.replace("_", "-")
    files = [*folder.glob(f"awscli/examples/{command_folder}/{name}.rst")]
    shape = models.output_shape(service, operation)
    members = shape.members if isinstance(shape, StructureShape) else {}
    for file in files:
        for command, answer in _shown(file.read_text(encoding="utf-8")):
            if "--query" not in command and not members.keys().isdisjoint(answer):
                yield Example(service, operation, _options(command), answer)


def _shown(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(command, answer) for each block of JSON that follows a command."""
    command = ""
    for block in re.split(r"\n(?=\S)", text):
        if found := _COMMAND.search(block + "\n"):
            command = found[0]
        if (start := block.find("{")) >= 0 and (answer := _json(block[start:])):
            yield command, answer


def _json(text: str) -> dict[str, Any] | None:
    """An object as the documentation writes it: with commas too many and parts left out."""
    mended = _TRAILING_COMMA.sub(r"\1", _ELLIPSIS.sub("", text))
    try:
        found, _ = json.JSONDecoder(strict=False).raw_decode(mended)
    except ValueError:
        return None
    return found if isinstance(found, dict) and found else None


def _options(command: str) -> dict[str, str]:
    words = command.replace("\\\n", " ").split()
    pairs = zip(words, [*words[1:], ""], strict=False)
    return {name[2:]: value.strip("'\"") for name, value in pairs if name.startswith("--")}


def write(folder: Path, recording: Path, operations: dict[str, set[str]]) -> list[tuple[str, Example]]:
    """Write a recording: the first example of every operation in one account, the second in another …

    Gives (account, example) for each that was written.
    """
    written = []
    for service, names in sorted(operations.items()):
        for operation in sorted(names):
            for number, example in enumerate(examples(folder, service, operation)):
                account = f"{number + 1:012d}"
                place = recording / account / service / REGION_READ
                place.mkdir(parents=True, exist_ok=True)
                (place / file_name(operation, _params(example))).write_text(json.dumps(example.answer))
                written.append((account, example))
    return written


def _params(example: Example) -> dict[str, str]:
    """The options that are parameters of the operation, as a recorder would name them."""
    shape = models.operation_model(example.service, example.operation).input_shape
    members = {xform_name(name, "-"): name for name in (shape.members if shape else {})}
    required = set(shape.required_members) if shape else set()
    wanted = {members[option]: value for option, value in example.options.items() if option in members}
    return {
        name: value
        for name, value in wanted.items()
        if name in required - {"AccountId"} and not REGION.fullmatch(value)
    }
