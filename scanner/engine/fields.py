"""Reading tables that people write by hand (settings, waivers) by a table of readers: no library on the gate's path.

A reader gives the value to use, or raises `ValueError` with what was wanted: `a list of strings`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, TypeAlias

from scanner.errors import PostureError

Reader: TypeAlias = Callable[[Any], Any]

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FINGERPRINT = re.compile(r"[0-9a-f]{32}")


class FieldError(ValueError):
    """What is wrong with a member of a table: `before`, its path, `after`; `hint` says what to do."""

    def __init__(self, path: str, before: str = "", after: str = "", hint: str = "") -> None:
        super().__init__(path)
        self.path = path
        self.hint = hint
        self._said = (before, after)

    @property
    def message(self) -> str:
        """In words: `expires is missing`."""
        return (self.path or "it").join(self._said)

    def within(self, path: str) -> FieldError:
        """The same of a table that stands at a path."""
        joint = "." if path and self.path and not self.path.startswith("[") else ""
        return FieldError(f"{path}{joint}{self.path}", *self._said, self.hint)

    def at(self, where: str, kind: type[PostureError]) -> PostureError:
        """The error for the user."""
        return kind(self.message, where=where, hint=self.hint)


def read(
    value: Any, readers: Mapping[str, Reader], *, noun: str = "member", needed: Collection[str] = ()
) -> dict[str, Any]:
    """The members of a table, each by its reader. Raises `FieldError`, naming the member."""
    if not isinstance(value, dict):
        raise FieldError("", after=" must be a table")
    for key in value:
        if key not in readers:
            near = get_close_matches(str(key), readers, 1)
            hint = f"Did you mean {near[0]}?" if near else f"Known {noun}s: {', '.join(sorted(readers))}"
            raise FieldError(str(key), f"there is no {noun} '", "'", hint)
    for key in needed:
        if key not in value:
            raise FieldError(key, after=" is missing", hint=f"It must be {_wanted(readers[key])}")
    return {key: _read(readers[key], item, key) for key, item in value.items()}


def _read(reader: Reader, value: Any, name: str) -> Any:
    try:
        return reader(value)
    except FieldError as error:  # of a table within
        raise error.within(name) from error
    except ValueError as error:
        raise FieldError(name, after=f" must be {error}") from error


def _wanted(reader: Reader) -> str:
    """What a reader wants, in its own words."""
    try:
        reader(None)
    except ValueError as error:
        return str(error)
    return "given"


def string(value: Any) -> str:
    """Any string."""
    if not isinstance(value, str):
        raise ValueError("a string")  # noqa: TRY004 - the readers' one kind of error
    return value


def words(value: Any) -> str:
    """A string that says something."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text that is not empty")
    return value.strip()


def account(value: Any) -> str:
    """An account's id or a glob; without quotation marks it is a number."""
    return str(value) if type(value) is int else words(value)


def strings(value: Any) -> tuple[str, ...]:
    """A list of strings."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("a list of strings")
    return tuple(value)


def boolean(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("true or false")  # noqa: TRY004 - the readers' one kind of error
    return value


def day(value: Any) -> str:
    """A date, of TOML or as text, in the form `2027-03-31`."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise ValueError("a date such as 2027-03-31")


def one_fingerprint(value: Any) -> str:
    """A finding's name, whole."""
    if not isinstance(value, str) or not _FINGERPRINT.fullmatch(value):
        raise ValueError("the 32 hex digits that the report gives a finding")
    return value


def pairs(value: Any) -> dict[str, str]:
    """A table of strings by name."""
    if not isinstance(value, dict) or not value or not all(isinstance(item, str) for item in value.values()):
        raise ValueError('a table of names and globs, such as {env = "dev*"}')
    return dict(value)


def list_of(readers: Mapping[str, Reader], needed: Collection[str]) -> Reader:
    """A reader of a list of tables."""

    def reader(value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list):
            raise ValueError("a list of tables")  # noqa: TRY004 - the readers' one kind of error
        return [_one(item, index) for index, item in enumerate(value, 1)]

    def _one(item: Any, index: int) -> dict[str, Any]:
        try:
            return read(item, readers, needed=needed)
        except FieldError as error:
            raise error.within(f"[{index}]") from error

    return reader
