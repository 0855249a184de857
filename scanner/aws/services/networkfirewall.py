"""Network Firewall: firewalls with their logging, policies, rule groups, TLS inspection, resource policies."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_GONE = ("ResourceNotFoundException",)


def _policy(arn: str) -> Then:
    """Whom it is shared with; where nobody wrote a policy AWS says that it finds none.

    https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_DescribeResourcePolicy.html
    """
    return Then(
        "ResourcePolicy", "describe_resource_policy", {"ResourceArn": arn}, "Policy", decode="policy", absent=_GONE
    )


TABLE = (
    Collect(
        "AWS::NetworkFirewall::Firewall",
        "network-firewall",
        "list_firewalls",
        "Firewalls[].{FirewallName: FirewallName, FirewallArn: FirewallArn}",
        id="{FirewallArn}",
        name="FirewallName",
        page_size=100,
        gone=_GONE,
        then=(
            # Of the status, what routes lead to (the endpoint of each zone) stays; how far a change has come does not.
            Then(
                "",
                "describe_firewall",
                {"FirewallArn": "FirewallArn"},
                "merge(Firewall, {FirewallStatus: FirewallStatus})",
                volatile=("ConfigurationSyncStateSummary", "CapacityUsageSummary", "Config", "StatusMessage"),
            ),
            Then(
                "LoggingConfiguration",
                "describe_logging_configuration",
                {"FirewallArn": "FirewallArn"},
                "LoggingConfiguration",
                optional=True,
            ),
            _policy("FirewallArn"),
        ),
    ),
    Collect(
        "AWS::NetworkFirewall::FirewallPolicy",
        "network-firewall",
        "list_firewall_policies",
        "FirewallPolicies[]",
        id="{Arn}",
        name="Name",
        page_size=100,
        gone=_GONE,
        then=(
            Then(
                "",
                "describe_firewall_policy",
                {"FirewallPolicyArn": "Arn"},
                "merge(FirewallPolicyResponse, {FirewallPolicy: FirewallPolicy})",
            ),
            _policy("Arn"),
        ),
    ),
    # Suricata rules may be two million characters, which nobody reads by machine: how many they are is kept.
    Collect(
        "AWS::NetworkFirewall::RuleGroup",
        "network-firewall",
        "list_rule_groups",
        "RuleGroups[]",
        id="{Arn}",
        name="Name",
        page_size=100,
        gone=_GONE,
        then=(
            Then(
                "",
                "describe_rule_group",
                {"RuleGroupArn": "Arn"},
                "merge(RuleGroupResponse, {RuleGroup: RuleGroup})",
                ordered=("StatefulRules", "contains"),
                secret=("RuleGroup.RulesSource.RulesString",),
            ),
            _policy("Arn"),
        ),
    ),
    Collect(
        "AWS::NetworkFirewall::TLSInspectionConfiguration",
        "network-firewall",
        "list_tls_inspection_configurations",
        "TLSInspectionConfigurations[]",
        id="{Arn}",
        name="Name",
        page_size=100,
        extra="tls-inspection",
        gone=_GONE,
        then=(
            Then(
                "",
                "describe_tls_inspection_configuration",
                {"TLSInspectionConfigurationArn": "Arn"},
                "merge(TLSInspectionConfigurationResponse, {TLSInspectionConfiguration: TLSInspectionConfiguration})",
            ),
        ),
    ),
)
