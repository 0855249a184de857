"""ECR: private repositories with who may use them, and a registry's own settings."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

TABLE = (
    Collect(
        "AWS::ECR::Repository",
        "ecr",
        "describe_repositories",
        "repositories[]",
        id="{repositoryArn}",
        name="repositoryName",
        page_size=1000,
        gone=("RepositoryNotFoundException",),
        then=(
            Then(
                "RepositoryPolicyText",
                "get_repository_policy",
                {"repositoryName": "repositoryName"},
                "policyText",
                absent=("RepositoryPolicyNotFoundException",),
                decode="policy",
            ),
        ),
    ),
    Collect(
        "AWS::ECR::AccountSettings",
        "ecr",
        id="{account}/{region}/AWS::ECR::AccountSettings",
        then=(
            Then(
                "RegistryPolicy",
                "get_registry_policy",
                result="policyText",
                absent=("RegistryPolicyNotFoundException",),
                decode="policy",
            ),
            Then("ScanningConfiguration", "get_registry_scanning_configuration", result="scanningConfiguration"),
        ),
    ),
)
