"""Data Lifecycle Manager: what makes snapshots and images by itself."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

TABLE = (
    Collect(
        "AWS::DLM::LifecyclePolicy",
        "dlm",
        "get_lifecycle_policies",
        "Policies[].{PolicyId: PolicyId, State: State, PolicyType: PolicyType, DefaultPolicy: DefaultPolicy}",
        id="arn:{partition}:dlm:{region}:{account}:policy/{PolicyId}",
        name="PolicyId",
        gone=("ResourceNotFoundException",),
        then=(
            Then(
                "",
                "get_lifecycle_policy",
                {"PolicyId": "PolicyId"},
                "Policy.{Description: Description, ExecutionRoleArn: ExecutionRoleArn, PolicyDetails: PolicyDetails,"
                " StatusMessage: StatusMessage, Tags: Tags}",
            ),
        ),
    ),
)
