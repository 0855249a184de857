"""AWS Network Firewall.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_NetworkFirewall.html
"""

from __future__ import annotations

from scanner.iac.rows.language import Plain, Row, inside, row

_KEY = inside(
    "EncryptionConfiguration",
    "encryption_configuration",
    row("Type", "type"),
    row("KeyId", "key_id", kind="id"),
    property_="",
)
"""CloudFormation has no property for it."""


def _reference(member: str, attribute: str) -> Row:
    rows = (row("ResourceArn", "resource_arn", kind="id"), row("Priority", "priority", kind="number"))
    return inside(member, attribute, *rows, many=True)


_POLICY = inside(
    "FirewallPolicy",
    "firewall_policy",
    row("StatelessDefaultActions", "stateless_default_actions", kind="texts"),
    row("StatelessFragmentDefaultActions", "stateless_fragment_default_actions", kind="texts"),
    row("StatefulDefaultActions", "stateful_default_actions", kind="texts"),
    _reference("StatelessRuleGroupReferences", "stateless_rule_group_reference"),
    _reference("StatefulRuleGroupReferences", "stateful_rule_group_reference"),
)
_STATELESS = inside(
    "RuleGroup",
    "rule_group",
    inside(
        "RulesSource",
        "rules_source",
        inside(
            "StatelessRulesAndCustomActions",
            "stateless_rules_and_custom_actions",
            inside("StatelessRules", "stateless_rule", row("Priority", "priority", kind="number"), many=True),
        ),
    ),
)
ROWS = (
    Plain(
        "AWS::NetworkFirewall::Firewall",
        "aws_networkfirewall_firewall",
        "AWS::NetworkFirewall::Firewall",
        (
            row("AvailabilityZoneChangeProtection", "availability_zone_change_protection", kind="flag"),
            inside(
                "AvailabilityZoneMappings",
                "availability_zone_mapping",
                row("AvailabilityZone", "availability_zone_id"),
                many=True,
            ),
            row("DeleteProtection", "delete_protection", kind="flag"),
            row("Description", "description"),
            _KEY,
            row("FirewallPolicyArn", "firewall_policy_arn", kind="id"),
            row("FirewallPolicyChangeProtection", "firewall_policy_change_protection", kind="flag"),
            row("SubnetChangeProtection", "subnet_change_protection", kind="flag"),
            inside(
                "SubnetMappings",
                "subnet_mapping",
                row("SubnetId", "subnet_id", kind="id"),
                row("IPAddressType", "ip_address_type"),
                many=True,
            ),
            row("TransitGatewayId", "transit_gateway_id", kind="id"),
            row("VpcId", "vpc_id", kind="id"),
        ),
        {"FirewallArn": "arn", "FirewallName": "name"},
        {"FirewallArn": "", "FirewallName": "FirewallName"},
        name="FirewallName",
    ),
    Plain(
        "AWS::NetworkFirewall::FirewallPolicy",
        "aws_networkfirewall_firewall_policy",
        "AWS::NetworkFirewall::FirewallPolicy",
        (_KEY, _POLICY, row("Description", "description")),
        {"Arn": "arn", "Name": "name"},
        {"Arn": "", "Name": "FirewallPolicyName"},
        name="Name",
    ),
    Plain(
        "AWS::NetworkFirewall::RuleGroup",
        "aws_networkfirewall_rule_group",
        "AWS::NetworkFirewall::RuleGroup",
        (_KEY, row("Type", "type"), _STATELESS, row("Description", "description")),
        {"Arn": "arn", "Name": "name"},
        {"Arn": "", "Name": "RuleGroupName"},
        name="Name",
    ),
)
