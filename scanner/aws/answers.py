"""Which call a member of a resource was read by; for people, from the tables alone."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from scanner.aws.table import collectors


def call_of(type_: str, member: str, made: Iterable[str]) -> str:
    """`kms:GetKeyPolicy` for a key's `Policy`; empty if none of the calls that were made gave it.

    `made` are the calls of `Resource.origin`. A member with a question of its own is that question's;
    the others come from the question that is merged into the resource (DescribeKey), if there is one,
    else from the listing.
    """
    service, operation = _asked(type_, member)
    return next((f"{service}:{call}" for call in made if call.lower() == operation), "")


@cache
def _asked(type_: str, member: str) -> tuple[str, str]:
    """The service and the operation, in lower case without underscores as both spellings have it."""
    for entry in collectors(type_):
        questions = [each for each in entry.questions() if each.member in (member, "")]
        for question in sorted(questions, key=lambda each: each.member != member):
            return question.service or entry.service, question.operation.replace("_", "")
        return entry.service, entry.operation.replace("_", "")
    return "", ""
