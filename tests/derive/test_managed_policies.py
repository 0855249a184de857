"""Every managed policy of AWS that moto ships: parsed, classified and validated, and none breaks anything."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from scanner.demo import managed_policies
from scanner.derive.access.catalogue.levels import levels, wildcards
from scanner.derive.access.catalogue.services import LEVELS, actions_of
from scanner.derive.access.decision.document import parse
from scanner.derive.access.managed import packed
from scanner.derive.access.validation.codes import CATEGORY
from scanner.derive.access.validation.validate import validate


@cache
def policies() -> dict[str, Any]:
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    loaded: dict[str, Any] = json.loads(aws_managed_policies_data)
    return {name: one["Document"] for name, one in loaded.items()}


def by_level(name: str) -> dict[str, frozenset[str]]:
    return dict(levels(parse(policies()[name], "identity")))


def test_all_are_parsed_and_classified():
    assert len(policies()) > 1500
    refused = {name for name, document in policies().items() if parse(document, "identity").problems}
    assert refused == set()
    empty = set()
    for name, document in policies().items():
        parsed = parse(document, "identity")
        found = levels(parsed)
        assert set(found) == set(LEVELS)
        allowed = {action for names in found.values() for action in names}
        assert {action for one in wildcards(parsed) for action in one.actions} <= allowed
        if not allowed:
            empty.add(name)
    # the rest only deny, or are of services that are no more
    assert len(empty) < 60, sorted(empty)


def test_levels_are_those_of_aws():
    everything = by_level("AdministratorAccess")
    assert set(actions_of("s3")) <= {action for names in everything.values() for action in names}
    read_only = by_level("IAMReadOnlyAccess")
    assert "iam:GetUser" in read_only["Read"]
    assert "iam:ListUsers" in read_only["List"]
    assert not read_only["Permissions management"]
    assert not read_only["Tagging"]
    power = by_level("PowerUserAccess")
    assert "iam:CreateUser" not in power["Write"]
    assert "ec2:RunInstances" in power["Write"]
    assert "iam:AttachRolePolicy" in by_level("IAMFullAccess")["Permissions management"]
    assert "ec2:CreateTags" in by_level("AmazonEC2FullAccess")["Tagging"]


def test_wildcards_are_told_with_what_they_mean():
    found = list(wildcards(parse(policies()["AmazonS3ReadOnlyAccess"], "identity")))
    assert {one.pattern for one in found} >= {"s3:get*", "s3:list*"}
    assert "s3:GetObject" in next(one.actions for one in found if one.pattern == "s3:get*")
    (everything,) = wildcards(parse(policies()["AdministratorAccess"], "identity"))
    assert (everything.statement, everything.pattern) == (0, "*")
    inverted = next(wildcards(parse(policies()["PowerUserAccess"], "identity")))
    assert inverted.pattern == "*"
    assert "iam:PassRole" not in inverted.actions


def test_all_are_validated():
    found = {one.code for document in policies().values() for one in validate(document, "identity")}
    assert found <= set(CATEGORY)
    # what AWS's own page says of its own policies
    codes = {one.code for one in validate(policies()["AdministratorAccess"], "identity")}
    assert codes == {"PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE", "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE"}
    assert "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA" in {
        one.code for one in validate(policies()["ReadOnlyAccess"], "identity")
    }


def test_few_of_them_have_errors():
    """AWS writes its policies with care: what we call an error there is a service that is gone, or our own mistake."""
    gone = {"INVALID_SERVICE_IN_ACTION", "INVALID_ACTION", "INVALID_SERVICE"}
    wrong = {
        name
        for name, document in policies().items()
        if {one.code for one in validate(document, "identity") if one.category == "error"} - gone
    }
    assert len(wrong) < len(policies()) * 0.04, sorted(wrong)


def test_those_that_are_shipped_are_those_of_moto() -> None:
    day, documents = managed_policies.policies()
    assert packed.as_of() == day, "run python -m scanner.demo.managed_policies"
    for name, document in documents.items():
        assert packed.document(f"arn:aws:iam::aws:policy/{name}") == document
    assert packed.document("arn:aws:iam::aws:policy/Administrator") is None
    assert packed.document("arn:aws-cn:iam::aws:policy/AdministratorAccess") is None
