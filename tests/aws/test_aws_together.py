"""Questions asked for many resources at once, and what becomes of them when one of these stands in the way."""

import pytest
from aws_fakes import FakeSource, ListSink, error
from botocore.awsrequest import AWSResponse

from scanner.aws.run import collect
from scanner.aws.session import LiveSource, open_session
from scanner.aws.source import Account, Call
from scanner.model import Why

GROUP = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/g/{}"
ARNS = [GROUP.format(number) for number in range(45)]


def tags_of(call):
    return {
        "TagDescriptions": [
            {"ResourceArn": arn, "Tags": [{"Key": "n", "Value": arn[-2:]}]} for arn in call.params["ResourceArns"]
        ]
    }


def groups(answer, **options):
    source = FakeSource(
        {
            "elbv2.describe_target_groups": {"TargetGroups": [{"TargetGroupArn": arn} for arn in ARNS]},
            "elbv2.describe_tags": answer,
            "describe_target_health": {"TargetHealthDescriptions": []},
            "describe_target_group_attributes": {"Attributes": []},
        }
    )
    sink = ListSink()
    reads = {"AWS::ElasticLoadBalancingV2::TargetGroup": frozenset({"tags"})}
    collect(source, sink, services=["elb"], threads=4, reads=reads, **options)
    return source.asked("describe_tags"), sink.of("AWS::ElasticLoadBalancingV2::TargetGroup"), sink


def test_twenty_are_asked_at_once_and_each_gets_its_own():
    asked, found, _ = groups(tags_of)
    assert [len(call.params["ResourceArns"]) for call in asked] == [20, 20, 5]
    assert {one.id: one.tags for one in found} == {arn: {"n": arn[-2:]} for arn in ARNS}


def test_one_that_is_gone_costs_the_others_nothing_but_calls():
    def answer(call):
        return [error("TargetGroupNotFound")] if ARNS[7] in call.params["ResourceArns"] else tags_of(call)

    asked, found, sink = groups(answer)
    assert sorted(len(call.params["ResourceArns"]) for call in asked) == [*[1] * 20, 5, 20, 20]
    assert {one.id for one in found} == set(ARNS) - {ARNS[7]}
    assert all(one.tags for one in found)
    assert not [gap for shard in sink.shards for gap in shard.gaps]


def test_a_refusal_is_told_of_each():
    asked, found, sink = groups([error("AccessDenied", 403)])
    assert len(asked) == 3
    assert {one.tags_unknown.permission for one in found} == {"elasticloadbalancing:DescribeTags"}
    assert len([gap for shard in sink.shards for gap in shard.gaps if gap.reason is Why.DENIED]) == 45


@pytest.mark.parametrize("items", ["none", ["x"], {"ResourceArn": "a"}])
def test_a_malformed_answer_is_no_empty_one(items):
    _, found, _ = groups({"TagDescriptions": items})
    assert {one.tags_unknown.why for one in found} == {Why.ERROR}


ATTACHMENTS = {
    "describe_transit_gateway_attachments": {
        "TransitGatewayAttachments": [
            {"TransitGatewayAttachmentId": f"a{number}", "ResourceType": kind, "State": "available"}
            for number, kind in enumerate(("vpc", "vpc", "vpn"))
        ]
    }
}


def attachments(named):
    def answer(call):
        asked = call.params.get("TransitGatewayAttachmentIds", named)
        return {
            "TransitGatewayVpcAttachments": [{"TransitGatewayAttachmentId": id_, "SubnetIds": [id_]} for id_ in asked]
        }

    source = FakeSource({**ATTACHMENTS, "describe_transit_gateway_vpc_attachments": answer})
    sink = ListSink()
    collect(source, sink, services=["vpc"], threads=1)
    found = sink.of("AWS::EC2::TransitGatewayAttachment")
    return source.asked("describe_transit_gateway_vpc_attachments"), [one.config["VpcAttachment"] for one in found]


def test_one_call_tells_of_all_of_a_kind_and_none_is_made_where_there_is_none():
    asked, found = attachments(["a0", "a1"])
    assert [call.params for call in asked] == [{}]
    assert [one and one["SubnetIds"] for one in found] == [["a0"], ["a1"], None]
    source = FakeSource({})
    collect(source, ListSink(), services=["vpc"], threads=1)
    assert source.asked("describe_transit_gateway_vpc_attachments") == []


def test_what_the_one_call_did_not_name_is_asked_by_itself():
    asked, found = attachments(["a0"])
    assert [call.params for call in asked] == [{}, {"TransitGatewayAttachmentIds": ["a1"]}]
    assert [one and one["SubnetIds"] for one in found] == [["a0"], ["a1"], None]


class Raw:
    def __init__(self, content):
        self.content = content

    def stream(self, **_):
        yield self.content


def live(bodies, call):
    """The pages that AWS gives to a call when it sends `bodies` one after the other, and what was sent to where."""
    session, sent = open_session(), []
    client = session.client

    def make(*args, **options):
        made = client(*args, **options)

        def send(request, **_):
            sent.append(request)
            body = bodies[min(len(sent), len(bodies)) - 1]
            return AWSResponse(request.url, 200, {}, Raw(body.encode()))

        made.meta.events.register("before-send", send)
        return made

    session.client = make
    return LiveSource(session).pages(call), sent


def test_routes_that_aws_holds_back_leave_the_list_open():
    route = "<item><destinationCidrBlock>10.0.0.0/8</destinationCidrBlock></item>"
    body = f"<R><routeSet>{route}</routeSet><additionalRoutesAvailable>true</additionalRoutesAvailable></R>"
    asked = {"TransitGatewayRouteTableId": "t", "Filters": []}
    pages, _ = live([body], Call(Account("111122223333"), "ec2", "us-east-1", "search_transit_gateway_routes", asked))
    assert next(pages)["Routes"] == [{"DestinationCidrBlock": "10.0.0.0/8"}]
    with pytest.raises(Exception, match="there is more") as caught:
        next(pages)
    assert caught.value.why is Why.ERROR


def test_a_token_in_small_letters_is_followed():
    bodies = ['{"connections": [{"connectionId": "a"}], "nextToken": "n"}', '{"connections": [{"connectionId": "b"}]}']
    pages, sent = live(bodies, Call(Account("111122223333"), "directconnect", "us-east-1", "describe_connections"))
    assert [one["connectionId"] for page in pages for one in page["connections"]] == ["a", "b"]
    assert len(sent) == 2


def test_global_accelerator_is_asked_where_it_answers():
    pages, sent = live(
        ['{"Accelerators": []}'], Call(Account("111122223333"), "globalaccelerator", "global", "list_accelerators")
    )
    assert list(pages)
    assert sent[0].url == "https://globalaccelerator.us-west-2.amazonaws.com/"
