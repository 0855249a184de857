"""CodeBuild: projects, a hundred a call; what can hold secrets is judged, not kept."""

from __future__ import annotations

from scanner.aws.table import Collect, Then, Together

_MEMBERS = (
    "arn", "description", "source", "secondarySources", "artifacts", "environment", "serviceRole", "encryptionKey",
    "vpcConfig", "logsConfig", "webhook", "projectVisibility", "resourceAccessRole", "buildBatchConfig", "cache",
    "secondaryArtifacts", "fileSystemLocations", "created", "lastModified",
)  # fmt: skip
_KEPT = ", ".join(f"{name}: {name}" for name in _MEMBERS)

TABLE = (
    Collect(
        "AWS::CodeBuild::Project",
        "codebuild",
        "list_projects",
        "projects[].{name: @}",
        id="arn:{partition}:codebuild:{region}:{account}:project/{name}",
        name="name",
        then=(
            Then(
                "",
                "batch_get_projects",
                {"names": "[name]"},
                f"projects[0].{{{_KEPT}, Tags: tags}}",
                together=Together("projects", "name", "name", 100),
                ordered=("contains",),
                # A repository's address may carry a password, a buildspec is a script.
                secret=(
                    "projects[].environment.environmentVariables[].value",
                    "projects[].source.buildspec",
                    "projects[].source.location",
                    "projects[].secondarySources[].buildspec",
                    "projects[].secondarySources[].location",
                    "projects[].webhook.secret",
                ),
            ),
        ),
    ),
)
