"""Recorded answers: where they lie, what they may look like, and what is wrong with some."""

import json
import os
from pathlib import Path

import pytest
from aws_fakes import ListSink

from scanner.aws.documents import search
from scanner.aws.recording import file_name
from scanner.aws.replay import ReplaySource
from scanner.aws.run import collect
from scanner.aws.table import tables
from scanner.errors import AwsError, InputError
from scanner.model import Why

ACCOUNT = "111122223333"


@pytest.fixture
def recording(tmp_path):
    def write(path, content):
        file = tmp_path / ACCOUNT / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        return tmp_path

    return write


def replay(folder, **options):
    sink = ListSink()
    collect(ReplaySource(folder), sink, threads=2, **options)
    return sink


@pytest.mark.parametrize("name", ["describe_security_groups", "DescribeSecurityGroups"])
def test_operations_are_read_under_both_names(recording, name):
    folder = recording(f"ec2/eu-west-1/{name}.json", {"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "g"}]})
    group = replay(folder, services=["vpc"]).one("AWS::EC2::SecurityGroup")
    assert (group.account, group.region, group.origin.kind) == (ACCOUNT, "eu-west-1", "recording")


@pytest.mark.parametrize("region", ["global", "aws-global", "us-east-1"])
def test_global_services_are_read_from_any_of_their_regions(recording, region):
    recording(f"s3/{region}/list_buckets.json", {"Buckets": [{"Name": "b", "BucketRegion": "eu-west-1"}]})
    folder = recording(f"s3/{region}/get_bucket_versioning@Bucket=b.json", {"Status": "Enabled"})
    sink = replay(folder, services=["s3"])
    assert sink.one("AWS::S3::Bucket").config["VersioningConfiguration"] == {"Status": "Enabled"}


def test_regional_services_are_not_read_from_another_region(recording):
    folder = recording("ec2/us-east-1/describe_vpcs.json", {"Vpcs": [{"VpcId": "vpc-1"}]})
    recording("kms/eu-west-1/list_keys.json", {"Keys": []})
    sink = replay(folder, services=["vpc"], regions=["eu-west-1"])
    assert sink.of("AWS::EC2::VPC") == []
    assert sink.shards[0].listed["AWS::EC2::VPC"].why is Why.NOT_COLLECTED


def test_a_call_without_a_file_is_not_collected_and_named(recording):
    folder = recording(
        "kms/eu-west-1/list_keys.json", {"Keys": [{"KeyId": "k/1", "KeyArn": "arn:aws:kms:eu-west-1:1:key/k"}]}
    )
    sink = replay(folder, services=["kms"])
    key = sink.one("AWS::KMS::Key")
    unknown = key.unknown["/Policy"]
    assert unknown.why is Why.NOT_COLLECTED
    path = f"{ACCOUNT}/kms/eu-west-1/get_key_policy@KeyId=k%2F1&PolicyName=default.json"
    assert unknown.message == f"the recording has no file {path}"
    assert sink.shards[0].listed["AWS::KMS::Alias"].why is Why.NOT_COLLECTED


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"Vpcs": {}}',
        '{"Vpcs": "none"}',
        '{"Vpcs": ["x"]}',
        '{"Vpcs": [NaN]}',
        '{"Vpcs": ' + "[" * 5000 + "]" * 5000 + "}",
        '{"Vpcs": [{"VpcId": "vpc-1", "X": ' + "[" * 200 + "]" * 200 + "}]}",
        '{"Vpcs": [{"VpcId": 7}]}',
    ],
)
def test_a_malformed_file_is_an_error_and_the_rest_goes_on(recording, content):
    recording("ec2/eu-west-1/describe_subnets.json", {"Subnets": [{"SubnetId": "subnet-1"}]})
    folder = recording("ec2/eu-west-1/describe_vpcs.json", content)
    sink = replay(folder, services=["vpc"])
    listed = sink.shards[0].listed
    assert listed["AWS::EC2::VPC"].why is Why.ERROR
    assert listed["AWS::EC2::Subnet"] is None
    assert sink.one("AWS::EC2::Subnet")


def test_a_malformed_file_is_named(recording):
    folder = recording("ec2/eu-west-1/describe_vpcs.json", "{")
    message = replay(folder, services=["vpc"]).shards[0].listed["AWS::EC2::VPC"].message
    assert f"{ACCOUNT}/ec2/eu-west-1/describe_vpcs.json" in message


def test_a_recorded_error_is_read_as_one(recording):
    recording("kms/eu-west-1/list_aliases.json", {"Error": {"Code": "AccessDeniedException", "Message": "no"}})
    folder = recording(
        "kms/eu-west-1/list_keys.json",
        {"Keys": [{"KeyId": "k", "KeyArn": "arn:aws:kms:eu-west-1:1:key/k"}], "Error": {"Code": "X"}},
    )
    sink = replay(folder, services=["kms"])
    listed = sink.shards[0].listed
    assert listed["AWS::KMS::Alias"].why is Why.DENIED
    assert (listed["AWS::KMS::Key"].why, listed["AWS::KMS::Key"].kind) == (Why.ERROR, "more")
    assert sink.one("AWS::KMS::Key")


def test_a_recording_cut_before_its_last_page_is_incomplete(recording):
    folder = recording("ec2/eu-west-1/describe_vpcs.json", {"Vpcs": [{"VpcId": "vpc-1"}], "NextToken": "more"})
    sink = replay(folder, services=["vpc"])
    assert sink.one("AWS::EC2::VPC")
    assert sink.shards[0].listed["AWS::EC2::VPC"].why is Why.ERROR


@pytest.mark.parametrize(
    "moment",
    ["2019-08-06 23:40:12+00:00", "2019-08-07T01:40:12.5+02:00", "2019-08-06T23:40:12Z", 1565134812, 1565134812.25],
)
def test_dates_take_one_form(recording, moment):
    instance = {"InstanceId": "i-1", "LaunchTime": moment, "BlockDeviceMappings": [{"Ebs": {"AttachTime": moment}}]}
    folder = recording("ec2/eu-west-1/describe_instances.json", {"Reservations": [{"Instances": [instance]}]})
    config = replay(folder, services=["ec2"]).one("AWS::EC2::Instance").config
    assert config["LaunchTime"] == "2019-08-06T23:40:12Z"
    assert config["BlockDeviceMappings"][0]["Ebs"]["AttachTime"] == "2019-08-06T23:40:12Z"


def test_what_is_no_date_stays(recording):
    folder = recording(
        "ec2/eu-west-1/describe_instances.json",
        {"Reservations": [{"Instances": [{"InstanceId": "i-1", "LaunchTime": "soon"}]}]},
    )
    assert replay(folder, services=["ec2"]).one("AWS::EC2::Instance").config["LaunchTime"] == "soon"


def test_a_recorded_secret_is_judged_on_arrival(recording):
    recording(
        "ec2/eu-west-1/describe_launch_templates.json",
        {"LaunchTemplates": [{"LaunchTemplateId": "lt-1", "LaunchTemplateName": "t"}]},
    )
    versions = {"LaunchTemplateVersions": [{"LaunchTemplateData": {"UserData": "password=hunter2hunter2"}}]}
    name = file_name("describe_launch_template_versions", {"LaunchTemplateId": "lt-1", "Versions": ["$Default"]})
    sink = replay(recording(f"ec2/eu-west-1/{name}", versions), services=["ec2"])
    assert sink.one("AWS::EC2::LaunchTemplate").config["LaunchTemplateData"]["UserData"]["contains"] == [
        "password at line 1"
    ]
    assert "hunter2" not in sink.content()


def test_half_a_surrogate_pair_does_not_reach_a_file(recording):
    folder = recording(
        "ec2/eu-west-1/describe_vpcs.json", '{"Vpcs": [{"VpcId": "vpc-1", "X": "\\ud800", "\\udfff": 1}]}'
    )
    assert replay(folder, services=["vpc"]).content().encode()


def test_partition_comes_from_the_regions(recording):
    folder = recording("ec2/cn-north-1/describe_vpcs.json", {"Vpcs": [{"VpcId": "vpc-1"}]})
    vpc = replay(folder, services=["vpc"]).one("AWS::EC2::VPC")
    assert vpc.id == f"arn:aws-cn:ec2:cn-north-1:{ACCOUNT}:vpc/vpc-1"


def test_recorded_regions_are_the_ones_to_read(recording):
    """Not those that were enabled and not recorded, but that is said."""
    regions = [{"RegionName": "eu-west-1"}, {"RegionName": "eu-north-1"}]
    recording("ec2/eu-west-1/describe_regions.json", {"Regions": regions})
    folder = recording("ec2/us-west-2/describe_vpcs.json", {"Vpcs": []})
    told, *shards = sorted(replay(folder, services=["vpc"]).shards, key=lambda shard: shard.service != "regions")
    assert sorted(shard.region for shard in shards) == ["eu-west-1", "us-west-2"]
    assert "no folder of 1 enabled regions (eu-north-1)" in told.gaps[0].message
    assert told.gaps[0].reason is Why.NOT_COLLECTED


def test_a_recording_says_what_it_was_made_of(recording):
    recording("scope.json", {"regions": ["eu-west-1", "eu-north-1"]})
    recording("ec2/us-west-2/describe_vpcs.json", {"Vpcs": []})
    folder = recording("ec2/eu-west-1/describe_regions.json", {"Regions": [{"RegionName": "us-west-2"}]})
    assert sorted(shard.region for shard in replay(folder, services=["vpc"]).shards) == ["eu-north-1", "eu-west-1"]


def test_a_mistyped_region_is_an_error_that_knows_better(recording):
    folder = recording("ec2/eu-west-1/describe_vpcs.json", {"Vpcs": []})
    with pytest.raises(AwsError, match=r"no account of the recording has the region 'eu-wset-1'. Did you mean eu-west"):
        replay(folder, services=["vpc"], regions=["eu-wset-1"])


@pytest.mark.parametrize("entries", [[], ["meta.json"], ["test-public-subnet/"]])
def test_a_folder_without_accounts_is_an_input_error(tmp_path, entries):
    for entry in entries:
        (tmp_path / entry).mkdir() if entry.endswith("/") else (tmp_path / entry).write_text("{}")
    with pytest.raises(InputError, match="holds no recording"):
        ReplaySource(tmp_path)


def test_a_folder_that_is_none_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        ReplaySource(tmp_path / "nowhere")


def test_file_names():
    assert file_name("list_keys", {}) == "list_keys.json"
    assert file_name("op", {"b": "a/b&c=d", "a": ["x"]}) == "op@a=x&b=a%2Fb%26c%3Dd.json"
    assert file_name("op", {"a": ".."}) == "op@a=...json"
    long = file_name("op", {"a": "x" * 400})
    assert len(long) <= 245
    assert long != file_name("op", {"a": "x" * 401})


def _listings(estate):
    """The files of an estate that a table lists resources from."""
    found = {}
    for table in (entry for entries in tables().values() for entry in entries):
        if table.operation and not table.parent and not table.extra:
            found.setdefault((table.service, table.operation), []).append(table)
    for file in sorted(estate.glob("*/*/*/*.json")):
        yield from ((file, table) for table in found.get((file.parts[-3], file.name.removesuffix(".json")), ()))


@pytest.mark.corpus
@pytest.mark.skipif("POSTURE_CORPORA" not in os.environ, reason="needs the reference corpora")
def test_recorded_networks_of_others_are_read():
    estates = sorted(Path(os.environ["POSTURE_CORPORA"], "vpc-networks").glob("test-*"))
    assert estates
    for estate in estates:
        sink = replay(estate)
        assert sink.of("AWS::EC2::VPC"), estate.name
        assert sink.of("AWS::EC2::SecurityGroup"), estate.name
        for file, table in _listings(estate):
            shown = search(table.items, json.loads(file.read_text())) or []
            assert len(sink.of(table.type)) == len(shown), f"{file}: {table.type}"
        listed = {type_: why for shard in sink.shards for type_, why in shard.listed.items()}
        assert listed["AWS::EC2::RouteTable"] is None
        assert not [why for why in listed.values() if why and why.why is Why.ERROR]
        for instance in sink.of("AWS::EC2::Instance"):
            assert instance.config["LaunchTime"].endswith("Z")
