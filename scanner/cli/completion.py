"""`posture completion SHELL`."""

from __future__ import annotations

import click

_EXAMPLES = """\b
Examples:
  echo 'eval "$(posture completion bash)"' >> ~/.bashrc
  echo 'eval "$(posture completion zsh)"' >> ~/.zshrc
  posture completion fish > ~/.config/fish/completions/posture.fish
"""


@click.command(short_help="Print the script by which a shell completes commands.", epilog=_EXAMPLES)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def command(shell: str) -> int:
    """Print the script by which a SHELL completes commands, options, rules, services, regions and formats."""
    from click.shell_completion import get_completion_class

    from scanner.cli._root import COMPLETE, PROGRAM, root

    found = get_completion_class(shell)
    if found is None:  # the choices are click's own shells
        raise click.UsageError(f"click knows no completion for {shell}")
    click.echo(found(root, {}, PROGRAM, COMPLETE).source())
    return 0
