"""Who manages the key of the activity stream."""

from __future__ import annotations

from scanner.derive.keys.key_managers import READS, manager_of
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource, Unknown


@derives("AWS::RDS::DBCluster", "stream_key_manager", gives=str, reads=("ActivityStreamKmsKeyId", *READS))
def stream_key_manager(resource: Resource, context: Context) -> Partial:
    """`CUSTOMER`, `AWS`, or empty where no key is named.

    https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-mgmt
    """
    found = manager_of(Node.of(resource, "ActivityStreamKmsKeyId"), resource, context)
    return Partial(None, {"": found}) if isinstance(found, Unknown) else Partial(found)
