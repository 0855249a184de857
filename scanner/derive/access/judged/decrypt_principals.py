"""Who can decrypt with a key, by computed access."""

from __future__ import annotations

from scanner.derive.access.judged.performers import Performer, performers
from scanner.derive.access.judged.worlds import IDENTITIES, KEYS, ORGANIZATION
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource


@derives(
    "AWS::KMS::Key",
    "decrypt_principals",
    gives=list[Performer],
    reads=(*KEYS, *IDENTITIES, *ORGANIZATION),
)
def decrypt_principals(key: Resource, context: Context) -> Partial:
    """Key policy, grants, identity policies, boundaries and the organization's policies together.

    Somebody of whom it is not known may be there. The account's root user counts where the key policy names it.
    https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
    """
    return performers(context, "kms:Decrypt", key)
