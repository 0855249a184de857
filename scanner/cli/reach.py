"""`posture reach`: each module `_reach_NAME` is one of its commands, and `ask` need not be said."""

from __future__ import annotations

import click

from scanner.cli._group import Modules

_DEFAULT = "ask"


class _Asked(Modules):
    """A group whose first word may be left out where it is the question."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by name; a snapshot's name is a question on it."""
        return super().get_command(ctx, cmd_name) or super().get_command(ctx, _DEFAULT)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command in front of what names none."""
        if args and args[0] not in (*self.list_commands(ctx), *self.get_help_option_names(ctx)):
            args = [_DEFAULT, *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Asked, prefix="_reach_")
def command() -> None:
    """What gets through the network: posture reach SNAPSHOT --from A --to B, or all that the internet reaches.

    `posture reach ask --help` has the question's options; the word itself may be left out.
    """
