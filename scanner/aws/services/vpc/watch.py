"""What looks at the network: traffic mirroring, Reachability Analyzer, Network Access Analyzer."""

from __future__ import annotations

from scanner.aws.table import Collect

_ARN = "arn:{partition}:ec2:{region}:{account}:"


def _mirror(kind: str, operation: str) -> Collect:
    """A part of traffic mirroring: `kind` is `Session`, `Filter` or `Target`."""
    return Collect(
        f"AWS::EC2::TrafficMirror{kind}",
        "ec2",
        operation,
        f"TrafficMirror{kind}s[]",
        id=_ARN + f"traffic-mirror-{kind.lower()}/{{TrafficMirror{kind}Id}}",
        page_size=1000,
    )


# An analysis cannot outlive its path or scope, so it is asked for only where there is one. What it found
# on the way is as large as a network; only the outcome is kept.
TABLE = (
    _mirror("Session", "describe_traffic_mirror_sessions"),
    _mirror("Filter", "describe_traffic_mirror_filters"),
    _mirror("Target", "describe_traffic_mirror_targets"),
    Collect(
        "AWS::EC2::NetworkInsightsPath",
        "ec2",
        "describe_network_insights_paths",
        "NetworkInsightsPaths[]",
        id="{NetworkInsightsPathArn}",
        page_size=100,
    ),
    Collect(
        "AWS::EC2::NetworkInsightsAnalysis",
        "ec2",
        "describe_network_insights_analyses",
        "NetworkInsightsAnalyses[].{NetworkInsightsAnalysisId: NetworkInsightsAnalysisId, "
        "NetworkInsightsAnalysisArn: NetworkInsightsAnalysisArn, NetworkInsightsPathId: NetworkInsightsPathId, "
        "StartDate: StartDate, Status: Status, NetworkPathFound: NetworkPathFound, Tags: Tags}",
        id="{NetworkInsightsAnalysisArn}",
        page_size=100,
        parent="AWS::EC2::NetworkInsightsPath",
        params={"NetworkInsightsPathId": "NetworkInsightsPathId"},
        gone=("InvalidNetworkInsightsPathId.NotFound",),
    ),
    Collect(
        "AWS::EC2::NetworkInsightsAccessScope",
        "ec2",
        "describe_network_insights_access_scopes",
        "NetworkInsightsAccessScopes[]",
        id="{NetworkInsightsAccessScopeArn}",
        page_size=100,
    ),
    Collect(
        "AWS::EC2::NetworkInsightsAccessScopeAnalysis",
        "ec2",
        "describe_network_insights_access_scope_analyses",
        "NetworkInsightsAccessScopeAnalyses[]",
        id="{NetworkInsightsAccessScopeAnalysisArn}",
        page_size=100,
        parent="AWS::EC2::NetworkInsightsAccessScope",
        params={"NetworkInsightsAccessScopeId": "NetworkInsightsAccessScopeId"},
        gone=("InvalidNetworkInsightsAccessScopeId.NotFound",),
    ),
)
