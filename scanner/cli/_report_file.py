"""Reading a saved report."""

from __future__ import annotations

from pathlib import Path

from scanner.errors import InputError
from scanner.model import Report

_LARGEST = 1 << 30
"""Bytes; 100,000 findings are some 200 MB."""
_HINT = "Give a report written by -o json=FILE"


def read_report(path: Path) -> Report:
    """The report in a file written by `-o json=FILE`. Raises `InputError`."""
    from scanner.render.json_report import load

    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("not JSON: not UTF-8", where=str(path), hint=_HINT) from error
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path), hint=_HINT) from error
    if len(data) > _LARGEST:
        raise InputError(f"larger than {_LARGEST >> 30} GiB", where=str(path), hint=_HINT)
    return load(text, str(path))
