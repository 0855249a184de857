"""KMS: keys and aliases."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.iac.defaults.language import ON_CREATION, Constant, Default, Depends, after, nulls
from scanner.model import Why

# https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
_KEY: dict[str, Default] = {
    **after(ON_CREATION, "Arn AWSAccountId KeyId CreationDate CurrentKeyMaterialId"),
    "KeyManager": Constant("CUSTOMER", always=True),
    "KeyState": Constant("Enabled"),
    "Enabled": Constant(value=True),
    "Description": Constant(""),
    "Origin": Constant("AWS_KMS"),
    "KeySpec": Constant("SYMMETRIC_DEFAULT"),
    "KeyUsage": Constant("ENCRYPT_DECRYPT"),
    "MultiRegion": Constant(value=False),
    "Rotation": Constant({"KeyRotationEnabled": False}),
    "Policy": Depends("the key's policy"),
    "LastUsage": Depends("whether the key is used", Why.AFTER_APPLY),
    **nulls(
        "CustomKeyStoreId CloudHsmClusterId DeletionDate ValidTo ExpirationModel MultiRegionConfiguration "
        "PendingDeletionWindowInDays XksKeyConfiguration"
    ),
    **after(
        "it follows from the key's specification and usage",
        "CustomerMasterKeySpec EncryptionAlgorithms SigningAlgorithms KeyAgreementAlgorithms "
        "EncapsulationAlgorithms MacAlgorithms",
    ),
}

TABLE: Mapping[str, Mapping[str, Default]] = {
    "AWS::KMS::Key": _KEY,
    "AWS::KMS::Alias": after(ON_CREATION, "AliasName AliasArn TargetKeyId CreationDate LastUpdatedDate"),
}
