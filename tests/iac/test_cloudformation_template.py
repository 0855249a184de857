"""A whole template: its resources, lines and gaps; and that nothing in a file can break the reader."""

from __future__ import annotations

import copy
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import InputError
from scanner.iac.cloudformation import read_template
from scanner.model import Shard, Why, canonical

FIXTURES = Path(__file__).parent / "fixtures" / "cloudformation"
ESTATE = (FIXTURES / "estate.yaml").read_bytes()
TREE = json.loads((FIXTURES / "estate.json").read_text())


def read(data: bytes | str, name: str = "t.yaml", **parameters: Any) -> Shard:
    (shard,) = read_template(name, data.encode() if isinstance(data, str) else data, parameters=parameters)
    return shard


def test_resources_and_lines_of_a_yaml_template() -> None:
    shard = read(ESTATE, "infra/estate.yaml")
    assert (shard.account, shard.region, shard.service) == ("", "", "cloudformation")
    found = {item.id: (item.type, item.origin.line, item.origin.end_line) for item in shard.resources}
    assert found == {
        "infra/estate.yaml#Data": ("AWS::S3::Bucket", 14, 23),
        "infra/estate.yaml#Archive": ("AWS::S3::Bucket", 39, 46),
        "infra/estate.yaml#Key": ("AWS::KMS::Key", 52, 54),
        "infra/estate.yaml#Web": ("AWS::EC2::SecurityGroup", 56, 61),
    }


def test_json_says_the_same_with_its_own_lines() -> None:
    shards = [read(ESTATE, "t"), read((FIXTURES / "estate.json").read_bytes(), "t")]
    yaml, json_ = ({item.origin.address: item for item in shard.resources} for shard in shards)
    assert {name: (item.config, item.unknown) for name, item in yaml.items()} == {
        name: (item.config, item.unknown) for name, item in json_.items()
    }
    assert [(item.origin.line, item.origin.end_line) for item in json_.values()] == [
        (12, 22),
        (41, 49),
        (51, 51),
        (52, 58),
    ]


def test_twice_the_same() -> None:
    def shown() -> str:
        return "".join(
            canonical([item.config, {k: v.to_json() for k, v in item.unknown.items()}])
            for item in read(ESTATE).resources
        )

    assert shown() == shown()


def test_an_undecided_resource_is_judged_as_if_it_existed_and_noted() -> None:
    shard = read(ESTATE)
    archive = next(item for item in shard.resources if item.origin.address == "Archive")
    assert archive.config["LifecycleConfiguration"]["Rules"][0]["Expiration"] == {"Days": 30}
    (gap,) = shard.gaps
    assert (gap.reason, gap.resource_id, gap.resource_types) == (
        Why.AFTER_APPLY,
        "t.yaml#Archive",
        ("AWS::S3::Bucket",),
    )
    assert "t.yaml:39" in gap.message
    assert "IsProduction" in gap.message


def test_parameters_decide_which_resources_exist() -> None:
    names = {item.origin.address for item in read(ESTATE, Environment="test").resources}
    assert names == {"Data", "Key", "Web"}
    shard = read(ESTATE, Environment="production")
    assert shard.gaps == []
    data = next(item for item in shard.resources if item.origin.address == "Data")
    assert data.config["VersioningConfiguration"] == {"Status": "Enabled"}


def test_paths_are_relative_to_the_root(tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    path = tmp_path / "a b" / "t.yaml"
    path.write_bytes(ESTATE)
    (shard,) = read_template(str(path), root=str(tmp_path))
    assert shard.resources[0].id == "a b/t.yaml#Data"
    assert shard.resources[0].origin.file == "a b/t.yaml"


def test_one_bad_resource_does_not_spoil_the_rest() -> None:
    shard = read(
        "Resources:\n"
        "  NoType: {Properties: {}}\n"
        "  Text: text\n"
        "  List:\n    Type: AWS::S3::Bucket\n    Properties: [a]\n"
        "  Fn::ForEach::Loop: [x, [a], {}]\n"
        "  Good: {Type: 'AWS::S3::Bucket'}\n"
    )
    assert [item.origin.address for item in shard.resources] == ["Good"]
    assert {(gap.resource_id.split("#")[1], gap.reason) for gap in shard.gaps} == {
        ("NoType", Why.ERROR),
        ("Text", Why.ERROR),
        ("List", Why.ERROR),
        ("Fn::ForEach::Loop", Why.AFTER_APPLY),
    }
    assert all(gap.message.startswith("t.yaml:") for gap in shard.gaps)
    assert next(gap for gap in shard.gaps if "List" in gap.resource_id).message.startswith("t.yaml:4: ")


def test_properties_made_at_the_deploy_leave_everything_unknown() -> None:
    shard = read(
        "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties: {'Fn::Transform': {Name: AWS::Include}}\n"
    )
    (found,) = shard.resources
    assert found.config == {}
    assert found.unknown["/Policy"].why is Why.AFTER_APPLY
    assert found.unknown["/PublicAccessBlockConfiguration"].why is Why.AFTER_APPLY


def test_macros_of_ones_own_are_noted() -> None:
    known = (
        "Transform: [AWS::Serverless-2016-10-31, AWS::LanguageExtensions]\nResources: {B: {Type: 'AWS::S3::Bucket'}}"
    )
    assert read(known).gaps == []
    (gap,) = read("Transform: Mine\nResources: {B: {Type: 'AWS::S3::Bucket'}}").gaps
    assert gap.reason is Why.AFTER_APPLY
    assert "Mine" in gap.message


def places(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [at, *(place for key, item in pairs for place in places(item, (*at, key)))]


PLACES = [place for place in places(TREE) if place]
JUNK = [
    None, 0, -1, 10**30, 1.5, True, "", "x", "*", "a" * 70_000, {}, [], [[]], {"a": {}}, "{{resolve:ssm:/a}}",
    {"Ref": "Environment"}, {"Ref": "Data"}, {"Ref": "AWS::NoValue"}, {"Ref": "AWS::AccountId"}, {"Ref": []},
    {"Fn::GetAtt": "Key.Arn"}, {"Fn::GetAtt": ["Key", {"Ref": "Environment"}]}, {"Fn::Foo": 1}, {"Fn::Transform": {}},
    {"Fn::If": ["IsProduction", 1, {"Ref": "AWS::NoValue"}]}, {"Fn::If": ["IsProduction", [], {}]},
    {"Fn::Sub": "${Environment}${Data.Arn}${!x}${nope}"}, {"Fn::Join": ["", [{"Ref": "Environment"}, "x"]]},
    {"Fn::ToJsonString": {"a": {"Ref": "Environment"}}}, {"Fn::Select": ["1", ["a"]]}, {"Condition": "IsProduction"},
]  # fmt: skip


def survive(data: bytes) -> None:
    """Either the file is refused in one line, or all that comes out is sound JSON with sound pointers."""
    try:
        (shard,) = read_template("t", data)
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017 - refusing is one of two good outcomes
        return
    for item in shard.resources:
        canonical(item.config).encode()
        assert all(isinstance(value, str) for value in (item.name, *item.tags, *item.tags.values()))
        assert all(pointer.startswith("/") for pointer in item.unknown)
    for gap in shard.gaps:
        canonical(gap.to_json())


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(range(len(JUNK)))), min_size=1, max_size=4))
def test_no_value_anywhere_breaks_the_reader(changes: list[tuple[tuple[Any, ...], int]]) -> None:
    tree = copy.deepcopy(TREE)
    for place, junk in changes:
        node = tree
        try:
            for key in place[:-1]:
                node = node[key]
            node[place[-1]] = copy.deepcopy(JUNK[junk])
        except (KeyError, IndexError, TypeError):
            continue
    survive(json.dumps(tree).encode())


PIECES = [
    b"*x", b"&x ", b"!Sub ", b"!If ", b"!Ref ", b"!!set ", b"[", b"{", b"}", b": ", b"- ", b"\n", b"\t", b'"', b"'",
    b"\x00", b"\xff", b"!!python/object:os.system ", b"<<: *x", b"? ", b"---\n", b"|\n", b"%YAML 9.9\n", b"\xe2\x80\xa8",
]  # fmt: skip


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(st.integers(0, len(ESTATE)), st.integers(0, 12), st.sampled_from(PIECES)), min_size=1, max_size=4
    )
)
def test_no_text_breaks_the_reader(edits: list[tuple[int, int, bytes]]) -> None:
    data = ESTATE
    for at, cut, piece in edits:
        data = data[:at] + piece + data[at + cut :]
    survive(data)


@pytest.mark.parametrize("size", [200])
def test_speed_is_shown(size: int, capsys: pytest.CaptureFixture[str]) -> None:
    read(ESTATE)
    began = time.process_time()
    found = sum(len(read(ESTATE).resources) for _ in range(size))
    with capsys.disabled():
        print(f" [{size} templates, {found} resources: {time.process_time() - began:.2f} s CPU]", end="")  # noqa: T201 - shown, not asserted: machines differ
    assert found == size * 4
