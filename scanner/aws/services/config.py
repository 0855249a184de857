"""AWS Config: recorders and whether they record, where they deliver, retention, aggregators, conformance packs."""

from __future__ import annotations

from scanner.aws.table import Collect, Then, Together

_ARN = "arn:{partition}:config:{region}:{account}:"

TABLE = (
    # A place for what is said of a region: that there is none of the types below.
    Collect("AWS::Config::AccountSettings", "config", id="{account}/{region}/AWS::Config::AccountSettings"),
    Collect(
        "AWS::Config::ConfigurationRecorder",
        "config",
        "describe_configuration_recorders",
        "ConfigurationRecorders[]",
        id=_ARN + "configuration-recorder/{name}",
        name="name",
        then=(
            Then(
                "Status",
                "describe_configuration_recorder_status",
                {"ConfigurationRecorderNames": "[name]"},
                "ConfigurationRecordersStatus[0]",
                optional=True,
                volatile=("lastStatusChangeTime",),
                together=Together("ConfigurationRecordersStatus", "name", "name"),
            ),
        ),
    ),
    Collect(
        "AWS::Config::DeliveryChannel",
        "config",
        "describe_delivery_channels",
        "DeliveryChannels[]",
        id=_ARN + "delivery-channel/{name}",
        name="name",
        then=(
            Then(
                "Status",
                "describe_delivery_channel_status",
                {"DeliveryChannelNames": "[name]"},
                "DeliveryChannelsStatus[0].{configHistoryDeliveryInfo: configHistoryDeliveryInfo.lastStatus,"
                " configSnapshotDeliveryInfo: configSnapshotDeliveryInfo.lastStatus,"
                " configStreamDeliveryInfo: configStreamDeliveryInfo.lastStatus}",
                optional=True,
                together=Together("DeliveryChannelsStatus", "name", "name"),
            ),
        ),
    ),
    Collect(
        "AWS::Config::RetentionConfiguration",
        "config",
        "describe_retention_configurations",
        "RetentionConfigurations[]",
        id=_ARN + "retention-configuration/{Name}",
        name="Name",
    ),
    Collect(
        "AWS::Config::ConfigurationAggregator",
        "config",
        "describe_configuration_aggregators",
        "ConfigurationAggregators[]",
        id="{ConfigurationAggregatorArn}",
        name="ConfigurationAggregatorName",
        page_size=100,
        volatile=("LastUpdatedTime",),
    ),
    Collect(
        "AWS::Config::ConformancePack",
        "config",
        "describe_conformance_packs",
        "ConformancePackDetails[]",
        id="{ConformancePackArn}",
        name="ConformancePackName",
        page_size=20,
    ),
)
