"""Secrets Manager: how secrets are kept and rotated, and who may read them; never a value."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

TABLE = (
    Collect(
        "AWS::SecretsManager::Secret",
        "secretsmanager",
        "list_secrets",
        "SecretList[]",
        id="{ARN}",
        name="Name",
        page_size=100,
        gone=("ResourceNotFoundException",),
        ordered=("contains",),
        secret=("SecretList[].ExternalSecretRotationMetadata[].Value",),
        volatile=("SecretVersionsToStages",),
        then=(
            Then(
                "ResourcePolicy",
                "get_resource_policy",
                {"SecretId": "ARN"},
                "ResourcePolicy",
                optional=True,
                decode="policy",
            ),
        ),
    ),
)
