"""The types that are nothing but rows, as Terraform plans them."""

from __future__ import annotations

from collections.abc import Callable

from rendering.terraform.parts import Part, plain
from rendering.words import Config, NotInCode, attributes, only_live

_GROUP = {
    "LaunchConfigurationName": "launch_configuration",
    "LoadBalancerNames": "load_balancers",
    "TargetGroupARNs": "target_group_arns",
    "Overrides": "override",
    "VCpuCount": "vcpu_count",
    "MemoryMiB": "memory_mib",
}
_FIREWALL = {
    "AvailabilityZoneMappings": "availability_zone_mapping",
    "SubnetMappings": "subnet_mapping",
    "StatelessRuleGroupReferences": "stateless_rule_group_reference",
    "StatefulRuleGroupReferences": "stateful_rule_group_reference",
    "StatelessRules": "stateless_rule",
    "AvailabilityZone": "availability_zone_id",
    "IPAddressType": "ip_address_type",
}


def _group(config: Config) -> list[Part]:
    only_live(config)
    tags = config.pop("TagPropagation", None) or []
    template = config.pop("LaunchTemplate", None)
    (made,) = plain("aws_autoscaling_group", **_GROUP)(config)
    if template:
        names = {"LaunchTemplateId": "id", "LaunchTemplateName": "name"}
        made.after["launch_template"] = [attributes(template, names)]
    if tags:
        made.after["tag"] = [{**attributes(tag), "value": "x"} for tag in tags]
    return [made]


def _launch_configuration(config: Config) -> list[Part]:
    disks = config.pop("BlockDeviceMappings", None) or []
    (made,) = plain("aws_launch_configuration", ("LaunchConfigurationName", "LaunchConfigurationARN"))(config)
    if disks:
        made.after["ebs_block_device"] = [
            {
                "device_name": item.get("DeviceName", "/dev/sdf"),
                **attributes(item.get("Ebs") or {}),
                "no_device": not item.get("Ebs"),
            }
            for item in disks
        ]
    return [made]


def _firewall(config: Config) -> list[Part]:
    logging = config.pop("LoggingConfiguration", None)
    (made,) = plain("aws_networkfirewall_firewall", ("FirewallArn", "FirewallId"), FirewallName="name", **_FIREWALL)(
        config
    )
    if not logging:
        return [made]
    rows = [attributes(item) for item in logging.get("LogDestinationConfigs") or []]
    after = {"logging_configuration": [{"log_destination_config": rows}]}
    return [made, Part("aws_networkfirewall_logging_configuration", after, {"firewall_arn": f"{made.address}.arn"})]


def _proxy(config: Config) -> list[Part]:
    return plain("aws_db_proxy", RequireTLS="require_tls", IAMAuth="iam_auth")(config)


def _global_cluster(config: Config) -> list[Part]:
    if "StorageEncryptionType" in config:
        raise NotInCode("AWS itself chooses how storage without a key is encrypted")
    return plain("aws_rds_global_cluster")(config)


def _vpn(config: Config) -> list[Part]:
    only_live(config)
    if (config.pop("Status", None) or {}).get("Code", "available") in ("deleted", "deleting"):
        raise NotInCode("an endpoint that a plan makes is not being deleted")
    return plain("aws_ec2_client_vpn_endpoint", ("ClientVpnEndpointId", "AuthorizationRules"))(config)


def _analyzer(config: Config) -> list[Part]:
    only_live(config)
    if config.get("status", "ACTIVE") != "ACTIVE" or config.get("ArchiveRules"):
        raise NotInCode("archive rules are not read from code, and an analyzer that a plan makes is active")
    return plain(
        "aws_accessanalyzer_analyzer", ("Arn", "status", "ArchiveRules", "ActiveFindings"), name="analyzer_name"
    )(config)


def _certificate(config: Config) -> list[Part]:
    if "Expiration" in config:
        raise NotInCode("the end of a certificate is in its body, which is not read")
    return plain("aws_iam_server_certificate")(config)


def _internet_gateway(config: Config) -> list[Part]:
    made = Part("aws_internet_gateway", {})
    attached = [
        Part(
            "aws_internet_gateway_attachment",
            {"vpc_id": one["VpcId"]},
            {"internet_gateway_id": f"{made.address}.id"},
            f"a{number}",
        )
        for number, one in enumerate(config.get("Attachments") or [])
    ]
    return [made, *attached]


def _vpn_gateway(config: Config) -> list[Part]:
    if config.get("State", "available") != "available" or any(
        one.get("State") != "attached" for one in config.get("VpcAttachments") or []
    ):
        raise NotInCode("a gateway that a plan makes is there, and attached or not")
    made = Part("aws_vpn_gateway", {})
    attached = config.get("VpcAttachments") or []
    if attached:
        made.after["vpc_id"] = attached[0].get("VpcId", "vpc-0a")
    return [made]


def _service(config: Config) -> list[Part]:
    allowed = [one["Principal"] for one in config.pop("AllowedPrincipals", None) or []]
    (made,) = plain("aws_vpc_endpoint_service", ("ServiceId", "ServiceName", "ServiceState"))(config)
    if allowed:
        made.after["allowed_principals"] = allowed
    return [made]


def _interface(config: Config) -> list[Part]:
    if config.get("RequesterManaged") or config.get("InterfaceType", "interface") != "interface" or "Status" in config:
        raise NotInCode("an interface that a service makes, or its state, is in no plan")
    return plain("aws_network_interface", ("NetworkInterfaceId", "RequesterManaged", "InterfaceType"))(config)


TYPES: dict[str, Callable[[Config], list[Part]]] = {
    "AWS::AutoScaling::AutoScalingGroup": _group,
    "AWS::AutoScaling::LaunchConfiguration": _launch_configuration,
    "AWS::NetworkFirewall::Firewall": _firewall,
    "AWS::NetworkFirewall::FirewallPolicy": plain("aws_networkfirewall_firewall_policy", ("Arn",), **_FIREWALL),
    "AWS::NetworkFirewall::RuleGroup": plain("aws_networkfirewall_rule_group", ("Arn",), **_FIREWALL),
    "AWS::RDS::OptionGroup": plain("aws_db_option_group", Options="option", OptionGroupName="name"),
    "AWS::RDS::DBProxy": _proxy,
    "AWS::RDS::GlobalCluster": _global_cluster,
    "AWS::EFS::FileSystem": plain("aws_efs_file_system"),
    "AWS::EC2::ClientVpnEndpoint": _vpn,
    "AWS::AccessAnalyzer::Analyzer": _analyzer,
    "AWS::IAM::ServerCertificate": _certificate,
    "AWS::EC2::InternetGateway": _internet_gateway,
    "AWS::EC2::VPNGateway": _vpn_gateway,
    "AWS::EC2::VPCEndpointService": _service,
    "AWS::EC2::NetworkInterface": _interface,
    "AWS::EC2::NatGateway": plain("aws_nat_gateway", ("NatGatewayId", "State")),
    "AWS::EC2::TransitGatewayRouteTable": plain("aws_ec2_transit_gateway_route_table", ("State",)),
    "AWS::EC2::TransitGatewayAttachment": plain("aws_ec2_transit_gateway_vpc_attachment", ("State",)),
    "AWS::EC2::EC2Fleet": plain("aws_ec2_fleet", ("FleetId", "FleetState")),
    "AWS::EC2::VPCBlockPublicAccessOptions": plain("aws_vpc_block_public_access_options", ("State",)),
    "AWS::EC2::CarrierGateway": plain("aws_ec2_carrier_gateway"),
    "AWS::EC2::CapacityReservation": plain("aws_ec2_capacity_reservation"),
    "AWS::EC2::CustomerGateway": plain("aws_customer_gateway"),
    "AWS::EC2::DHCPOptions": plain("aws_vpc_dhcp_options"),
    "AWS::EC2::NetworkInsightsPath": plain("aws_ec2_network_insights_path"),
    "AWS::EC2::NetworkInsightsAnalysis": plain("aws_ec2_network_insights_analysis"),
    "AWS::EC2::TrafficMirrorFilter": plain("aws_ec2_traffic_mirror_filter"),
    "AWS::EC2::TrafficMirrorTarget": plain("aws_ec2_traffic_mirror_target"),
    "AWS::EC2::TrafficMirrorSession": plain("aws_ec2_traffic_mirror_session"),
}
