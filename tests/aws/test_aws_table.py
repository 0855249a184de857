import re

import jmespath
import pytest

from scanner.aws import models, permissions, plan, shapes
from scanner.aws.table import Collect, Then, collectors, tables

ENTRIES = [entry for table in tables().values() for entry in table]
ASKED = [(entry, then) for entry in ENTRIES for then in entry.questions()]
OPERATIONS = sorted(
    {(entry.service, entry.operation) for entry in ENTRIES if entry.operation}
    | {(then.service or entry.service, then.operation) for entry, then in ASKED}
)
# AWS's level for this one is Read: it asks IAM to write down what it knows.
REPORTS = {"generate_credential_report"}
# What a listing is called where AWS wants to be told what to look for.
SEARCHES = {"search_transit_gateway_routes"}
# Several at once.
BATCHES = {"batch_get_account_status", "batch_get_projects"}
# Calls that read what customers keep in AWS, or secrets, and not how it is set up.
DATA = re.compile(
    r"(get_object(_acl|_attributes|_torrent|_tagging)?$|select_object|get_secret|batch_get_secret|get_parameter|get_password_data"
    r"|get_console|get_launch_template_data|download|get_log_|filter_log|start_query|get_query|decrypt|generate"
    r"|batch_get_item|get_item|query|scan|receive_message|get_records|get_public_key)"
)


def test_tables_are_found_by_presence():
    assert set(tables()) >= {"ec2", "iam", "kms", "rds", "s3", "vpc"}
    assert [entry.type for entry in collectors("AWS::KMS::Grant")] == ["AWS::KMS::Grant"]
    assert collectors("AWS::Nobody::Knows") == ()


@pytest.mark.parametrize(("service", "operation"), OPERATIONS)
def test_every_operation_reads_and_none_reads_customers_data(service, operation):
    assert operation.split("_")[0] in {"get", "list", "describe", "head"} or operation in SEARCHES | BATCHES
    assert not DATA.match(operation)
    named = re.sub("object_lock_configuration$|_for_object_lambda$", "", operation)
    assert "object" not in named
    assert models.operation_model(service, operation).name


def test_the_deny_list_would_catch_what_it_must():
    for operation in (
        "get_object",
        "get_secret_value",
        "get_parameters_by_path",
        "get_password_data",
        "get_console_output",
    ):
        assert DATA.match(operation)
    assert not DATA.match("get_object_lock_configuration")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.type)
def test_listing_pages_within_what_the_api_allows(entry):
    if not entry.operation:
        assert not entry.items.strip("@")
        return
    model = models.operation_model(entry.service, entry.operation)
    inputs = model.input_shape.members if model.input_shape else {}
    assert {*entry.params, *entry.also, *(entry.mark.params if entry.mark else ())} <= set(inputs)
    assert not entry.when or entry.parent, "when is asked of the parent"
    limits = [
        member
        for name, member in inputs.items()
        if name.lower() in {"maxresults", "limit", "maxbuckets", "maxdirectorybuckets", "maxitems", "maxrecords"}
    ]
    if limits:
        assert entry.page_size <= limits[0].metadata.get("max", 1000)
        assert models.result_keys(entry.service, entry.operation)
    else:
        pages = {"NextToken", "nextToken", "Marker", "NextMarker"} & set(model.output_shape.members)
        assert not pages or models.result_keys(entry.service, entry.operation), "a listing that cannot page"
        assert not entry.page_size


@pytest.mark.parametrize("entry", [each for each in ENTRIES if each.prepare], ids=lambda entry: entry.type)
def test_what_is_prepared_is_only_a_report(entry):
    assert entry.prepare.operation in REPORTS
    assert models.operation_model(entry.service, entry.prepare.operation).name


@pytest.mark.parametrize(("entry", "then"), ASKED, ids=lambda one: getattr(one, "type", getattr(one, "operation", "")))
def test_questions_fit_the_api(entry: Collect, then: Then):
    model = models.operation_model(then.service or entry.service, then.operation)
    given = {*then.params, *([then.begin.token] if then.begin else ())}
    assert given <= set(model.input_shape.members if model.input_shape else ())
    assert set(model.input_shape.required_members if model.input_shape else ()) <= given
    assert set(then.narrowing) <= set(then.params)
    for expression in (then.when, then.each, then.result, *then.params.values()):
        if expression:
            jmespath.compile(expression)
    asked_before = {other.member for other in entry.then[: entry.then.index(then)]} if then in entry.then else set()
    if "" not in asked_before:
        listed = set(shapes.listed_members(entry))
        place = {"account", "region", "partition"}
        assert plan.roots(then.when) <= asked_before | listed | place, "when may only read what was asked before"


def test_a_type_is_made_once_with_an_id_template_and_members_that_do_not_collide():
    # A type may have several listings where each finds others of it: below other parents, of another kind.
    assert len({(entry.type, entry.parent, entry.asks()) for entry in ENTRIES}) == len(ENTRIES)
    for entry in ENTRIES:
        assert entry.id
        members = [then.member for then in entry.then]
        assert len(set(members)) == len(members)


@pytest.mark.parametrize(
    ("service", "operation", "action"),
    [
        ("s3", "ListBuckets", "s3:ListAllMyBuckets"),
        ("s3", "get_bucket_encryption", "s3:GetEncryptionConfiguration"),
        ("s3", "get_public_access_block", "s3:GetBucketPublicAccessBlock"),
        ("s3control", "get_public_access_block", "s3:GetAccountPublicAccessBlock"),
        ("s3", "get_bucket_acl", "s3:GetBucketAcl"),
        ("s3", "get_bucket_lifecycle_configuration", "s3:GetLifecycleConfiguration"),
        ("s3", "get_bucket_replication", "s3:GetReplicationConfiguration"),
        ("s3", "get_bucket_notification_configuration", "s3:GetBucketNotification"),
        ("s3", "get_object_lock_configuration", "s3:GetBucketObjectLockConfiguration"),
        ("s3", "head_bucket", "s3:ListBucket"),
        ("kms", "list_keys", "kms:ListKeys"),
        ("ec2", "describe_vpcs", "ec2:DescribeVpcs"),
    ],
)
def test_the_iam_action_of_an_operation(service, operation, action):
    assert permissions.permission(service, operation) == action


def test_the_actions_for_reads_are_those_of_the_calls_alone():
    reads = {"AWS::KMS::Key": frozenset({"Rotation.KeyRotationEnabled"})}
    assert permissions.actions(reads) == (
        "ec2:DescribeRegions",
        "kms:DescribeKey",
        "kms:GetKeyRotationStatus",
        "kms:ListKeys",
    )
    everything = permissions.actions()
    assert "s3:GetBucketLocation" in everything
    assert not [
        action
        for action in everything
        if re.search(r":(?!Get|List|Describe|BatchGet|GenerateCredentialReport$|SearchTransitGatewayRoutes$)", action)
    ]


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("a == 'x' && b.c[0].d != `1`", {"a", "b"}),
        ("!(a.b[?c == 'd'].e)", {"a"}),
        ("length(a) > `0` || contains(b, 'c')", {"a", "b"}),
        ("['$Default']", set()),
        ("a | b", {"a"}),
        ("{x: a, y: b.c}", {"a", "b"}),
        ("", set()),
    ],
)
def test_the_members_that_an_expression_reads(expression, names):
    assert plan.roots(expression) == names


def test_needed_services_follow_what_is_read():
    assert plan.needed_services(None) == tuple(
        name for name, table in tables().items() if any(not one.extra for one in table)
    )
    assert plan.needed_services({"AWS::S3::AccountSettings": frozenset({"*"})}) == ("s3",)
    assert plan.needed_services({"AWS::Nobody::Knows": frozenset({"*"})}) == ()


def test_a_question_brings_those_that_its_when_depends_on():
    (acl,) = plan.wanted({"AWS::S3::Bucket": frozenset({"Acl.Grants"})})["s3"]
    assert [then.member for then in acl.then] == ["OwnershipControls", "Acl"]
    (merged,) = plan.wanted({"AWS::KMS::Key": frozenset({"KeyState"})})["kms"]
    assert [then.operation for then in merged.then] == ["describe_key"]
    (listed,) = plan.wanted({"AWS::KMS::Key": frozenset({"Arn"})})["kms"]
    assert listed.then == ()
    (tagged,) = plan.wanted({"AWS::S3::Bucket": frozenset({"derived.tags"})})["s3"]
    assert [then.member for then in tagged.then] == ["Tags"]


def test_a_child_brings_the_listing_of_its_parents():
    parent, child = plan.wanted({"AWS::KMS::Grant": frozenset({"*"})})["kms"]
    assert (parent.collect.type, parent.then, child.collect.type) == ("AWS::KMS::Key", (), "AWS::KMS::Grant")


def test_all_stacks_at_once_take_the_permission_to_list_them_too():
    reads = {"AWS::CloudFormation::Stack": frozenset({"RoleARN"})}
    assert set(permissions.actions(reads)) >= {"cloudformation:DescribeStacks", "cloudformation:ListStacks"}


def test_a_question_asked_for_each_element_brings_the_list():
    (_, set_) = plan.wanted({"AWS::SSO::PermissionSet": frozenset({"AccountAssignments"})}, ["account-assignments"])[
        "sso"
    ]
    assert [then.member for then in set_.then] == ["AccountIds", "AccountAssignments"]
