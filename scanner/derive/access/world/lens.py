"""Policies as one question sees them: only the statements that can have a say in it.

Many identities share what remains, so it is judged once for all of them.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from scanner.derive.access.decision.document import Document, Statement
from scanner.derive.access.decision.flow import Policies
from scanner.derive.access.decision.operators import Test
from scanner.derive.access.decision.patterns import matches
from scanner.derive.access.decision.statements import variables_of

OF_PRINCIPAL = ("aws:principal", "aws:userid", "aws:username", "kms:calleraccount")
"""How keys about who asks begin."""
_VARIABLE = re.compile(r"\$\{[^}]*\}")


class Seen(NamedTuple):
    """What a question sees of one document: the statements, and their tests on who asks.

    `meanings` number the statements by what they ask of a request, and `denials` those that deny. `opens`: whether
    something is allowed; `sure`: in every request; `variables`: whether a statement has any.
    """

    document: Document
    meanings: frozenset[int]
    denials: frozenset[int]
    sure: bool
    of_principals: tuple[Test, ...]
    opens: bool
    variables: bool


class Lens:
    """One action on one resource; the resource may have wildcards."""

    def __init__(self, action: str, resource: str) -> None:
        self._action = action.lower()
        self._resource = resource
        self._wild = resource != "*" and ("*" in resource or "?" in resource)
        self._seen: dict[int, tuple[Document, Seen]] = {}
        self._numbers: dict[Hashable, int] = {}

    def policies(self, policies: Policies) -> Policies:
        """The policies with their statements that may mean the question, all in their places."""
        return replace(
            policies,
            identity=[one for one in self._several(policies.identity) if one.statements],
            resource=None if policies.resource is None else self.document(policies.resource),
            boundary=None if policies.boundary is None else self._several(policies.boundary),
            session=None if policies.session is None else self._several(policies.session),
            scp=None if policies.scp is None else [self._several(level) for level in policies.scp],
            rcp=None if policies.rcp is None else [self._several(level) for level in policies.rcp],
            endpoint=None if policies.endpoint is None else self.document(policies.endpoint),
        )

    def document(self, document: Document) -> Document:
        """A document with the statements that remain of it; without its problems."""
        return self.seen(document).document

    def seen(self, document: Document) -> Seen:
        """What remains of a document, looked at once."""
        found = self._seen.get(id(document))
        if found is None:
            # the document is kept beside it, so that no other gets its number
            found = self._seen[id(document)] = document, self._look(document)
        return found[1]

    def _look(self, document: Document) -> Seen:
        kept = [one for one in document.statements if self._may_mean(one)]
        return Seen(
            Document(kept),
            frozenset(map(self._number, kept)),
            frozenset(self._number(one) for one in kept if one.effect == "Deny"),
            any(one.effect == "Allow" and self._surely_means(one) for one in kept),
            tuple(sorted({test for one in kept for test in one.tests if test.key.startswith(OF_PRINCIPAL)})),
            any(one.effect == "Allow" for one in kept),
            any(_has_variables(one) for one in kept),
        )

    def _number(self, statement: Statement) -> int:
        """The same number for statements that mean the same of all that is asked: action and resource are settled."""
        settled = not (self._wild or _has_variables(statement))
        resources = () if settled else (statement.resources, statement.not_resources, statement.variables)
        meaning = statement.effect, statement.principals, statement.not_principals, statement.tests, resources
        return self._numbers.setdefault(meaning, len(self._numbers))

    def _surely_means(self, statement: Statement) -> bool:
        """Whether it means each request on the one resource, whoever asks."""
        return not (self._wild or statement.tests or _has_variables(statement)) and (
            any(matches(pattern, self._resource) for pattern in statement.resources or ())
        )

    def _several(self, documents: Iterable[Document]) -> list[Document]:
        return [self.document(one) for one in documents]

    def _may_mean(self, statement: Statement) -> bool:
        if statement.actions is not None:
            if not any(matches(pattern, self._action) for pattern in statement.actions):
                return False
        elif any(matches(pattern, self._action) for pattern in statement.not_actions or ()):
            return False
        if self._wild:
            return True
        if statement.resources is None:
            return statement.variables or not any(matches(one, self._resource) for one in statement.not_resources or ())
        # a variable may stand for anything
        texts = (_VARIABLE.sub("*", one) for one in statement.resources) if statement.variables else statement.resources
        return any(matches(text, self._resource) for text in texts)


def is_free(policies: Policies) -> bool:
    """Whether no statement looks at the context, so that one request stands for all."""
    return not any(one.tests or _has_variables(one) for one in statements(policies))


def statements(policies: Policies) -> Iterator[Statement]:
    """Every statement."""
    for _, document in policies.all():
        yield from document.statements


def _has_variables(statement: Statement) -> bool:
    return next(variables_of(statement), None) is not None
