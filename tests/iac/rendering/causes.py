"""What makes a fact that an example only states: the rule that lets the internet in, the parameter of a group."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

Config = dict[str, Any]
_EVERYBODY = {"ipv4": ("IpRanges", "CidrIp", "0.0.0.0/0"), "ipv6": ("Ipv6Ranges", "CidrIpv6", "::/0")}


def caused(type_: str, document: Config) -> Config:
    """The document without `derived`, and with members that make the facts that it states where there are none."""
    config = {name: copy.deepcopy(value) for name, value in document.items() if name != "derived"}
    if type_ == "AWS::S3::Bucket" and "Name" not in config:
        named = re.search(r"arn:aws:s3:::([a-z0-9.-]+)", str(config.get("Policy")))
        if named:
            config["Name"] = named[1]
    for fact, value in (document.get("derived") or {}).items():
        make = CAUSES.get((type_, fact))
        if make:
            make(config, value)
    return config


def as_code(value: Any) -> Any:
    """User data that holds what was found in it, in place of the judgement."""
    if isinstance(value, dict):
        if value.get("redacted") is True:
            return (
                "#!/bin/sh\nexport DB_PASSWORD=Tr0ub4dor-and-3\n"
                if value.get("contains")
                else "#!/bin/sh\necho started\n"
            )
        return {name: as_code(item) for name, item in value.items()}
    return [as_code(item) for item in value] if isinstance(value, list) else value


def _open(member: str) -> Callable[[Config, Any], None]:
    def make(config: Config, stated: Any) -> None:
        if member in config:
            return
        config[member] = [_permission(one) for one in stated]

    return make


def _permission(one: Config) -> Config:
    ranges, name, everybody = _EVERYBODY[one["family"]]
    empty: Config = {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
    ports = {} if one["protocol"] == "-1" else {"FromPort": one["from_port"], "ToPort": one["to_port"]}
    return {"IpProtocol": one["protocol"], **ports, **empty, ranges: [{name: everybody}]}


def _entries(config: Config, stated: Any) -> None:
    if "Entries" in config:
        return
    config["Entries"] = []
    for number, one in enumerate(stated):
        ports = {} if one["protocol"] == "-1" else {"PortRange": {"From": one["from_port"], "To": one["to_port"]}}
        address = {"CidrBlock": "0.0.0.0/0"} if one["family"] == "ipv4" else {"Ipv6CidrBlock": "::/0"}
        protocol = {"tcp": "6", "udp": "17", "icmp": "1"}.get(one["protocol"], one["protocol"])
        config["Entries"].append(
            {
                "Egress": False,
                "RuleNumber": 100 + number,
                "RuleAction": "allow",
                "Protocol": protocol,
                **ports,
                **address,
            }
        )


def _parameters(config: Config, stated: Any) -> None:
    config["Parameters"] = {name: str(value) for name, value in stated.items() if value is not None}


def _aws_policies(config: Config, stated: Any) -> None:
    attached = [
        {"PolicyName": name.rpartition("/")[2], "PolicyArn": f"arn:aws:iam::aws:policy/{name}"} for name in stated
    ]
    config.setdefault("AttachedManagedPolicies", attached)


def _key_manager(config: Config, stated: Any) -> None:
    if stated == "CUSTOMER":
        config.setdefault("KmsKeyId", "arn:aws:kms:eu-west-1:111122223333:key/0a")
    config.setdefault("Encrypted", True)


CAUSES: dict[tuple[str, str], Callable[[Config, Any], None]] = {
    ("AWS::EC2::SecurityGroup", "world_ingress"): _open("IpPermissions"),
    ("AWS::EC2::SecurityGroup", "world_egress"): _open("IpPermissionsEgress"),
    ("AWS::EC2::NetworkAcl", "acl_ingress"): _entries,
    ("AWS::RDS::DBInstance", "parameters"): _parameters,
    ("AWS::RDS::DBCluster", "parameters"): _parameters,
    **{(f"AWS::IAM::{kind}", "aws_policies"): _aws_policies for kind in ("User", "Role", "Group")},
}
