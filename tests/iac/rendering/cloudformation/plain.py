"""The types that are nothing but rows, as a template writes them."""

from __future__ import annotations

from collections.abc import Callable

from rendering.cloudformation.parts import MAIN, Resources, main, plain
from rendering.words import Config, NotInCode, only_live


def _group(config: Config) -> Resources:
    only_live(config)
    tags = config.pop("TagPropagation", None) or []
    out = plain("AWS::AutoScaling::AutoScalingGroup", DefaultCooldown="Cooldown")(config)
    if tags:
        out[MAIN]["Properties"]["Tags"] = [{**tag, "Value": "x"} for tag in tags]
    return out


def _launch_configuration(config: Config) -> Resources:
    return plain("AWS::AutoScaling::LaunchConfiguration", ("LaunchConfigurationARN",))(config)


def _firewall(config: Config) -> Resources:
    _no_key(config)
    logging = config.pop("LoggingConfiguration", None)
    out = plain("AWS::NetworkFirewall::Firewall", ("FirewallArn", "FirewallId"))(config)
    if logging:
        properties = {"FirewallArn": {"Ref": MAIN}, "LoggingConfiguration": logging}
        out["Logs"] = {"Type": "AWS::NetworkFirewall::LoggingConfiguration", "Properties": properties}
    return out


def _no_key(config: Config) -> None:
    if (config.pop("EncryptionConfiguration", None) or {}).get("Type") == "CUSTOMER_KMS":
        raise NotInCode("CloudFormation has no property for the key")


def _keyless(type_: str, **renamed: str) -> Callable[[Config], Resources]:
    def render(config: Config) -> Resources:
        _no_key(config)
        return plain(type_, ("Arn",), **renamed)(config)

    return render


def _global_cluster(config: Config) -> Resources:
    if "StorageEncryptionType" in config:
        raise NotInCode("AWS itself chooses how storage without a key is encrypted")
    return main("AWS::RDS::GlobalCluster", config)


def _vpn(config: Config) -> Resources:
    only_live(config)
    if (config.pop("Status", None) or {}).get("Code", "available") in ("deleted", "deleting"):
        raise NotInCode("an endpoint that a template makes is not being deleted")
    return plain("AWS::EC2::ClientVpnEndpoint", ("ClientVpnEndpointId",))(config)


def _analyzer(config: Config) -> Resources:
    only_live(config)
    if config.get("status", "ACTIVE") != "ACTIVE" or config.get("ArchiveRules"):
        raise NotInCode("archive rules are not read from code, and an analyzer that a template makes is active")
    return plain("AWS::AccessAnalyzer::Analyzer", ("Arn", "status", "ArchiveRules"), name="AnalyzerName", type="Type")(
        config
    )


def _certificate(config: Config) -> Resources:
    if "Expiration" in config:
        raise NotInCode("the end of a certificate is in its body, which is not read")
    return main("AWS::IAM::ServerCertificate", config)


def _internet_gateway(config: Config) -> Resources:
    out = main("AWS::EC2::InternetGateway", {})
    for number, one in enumerate(config.get("Attachments") or []):
        properties = {"InternetGatewayId": {"Ref": MAIN}, "VpcId": one["VpcId"]}
        out[f"A{number}"] = {"Type": "AWS::EC2::VPCGatewayAttachment", "Properties": properties}
    return out


def _vpn_gateway(config: Config) -> Resources:
    if config.get("State", "available") != "available" or any(
        one.get("State") != "attached" for one in config.get("VpcAttachments") or []
    ):
        raise NotInCode("a gateway that a template makes is there, and attached or not")
    out = main("AWS::EC2::VPNGateway", {"Type": "ipsec.1"})
    for number, one in enumerate(config.get("VpcAttachments") or []):
        properties = {"VpnGatewayId": {"Ref": MAIN}, "VpcId": one.get("VpcId", "vpc-0a")}
        out[f"A{number}"] = {"Type": "AWS::EC2::VPCGatewayAttachment", "Properties": properties}
    return out


def _service(config: Config) -> Resources:
    allowed = [one["Principal"] for one in config.pop("AllowedPrincipals", None) or []]
    out = plain("AWS::EC2::VPCEndpointService", ("ServiceId", "ServiceName", "ServiceState"))(config)
    if allowed:
        properties = {"ServiceId": {"Ref": MAIN}, "AllowedPrincipals": allowed}
        out["Allowed"] = {"Type": "AWS::EC2::VPCEndpointServicePermissions", "Properties": properties}
    return out


def _interface(config: Config) -> Resources:
    if config.get("RequesterManaged") or config.get("InterfaceType", "interface") != "interface" or "Status" in config:
        raise NotInCode("an interface that a service makes, or its state, is in no template")
    return plain("AWS::EC2::NetworkInterface", ("NetworkInterfaceId", "RequesterManaged", "InterfaceType"))(config)


TYPES: dict[str, Callable[[Config], Resources]] = {
    "AWS::AutoScaling::AutoScalingGroup": _group,
    "AWS::AutoScaling::LaunchConfiguration": _launch_configuration,
    "AWS::NetworkFirewall::Firewall": _firewall,
    "AWS::NetworkFirewall::FirewallPolicy": _keyless("AWS::NetworkFirewall::FirewallPolicy", Name="FirewallPolicyName"),
    "AWS::NetworkFirewall::RuleGroup": _keyless("AWS::NetworkFirewall::RuleGroup", Name="RuleGroupName"),
    "AWS::RDS::OptionGroup": plain("AWS::RDS::OptionGroup", Options="OptionConfigurations"),
    "AWS::RDS::DBProxy": plain("AWS::RDS::DBProxy"),
    "AWS::RDS::GlobalCluster": _global_cluster,
    "AWS::EFS::FileSystem": plain("AWS::EFS::FileSystem"),
    "AWS::EC2::ClientVpnEndpoint": _vpn,
    "AWS::EC2::InternetGateway": _internet_gateway,
    "AWS::EC2::VPNGateway": _vpn_gateway,
    "AWS::EC2::VPCEndpointService": _service,
    "AWS::EC2::NetworkInterface": _interface,
    "AWS::EC2::NatGateway": plain("AWS::EC2::NatGateway", ("NatGatewayId", "State")),
    "AWS::EC2::TransitGatewayRouteTable": plain("AWS::EC2::TransitGatewayRouteTable", ("State",)),
    "AWS::EC2::TransitGatewayAttachment": plain("AWS::EC2::TransitGatewayAttachment", ("State",)),
    "AWS::EC2::EC2Fleet": plain("AWS::EC2::EC2Fleet", ("FleetId", "FleetState")),
    "AWS::EC2::VPCBlockPublicAccessOptions": plain("AWS::EC2::VPCBlockPublicAccessOptions", ("State",)),
    "AWS::AccessAnalyzer::Analyzer": _analyzer,
    "AWS::IAM::ServerCertificate": _certificate,
    **{
        type_: plain(type_)
        for type_ in (
            "AWS::EC2::CarrierGateway",
            "AWS::EC2::CapacityReservation",
            "AWS::EC2::CustomerGateway",
            "AWS::EC2::DHCPOptions",
            "AWS::EC2::NetworkInsightsPath",
            "AWS::EC2::NetworkInsightsAnalysis",
            "AWS::EC2::NetworkInsightsAccessScope",
            "AWS::EC2::TrafficMirrorFilter",
            "AWS::EC2::TrafficMirrorTarget",
            "AWS::EC2::TrafficMirrorSession",
        )
    },
}
