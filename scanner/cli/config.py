"""`posture config show`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from scanner.cli import _judging, _options
from scanner.engine.accepted_gaps import AcceptedGap
from scanner.settings import KEYS, Settings

_UNSET = {"fail_on": "high for gate, none for scan, check and demo"}
"""What an empty value stands for, where it is not simply nothing."""


@click.group()
def command() -> None:
    """Show the settings."""


@command.command("show")
@click.option("--origin", is_flag=True, help="Also say where each value comes from.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(("table", "json")),
    default="table",
    show_default=True,
    help="A table for people, or JSON with each value and its origin for programs.",
)
@_options.laid_over
def show(format_: str, *, origin: bool, **options: Any) -> int:
    """Show each setting's value as a run with the same options would see it, and where it comes from."""
    from scanner.render.text import printable

    settings = _options.settings_from(options)
    if not settings.waivers and (found := _judging.waiver_files(settings)):
        settings = settings.over({"waivers": tuple(map(str, found))}, {"waivers": "found by its name"})
    values = {key: _value(settings, key) for key in KEYS}
    if format_ == "json":
        body = {key: {"value": value, "origin": settings.origin(key)} for key, value in values.items()}
        click.echo(json.dumps(body, indent=2))
        return 0
    for line in _lines(settings, values, origin=origin):
        click.echo(printable(line))
    return 0


def _value(settings: Settings, key: str) -> Any:
    value = getattr(settings, key)
    if key == "accepted_gaps":
        return [_entry(entry) for entry in value]
    return list(value) if isinstance(value, tuple) else value


def _entry(entry: AcceptedGap) -> dict[str, str]:
    pairs = ((name, getattr(entry, name)) for name in entry.__slots__)
    return {name: value for name, value in pairs if value}


def _lines(settings: Settings, values: dict[str, Any], *, origin: bool) -> Iterator[str]:
    texts = {key: json.dumps(value, ensure_ascii=False) for key, value in values.items()}
    wide = max(map(len, texts))
    for key, text in texts.items():
        meant = f"  ({_UNSET[key]})" if key in _UNSET and not values[key] else ""
        yield f"{key:<{wide}}  {text}{meant}" + (f"  # {settings.origin(key)}" if origin else "")
