"""A group of commands that are found by presence, of which only the one that is run is imported."""

from __future__ import annotations

import pkgutil
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

import scanner.cli


class Modules(click.Group):
    """Each module of `scanner.cli` whose name is `prefix` and a name without leading underscore is a command.

    A hyphen of the command is an underscore of the module.
    """

    def __init__(self, *args: Any, prefix: str = "", **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._prefix = prefix

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names in order."""
        found = (each.name for each in pkgutil.iter_modules(scanner.cli.__path__) if each.name.startswith(self._prefix))
        names = (name.removeprefix(self._prefix) for name in found)
        return sorted(name.replace("_", "-") for name in names if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module; `None` if there is no such command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = import_module(f"scanner.cli.{self._prefix}{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest command for a mistyped one."""
        if (
            args
            and not ctx.resilient_parsing
            and self.get_command(ctx, args[0]) is None
            and not args[0].startswith("-")
        ):
            near = get_close_matches(args[0], self.list_commands(ctx), 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)
