"""`posture access validate`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli import _help, _streams
from scanner.cli._output import FAILED, OK, STDOUT
from scanner.errors import InputError

if TYPE_CHECKING:
    from scanner.derive.access.validation.policy import PolicyType
    from scanner.derive.access.validation.validate import Finding

_MOST_BYTES = 4 << 20
"""Many times what any policy may have."""
_USAGE = 2
_LEVELS = ("error", "security-warning", "warning", "suggestion")

_EPILOG = _help.page(
    _help.examples(
        ("the policies of a folder, in a pull request", "posture access validate policies/*.json"),
        ("a bucket's policy", "posture access validate bucket.json --resource-type AWS::S3::Bucket"),
        ("a trust policy, for a program", "posture access validate trust.json --type trust --format json"),
    ),
    codes="""\b
Exit codes: 0 nothing at or above --fail-on
            1 findings at or above --fail-on
            2 wrong usage, or a file that cannot be read
""",
)


@click.command("validate", epilog=_EPILOG)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--type",
    "type_",
    type=click.Choice(("identity", "resource", "trust", "scp", "rcp")),
    help="What the policies are. Default: told by whether they name principals, and let roles be assumed.",
)
@click.option(
    "--resource-type",
    default="",
    metavar="TYPE",
    help="What a resource's policy is attached to, by its CloudFormation name: AWS::S3::Bucket.",
)
@click.option("--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.option("--fail-on", type=click.Choice((*_LEVELS, "none")), default="error", show_default=True)
def command(files: Sequence[str], type_: PolicyType | None, resource_type: str, format_: str, fail_on: str) -> int:
    """Check policies (JSON files, or - for standard input) the way IAM Access Analyzer validates them.

    Codes and categories are Access Analyzer's; nothing is sent anywhere. Actions, ARNs and condition keys are
    compared with AWS's Service Authorization Reference as of this release.
    """
    told, unread = [], False
    for file in files:
        try:
            told.append(_judged(file, type_, resource_type))
        except InputError as error:
            unread = True
            _streams.tell(f"posture: {error}")
    _streams.write(_json(told) if format_ == "json" else "".join(_text(*one) for one in told), wanted=True)
    if unread:
        return _USAGE
    failing = () if fail_on == "none" else _LEVELS[: _LEVELS.index(fail_on) + 1]
    weights = {one.category.replace("_", "-") for _, _, findings in told for one in findings}
    return FAILED if weights & set(failing) else OK


def _judged(file: str, type_: PolicyType | None, resource_type: str) -> tuple[str, PolicyType, list[Finding]]:
    from scanner.derive.access.validation import validate as validation

    text = _read(file)
    chosen: PolicyType = type_ or ("resource" if resource_type else validation.likely_type(text))
    return file, chosen, validation.validate_text(text, chosen, resource_type)


def _read(file: str) -> bytes:
    try:
        if file == STDOUT:
            text = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with Path(file).open("rb") as stream:
                text = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"this file cannot be read ({error.strerror})", where=file) from error
    if len(text) > _MOST_BYTES:
        raise InputError("this is too long for a policy", where=file)
    return text


def _json(told: Sequence[tuple[str, PolicyType, list[Finding]]]) -> str:
    import json

    body: list[dict[str, Any]] = [
        {"file": file, "type": type_, "findings": [one.to_json() for one in findings]} for file, type_, findings in told
    ]
    return json.dumps(body, indent=2) + "\n"


def _text(file: str, type_: PolicyType, findings: Sequence[Finding]) -> str:
    from scanner.render.tally import plural
    from scanner.render.text import printable

    lines = []
    for one in findings:
        place = f":{one.line}:{one.column}" if one.line else ""
        pointer = f" {one.place}" if one.place else ""
        lines.append(f"{file}{place}: {one.category.replace('_', ' ')} {one.code}{pointer}")
        lines.append(f"    {one.message}")
    counts = Counter(one.category for one in findings)
    told = ", ".join(plural(count, category.replace("_", " ")) for category, count in counts.items())
    lines.append(f"{file}: {_WORDS[type_]}: {told or 'nothing to find fault with'}")
    return "".join(printable(line) + "\n" for line in lines)


_WORDS = {
    "identity": "policy of an identity",
    "resource": "policy of a resource",
    "trust": "trust policy",
    "scp": "service control policy",
    "rcp": "resource control policy",
}
