"""Standard output that may be closed, full or no longer read, and the end of the process."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from scanner.errors import InputError


class Stopped(KeyboardInterrupt):
    """SIGTERM: what an interruption leaves behind is cleared away then, too."""


def write(text: str, *, wanted: bool = False) -> None:
    """Write to standard output and flush; that a reader has left (`| head`) is no error.

    `wanted` is for what was asked for by name: it is UTF-8 whatever the terminal's encoding, and
    a standard output that is closed is an error. Raises `InputError` for that and for a full disk.
    """
    if sys.stdout is None:
        if wanted:
            raise InputError("standard output is closed", hint="Write to a file: -o json=report.json")
        return
    try:
        if wanted:
            sys.stdout.flush()
            sys.stdout.buffer.write(text.encode())
        else:
            sys.stdout.write(_shown(text))
        sys.stdout.flush()
    except BrokenPipeError:
        silence()
    except OSError as error:
        silence()
        raise InputError(f"standard output cannot be written ({error.strerror})") from error


def _shown(text: str) -> str:
    """Text in what the terminal's encoding holds."""
    if utf8(sys.stdout) or text.isascii():
        return text
    from scanner.render.console_style import to_ascii

    return to_ascii(text)


def utf8(stream: object) -> bool:
    """Whether a stream takes every character."""
    return (getattr(stream, "encoding", None) or "ascii").lower().replace("-", "").startswith("utf")


def tell(text: str) -> None:
    """Say something in one line on standard error, with what could write to the terminal made visible.

    Nobody may be listening there, and that is no reason to stop.
    """
    from scanner.render.text import printable

    with suppress(OSError):
        sys.stderr.write(f"{printable(text)}\n")
        sys.stderr.flush()


def silence() -> None:
    """Let what is still buffered go nowhere: Python would complain about it at exit."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def prepare() -> None:
    """Make SIGTERM an interruption, so that temporary files are removed, and have a standard error."""

    def stop(_number: int, _frame: object) -> NoReturn:
        raise Stopped

    signal.signal(signal.SIGTERM, stop)
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open as long as the process


def leave(code: int) -> NoReturn:
    """End the process at once: calls that are still waiting for AWS would hold it for minutes."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError):
                stream.flush()
    os._exit(code)
