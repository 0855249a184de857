"""KMS: keys with rotation and policy, aliases, and grants key by key."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

# Automatic rotation exists only for symmetric keys whose material AWS KMS made; elsewhere `Origin`,
# `KeySpec` or `KeyManager` already decide (https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html).
# Recorded answers from before 2021 have the specification under its older name.
_ROTATES = "KeyManager != 'AWS' && (KeySpec || CustomerMasterKeySpec) == 'SYMMETRIC_DEFAULT' && Origin == 'AWS_KMS'"

TABLE = (
    Collect(
        "AWS::KMS::Key",
        "kms",
        "list_keys",
        "Keys[].{KeyId: KeyId, Arn: KeyArn}",
        id="{Arn}",
        name="KeyId",
        page_size=1000,
        gone=("NotFoundException",),
        then=(
            Then("", "describe_key", {"KeyId": "KeyId"}, "KeyMetadata"),
            Then(
                "Rotation",
                "get_key_rotation_status",
                {"KeyId": "KeyId"},
                when=_ROTATES,
                absent=("UnsupportedOperationException",),
            ),
            Then(
                "Policy",
                "get_key_policy",
                {"KeyId": "KeyId", "PolicyName": "'default'"},
                "Policy",
                decode="policy",
            ),
            Then("Tags", "list_resource_tags", {"KeyId": "KeyId"}, "Tags", when="KeyManager != 'AWS'"),
            # A key that is disabled, not yet imported or AWS's own is not asked about: nobody decides by it.
            Then(
                "LastUsage",
                "get_key_last_usage",
                {"KeyId": "KeyId"},
                "{KeyLastUsage: KeyLastUsage.{Operation: Operation, Timestamp: Timestamp},"
                " TrackingStartDate: TrackingStartDate, KeyCreationDate: KeyCreationDate}",
                when="KeyManager != 'AWS' && (KeyState == 'Enabled' || KeyState == 'PendingDeletion')",
            ),
        ),
    ),
    Collect("AWS::KMS::Alias", "kms", "list_aliases", "Aliases[]", id="{AliasArn}", name="AliasName", page_size=100),
    Collect(
        "AWS::KMS::Grant",
        "kms",
        "list_grants",
        "Grants[]",
        id="{parent}/grant/{GrantId}",
        name="Name",
        page_size=100,
        parent="AWS::KMS::Key",
        params={"KeyId": "Arn"},
        gone=("NotFoundException",),
    ),
    Collect(
        "AWS::KMS::CustomKeyStore",
        "kms",
        "describe_custom_key_stores",
        "CustomKeyStores[].{CustomKeyStoreId: CustomKeyStoreId, CustomKeyStoreName: CustomKeyStoreName,"
        " CustomKeyStoreType: CustomKeyStoreType, CloudHsmClusterId: CloudHsmClusterId,"
        " ConnectionState: ConnectionState, ConnectionErrorCode: ConnectionErrorCode, CreationDate: CreationDate,"
        " XksProxyConfiguration: XksProxyConfiguration.{Connectivity: Connectivity, UriEndpoint: UriEndpoint,"
        " UriPath: UriPath, VpcEndpointServiceName: VpcEndpointServiceName}}",
        id="arn:{partition}:kms:{region}:{account}:custom-key-store/{CustomKeyStoreId}",
        name="CustomKeyStoreName",
    ),
)
