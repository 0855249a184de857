"""What the credential report says of one user or of the root user, with texts made values.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypedDict

from scanner.derive.logic import as_kind, malformed
from scanner.derive.node import Node
from scanner.derive.passes import Context
from scanner.model import GLOBAL, Neighbours, Partial, Resource, Unknown, Why, pointer

REPORT = "AWS::IAM::CredentialReport"
_COLUMNS = (
    "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed", "mfa_active",
    "access_key_1_active", "access_key_1_last_rotated", "access_key_1_last_used_date",
    "access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date",
    "cert_1_active", "cert_2_active",
)  # fmt: skip
READS = tuple(f"{REPORT}.{column}" for column in _COLUMNS)

_NO_DATE = frozenset({"n/a", "no_information", "not_supported", ""})
_SETUP = timedelta(minutes=5)
"""A key made so soon after its user was made with it."""
_NO_ROW = Unknown(
    Why.NOT_COLLECTED,
    message="the credential report, which AWS makes at most every four hours, has no row for it; scan again later",
)


class AccessKeyUse(TypedDict):
    """One access key that exists. `idle_since` is its last use, or when it was made; `at_setup`: never used
    since it was made together with the user.
    """

    number: int
    active: bool
    created: str
    last_used: str | None
    idle_since: str
    at_setup: bool


class Credentials(TypedDict):
    """A row of the report. `last_used` is the latest use of any password or key, null for never;
    `certificates` are the numbers of active signing certificates.
    """

    password_enabled: bool
    password_idle_since: str | None
    mfa: bool
    last_used: str | None
    access_keys: list[AccessKeyUse]
    certificates: list[int]


class _Rows:
    """The rows of one account's report by ARN, and why there may be others."""

    def __init__(self, listed: Neighbours) -> None:
        self.incomplete = listed.incomplete
        self.by_arn = {str(Node.of(row, "arn").value): row for row in listed.resources}


def credentials_of(principal: Resource, context: Context) -> Partial:
    """The `Credentials` of a user or the root user; unknown as a whole where the report has no row for it."""
    rows = context.once(
        ("report_rows", principal.account), lambda: _Rows(context.neighbours(REPORT, principal.account, GLOBAL))
    )
    row = rows.by_arn.get(principal.id)
    if row is None:
        return Partial(None, {"": as_kind(rows.incomplete or _NO_ROW, "any")})
    return _Reading(row).credentials()


class _Reading:
    """Puts what the columns of one row say where it belongs, or why they do not say it."""

    def __init__(self, row: Resource) -> None:
        self._row = row
        self._fact = Partial({})

    def credentials(self) -> Partial:
        fact = self._fact
        # Of the root user the report may not tell the password (`not_supported`): it has one then.
        self._put("password_enabled", lambda: self._flag("password_enabled"))
        self._put("mfa", lambda: self._flag("mfa_active"))
        self._put("password_idle_since", self._password_idle_since)
        used = ("password_last_used", "access_key_1_last_used_date", "access_key_2_last_used_date")
        self._put("last_used", lambda: max(filter(None, map(self._date, used)), key=_moment, default=None))
        fact.value["access_keys"] = []
        for number in (1, 2):
            self._key(number)
        fact.value["certificates"] = []
        self._put("certificates", lambda: [n for n in (1, 2) if self._flag(f"cert_{n}_active")])
        return fact

    def _key(self, number: int) -> None:
        keys, name = self._fact.value["access_keys"], f"access_key_{number}"
        try:
            key = self._read_key(number, name)
        except _DoubtError as doubt:
            self._fact.unknown["/access_keys/-"] = as_kind(doubt.why, "more")
        else:
            keys += [key] if key else []

    def _read_key(self, number: int, name: str) -> dict[str, Any] | None:
        active, made = self._flag(f"{name}_active"), self._date(f"{name}_last_rotated")
        if not active and made is None:
            return None
        born, used = self._date("user_creation_time"), self._date(f"{name}_last_used_date")
        created = made or born
        if created is None:
            raise _DoubtError(malformed(f"/{name}_last_rotated", "an access key has a date"))
        setup = made is None or (born is not None and abs(_moment(made) - _moment(born)) <= _SETUP)
        return {
            "number": number,
            "active": active,
            "created": created,
            "last_used": used,
            "idle_since": used or created,
            "at_setup": used is None and setup,
        }

    def _put(self, name: str, read: Callable[[], Any]) -> None:
        try:
            self._fact.value[name] = read()
        except _DoubtError as doubt:
            self._fact.value.pop(name, None)
            self._fact.unknown[pointer(name)] = as_kind(doubt.why, "any")

    def _text(self, column: str) -> str | None:
        node = Node.of(self._row, column)
        if node.unknown:
            raise _DoubtError(node.unknown)
        return None if node.value is None else str(node.value).strip()

    def _flag(self, column: str) -> bool:
        text = (self._text(column) or "").lower()
        if text in ("true", "false") or (text == "not_supported" and column == "password_enabled"):
            return text != "false"
        raise _DoubtError(malformed(pointer(column), "the credential report says neither true nor false"))

    def _date(self, column: str) -> str | None:
        text = self._text(column)
        if text is None or text.lower() in _NO_DATE:
            return None
        try:
            _moment(text)
        except ValueError:
            raise _DoubtError(malformed(pointer(column), "this is no date")) from None
        return text

    def _password_idle_since(self) -> str | None:
        """A password that was never used is idle since it was set; AWS tells that date of no root user."""
        if not self._flag("password_enabled"):
            return None
        columns = ("password_last_used", "password_last_changed", "user_creation_time")
        found = next(filter(None, map(self._date, columns)), None)
        if found is None:
            raise _DoubtError(malformed("/password_last_changed", "a password has a date"))
        return found


class _DoubtError(Exception):
    """That a column does not say what it should, and why."""

    def __init__(self, why: Unknown) -> None:
        super().__init__(why.message)
        self.why = why


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
