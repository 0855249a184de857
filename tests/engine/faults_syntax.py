"""Faults in how nodes are visited, each with cases that meet it."""

from __future__ import annotations

from dataclasses import replace

import strategies_expressions as e
from faults_planting import MAYBE, PERHAPS, I, after, all_sure, before, maker, on, sure

from scanner.engine import three_valued as tv
from scanner.engine import three_valued_functions as fn
from scanner.engine import unknowns
from scanner.engine.unknowns import Item, List, Object, Some, some, truth_of


def or_takes_unknown_for_false(m):
    m.setattr(I, "visit_or_expression", lambda self, n, v: _chosen(self, n, v, take_left=lambda t: t is True))


def or_takes_unknown_for_true(m):
    m.setattr(I, "visit_or_expression", lambda self, n, v: _chosen(self, n, v, take_left=lambda t: t is not False))


def and_takes_unknown_for_true(m):
    m.setattr(I, "visit_and_expression", lambda self, n, v: _chosen(self, n, v, take_left=lambda t: t is False))


def and_takes_unknown_for_false(m):
    def wrong(self, node, value):
        unknown = truth_of(self.visit(node["children"][0], value)) is None
        return False if unknown else _chosen(self, node, value, take_left=lambda truth: not truth)

    m.setattr(I, "visit_and_expression", wrong)


def _chosen(self, node, value, take_left):
    left = self.visit(node["children"][0], value)
    return left if take_left(truth_of(left)) else self.visit(node["children"][1], value)


def or_forgets_its_left_side(m):
    m.setattr(tv, "where_true", lambda _value: True)


def not_takes_unknown_for_false(m):
    m.setattr(I, "visit_not_expression", lambda self, n, v: not truth_of(self.visit(n["children"][0], v)))


def skipped_errors_are_raised(m):
    m.setattr(I, "attempt", lambda self, n, v, _because: self.visit(n, v))


def alternatives_are_the_first(m):
    m.setattr(tv, "either", lambda values, _because: next(iter(values)))
    m.setattr(fn, "either", lambda values, _because: next(iter(values)))


def alternatives_have_the_first_ones_type(m):
    m.setattr(tv, "either", lambda values, because: some(unknowns.types_of(next(iter(values))), because))


def filter_drops_maybes(m):
    after(m, I, "filtered", lambda found: found if found and found.doubt is None else None)


def filter_keeps_maybes(m):
    after(m, I, "filtered", lambda found: found and sure(found))


def filter_closes_the_list(m):
    def wrong(self, base, right, predicate=None, original=I.project):
        return original(self, replace(base, more=None) if isinstance(base, List) else base, right, predicate)

    m.setattr(I, "project", wrong)


def filter_forgets_an_earlier_doubt(m):
    def wrong(self, item, predicate):
        decided = truth_of(self.of_item(predicate, item))
        return None if decided is False else Item(item.value, None if decided else frozenset({"/s"}))

    m.setattr(I, "filtered", wrong)


def projection_keeps_perhaps_null(m):
    def wrong(self, item, right, original=I.projected):
        found = original(self, item, right)
        return found and replace(found, doubt=item.doubt)

    m.setattr(I, "projected", wrong)


def projection_drops_perhaps_null(m):
    def wrong(self, item, right, original=I.projected):
        found = original(self, item, right)
        return found if found and found.doubt == item.doubt else None

    m.setattr(I, "projected", wrong)


def projection_of_unknown_is_null(m):
    m.setattr(I, "list_or_null", lambda _self, _v, _wanted="array": None)


def projection_of_unknown_is_a_list(m):
    m.setattr(I, "list_or_null", lambda _self, v, _wanted="array": some({"array"}, unknowns.because_of(v)))


def index_ignores_further_elements(m):
    before(m, "visit_index", lambda value: replace(value, more=None) if isinstance(value, List) else value)


def index_ignores_doubts_before(m):
    before(m, "visit_index", all_sure)


def index_counts_from_the_start_only(m):
    original = I.visit_index
    m.setattr(I, "visit_index", lambda self, n, v: original(self, {**n, "value": abs(n["value"])}, v))


def index_of_unknown_is_null(m):
    original = I.visit_index
    m.setattr(I, "visit_index", lambda self, n, v: original(self, n, v) if isinstance(v, List) else None)


def slice_ignores_doubts(m):
    before(m, "visit_slice", lambda value: List(all_sure(value).items) if isinstance(value, List) else value)


def slice_looks_only_at_what_it_takes(m):
    m.setattr(
        I,
        "visit_slice",
        lambda self, n, v: (
            tv.settle(replace(v, items=v.items[slice(*n["children"])])) if isinstance(v, List) else self.list_or_null(v)
        ),
    )


def tails_look_only_at_what_they_take(m):
    m.setattr(tv, "fixes", lambda items, start, stop, _step: stop is None or unknowns.fixes(items, start, stop, None))


def flatten_takes_unknown_for_one_element(m):
    original = I.visit_flatten

    def wrong(self, node, value):
        base = tv.as_list(self.visit(node["children"][0], value))
        if base is None or not any(isinstance(item.value, Some) for item in base.items):
            return original(self, node, value)
        return tv.settle(base)

    m.setattr(I, "visit_flatten", wrong)


def flatten_forgets_inner_further_elements(m):
    after(m, tv, "as_list", lambda found: found and replace(found, more=None))


def flatten_forgets_outer_doubts(m):
    after(m, I, "visit_flatten", lambda found: tv.settle(all_sure(found)) if isinstance(found, List) else found)


def values_forget_absence(m):
    after(m, fn, "_entries", all_sure)


def values_keep_the_documents_order(m):
    after(
        m, fn, "_entries", lambda found: tv.settle(replace(found, shuffled=None)) if isinstance(found, List) else found
    )


def constructors_take_unknown_for_a_value(m):
    m.setattr(
        I,
        "visit_multi_select_list",
        lambda self, n, v: tv.settle(List(tuple(Item(self.visit(c, v)) for c in n["children"]))),
    )


def hashes_take_unknown_for_a_value(m):
    m.setattr(
        I,
        "visit_multi_select_dict",
        lambda self, n, v: tv.settle(Object({c["value"]: self.visit(c, v) for c in n["children"]})),
    )


def _values(rng, depth):
    return rng.choice(["keys(@) == `[{}]`", "keys(@)[0]", "keys(o)[1:]", "values(@)[0]", "o.* | [0]", "length(o.*)"])


SYNTAX = {
    or_takes_unknown_for_false: maker("or"),
    or_takes_unknown_for_true: maker("or"),
    and_takes_unknown_for_true: maker("and"),
    and_takes_unknown_for_false: maker("and"),
    or_forgets_its_left_side: lambda rng, _depth: f"(q || f) == {e.boolean(rng, 0)}",
    not_takes_unknown_for_false: maker("not"),
    skipped_errors_are_raised: lambda rng, _depth: (
        f"({e.boolean(rng, 1)}) && {rng.choice(['sum(t)', 'abs(q)', 'length(n)'])}"
    ),
    alternatives_are_the_first: maker("or", "and", "index", "not_null()"),
    alternatives_have_the_first_ones_type: lambda rng, depth: (
        f"type({e.or_(rng, depth)}) == '{rng.choice(['string', 'array'])}'"
    ),
    filter_drops_maybes: on(*MAYBE, "length(l[?f])", "l[?f]", "l[?!f].s", "l[?f] | [0].s"),
    filter_keeps_maybes: on(*MAYBE, "length(l[?f])", "l[?f]", "l[?!f].s", "l[?f] | [0].s"),
    filter_closes_the_list: maker("counted", "filter"),
    filter_forgets_an_earlier_doubt: on(*MAYBE, "length(l[?f] | [?s])", "l[?f].t[] | [?@ == 'y']", "l[?f] | [?t]"),
    projection_keeps_perhaps_null: maker("projection", "filter"),
    projection_drops_perhaps_null: maker("projection", "filter"),
    projection_of_unknown_is_null: maker("projection", "flatten", "value_projection"),
    projection_of_unknown_is_a_list: lambda rng, depth: f"{rng.choice(['type', 'length'])}({e.projection(rng, depth)})",
    index_ignores_further_elements: maker("index"),
    index_ignores_doubts_before: lambda rng, depth: f"({e.filter_(rng, depth)}) | [{rng.randrange(-2, 2)}]",
    index_counts_from_the_start_only: lambda rng, _depth: f"{rng.choice('ltv')}[{rng.randrange(-2, 0)}]",
    index_of_unknown_is_null: maker("index"),
    slice_ignores_doubts: maker("slice"),
    tails_look_only_at_what_they_take: on(*PERHAPS, "l[1:].s", "length(l[1:])", "t[1:]", "l[2:]"),
    slice_looks_only_at_what_it_takes: on(*MAYBE, "length((l[?f || s == 'y'])[1:])", "(l[?f || s == 'y'])[1:].s"),
    flatten_takes_unknown_for_one_element: maker("flatten"),
    flatten_forgets_inner_further_elements: maker("flatten"),
    flatten_forgets_outer_doubts: on(*MAYBE, "l[?f].t[]", "length(l[?f].t[])", "[l[?f], l] | [0][].t[]"),
    values_forget_absence: lambda rng, _depth: rng.choice(
        ["length(keys(@))", "length(values(o))", "contains(keys(@), 's')"]
    ),
    values_keep_the_documents_order: _values,
    constructors_take_unknown_for_a_value: lambda rng, depth: f"q.[s, {e.anything(rng, depth)}]",
    hashes_take_unknown_for_a_value: lambda rng, depth: f"q.{{a: {e.anything(rng, depth)}}}",
}
