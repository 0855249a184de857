"""A small estate on embedded moto: what is live, what a recording of it gives, and what denial does to it."""

import base64
import gzip
import json

import boto3
import pytest
from aws_fakes import ListSink
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.parsers import ResponseParserError
from moto import mock_aws

from scanner.aws.replay import ReplaySource
from scanner.aws.run import collect
from scanner.aws.session import LiveSource, open_session
from scanner.aws.source import Account, Call
from scanner.aws.throttle import Patience
from scanner.errors import AwsError
from scanner.model import Why

REGIONS = ["us-east-1", "eu-west-1"]
SERVICES = ["ec2", "kms", "s3"]
SCRIPT = "#!/bin/sh\n-----BEGIN RSA PRIVATE KEY-----\nMIIhidden\nexport DB_PASSWORD=hunter2hunter2\n"


@pytest.fixture
def aws():
    with mock_aws():
        yield


@pytest.fixture
def estate(aws):
    for region in REGIONS:
        build(region)


def build(region):
    s3 = boto3.client("s3", region_name=region)
    kms = boto3.client("kms", region_name=region)
    ec2 = boto3.client("ec2", region_name=region)
    bucket = f"data-{region}"
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=bucket, **where)
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": []}))
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "team", "Value": "a"}]})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/main", TargetKeyId=key["KeyId"])
    kms.create_grant(KeyId=key["KeyId"], GranteePrincipal="arn:aws:iam::123456789012:role/r", Operations=["Decrypt"])
    data = base64.b64encode(gzip.compress(SCRIPT.encode())).decode()
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"UserData": data})
    ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, UserData=data)


def live(**options):
    sink = ListSink()
    record = collect(LiveSource(threads=4, **options), sink, regions=REGIONS, services=SERVICES, threads=4)
    return sink, record


def test_an_estate_is_read_and_replays_to_the_same_content(estate, tmp_path):
    sink, record = live(record=tmp_path)
    assert {resource.type for shard in sink.shards for resource in shard.resources} == {
        "AWS::EC2::AccountSettings",
        "AWS::EC2::Instance",
        "AWS::EC2::LaunchTemplate",
        "AWS::EC2::Volume",
        "AWS::KMS::Alias",
        "AWS::KMS::Grant",
        "AWS::KMS::Key",
        "AWS::S3::AccountSettings",
        "AWS::S3::Bucket",
    }
    assert record.accounts == ("123456789012",)
    assert record.to_json()["calls"] > 40
    replayed = ListSink()
    collect(ReplaySource(tmp_path), replayed, regions=REGIONS, services=SERVICES, threads=4)
    assert replayed.content(origin=False) == sink.content(origin=False)
    again = ListSink()
    collect(ReplaySource(tmp_path), again, services=SERVICES, threads=1)
    assert again.content() == replayed.content(), "the regions are those of the recording"


def test_secrets_are_in_neither_content_nor_recording(estate, tmp_path):
    sink, _ = live(record=tmp_path)
    (template, _) = sink.of("AWS::EC2::LaunchTemplate")
    assert template.config["LaunchTemplateData"]["UserData"] == {
        "redacted": True,
        "length": len(SCRIPT),
        "contains": ["private key at line 2", "password at line 4"],
    }
    secret = base64.b64encode(gzip.compress(SCRIPT.encode())).decode()[20:60]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 40
    for text in (sink.content(), *(path.read_text() for path in files)):
        assert secret not in text
        assert "hunter2" not in text
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_what_the_emulator_lacks_is_unsupported(estate):
    sink, _ = live()
    settings = sink.of("AWS::EC2::AccountSettings")[0]
    assert settings.unknown["/InstanceMetadataDefaults"].why is Why.UNSUPPORTED
    assert settings.config["EbsEncryptionByDefault"] is False


def test_buckets_lie_where_their_location_says(estate):
    sink, _ = live()
    assert {bucket.name: bucket.region for bucket in sink.of("AWS::S3::Bucket")} == {f"data-{r}": r for r in REGIONS}
    bucket = sink.of("AWS::S3::Bucket")[0]
    assert bucket.tags == {"team": "a"}
    assert bucket.config["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket.config["Policy"] == {"Version": "2012-10-17", "Statement": []}


def failing(raised, operation):
    """A session whose calls of one operation end in `raised`, as if AWS or the network had done it."""
    session = open_session()
    client = session.client

    def make(*args, **options):
        made = client(*args, **options)

        def fail(**_):
            raise raised

        made.meta.events.register(f"before-call.*.{operation}", fail)
        return made

    session.client = make
    return session


@pytest.mark.parametrize(
    ("raised", "why"),
    [
        (ClientError({"Error": {"Code": "AccessDeniedException", "Message": "x"}}, "ListKeys"), Why.DENIED),
        (
            ClientError(
                {"Error": {"Code": "", "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": 403}}, "ListKeys"
            ),
            Why.DENIED,
        ),
        (ClientError({"Error": {"Code": "ThrottlingException"}}, "ListKeys"), Why.THROTTLED),
        (EndpointConnectionError(endpoint_url="https://kms.example"), Why.ERROR),
        (ResponseParserError("Unable to parse response"), Why.ERROR),
        (NotImplementedError("list_keys"), Why.UNSUPPORTED),
        (ValueError("Invalid timestamp"), Why.ERROR),
    ],
)
def test_whatever_botocore_raises_becomes_a_reason(aws, raised, why):
    sink = ListSink()
    collect(LiveSource(failing(raised, "ListKeys")), sink, regions=["us-east-1"], services=["kms"], threads=2)
    assert sink.shards[0].listed["AWS::KMS::Key"].why is why
    assert sink.shards[0].listed["AWS::KMS::Alias"] is None


def test_enabled_regions_are_those_of_describe_regions(aws):
    source = LiveSource()
    regions, failure = source.regions(source.accounts()[0])
    assert failure is None
    assert {"us-east-1", "eu-west-1"} <= set(regions)


def test_refused_regions_leave_the_session_s_own(aws):
    refused = ClientError({"Error": {"Code": "UnauthorizedOperation"}}, "DescribeRegions")
    sink = ListSink()
    record = collect(LiveSource(failing(refused, "DescribeRegions")), sink, services=["kms"], threads=2)
    assert record.regions == ("us-east-1",)
    assert sink.shard("global", "regions").gaps[0].reason is Why.DENIED


def test_a_region_that_does_not_exist_is_told_with_what_was_meant(aws):
    with pytest.raises(AwsError, match=r"there is no region 'us-esat-1'\. Did you mean .*us-east-1"):
        collect(LiveSource(), ListSink(), regions=["us-esat-1"])


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("ExpiredToken", "have expired. Sign in again"),
        ("InvalidClientTokenId", "does not know these credentials in us-east-1"),
        ("InternalFailure", "cannot be used"),
    ],
)
def test_credentials_that_do_not_work_are_one_line(aws, code, message):
    refused = ClientError({"Error": {"Code": code, "Message": "x\ny"}}, "GetCallerIdentity")
    with pytest.raises(AwsError, match=message) as raised:
        LiveSource(failing(refused, "GetCallerIdentity")).accounts()
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("sso_start_url = https://x\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = x", "aws sso login"),
        ("credential_process = /nosuch/program", r"credentials cannot be used.*aws sts get-caller-identity"),
        ("source_profile = y\nrole_arn = arn:aws:iam::1:role/x", "profile .*y"),
    ],
)
def test_a_profile_that_gives_no_credentials_is_one_line(tmp_path, monkeypatch, setting, message):
    config = tmp_path / "config"
    config.write_text(f"[profile audit]\nregion = eu-west-1\n{setting}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(AwsError, match=message) as raised:
        LiveSource(open_session("audit"), patience=Patience(attempts=1)).accounts()
    assert "\n" not in str(raised.value)


def test_no_credentials_are_one_line(monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(AwsError, match="no AWS credentials were found"):
        LiveSource(open_session()).accounts()


def test_an_unknown_profile_is_told_with_those_at_hand(tmp_path, monkeypatch):
    config = tmp_path / "config"
    config.write_text("[profile audit]\nregion = eu-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    with pytest.raises(AwsError, match=r"nobody.*Profiles at hand: audit"):
        open_session("nobody")


def test_an_endpoint_that_nobody_answers_at_is_named(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(AwsError, match=r"cannot be reached.*AWS_ENDPOINT_URL is http://127.0.0.1:9"):
        LiveSource(patience=Patience(attempts=1)).accounts()


def test_the_scan_names_itself(aws):
    agents = set()
    session = open_session()
    source = LiveSource(session)
    source.accounts()
    client = source._client(Call(Account(""), "sts", "us-east-1", ""))
    client.meta.events.register("before-send", lambda request, **_: agents.add(str(request.headers["User-Agent"])))
    client.get_caller_identity()
    assert any("aws-posture/" in agent for agent in agents)
    assert type(client._serializer).__name__ != "ParamValidationDecorator"


def test_throttled_attempts_are_counted(aws):
    source = LiveSource()
    source._watch(parsed_response={"Error": {"Code": "Throttling"}, "ResponseMetadata": {"HTTPStatusCode": 400}})
    source._watch(parsed_response={"Keys": [], "ResponseMetadata": {"HTTPStatusCode": 200}})
    source._watch(parsed_response=None)
    assert source.meter.throttles == 1


def test_one_client_serves_a_service_and_region_until_its_last_shard_is_read(aws, monkeypatch):
    source, forget, made = LiveSource(threads=8), LiveSource.forget, []

    def forgetting(self, services):
        made.append((sorted(services), sorted(self._clients._made)))
        forget(self, services)

    monkeypatch.setattr(LiveSource, "forget", forgetting)
    collect(source, ListSink(), regions=REGIONS, services=["kms"], threads=8)
    assert made == [(["kms"], [("kms", "eu-west-1"), ("kms", "us-east-1"), ("sts", "us-east-1")])]
    assert sorted(source._clients._made) == [("sts", "us-east-1")]
