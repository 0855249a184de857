"""What databases are set up with: parameter groups, as far as rules judge them, and option groups."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_JUDGED = (
    "rds.force_ssl",
    "require_secure_transport",
    "rds.tls10",
    "rds.tls11",
    "rds.tls12",
    "server_audit_logging",
    "server_audit_events",
    "log_statement",
    "log_min_duration_statement",
    "shared_preload_libraries",
    "pgaudit.log",
)
"""The parameters that rules judge: a group has some 400, in pages of 100."""
_NAMES = f"[{', '.join(repr(name) for name in _JUDGED)}]"
_FILTER = {"Filters": f"[{{Name: 'parameter-name', Values: {_NAMES}}}]"}
_PARAMETERS = f"Parameters[?contains({_NAMES}, ParameterName)]"

TABLE = (
    Collect(
        "AWS::RDS::DBParameterGroup",
        "rds",
        "describe_db_parameter_groups",
        "DBParameterGroups[]",
        id="{DBParameterGroupArn}",
        name="DBParameterGroupName",
        page_size=100,
        gone=("DBParameterGroupNotFound", "DBParameterGroupNotFoundFault"),
        then=(
            Then(
                "Parameters",
                "describe_db_parameters",
                {"DBParameterGroupName": "DBParameterGroupName", **_FILTER},
                _PARAMETERS,
                narrowing=tuple(_FILTER),
            ),
        ),
    ),
    Collect(
        "AWS::RDS::DBClusterParameterGroup",
        "rds",
        "describe_db_cluster_parameter_groups",
        "DBClusterParameterGroups[]",
        id="{DBClusterParameterGroupArn}",
        name="DBClusterParameterGroupName",
        page_size=100,
        gone=("DBParameterGroupNotFound", "DBParameterGroupNotFoundFault"),
        then=(
            Then(
                "Parameters",
                "describe_db_cluster_parameters",
                {"DBClusterParameterGroupName": "DBClusterParameterGroupName", **_FILTER},
                _PARAMETERS,
                narrowing=tuple(_FILTER),
            ),
        ),
    ),
    # The agent of Oracle Enterprise Manager takes the password of its registration as a setting
    # (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Oracle.Options.OEMAgent.html).
    Collect(
        "AWS::RDS::OptionGroup",
        "rds",
        "describe_option_groups",
        "OptionGroupsList[]",
        id="{OptionGroupArn}",
        name="OptionGroupName",
        page_size=100,
        gone=("OptionGroupNotFoundFault",),
        secret=("OptionGroupsList[].Options[].OptionSettings[Name~PASSWORD].Value",),
        then=(Then("Tags", "list_tags_for_resource", {"ResourceName": "OptionGroupArn"}, "TagList", optional=True),),
    ),
)
