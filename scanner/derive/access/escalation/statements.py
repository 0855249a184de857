"""Which statements of which documents mean the actions that ways need: found once, asked often."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from scanner.derive.access.decision.document import Document, Statement
from scanner.derive.access.decision.patterns import matches
from scanner.derive.access.world.context import PRINCIPAL_TAG

_WILD = re.compile(r"[*?]|\$\{")


class ByAction:
    """Statements of documents by action, over a fixed set of actions (in lower case)."""

    def __init__(self, actions: Iterable[str]) -> None:
        """Patterns are expanded over `actions` alone, each pattern once."""
        self._actions = _together(tuple(actions))
        self._documents: dict[int, tuple[Document, dict[str, list[Statement]]]] = {}

    def of(self, document: Document, action: str) -> Sequence[Statement]:
        """The statements of a document whose `Action` or `NotAction` means the action."""
        return self.actions_of(document).get(action, ())

    def actions_of(self, document: Document) -> Mapping[str, Sequence[Statement]]:
        """The statements of a document by each action that they mean."""
        found = self._documents.get(id(document))
        if found is None:
            found = self._documents[id(document)] = (document, self._read(document))
        return found[1]

    def _read(self, document: Document) -> dict[str, list[Statement]]:
        read: dict[str, list[Statement]] = {}
        for statement in document.statements:
            for action in self.meant(statement):
                read.setdefault(action, []).append(statement)
        return read

    def meant(self, statement: Statement) -> frozenset[str]:
        """Those of the actions that a statement means."""
        if statement.actions is not None:
            return self._union(statement.actions)
        return self._actions - self._union(statement.not_actions or ())

    def _union(self, patterns: Sequence[str]) -> frozenset[str]:
        return frozenset().union(*(_expanded(self._actions, pattern) for pattern in patterns))


@lru_cache(8)
def _together(actions: tuple[str, ...]) -> frozenset[str]:
    """The same set for the same actions, so that what was expanded over it is found again."""
    return frozenset(actions)


@lru_cache(16384)
def _expanded(actions: frozenset[str], pattern: str) -> frozenset[str]:
    if "*" in pattern or "?" in pattern:
        return frozenset(action for action in actions if matches(pattern, action))
    return actions & {pattern}


def may_mean(statement: Statement, resource: str) -> bool:
    """Whether a statement's `Resource` or `NotResource` means a resource; variables may hold anything."""
    if statement.resources is not None:
        return any(_may_match(pattern, resource) for pattern in statement.resources)
    if statement.not_resources is not None:
        return not any("${" not in pattern and matches(pattern, resource) for pattern in statement.not_resources)
    return True


def _may_match(pattern: str, resource: str) -> bool:
    return pattern == "*" or "${" in pattern or matches(pattern, resource)


def absent_tags(document: Document) -> dict[str, tuple[str, ...]]:
    """The tags of principals that a document asks for, each as one that is not there."""
    return {key: () for statement in document.statements for key in _tag_keys(statement)}


def resource_tag_keys(documents: Iterable[Document]) -> frozenset[str]:
    """The keys (`aws:resourcetag/team`) by which documents ask for tags of a resource."""
    every = (key for document in documents for statement in document.statements for key in _keys(statement))
    return frozenset(key for key in every if "resourcetag/" in key)


def _tag_keys(statement: Statement) -> Iterator[str]:
    return (key for key in _keys(statement) if key.startswith(PRINCIPAL_TAG))


def _keys(statement: Statement) -> Iterator[str]:
    """Every key that a statement tests, or puts into a text."""
    for test in statement.tests:
        yield test.key
        yield from _variables(test.values)
    yield from _variables((*(statement.resources or ()), *(statement.not_resources or ())))


def _variables(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        for piece in text.lower().split("${")[1:]:
            yield piece.partition("}")[0].partition(",")[0].strip()


def may_meet(statement: Statement, forms: Sequence[str], partition: str) -> bool:
    """Whether a statement's `Resource` may mean a resource of one of some ARN formats, as far as their heads tell."""
    if statement.resources is None or not forms or "*" in forms:
        return True
    heads = [form.replace("${Partition}", partition).partition("${")[0] for form in forms]
    for pattern in statement.resources:
        head = _WILD.split(pattern, maxsplit=1)[0]
        if any(one.startswith(head) or head.startswith(one) for one in heads):
            return True
    return False


def is_plain(statement: Statement) -> bool:
    """Whether a statement has neither conditions nor variables, so that one request tells of all contexts."""
    if statement.tests:
        return False
    return not any("${" in text for text in (*(statement.resources or ()), *(statement.not_resources or ())))


def is_everywhere(statement: Statement) -> bool:
    """Whether a statement means every resource."""
    return statement.resources is not None and any(not text.strip("*") for text in statement.resources)
