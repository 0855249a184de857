"""Planted faults: the linter finds each one, in its file and line, and nothing besides."""

import pytest

from scanner.engine import rules
from scanner.engine.lint import Problem, lint
from scanner.model import Shape

S = Shape("string", optional=False)
N = Shape("number")
CONFIG = Shape(
    "structure",
    {
        "Name": S,
        "Status": Shape("string", enum=("Enabled", "Suspended")),
        "Days": N,
        "On": Shape("boolean"),
        "Policy": Shape("any"),
        "Labels": Shape("map", element=S),
        "Rules": Shape(
            "list",
            element=Shape("structure", {"Mode": Shape("string", enum=("A", "B")), "Ports": Shape("list", element=N)}),
        ),
        "Nested": Shape("structure", {"Deep": Shape("structure", {"Text": Shape("string"), "Flag": Shape("boolean")})}),
    },
    optional=False,
)
DERIVED = Shape(
    "structure",
    {
        "name": S,
        "region": S,
        "tags": Shape("map", element=S, optional=False),
        "open": Shape("list", element=Shape("structure", {"port": Shape("number", optional=False)}), optional=False),
        "other": Shape("boolean", optional=False),
    },
    optional=False,
)
FRAMEWORKS = {"std-1": {"requirements": [{"id": "A.1"}, {"id": "A.2"}, {"id": "A.3", "assessment": "manual"}]}}
RULE = """\
id: thing-rule
title: Things are right
severity: low
since: "0.1"
resource: AWS::X::Thing
responsibility: customer
covers: [thing_rule]
params:
  most: 5
when: >-
  Name != 'x'
  && Days != `7`
expect: >-
  Days <= param('most')
  || On
message: "{Name} has {Days} days of {param.most}"
why: >-
  Because.
fix:
  cli: |-
    aws thing --name {Name}
    aws thing --region {derived.region}
  terraform: |-
    resource "thing" "x" {
      name = {Name}
    }
  cloudformation: "Name: {Name}"
references: []
frameworks:
  std-1: [A.1, {id: A.2, params: {most: 3}}]
examples:
  pass:
    - {Name: a, Days: 1}
    - document: {Name: a, Days: 9}
      params: {most: 9}
  fail:
    - {Name: a, Days: 9}
  not_applicable:
    - {Name: x}
  unknown:
    - document: {Name: a}
      unknown: {/Days: denied}
"""
EXPECT = "  Days <= param('most')\n  || On\n"


def problems(tmp_path, text):
    (tmp_path / "rule.yaml").write_text(text)
    ruleset = rules.load_pack(tmp_path, "pack")
    shape = {"AWS::X::Thing": CONFIG}
    return lint(ruleset, shape.get, lambda _type: DERIVED, FRAMEWORKS, ("thing_rule",))


def found(tmp_path, text):
    return [(problem.line, problem.message) for problem in problems(tmp_path, text)]


def with_expect(expression):
    """The rule with another `expect` on line 14, whose examples are left out of account."""
    return RULE.replace(EXPECT, f"  {expression}\n").replace("  most: 5", "  most: 5")


def of_expression(tmp_path, expression):
    """Problems of `expect` alone."""
    return [(line, text) for line, text in found(tmp_path, with_expect(expression)) if text.startswith("expect: ")]


def test_a_sound_rule_has_no_problem(tmp_path):
    assert problems(tmp_path, RULE) == []


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("Dayz == `1`", "there is no member Dayz; did you mean Days?"),
        ("Nested.Deep.Txt == 'a'", "there is no member Txt; did you mean Text?"),
        ("Rules[].Moed", "there is no member Moed; did you mean Mode?"),
        ("Rules[?Moed == 'A']", "there is no member Moed; did you mean Mode?"),
        ("derived.opn", "there is no member opn; did you mean open?"),
        ("derived.open[?prt == `1`]", "there is no member prt; did you mean port?"),
        ("Name.first", "first is asked of a string, which has no members"),
        ("Rules.Mode", "Mode is asked of a list, which has no members"),
        ("Nested[0]", "an index needs a list, not an object"),
        ("Nested[]", "[] needs a list, not an object"),
        ("Name[?x]", "[?…] needs a list, not a string"),
        ("Rules[][?Mode == 'A']", "[?…] needs a list, not an object"),
        ("Status == 'enabled'", "'enabled' is no value of Status; did you mean Enabled?"),
        ("'Off' != Status", "'Off' is no value of Status"),
        ("Rules[?Mode == 'C']", "'C' is no value of Mode"),
        ('contains(`["Enabled", "Of"]`, Status)', "'Of' is no value of Status"),
        ("contains(Rules[].Mode, 'C')", "'C' is no value of Rules[].Mode"),
        ("Days == '7'", "Days (a number) and '7' (a string) are never equal"),
        ("Name == `true`", "Name (a string) and `true` (a boolean) are never equal"),
        ("On == 'true'", "On (a boolean) and 'true' (a string) are never equal"),
        (
            "contains(not_null(Rules[0].Ports, `[]`), '22')",
            "not_null(Rules[0].Ports, `[]`) never holds '22', which is a string",
        ),
        ("Status != null", "null is read as a member; the value is written `null`"),
        ("Name < 'b'", "only numbers have an order; Name is a string"),
        ("On > `1`", "only numbers have an order; On is a boolean"),
        ("length(Rules) == `0`", "length() fails where Rules is absent; write not_null(Rules, `[]`)"),
        ("length(Nested.Deep.Text) == `0`", "length() fails where Nested.Deep.Text is absent"),
        ("starts_with(Status, 'E')", "starts_with() fails where Status is absent; write not_null(Status, '')"),
        ("abs(Days) == `1`", "abs() fails where Days is absent; write not_null(Days, `0`)"),
        ("contains(Policy.Statement, 'x')", "contains() fails where Policy.Statement is absent"),
        ("length(Rules[?Mode == 'A']) == `0`", "length() fails where Rules[?(Mode == 'A')] is absent"),
        ("length(derived.tags.team) == `1`", "length() fails where derived.tags.team is absent"),
        ("length(On || Rules) == `0`", "length() fails where (On || Rules) is absent"),
        ("sum(Name) == `0`", "sum() takes array, and Name is a string"),
        ("keys(derived.open) == `[]`", "keys() takes object, and derived.open is a list"),
        ("Rules[?length(Ports) == `0`]", "length() fails where Ports is absent"),
        ("sort_by(not_null(Rules, `[]`), &Mood)", "there is no member Mood; did you mean Mode?"),
        ("!Nested.Deep", "!Nested.x is (!Nested).x, which is always null; write !(Nested.x)"),
        ("param('least') == `1`", "the rule declares no parameter least"),
        ("param('mots') == `1`", "the rule declares no parameter mots; did you mean most?"),
        ("param('most') == 'x'", "param('most') (a number) and 'x' (a string) are never equal"),
    ],
)
def test_a_fault_in_an_expression_is_found(tmp_path, expression, told):
    lines = of_expression(tmp_path, expression)
    assert [line for line, _ in lines] == [14] * len(lines)
    assert any(text.startswith(f"expect: {told}") for _, text in lines), lines


@pytest.mark.parametrize(
    "expression",
    [
        "length(not_null(Rules, `[]`)) == `0`",
        "length(not_null(Rules, `[]`)[?Mode == 'A']) == `0`",
        "Rules && length(Rules) == `1`",
        "Rules != `null` && length(Rules) == `1`",
        "!Rules || length(Rules) == `1`",
        "Rules == `null` || length(Rules) == `1`",
        "Nested.Deep.Text == 'a' && starts_with(Nested.Deep.Text, 'a')",
        "Rules[?Ports && length(Ports) == `1`]",
        "length(derived.open[?port == `22`]) == `0`",
        "contains(not_null(Policy.Statement, ''), 'x')",
        "!(Nested.Deep.Flag)",
        "Policy.Anything.at.all == 'x'",
        "Labels.whatever == 'x'",
        "Days == `null`",
        "length(Name) == `3`",
        'contains(`["Enabled"]`, Status)',
        "Rules[].Ports[] | length(not_null(@, `[]`)) == `0`",
        "age_days(Status) == `3`",
        "[Policy.Statement][] | [?Effect == 'Allow']",
        "{a: Name, b: Days}.a == 'x'",
        "max_by(not_null(Rules, `[]`), &length(not_null(Ports, `[]`))).Mode == 'A'",
        "not_null(Days, `3`) <= `3`",
        "to_number(Name) > `3`",
    ],
)
def test_a_sound_expression_is_left_alone(tmp_path, expression):
    assert of_expression(tmp_path, expression) == []


def test_a_guard_does_not_reach_into_another_value(tmp_path):
    """`Text` at the root was checked, not the one below `Deep`."""
    told = of_expression(tmp_path, "Rules && Nested.Deep.{x: length(Text)}")
    assert len(told) == 1


def test_what_the_condition_asked_for_needs_no_guard(tmp_path):
    text = RULE.replace("  Name != 'x'\n", "  Rules && Name != 'x'\n")
    text = text.replace(EXPECT, "  length(Rules) == `0`\n")
    assert not [message for _, message in found(tmp_path, text) if message.startswith("expect")]


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("&& Days != `7`", "&& Deys != `7`", 12, "when: there is no member Deys; did you mean Days?"),
        ("|| On\n", "|| Om\n", 15, "expect: there is no member Om"),
        ("AWS::X::Thing", "AWS::X::Thin", 5, "no collector makes resources of the type AWS::X::Thin"),
        (
            "[thing_rule]",
            "[thing_rule, thing_rul]",
            7,
            "covers: there is no control thing_rul; did you mean thing_rule?",
        ),
        ("  most: 5", "  most: 5\n  least: 1", 10, "params: nothing reads least"),
        ("{Name} has", "{Nane} has", 16, "message: {Nane}: there is no member Nane; did you mean Name?"),
        ("{Name} has", "{Rules.Mode} has", 16, "message: {Rules.Mode}: there is no member Mode"),
        ("{Name} has", "{Name[0]} has", 16, "message: {Name[0]}: [0] needs a list, not a string"),
        ("of {param.most}", "of {param.mots}", 16, "message: {param.mots}: the rule declares no parameter mots"),
        ("{Name} has", "{derived.other} has", 16, "message: {derived.other}: only facts that an expression"),
        ("{Name} has", "{Rules[?x].y} has", 16, "message: {Rules[?x].y} is no placeholder"),
        ("--region {derived.region}", "--region {derived.regio}", 22, "fix.cli: {derived.regio}: only facts"),
        ("--name {Name}", "--name '{Name}'", 21, "fix.cli: {Name} stands in quotes"),
        ("name = {Name}", 'name = "${aws.x}-{Name}"', 25, "fix.terraform: {Name} stands in quotes"),
        ("name = {Name}", "name = {Rules}", 25, "fix.terraform: {Rules}: a fix takes single values"),
        ("  std-1: [A.1,", "  std-1: [A.9,", 30, "frameworks: std-1 has no requirement A.9; did you mean A."),
        ("  std-1: [A.1,", "  std-1: [A.3,", 30, "frameworks: std-1 A.3 is manual: no rule can give evidence for it"),
        ("  std-1:", "  std-2:", 30, "frameworks: there is no framework std-2; did you mean std-1?"),
        ("params: {most: 3}", "params: {mots: 3}", 30, "frameworks: the rule declares no parameter mots"),
        ("params: {most: 3}", "params: {most: x}", 30, "frameworks: most is bound to another type"),
        (
            "    - {Name: a, Days: 1}",
            "    - {Name: a, Days: 6}",
            33,
            "examples: the example is under pass, but the rule says fail",
        ),
        (
            "    - {Name: x}",
            "    - {Name: y}",
            39,
            "examples: the example is under not_applicable, but the rule says fail",
        ),
        (
            "      unknown: {/Days: denied}",
            "      unknown: {/Dayz: denied}",
            42,
            "examples: the unknown /Dayz points at no",
        ),
        (
            "      unknown: {/Days: denied}",
            "      unknown: {/Days: {why: denied, kind: maybe}}",
            42,
            "examples: the document has no element /Days that may not be there",
        ),
        ("    - {Name: a, Days: 1}", "    - {Name: a, Days: 1, Extra: 1}", 33, "examples: there is no member Extra"),
        (
            "    - {Name: a, Days: 1}",
            "    - {Name: a, Days: 1, Status: on}",
            33,
            "examples: 'on' is no value of Status",
        ),
        (
            "    - {Name: a, Days: 1}",
            "    - {Name: a, Days: 1, Labels: []}",
            33,
            "examples: Labels is an object, not []",
        ),
        ("      params: {most: 9}", "      params: {most: 9, x: 1}", 34, "examples: the rule declares no parameter x"),
        ("  fail:\n    - {Name: a, Days: 9}\n", "", 31, "examples: there is no example of a fail"),
    ],
)
def test_a_planted_fault_is_found_with_its_line(tmp_path, old, new, line, told):
    assert RULE.count(old) == 1, old
    listed = problems(tmp_path, RULE.replace(old, new))
    assert any(p.line == line and p.message.startswith(told) and p.file == "pack/rule.yaml" for p in listed), listed


def test_an_example_on_which_the_rule_fails_is_told(tmp_path):
    text = RULE.replace(EXPECT, "  length(Rules) == `0`\n")
    assert any(message.startswith("examples: the rule fails on this example: ") for _, message in found(tmp_path, text))


def test_a_problem_prints_as_compilers_do():
    assert str(Problem("pack/rule.yaml", 3, "thing-rule", "wrong")) == "pack/rule.yaml:3: wrong"
