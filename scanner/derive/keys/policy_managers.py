"""Who can change a key's policy."""

from __future__ import annotations

from scanner.derive.keys.key_roles import principals_with
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource


@derives("AWS::KMS::Key", "policy_managers", gives=list[str], reads=("Policy",))
def policy_managers(key: Resource, context: Context) -> Partial:
    """The principals that the policy gives kms:PutKeyPolicy; with none left, only AWS can change it.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    del context
    return principals_with(key, lambda role: role.manages_policy)
