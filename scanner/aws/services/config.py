"""AWS Config: recorders with whether they record, and where they deliver."""

from __future__ import annotations

from scanner.aws.table import Collect, Then, Together

_ARN = "arn:{partition}:config:{region}:{account}:"

TABLE = (
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
    ),
)
