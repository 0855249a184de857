"""Options that say which accounts are read, and how old what is reused may be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scanner.errors import InputError, UsageError
from scanner.settings import Settings

if TYPE_CHECKING:
    from scanner.aws.organization import Choice

F = TypeVar("F", bound=Callable[..., Any])

_HOUR = 3600
_UNITS = {"s": 1, "m": 60, "h": _HOUR, "d": 24 * _HOUR}
_AGE = re.compile(r"([1-9]\d{0,5})([smhd])")
_SEVERAL = {"role_name": "--role-name", "exclude": "--exclude", "units": "--ou", "processes": "--processes"}
"""Options that are of several accounts, and what users call them."""

_OPTIONS = (
    click.option(
        "--org",
        "organization",
        is_flag=True,
        help="Every active account of the organization, each through a role; run it in the management account "
        "or a delegated administrator's.",
    ),
    click.option(
        "--accounts",
        metavar="FILE|LIST",
        default=None,
        help="These accounts: ids with commas, or a file of ids. With --org only these of it.",
    ),
    click.option(
        "--exclude", multiple=True, metavar="ID", help="Not this account; repeats, and adds to the settings'."
    ),
    click.option(
        "--ou",
        "units",
        multiple=True,
        metavar="OU-ID",
        help="Only the accounts in this organizational unit and below it; repeats.",
    ),
    click.option(
        "--role-name",
        default=None,
        metavar="NAME",
        help="The role to act as in each account, with its path if it has one. Default: aws-posture.",
    ),
    click.option(
        "--processes",
        type=click.IntRange(1, 64),
        default=None,
        help="How many accounts are read at a time. Default: as many as there are processors, at most 8.",
    ),
    click.option(
        "--max-age",
        metavar="DURATION",
        default=None,
        help="Go on with the finished snapshot of -s: only what is older than this (90m, 6h, 2d) is read anew.",
    ),
)


def choosing(command: F) -> F:
    """The options of commands that may read several accounts."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def several(options: dict[str, Any]) -> bool:
    """Whether several accounts are meant."""
    return bool(options.get("organization") or options.get("accounts"))


def choice(options: dict[str, Any], settings: Settings) -> Choice | None:
    """The accounts that options and settings ask for; `None` for the one of the credentials. Raises `UsageError`."""
    if not several(options):
        if lone := [name for key, name in _SEVERAL.items() if options[key]]:
            raise UsageError(f"{lone[0]} is of several accounts", hint="Add --org, or --accounts FILE|LIST")
        return None
    if options["replay"]:
        raise UsageError("a recording has its accounts", hint="Leave out --org and --accounts")
    if options["duration"] > _HOUR:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
        raise UsageError(
            "a role that a role acts as holds an hour at most", hint="Leave out --duration; it is renewed as needed"
        )
    from scanner.aws.organization import DEFAULT_ROLE, Choice

    kept = settings.organization
    return Choice(
        organization=options["organization"],
        accounts=_ids(options["accounts"]) or tuple(kept.get("accounts", ())),
        exclude=(*options["exclude"], *kept.get("exclude", ())),
        units=options["units"] or tuple(kept.get("ous", ())),
        role_name=options["role_name"] or kept.get("role_name", DEFAULT_ROLE),
    ).checked()


def _ids(given: str | None) -> tuple[str, ...]:
    """The ids of a list, or of a file in which `#` begins a remark. Raises `UsageError`, `InputError`."""
    if not given:
        return ()
    words = tuple(_words(given))
    if not words:
        raise UsageError("there is no account in it", where=given, hint="One id a line, or ids with commas")
    return words


def _words(given: str) -> Iterator[str]:
    text = given
    if not re.fullmatch(r"[\d,\s]*", given):
        path = Path(given)
        if not path.is_file():
            hint = "Give ids with commas (111122223333,444455556666) or the file that has them"
            raise UsageError("this is neither a list of account ids nor a file", where=given, hint=hint)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8"
            raise InputError(f"the accounts cannot be read ({reason})", where=given) from error
    for line in text.splitlines():
        yield from re.split(r"[,\s]+", line.partition("#")[0].strip(", \t")) if line.partition("#")[0].strip() else ()


def max_age(options: dict[str, Any]) -> int:
    """Seconds; 0 if there is no such limit. Raises `UsageError`."""
    text = options["max_age"]
    if text is None:
        return 0
    found = _AGE.fullmatch(text)
    if not found:
        raise UsageError(f"--max-age takes a duration such as 90m, 6h or 2d, not {text!r}")
    if options["path"] is None:
        raise UsageError("--max-age is of a snapshot that was kept", hint="Name its file: -s FILE")
    if options["force"]:
        raise UsageError("--force replaces what --max-age would reuse", hint="Leave out one of them")
    return int(found[1]) * _UNITS[found[2]]
