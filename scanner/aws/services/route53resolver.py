"""Route 53 Resolver: query logging, DNS Firewall, endpoints and rules that lead elsewhere."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_ARN = "arn:{partition}:route53resolver:{region}:{account}:"
_GONE = ("ResourceNotFoundException",)
# Whether queries are logged and filtered is read in the associations. What follows from these costs six
# calls a region, and no rule reads it.
_EXTRA = "resolver"
# What another account shares, and the rules that AWS makes itself, have no tags that this account may read.
_TAGS = Then("Tags", "list_tags_for_resource", {"ResourceArn": "Arn"}, "Tags", when="OwnerId == account")
_ALWAYS_TAGS = Then("Tags", "list_tags_for_resource", {"ResourceArn": "Arn"}, "Tags")

TABLE = (
    Collect(
        "AWS::Route53Resolver::ResolverQueryLoggingConfig",
        "route53resolver",
        "list_resolver_query_log_configs",
        "ResolverQueryLogConfigs[]",
        id="{Arn}",
        name="Name",
        page_size=100,
        extra=_EXTRA,
        gone=_GONE,
        volatile=("AssociationCount",),
        then=(_TAGS,),
    ),
    Collect(
        "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation",
        "route53resolver",
        "list_resolver_query_log_config_associations",
        "ResolverQueryLogConfigAssociations[]",
        id=_ARN + "resolver-query-log-config-association/{Id}",
        page_size=100,
    ),
    Collect(
        "AWS::Route53Resolver::FirewallRuleGroup",
        "route53resolver",
        "list_firewall_rule_groups",
        "FirewallRuleGroups[]",
        id="{Arn}",
        name="Name",
        page_size=100,
        extra=_EXTRA,
        gone=_GONE,
        then=(
            Then("FirewallRules", "list_firewall_rules", {"FirewallRuleGroupId": "Id"}, "FirewallRules"),
            _TAGS,
        ),
    ),
    Collect(
        "AWS::Route53Resolver::FirewallRuleGroupAssociation",
        "route53resolver",
        "list_firewall_rule_group_associations",
        "FirewallRuleGroupAssociations[]",
        id="{Arn}",
        name="Name",
        page_size=100,
        gone=_GONE,
        then=(_ALWAYS_TAGS,),
    ),
    # Whether queries pass while the firewall does not answer; a VPC that is not named fails closed
    # (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-vpc-configuration.html).
    Collect(
        "AWS::Route53Resolver::FirewallConfig",
        "route53resolver",
        "list_firewall_configs",
        "FirewallConfigs[]",
        id=_ARN + "firewall-config/{Id}",
        name="ResourceId",
        page_size=10,
        extra=_EXTRA,
    ),
    Collect(
        "AWS::Route53Resolver::ResolverEndpoint",
        "route53resolver",
        "list_resolver_endpoints",
        "ResolverEndpoints[]",
        id="{Arn}",
        name="Name",
        page_size=100,
        extra=_EXTRA,
        gone=_GONE,
        volatile=("StatusMessage",),
        then=(
            Then("IpAddresses", "list_resolver_endpoint_ip_addresses", {"ResolverEndpointId": "Id"}, "IpAddresses"),
            _ALWAYS_TAGS,
        ),
    ),
    Collect(
        "AWS::Route53Resolver::ResolverRule",
        "route53resolver",
        "list_resolver_rules",
        "ResolverRules[]",
        id="{Arn}",
        name="Name",
        page_size=100,
        extra=_EXTRA,
        gone=_GONE,
        volatile=("StatusMessage",),
        then=(_TAGS,),
    ),
    Collect(
        "AWS::Route53Resolver::ResolverRuleAssociation",
        "route53resolver",
        "list_resolver_rule_associations",
        "ResolverRuleAssociations[]",
        id=_ARN + "resolver-rule-association/{Id}",
        name="Name",
        page_size=100,
        extra=_EXTRA,
    ),
)
