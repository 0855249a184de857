"""The generated page of what is collected, and the calls that it says are not made."""

from __future__ import annotations

from pathlib import Path

import botocore
import pytest

from scanner.aws import models, page, permissions
from scanner.aws.described import described
from scanner.aws.instead import NOT_MADE, Instead
from scanner.aws.table import extras, tables

DOCS = Path(__file__).resolve().parents[2] / "docs"
CALLS = permissions.calls(None, extras())


def test_the_page_is_that_of_the_tables() -> None:
    text = (DOCS / page.NAME).read_text()
    if f"botocore {botocore.__version__} knows" not in text:
        pytest.skip("its members are those of another botocore")
    assert text == page.page(), "make it anew: python -m scanner.aws.page"


def test_every_type_and_call_is_on_it(tmp_path: Path) -> None:
    page.main([str(tmp_path)])
    lines = (tmp_path / page.NAME).read_text().splitlines()
    for entry in (entry for table in tables().values() for entry in table):
        assert any(f'<a id="{page.anchor(entry.type)}"></a>`{entry.type}`' in line for line in lines)
    for call in CALLS:
        row = f"| `{call.service}:{call.operation}` | `{call.action}` |"
        assert any(row in line for line in lines), row
    with pytest.raises(SystemExit, match="no such folder"):
        page.main([str(tmp_path / "none")])


def test_costs_are_told() -> None:
    found = {(one.type, question.call.operation): question for one in described() for question in one.questions}
    assert found["AWS::KMS::Key", "ListKeys"].cost == "1 a region, 1,000 a page"
    rotation = found["AWS::KMS::Key", "GetKeyRotationStatus"]
    assert (rotation.cost, rotation.gives) == ("1 a resource", ("Rotation",))
    assert "KeyManager != 'AWS'" in rotation.condition
    assert found["AWS::KMS::Grant", "ListGrants"].cost == "1 for each AWS::KMS::Key, 100 a page"
    details = "GetAccountAuthorizationDetails"
    assert found["AWS::IAM::User", details].cost == "1 an account, 1,000 a page"
    assert found["AWS::IAM::Role", details].cost == "none: the answer to AWS::IAM::User's"
    assert found["AWS::IAM::CredentialReport", "GenerateCredentialReport"].cost == "1 an account, before the next"
    assert found["AWS::RAM::ResourceShare", "GetResourceShares"].cost.startswith("2 a region")
    advisor = found["AWS::IAM::Role", "GenerateServiceLastAccessedDetails"]
    assert (advisor.cost, advisor.extra) == ("1 a resource, before the next", "access-advisor")
    assert "BucketRegion" in found["AWS::S3::Bucket", "GetBucketLocation"].cost


def test_the_members_of_a_type_are_those_of_its_shape() -> None:
    from scanner.aws.shapes import shape_of

    for type_ in {one.type for one in described()}:
        shape = shape_of(type_)
        members = {name for one in described() if one.type == type_ for name in one.members}
        assert members == set(shape.members if shape else ()), type_


@pytest.mark.parametrize("one", NOT_MADE, ids=lambda one: f"{one.service}:{one.operations[0]}")
def test_a_call_that_is_not_made_exists_and_has_something_in_its_place(one: Instead) -> None:
    made = {(call.service, call.operation) for call in CALLS}
    for operation in one.operations:
        assert models.operation_model(one.service, operation).name == operation
        assert (one.service, operation) not in made, "a table makes it: take it from the list"
    assert tuple(one.call.split(":")) in made
    assert list(one.operations) == sorted(one.operations)
