"""Reading a saved report."""

from __future__ import annotations

from pathlib import Path

from scanner.model import Report


def read_report(path: Path) -> Report:
    """The report in a file written by `-o json=FILE`. Raises `InputError`."""
    from scanner.render.json_report import load, read_text

    return load(read_text(path), str(path))
