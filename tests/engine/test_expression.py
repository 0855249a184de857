"""Expressions: what they give, what they read, and how bad ones are refused."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest

from scanner.engine.compiler import compile_ast, python_source
from scanner.engine.compiler_tables import IMPORTS
from scanner.engine.expression import EvaluationError, Expression, ExpressionError, parse
from scanner.engine.scope import Scope, instant

SCOPE = Scope({"days": 90, "ports": [22, 3389]}, datetime(2026, 7, 1, tzinfo=UTC))
BUCKET = {
    "Name": "data",
    "Acl": {"Grants": [{"Permission": "READ", "N": 2}, {"Permission": "WRITE", "N": 1}, {"N": None}, 7]},
    "Rules": [[1, [2]], 3, [], None],
    "Flags": {"A": True, "B": False, "C": None},
    "Empty": [],
    "Zero": 0,
    "Blank": "",
    "Größe": "é",
}

VALUES = {
    # fields and chains
    "Name": "data",
    "Missing": None,
    "Name.Deeper": None,
    '"Größe"': "é",
    "Acl.Grants[0].Permission": "READ",
    "Acl.Grants[-1]": 7,
    "Acl.Grants[9]": None,
    "Name[0]": None,
    # projections drop null
    "Acl.Grants[].Permission": ["READ", "WRITE"],
    "Acl.Grants[*].N": [2, 1],
    "Acl.Grants[?N].N": [2, 1],
    "Acl.Grants[?N > `1`].Permission": ["READ"],
    "Flags.*": [True, False],
    "Name[*]": None,
    "Name.*": None,
    "Name[?x]": None,
    "Rules[]": [1, [2], 3],
    "Rules[][]": [1, 2, 3],
    "Rules[*][0]": [1],
    "Name[]": None,
    "Acl.Grants[1:3].N": [1],
    "Acl.Grants[::-1].N": [1, 2],
    "Acl.Grants[*].N | [0]": 2,
    # truth: 0 is true, empty is false
    "Zero && 'yes'": "yes",
    "!Zero": False,
    "Blank || 'no'": "no",
    "Empty || `{}` || `null` || 'last'": "last",
    "Flags.A && Flags.B": False,
    "!Missing": True,
    # comparisons of mixed types
    "Zero == `false`": False,
    "`1` == `true`": False,
    "`[1]` == `[true]`": True,
    "`1` == `1.0`": True,
    "Name == Missing": False,
    "Missing == `null`": True,
    "Zero != `false`": True,
    "Name < `[]`": None,
    "Missing > `1`": None,
    "`true` >= `false`": None,
    "'a' < 'b'": True,
    "Zero <= `0`": True,
    # constructors
    "[Name, Zero]": ["data", 0],
    "{n: Name, m: Missing}": {"n": "data", "m": None},
    "Missing.[Name]": None,
    "Missing.{a: Name}": None,
    "Acl.Grants[*].[Permission]": [["READ"], ["WRITE"], [None], [None]],
    # functions
    "length(Name)": 4,
    "length(Flags)": 3,
    "contains(Name, 'at')": True,
    "contains(Empty, Name)": False,
    'contains(`["data"]`, Name)': True,
    "keys(Flags)": ["A", "B", "C"],
    "values(Flags)": [True, False, None],
    "not_null(Missing, Empty, Name)": [],
    "type(Missing)": "null",
    "type(Zero)": "number",
    "to_array(Name)": ["data"],
    "to_number('12')": 12,
    "to_number('1.5')": 1.5,
    "to_number('x')": None,
    "to_number(Flags.A)": None,
    "to_string(Acl.Grants[0])": '{"Permission":"READ","N":2}',
    "to_string(Name)": "data",
    "join('-', ['a', Name])": "a-data",
    "sort(`[2, 1]`)": [1, 2],
    "sum(`[]`)": 0,
    "avg(`[]`)": None,
    "avg(`[1, 2]`)": 1.5,
    "max(`[]`)": None,
    "min(['b', 'a'])": "a",
    "abs(`-1`)": 1,
    "ceil(`1.2`)": 2,
    "floor(`1.8`)": 1,
    "merge(Flags, {A: Name})": {"A": "data", "B": False, "C": None},
    "merge(Flags, Empty)": {"A": True, "B": False, "C": None},
    "reverse(Name)": "atad",
    "reverse(`[1, 2]`)": [2, 1],
    "starts_with(Name, 'da')": True,
    "ends_with(Name, 'da')": False,
    "map(&N, Acl.Grants)": [2, 1, None, None],
    "sort_by(Acl.Grants[:2], &N)[0].N": 1,
    "max_by(Acl.Grants[:2], &N).Permission": "READ",
    "min_by(Empty, &N)": None,
    # ours
    "param('days')": 90,
    "contains(param('ports'), `22`)": True,
    "now()": "2026-07-01T00:00:00Z",
    "age_days('2026-06-30T12:00:00Z')": 0.5,
    "age_days('2026-07-01T02:00:00+02:00')": 0.0,
    "age_days('2026-07-11')": -10.0,
    "age_days(Missing)": None,
    "age_days('2026-01-01') > param('days')": True,
    "between(`[443, 22, 23, 22, 25]`, `22`, `25`)": [22, 23, 25],
    "between(`[22, 80]`, `23`, `79`)": [],
    "length(between(param('ports'), `0`, `65535`)) > `0`": True,
}


@pytest.mark.parametrize("source", VALUES)
def test_value(source):
    found = parse(source).search(BUCKET, SCOPE)
    assert (found, type(found)) == (VALUES[source], type(VALUES[source]))


@pytest.mark.parametrize(
    "source",
    [
        "length(Zero)",
        "length(Missing)",
        "abs(Name)",
        "abs(`true`)",
        "Name < Zero",
        "contains(Name, Zero)",
        "contains(Missing, Name)",
        "sort([Name, Zero])",
        "sort(`[true]`)",
        "max([Name, Zero])",
        "join(',', [Zero])",
        "join(Zero, [Name])",
        "sum([Name])",
        "merge(Flags, Name)",
        "merge(Flags, Missing)",
        "merge(Empty, Flags)",
        "sort_by(Acl.Grants, &N)",
        "max_by(Acl.Grants[:2], &Flags)",
        "map(&Name, Name)",
        "starts_with(Name, Zero)",
        "keys(Name)",
        "ceil(to_number('1e999'))",
        "floor(to_number('nan'))",
        "age_days('yesterday')",
        "age_days(Zero)",
        "age_days('0001-01-01T00:00:00+14:00')",
        "between(`[22]`, Name, `25`)",
        "between(`[22]`, `22`, Missing)",
        "between(`[true]`, `0`, `25`)",
        "between(Name, `0`, `25`)",
        "param('other')",
        "abs(Name) | 'unused'",
        "[?abs(@)]",
    ],
)
def test_no_value(source):
    with pytest.raises(EvaluationError):
        parse(source).search([BUCKET] if source.startswith("[?") else BUCKET, SCOPE)


@pytest.mark.parametrize(
    "source", ["Zero || abs(Name)", "Missing && abs(Name)", "Empty[?abs(Name)]", "Missing.[abs(@)]"]
)
def test_what_is_not_reached_cannot_fail(source):
    parse(source).search(BUCKET, SCOPE)


@pytest.mark.parametrize(
    ("source", "column", "words"),
    [
        ("", 0, "empty"),
        (" \n ", 0, "empty"),
        ("a.b &&", 7, "ends too early"),
        ("a b", 3, "Unexpected token: b"),
        ("a = 'x'", 3, "Unknown token"),
        ("a == 'x", 6, "Unclosed"),
        ("x && foo(a)", 6, "no function foo()"),
        ("[?length(a, b)].x", 3, "takes 1 argument, not 2"),
        ("a[?keys(b)].[bar(c)]", 14, "no function bar()"),
        ("not_null()", 1, "at least 1 argument, not 0"),
        ("sort_by(a, b)", 1, "written &name, as argument 2"),
        ("length(&a)", 1, "not an expression"),
        ("&a", 0, "only a function can take"),
        ("param(a)", 1, "as a literal"),
        ("param(`1`)", 1, "as a literal"),
        ("a[::0]", 0, "step by 0"),
        ("a" * 8193, 0, "longer than 8192"),
        ("(" * 4000 + "a", 0, "too deeply"),
        ("!" * 300 + "a", 0, "nested more than 160 deep"),
        ("`" + "[" * 40 + "]" * 40 + "`", 0, "literal is nested"),
        ("`" + "[" * 4000 + "]" * 4000 + "`", 0, "nested"),
        ("@ | " + " | ".join(["[@, @]"] * 30), 0, "repeat the document"),
        ("a[?" + " | ".join(["[@, @]"] * 30) + "]", 0, "repeat the document"),
        ("9" * 5000, 0, "cannot be read"),
        ("a[", 3, "ends too early"),
        ("{a: b", 0, ""),
        ('"\\ud8"', 1, ""),
    ],
)
def test_refused(source, column, words):
    with pytest.raises(ExpressionError) as caught:
        parse(source)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not column or caught.value.column == column
    assert not caught.value.column or str(caught.value).startswith(f"column {caught.value.column}: ")


@pytest.mark.parametrize(
    ("source", "members"),
    [
        ("Policy", {"Policy"}),
        ("Rotation.KeyRotationEnabled", {"Rotation.KeyRotationEnabled"}),
        ("a.b && length(derived.world_ingress) > `0`", {"a.b", "derived.world_ingress"}),
        ("Policy.Statement[?Effect == 'Allow'].Sid", {"Policy.Statement"}),
        ("a[0].b[1].c", {"a"}),
        ("a | b.c", {"a.b.c"}),
        ("(a || b).c", {"a", "b"}),
        ("a.{x: b, y: @.c}", {"a", "a.b", "a.c"}),
        ("{x: a, y: [b]}", {"a", "b"}),
        ("sort_by(a.b, &c)[0].d", {"a.b"}),
        ("not_null(a.b, c)", {"a.b", "c"}),
        ("@", {"*"}),
        ("keys(@)", {"*"}),
        ("*.a", {"*"}),
        ("[0]", {"*"}),
        ("a.*", {"a"}),
        ("a[]", {"a"}),
        ("`1`", set()),
        ("now()", set()),
        ('"a.b".c', {"*"}),
        ('a."b.c".d', {"a"}),
        ('"*"', {"*"}),
    ],
)
def test_members(source, members):
    assert parse(source).members == members


def test_params():
    assert parse("a == param('x') && b[?c > param('y')] || param('x')").params == {"x", "y"}


SOURCES = [
    *VALUES,
    "a[*].b[*].c[*].d[*].e[*].f[*].g[*].h[?i[?j[?k[?l]]]]",
    "||".join(["a"] * 60),
    '`[1, 1e999, {"é": null}]`',
]


def test_generated_text_runs_in_a_module_of_its_own():
    texts = [python_source(parse(source), f"rule_{index}") for index, source in enumerate(SOURCES)]
    module: dict = {}
    text = IMPORTS + "\n".join(texts)
    exec(compile(text, "generated", "exec"), module)  # noqa: S102 - the text under test
    assert text.isascii()
    for index, source in enumerate(SOURCES):
        made = Expression.from_compiled(source, module[f"rule_{index}"], (), ())
        assert made.search(BUCKET, SCOPE) == parse(source).search(BUCKET, SCOPE)


def test_an_expression_made_earlier_needs_neither_parser_nor_compiler():
    program = (
        "import sys, datetime\n"
        "from scanner.engine.expression import Expression\n"
        "from scanner.engine.scope import Scope\n"
        f"{IMPORTS}{python_source(parse('A[?contains(B, `1`)] || length(C)'), 'rule')}\n"
        "made = Expression.from_compiled('…', rule, ['A'], [])\n"
        "assert made.search({'A': [{'B': [1]}]}, Scope({}, datetime.datetime(2026, 1, 1))) == [{'B': [1]}]\n"
        "assert not {'jmespath', 'scanner.engine.compiler', 'scanner.engine.compiler_checks'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_an_expression_made_earlier_parses_when_asked():
    assert Expression.from_compiled("a.b", compile_ast(parse("a.b").ast), ["a.b"], []).ast["type"] == "subexpression"


@pytest.mark.parametrize("source", ["a == b", "to_string(@)", "contains([a], b)", "a"])
def test_deep_documents_do_not_end_the_process(source):
    document: dict = {"a": [], "b": []}
    for _ in range(100_000):
        document = {"a": [document["a"]], "b": [document["b"]]}
    try:
        parse(source).search(document, SCOPE)
    except EvaluationError as error:
        assert "deep" in str(error)  # noqa: PT017 - either outcome is right, a crash is not


def test_join_is_bounded():
    with pytest.raises(EvaluationError, match="join"):
        parse("join(a, b)").search({"a": "x" * 10_000, "b": ["y"] * 2000}, SCOPE)


def test_deprecated_literals_do_not_warn():
    assert parse("`x`").search({}, SCOPE) == "x"


def test_subclasses_of_json_types_are_those_types():
    named = type("Named", (str,), {})
    assert parse("length(a) == `1` && type(a)").search({"a": named("x")}, SCOPE) == "string"


def test_instant():
    assert instant("2026-07-01") == datetime(2026, 7, 1, tzinfo=UTC)
    assert instant("2026-07-01T02:00:00+02:00") == datetime(2026, 7, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    with pytest.raises(ValueError, match="calendar"):
        instant("0001-01-01T00:00:00+14:00")
