"""The tags of a key as texts, for rules that are told by a parameter which tag marks what they are about."""

from __future__ import annotations

from scanner.derive.logic import as_kind
from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource


@derives("AWS::KMS::Key", "tag_pairs", gives=list[str], reads=("Tags",))
def tag_pairs(key: Resource, context: Context) -> Partial:
    """Each as `name=value`.

    https://docs.aws.amazon.com/kms/latest/developerguide/tagging-keys.html
    """
    del context
    if key.tags_unknown is not None:
        return Partial(None, {"": as_kind(key.tags_unknown, "any")})
    return Partial([f"{name}={value}" for name, value in sorted(key.tags.items())])
