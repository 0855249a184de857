"""Instances and clusters, clusters of several regions, and the ways in: proxies, endpoints, subnets."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

# Marks that move by themselves while the service runs.
_MOVING = ("LatestRestorableTime", "EarliestRestorableTime")
_PROXY = "AWS::RDS::DBProxy"
_PROXY_NAME = {"DBProxyName": "DBProxyName"}
_PROXY_GONE = ("DBProxyNotFoundFault",)

TABLE = (
    Collect(
        "AWS::RDS::DBInstance",
        "rds",
        "describe_db_instances",
        "DBInstances[]",
        id="{DBInstanceArn}",
        name="DBInstanceIdentifier",
        page_size=100,
        volatile=_MOVING,
    ),
    Collect(
        "AWS::RDS::DBCluster",
        "rds",
        "describe_db_clusters",
        "DBClusters[]",
        id="{DBClusterArn}",
        name="DBClusterIdentifier",
        page_size=100,
        volatile=(*_MOVING, "EarliestBacktrackTime", "BacktrackConsumedChangeRecords"),
    ),
    # An account's global clusters, the same from every region: their ARNs name none
    # (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.html).
    Collect(
        "AWS::RDS::GlobalCluster",
        "rds",
        "describe_global_clusters",
        "GlobalClusters[]",
        id="{GlobalClusterArn}",
        name="GlobalClusterIdentifier",
        scope="global",
        page_size=100,
    ),
    # Only custom endpoints are resources of their own; the others stand at the cluster.
    Collect(
        "AWS::RDS::DBClusterEndpoint",
        "rds",
        "describe_db_cluster_endpoints",
        "DBClusterEndpoints[?EndpointType == 'CUSTOM']",
        id="{DBClusterEndpointArn}",
        name="DBClusterEndpointIdentifier",
        page_size=100,
    ),
    Collect(
        "AWS::RDS::DBShardGroup",
        "rds",
        "describe_db_shard_groups",
        "DBShardGroups[]",
        id="{DBShardGroupArn}",
        name="DBShardGroupIdentifier",
        page_size=100,
    ),
    Collect(
        "AWS::RDS::DBSubnetGroup",
        "rds",
        "describe_db_subnet_groups",
        "DBSubnetGroups[]",
        id="{DBSubnetGroupArn}",
        name="DBSubnetGroupName",
        page_size=100,
        gone=("DBSubnetGroupNotFoundFault",),
        then=(Then("Tags", "list_tags_for_resource", {"ResourceName": "DBSubnetGroupArn"}, "TagList", optional=True),),
    ),
    # Who may log in, with which secret of Secrets Manager, comes with the listing. What a proxy runs first on each
    # connection (`InitQuery`) is free text.
    Collect(
        _PROXY,
        "rds",
        "describe_db_proxies",
        "DBProxies[]",
        id="{DBProxyArn}",
        name="DBProxyName",
        page_size=100,
        gone=_PROXY_GONE,
        then=(
            Then(
                "TargetGroups",
                "describe_db_proxy_target_groups",
                _PROXY_NAME,
                "TargetGroups",
                secret=("TargetGroups[].ConnectionPoolConfig.InitQuery",),
            ),
            Then("Targets", "describe_db_proxy_targets", _PROXY_NAME, "Targets", volatile=("TargetHealth",)),
            Then("Tags", "list_tags_for_resource", {"ResourceName": "DBProxyArn"}, "TagList", optional=True),
        ),
    ),
    Collect(
        "AWS::RDS::DBProxyEndpoint",
        "rds",
        "describe_db_proxy_endpoints",
        "DBProxyEndpoints[]",
        id="{DBProxyEndpointArn}",
        name="DBProxyEndpointName",
        parent=_PROXY,
        params=_PROXY_NAME,
        page_size=100,
        gone=_PROXY_GONE,
    ),
)
