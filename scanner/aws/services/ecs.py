"""ECS: task definitions in use; values of environment variables are judged for secrets, not kept."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

TABLE = (
    Collect(
        "AWS::ECS::TaskDefinition",
        "ecs",
        "list_task_definitions",
        "taskDefinitionArns[].{taskDefinitionArn: @}",
        id="{taskDefinitionArn}",
        page_size=100,
        params={"status": "'ACTIVE'"},
        extra="task-definitions",
        then=(
            Then(
                "",
                "describe_task_definition",
                {"taskDefinition": "taskDefinitionArn"},
                "taskDefinition.{family: family, revision: revision, taskRoleArn: taskRoleArn, executionRoleArn:"
                " executionRoleArn, networkMode: networkMode, containerDefinitions: containerDefinitions}",
                ordered=("contains",),
                secret=("taskDefinition.containerDefinitions[].environment[].value",),
            ),
        ),
    ),
)
