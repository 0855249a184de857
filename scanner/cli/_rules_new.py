"""`posture rules new ID` and `posture rules show ID`."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from shlex import quote

import click

from scanner import api, assets
from scanner.cli import _names, _options, _streams
from scanner.errors import InputError, UsageError
from scanner.version import VERSION

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
_SERVICE = re.compile(r"[a-z0-9][a-z0-9_-]*")


@click.command("new")
@click.argument("id_", metavar="ID")
@click.option(
    "--resource", required=True, metavar="TYPE", help="What it judges: AWS::S3::Bucket.", shell_complete=_names.types
)
@click.option("--service", metavar="NAME", help="The folder that it goes to. Default: the one that collects the type.")
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("rules"),
    show_default=True,
    metavar="DIR",
    help="Where the pack of rules of your own is.",
)
def new(id_: str, resource: str, service: str | None, folder: Path) -> int:
    """Begin a rule: a file that passes lint and its own tests, with a word on each part of it.

    For example: posture rules new acme-bucket-logging --resource AWS::S3::Bucket
    """
    from scanner.aws.shapes import shape_of
    from scanner.engine.skeleton import start_of, text

    known = _collected()
    if not _ID.fullmatch(id_):
        hint = "Small letters and digits, joined by hyphens: acme-bucket-logging"
        raise UsageError(f"{id_!r} is no rule id", hint=hint)
    if resource not in known:
        raise UsageError(f"no collector makes resources of the type {resource!r}", hint=_near(resource, known))
    service = service or known[resource]
    if not _SERVICE.fullmatch(service):
        raise UsageError(f"{service!r} is no name of a folder", hint="For example: --service s3")
    if any(rule.id == id_ for rule in api.load_rules().rules):
        raise UsageError(f"there is a built-in rule {id_!r}", hint=f"See: posture rules show {id_}")
    shape = shape_of(resource)
    if shape is None:
        raise UsageError(f"the members of {resource} are not known")
    path = folder / service / f"{id_}.yaml"
    _write(path, text(id_, resource, start_of(shape), ".".join(VERSION.split(".")[:2])))
    shown, pack = quote(str(path)), quote(str(folder))
    click.echo(f"{path}\nNext:\n  edit {shown}\n  posture rules lint {shown} && posture rules test {shown}")
    click.echo(f"  posture scan --rules {pack} --rule {id_}")
    return 0


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError("there is a file already", where=str(path), hint="Give the rule another id") from error
    except OSError as error:
        raise InputError(
            f"cannot be written ({error.strerror})", where=str(path), hint="Name a folder: --to DIR"
        ) from error


def _collected() -> dict[str, str]:
    """The table that makes each type."""
    from scanner.aws.table import tables

    return {entry.type: name for name, table in tables().items() for entry in table}


def _near(word: str, known: Sequence[str] | dict[str, str]) -> str:
    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), list(by_lower), 3, 0.6)
    return f"Did you mean {' or '.join(by_lower[name] for name in near)}?" if near else f"Types: {', '.join(known)}"


@click.command("show")
@click.argument("id_", metavar="ID", shell_complete=_names.rule_ids)
@click.option(
    "--format",
    "format_",
    type=click.Choice(("yaml", "json")),
    default="yaml",
    show_default=True,
    help="The file as written, or the rule as reports publish it.",
)
@_options.packs
def show(id_: str, format_: str, packs: tuple[Path, ...]) -> int:
    """Print a rule: its file with comments and examples, or the JSON that reports hold."""
    from scanner.engine.published import rule_json
    from scanner.engine.rules import load
    from scanner.render.text import printable

    ruleset = load(packs)
    for error in ruleset.errors:
        _streams.tell(f"posture: {error}")
    if id_ not in ruleset.loaded:
        near = get_close_matches(id_, ruleset.loaded, 3, 0.5)
        hint = f"Did you mean {' or '.join(near)}?" if near else "See: posture rules list"
        raise UsageError(f"there is no rule {id_!r}", hint=hint)
    if format_ == "json":
        click.echo(json.dumps(rule_json(ruleset.loaded[id_].rule), indent=2))
        return 0
    path = _file(id_, packs)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read ({error})", where=str(path)) from error
    _streams.write("".join(f"{printable(line)}\n" for line in lines))
    return 0


def _file(id_: str, packs: Sequence[Path]) -> Path:
    """The file of a rule: the built-in one, else the first pack's that has it."""
    from scanner.engine.rules import load, load_pack

    built_in = load().loaded.get(id_)
    if built_in:
        return assets.folder("rules").parent / built_in.rule.source
    sources = (load_pack(pack).loaded[id_].source for pack in packs if id_ in load_pack(pack).loaded)
    return next(Path(source.file) for source in sources if source)
