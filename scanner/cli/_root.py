"""The root command: finds the commands by presence and imports only the one that is run."""

from __future__ import annotations

from collections.abc import Sequence

import click

from scanner.cli import _streams
from scanner.cli._group import Modules
from scanner.errors import PostureError
from scanner.version import VERSION

PROGRAM, COMPLETE = "posture", "_POSTURE_COMPLETE"
"""The command's name, and the variable by which a shell's script asks it for completions."""
FATAL = 2
INTERRUPTED, TERMINATED = 130, 143


_HELP = """Judge the security posture of AWS accounts, snapshots, Terraform plans and templates.

\b
posture demo                       see it on a fictional estate, no account
posture scan -o html=report.html   scan the account of your AWS credentials
posture gate plan.json infra/      judge code before it is deployed

Only `scan` and `collect` need credentials; they read and never write.

\b
Exit codes: 0 done
            1 a failure at or above --fail-on
            2 wrong usage, or a fatal error
            3 incomplete: something that was needed could not be read
"""


@click.group(
    cls=Modules, help=_HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(VERSION, prog_name="posture")
def root() -> None:
    """The group that holds the commands."""


def complete(instruction: str) -> int:
    """Answer a shell that completes, as click's scripts ask; the words are in the environment."""
    from click.shell_completion import shell_complete

    try:
        return shell_complete(root, {}, PROGRAM, COMPLETE, instruction)
    except (PostureError, OSError):
        return FATAL  # a shell that completes shows no errors


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code; errors of ours are one line on standard error."""
    try:
        # `root.main` would answer interrupts and broken pipes itself, in its own words and codes.
        with root.make_context(PROGRAM, list(arguments)) as context:
            result = root.invoke(context)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return FATAL
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt) as error:
        _streams.tell("posture: interrupted")
        return TERMINATED if isinstance(error, _streams.Stopped) else INTERRUPTED
    except BrokenPipeError:
        _streams.silence()  # the reader has gone (`| head`): nothing is left to say
        return 0
    except (click.ClickException, PostureError, OSError) as error:
        return _fatal(error)
    return result if isinstance(result, int) else 0


def _fatal(error: click.ClickException | PostureError | OSError) -> int:
    if isinstance(error, click.ClickException):
        text = _usage(error)
    elif isinstance(error, OSError):
        _streams.silence()
        where = f"{error.filename}: " if error.filename else "standard output cannot be written: "
        text = f"{where}{error.strerror or error}"
    else:
        text = str(error)
    _streams.tell(f"posture: {' '.join(text.split())}")
    return FATAL


def _usage(error: click.ClickException) -> str:
    """What is wrong with the command line, and where its help is."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "posture"
    return str(PostureError(error.format_message(), hint=f"See: {path} --help"))
