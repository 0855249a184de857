"""Who can both decide about a key and read what it protects."""

from __future__ import annotations

from scanner.derive.keys.key_roles import KeyRole, principals_with
from scanner.derive.logic import Maybe, both
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource


@derives("AWS::KMS::Key", "undivided_principals", gives=list[str], reads=("Policy",))
def undivided_principals(key: Resource, context: Context) -> Partial:
    """The principals that the policy gives administration and decryption, accounts as a whole aside.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    del context
    return principals_with(key, _undivided)


def _undivided(role: KeyRole) -> Maybe:
    return both((not role.is_account, role.administers, role.decrypts))
