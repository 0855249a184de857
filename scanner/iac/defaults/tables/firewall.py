"""AWS Network Firewall.

https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_CreateFirewall.html
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.iac.defaults.language import ON_CREATION, Constant, Default, after, constants, nulls, outside

_UNREAD = "what is not read from code yet"

TABLE: Mapping[str, Mapping[str, Default]] = {
    "AWS::NetworkFirewall::Firewall": {
        **after(
            ON_CREATION,
            "FirewallArn FirewallId FirewallName FirewallStatus NumberOfAssociations FirewallArn "
            "FirewallName FirewallArn FirewallName",
        ),
        "DeleteProtection": Constant(value=False),
        "SubnetChangeProtection": Constant(value=False),
        "FirewallPolicyChangeProtection": Constant(value=False),
        "AvailabilityZoneChangeProtection": Constant(value=False),
        "EncryptionConfiguration": Constant({"Type": "AWS_OWNED_KMS_KEY", "KeyId": "AWS_OWNED_KMS_KEY"}),
        **nulls("TransitGatewayId VpcId Description LoggingConfiguration"),
        **constants([], "SubnetMappings AvailabilityZoneMappings"),
        **outside("the firewall", "FirewallPolicyArn"),
        **outside(
            _UNREAD,
            "ContextStoreId ContextStoreOwnerAccountId EnabledAnalysisTypes NatGatewayCreateMappings "
            "ProxySettings ResourcePolicy TransitGatewayOwnerAccountId TransparentFilteringNatScope "
            "VpcEndpoint",
        ),
    },
    "AWS::NetworkFirewall::FirewallPolicy": {
        **after(
            ON_CREATION,
            "Arn Name FirewallPolicyArn FirewallPolicyId FirewallPolicyName FirewallPolicyStatus "
            "LastModifiedTime NumberOfAssociations ConsumedStatefulDomainCapacity "
            "ConsumedStatefulRuleCapacity ConsumedStatelessRuleCapacity Errors StatusMessage Arn Name "
            "Arn Name",
        ),
        "EncryptionConfiguration": Constant({"Type": "AWS_OWNED_KMS_KEY", "KeyId": "AWS_OWNED_KMS_KEY"}),
        **nulls("Description"),
        **outside("the policy", "FirewallPolicy"),
        **outside(_UNREAD, "ResourcePolicy"),
    },
    "AWS::NetworkFirewall::RuleGroup": {
        **after(
            ON_CREATION,
            "Arn Name RuleGroupArn RuleGroupId RuleGroupName RuleGroupStatus LastModifiedTime "
            "NumberOfAssociations ConsumedCapacity Arn Name Arn Name",
        ),
        "EncryptionConfiguration": Constant({"Type": "AWS_OWNED_KMS_KEY", "KeyId": "AWS_OWNED_KMS_KEY"}),
        **nulls("Description"),
        **outside("the group", "RuleGroup Type Capacity"),
        **outside(_UNREAD, "AnalysisResults ResourcePolicy SnsTopic SourceMetadata SummaryConfiguration VendorName"),
    },
}
