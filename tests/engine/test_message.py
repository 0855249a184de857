"""Placeholders are filled with values that others control, for readers, shells, HCL and YAML."""

import json
import shlex
import subprocess

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.message import fill, fill_fix, fill_hcl, fill_shell, fill_yaml, members
from scanner.model import Partial, Unknown, Why

DENIED = Unknown(Why.DENIED)
DOCUMENT = Partial(
    {
        "Name": "data",
        "Size": 3,
        "On": True,
        "None": None,
        "Rules": [{"Algorithm": "AES256", "Keys": ["a", "b"]}, {"Algorithm": "aws:kms"}],
        "Many": ["a", "b", "c", "d", "e"],
        "Empty": [],
        "Object": {"b": 1, "a": "x"},
        "derived": {"name": "the bucket", "facts": [{"sid": "One"}, {"sid": None}]},
    },
    {"/Secret": DENIED, "/derived/hidden/part": DENIED, "/Open/-": DENIED},
)
PARAMS = {"days": 90, "ports": [22, 3389]}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{Name} has {Size}", "data has 3"),
        ("{On}", "true"),
        ("{derived.name}", "the bucket"),
        ("{param.days} of {param.ports}", "90 of 22 and 3389"),
        ("{param.lost}", "not set"),
        ("{None}, {Lost}, {Lost.Part}, {Name.part}", "not set, not set, not set, not set"),
        ("{Rules[0].Algorithm}", "AES256"),
        ("{Rules[9].Algorithm}", "not set"),
        ("{Rules[].Algorithm}", "AES256 and aws:kms"),
        ("{Rules[].Keys[]}", "a and b"),
        ("{derived.facts[].sid}", "One"),
        ("{Many}", "a, b, c and 2 more"),
        ("{Empty}", "none"),
        ("{Object}", '{"a": "x", "b": 1}'),
        ("{Secret} {Secret.inner} {derived.hidden.part}", "? ? ?"),
        ("{Open[0].x}", "?"),
        ("{{Name}} {Name", "{data} {Name"),
        ("{Name.__class__}, {__class__}", "not set, not set"),
        ("{0} {Name!r} {Name:>9}", "{0} {Name!r} {Name:>9}"),
    ],
)
def test_messages_show_values(template, expected):
    assert fill(template, DOCUMENT, PARAMS) == expected


def test_a_value_is_never_a_template():
    document = Partial({"Name": "{Secret} {param.days}", "Secret": "x"})
    assert fill("{Name}", document, PARAMS) == "{Secret} {param.days}"


def test_a_long_value_is_cut_and_control_characters_go():
    document = Partial({"Name": "a\x1b[31m\nb\u202e" + "x" * 500})
    shown = fill("{Name}", document, {})
    assert shown.startswith("a [31m b x")
    assert len(shown) == 200


def test_a_fix_is_quoted_for_its_language():
    document = Partial({"Name": 'a\'; rm -rf /; ${file("x")}'})
    fix = {"cli": "aws s3 ls {Name}", "terraform": "bucket = {Name}", "cloudformation": "Bucket: {Name}"}
    assert fill_fix(fix, document, {}) == {
        "cli": "aws s3 ls 'a'\"'\"'; rm -rf /; ${file(\"x\")}'",
        "terraform": 'bucket = "a\'; rm -rf /; $${file(\\"x\\")}"',
        "cloudformation": 'Bucket: "a\'; rm -rf /; ${file(\\"x\\")}"',
    }


@pytest.mark.parametrize("path", ["KmsKeyId", "Secret", "Rules", "Object.b.c"])
def test_a_fix_names_what_is_missing_instead_of_guessing(path):
    name = {"KmsKeyId": "KMS-KEY-ID", "Secret": "SECRET", "Rules": "RULES", "Object.b.c": "C"}[path]
    assert fill_shell(f"aws {{{path}}}", DOCUMENT, {}) == f"aws {name}"
    assert fill_hcl(f"x = {{{path}}}", DOCUMENT, {}) == f'x = "{name}"'


HOSTILE = st.text(st.characters(blacklist_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["$(id)", "`id`", "a b", "--flag", "!ref", "~", "*", "${x}", "%{ if true }", "\\", '"', "'"]
)


@given(HOSTILE)
def test_any_value_is_one_word_of_a_shell(text):
    line = fill_shell("printf %s {Name}", Partial({"Name": text}), {})
    assert len(shlex.split(line)) == 3


@pytest.mark.parametrize(
    "name", ["--profile=prod", "-x", "file:///etc/passwd", "FileB://x", "https://x", "a\x1b[2J", "a\u202eb"]
)
def test_a_value_that_the_aws_cli_or_a_reader_takes_for_something_else_is_left_to_be_filled_in(name):
    assert fill_shell("aws iam get-user --user-name {UserName}", Partial({"UserName": name}), {}).endswith(" USER-NAME")


@pytest.mark.parametrize("name", ["-1", "a--b", "profile", "a file://x"])
def test_a_value_that_merely_looks_like_it_stays(name):
    assert shlex.split(fill_shell("x {Name}", Partial({"Name": name}), {})) == ["x", name]


def test_a_real_shell_sees_the_value_and_nothing_else():
    text = "a $(echo no) `echo no` ; echo no 'q' \"q\" \\ * ~"
    line = fill_shell("printf %s {Name}", Partial({"Name": text}), {})
    assert subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True).stdout == text


@given(HOSTILE)
def test_any_value_is_one_yaml_scalar(text):
    filled = yaml.safe_load(fill_yaml("Bucket: {Name}", Partial({"Name": text}), {}))
    assert isinstance(filled["Bucket"], str)


@given(HOSTILE)
def test_hcl_never_interpolates_a_value(text):
    filled = fill_hcl("{Name}", Partial({"Name": text}), {})
    assert "\n" not in filled
    inside = filled.replace("$${", "").replace("%%{", "")
    assert "${" not in inside
    assert "%{" not in inside
    json.loads(filled)


def test_members_shown_are_told_without_parameters_and_indices():
    assert members("{Name} {Rules[0].Algorithm} {derived.facts[].sid} {param.days} {not one}") == {
        "Name",
        "Rules.Algorithm",
        "derived.facts.sid",
    }


def test_a_remark_that_says_the_same_again_is_left_out() -> None:
    assert fill("{Name} ({Name}) of {Size}", DOCUMENT, {}) == "data of 3"
    assert fill("{Name} is called so ({Name})", DOCUMENT, {}) == "data is called so (data)"
    assert fill("{Name} ({Size})", DOCUMENT, {}) == "data (3)"


def test_a_remark_that_is_not_known_is_left_out() -> None:
    document = Partial({"Name": "web"}, {"/GroupId": Unknown(Why.AFTER_APPLY)})
    assert fill("{Name} ({GroupId}) is open", document, {}) == "web is open"
    assert fill("{Name} (is {GroupId})", document, {}) == "web (is ?)"
    assert fill("({Name}) ({Name})", document, {}) == "(web) (web)"


def test_a_remark_about_what_is_not_set_is_left_out():
    document = Partial({"Name": "web", "Sids": [None], "Empty": [], "Key": None})
    for path in ("Sids[]", "Empty", "Key", "Lost.Part"):
        assert fill(f"{{Name}} (key {{{path}}}) is open ({{{path}}})", document, {}) == "web is open"
    assert fill("{Name} (key {Key}, name {Name})", document, {}) == "web (key not set, name web)"
    assert fill("{Name} (name {Name}, key {Key})", document, {}) == "web (name web, key not set)"


def test_a_name_that_is_the_id_is_said_once() -> None:
    document = Partial({"Name": "sg-1", "GroupId": "sg-1", "Vpc": "sg-10"})
    assert fill("{Name} ({GroupId}) is open", document, {}) == "sg-1 is open"
    assert fill("{Name} ({Vpc}) is open", document, {}) == "sg-1 (sg-10) is open"


MAYBE = Unknown(Why.DENIED, "maybe")
OPEN = Partial(
    {"Ports": [{"p": 22}, {"p": 80, "of": ["a", "b"]}, {"p": 443}], "Box": {"Ports": [1, 2]}},
    {"/Ports/0": MAYBE, "/Ports/1/of/1": MAYBE, "/Box/Ports/1": MAYBE},
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{Ports[].p}", "80 and 443"),
        ("{Ports}", '{"of": ["a"], "p": 80} and {"p": 443}'),
        ("{Ports[].of[]}", "a"),
        ("{Ports[].of}", "a"),
        ("{Box}", '{"Ports": [1]}'),
        ("{Ports[0].p}", "?"),
        ("{Ports[1].p}", "?"),
        ("{Box.Ports[0]}", "1"),
        ("{Box.Ports[1]}", "?"),
    ],
)
def test_an_element_that_may_not_be_there_is_not_shown_as_certain(text, shown):
    assert fill(text, OPEN, {}) == shown
