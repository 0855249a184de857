"""The smaller resources of EC2 and the VPC: mostly what they are tagged with.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_EC2.html
"""

from __future__ import annotations

from dataclasses import replace

from scanner.iac.rows.language import Plain, Row, inside, row


def _ec2(name: str, terraform: str, id_: str, *rows: Row, arn: str = "", owner: str = "") -> Plain:
    """A type of EC2 that its id names."""
    type_ = f"AWS::EC2::{name}"
    attributes = {**({arn: "arn"} if arn else {}), id_: "id"}
    return Plain(type_, terraform, type_, rows, attributes, {id_: ""}, owner=owner)


_VPC = row("VpcId", "vpc_id", kind="id")
_TEXT = row("Description", "description")
ROWS = (
    _ec2("CarrierGateway", "aws_ec2_carrier_gateway", "CarrierGatewayId", _VPC, owner="OwnerId"),
    replace(
        _ec2(
            "CapacityReservation",
            "aws_ec2_capacity_reservation",
            "CapacityReservationId",
            row("InstanceType", "instance_type"),
            row("InstancePlatform", "instance_platform"),
            row("Tenancy", "tenancy"),
            row("EbsOptimized", "ebs_optimized", kind="flag"),
            arn="CapacityReservationArn",
            owner="OwnerId",
        ),
        label="capacity-reservation",
    ),
    _ec2(
        "CustomerGateway",
        "aws_customer_gateway",
        "CustomerGatewayId",
        row("IpAddress", "ip_address"),
        row("Type", "type"),
        row("DeviceName", "device_name"),
        row("CertificateArn", "certificate_arn", kind="id"),
    ),
    _ec2("DHCPOptions", "aws_vpc_dhcp_options", "DhcpOptionsId", owner="OwnerId"),
    _ec2(
        "NetworkInsightsPath",
        "aws_ec2_network_insights_path",
        "NetworkInsightsPathId",
        row("Source", "source", kind="id"),
        row("Destination", "destination", kind="id"),
        row("Protocol", "protocol"),
        arn="NetworkInsightsPathArn",
    ),
    _ec2(
        "NetworkInsightsAnalysis",
        "aws_ec2_network_insights_analysis",
        "NetworkInsightsAnalysisId",
        row("NetworkInsightsPathId", "network_insights_path_id", kind="id"),
        arn="NetworkInsightsAnalysisArn",
    ),
    _ec2("NetworkInsightsAccessScope", "", "NetworkInsightsAccessScopeId"),
    _ec2("TrafficMirrorFilter", "aws_ec2_traffic_mirror_filter", "TrafficMirrorFilterId", _TEXT),
    _ec2(
        "TrafficMirrorTarget",
        "aws_ec2_traffic_mirror_target",
        "TrafficMirrorTargetId",
        _TEXT,
        row("NetworkInterfaceId", "network_interface_id", kind="id"),
        row("NetworkLoadBalancerArn", "network_load_balancer_arn", kind="id"),
        owner="OwnerId",
    ),
    _ec2(
        "TrafficMirrorSession",
        "aws_ec2_traffic_mirror_session",
        "TrafficMirrorSessionId",
        _TEXT,
        row("NetworkInterfaceId", "network_interface_id", kind="id"),
        row("TrafficMirrorTargetId", "traffic_mirror_target_id", kind="id"),
        row("TrafficMirrorFilterId", "traffic_mirror_filter_id", kind="id"),
        row("SessionNumber", "session_number", kind="number"),
        owner="OwnerId",
    ),
    replace(
        _ec2(
            "ClientVpnEndpoint",
            "aws_ec2_client_vpn_endpoint",
            "ClientVpnEndpointId",
            inside(
                "ConnectionLogOptions",
                "connection_log_options",
                row("Enabled", "enabled", kind="flag"),
                row("CloudwatchLogGroup", "cloudwatch_log_group", kind="id"),
            ),
            row("ClientCidrBlock", "client_cidr_block"),
            row("ServerCertificateArn", "server_certificate_arn", kind="id"),
            row("SplitTunnel", "split_tunnel", kind="flag"),
            _TEXT,
            _VPC,
        ),
        label="client-vpn-endpoint",
    ),
    Plain(
        "AWS::AccessAnalyzer::Analyzer",
        "aws_accessanalyzer_analyzer",
        "AWS::AccessAnalyzer::Analyzer",
        (row("name", "analyzer_name", "AnalyzerName"), row("type", "type", "Type")),
        {"Arn": "arn"},
        {"Arn": ""},
        name="name",
    ),
    Plain(
        "AWS::IAM::ServerCertificate",
        "aws_iam_server_certificate",
        "AWS::IAM::ServerCertificate",
        (row("Path", "path"),),
        {"Arn": "arn", "ServerCertificateName": "name"},
        {"Arn": "Arn", "ServerCertificateName": ""},
        name="ServerCertificateName",
    ),
)
