"""Policies as one question sees them: only the statements that can have a say in it.

Many identities share what remains, so it is judged once for all of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace

from scanner.derive.access.decision.document import Document, Statement
from scanner.derive.access.decision.flow import Policies
from scanner.derive.access.decision.patterns import matches

_OF_PRINCIPAL = ("aws:principal", "aws:userid", "aws:username", "kms:calleraccount")


class Lens:
    """One action on one resource; the resource may have wildcards."""

    def __init__(self, action: str, resource: str) -> None:
        self._action = action.lower()
        self._resource = resource
        self._wild = resource != "*" and ("*" in resource or "?" in resource)
        self._seen: dict[int, tuple[Document, Document]] = {}

    def policies(self, policies: Policies) -> Policies:
        """The policies with their statements that may mean the question, all in their places."""
        return replace(
            policies,
            identity=self._several(policies.identity),
            resource=None if policies.resource is None else self.document(policies.resource),
            boundary=None if policies.boundary is None else self._several(policies.boundary),
            session=None if policies.session is None else self._several(policies.session),
            scp=None if policies.scp is None else [self._several(level) for level in policies.scp],
            rcp=None if policies.rcp is None else [self._several(level) for level in policies.rcp],
            endpoint=None if policies.endpoint is None else self.document(policies.endpoint),
        )

    def document(self, document: Document) -> Document:
        """A document with the statements that remain of it; without its problems."""
        found = self._seen.get(id(document))
        if found is None:
            kept = [one for one in document.statements if self._may_mean(one)]
            found = self._seen[id(document)] = document, Document(kept)
        return found[1]

    def _several(self, documents: Iterable[Document]) -> list[Document]:
        return [self.document(one) for one in documents]

    def _may_mean(self, statement: Statement) -> bool:
        if statement.actions is not None:
            if not any(matches(pattern, self._action) for pattern in statement.actions):
                return False
        elif any(matches(pattern, self._action) for pattern in statement.not_actions or ()):
            return False
        if self._wild or statement.resources is None:
            return True
        return any(
            matches(pattern, self._resource) or (statement.variables and "${" in pattern)
            for pattern in statement.resources
        )


def is_free(policies: Policies) -> bool:
    """Whether no statement looks at the context, so that one request stands for all."""
    return not any(one.tests or _has_variables(one) for one in statements(policies))


def about_principals(policies: Policies) -> bool:
    """Whether a statement looks at who asks otherwise than by naming principals."""
    return any(
        _has_variables(one) or any(test.key.startswith(_OF_PRINCIPAL) for test in one.tests)
        for one in statements(policies)
    )


def statements(policies: Policies) -> Iterator[Statement]:
    """Every statement."""
    for _, document in policies.all():
        yield from document.statements


def likeness(documents: Sequence[Document]) -> Hashable:
    """Equal for documents that mean the same in the same order, whatever they are called."""
    return tuple(tuple(replace(one, number=0, sid="") for one in document.statements) for document in documents)


def _has_variables(statement: Statement) -> bool:
    if not statement.variables:
        return False
    texts = (statement.resources or ()) + (statement.not_resources or ())
    return any("${" in text for text in texts) or any("${" in text for test in statement.tests for text in test.values)
