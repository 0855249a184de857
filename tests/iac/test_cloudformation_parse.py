"""Template text: what is refused and how, what the values mean, and on which lines resources stand."""

from __future__ import annotations

import json
import time

import pytest

from scanner.errors import InputError
from scanner.iac.cloudformation import is_template, read_template
from scanner.iac.cloudformation.parse import MAX_BYTES, parse
from scanner.iac.cloudformation.yaml_events import scalar


def values(text: str) -> dict:
    return parse(text.encode(), "t.yaml").value


def spans(text: str) -> dict:
    return parse(text.encode(), "t").spans


def refusal(data: bytes | str, name: str = "dir/t.yaml") -> str:
    with pytest.raises(InputError) as caught:
        read_template(name, data.encode() if isinstance(data, str) else data)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2012-10-17", "2012-10-17"),
        ("2010-09-09T00:00:00Z", "2010-09-09T00:00:00Z"),
        ("Yes", True),
        ("on", True),
        ("OFF", False),
        ("no", False),
        ("y", "y"),
        ("tRue", "tRue"),
        ("0755", 493),
        ("012345670123", 1402433619),
        ("089123456789", "089123456789"),
        ("123456789012", 123456789012),
        ("0x1F", 31),
        ("0b11", 3),
        ("1:30", 90),
        ("-17", -17),
        ("1_000", 1000),
        ("0", 0),
        ("1.5", 1.5),
        ("1.10", "1.10"),
        ("1e3", "1e3"),
        ("9" * 50, "9" * 50),
        ("~", None),
        ("", None),
        ("Null", None),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("-1", -1),
        ("-", "-"),
        ("<<", "<<"),
    ],
)
def test_plain_scalars_follow_yaml_1_1_except_dates(written: str, meant: object) -> None:
    found = scalar(written)
    assert found == meant
    assert type(found) is type(meant)


def test_quoted_scalars_and_the_string_tag_stay_text() -> None:
    assert values("A: ['0755', \"yes\", !!str 12, !!int '7']") == {"A": ["0755", "yes", "12", 7]}


def test_keys_are_text() -> None:
    assert values("012345670123: a\nOn: b\n1.10: c") == {"012345670123": "a", "On": "b", "1.10": "c"}


def test_short_forms_nest() -> None:
    found = values(
        "A: !If [C, !Sub 'x-${Y}', !GetAtt N.Outputs.Z]\n"
        "B: !Join ['', [!Ref X, !Select [0, !Split [',', !ImportValue y]]]]\n"
        "C: !Not [!Condition D]\n"
        "E: !GetAtt [a, b]\n"
        "F: !Transform {Name: AWS::Include}\n"
    )
    assert found["A"] == {"Fn::If": ["C", {"Fn::Sub": "x-${Y}"}, {"Fn::GetAtt": ["N", "Outputs.Z"]}]}
    split = {"Fn::Split": [",", {"Fn::ImportValue": "y"}]}
    assert found["B"] == {"Fn::Join": ["", [{"Ref": "X"}, {"Fn::Select": [0, split]}]]}
    assert found["C"] == {"Fn::Not": [{"Condition": "D"}]}
    assert found["E"] == {"Fn::GetAtt": ["a", "b"]}
    assert found["F"] == {"Fn::Transform": {"Name": "AWS::Include"}}


def test_aliases_and_merges() -> None:
    found = values("A: &a {x: 1, y: 2}\nB: {<<: *a, y: 3}\nC: *a\nD: {<<: [*a, {z: 4, x: 9}]}\n'<<': no merge")
    assert found["B"] == {"x": 1, "y": 3}
    assert found["C"] == {"x": 1, "y": 2}
    assert found["D"] == {"x": 1, "y": 2, "z": 4}
    assert found["<<"] == "no merge"


def test_lines_of_yaml_resources() -> None:
    text = (
        "# a comment\n"
        "Resources:\n"
        "  First:\n"
        "    Type: A\n"
        "    Text: |\n"
        "      one\n"
        "\n"
        "      two\n"
        "\n"
        "\n"
        "  # of Second\n"
        "  Second: {Type: B,\n"
        "    Properties: {}\n"
        "  }\n"
        "\n"
        "  Third:\n"
        "    Type: C\n"
        "    Properties:\n"
        "      - >-\n"
        "        folded\n"
        "        text\n"
        "Outputs:\n"
        "  First: {Value: 1}\n"
    )
    assert spans(text) == {"First": (3, 8), "Second": (12, 14), "Third": (16, 21)}


def test_lines_with_windows_line_ends() -> None:
    assert spans("Resources:\r\n  A:\r\n    Type: X\r\n\r\n  B:\r\n    Type: Y\r\n") == {"A": (2, 3), "B": (5, 6)}


def test_lines_of_json_resources_with_tabs() -> None:
    text = '{\n\t"Resources": {\n\t\t"A": {\n\t\t\t"Type": "X",\n\t\t\t"P": {"Resources": {"N": {}}}\n\t\t},\n\t\t"B": {"Type": "Y:{"}\n\t}\n}\n'
    assert spans(text) == {"A": (3, 6), "B": (7, 7)}


def test_lines_of_minified_json() -> None:
    assert spans(json.dumps({"Resources": {"A": {"Type": "X"}, "B": {"Type": "Y"}}})) == {"A": (1, 1), "B": (1, 1)}


def test_json_keeps_what_yaml_would_refuse() -> None:
    key = "k" * 2000
    found = values(f'{{"A": "\\ud83d\\ude00 \\/", "{key}": 1}}')
    assert found == {"A": "\N{GRINNING FACE} /", key: 1}


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert parse(b"\xef\xbb\xbfA: 1", "t").value == {"A": 1}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("Resources:\n  A: [\n", "dir/t.yaml:3: not valid YAML"),
        ("Resources:\n  A: 1\n  A: 2\n", "dir/t.yaml:3: the key 'A' is written twice"),
        ('{"Resources": {\n "A": 1,\n "A": 2}}', "dir/t.yaml:3: the key 'A' is written twice"),
        ('{"Resources": {\n "A": tru \n', "dir/t.yaml:2: not valid JSON"),
        ('{"Resources": {"A": "\\ud800"}}', "not valid JSON"),
        ('{"Resources": {"A": NaN, "B": "\\ud83d\\ude00"}}', "dir/t.yaml:1: not valid JSON"),
        ("just text", "dir/t.yaml:1: not a CloudFormation template"),
        ("", "dir/t.yaml:1: not a CloudFormation template"),
        ("[1, 2]", "dir/t.yaml:1: not a CloudFormation template"),
        ("Parameters: {}", "dir/t.yaml:1: no Resources"),
        ("Resources: []", "dir/t.yaml:1: no Resources"),
        ("Resources:\n  A: 1\n---\nB: 1\n", "dir/t.yaml:3: a second YAML document"),
        ("Resources:\n  A: *nowhere\n", "dir/t.yaml:2: "),
        ("Resources: &r\n  A: *r\n", "dir/t.yaml:2: the alias *r has no anchor before it"),
        ("Resources:\n  ? [a]\n  : 1\n", "dir/t.yaml:2: a mapping or list as a key"),
        ("Resources:\n  A: !!python/object:os.system x\n", "dir/t.yaml:2: the tag"),
        ("Resources:\n  A: !!binary aGk=\n", "dir/t.yaml:2: the tag !!binary"),
        ("Resources:\n  A: {<<: 1}\n", "dir/t.yaml:2: << merges"),
        ("a: " + "[" * 100, "nested deeper"),
        ('{"a": ' + "[" * 100_000, "nested deeper"),
        (b"Resources:\n  A: \xff\n", "dir/t.yaml:2: not UTF-8"),
        (b"Resources:\n  A: \x00\n", "not valid YAML"),
        (b"x" * (MAX_BYTES + 1), "larger than"),
    ],
)
def test_what_is_no_template_is_refused_in_one_line(data: bytes | str, says: str) -> None:
    assert says in refusal(data)


def test_a_missing_file_is_named(tmp_path) -> None:
    with pytest.raises(InputError, match=r"gone\.yaml: cannot be read"):
        read_template(str(tmp_path / "gone.yaml"), root=str(tmp_path))


@pytest.mark.parametrize("tail", ['"' * 200_000, '"' + '\\"' * 200_000, '"\\' * 200_000])
def test_unfinished_json_is_refused_at_once(tail: str) -> None:
    began = time.process_time()
    assert "not valid" in refusal('{"Resources": ' + tail)
    assert time.process_time() - began < 5


def test_aliases_cannot_explode() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    assert "once aliases are written out" in refusal("\n".join(lines))


def test_aliases_cannot_nest_deeper_than_brackets_may() -> None:
    lines = ["a0: &a0 [x]", *(f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 200))]
    assert "nested deeper" in refusal("\n".join(lines))


@pytest.mark.parametrize(
    ("name", "head", "answer"),
    [
        ("a.yaml", b"AWSTemplateFormatVersion: 2010-09-09\n", True),
        ("a.template", b'{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}', True),
        ("a.json", b'{"Resources":{"A":{"Type":"AWS::S3::Bucket"}}}', True),
        ("a.yml", b"# c\nResources:\n  A:\n    Type: AWS::S3::Bucket\n", True),
        ("a.yml", b"Transform: AWS::Serverless-2016-10-31\n", True),
        ("a.yml", b"Parameters:\n  A:\n    Type: AWS::EC2::VPC::Id\n", True),
        ("a.json", b'{"format_version":"1.2","planned_values":{"x":"AWS::S3::Bucket"}}', False),
        ("a.yml", b"kind: Deployment\nspec: {resources: {}}\n", False),
        ("a.md", b"AWSTemplateFormatVersion: 2010-09-09\n", False),
        ("a.yml", b"", False),
    ],
)
def test_sniffing(name: str, head: bytes, *, answer: bool) -> None:
    assert is_template(name, head) is answer
