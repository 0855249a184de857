"""Intrinsic functions and conditions: a value, a reference, or why it is not known."""

from __future__ import annotations

import pytest

from scanner.errors import InputError
from scanner.iac.cloudformation.budget import Budget
from scanner.iac.cloudformation.conditions import implied
from scanner.iac.cloudformation.holes import MISSING, Hole, More, freeze
from scanner.iac.cloudformation.parse import parse
from scanner.iac.cloudformation.resolver import Resolver
from scanner.model import Why

HEAD = """
Parameters:
  Plain: {Type: String, Default: text}
  Count: {Type: Number, Default: 22}
  Flag: {Type: String, Default: yes}
  Names: {Type: CommaDelimitedList, Default: "a, b ,c"}
  Subnets: {Type: "List<AWS::EC2::Subnet::Id>", Default: "s-1,s-2"}
  Open: {Type: String}
  Secret: {Type: String, NoEcho: true, Default: hunter2}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /path}
  Image: {Type: "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"}
  Fetched: {Type: String, Default: "{{resolve:ssm:/secret/path}}"}
Mappings:
  Sizes:
    us-east-1: {one: small, same: x, list: [p, q]}
    eu-west-1: {one: large, same: x, list: [p, q]}
Conditions:
  Sure: !Equals [!Ref Plain, text]
  Never: !Not [!Condition Sure]
  Maybe: !Equals [!Ref Open, prod]
  MaybeToo: !And [!Condition Maybe, !Condition Sure]
  Region: !Equals [!Ref AWS::Region, us-east-1]
  Same: !Equals [!Ref Open, !Ref Open]
  Loop: !Not [!Condition Loop]
  Either: !Or [!Condition Maybe, !Condition Sure]
  Neither: !And [!Condition Maybe, !Condition Never]
  Numbers: !Equals [!Ref Count, 22]
Resources:
  Named: {Type: "AWS::S3::Bucket", Properties: {BucketName: logs}}
  Bucket: {Type: "AWS::S3::Bucket"}
  FromOpen: {Type: "AWS::S3::Bucket", Properties: {BucketName: !Ref Open}}
  Vpc: {Type: "AWS::EC2::VPC", Properties: {CidrBlock: 10.0.0.0/16}}
  Group: {Type: "AWS::EC2::SecurityGroup"}
  Custom: {Type: "Custom::Thing"}
  Nested: {Type: "AWS::CloudFormation::Stack"}
  Selfish: {Type: "AWS::S3::Bucket", Properties: {BucketName: !Sub "x-${Selfish}"}}
"""


def resolver(**given: object) -> Resolver:
    return Resolver(parse(HEAD.encode(), "t").value, given, Budget("t"))


def value(text: str, **given: object) -> object:
    return resolver(**given).resolve(parse(f"V: {text}".encode(), "v").value["V"])


def hole(text: str, **given: object) -> Hole:
    found = value(text, **given)
    assert isinstance(found, Hole), found
    return found


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("!Ref Plain", "text"),
        ("!Ref Count", "22"),
        ("!Ref Flag", "true"),
        ("!Ref Names", ["a", "b", "c"]),
        ("!Ref Subnets", ["s-1", "s-2"]),
        ("!Ref AWS::Partition", "aws"),
        ("!Ref AWS::URLSuffix", "amazonaws.com"),
        ("!Ref AWS::NoValue", MISSING),
        ("!Ref Named", "logs"),
        ("!GetAtt Named.Arn", "arn:aws:s3:::logs"),
        ("!GetAtt Vpc.CidrBlock", "10.0.0.0/16"),
        ("!GetAtt [Vpc, CidrBlock]", "10.0.0.0/16"),
        ("!Sub 'x-${Plain}-${Named}-${!Plain}'", "x-text-logs-${Plain}"),
        ("!Sub ['${a}${Plain}', {a: !Ref Count}]", "22text"),
        ("!Sub 'no variable'", "no variable"),
        ("!Join ['-', [a, !Ref Plain, 1, true]]", "a-text-1-true"),
        ("!Join [',', !Ref Names]", "a,b,c"),
        ("!Join ['', [a, !Ref AWS::NoValue]]", "a"),
        ("!Select [1, !Ref Names]", "b"),
        ("!Select ['0', [x, y]]", "x"),
        ("!Split [',', 'a,b']", ["a", "b"]),
        ("!Select [2, !Split ['.', 10.1.2.3]]", "2"),
        ("!FindInMap [Sizes, us-east-1, one]", "small"),
        ("!FindInMap [Sizes, us-east-1, list]", ["p", "q"]),
        ("!FindInMap [Sizes, !Ref AWS::Region, same]", "x"),
        ("!FindInMap [Sizes, nowhere, one, {DefaultValue: !Ref Plain}]", "text"),
        ("!Base64 hello", "aGVsbG8="),
        ("!Cidr [10.0.0.0/24, 2, 6]", ["10.0.0.0/26", "10.0.0.64/26"]),
        ("!Select [1, !Cidr [!GetAtt Vpc.CidrBlock, 3, 8]]", "10.0.1.0/24"),
        ("{'Fn::ToJsonString': {a: !Ref Plain}}", '{"a":"text"}'),
        ("{'Fn::Length': !Ref Names}", 3),
        ("!If [Sure, a, b]", "a"),
        ("!If [Never, a, b]", "b"),
        ("!If [Maybe, a, a]", "a"),
        ("!If [Never, a, !Ref AWS::NoValue]", MISSING),
        ("{a: !If [Never, 1, !Ref AWS::NoValue], b: 2}", {"b": 2}),
        ("[1, !Ref AWS::NoValue, 2]", [1, 2]),
        ("{Ref: Plain, other: 1}", {"Ref": "Plain", "other": 1}),
        ("{Condition: {Bool: {a: 'b'}}}", {"Condition": {"Bool": {"a": "b"}}}),
    ],
)
def test_known_values(written: str, meant: object) -> None:
    assert value(written) == meant


@pytest.mark.parametrize(
    ("written", "token"),
    [
        ("!Ref Bucket", "Bucket"),
        ("!Ref Group", "Group.GroupId"),
        ("!GetAtt Group.GroupId", "Group.GroupId"),
        ("!GetAtt Vpc.DefaultSecurityGroup", "Vpc.DefaultSecurityGroup"),
        ("!Ref AWS::AccountId", "AWS::AccountId"),
        ("!GetAtt Bucket.Arn", "arn:aws:s3:::${Bucket}"),
        ("!Sub 'arn:aws:s3:::${Bucket}/*'", "arn:aws:s3:::${Bucket}/*"),
        ("!Sub '${Bucket.Arn}/*'", "arn:aws:s3:::${Bucket}/*"),
        ("!Join ['', ['arn:', !Ref AWS::Partition, ':s3:::', !Ref Bucket, '/*']]", "arn:aws:s3:::${Bucket}/*"),
        ("!Sub 'arn:aws:iam::${AWS::AccountId}:root'", "arn:aws:iam::${AWS::AccountId}:root"),
        ("!Sub 'x-${AWS::Region}'", "x-${AWS::Region}"),
    ],
)
def test_what_aws_makes_is_opaque_with_one_token(written: str, token: str) -> None:
    found = hole(written)
    assert (found.kind, found.token) == ("opaque", token)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("!Ref Open", Why.AFTER_APPLY),
        ("!Ref Secret", Why.AFTER_APPLY),
        ("!Ref Stored", Why.AFTER_APPLY),
        ("!Ref Image", Why.AFTER_APPLY),
        ("!Ref Fetched", Why.AFTER_APPLY),
        ("!Ref AWS::Region", Why.OUT_OF_SCOPE),
        ("!Ref AWS::NotificationARNs", Why.OUT_OF_SCOPE),
        ("!Ref Custom", Why.AFTER_APPLY),
        ("!GetAtt Custom.Anything", Why.AFTER_APPLY),
        ("!GetAtt Nested.Outputs.X", Why.AFTER_APPLY),
        ("!GetAtt Vpc.Ipv6CidrBlocks", Why.AFTER_APPLY),
        ("!Ref FromOpen", Why.AFTER_APPLY),
        ("!Sub 'arn:aws:iam::${Open}:root'", Why.AFTER_APPLY),
        ("!Sub 'x{{resolve:ssm:/p}}'", Why.AFTER_APPLY),
        ("'{{resolve:secretsmanager:a:SecretString:b}}'", Why.AFTER_APPLY),
        ("!If [Maybe, a, b]", Why.AFTER_APPLY),
        ("!ImportValue x", Why.OUT_OF_SCOPE),
        ("!GetAZs ''", Why.OUT_OF_SCOPE),
        ("!Transform {Name: x}", Why.AFTER_APPLY),
        ("!FindInMap [Sizes, !Ref AWS::Region, one]", Why.AFTER_APPLY),
        ("!Select [0, !GetAZs '']", Why.AFTER_APPLY),
        ("!Join [',', !Ref AWS::NotificationARNs]", Why.AFTER_APPLY),
        ("!Split [',', !Ref Open]", Why.AFTER_APPLY),
        ("!SomethingNew x", Why.AFTER_APPLY),
        ("{'Fn::ToJsonString': !Ref Open}", Why.AFTER_APPLY),
        ("!Ref Nowhere", Why.ERROR),
        ("!GetAtt Nowhere.Arn", Why.ERROR),
        ("!Ref Selfish", Why.ERROR),
        ("!Select [9, !Ref Names]", Why.ERROR),
        ("!FindInMap [Sizes, nowhere, one]", Why.ERROR),
        ("!FindInMap [Nowhere, a, b]", Why.ERROR),
        ("!Join x", Why.ERROR),
        ("!Sub [a]", Why.ERROR),
        ("!Sub '${aws:username}'", Why.ERROR),
        ("!Cidr [nonsense, 2, 6]", Why.ERROR),
        ("!Cidr [10.0.0.0/8, 100000, 2]", Why.ERROR),
        ("!Equals [a, b]", Why.ERROR),
        ("{Ref: [a]}", Why.ERROR),
    ],
)
def test_unknown_values_may_be_anything(written: str, why: Why) -> None:
    found = hole(written)
    assert (found.kind, found.why) == ("any", why)
    assert found.message


def test_given_parameters_win_over_defaults() -> None:
    assert value("!Ref Plain", Plain="other") == "other"
    assert value("!Ref Open", Open=7) == "7"
    assert value("!Ref Names", Names="x,y") == ["x", "y"]
    assert value("!Ref Names", Names=["x", "y"]) == ["x", "y"]
    assert hole("!Ref Secret", Secret="given").message == "the parameter Secret is NoEcho"


def test_an_open_parameter_says_what_to_pass() -> None:
    assert hole("!Ref Open").message == "no default for parameter Open; pass --parameter Open=VALUE"


def test_pseudo_parameters_may_be_given() -> None:
    china = {"AWS::Region": "cn-north-1", "AWS::AccountId": "123456789012"}
    assert (
        value("!Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root'", **china)
        == "arn:aws-cn:iam::123456789012:root"
    )
    assert value("!Ref AWS::URLSuffix", **china) == "amazonaws.com.cn"
    assert value("!Ref AWS::Partition", **{"AWS::Region": "us-gov-west-1"}) == "aws-us-gov"


@pytest.mark.parametrize(
    "written", ["!Ref Secret", "!Ref Fetched", "!Sub 'a{{resolve:ssm:/secret/path}}'", "!If [Maybe, !Ref Secret, x]"]
)
def test_secrets_show_nowhere(written: str) -> None:
    shown = repr(hole(written))
    assert "hunter2" not in shown
    assert "/secret/path" not in shown


def test_a_list_with_an_optional_element_stays_open() -> None:
    assert value("[a, !If [Maybe, b, !Ref AWS::NoValue]]") == [
        "a",
        More(Why.AFTER_APPLY, "depends on the condition Maybe"),
    ]


@pytest.mark.parametrize(
    ("name", "truth"),
    [
        ("Sure", True),
        ("Never", False),
        ("Maybe", None),
        ("MaybeToo", None),
        ("Region", None),
        ("Same", True),
        ("Loop", None),
        ("Either", True),
        ("Neither", False),
        ("Numbers", True),
        ("Absent", None),
    ],
)
def test_conditions_have_three_values(name: str, truth: object) -> None:
    assert resolver().conditions.truth(name) is truth


def test_parameters_decide_conditions() -> None:
    assert resolver(Open="prod").conditions.truth("MaybeToo") is True
    assert resolver(Open="test").conditions.truth("MaybeToo") is False
    assert resolver(**{"AWS::Region": "us-east-1"}).conditions.truth("Region") is True


def test_inside_a_resource_its_condition_holds() -> None:
    scope = resolver().under("MaybeToo")
    assert scope.conditions.truth("Maybe") is True
    assert scope.resolve({"Fn::If": ["Maybe", "a", "b"]}) == "a"
    assert scope.conditions.truth("Region") is None


def test_what_a_condition_implies() -> None:
    table = {
        "A": {"Fn::And": [{"Condition": "B"}, {"Fn::Not": [{"Condition": "C"}]}]},
        "C": {"Fn::Or": [{"Condition": "D"}, {"Condition": "E"}]},
        "E": {"Fn::Or": [{"Condition": "F"}, {"Condition": "E"}]},
    }
    assert implied(table, "A") == {"A": True, "B": True, "C": False, "D": False, "E": False, "F": False}
    assert implied(table, "C") == {"C": True}


def chain(link: str, length: int) -> Resolver:
    resources = "".join(
        f"  B{i}: {{Type: 'AWS::S3::Bucket', Properties: {{BucketName: {link.format(next=i + 1)}}}}}\n"
        for i in range(length)
    )
    return Resolver(parse(f"Resources:\n{resources}  B{length}: {{Type: X}}\n".encode(), "t").value, {}, Budget("t"))


def test_doubling_references_stay_small() -> None:
    found = chain("!Sub 'xxxxxxxxxxxxxxxx${{B{next}}}${{B{next}}}'", 40).reference("B0")
    assert isinstance(found, Hole)
    assert len(repr(found)) < 1000


def test_endless_references_are_refused() -> None:
    with pytest.raises(InputError, match="without end"):
        chain("!Sub 'x${{B{next}}}'", 900).reference("B0")
    conditions = "".join(f"  C{i}: !Not [!Condition C{i + 1}]\n" for i in range(900))
    looped = Resolver(parse(f"Conditions:\n{conditions}".encode(), "t").value, {}, Budget("t"))
    with pytest.raises(InputError, match="without end"):
        looped.conditions.truth("C0")


def test_freezing_moves_holes_into_pointers() -> None:
    opaque = Hole(Why.AFTER_APPLY, "opaque", "m", "T.Arn", stable=True)
    partial = freeze({"a": opaque, "b/c": [1, opaque, More(Why.OUT_OF_SCOPE, "n")], "d": {"e": MISSING, "f": None}})
    assert partial.value == {"b/c": [1, None], "d": {"f": None}}
    assert {key: (item.kind, item.token) for key, item in partial.unknown.items()} == {
        "/a": ("opaque", "T.Arn"),
        "/b~1c/1": ("opaque", "T.Arn"),
        "/b~1c/-": ("more", ""),
    }
