"""Expressions on documents that are known in part, in Kleene's logic.

The law: a truth, or a wholly known value, that is given here is the same for every completion of the
unknown members on which the expression has a value; an error raised here is raised on each of them.
`lifting` says what a completion is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scanner.engine.expression import Expression, Node, too_deep
from scanner.engine.functions import EvaluationError, is_true
from scanner.engine.lifting import lift, lower
from scanner.engine.scope import Scope
from scanner.engine.three_valued_compare import compare
from scanner.engine.three_valued_functions import call
from scanner.engine.unknowns import (
    ALL,
    NOTHING,
    Abstract,
    Because,
    Item,
    List,
    Object,
    Some,
    as_list,
    as_object,
    because_of,
    doubt_of,
    either,
    fixes,
    settle,
    some,
    standing_at,
    truth_of,
    types_of,
    where_false,
    where_true,
)
from scanner.model import Partial, Unknown, Unknowns, pointer_parts


@dataclass(frozen=True, slots=True)
class Truth:
    """JMESPath's truth of an expression; None with the pointers whose unknown keeps it undecided."""

    value: bool | None
    because: tuple[tuple[str, Unknown], ...] = ()


def truth(expression: Expression, document: Partial, scope: Scope) -> Truth:
    """Whether an expression is true whatever the unknown members hold.

    Raises `EvaluationError` if it has no value on any completion, and `ValueError` if a key of
    `document.unknown` is no JSON Pointer.
    """
    touched = _touched(expression, document)
    if not touched:
        return Truth(is_true(expression.search(document.value, scope)))
    found = _evaluate(expression, Partial(document.value, touched), scope)
    decided = truth_of(found)
    reasons = doubt_of(found) if decided is None else NOTHING
    return Truth(decided, tuple((at, touched[at]) for at in sorted(reasons)))


def search(expression: Expression, document: Partial, scope: Scope) -> Partial:
    """The expression's value as far as it is known, with the unknown places in it.

    Of a list whose elements may be there or not, those that surely are, and `/-`. Raises as `truth`.
    """
    touched = _touched(expression, document)
    if not touched:
        return Partial(expression.search(document.value, scope))
    return lower(_evaluate(expression, Partial(document.value, touched), scope), touched)


def _evaluate(expression: Expression, document: Partial, scope: Scope) -> Any:
    try:
        return _Interpreter(expression, scope).visit(expression.ast, lift(document))
    except RecursionError:
        raise too_deep() from None


def _touched(expression: Expression, document: Partial) -> Unknowns:
    """The unknown places that the expression can see."""
    unknown = document.unknown
    if not unknown or "*" in expression.members:
        return unknown
    read = [member.split(".") for member in expression.members]
    return {at: why for at, why in unknown.items() if _meets(_reach(at, why, document.value), read)}


def _reach(at: str, why: Unknown, value: Any) -> list[str]:
    """The place that a pointer leaves open: where its parent is not there, or is no container, the parent."""
    parts = pointer_parts(at)
    for index, part in enumerate(parts):
        if isinstance(value, list):
            break
        if not isinstance(value, dict) or (why.kind == "more" and index == len(parts) - 1):
            return parts[:index]
        value = value.get(part)
    return parts


def _meets(place: list[str], read: list[list[str]]) -> bool:
    """Whether a place lies on, above or below one of the members read."""
    return any(all(a == b for a, b in zip(place, member, strict=False)) for member in read)


class _Interpreter:
    """Visits a syntax tree; what is applied to a wholly known value goes to the compiled evaluator."""

    def __init__(self, expression: Expression, scope: Scope) -> None:
        self.expression = expression
        self.scope = scope

    def visit(self, node: Node, value: Any) -> Any:
        """The value of a node. Raises `EvaluationError` only if every completion would."""
        if not isinstance(value, Abstract) and node["type"] != "expref":
            return self.expression.part(node)(value, self.scope)
        method: Callable[[Node, Any], Any] = getattr(self, f"visit_{node['type']}")
        return method(node, value)

    def attempt(self, node: Node, value: Any, because: Because) -> Any:
        """The value of a node that some completions do not reach: there an error is not certain."""
        try:
            return self.visit(node, value)
        except EvaluationError:
            return Some(ALL, because)

    # Values and chains.

    def visit_current(self, _node: Node, value: Any) -> Any:
        return value

    visit_identity = visit_current

    def visit_literal(self, node: Node, _value: Any) -> Any:
        return node["value"]

    def visit_field(self, node: Node, value: Any) -> Any:
        if isinstance(value, Object):
            return value.members.get(node["value"])
        return some(ALL, because_of(value)) if "object" in types_of(value) else None

    def visit_subexpression(self, node: Node, value: Any) -> Any:
        for child in node["children"]:
            value = self.visit(child, value)
        return value

    visit_pipe = visit_subexpression
    visit_index_expression = visit_subexpression
    visit_key_val_pair = visit_subexpression

    # Constructors.

    def visit_multi_select_list(self, node: Node, value: Any) -> Any:
        if "null" in types_of(value):
            return some({"array", "null"}, because_of(value))
        return settle(List(tuple(Item(self.visit(child, value)) for child in node["children"])))

    def visit_multi_select_dict(self, node: Node, value: Any) -> Any:
        if "null" in types_of(value):
            return some({"object", "null"}, because_of(value))
        return settle(Object({child["value"]: self.visit(child, value) for child in node["children"]}))

    # Logic.

    def visit_or_expression(self, node: Node, value: Any) -> Any:
        left = self.visit(node["children"][0], value)
        if truth_of(left) is not None:
            return left if truth_of(left) else self.visit(node["children"][1], value)
        doubt = doubt_of(left)
        right = self.attempt(node["children"][1], value, doubt)
        return either([where_true(left), right], doubt)

    def visit_and_expression(self, node: Node, value: Any) -> Any:
        left = self.visit(node["children"][0], value)
        if truth_of(left) is not None:
            return self.visit(node["children"][1], value) if truth_of(left) else left
        doubt = doubt_of(left)
        right = self.attempt(node["children"][1], value, doubt)
        return either([where_false(left), right], doubt)

    def visit_not_expression(self, node: Node, value: Any) -> Any:
        found = self.visit(node["children"][0], value)
        decided = truth_of(found)
        return some({"boolean"}, doubt_of(found)) if decided is None else not decided

    def visit_comparator(self, node: Node, value: Any) -> Any:
        left, right = node["children"]
        return compare(node["value"], self.visit(left, value), self.visit(right, value))

    # Lists.

    def visit_index(self, node: Node, value: Any) -> Any:
        """Known where everything before it (from the end: behind it) surely is there; else one of those
        that can come to stand there.
        """
        if not isinstance(value, List):
            return some(ALL, because_of(value)) if "array" in types_of(value) else None
        index = node["value"]
        items = value.items if index >= 0 else value.items[::-1]
        place = index if index >= 0 else -index - 1
        if value.more is not None or value.shuffled is not None:
            return some(ALL, because_of(value))
        candidates, doubt = standing_at(items, place)
        return candidates[0] if len(candidates) == 1 else either(candidates, doubt)

    def visit_slice(self, node: Node, value: Any) -> Any:
        """Known where the elements up to its end surely are there, of a tail those before it; else it
        has some of the elements.
        """
        if not isinstance(value, List):
            return self.list_or_null(value)
        start, stop, step = node["children"]
        if value.more is None and value.shuffled is None and fixes(value.items, start, stop, step):
            return settle(List(value.items[start:stop:step]))
        because = because_of(value)
        return settle(List(tuple(Item(item.value, because) for item in value.items), value.more, because))

    def visit_flatten(self, node: Node, value: Any) -> Any:
        base = self.visit(node["children"][0], value)
        elements = as_list(base)
        if elements is None:
            return self.list_or_null(base)
        items: list[Item] = []
        more, shuffled = elements.more, elements.shuffled
        for item in elements.items:
            inner = as_list(item.value)
            if inner is not None:
                items.extend(Item(each.value, _add(item.doubt, each.doubt)) for each in inner.items)
                more, shuffled = _add(more, inner.more), _add(shuffled, inner.shuffled)
            elif "array" in types_of(item.value):
                more = _add(more, because_of(item.value))
            else:
                items.append(item)
        return settle(List(tuple(items), more, shuffled))

    def visit_projection(self, node: Node, value: Any) -> Any:
        base, right = node["children"]
        return self.project(self.visit(base, value), right)

    def visit_filter_projection(self, node: Node, value: Any) -> Any:
        base, right, predicate = node["children"]
        return self.project(self.visit(base, value), right, predicate)

    def visit_value_projection(self, node: Node, value: Any) -> Any:
        base = self.visit(node["children"][0], value)
        if as_object(base) is None:
            return self.list_or_null(base, "object")
        return self.project(call("values", [base], self.scope), node["children"][1])

    def project(self, base: Any, right: Node, predicate: Node | None = None) -> Any:
        """Each element kept surely, dropped surely, or perhaps; nulls are dropped."""
        elements = as_list(base)
        if elements is None:
            return self.list_or_null(base)
        items = []
        for item in elements.items:
            kept = self.filtered(item, predicate) if predicate else item
            found = self.projected(kept, right) if kept else None
            if found:
                items.append(found)
        return settle(List(tuple(items), elements.more, elements.shuffled))

    def filtered(self, item: Item, predicate: Node) -> Item | None:
        test = self.of_item(predicate, item)
        decided = truth_of(test)
        if decided is None:
            return Item(item.value, _add(item.doubt, doubt_of(test)))
        return item if decided else None

    def projected(self, item: Item, right: Node) -> Item | None:
        found = self.of_item(right, item)
        if found is None:
            return None
        if isinstance(found, Some) and "null" in found.types:
            return Item(some(found.types - {"null"}, found.because, truth=found.truth), _add(item.doubt, found.because))
        return Item(found, item.doubt)

    def of_item(self, node: Node, item: Item) -> Any:
        """The value of a node on an element; where the element may not be there, an error is not certain."""
        return self.visit(node, item.value) if item.doubt is None else self.attempt(node, item.value, item.doubt)

    def list_or_null(self, value: Any, wanted: str = "array") -> Any:
        """What a projection makes of a value that may be a list, or is none."""
        types = types_of(value)
        if wanted not in types:
            return None
        return some({"array"} if types == {wanted} else {"array", "null"}, because_of(value))

    # Functions.

    def visit_function_expression(self, node: Node, value: Any) -> Any:
        return call(node["value"], [self.visit(child, value) for child in node["children"]], self.scope)

    def visit_expref(self, node: Node, _value: Any) -> Callable[[Any], Any]:
        return lambda element: self.visit(node["children"][0], element)


def _add(one: Because | None, other: Because | None) -> Because | None:
    """Two doubts, either of which may be none."""
    return other if one is None else one if other is None else one | other
