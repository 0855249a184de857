"""A call that was not answered, in the words of reports."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.aws import models, permissions
from scanner.aws.failures import Failure
from scanner.aws.source import Account
from scanner.aws.table import Collect, Then
from scanner.model import Gap, Unknown, Why

UNREAD = Failure(Why.NOT_COLLECTED, "", "no selected rule reads this")
"""Why a question was not asked."""


def unasked(extra: str) -> Failure:
    """Why a question was not asked: nobody reads the answer, or nobody named the extra that it belongs to."""
    message = f"this costs a call for each resource: ask for it with --with {extra}"
    return Failure(Why.NOT_COLLECTED, "", message) if extra else UNREAD


@dataclass(frozen=True, slots=True)
class Place:
    """Where a shard is read: an account and a region, which may be `global`."""

    account: Account
    region: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A call: the API's name of the operation, and the IAM action that it needs."""

    account: str
    region: str
    service: str
    operation: str
    permission: str
    type: str

    @classmethod
    def of(cls, table: Collect, then: Then | None, place: Place, region: str = "") -> Asked:
        """The listing of an entry, or one of its questions."""
        asked: Collect | Then = then or table
        service = asked.service or table.service
        name = models.api_name(service, asked.operation)
        action = asked.permission or permissions.permission(service, name)
        return cls(place.account.id, region or place.region, service, name, action, table.type)


def missed(failure: Failure, asked: Asked, subject: str = "", *, more: bool = False) -> tuple[Unknown, Gap]:
    """The two ways in which a call without an answer is told: where it is missing, and in the list of gaps."""
    words = (asked.service, asked.operation, permissions.lacking(asked.permission, failure.message))
    unknown = Unknown(failure.why, "more" if more else "any", failure.message, *words)
    gap = Gap(asked.account, asked.region, *words, failure.why, (asked.type,), subject, message=failure.message)
    return unknown, gap
