"""CloudWatch: metric alarms and whom they call."""

from __future__ import annotations

from scanner.aws.table import Collect

TABLE = (
    Collect(
        "AWS::CloudWatch::Alarm",
        "cloudwatch",
        "describe_alarms",
        "MetricAlarms[]",
        id="{AlarmArn}",
        name="AlarmName",
        page_size=100,
        volatile=(
            "EvaluationState",
            "StateReason",
            "StateReasonData",
            "StateTransitionedTimestamp",
            "StateUpdatedTimestamp",
            "StateValue",
        ),
    ),
)
