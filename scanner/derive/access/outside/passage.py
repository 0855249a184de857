"""The policy of a bucket as requests through an access point meet it: about the access point and its objects.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from scanner.derive.access.decision.document import Statement
from scanner.derive.access.search.strings import OutOfBudgetError

_OBJECT = "/object/"


class Passage:
    """What a bucket's statements mean where a request names the access point in the bucket's place."""

    def __init__(self, point: str, bucket: str) -> None:
        """Both by ARN."""
        self._point = point
        self._bucket = bucket
        self._known: dict[int, tuple[Statement, Statement | None]] = {}

    def all(self, statements: Iterable[Statement]) -> list[Statement]:
        """The statements that are about the bucket or its objects, in the access point's words.

        Raises `OutOfBudgetError` where a policy variable stands in the bucket's place.
        """
        return [found for one in statements if (found := self._of(one)) is not None]

    def _of(self, statement: Statement) -> Statement | None:
        """The same for the same, as what searches keep of statements is by identity."""
        if id(statement) not in self._known:
            self._known[id(statement)] = statement, self._translated(statement)
        return self._known[id(statement)][1]

    def _translated(self, one: Statement) -> Statement | None:
        if one.resources is not None:
            named = tuple(self._named(one.resources, variables=one.variables))
            return replace(one, resources=named) if named else None
        left_out = tuple(self._named(one.not_resources or (), variables=one.variables))
        return replace(one, not_resources=left_out or None)

    def _named(self, patterns: Iterable[str], *, variables: bool) -> Iterator[str]:
        for pattern in patterns:
            own = rests(pattern, self._bucket, variables=variables)
            if any(not one.strip("*") for one in own):
                yield self._point
            yield from sorted({f"{self._point}{_OBJECT}{one}" for rest in own for one in rests(rest, "/")})


def rests(pattern: str, text: str, *, variables: bool = False) -> set[str]:
    """What of a pattern with wildcards is left for what follows a text that it begins with; several, or none.

    Raises `OutOfBudgetError` where a variable would have to stand for a part of the text.
    """
    places = {0}
    for sign in text:
        after: set[int] = set()
        for place in places:
            at = place
            while pattern[at : at + 1] == "*":
                after.add(at)
                at += 1
            if variables and pattern.startswith("${", at):
                raise OutOfBudgetError(f"a policy variable in the place of {text}")
            if pattern[at : at + 1] in ("?", sign):
                after.add(at + 1)
        places = after
    return {pattern[place:] for place in places}
