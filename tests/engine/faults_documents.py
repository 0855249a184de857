"""Faults in how documents are read, each with cases that meet it."""

from __future__ import annotations

from dataclasses import replace

import strategies_expressions as e
from faults_planting import OPAQUES, PERHAPS, I, after, all_sure, maker, on

from scanner.engine import lifting
from scanner.engine import three_valued as tv
from scanner.engine import three_valued_compare as cmp
from scanner.engine.unknowns import ALL, Item, List, Object, Opaque, Some


def unknown_is_null(m):
    m.setattr(tv, "lift", lambda document: document.value)


def unknown_is_null_inside_objects(m):
    m.setattr(I, "visit_field", lambda _s, n, v: v.members.get(n["value"]) if isinstance(v, Object) else None)


def lists_are_closed(m):
    after(m, lifting, "_lift_list", lambda found: replace(found, more=None))


def unknown_elements_are_null(m):
    m.setattr(
        lifting,
        "_lift_list",
        lambda v, p: tv.settle(List(tuple(map(Item, v)), p.pointers() if "-" in p.below else None)),
    )


def unknown_members_are_there(m):
    after(m, lifting, "_lift_object", lambda found: replace(found, maybe={}) if isinstance(found, Object) else found)


def unknown_below_nothing_is_nothing(m):
    original = lifting._lift
    m.setattr(lifting, "_lift", lambda v, p: None if v is None and p.below and not p.unknown else original(v, p))


def perhaps_is_surely(m):
    after(m, lifting, "_lift_list", lambda found: tv.settle(all_sure(found)))


def perhaps_is_never(m):
    def present(found):
        return tv.settle(replace(found, items=tuple(item for item in found.items if item.doubt is None)))

    after(m, lifting, "_lift_list", present)


def perhaps_is_as_written(m):
    m.setattr(
        lifting, "_lift_held", lambda value, _place, f=lifting._lift_held: value if _place.pointer else f(value, _place)
    )


def perhaps_stands_in_for_null(m):
    def nullable(found):
        items = (item if item.doubt is None else Item(Some(ALL, item.doubt)) for item in found.items)
        return replace(found, items=tuple(items))

    after(m, lifting, "_lift_list", nullable)


def one_absence_is_every_absence(m):
    """Elements that may be absent are not absent together."""

    def together(found):
        doubtful = [item.value for item in found.items if item.doubt is not None]
        if len(doubtful) < 2:
            return found
        sure = tuple(item for item in found.items if item.doubt is None)
        return List((*sure, Item(doubtful[0], frozenset({"/l/0"}))), found.more, found.shuffled)

    after(m, lifting, "_lift_list", together)


def opaque_is_null(m):
    after(m, lifting, "_lift", lambda found: None if isinstance(found, Opaque) else found)


def opaque_tokens_differ(m):
    m.setattr(cmp, "_opaque_alike", lambda a, b: isinstance(a, Opaque) and isinstance(b, Opaque) and a.token == b.token)


def opaque_may_be_a_constant_surely(m):
    m.setattr(cmp, "_opaque_alike", lambda _a, _b: True)


def only_exact_members_touch(m):
    m.setattr(tv, "_meets", lambda place, read: place in read)


DOCUMENTS = {
    unknown_is_null: maker("anything"),
    unknown_is_null_inside_objects: maker("subexpression", "anything"),
    lists_are_closed: maker("counted"),
    unknown_elements_are_null: maker("index", "projection"),
    unknown_members_are_there: maker("length()", "keys()", "values()"),
    unknown_below_nothing_is_nothing: lambda rng, _depth: rng.choice(["w", "w.x", "!(w)", "w.x == `null`"]),
    perhaps_is_surely: maker("counted", "filter", "index", "projection", "contains()", "length()"),
    perhaps_is_never: maker("counted", "filter", "index", "projection", "contains()", "length()"),
    perhaps_is_as_written: on(*PERHAPS, "length(l[?f]) <= `1`", "l[?s == 'z'].f"),
    perhaps_stands_in_for_null: maker("counted", "flatten", "length()"),
    one_absence_is_every_absence: on(*PERHAPS, "length(l)", "contains(l[*].s, 'z')", "length(l[?s != 'y'])"),
    opaque_is_null: maker("equality", "not"),
    opaque_tokens_differ: on({}, OPAQUES, "s == u", "s != u", "[s] == [u]"),
    opaque_may_be_a_constant_surely: lambda rng, _depth: f"{rng.choice('su')} == {e.text(rng, 0)}",
    only_exact_members_touch: maker("projection", "length()"),
}
