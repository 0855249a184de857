"""Tags as words that a rule's parameter may name: `key=value`."""

from __future__ import annotations

from scanner.derive.passes import Context, derives
from scanner.model import Partial, Resource


@derives("AWS::EC2::Subnet", "tag_words", gives=list[str])
def tag_words(resource: Resource, context: Context) -> Partial:
    """One word a tag, in order (https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html)."""
    del context
    if resource.tags_unknown:
        return Partial(None, {"": resource.tags_unknown})
    return Partial([f"{key}={value}" for key, value in sorted(resource.tags.items())])
