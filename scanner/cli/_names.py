"""Options whose values have names: their help lists them, and shells complete them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import click

from scanner.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])


class NamedOption(click.Option):
    """An option whose help lists the names that it takes; they are looked up when the help is asked for."""

    label = ""

    def names(self) -> Iterable[str]:
        """The names, in order."""
        return ()

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The help with the names behind it."""
        found = super().get_help_record(ctx)
        return (found[0], f"{found[1]} {self.label}: {', '.join(self.names())}.") if found else None


class ServiceOption(NamedOption):
    """An option that takes a service."""

    label = "Services"

    def names(self) -> Iterable[str]:
        """Those that a table collects."""
        from scanner.aws.names import service_names

        return service_names()


class FormatOption(NamedOption):
    """An option that takes a format."""

    label = "Formats"

    def names(self) -> Iterable[str]:
        """Those that a module renders."""
        from scanner.render.formats import formats

        return formats()


class ExtraOption(NamedOption):
    """An option that takes an extra."""

    label = "Extras"

    def names(self) -> Iterable[str]:
        """Those that the tables have."""
        from scanner.aws.names import extra_names

        return extra_names()


def service_option(help_: str) -> Callable[[F], F]:
    """`--service NAME`, which repeats."""
    return click.option(
        "--service",
        "services",
        cls=ServiceOption,
        multiple=True,
        metavar="NAME",
        help=f"{help_}; repeats.",
        shell_complete=services,
    )


def extra_option() -> Callable[[F], F]:
    """`--with NAME`, which repeats."""
    return click.option(
        "--with",
        "extras",
        cls=ExtraOption,
        multiple=True,
        metavar="NAME",
        help="Also ask for what costs a call or more for each resource; repeats.",
        shell_complete=extras,
    )


def checked_extras(names: Sequence[str]) -> tuple[str, ...]:
    """The names, each once. Raises `UsageError` for one that no table has."""
    from scanner.aws.names import extra_names

    known = extra_names()
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"Did you mean {near[0]}?" if near else f"Extras: {', '.join(known) or 'none'}"
            raise UsageError(f"there is no extra {name!r}", hint=hint)
    return tuple(sorted(set(names)))


def services(_context: click.Context, _option: click.Parameter, begun: str) -> list[str]:
    """The services that begin so."""
    from scanner.aws.names import service_names

    return [name for name in service_names() if name.startswith(begun)]


def extras(_context: click.Context, _option: click.Parameter, begun: str) -> list[str]:
    """The extras that begin so."""
    from scanner.aws.names import extra_names

    return [name for name in extra_names() if name.startswith(begun)]


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
