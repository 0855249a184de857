"""A network with one of everything, from AWS's answers to the snapshot: ids, members, secrets, refusals."""

import json
from pathlib import Path

import pytest
from aws_fakes import ACCOUNT, FakeSource, ListSink, error, tags_doubt

from scanner.aws import models, plan
from scanner.aws.recording import file_name
from scanner.aws.replay import ReplaySource
from scanner.aws.run import collect
from scanner.aws.table import tables
from scanner.collecting import Request, collect_into
from scanner.model import Why

DATA = json.loads(Path(__file__).with_name("network_answers.json").read_text())
ANSWERS, IDS, SECRETS = DATA["answers"], DATA["ids"], DATA["secrets"]
SERVICES = (
    "cloudfront",
    "directconnect",
    "elb",
    "globalaccelerator",
    "networkfirewall",
    "ram",
    "route53resolver",
    "vpc",
)
EXTRAS = ("resolver", "tls-inspection")
NEW = [entry for name in SERVICES for entry in tables()[name] if entry.type in IDS]
DENIED = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}


def write(folder, answers):
    for path, answer in answers.items():
        file = folder / ACCOUNT / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(answer))
    return folder


def replay(folder, answers=ANSWERS):
    sink = ListSink()
    collect(
        ReplaySource(write(folder, answers)), sink, services=SERVICES, extras=EXTRAS, regions=["eu-west-1"], threads=2
    )
    return sink


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    return replay(tmp_path_factory.mktemp("recording"))


def test_the_answers_are_of_every_new_type():
    known = {"AWS::EC2::TransitGateway", "AWS::EC2::VPNGateway"}  # collected, and tested, before
    made = {entry.type for name in SERVICES if name != "vpc" for entry in tables()[name]}
    assert made <= set(IDS)
    assert not known & set(IDS)


@pytest.mark.parametrize("type_", sorted(IDS))
def test_every_type_is_found_whole_under_its_id(network, type_):
    found = network.of(type_)
    assert sorted(one.id for one in found) == IDS[type_]
    assert [one.id for one in found if one.unknown or tags_doubt(one)] == []


def test_nothing_of_a_secret_is_in_the_file(tmp_path):
    folder, path = write(tmp_path / "recording", ANSWERS), tmp_path / "network.posture"
    request = Request(replay=folder, services=SERVICES, extras=EXTRAS, regions=["eu-west-1"], path=path)
    collect_into(request).close()
    content = b"".join(file.read_bytes() for file in tmp_path.glob("network.posture*"))
    assert b"AWS::EC2::VPNConnection" in content
    assert all(secret in json.dumps(ANSWERS) for secret in SECRETS)
    assert [secret for secret in SECRETS if secret.encode() in content] == []


def one(network, type_, last=""):
    (found,) = [item for item in network.of(type_) if item.id.endswith(last)]
    return found


MEMBERS = [
    ("AWS::EC2::TransitGatewayAttachment", "-vpc", "VpcAttachment", "SubnetIds", ["subnet-1", "subnet-2"]),
    ("AWS::EC2::TransitGatewayAttachment", "-peering", "PeeringAttachment", "AccepterTgwInfo", {"OwnerId": "444455556666", "Region": "us-east-1"}),
    ("AWS::EC2::ClientVpnEndpoint", "", "AuthorizationRules", 0, {"DestinationCidr": "0.0.0.0/0", "AccessAll": True}),
    ("AWS::EC2::VPCEndpointService", "", "AllowedPrincipals", 0, {"Principal": "*", "PrincipalType": "All"}),
    ("AWS::NetworkFirewall::FirewallPolicy", "", "FirewallPolicy", "StatelessDefaultActions", ["aws:pass"]),
    ("AWS::Route53Resolver::FirewallRuleGroup", "", "FirewallRules", 0, {"Name": "bad", "Priority": 1, "Action": "BLOCK"}),
    ("AWS::RAM::ResourceShare", "/s1", "PrincipalAssociations", 0, {"associatedEntity": "444455556666", "status": "ASSOCIATED", "external": True}),
    ("AWS::DirectConnect::DirectConnectGateway", "", "Attachments", 0, {"virtualInterfaceId": "dxvif-1"}),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "", "Targets", 0, {"Id": "i-1", "Port": 80}),
    ("AWS::CloudFront::Distribution", "", "Logging", "Enabled", False),
]  # fmt: skip


@pytest.mark.parametrize("wanted", MEMBERS, ids=lambda one: f"{one[0]}.{one[2]}")
def test_members_lie_where_rules_will_look_for_them(network, wanted):
    type_, last, member, inside, value = wanted
    assert one(network, type_, last).config[member][inside] == value


def test_routes_of_every_state_and_the_way_they_are_learnt(network):
    table = one(network, "AWS::EC2::TransitGatewayRouteTable").config
    assert [(route["State"], route["Type"]) for route in table["Routes"]] == [
        ("active", "propagated"),
        ("blackhole", "static"),
    ]
    assert [len(table[name]) for name in ("Associations", "Propagations", "PrefixListReferences")] == [1, 1, 1]


def test_what_is_not_configured_is_null_and_what_moves_by_itself_is_left_out(network):
    firewall = one(network, "AWS::NetworkFirewall::Firewall")
    assert (firewall.config["LoggingConfiguration"], firewall.config["ResourcePolicy"]) == (None, None)
    attachment = {"EndpointId": "vpce-9", "SubnetId": "subnet-1"}
    assert firewall.config["FirewallStatus"] == {
        "Status": "READY",
        "SyncStates": {"eu-west-1a": {"Attachment": attachment}},
    }
    telemetry = one(network, "AWS::EC2::VPNConnection").config["VgwTelemetry"]
    assert telemetry == [{"OutsideIpAddress": "203.0.113.1", "Status": "UP"}]
    assert one(network, "AWS::EC2::TransitGatewayAttachment", "-vpn").config["VpcAttachment"] is None


def test_tags_are_found_wherever_the_service_puts_them(network):
    types = (
        "AWS::NetworkFirewall::Firewall",
        "AWS::DirectConnect::Connection",
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        "AWS::ElasticLoadBalancing::LoadBalancer",
        "AWS::CloudFront::Distribution",
        "AWS::EC2::NetworkInsightsAnalysis",
    )
    assert [one(network, type_).tags for type_ in types] == [{"team": "net"}] * len(types)
    assert one(network, "AWS::RAM::ResourceShare", "/s1").tags == {"team": "net"}


def test_analyses_are_kept_without_what_they_found_on_the_way(network):
    assert "ForwardPathComponents" not in one(network, "AWS::EC2::NetworkInsightsAnalysis").config


@pytest.mark.parametrize("path", sorted(ANSWERS))
def test_a_refusal_is_told_with_its_permission_and_changes_nothing_else(network, tmp_path, path):
    refused = replay(tmp_path, {**ANSWERS, path: DENIED})
    service, _, name = path.split("/", 2)
    operation = models.api_name(service, name.removesuffix(".json").split("@")[0])
    gaps = [gap for shard in refused.shards for gap in shard.gaps if gap.reason is Why.DENIED]
    assert {(gap.service, gap.operation) for gap in gaps} == {(service, operation)}
    assert {gap.permission.split(":")[1] for gap in gaps} == {operation}
    whole = {item.id: item for type_ in IDS for item in network.of(type_)}
    left_open = {type_ for shard in refused.shards for type_, why in shard.listed.items() if why}
    seen = {item.id for type_ in IDS for item in refused.of(type_)}
    assert {item.type for item in whole.values() if item.id not in seen} <= left_open
    for item in [item for type_ in IDS for item in refused.of(type_)]:
        hidden = {pointer.split("/")[1] for pointer in item.unknown}
        before = {name: value for name, value in whole[item.id].config.items() if name not in hidden}
        assert item.config == before
        assert item.tags == whole[item.id].tags or item.tags_unknown


def answering(**instead):
    """The same answers from a source whose operations named in `instead` answer that."""

    def recorded(call):
        found = ANSWERS[f"{call.service}/{call.region}/{file_name(call.operation, call.params)}"]
        return [error(found["Error"]["Code"])] if "Error" in found else found

    operations = {path.split("/")[2].removesuffix(".json").split("@")[0] for path in ANSWERS}
    return FakeSource({**dict.fromkeys(operations, recorded), **instead}, regions=("eu-west-1",))


def collected(source, services=SERVICES):
    sink = ListSink()
    collect(source, sink, services=services, extras=EXTRAS, threads=1)
    return sink


GONE = [(entry, then) for entry in NEW for then in entry.then if entry.gone and entry.gone[0] not in then.absent]


@pytest.mark.parametrize(("entry", "then"), GONE, ids=lambda one: getattr(one, "type", getattr(one, "operation", "")))
def test_what_is_deleted_meanwhile_is_left_out_without_a_gap(entry, then):
    (name,) = [name for name in SERVICES if entry in tables()[name]]
    sink = collected(answering(**{then.operation: [error(entry.gone[0])]}), [name])
    assert len(sink.of(entry.type)) < len(IDS[entry.type])
    assert [gap for shard in sink.shards for gap in shard.gaps if entry.type in gap.resource_types] == []


def test_only_application_load_balancers_are_asked_for_rules():
    source = answering()
    collected(source, ["elb"])
    (rules,) = source.asked("describe_rules")
    assert rules.params["ListenerArn"].endswith("/app/web/1/a")


def test_no_call_is_made_twice():
    source = answering()
    collected(source)
    asked = [(call.service, call.region, file_name(call.operation, call.params)) for call in source.calls]
    twice = sorted({one for one in asked if asked.count(one) > 1})
    assert twice == []


def test_rules_on_a_grandchild_bring_the_listings_above_it():
    reads = {"AWS::ElasticLoadBalancingV2::ListenerRule": frozenset({"Priority"})}
    assert [entry.collect.type.rpartition("::")[2] for entry in plan.wanted(reads)["elb"]] == [
        "LoadBalancer",
        "Listener",
        "ListenerRule",
    ]


def test_tags_that_come_with_a_merged_answer_are_asked_for_by_who_reads_tags():
    reads = {"AWS::NetworkFirewall::Firewall": frozenset({"tags"})}
    (wanted,) = plan.wanted(reads)["networkfirewall"]
    assert [then.operation for then in wanted.then] == ["describe_firewall"]
    sink = ListSink()
    collect(answering(), sink, services=["networkfirewall"], reads={"AWS::NetworkFirewall::Firewall": frozenset()})
    assert sink.one("AWS::NetworkFirewall::Firewall").tags_unknown.why is Why.NOT_COLLECTED
