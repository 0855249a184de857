"""The `posture` command: one command a file, wiring and nothing else."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line and exit with its code (0, 1, 2 or 3; 130 or 143 when interrupted)."""
    from scanner.cli import _streams
    from scanner.cli._root import COMPLETE, INTERRUPTED, TERMINATED, complete, run

    _streams.prepare()
    if instruction := os.environ.get(COMPLETE):
        sys.exit(complete(instruction))
    code = run(sys.argv[1:])
    if code in (INTERRUPTED, TERMINATED):
        _streams.leave(code)
    sys.exit(code)
