"""Security groups: inline rules, rule resources, both, neither; known, unknown and outside the plan."""

from __future__ import annotations

from typing import Any

import pytest
from terraform_plans import change, configured, read, ref

from scanner.model import Resource, Why

GROUP = "aws_security_group.g"
WORLD = [{"CidrIp": "0.0.0.0/0"}]
NEW = {"id": True, "arn": True, "ingress": True, "egress": True, "vpc_id": True}
ID = "sg-0aaaaaaaaaaaaaaaa"


def block(**more: Any) -> dict[str, Any]:
    unset = ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups", "self", "description")
    return {**dict.fromkeys(unset), "protocol": "tcp", "from_port": 22, "to_port": 22, **more}


def permission(**more: Any) -> dict[str, Any]:
    return {
        "IpProtocol": "tcp",
        "FromPort": 22,
        "ToPort": 22,
        "IpRanges": [],
        "Ipv6Ranges": [],
        "PrefixListIds": [],
        "UserIdGroupPairs": [],
        **more,
    }


def group(*ingress: dict[str, Any], unknown: Any = None) -> Resource:
    """A new group with inline rules."""
    holes = {"id": True, **({} if unknown is None else {"ingress": unknown})}
    return read([change(GROUP, {"name": "g", "ingress": list(ingress), "egress": []}, unknown=holes)])[GROUP]


def rule(name: str = "r", **more: Any) -> dict[str, Any]:
    after = {"type": "ingress", "security_group_id": ID, **block(cidr_blocks=["0.0.0.0/0"]), **more}
    return change(f"aws_security_group_rule.{name}", after)


def test_a_new_group_without_rules_is_closed_and_has_no_egress() -> None:
    found = read([change(GROUP, {"name": "g"}, unknown=NEW)])[GROUP]
    assert (found.config["IpPermissions"], found.config["IpPermissionsEgress"]) == ([], [])
    assert not [where for where in found.unknown if where.startswith("/IpPermissions")]
    assert found.config["Description"] == "Managed by Terraform"


@pytest.mark.parametrize(
    ("protocol", "expected"),
    [("TCP", "tcp"), ("6", "tcp"), ("17", "udp"), ("icmp", "icmp"), ("58", "icmpv6"), (6, "tcp"), ("icmpv6", "icmpv6")],
)
def test_protocols_are_named_as_aws_names_them(protocol: object, expected: str) -> None:
    (only,) = group(block(protocol=protocol, cidr_blocks=["0.0.0.0/0"])).config["IpPermissions"]
    assert only == permission(IpProtocol=expected, IpRanges=WORLD)


@pytest.mark.parametrize(
    ("protocol", "expected"), [("-1", "-1"), ("all", "-1"), ("ALL", "-1"), ("50", "50"), (-1, "-1")]
)
def test_protocols_without_ports_have_none(protocol: object, expected: str) -> None:
    (only,) = group(block(protocol=protocol, from_port=0, to_port=0, cidr_blocks=["0.0.0.0/0"])).config["IpPermissions"]
    assert only["IpProtocol"] == expected
    assert not {"FromPort", "ToPort"} & set(only)


def test_rules_of_equal_ports_are_one_permission_with_sorted_sources() -> None:
    found = group(
        block(cidr_blocks=["10.1.0.0/16", "10.0.0.0/16"], description="office"),
        block(ipv6_cidr_blocks=["::/0"], prefix_list_ids=["pl-1"]),
        block(cidr_blocks=["0.0.0.0/0"], from_port=443, to_port=443, description=""),
        block(cidr_blocks=[], from_port=80, to_port=80),
    )
    assert found.config["IpPermissions"] == [
        permission(
            IpRanges=[
                {"CidrIp": "10.0.0.0/16", "Description": "office"},
                {"CidrIp": "10.1.0.0/16", "Description": "office"},
            ],
            Ipv6Ranges=[{"CidrIpv6": "::/0"}],
            PrefixListIds=[{"PrefixListId": "pl-1"}],
        ),
        permission(FromPort=443, ToPort=443, IpRanges=WORLD),
    ]


def test_the_group_itself_and_groups_of_other_accounts_are_pairs() -> None:
    found = group(block(self=True, security_groups=["111122223333/sg-1"]))
    (only,) = found.config["IpPermissions"]
    pairs = [*only["UserIdGroupPairs"]]
    assert {"GroupId": "sg-1", "UserId": "111122223333"} in pairs
    own = pairs.index({})
    assert found.unknown[f"/IpPermissions/0/UserIdGroupPairs/{own}/GroupId"].token == f"{GROUP}.id"


def test_unknown_sources_are_elements_that_may_be_anything() -> None:
    found = group(block(cidr_blocks=[None, "10.0.0.0/8"]), unknown=[{"cidr_blocks": [True, False]}])
    ranges = found.config["IpPermissions"][0]["IpRanges"]
    hole = ranges.index({})
    assert found.unknown[f"/IpPermissions/0/IpRanges/{hole}/CidrIp"].why is Why.AFTER_APPLY
    whole = group(block(), unknown=[{"cidr_blocks": True}])
    assert whole.unknown["/IpPermissions/0/IpRanges/-"].kind == "more"


def test_an_unknown_port_stays_in_its_own_permission() -> None:
    found = group(
        block(cidr_blocks=["0.0.0.0/0"], from_port=None),
        block(cidr_blocks=["10.0.0.0/8"]),
        unknown=[{"from_port": True}, {}],
    )
    assert len(found.config["IpPermissions"]) == 2
    assert [where for where in found.unknown if where.endswith("/FromPort")]


def test_rules_as_one_expression_leave_an_open_list() -> None:
    settings = configured(GROUP, {"ingress": ref("aws_x.y.z")})
    found = read([change(GROUP, {"name": "g"}, unknown=NEW)], [settings])[GROUP]
    assert found.unknown["/IpPermissions/-"].kind == "more"
    assert found.config["IpPermissionsEgress"] == []


def test_inline_and_separate_rules_both_count_and_duplicates_once() -> None:
    state = {"id": ID, "name": "g", "ingress": [block(cidr_blocks=["0.0.0.0/0"])], "egress": []}
    found = read(
        [
            change(GROUP, state, before=state),
            rule(),
            rule("other", cidr_blocks=["10.0.0.0/8"], from_port=80, to_port=80),
            change(
                "aws_vpc_security_group_egress_rule.e",
                {"security_group_id": ID, "ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0", "cidr_ipv6": None},
            ),
        ]
    )[GROUP]
    assert found.config["IpPermissions"] == [
        permission(IpRanges=WORLD),
        permission(FromPort=80, ToPort=80, IpRanges=[{"CidrIp": "10.0.0.0/8"}]),
    ]
    (egress,) = found.config["IpPermissionsEgress"]
    assert (egress["IpProtocol"], egress["IpRanges"]) == ("-1", WORLD)
    assert found.physical_id == ID


@pytest.mark.parametrize("actions", [["delete"], ["update"], ["delete", "create"]])
def test_a_refreshed_group_loses_the_rules_that_the_plan_takes_away(actions: list[str]) -> None:
    state = {"id": ID, "name": "g", "ingress": [block(cidr_blocks=["0.0.0.0/0"])], "egress": []}
    old = {"type": "ingress", "security_group_id": ID, **block(cidr_blocks=["0.0.0.0/0"])}
    new = None if actions == ["delete"] else {**old, "cidr_blocks": ["10.0.0.0/8"]}
    gone = change("aws_security_group_rule.r", new, before=old, actions=actions)
    found = read([change(GROUP, state, before=state), gone])[GROUP]
    left = [entry for item in found.config["IpPermissions"] for entry in item["IpRanges"]]
    assert left == ([] if new is None else [{"CidrIp": "10.0.0.0/8"}])


def test_a_rule_that_the_group_also_writes_itself_stays_when_its_resource_goes() -> None:
    state = {"id": ID, "name": "g", "ingress": [block(cidr_blocks=["0.0.0.0/0"])], "egress": []}
    old = {"type": "ingress", "security_group_id": ID, **block(cidr_blocks=["0.0.0.0/0"])}
    gone = change("aws_security_group_rule.r", None, before=old, actions=["delete"])
    settings = configured(GROUP, {"ingress": {"constant_value": []}})
    found = read([change(GROUP, state, before=state), gone], [settings])[GROUP]
    assert found.config["IpPermissions"] == [permission(IpRanges=WORLD)]


def test_rules_on_one_group_outside_the_plan_are_one_open_resource() -> None:
    found = read([rule("a"), rule("b", from_port=80, to_port=80), rule("c", security_group_id="sg-2", type="egress")])
    first = found["aws_security_group_rule.a"]
    assert set(found) == {"aws_security_group_rule.a", "aws_security_group_rule.c"}
    assert first.id == "infra#aws_security_group_rule.a"
    assert first.physical_id == ID
    assert [item["FromPort"] for item in first.config["IpPermissions"]] == [22, 80]
    assert first.unknown["/IpPermissions/-"].why is Why.OUT_OF_SCOPE
    assert first.unknown["/GroupName"].why is Why.OUT_OF_SCOPE
    assert found["aws_security_group_rule.c"].config["IpPermissions"] == []


def test_a_rule_that_may_belong_to_either_group_opens_both_lists() -> None:
    groups = [change(f"aws_security_group.{name}", {"name": name}, unknown=NEW) for name in "gh"]
    late = change(
        "aws_security_group_rule.r",
        {"type": "ingress", **block(cidr_blocks=["0.0.0.0/0"])},
        unknown={"security_group_id": True},
    )
    settings = configured("aws_security_group_rule.r", {"security_group_id": {"references": ["local.id"]}})
    found = read([*groups, late], [settings])
    for name in "gh":
        item = found[f"aws_security_group.{name}"]
        assert item.unknown["/IpPermissions/-"].why is Why.AFTER_APPLY
        assert "/IpPermissionsEgress/-" not in item.unknown


def test_a_rule_of_a_cluster_s_group_lies_outside() -> None:
    cluster = change("aws_eks_cluster.c", {}, unknown={"vpc_config": True})
    names = [
        "aws_eks_cluster.c.vpc_config[0].cluster_security_group_id",
        "aws_eks_cluster.c.vpc_config[0]",
        "aws_eks_cluster.c",
    ]
    late = change(
        "aws_security_group_rule.r",
        {"type": "ingress", **block(cidr_blocks=["0.0.0.0/0"])},
        unknown={"security_group_id": True},
    )
    settings = configured("aws_security_group_rule.r", {"security_group_id": {"references": names}})
    found = read([change(GROUP, {"name": "g"}, unknown=NEW), cluster, late], [settings])
    assert found[GROUP].config["IpPermissions"] == []
    assert found["aws_security_group_rule.r"].config["IpPermissions"] == [permission(IpRanges=WORLD)]
    assert "GroupId" not in found["aws_security_group_rule.r"].config


def test_the_default_group_is_named_default_and_emptied() -> None:
    address = "aws_default_security_group.d"
    found = read([change(address, {}, unknown=NEW)])[address]
    assert found.config["GroupName"] == "default"
    assert (found.config["IpPermissions"], found.config["IpPermissionsEgress"]) == ([], [])


def test_a_name_yet_to_be_made_is_certainly_not_default() -> None:
    found = read([change(GROUP, {"name_prefix": "g-"}, unknown={**NEW, "name": True})])[GROUP]
    assert found.unknown["/GroupName"].kind == "opaque"


def test_prefix_lists_have_their_inline_and_separate_entries() -> None:
    address = "aws_ec2_managed_prefix_list.l"
    after = {
        "name": "office",
        "max_entries": 5,
        "address_family": "IPv4",
        "entry": [{"cidr": "10.0.0.0/8", "description": "x"}],
    }
    entry = change("aws_ec2_managed_prefix_list_entry.e", {"cidr": "0.0.0.0/0"}, unknown={"prefix_list_id": True})
    settings = configured("aws_ec2_managed_prefix_list_entry.e", {"prefix_list_id": ref(f"{address}.id")})
    found = read([change(address, after, unknown={"id": True, "arn": True}), entry], [settings])[address]
    assert found.config["Entries"] == [{"Cidr": "0.0.0.0/0"}, {"Cidr": "10.0.0.0/8", "Description": "x"}]
    assert found.config["PrefixListName"] == "office"
    outside = read([change("aws_ec2_managed_prefix_list_entry.e", {"cidr": "0.0.0.0/0", "prefix_list_id": "pl-1"})])
    assert outside["aws_ec2_managed_prefix_list_entry.e"].unknown["/Entries/-"].why is Why.OUT_OF_SCOPE
