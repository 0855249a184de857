"""Where the data folders `rules/` and `reports/` are: in the installed package, else in the checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `rules` or `reports`. Raises `FileNotFoundError` if the installation lacks it."""
    for candidate in (_PACKAGE / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    message = f"{name}/ is missing beside {_PACKAGE}; reinstall aws-posture"
    raise FileNotFoundError(message)


def is_installed(name: str) -> bool:
    """Whether the folder lies in the package (a wheel), so that it cannot have been edited since the build."""
    return (_PACKAGE / name).is_dir()
