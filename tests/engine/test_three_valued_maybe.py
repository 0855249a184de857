"""Elements that may not be there: what each operator makes of them, and which are named as the reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scanner.engine.expression import parse
from scanner.engine.scope import Scope
from scanner.engine.three_valued import Truth, search, truth
from scanner.model import Partial, Unknown, Why

SCOPE = Scope({}, datetime(2026, 7, 1, tzinfo=UTC))
MAYBE = Unknown(Why.AFTER_APPLY, "maybe", message="the parameter has no value")
DENIED = Unknown(Why.DENIED, "maybe", operation="GetThat")
ANY = Unknown(Why.NOT_COLLECTED)

DOCUMENT = Partial(
    {
        "Ports": [{"p": 22}, {"p": 80, "t": ["a"]}, {"p": 443, "t": ["b"]}],
        "Last": [{"p": 22}, {"p": 80}],
        "Only": ["x"],
        "Nested": [[1, 2], [3]],
        "Half": [{"p": 1}, {"p": 2}],
        "Open": ["x"],
        "NoList": {"a": 1},
    },
    {
        "/Ports/0": MAYBE,
        "/Ports/2": DENIED,
        "/Last/1": MAYBE,
        "/Only/0": MAYBE,
        "/Nested/0": MAYBE,
        "/Nested/1/0": DENIED,
        "/Half/0": MAYBE,
        "/Half/0/q": ANY,
        "/Open/0": MAYBE,
        "/Open/-": Unknown(Why.OUT_OF_SCOPE, "more"),
        "/NoList/a": MAYBE,
        "/NoList/b": MAYBE,
    },
)

TRUTHS: dict[str, tuple[bool | None, tuple[str, ...]]] = {
    # truth of a list
    "Ports": (True, ()),
    "Only": (None, ("/Only/0",)),
    "!Only": (None, ("/Only/0",)),
    "Open": (None, ("/Open/-", "/Open/0")),
    # what a filter surely drops is not named
    "length(Ports[?p == `23`]) == `0`": (True, ()),
    "length(Ports[?p == `80`]) == `0`": (False, ()),
    "length(Ports[?p == `22`]) == `0`": (None, ("/Ports/0",)),
    "length(Ports[?p == `443`]) == `0`": (None, ("/Ports/2",)),
    "length(Ports[?p != `80`]) == `0`": (None, ("/Ports/0", "/Ports/2")),
    "Ports[?p == `22`] || Ports[?p == `80`]": (True, ()),
    "length(Ports) >= `1`": (True, ()),
    "length(Ports) <= `3`": (True, ()),
    "length(Ports) == `2`": (None, ("/Ports/0", "/Ports/2")),
    "length(Ports) == `4`": (False, ()),
    "length(Open) >= `0`": (True, ()),
    # contains
    "contains(Ports[*].p, `80`)": (True, ()),
    "contains(Ports[*].p, `81`)": (False, ()),
    "contains(Ports[*].p, `22`)": (None, ("/Ports/0",)),
    "contains(Open, 'y')": (None, ("/Open/-",)),
    # index and slice
    "Last[0].p == `22`": (True, ()),
    "Last[1]": (None, ("/Last/1",)),
    "Last[-1]": (True, ()),
    "Last[-1].p == `80`": (None, ("/Last/1",)),
    "Last[2]": (False, ()),
    "Ports[0]": (True, ()),
    "Ports[0].p == `22`": (None, ("/Ports/0",)),
    "Ports[3]": (False, ()),
    "Last[:1]": (True, ()),
    "Last[1:]": (None, ("/Last/1",)),
    "length(Last[1:]) <= `1`": (True, ()),
    "Ports[1:]": (None, ("/Ports/0", "/Ports/2")),
    "Last[::-1] | [0].p == `22`": (None, ("/Last/1",)),
    # flatten and projections
    "contains(Nested[], `2`)": (None, ("/Nested/0",)),
    "contains(Nested[], `4`)": (False, ()),
    "length(Nested[]) <= `3`": (True, ()),
    "length(Nested[]) == `0`": (None, ("/Nested/0", "/Nested/1/0")),
    "Nested[1]": (None, ("/Nested/0", "/Nested/1/0")),
    "contains(Ports[*].t[], 'a')": (True, ()),
    "contains(Ports[*].t[], 'b')": (None, ("/Ports/2",)),
    # an element that may be absent, with a member that is not known
    "Half[?q]": (None, ("/Half/0", "/Half/0/q")),
    "length(Half[?p == `1`]) == `0`": (None, ("/Half/0",)),
    "Half[?p == `2` && !q]": (True, ()),
    # comparison
    "Only == `[]`": (None, ("/Only/0",)),
    'Only == `["x"]`': (None, ("/Only/0",)),
    'Only == `["y"]`': (False, ()),
    "Last == `[]`": (False, ()),
    # functions
    "not_null(Only, 'x')": (None, ("/Only/0",)),
    "type(Only) == 'array'": (True, ()),
    "to_array(Last)": (True, ()),
    "map(&p, Last)": (True, ()),
    "length(map(&p, Last)) == `2`": (None, ("/Last/1",)),
    "sort_by(Last, &p)[0].p == `22`": (None, ("/Last/1",)),
    "max(Last[*].p) == `80`": (None, ("/Last/1",)),
    # where there is no such element it says no more than that the place is not known
    "NoList.a == `1`": (None, ("/NoList/a",)),
    "NoList.b": (None, ("/NoList/b",)),
}


@pytest.mark.parametrize("source", TRUTHS)
def test_truth_and_why_it_is_open(source: str) -> None:
    value, because = TRUTHS[source]
    expected = Truth(value, tuple((at, DOCUMENT.unknown[at]) for at in because))
    assert truth(parse(source), DOCUMENT, SCOPE) == expected


@pytest.mark.parametrize(
    ("source", "value", "unknown"),
    [
        ("Last", [{"p": 22}], {"/-": ("more", Why.AFTER_APPLY)}),
        ("Ports[*].p", [80], {"/-": ("more", Why.AFTER_APPLY)}),
        ("Ports[?p > `22`].p", [80], {"/-": ("more", Why.DENIED)}),
        ("Ports[?p == `80`].p", [80], {}),
        ("Last[0]", {"p": 22}, {}),
        ("{last: Last}", {"last": [{"p": 22}]}, {"/last/-": ("more", Why.AFTER_APPLY)}),
    ],
)
def test_only_what_surely_is_there_is_shown(source: str, value: object, unknown: dict[str, object]) -> None:
    found = search(parse(source), DOCUMENT, SCOPE)
    assert found.value == value
    assert {at: (why.kind, why.why) for at, why in found.unknown.items()} == unknown


@pytest.mark.parametrize("place", ["/a/7", "/a/x", "/a/-", "/a", ""])
def test_a_pointer_to_no_element_closes_nothing(place: str) -> None:
    document = Partial({"a": [1]}, {place: MAYBE})
    assert truth(parse("length(a) == `1`"), document, SCOPE).value is None
