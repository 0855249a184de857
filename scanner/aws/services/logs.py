"""CloudWatch Logs: log groups, the metric filters of all in one listing, and resource policies."""

from __future__ import annotations

from scanner.aws.table import Collect

_ARN = "arn:{partition}:logs:{region}:{account}:"

TABLE = (
    Collect(
        "AWS::Logs::LogGroup",
        "logs",
        "describe_log_groups",
        "logGroups[]",
        id=_ARN + "log-group:{logGroupName}",
        name="logGroupName",
        page_size=50,
        volatile=("storedBytes",),
    ),
    Collect(
        "AWS::Logs::MetricFilter",
        "logs",
        "describe_metric_filters",
        "metricFilters[]",
        id=_ARN + "log-group:{logGroupName}:metric-filter:{filterName}",
        name="filterName",
        page_size=50,
    ),
    Collect(
        "AWS::Logs::ResourcePolicy",
        "logs",
        "describe_resource_policies",
        "resourcePolicies[]",
        id=_ARN + "resource-policy:{policyName}",
        name="policyName",
        page_size=10,
        policies=("policyDocument",),
    ),
)
