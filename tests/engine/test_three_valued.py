"""Three-valued evaluation, case by case."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scanner.engine.expression import EvaluationError, parse
from scanner.engine.scope import Scope
from scanner.engine.three_valued import Truth, search, truth
from scanner.model import Partial, Unknown, Why

SCOPE = Scope({"list": ["22"]}, datetime(2026, 7, 1, tzinfo=UTC))
DENIED = Unknown(Why.DENIED, service="kms", operation="GetKeyPolicy", permission="kms:GetKeyPolicy")
MORE = Unknown(Why.OUT_OF_SCOPE, "more")
ARN = Unknown(Why.AFTER_APPLY, "opaque", token="aws_kms_key.data.arn")
OTHER = Unknown(Why.AFTER_APPLY, "opaque", token="aws_kms_key.other.arn")

DOCUMENT = Partial(
    {
        "Name": "data",
        "No": False,
        "Yes": True,
        "Ports": [{"p": 22}, {"p": 80, "q": None}, {}],
        "Open": [{"p": 22}, {"p": 80}],
        "None": [],
        "Box": {"a": 1},
        "Mixed": [None, {"b": 1}],
        "Nothing": None,
    },
    {
        "/Any": DENIED,
        "/Key": ARN,
        "/Same": ARN,
        "/Else": OTHER,
        "/Ports/1/q": DENIED,
        "/Open/-": MORE,
        "/None/-": MORE,
        "/Box/b": DENIED,
        "/Mixed/0": DENIED,
        "/Missing/c": DENIED,
    },
)

TRUTHS = {
    # Kleene
    "Any": None,
    "!(Any)": None,
    "No && Any": False,
    "Any && No": False,
    "Any && Yes": None,
    "Yes || Any": True,
    "Any || Yes": True,
    "Any || No": None,
    "Any && No || Yes": True,
    "!(Any && No)": True,
    # an error in what may not be reached is not certain
    "Any && length(Yes)": None,
    "Any || length(Yes)": None,
    # members
    "Any.b.c": None,
    "Key.b": False,
    "Missing": None,
    "Missing.c": None,
    "Missing.d": None,
    "Box": True,
    "Box.a": True,
    "Box.b": None,
    "Name": True,
    # opaque
    "Key": True,
    "Key != `null`": True,
    "Key == 'arn'": False,
    "Key == Name": False,
    "Key == Same": True,
    "Key == Else": None,
    "Key == `1`": False,
    "Key == Any": None,
    "[Key] == ['arn']": False,
    "contains([Name, Key], Same)": True,
    "contains([Name], Key)": False,
    "contains([Name, Else], Key)": None,
    "contains(Key, 'arn')": None,
    "starts_with(Key, 'arn')": None,
    "type(Key) == 'string'": True,
    "length(Key) > `0`": True,
    "Key < `[]`": False,
    # equality
    "Any == 'x'": None,
    "Box == {a: `1`}": None,
    "Box == {a: `2`}": False,
    "Box == {a: `1`, c: `1`}": False,
    "Box == Name": False,
    "Open == `[]`": False,
    "Open == None": None,
    "Ports == `[1, 2]`": False,
    "Ports == `[1, 2, 3]`": False,
    'Mixed == `[1, {"b": 1}]`': None,
    'Mixed == `[1, {"b": 2}]`': False,
    "Mixed == `[1]`": False,
    "(Any == 'x') == `1`": False,
    "[Any == 'x'] == `[1]`": None,
    # order
    "Any < `1`": None,
    "Any < `[]`": False,
    "Any < Any": None,
    "Box > `1`": False,
    # filters
    "Open[?p == `22`]": True,
    "Open[?p == `23`]": None,
    "length(Open[?p == `22`]) == `0`": False,
    "length(Open[?p == `23`]) == `0`": None,
    "length(Open) >= `2`": True,
    "length(Open) < `2`": False,
    "length(Open) == `2`": None,
    "length(Open) == `1.5`": False,
    "length(Open) == `true`": False,
    "Ports[?q]": None,
    "length(Ports[?q]) <= `1`": True,
    "length(Ports[?q]) > `1`": False,
    "length(Ports[?q || p]) == `2`": True,
    "Ports[?p == `23`]": False,
    "None": None,
    "None[*].p": None,
    "Open[].p": True,
    "contains(Open[].p, `22`)": True,
    "contains(Open[].p, `23`)": None,
    "contains(Ports[].p, `23`)": False,
    "contains(Ports[?q].p, `22`)": False,
    "contains(Ports[?q].p, `80`)": None,
    "Any[?p]": None,
    "length(Any[?p])": True,
    "Name[?p]": False,
    # index and slice
    "Open[0]": None,
    "Ports[0].p == `22`": True,
    "Ports[5]": False,
    "Ports[?q || p == `22`] | [0].p == `22`": True,
    "Ports[?q || p == `22`] | [1]": None,
    "Ports[?q || !p] | [0]": None,
    "Ports[?q || !p] | [-1] == `{}`": True,
    "Ports[?q || !p] | [-2]": None,
    "Ports[?q] | [1]": False,
    "length(Ports[?q || p == `22`][:1])": True,
    "Ports[:1].p == `[22]`": True,
    "(Ports[?q || p == `22`])[:1].p": True,
    "Open[:1]": None,
    # flatten
    "length([Open, Ports][])": True,
    "length([Any, Name][]) >= `1`": True,
    "[Any][]": None,
    # objects
    "length(Box) >= `1`": True,
    "length(Box) == `1`": None,
    "length(Box) > `2`": False,
    "contains(keys(Box), 'a')": True,
    "contains(keys(Box), 'b')": None,
    "contains(keys(Box), 'c')": False,
    "Box.*": True,
    "Any.*": None,
    # constructors
    "[Any]": True,
    "{a: Any}": True,
    "Any.[a]": None,
    "Key.[Name]": True,
    "{a: Any}.a": None,
    # functions
    "not_null(Name, Any)": True,
    "not_null(Any, Name)": None,
    "not_null(Nothing, Key)": True,
    "not_null(Any, Nothing) == `null`": None,
    "type(Any)": True,
    "type(Any) == 'null'": None,
    "to_array(Any)": None,
    "to_array(Key)": True,
    "to_string(Key) == Same": True,
    "to_number(Box) == `null`": True,
    "map(&p, Open)": True,
    "length(map(&p, Ports)) == `3`": True,
    "sort_by(Ports[?p], &p)": None,
    "sort(Open[].p)": None,
    "join(',', [Name, Key])": None,
    "age_days(Any) > `1`": None,
    "length(between(`[1, 2]`, Any, `3`)) > `0`": None,
    "Ports[?p && length(between(`[80]`, p, p)) > `0`]": True,
    "contains(param('list'), Any)": None,
    "contains(Any, `1`)": None,
}


@pytest.mark.parametrize("source", TRUTHS)
def test_truth(source):
    found = truth(parse(source), DOCUMENT, SCOPE)
    assert found.value is TRUTHS[source]
    assert bool(found.because) is (found.value is None)


@pytest.mark.parametrize(
    "source",
    [
        "length(Yes) || Any",
        "abs(Box)",
        "abs(Key)",
        "sum(Open)",
        "join(',', [Any, `1`])",
        "starts_with(Any, `1`)",
        "contains(Key, `1`)",
        "Key < `1`",
        "length(Open) < 'a'",
        "Ports[?length(p)]",
        "sort_by(Ports, &Name)",
        "param('none') || Any",
        "merge(Open, Box)",
    ],
)
def test_certain_errors_are_raised(source):
    with pytest.raises(EvaluationError):
        truth(parse(source), DOCUMENT, SCOPE)
    with pytest.raises(EvaluationError):
        search(parse(source), DOCUMENT, SCOPE)


@pytest.mark.parametrize(
    ("source", "because"),
    [
        ("Any", ["/Any"]),
        ("Any && Box.b", ["/Any", "/Box/b"]),
        ("Any && Key", ["/Any"]),
        ("Ports[?q]", ["/Ports/1/q"]),
        ("Open[?p == `1`]", ["/Open/-"]),
        ("Any == Key", ["/Any", "/Key"]),
        ("not_null(Any, Box.b)", ["/Any", "/Box/b"]),
        ("!(Missing.c)", ["/Missing/c"]),
        ("length(Box) == `1`", ["/Box/b"]),
    ],
)
def test_because_names_what_keeps_it_open(source, because):
    found = truth(parse(source), DOCUMENT, SCOPE)
    assert found == Truth(None, tuple((at, DOCUMENT.unknown[at]) for at in because))


@pytest.mark.parametrize(
    ("source", "value", "unknown"),
    [
        ("Name", "data", {}),
        ("Any", None, {"": ("any", "")}),
        ("Key", None, {"": ("opaque", "aws_kms_key.data.arn")}),
        ("Box", {"a": 1}, {"/b": ("any", "")}),
        ("Open", [{"p": 22}, {"p": 80}], {"/-": ("more", "")}),
        ("Open[?p > `22`].p", [80], {"/-": ("more", "")}),
        ("Ports[?q].p", [], {"/-": ("more", "")}),
        ("Ports[*].p", [22, 80], {}),
        ("Ports[?q || p == `22`][p]", [[22]], {"/-": ("more", "")}),
        ("[Name, Any, {k: Key}]", ["data", None, {}], {"/1": ("any", ""), "/2/k": ("opaque", "aws_kms_key.data.arn")}),
        ("length(Open)", None, {"": ("any", "")}),
        ("keys(@)", None, {"": ("any", "")}),
        ("keys(Nothing || Box)", None, {"": ("any", "")}),
        ('{"a/~b": Any}', {}, {"/a~1~0b": ("any", "")}),
    ],
)
def test_search(source, value, unknown):
    found = search(parse(source), DOCUMENT, SCOPE)
    assert found.value == value
    assert {at: (why.kind, why.token) for at, why in found.unknown.items()} == unknown


def test_reasons_travel_with_the_value():
    found = search(parse("{p: Any, more: Open}"), DOCUMENT, SCOPE).unknown
    assert found["/p"] == DENIED
    assert found["/more/-"] == MORE


def test_a_document_without_unknowns_is_evaluated_as_such():
    assert truth(parse("a"), Partial({"a": 1}), SCOPE) == Truth(value=True)
    assert search(parse("a"), Partial({"a": [1]}), SCOPE) == Partial([1])


def test_unknowns_that_are_not_read_do_not_matter():
    document = Partial({"a": 1, "c": {}}, {"/b": DENIED, "/c/d": DENIED})
    assert search(parse("[a, c.e]"), document, SCOPE) == Partial([1, None])


@pytest.mark.parametrize(
    ("value", "unknown", "source", "expected"),
    [
        ({}, {"": DENIED}, "a", None),
        ({"a": {"-": 1}}, {"/a/-": DENIED}, 'a."-"', None),
        ({"a": {"x": 1}}, {"/a/-": MORE}, "a.x", None),
        ({"a": 1}, {"/a/b": DENIED}, "a == `1`", None),
        ({"a": [1]}, {"/a/7": DENIED}, "length(a) == `1`", None),
        ({"a": [1]}, {"/a/x": DENIED}, "a[0]", None),
        ({"a": [1]}, {"/a/" + "9" * 5000: DENIED}, "a", True),
        ({}, {"/a": DENIED, "/a/b": ARN}, "a.b", None),
        ({}, {"/a": ARN, "/a/b": ARN}, "a", None),
        ({}, {"/a~1b": ARN}, '"a/b"', True),
        ({}, {"/a": Unknown(Why.DENIED, "opaque")}, "a == a", True),
        ({}, {"/a": Unknown(Why.DENIED, "opaque"), "/b": Unknown(Why.DENIED, "opaque")}, "a == b", None),
    ],
)
def test_odd_pointers(value, unknown, source, expected):
    assert truth(parse(source), Partial(value, unknown), SCOPE).value is expected


def test_foreign_pointers_are_refused():
    with pytest.raises(ValueError, match="JSON Pointer"):
        truth(parse("@"), Partial({}, {"a": DENIED}), SCOPE)


def test_deep_documents_do_not_end_the_process():
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    document = Partial({"a": deep, "b": deep}, {"/a" + "/0" * 20_000: DENIED})
    with pytest.raises(EvaluationError, match="deep"):
        truth(parse("a == b"), document, SCOPE)


def test_deep_expressions_are_evaluated():
    source = "!(" * 75 + "Any" + ")" * 75
    assert truth(parse(source), DOCUMENT, SCOPE).value is None
