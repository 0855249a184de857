"""Globs of waivers and accepted gaps: `*` for any text, `?` for one character, all else as written.

Square brackets are plain characters, since Terraform's addresses hold them (`aws_s3_bucket.data["a"]`).
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from functools import cache

_WILD = re.compile(r"[*?]")

_ANY = (
    ("arn:aws:s3:::qzx", "arn:aws:ec2:eu-west-1:012345678901:instance/i-0d", "arn:aws:iam::987654321098:role/w"),
    ("main.tf#aws_kms_key.a", "sub/t.yaml#B", "#module.z.aws_vpc.v"),
    ("012345678901", "987654321098"),
)
"""Samples that have nothing in common but their kind: a glob that matches all of a kind chooses nothing."""


def matches(glob: str, text: str) -> bool:
    """Whether the glob matches the whole text, case as given."""
    return glob == text or _matcher(glob)(text) is not None


def is_literal(glob: str) -> bool:
    """Whether it names one text."""
    return _WILD.search(glob) is None


def chooses(glob: str) -> bool:
    """Whether it is given, and does not match whatever there is."""
    return bool(glob) and not any(all(matches(glob, text) for text in kind) for kind in _ANY)


@cache
def any_of(globs: tuple[str, ...]) -> Callable[[str], re.Match[str] | None]:
    """What matches the texts that at least one of the globs matches, and is much faster than asking each."""
    parts = [_pattern(glob) for glob in globs]
    return re.compile("|".join(parts)).match if parts else _never


def _pattern(glob: str) -> str:
    # fnmatch writes patterns that do not backtrack, and that can be joined.
    return fnmatch.translate(glob.replace("[", "[[]"))


@cache
def _matcher(glob: str) -> Callable[[str], re.Match[str] | None]:
    if is_literal(glob):
        return _never
    return re.compile(_pattern(glob)).match


def _never(_text: str) -> None:
    """A literal matches nothing but itself."""
