"""Bugs that one could well write, planted in the three-valued evaluator: the law's check finds each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from random import Random

import pytest
import strategies as s
import strategies_expressions as e

from scanner.engine import functions, unknowns
from scanner.engine import three_valued as tv
from scanner.engine import three_valued_compare as cmp
from scanner.engine import three_valued_functions as fn
from scanner.engine.compiler_tables import SCOPED
from scanner.engine.functions import EvaluationError
from scanner.engine.unknowns import ALL, Interval, Item, List, Object, Opaque, Some, either, some, truth_of
from scanner.model import Partial, Unknown, Why

CASES = 4000
"""Tries before a fault counts as missed; most are found within fifty."""

I = tv._Interpreter  # noqa: E741 - the interpreter, patched some thirty times below


def _sure(item):
    return replace(item, doubt=None)


def unknown_is_null(m):
    m.setattr(tv, "lift", lambda document: document.value)


def unknown_is_null_inside_objects(m):
    m.setattr(I, "visit_field", lambda _s, n, v: v.members.get(n["value"]) if isinstance(v, Object) else None)


def lists_are_closed(m):
    original = unknowns._lift_list
    m.setattr(unknowns, "_lift_list", lambda v, p: replace(original(v, p), more=None))


def unknown_elements_are_null(m):
    m.setattr(unknowns, "_lift_list", lambda v, p: List(tuple(map(Item, v)), p.pointers() if "-" in p.below else None))


def unknown_members_are_there(m):
    m.setattr(unknowns, "_lift_object", lambda v, p, f=unknowns._lift_object: _without_maybe(f(v, p)))


def _without_maybe(found):
    return replace(found, maybe={}) if isinstance(found, Object) else found


def unknown_below_nothing_is_nothing(m):
    original = unknowns._lift
    m.setattr(unknowns, "_lift", lambda v, p: None if v is None and p.below and not p.unknown else original(v, p))


def opaque_is_null(m):
    original = unknowns._lift
    m.setattr(unknowns, "_lift", lambda v, p: None if isinstance(original(v, p), Opaque) else original(v, p))


def opaque_tokens_differ(m):
    m.setattr(cmp, "_opaque_alike", lambda a, b: isinstance(a, Opaque) and isinstance(b, Opaque) and a.token == b.token)


def opaque_may_be_a_constant_surely(m):
    m.setattr(cmp, "_opaque_alike", lambda _a, _b: True)


def only_exact_members_touch(m):
    m.setattr(tv, "_meets", lambda place, read: place in read)


def or_takes_unknown_for_false(m):
    m.setattr(I, "visit_or_expression", lambda self, n, v: _chosen(self, n, v, take_left=lambda t: t is True))


def or_takes_unknown_for_true(m):
    m.setattr(I, "visit_or_expression", lambda self, n, v: _chosen(self, n, v, take_left=lambda t: t is not False))


def and_takes_unknown_for_true(m):
    m.setattr(I, "visit_and_expression", lambda self, n, v: _chosen(self, n, v, take_left=lambda t: t is False))


def and_takes_unknown_for_false(m):
    m.setattr(
        I,
        "visit_and_expression",
        lambda self, n, v: (
            False
            if truth_of(self.visit(n["children"][0], v)) is None
            else _chosen(self, n, v, take_left=lambda t: not t)
        ),
    )


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
    original = I.filtered
    m.setattr(I, "filtered", lambda self, i, p: (lambda f: f if f and f.doubt is None else None)(original(self, i, p)))


def filter_keeps_maybes(m):
    original = I.filtered
    m.setattr(I, "filtered", lambda self, i, p: (lambda f: _sure(f) if f else None)(original(self, i, p)))


def filter_closes_the_list(m):
    original = I.project
    m.setattr(
        I,
        "project",
        lambda self, b, r, p=None: original(self, replace(b, more=None) if isinstance(b, List) else b, r, p),
    )


def filter_forgets_an_earlier_doubt(m):
    def wrong(self, item, predicate):
        decided = truth_of(self.of_item(predicate, item))
        return None if decided is False else Item(item.value, None if decided else frozenset({"/s"}))

    m.setattr(I, "filtered", wrong)


def projection_keeps_perhaps_null(m):
    original = I.projected
    m.setattr(I, "projected", lambda self, i, r: (lambda f: f and replace(f, doubt=i.doubt))(original(self, i, r)))


def projection_drops_perhaps_null(m):
    original = I.projected
    m.setattr(
        I, "projected", lambda self, i, r: (lambda f: f if f and f.doubt == i.doubt else None)(original(self, i, r))
    )


def projection_of_unknown_is_null(m):
    m.setattr(I, "list_or_null", lambda _self, _v, _wanted="array": None)


def projection_of_unknown_is_a_list(m):
    m.setattr(I, "list_or_null", lambda _self, v, _wanted="array": some({"array"}, unknowns.because_of(v)))


def index_ignores_further_elements(m):
    original = I.visit_index
    m.setattr(
        I, "visit_index", lambda self, n, v: original(self, n, replace(v, more=None) if isinstance(v, List) else v)
    )


def index_ignores_doubts_before(m):
    original = I.visit_index
    m.setattr(
        I,
        "visit_index",
        lambda self, n, v: original(
            self, n, replace(v, items=tuple(map(_sure, v.items))) if isinstance(v, List) else v
        ),
    )


def index_counts_from_the_start_only(m):
    original = I.visit_index
    m.setattr(I, "visit_index", lambda self, n, v: original(self, {**n, "value": abs(n["value"])}, v))


def index_of_unknown_is_null(m):
    original = I.visit_index
    m.setattr(I, "visit_index", lambda self, n, v: original(self, n, v) if isinstance(v, List) else None)


def slice_ignores_doubts(m):
    original = I.visit_slice
    m.setattr(
        I,
        "visit_slice",
        lambda self, n, v: original(self, n, List(tuple(map(_sure, v.items))) if isinstance(v, List) else v),
    )


def slice_looks_only_at_what_it_takes(m):
    m.setattr(
        I,
        "visit_slice",
        lambda self, n, v: (
            tv.settle(replace(v, items=v.items[slice(*n["children"])])) if isinstance(v, List) else self.list_or_null(v)
        ),
    )


def flatten_takes_unknown_for_one_element(m):
    original = I.visit_flatten

    def wrong(self, node, value):
        base = tv.as_list(self.visit(node["children"][0], value))
        if base is None or not any(isinstance(item.value, Some) for item in base.items):
            return original(self, node, value)
        return tv.settle(base)

    m.setattr(I, "visit_flatten", wrong)


def flatten_forgets_inner_further_elements(m):
    m.setattr(tv, "as_list", lambda v, f=unknowns.as_list: (lambda x: x and replace(x, more=None))(f(v)))


def flatten_forgets_outer_doubts(m):
    original = I.visit_flatten

    def wrong(self, node, value):
        found = original(self, node, value)
        return tv.settle(replace(found, items=tuple(map(_sure, found.items)))) if isinstance(found, List) else found

    m.setattr(I, "visit_flatten", wrong)


def values_forget_absence(m):
    original = fn._entries
    m.setattr(
        fn,
        "_entries",
        lambda v, part: (lambda x: replace(x, items=tuple(map(_sure, x.items))) if isinstance(x, List) else x)(
            original(v, part)
        ),
    )


def values_keep_the_documents_order(m):
    original = fn._entries
    m.setattr(
        fn,
        "_entries",
        lambda v, part: (lambda x: tv.settle(replace(x, shuffled=None)) if isinstance(x, List) else x)(
            original(v, part)
        ),
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


def equality_with_unknown_is_false(m):
    original = cmp.equal
    m.setattr(cmp, "equal", lambda a, b: original(a, b) or False)


def equality_stops_at_the_first_equal_part(m):
    m.setattr(cmp, "_all", lambda results: next((r for r in results if r is not None), True))


def equality_of_objects_ignores_absence(m):
    m.setattr(
        cmp,
        "_members_alike",
        lambda name, a, b: name in a.members and name in b.members and cmp.alike(a.members[name], b.members[name]),
    )


def equality_of_lists_counts_sure_elements(m):
    m.setattr(cmp, "_fixed", lambda _value: True)


def equality_of_lists_wants_each_perhaps(m):
    m.setattr(
        cmp,
        "_lacks",
        lambda sub, whole: any(all(cmp.alike(i.value, o.value) is False for o in whole.items) for i in sub.items),
    )


def equality_inside_lists_parts_numbers_from_booleans(m):
    m.setattr(cmp, "_loosely", unknowns.types_of)


def ordering_with_unknown_is_false(m):
    original = cmp.order
    m.setattr(cmp, "order", lambda o, a, b: (lambda r: False if isinstance(r, Some) else r)(original(o, a, b)))


def ordering_with_unknown_is_null(m):
    m.setattr(cmp, "ORDERABLE", frozenset({"number"}))


def ordering_takes_unknown_for_a_number(m):
    positive = lambda v: Interval(1, None, v.because) if isinstance(v, Some) else v  # noqa: E731 - a planted bug
    m.setattr(cmp, "order", lambda o, a, b, f=cmp.order: f(o, positive(a), positive(b)))


def ordering_at_the_bound(m):
    m.setattr(cmp, "_order_bounds", lambda o, a, b, f=cmp._order_bounds: f({"lt": "lte", "gte": "gt"}.get(o, o), a, b))


def interval_equals_when_it_may(m):
    m.setattr(cmp, "_interval_alike", lambda a, b: True)


def interval_without_upper_bound(m):
    m.setattr(cmp, "_bounds", lambda v: (v.low, v.high or v.low) if isinstance(v, Interval) else (v, v))


def length_is_its_lower_bound(m):
    m.setattr(fn, "_interval", lambda low, _high, _because: low)


def length_is_its_upper_bound(m):
    m.setattr(fn, "_interval", lambda low, high, _because: low if high is None else high)


def length_of_unknown_is_zero(m):
    original = fn._length
    m.setitem(fn._CERTAIN, "length", lambda v: 0 if isinstance(v, Some | Opaque) else original(v))


def contains_is_false_without_a_hit(m):
    original = fn.contains_item
    m.setattr(fn, "contains_item", lambda e, x: original(e, x) or False)


def contains_takes_a_maybe_for_a_hit(m):
    m.setattr(fn, "contains_item", lambda e, x, f=fn.contains_item: f(replace(e, items=tuple(map(_sure, e.items))), x))


def contains_in_an_unknown_is_false(m):
    original = fn._contains
    m.setitem(fn._CERTAIN, "contains", lambda a, b: original(a, b) if tv.as_list(a) else False)


def not_null_skips_unknown(m):
    m.setitem(fn._CERTAIN, "not_null", lambda *v: next((x for x in v if "null" not in unknowns.types_of(x)), None))


def not_null_takes_unknown(m):
    m.setitem(fn._CERTAIN, "not_null", lambda *v: unknowns.where_not_null(next((x for x in v if x is not None), None)))


def type_of_unknown_is_null(m):
    m.setitem(fn._CERTAIN, "type", lambda v: fn.RESULTS and ("null" if isinstance(v, Some) else fn._type(v)))


def to_array_wraps_unknown(m):
    m.setitem(fn._CERTAIN, "to_array", lambda v: v if tv.as_list(v) else List((Item(v),)))


def to_number_of_unknown_is_null(m):
    m.setitem(fn._CERTAIN, "to_number", lambda v: v if isinstance(v, Interval) else None)


def to_string_of_unknown_is_json(m):
    m.setitem(fn._CERTAIN, "to_string", lambda v: functions.fn_to_string(unknowns.lower(v, _REASONS).value))


def map_forgets_doubts(m):
    original = fn._map
    m.setitem(
        fn._CERTAIN, "map", lambda a, v: original(a, List(tuple(map(_sure, v.items))) if isinstance(v, List) else v)
    )


def errors_on_maybes_are_certain(m):
    m.setattr(fn, "_applied", lambda apply, item: apply(item.value))


def wrong_types_that_may_be_right_are_errors(m):
    original = fn._check
    m.setattr(fn, "_check", lambda name, args: _strict(name, args) or original(name, args))


def _strict(name, arguments):
    for types, argument in zip(fn.SIGNATURES[name].arguments, arguments, strict=False):
        if types and isinstance(argument, Some) and not argument.types <= set(types):
            raise EvaluationError(name)


def empty_open_lists_are_false(m):
    m.setattr(tv, "truth_of", lambda v: False if isinstance(v, List) and not v.items else truth_of(v))


def lists_of_maybes_are_true(m):
    m.setattr(tv, "truth_of", lambda v: True if isinstance(v, List) and v.items else truth_of(v))


def objects_of_maybes_are_false(m):
    m.setattr(tv, "truth_of", lambda v: truth_of(v) or False if isinstance(v, Object) else truth_of(v))


_REASONS = defaultdict(lambda: Unknown(Why.DENIED))


def _computed(name):
    """The function computed from what is known of its arguments, as if there were nothing else."""

    def wrong(*arguments):
        plain = [each if callable(each) else unknowns.lower(each, _REASONS).value for each in arguments]
        return getattr(functions, f"fn_{name}")(*([s.SCOPE] if name in SCOPED else []), *plain)

    def plant(m):
        m.setitem(fn._CERTAIN, name, wrong)

    plant.__name__ = f"{name}_of_what_is_known"
    return plant


def _maker(*names):
    return lambda rng, depth: e.MAKERS[rng.choice(names)](rng, depth)


def _on(root, unknown, *sources):
    """Cases on one document, for what random ones seldom meet."""
    partial = Partial(root, unknown)
    return lambda rng, depth: (rng.choice(sources), partial)


ANY = Unknown(Why.DENIED)
MAYBE = ({"l": [{"s": "x", "t": ["y"]}, {"s": "y", "f": False}]}, {"/l/0/f": ANY})
OPAQUES = {f"/{name}": Unknown(Why.AFTER_APPLY, "opaque", token=f"k.{name}") for name in "su"}


def _numbers_in_lists(rng, depth):
    return f"[{e.equality(rng, depth)}] == `[{rng.randrange(2)}]`"


def _objects_compared(rng, depth):
    return f"{rng.choice(['o', '@', 'l[0]', 'o.o'])} == {rng.choice(['o', 'l[0]', 'l[1]', '`{}`', '@'])}"


def _lists_compared(rng, depth):
    return f"({e.filter_(rng, depth)}) == ({e.array(rng, depth)})"


def _values(rng, depth):
    return rng.choice(["keys(@) == `[{}]`", "keys(@)[0]", "keys(o)[1:]", "values(@)[0]", "o.* | [0]", "length(o.*)"])


PLANTED = {
    unknown_is_null: _maker("anything"),
    unknown_is_null_inside_objects: _maker("subexpression", "anything"),
    lists_are_closed: _maker("counted"),
    unknown_elements_are_null: _maker("index", "projection"),
    unknown_members_are_there: _maker("length()", "keys()", "values()"),
    unknown_below_nothing_is_nothing: lambda rng, depth: rng.choice(["w", "w.x", "!(w)", "w.x == `null`"]),
    opaque_is_null: _maker("equality", "not"),
    opaque_tokens_differ: _on({}, OPAQUES, "s == u", "s != u", "[s] == [u]"),
    opaque_may_be_a_constant_surely: lambda rng, depth: f"{rng.choice('su')} == {e.text(rng, 0)}",
    only_exact_members_touch: _maker("projection", "length()"),
    or_takes_unknown_for_false: _maker("or"),
    or_takes_unknown_for_true: _maker("or"),
    and_takes_unknown_for_true: _maker("and"),
    and_takes_unknown_for_false: _maker("and"),
    or_forgets_its_left_side: lambda rng, depth: f"(q || f) == {e.boolean(rng, 0)}",
    not_takes_unknown_for_false: _maker("not"),
    skipped_errors_are_raised: lambda rng, depth: (
        f"({e.boolean(rng, 1)}) && {rng.choice(['sum(t)', 'abs(q)', 'length(n)'])}"
    ),
    alternatives_are_the_first: _maker("or", "and", "index", "not_null()"),
    alternatives_have_the_first_ones_type: lambda rng, depth: (
        f"type({e.or_(rng, depth)}) == '{rng.choice(['string', 'array'])}'"
    ),
    filter_drops_maybes: _on(*MAYBE, "length(l[?f])", "l[?f]", "l[?!f].s", "l[?f] | [0].s"),
    filter_keeps_maybes: _on(*MAYBE, "length(l[?f])", "l[?f]", "l[?!f].s", "l[?f] | [0].s"),
    filter_closes_the_list: _maker("counted", "filter"),
    filter_forgets_an_earlier_doubt: _on(*MAYBE, "length(l[?f] | [?s])", "l[?f].t[] | [?@ == 'y']", "l[?f] | [?t]"),
    projection_keeps_perhaps_null: _maker("projection", "filter"),
    projection_drops_perhaps_null: _maker("projection", "filter"),
    projection_of_unknown_is_null: _maker("projection", "flatten", "value_projection"),
    projection_of_unknown_is_a_list: lambda rng, depth: f"{rng.choice(['type', 'length'])}({e.projection(rng, depth)})",
    index_ignores_further_elements: _maker("index"),
    index_ignores_doubts_before: lambda rng, depth: f"({e.filter_(rng, depth)}) | [{rng.randrange(-2, 2)}]",
    index_counts_from_the_start_only: lambda rng, depth: f"{rng.choice('ltv')}[{rng.randrange(-2, 0)}]",
    index_of_unknown_is_null: _maker("index"),
    slice_ignores_doubts: _maker("slice"),
    slice_looks_only_at_what_it_takes: _on(*MAYBE, "length((l[?f || s == 'y'])[1:])", "(l[?f || s == 'y'])[1:].s"),
    flatten_takes_unknown_for_one_element: _maker("flatten"),
    flatten_forgets_inner_further_elements: _maker("flatten"),
    flatten_forgets_outer_doubts: _on(*MAYBE, "l[?f].t[]", "length(l[?f].t[])", "[l[?f], l] | [0][].t[]"),
    values_forget_absence: lambda rng, depth: rng.choice(
        ["length(keys(@))", "length(values(o))", "contains(keys(@), 's')"]
    ),
    values_keep_the_documents_order: _values,
    constructors_take_unknown_for_a_value: lambda rng, depth: f"q.[s, {e.anything(rng, depth)}]",
    hashes_take_unknown_for_a_value: lambda rng, depth: f"q.{{a: {e.anything(rng, depth)}}}",
    equality_with_unknown_is_false: _maker("equality"),
    equality_stops_at_the_first_equal_part: _objects_compared,
    equality_of_objects_ignores_absence: _on({"o": {}, "l": [{}]}, {"/o/s": ANY}, "o == l[0]", "contains(l, o)"),
    equality_of_lists_counts_sure_elements: _lists_compared,
    equality_of_lists_wants_each_perhaps: _lists_compared,
    equality_inside_lists_parts_numbers_from_booleans: _numbers_in_lists,
    ordering_with_unknown_is_false: _maker("ordering"),
    ordering_with_unknown_is_null: _maker("ordering"),
    ordering_takes_unknown_for_a_number: _maker("ordering"),
    ordering_at_the_bound: _maker("counted"),
    interval_equals_when_it_may: _maker("counted"),
    interval_without_upper_bound: lambda rng, depth: f"length({rng.choice('ltv')}) <= `{rng.randrange(4)}`",
    length_is_its_lower_bound: _maker("length()", "counted"),
    length_is_its_upper_bound: _maker("length()", "counted"),
    length_of_unknown_is_zero: _maker("length()"),
    contains_is_false_without_a_hit: _maker("contains()"),
    contains_takes_a_maybe_for_a_hit: _on(*MAYBE, "contains(l[?f].s, 'x')", "l[?f] | contains([*].s, 'x')"),
    contains_in_an_unknown_is_false: _maker("contains()"),
    not_null_skips_unknown: _maker("not_null()"),
    not_null_takes_unknown: _maker("not_null()"),
    type_of_unknown_is_null: _maker("type()"),
    to_array_wraps_unknown: _maker("to_array()"),
    to_number_of_unknown_is_null: _maker("to_number()"),
    to_string_of_unknown_is_json: _maker("to_string()"),
    map_forgets_doubts: lambda rng, depth: f"length(map(&s, l[?{e.boolean(rng, depth)}]))",
    errors_on_maybes_are_certain: _on(*MAYBE, "map(&length(n), l[?f])", "sort_by(l[?f], &length(n))"),
    wrong_types_that_may_be_right_are_errors: _maker("starts_with()", "sum()", "abs()"),
    empty_open_lists_are_false: _maker("filter", "not"),
    lists_of_maybes_are_true: _maker("filter", "not"),
    objects_of_maybes_are_false: _on({"o": {}}, {"/o/s": ANY}, "o", "!o", "o && s", "[o][?@]"),
    **{
        _computed(name): _maker(f"{name}()")
        for name in sorted(fn.RESULTS)
        if name not in ("contains", "type", "to_number", "to_string")
    },
}


def _tries(fault, most=CASES):
    """How many cases it took to find the fault, or nothing."""
    rng = Random(fault.__name__)  # noqa: S311 - cases, not secrets
    for count in range(1, most + 1):
        made = PLANTED[fault](rng, 2)
        source, partial = made if isinstance(made, tuple) else (made, None)
        if s.judged(rng, lambda _rng, _depth, text=source: text, partial).violation():
            return count
    return None


@pytest.mark.parametrize("fault", PLANTED, ids=lambda fault: fault.__name__)
def test_the_law_finds(fault, monkeypatch):
    with monkeypatch.context() as planted:
        fault(planted)
        found = _tries(fault)
    assert found, "the planted fault was not found"
    assert not _tries(fault, found), "the same cases break the law without the fault"
