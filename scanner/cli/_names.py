"""Options whose values have names: their help lists them, and shells complete them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


class ServiceOption(click.Option):
    """An option that takes a service; the tables are looked up when its help is asked for."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The help with the services' names behind it."""
        from scanner.aws.names import service_names

        found = super().get_help_record(ctx)
        return (found[0], f"{found[1]}; repeats. Services: {', '.join(service_names())}.") if found else None


class FormatOption(click.Option):
    """An option that takes a format; the formats are looked up when its help is asked for."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The help with the formats' names behind it."""
        from scanner.render.formats import formats

        found = super().get_help_record(ctx)
        return (found[0], f"{found[1]} Formats: {', '.join(formats())}.") if found else None


def service_option(help_: str) -> Callable[[F], F]:
    """`--service NAME`, which repeats."""
    return click.option(
        "--service",
        "services",
        cls=ServiceOption,
        multiple=True,
        metavar="NAME",
        help=help_,
        shell_complete=services,
    )


def services(_context: click.Context, _option: click.Parameter, begun: str) -> list[str]:
    """The services that begin so."""
    from scanner.aws.names import service_names

    return [name for name in service_names() if name.startswith(begun)]


def regions(_context: click.Context, _option: click.Parameter, begun: str) -> list[str]:
    """The regions that begin so."""
    from scanner.aws.names import region_names

    return [name for name in region_names() if name.startswith(begun)]


def rule_ids(_context: click.Context, _option: click.Parameter, begun: str) -> list[str]:
    """The built-in rules whose ids begin so: a rule's file is named like it, so none is read."""
    from scanner import assets

    files = assets.folder("rules").glob("*/*.yaml")
    found = (file.stem for file in files if file.parent.name != "frameworks")
    return sorted(name for name in found if name.startswith(begun))


def framework_ids(_context: click.Context, _option: click.Parameter, begun: str) -> list[str]:
    """The built-in frameworks that begin so."""
    from scanner import assets

    found = (file.stem for file in Path(assets.folder("rules"), "frameworks").glob("*.yaml"))
    return sorted(name for name in found if name.startswith(begun))


def outputs(
    _context: click.Context, _option: click.Parameter, begun: str
) -> list[click.shell_completion.CompletionItem]:
    """The formats with their `=`; behind it the shell completes a file."""
    from click.shell_completion import CompletionItem

    from scanner.render.formats import formats

    if "=" in begun:
        return [CompletionItem(begun, type="file")]
    return [CompletionItem(f"{name}=") for name in formats() if name.startswith(begun)]


def types(_context: click.Context, _option: click.Parameter, begun: str) -> list[str]:
    """The types that begin so. Shells whose words end at `:` complete each part."""
    from scanner.aws.table import tables

    found = {entry.type for table in tables().values() for entry in table}
    return sorted(name for name in found if name.startswith(begun))
