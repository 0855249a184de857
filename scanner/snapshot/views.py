"""The views by which a snapshot is queried: one per type, in names that SQL can be written with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from scanner.snapshot.schema import TABLES

ENVELOPE = ("id", "name", "account", "region", "tags", "unknown", "config")
"""The columns that every view has, before one for each member."""

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+")
_MEMBER = re.compile(r"[A-Za-z0-9_.:-]{1,200}")
_PREFIX = "config_"


@dataclass(frozen=True, slots=True)
class View:
    """A view of one type: `columns` maps each column of a member to that member."""

    name: str
    type: str
    columns: Mapping[str, str]

    @property
    def all_columns(self) -> tuple[str, ...]:
        """Every column in order."""
        return (*ENVELOPE, *self.columns)

    @property
    def statement(self) -> str:
        """The SQL that makes it, beside the snapshot's tables."""
        members = (
            f"json_extract(config, {_text('$.' + _name(member))}) AS {_name(column)}"
            for column, member in self.columns.items()
        )
        envelope = "id, name, account, region, tags, nullif(unknown, '') AS unknown, config"
        return (
            f"CREATE TEMP VIEW IF NOT EXISTS {_name(self.name)} AS SELECT {', '.join((envelope, *members))} "  # noqa: S608 - quoted below
            f"FROM main.resource WHERE type = {_text(self.type)}"
        )


def names(types: Sequence[str]) -> dict[str, str]:
    """Type by the name of its view: `AWS::EC2::SecurityGroup` is `ec2_security_group`.

    Each type is also a view under its own name in quotes; where two would share the short one, only there.
    """
    found: dict[str, str] = {}
    shared: set[str] = set()
    for type_ in sorted(set(types)):
        short = short_name(type_)
        if short in found or short in TABLES or short.startswith("sqlite"):
            shared.add(short)
        elif short:
            found[short] = type_
    return {name: type_ for name, type_ in found.items() if name not in shared} | {type_: type_ for type_ in types}


def short_name(type_: str) -> str:
    """Service and words of a type in lower case, joined by `_`; empty for what has none."""
    parts = type_.split("::")
    service, *rest = parts[1:] if len(parts) > 1 and parts[0] == "AWS" else parts
    words = [word for part in rest for word in _WORDS.findall(part)]
    return "_".join(word.lower() for word in (re.sub(r"\W", "", service), *words) if word)


def view(name: str, type_: str, members: Iterable[str]) -> View:
    """A view with a column a member; one whose name is taken (SQL tells no case apart) gets a prefix."""
    taken = {column.lower() for column in ENVELOPE}
    columns: dict[str, str] = {}
    for member in members:
        column = f"{_PREFIX}{member}" if member.lower() in taken else member
        if _MEMBER.fullmatch(member) and column.lower() not in taken:
            taken.add(column.lower())
            columns[column] = member
    return View(name, type_, columns)


def mentioned(sql: str, known: Sequence[str]) -> list[str]:
    """The names that a query may mean: only these views need to be made."""
    text = sql.lower()
    words = set(re.findall(r"\w+", text))
    return [name for name in known if name.lower() in (text if ":" in name else words)]


MembersOf = Callable[[str], Sequence[str]]
"""The members of a type's configuration; empty where they are not known."""


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
