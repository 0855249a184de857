"""Faults in comparisons and functions, each with cases that meet it."""

from __future__ import annotations

from collections import defaultdict

import strategies as s
import strategies_expressions as e
from faults_planting import ANY, MAYBE, after, all_sure, maker, on

from scanner.engine import functions, lifting, unknowns
from scanner.engine import three_valued as tv
from scanner.engine import three_valued_compare as cmp
from scanner.engine import three_valued_functions as fn
from scanner.engine.compiler_tables import SCOPED
from scanner.engine.functions import EvaluationError
from scanner.engine.unknowns import Interval, Item, List, Object, Opaque, Some, truth_of
from scanner.model import Unknown, Why


def equality_with_unknown_is_false(m):
    after(m, cmp, "equal", bool)


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
    after(m, cmp, "order", lambda found: False if isinstance(found, Some) else found)


def ordering_with_unknown_is_null(m):
    m.setattr(cmp, "ORDERABLE", frozenset({"number"}))


def ordering_takes_unknown_for_a_number(m):
    positive = lambda v: Interval(1, None, v.because) if isinstance(v, Some) else v  # noqa: E731 - a planted bug
    m.setattr(cmp, "order", lambda o, a, b, f=cmp.order: f(o, positive(a), positive(b)))


def ordering_at_the_bound(m):
    m.setattr(cmp, "_order_bounds", lambda o, a, b, f=cmp._order_bounds: f({"lt": "lte", "gte": "gt"}.get(o, o), a, b))


def interval_equals_when_it_may(m):
    after(m, cmp, "_interval_alike", lambda _found: True)


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
    after(m, fn, "contains_item", bool)


def contains_takes_a_maybe_for_a_hit(m):
    m.setattr(fn, "contains_item", lambda e, x, f=fn.contains_item: f(all_sure(e), x))


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
    m.setitem(fn._CERTAIN, "to_string", lambda v: functions.fn_to_string(lifting.lower(v, _REASONS).value))


def map_forgets_doubts(m):
    m.setitem(fn._CERTAIN, "map", lambda apply, value: fn._map(apply, all_sure(value)))


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
        plain = [each if callable(each) else lifting.lower(each, _REASONS).value for each in arguments]
        return getattr(functions, f"fn_{name}")(*([s.SCOPE] if name in SCOPED else []), *plain)

    def plant(m):
        m.setitem(fn._CERTAIN, name, wrong)

    plant.__name__ = f"{name}_of_what_is_known"
    return plant


def _numbers_in_lists(rng, depth):
    return f"[{e.equality(rng, depth)}] == `[{rng.randrange(2)}]`"


def _objects_compared(rng, depth):
    return f"{rng.choice(['o', '@', 'l[0]', 'o.o'])} == {rng.choice(['o', 'l[0]', 'l[1]', '`{}`', '@'])}"


def _lists_compared(rng, depth):
    return f"({e.filter_(rng, depth)}) == ({e.array(rng, depth)})"


VALUES = {
    equality_with_unknown_is_false: maker("equality"),
    equality_stops_at_the_first_equal_part: _objects_compared,
    equality_of_objects_ignores_absence: on({"o": {}, "l": [{}]}, {"/o/s": ANY}, "o == l[0]", "contains(l, o)"),
    equality_of_lists_counts_sure_elements: _lists_compared,
    equality_of_lists_wants_each_perhaps: _lists_compared,
    equality_inside_lists_parts_numbers_from_booleans: _numbers_in_lists,
    ordering_with_unknown_is_false: maker("ordering"),
    ordering_with_unknown_is_null: maker("ordering"),
    ordering_takes_unknown_for_a_number: maker("ordering"),
    ordering_at_the_bound: maker("counted"),
    interval_equals_when_it_may: maker("counted"),
    interval_without_upper_bound: lambda rng, _depth: f"length({rng.choice('ltv')}) <= `{rng.randrange(4)}`",
    length_is_its_lower_bound: maker("length()", "counted"),
    length_is_its_upper_bound: maker("length()", "counted"),
    length_of_unknown_is_zero: maker("length()"),
    contains_is_false_without_a_hit: maker("contains()"),
    contains_takes_a_maybe_for_a_hit: on(*MAYBE, "contains(l[?f].s, 'x')", "l[?f] | contains([*].s, 'x')"),
    contains_in_an_unknown_is_false: maker("contains()"),
    not_null_skips_unknown: maker("not_null()"),
    not_null_takes_unknown: maker("not_null()"),
    type_of_unknown_is_null: maker("type()"),
    to_array_wraps_unknown: maker("to_array()"),
    to_number_of_unknown_is_null: maker("to_number()"),
    to_string_of_unknown_is_json: maker("to_string()"),
    map_forgets_doubts: lambda rng, depth: f"length(map(&s, l[?{e.boolean(rng, depth)}]))",
    errors_on_maybes_are_certain: on(*MAYBE, "map(&length(n), l[?f])", "sort_by(l[?f], &length(n))"),
    wrong_types_that_may_be_right_are_errors: maker("starts_with()", "sum()", "abs()"),
    empty_open_lists_are_false: maker("filter", "not"),
    lists_of_maybes_are_true: maker("filter", "not"),
    objects_of_maybes_are_false: on({"o": {}}, {"/o/s": ANY}, "o", "!o", "o && s", "[o][?@]"),
    **{
        _computed(name): maker(f"{name}()")
        for name in sorted(fn.RESULTS)
        if name not in ("contains", "type", "to_number", "to_string")
    },
}
