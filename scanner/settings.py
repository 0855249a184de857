"""Settings from `posture.toml`, or `[tool.aws-posture]` in `pyproject.toml`, read by a small table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from scanner.errors import UsageError
from scanner.model import SEVERITIES

THRESHOLDS = (*SEVERITIES, "none")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project has decided once; options of the command line win over each."""

    path: str = ""
    fail_on: str = ""
    regions: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    anchor: str = ""


def _strings(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("a list of strings")
    return tuple(value)


def _threshold(value: Any) -> str:
    if value not in THRESHOLDS:
        raise ValueError("one of " + ", ".join(THRESHOLDS))
    return str(value)


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a string")  # noqa: TRY004 - caught below with the key's name
    return value


def _params(value: Any) -> Mapping[str, Mapping[str, Any]]:
    if not isinstance(value, dict) or not all(isinstance(item, dict) for item in value.values()):
        raise ValueError("a table of rule ids, each a table of parameters")
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "fail_on": _threshold,
    "regions": _strings,
    "services": _strings,
    "rules": _strings,
    "packs": _strings,
    "params": _params,
    "anchor": _string,
}


def find(start: Path) -> Path | None:
    """`posture.toml` in the folder, else a `pyproject.toml` there that has our table."""
    own = start / "posture.toml"
    if own.is_file():
        return own
    project = start / "pyproject.toml"
    with suppress(OSError):  # a project that is not ours to read has no settings for us
        if project.is_file() and b"aws-posture" in project.read_bytes():
            return project
    return None


def load(path: Path | None) -> Settings:
    """Read a settings file; none gives the defaults. Raises `UsageError` with file and key."""
    if path is None:
        return Settings()
    import tomllib  # a run without settings need not pay for it

    try:
        data: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"the settings cannot be read ({error.strerror})", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise UsageError("the settings are not UTF-8", where=str(path), hint="Save them as UTF-8") from error
    except RecursionError as error:
        raise UsageError("the settings are nested too deeply", where=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"the settings cannot be read: {error}", where=str(path)) from error
    if path.name == "pyproject.toml":
        for name in ("tool", "aws-posture"):
            data = data.get(name, {}) if isinstance(data, dict) else data
        if not isinstance(data, dict):
            raise UsageError("tool.aws-posture must be a table of settings", where=str(path))
    return Settings(path=str(path), **{key: _read(path, key, value) for key, value in data.items()})


def _read(path: Path, key: str, value: Any) -> Any:
    reader = _READERS.get(key)
    if reader is None:
        near = get_close_matches(key, _READERS, 1)
        hint = f"Did you mean {near[0]}?" if near else "Known settings: " + ", ".join(sorted(_READERS))
        raise UsageError(f"there is no setting {key!r}", where=str(path), hint=hint)
    try:
        return reader(value)
    except ValueError as error:
        raise UsageError(f"{key} must be {error}", where=str(path)) from error
