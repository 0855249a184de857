"""CloudFormation: stacks, their roles and tags; values of parameters and outputs are judged, not kept."""

from __future__ import annotations

from scanner.aws.table import Collect

TABLE = (
    Collect(
        "AWS::CloudFormation::Stack",
        "cloudformation",
        "describe_stacks",
        "Stacks[]",
        id="{StackId}",
        name="StackName",
        ordered=("contains",),
        secret=(
            "Stacks[].Parameters[].ParameterValue",
            "Stacks[].Parameters[].ResolvedValue",
            "Stacks[].Outputs[].OutputValue",
        ),
        volatile=("DriftInformation", "LastOperations"),
    ),
)
