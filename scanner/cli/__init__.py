"""The `posture` command: one command a file, wiring and nothing else."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its code (0, 1, 2 or 3; 130 when interrupted)."""
    from scanner.cli._root import run

    sys.exit(run(sys.argv[1:]))
