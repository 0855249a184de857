"""ECS: the latest active task definition of each family; what can hold secrets is judged, not kept."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_CONTAINER = "taskDefinition.containerDefinitions[]."
_MEMBERS = (
    "taskDefinitionArn", "revision", "status", "taskRoleArn", "executionRoleArn", "networkMode", "pidMode", "ipcMode",
    "requiresCompatibilities", "runtimePlatform", "containerDefinitions", "volumes", "registeredAt", "registeredBy",
)  # fmt: skip
_KEPT = ", ".join(f"{name}: taskDefinition.{name}" for name in _MEMBERS)

TABLE = (
    # Each deploy registers a revision that stays active: of a family, what a task runs unless told otherwise is the
    # latest, and its ARN without a revision means that
    # (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html).
    Collect(
        "AWS::ECS::TaskDefinition",
        "ecs",
        "list_task_definition_families",
        "families[].{family: @}",
        id="arn:{partition}:ecs:{region}:{account}:task-definition/{family}",
        name="family",
        page_size=100,
        params={"status": "'ACTIVE'"},
        then=(
            Then(
                "",
                "describe_task_definition",
                {"taskDefinition": "family", "include": "['TAGS']"},
                f"{{{_KEPT}, Tags: tags}}",
                ordered=("contains",),
                secret=(
                    _CONTAINER + "environment[].value",
                    _CONTAINER + "command",
                    _CONTAINER + "entryPoint",
                    _CONTAINER + "healthCheck.command",
                    _CONTAINER + "dockerLabels.*",
                    _CONTAINER + "logConfiguration.options.*",
                    _CONTAINER + "firelensConfiguration.options.*",
                    "taskDefinition.volumes[].dockerVolumeConfiguration.driverOpts.*",
                    "taskDefinition.volumes[].dockerVolumeConfiguration.labels.*",
                ),
            ),
        ),
    ),
)
