"""Recordings that others have made, in their way of naming things: what they tell is read, and never more."""

import json

import pytest
from aws_fakes import ListSink

from scanner.aws.replay import ReplaySource
from scanner.aws.run import collect
from scanner.model import Why

ACCOUNT = "111122223333"
VPC = {"VpcId": "vpc-1", "OwnerId": ACCOUNT}
KEY = {"KeyId": "k-1", "KeyArn": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k-1"}
POLICY = {"Policy": '{"Statement": []}'}


@pytest.fixture
def replayed(tmp_path):
    def read(service, files, **options):
        for path, content in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content if isinstance(content, str) else json.dumps(content))
        sink = ListSink()
        collect(ReplaySource(tmp_path), sink, threads=2, services=[service], **options)
        return sink

    return read


def listed(sink, type_):
    return next(shard.listed[type_] for shard in sink.shards if type_ in shard.listed)


@pytest.mark.parametrize(
    "path",
    [
        "ec2/eu-west-1/describe_vpcs.json",
        "ec2/eu-west-1/DescribeVpcs.json",
        "ec2/eu-west-1/describe-vpcs.json",
        "EC2/eu-west-1/describeVpcs.json",
        "ec2/eu_west_1/describe_vpcs.json",
        "vpc/eu-west-1/describe_vpcs.json",
        "ec2/eu-west-1/describe_vpcs@MaxResults=1000.json",
        "ec2/eu-west-1/describe_vpcs@DryRun=false.json",
    ],
)
def test_a_whole_listing_by_another_name(replayed, path):
    sink = replayed("vpc", {f"{ACCOUNT}/{path}": {"Vpcs": [VPC], "ResponseMetadata": {"HTTPStatusCode": 200}}})
    assert sink.one("AWS::EC2::VPC").account == ACCOUNT
    assert listed(sink, "AWS::EC2::VPC") is None


@pytest.mark.parametrize("folder", [f"{ACCOUNT}-production", f"account={ACCOUNT}"])
def test_an_account_by_another_name(replayed, folder):
    assert replayed("vpc", {f"{folder}/ec2/eu-west-1/describe_vpcs.json": {"Vpcs": [VPC]}}).one("AWS::EC2::VPC")


def test_the_folder_of_one_account_is_a_recording(tmp_path):
    file = tmp_path / ACCOUNT / "ec2" / "eu-west-1" / "describe_vpcs.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"Vpcs": [VPC]}))
    sink = ListSink()
    collect(ReplaySource(tmp_path / ACCOUNT), sink, threads=2, services=["vpc"])
    assert sink.one("AWS::EC2::VPC").account == ACCOUNT


@pytest.mark.parametrize(
    "files",
    [
        {"describe_vpcs@Filters=%5B%7B%22Name%22%3A%22tag%3Aa%22%7D%5D": {"Vpcs": [VPC]}},
        {"describe_vpcs@VpcIds=vpc-1": {"Vpcs": [VPC]}},
        {"describe_vpcs@NextToken=t": {"Vpcs": [VPC]}},
    ],
)
def test_a_part_of_a_listing_is_never_taken_for_the_whole(replayed, files):
    sink = replayed("vpc", {f"{ACCOUNT}/ec2/eu-west-1/{name}.json": answer for name, answer in files.items()})
    assert sink.one("AWS::EC2::VPC")
    assert listed(sink, "AWS::EC2::VPC").why is Why.NOT_COLLECTED


def test_parts_of_a_listing_are_put_together(replayed):
    place = f"{ACCOUNT}/ec2/eu-west-1"
    parts = {f"{place}/describe_vpcs@VpcIds=vpc-{n}.json": {"Vpcs": [{**VPC, "VpcId": f"vpc-{n}"}]} for n in (1, 2)}
    sink = replayed("vpc", parts)
    assert len(sink.of("AWS::EC2::VPC")) == 2
    assert listed(sink, "AWS::EC2::VPC").why is Why.NOT_COLLECTED


@pytest.mark.parametrize(
    "names",
    [
        ("describe_vpcs", "describe_vpcs@NextToken=t1", "describe_vpcs@NextToken=t2"),
        ("describe_vpcs", "describe_vpcs.2", "describe_vpcs.3"),
        ("describe_vpcs_1", "describe_vpcs_2", "describe_vpcs_3"),
        ("DescribeVpcs-page1", "DescribeVpcs-page2", "DescribeVpcs-page3"),
    ],
)
def test_pages_in_files_of_their_own(replayed, names):
    pages = [{"Vpcs": [{**VPC, "VpcId": f"vpc-{n}"}], **({"NextToken": f"t{n}"} if n < 3 else {})} for n in (1, 2, 3)]
    place = f"{ACCOUNT}/ec2/eu-west-1"
    sink = replayed("vpc", {f"{place}/{name}.json": page for name, page in zip(names, pages, strict=True)})
    assert len(sink.of("AWS::EC2::VPC")) == 3
    assert listed(sink, "AWS::EC2::VPC") is None


def test_a_page_that_is_missing_is_missed(replayed):
    place = f"{ACCOUNT}/ec2/eu-west-1"
    pages = {f"{place}/describe_vpcs.json": {"Vpcs": [VPC], "NextToken": "t1"}}
    sink = replayed("vpc", pages | {f"{place}/describe_vpcs@NextToken=other.json": {"Vpcs": []}})
    assert sink.one("AWS::EC2::VPC")
    assert listed(sink, "AWS::EC2::VPC").why is Why.ERROR


def test_pages_in_one_file(replayed):
    pages = [{"Vpcs": [VPC], "NextToken": "x"}, {"Vpcs": [{**VPC, "VpcId": "vpc-2"}]}]
    sink = replayed("vpc", {f"{ACCOUNT}/ec2/eu-west-1/describe_vpcs.json": pages})
    assert len(sink.of("AWS::EC2::VPC")) == 2
    assert listed(sink, "AWS::EC2::VPC") is None


def test_answers_as_placebo_keeps_them(replayed):
    moment = {"__class__": "datetime", "year": 2026, "month": 11, "day": 24, "hour": 1, "minute": 2, "second": 3}
    instance = {"InstanceId": "i-1", "LaunchTime": moment}
    answer = {"status_code": 200, "data": {"Reservations": [{"Instances": [instance]}], "ResponseMetadata": {}}}
    sink = replayed("ec2", {f"{ACCOUNT}/ec2/eu-west-1/describe_instances_1.json": answer})
    assert sink.one("AWS::EC2::Instance").config["LaunchTime"] == "2026-11-24T01:02:03Z"


def test_an_answer_of_something_else_is_no_empty_one(replayed):
    sink = replayed("vpc", {f"{ACCOUNT}/ec2/eu-west-1/describe_vpcs.json": {"Subnets": []}})
    assert listed(sink, "AWS::EC2::VPC").why is Why.ERROR
    assert "holds no answer of DescribeVpcs: Subnets" in listed(sink, "AWS::EC2::VPC").message


@pytest.mark.parametrize(
    "name",
    [
        "get_key_policy@KeyId=k-1&PolicyName=default",
        "get_key_policy@KeyId=k-1",
        "GetKeyPolicy@PolicyName=default&KeyId=k-1",
        "get_key_policy@keyId=arn%3Aaws%3Akms%3Aeu-west-1%3A111122223333%3Akey%2Fk-1",
    ],
)
def test_a_question_about_one_resource_by_another_name(replayed, name):
    place = f"{ACCOUNT}/kms/eu-west-1"
    sink = replayed("kms", {f"{place}/list_keys.json": {"Keys": [KEY]}, f"{place}/{name}.json": POLICY})
    assert sink.one("AWS::KMS::Key").config["Policy"] == {"Statement": []}


@pytest.mark.parametrize(
    "name", ["get_key_policy", "get_key_policy@KeyId=k-2", "get_key_policy@KeyId=k-1&PolicyName=other"]
)
def test_an_answer_about_another_resource_is_none(replayed, name):
    place = f"{ACCOUNT}/kms/eu-west-1"
    sink = replayed("kms", {f"{place}/list_keys.json": {"Keys": [KEY]}, f"{place}/{name}.json": POLICY})
    key = sink.one("AWS::KMS::Key")
    assert "Policy" not in key.config
    assert key.unknown["/Policy"].why is Why.NOT_COLLECTED


@pytest.mark.parametrize(
    "name", ["describe_snapshots@OwnerIds=self", f"describe_snapshots@OwnerIds={ACCOUNT}", "describe_snapshots"]
)
def test_what_others_own_is_left_out_where_ones_own_is_asked_for(replayed, name):
    snapshots = [{"SnapshotId": "snap-1", "OwnerId": ACCOUNT}]
    snapshots += [{"SnapshotId": "snap-2", "OwnerId": "999988887777"}] if "@" not in name else []
    sink = replayed("ec2", {f"{ACCOUNT}/ec2/eu-west-1/{name}.json": {"Snapshots": snapshots}})
    assert sink.one("AWS::EC2::Snapshot").config["SnapshotId"] == "snap-1"


@pytest.mark.parametrize(("owner", "kept"), [(ACCOUNT, 1), ("Amazon", 0)])
def test_documents_of_others_are_left_out(replayed, owner, kept):
    answer = {"DocumentIdentifiers": [{"Name": "d", "Owner": owner}]}
    sink = replayed("ssm", {f"{ACCOUNT}/ssm/eu-west-1/list_documents.json": answer})
    assert len(sink.of("AWS::SSM::Document")) == kept


@pytest.mark.parametrize("name", ["", "&Attribute=launchPermission"])
def test_an_attribute_whose_answer_tells_what_it_is(replayed, name):
    place = f"{ACCOUNT}/ec2/eu-west-1"
    images = {"Images": [{"ImageId": "ami-1", "OwnerId": ACCOUNT, "Public": False}]}
    for told, content in ((True, {"LaunchPermissions": [{"UserId": "1"}]}), (False, {"BootMode": {"Value": "uefi"}})):
        files = {f"{place}/describe_images@Owners=self.json": images}
        sink = replayed("ec2", {**files, f"{place}/describe_image_attribute@ImageId=ami-1{name}.json": content})
        image = sink.one("AWS::EC2::Image")
        if told:
            assert image.config["LaunchPermissions"] == [{"UserId": "1"}]
        elif not name:
            assert image.unknown["/LaunchPermissions"].why is Why.NOT_COLLECTED


def test_a_malformed_element_leaves_the_others(replayed):
    sink = replayed(
        "vpc", {f"{ACCOUNT}/ec2/eu-west-1/describe_vpcs.json": {"Vpcs": [{"CidrBlock": "10.0.0.0/16"}, VPC]}}
    )
    assert sink.one("AWS::EC2::VPC").config["VpcId"] == "vpc-1"
    assert listed(sink, "AWS::EC2::VPC").why is Why.ERROR


def test_a_single_element_may_stand_for_a_list(replayed):
    sink = replayed("vpc", {f"{ACCOUNT}/ec2/eu-west-1/describe_vpcs.json": {"Vpcs": VPC}})
    assert sink.one("AWS::EC2::VPC")


def test_what_is_asked_of_many_may_be_recorded_for_all(replayed):
    place = f"{ACCOUNT}/elbv2/eu-west-1"
    arns = [f"arn:aws:elasticloadbalancing:eu-west-1:{ACCOUNT}:loadbalancer/net/lb{n}/1" for n in (1, 2)]
    answer = {"LoadBalancers": [{"LoadBalancerArn": arn, "LoadBalancerName": arn[-4:-2]} for arn in arns]}
    tags = {"TagDescriptions": [{"ResourceArn": arns[0], "Tags": [{"Key": "a", "Value": "b"}]}]}
    files = {f"{place}/describe_load_balancers.json": answer, f"{place}/describe_tags.json": tags}
    found = replayed("elb", files).of("AWS::ElasticLoadBalancingV2::LoadBalancer")
    assert [one.tags for one in found] == [{"a": "b"}, {}]


@pytest.mark.parametrize("region", ["global", "aws-global", "us-east-1", "eu-central-1", ""])
def test_a_global_service_lies_anywhere(replayed, region):
    user = {"UserName": "u", "Arn": f"arn:aws:iam::{ACCOUNT}:user/u", "UserId": "AIDA1", "Path": "/"}
    answer = {"UserDetailList": [user], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
    path = f"{ACCOUNT}/iam/{region}/get_account_authorization_details.json".replace("//", "/")
    other = {f"{ACCOUNT}/ec2/eu-central-1/describe_vpcs.json": {"Vpcs": []}}
    assert replayed("iam", {path: answer, **other}).one("AWS::IAM::User").name == "u"


@pytest.mark.parametrize("folder", ["elb", "elasticloadbalancing", "classic-elb"])
def test_a_service_by_another_name(replayed, folder):
    answer = {"LoadBalancerDescriptions": [{"LoadBalancerName": "lb"}]}
    sink = replayed("elb", {f"{ACCOUNT}/{folder}/eu-west-1/describe_load_balancers.json": answer})
    assert sink.one("AWS::ElasticLoadBalancing::LoadBalancer").name == "lb"


def test_two_services_share_a_name_and_the_answer_tells_them_apart(replayed):
    arn = f"arn:aws:elasticloadbalancing:eu-west-1:{ACCOUNT}:loadbalancer/net/lb/1"
    answer = {"LoadBalancers": [{"LoadBalancerArn": arn, "LoadBalancerName": "lb", "Type": "network"}]}
    sink = replayed("elb", {f"{ACCOUNT}/elasticloadbalancing/eu-west-1/describe_load_balancers.json": answer})
    assert sink.one("AWS::ElasticLoadBalancingV2::LoadBalancer").name == "lb"
    assert listed(sink, "AWS::ElasticLoadBalancing::LoadBalancer").why is Why.NOT_COLLECTED
