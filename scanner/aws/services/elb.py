"""Elastic Load Balancing: classic, application, network and gateway load balancers, through to their targets."""

from __future__ import annotations

from scanner.aws.table import Collect, Then, Together

_AT_ONCE = 20  # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html
_GONE = ("LoadBalancerNotFound", "ListenerNotFound", "RuleNotFound", "TargetGroupNotFound")


def _tags(arn: str) -> Then:
    return Then(
        "Tags",
        "describe_tags",
        {"ResourceArns": f"[{arn}]"},
        "TagDescriptions[0].Tags || `[]`",
        together=Together("TagDescriptions", "ResourceArn", arn, _AT_ONCE),
    )


def _actions(path: str) -> tuple[str, ...]:
    return (f"{path}.AuthenticateOidcConfig.ClientSecret",)


TABLE = (
    Collect(
        "AWS::ElasticLoadBalancing::LoadBalancer",
        "elb",
        "describe_load_balancers",
        "LoadBalancerDescriptions[]",
        id="arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{LoadBalancerName}",
        name="LoadBalancerName",
        gone=_GONE,
        then=(
            Then(
                "LoadBalancerAttributes",
                "describe_load_balancer_attributes",
                {"LoadBalancerName": "LoadBalancerName"},
                "LoadBalancerAttributes",
            ),
            Then(
                "PolicyDescriptions",
                "describe_load_balancer_policies",
                {"LoadBalancerName": "LoadBalancerName"},
                "PolicyDescriptions",
                when="ListenerDescriptions[?Listener.Protocol == 'HTTPS' || Listener.Protocol == 'SSL']",
            ),
            Then(
                "Tags",
                "describe_tags",
                {"LoadBalancerNames": "[LoadBalancerName]"},
                "TagDescriptions[0].Tags || `[]`",
                together=Together("TagDescriptions", "LoadBalancerName", "LoadBalancerName", _AT_ONCE),
            ),
        ),
    ),
    Collect(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "elbv2",
        "describe_load_balancers",
        "LoadBalancers[]",
        id="{LoadBalancerArn}",
        name="LoadBalancerName",
        gone=_GONE,
        then=(
            Then(
                "LoadBalancerAttributes",
                "describe_load_balancer_attributes",
                {"LoadBalancerArn": "LoadBalancerArn"},
                "Attributes",
            ),
            _tags("LoadBalancerArn"),
        ),
    ),
    Collect(
        "AWS::ElasticLoadBalancingV2::Listener",
        "elbv2",
        "describe_listeners",
        "Listeners[]",
        id="{ListenerArn}",
        parent="AWS::ElasticLoadBalancingV2::LoadBalancer",
        params={"LoadBalancerArn": "LoadBalancerArn"},
        gone=_GONE,
        secret=_actions("Listeners[].DefaultActions[]"),
        ordered=("contains",),
        then=(
            # The listing names the default certificate only.
            Then(
                "ListenerCertificates",
                "describe_listener_certificates",
                {"ListenerArn": "ListenerArn"},
                "Certificates",
                when="Protocol == 'HTTPS' || Protocol == 'TLS'",
            ),
            _tags("ListenerArn"),
        ),
    ),
    # Only application load balancers have rules. What a header must hold is often a secret that the
    # distribution in front adds.
    Collect(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        "elbv2",
        "describe_rules",
        "Rules[]",
        id="{RuleArn}",
        parent="AWS::ElasticLoadBalancingV2::Listener",
        params={"ListenerArn": "ListenerArn"},
        when="Protocol == 'HTTP' || Protocol == 'HTTPS'",
        gone=_GONE,
        secret=(*_actions("Rules[].Actions[]"), "Rules[].Conditions[].HttpHeaderConfig.Values[]"),
        ordered=("contains",),
        then=(_tags("RuleArn"),),
    ),
    Collect(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "elbv2",
        "describe_target_groups",
        "TargetGroups[]",
        id="{TargetGroupArn}",
        name="TargetGroupName",
        gone=_GONE,
        then=(
            Then(
                "TargetGroupAttributes",
                "describe_target_group_attributes",
                {"TargetGroupArn": "TargetGroupArn"},
                "Attributes",
            ),
            # What is registered is set by somebody; how it feels is not.
            Then(
                "Targets",
                "describe_target_health",
                {"TargetGroupArn": "TargetGroupArn"},
                "TargetHealthDescriptions[].Target",
            ),
            _tags("TargetGroupArn"),
        ),
    ),
)
