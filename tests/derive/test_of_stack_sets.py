"""Which roles are those of service-managed stack sets."""

from __future__ import annotations

from typing import Any

import pytest
from derive_worlds import DENIED, fact, resource

from scanner.model import Partial

ROLE, NAME = "AWS::IAM::Role", "stacksets-exec-0a1b2c"
THEIRS = (
    "arn:aws:iam::222222222222:role/aws-service-role/stacksets.cloudformation.amazonaws.com/"
    "AWSServiceRoleForCloudFormationStackSetsOrgAdmin"
)
OWN = "arn:aws:iam::111111111111:user/ada"


def found(*principals: Any, name: str = NAME, unknown: Any = None) -> Partial:
    statements = [{"Effect": "Allow", "Principal": one, "Action": "sts:AssumeRole"} for one in principals]
    config = {"RoleName": name, "AssumeRolePolicyDocument": {"Statement": statements}}
    return fact(resource(ROLE, config, unknown, region="global"), "of_stack_sets")


@pytest.mark.parametrize(
    ("principals", "theirs"),
    [
        ([{"AWS": THEIRS}], True),
        ([{"AWS": [THEIRS]}], True),
        ([{"AWS": [THEIRS, OWN]}], False),
        ([{"AWS": THEIRS}, {"AWS": OWN}], False),
        ([{"AWS": THEIRS, "Service": "ec2.amazonaws.com"}], False),
        ([{"AWS": THEIRS}, {"Federated": "accounts.google.com"}], False),
        (["*"], False),
        ([{"AWS": THEIRS.replace("/aws-service-role", "")}], False),
    ],
)
def test_the_name_alone_does_not_do(principals: list[Any], theirs: bool) -> None:
    assert found(*principals) == Partial(theirs)
    assert found(*principals, name="app") == Partial(value=False)


def test_a_trust_that_was_not_read() -> None:
    whole = resource(ROLE, {"RoleName": NAME}, {"/AssumeRolePolicyDocument": DENIED}, region="global")
    assert fact(whole, "of_stack_sets").unknown[""].why is DENIED.why
    for place in ("/Statement/-", "/Statement/0/Principal", "/Statement/0/Principal/AWS/-"):
        why = {f"/AssumeRolePolicyDocument{place}": DENIED}
        assert found({"AWS": [THEIRS]}, unknown=why).unknown[""].why is DENIED.why
    assert found({"AWS": OWN}, unknown={"/AssumeRolePolicyDocument/Statement/-": DENIED}) == Partial(value=False)
