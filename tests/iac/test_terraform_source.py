"""What is a plan, and the one line that says what a file is instead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from terraform_plans import change, plan, shard

from scanner.errors import InputError
from scanner.iac.terraform import is_plan, read_plan

PLAN = json.dumps(plan([change("aws_vpc.main", {"cidr_block": "10.0.0.0/16"})]))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (PLAN.encode(), True),
        (b"\xef\xbb\xbf" + PLAN.encode(), True),
        (PLAN.encode("utf-16"), True),
        (b'\n {\n  "applyable": true, "complete": true, "configuration": {"provider_config": {', True),
        (
            b"PK\x03\x04\x14\x00\x08\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x06\x00tfplan",
            True,
        ),
        (b"PK\x03\x04 some other archive", False),
        (b'{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}', False),
        (b'resource "aws_vpc" "main" {}', False),
        (b"", False),
    ],
)
def test_a_plan_is_recognised_by_its_beginning(head: bytes, expected: bool) -> None:
    assert is_plan(head) is expected


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04xxxxtfplan", "binary plan. Make JSON of it: terraform show -json plan.bin > plan.json"),
        (b"", "empty"),
        (b'resource "aws_vpc" "main" {\n}\n', "HCL source"),
        (b"# a comment\nlocals {}\n", "HCL source"),
        (b'{"version": 4, "serial": 3, "lineage": "x", "resources": []}', "state file"),
        (b'{"format_version": "1.0", "values": {"root_module": {}}}', "JSON of a state"),
        (b'{"@level":"info","type":"version"}\n{"@level":"info"}\n', "log that terraform plan -json writes"),
        (b'{"Resources": {}}', "no format_version"),
        (b"[]", "not an object"),
        (b"hello", "not JSON"),
        (b"\x80\x81\x82\x83", "neither JSON nor text"),
        (PLAN[:-20].encode(), "broken or cut short at line 1"),
        (b'{"format_version": "0.2", "resource_changes": []}', "format_version '0.2' is not supported"),
        (b'{"format_version": "2.0", "resource_changes": []}', "format_version '2.0' is not supported"),
        (b'{"format_version": 1.2, "resource_changes": []}', "not supported"),
        (b'{"format_version": "1.2", "resource_changes": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"format_version": "1.2", "resource_changes": [NaN]}', "broken"),
        (b'{"format_version": "1.2", "resource_changes": [1e999]}', "broken"),
    ],
)
def test_what_is_no_plan_is_refused_in_one_line(data: bytes, says: str) -> None:
    with pytest.raises(InputError) as caught:
        read_plan("infra/plan.json", data)
    text = str(caught.value)
    assert text.startswith("infra/plan.json: ")
    assert says in text
    assert "terraform show -json" in text
    assert "\n" not in text


def test_a_file_that_cannot_be_read_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_plan(str(tmp_path / "none.json"))
    with pytest.raises(InputError, match="cannot be read"):
        read_plan(str(tmp_path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_plan_is_read_in_the_encodings_that_shells_write(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "live" / "plan.json"
    path.parent.mkdir()
    path.write_text(PLAN, encoding=encoding)
    (found,) = read_plan(str(path), root=str(tmp_path))
    assert [item.id for item in found.resources] == ["live#aws_vpc.main"]
    assert found.service == "terraform"
    assert found.account == ""
    assert found.resources[0].origin.file == str(path)


@pytest.mark.parametrize(
    ("path", "root", "expected"),
    [
        ("plan.json", ".", "."),
        ("infra/prod/plan.json", ".", "infra/prod"),
        ("infra/prod/plan.json", "infra", "prod"),
        ("./infra/plan.json", "", "infra"),
        ("-", ".", "."),
    ],
)
def test_ids_begin_with_the_directory_of_the_plan(path: str, root: str, expected: str) -> None:
    (found,) = read_plan(path, PLAN.encode(), root=root)
    assert found.resources[0].id == f"{expected}#aws_vpc.main"


def test_a_plan_without_changes_is_empty() -> None:
    assert shard({"format_version": "1.0", "planned_values": {}}).resources == []


def test_lone_surrogates_do_not_reach_the_result() -> None:
    document = plan([change("aws_s3_bucket.x", {"bucket": "a\ud800b", "policy": '{"Statement": "\\ud800"}'})])
    (found,) = shard(document).resources
    json.dumps(found.config, ensure_ascii=False).encode()
    found.id.encode()
    assert found.name.startswith("a")
