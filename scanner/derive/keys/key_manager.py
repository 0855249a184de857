"""Who manages the key that a resource is encrypted with."""

from __future__ import annotations

from scanner.derive.keys.key_managers import READS, manager_of
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown


@derives("AWS::EC2::Volume", "key_manager", gives=str, reads=("KmsKeyId", *READS))
@derives("AWS::EC2::Snapshot", "key_manager", gives=str, reads=("KmsKeyId", *READS))
@derives("AWS::RDS::DBInstance", "key_manager", gives=str, reads=("KmsKeyId", *READS))
@derives("AWS::RDS::DBCluster", "key_manager", gives=str, reads=("KmsKeyId", *READS))
@derives("AWS::RDS::DBSnapshot", "key_manager", gives=str, reads=("KmsKeyId", *READS))
@derives("AWS::RDS::DBClusterSnapshot", "key_manager", gives=str, reads=("KmsKeyId", *READS))
def key_manager(resource: Resource, context: Context) -> Partial:
    """`CUSTOMER`, `AWS`, or empty where no key is named.

    https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-mgmt
    """
    found = manager_of(Node.of(resource, "KmsKeyId"), resource, context)
    return Partial(None, {"": found}) if isinstance(found, Unknown) else Partial(found)
