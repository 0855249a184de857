"""Globs of waivers: as the policies' own wildcards match, brackets plain, and never slow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.derive.access import glob as wildcards
from scanner.engine import globs

TEXTS = st.text(alphabet="ab*?[]!-\n#", max_size=8)


@given(TEXTS, TEXTS)
def test_they_match_what_wildcards_of_policies_match(glob: str, text: str) -> None:
    assert globs.matches(glob, text) == wildcards.matches(glob, text)


@given(st.lists(TEXTS, max_size=5).map(tuple), TEXTS)
def test_any_of_them(several: tuple[str, ...], text: str) -> None:
    assert bool(globs.any_of(several)(text)) == any(
        globs.matches(glob, text) for glob in several if not globs.is_literal(glob)
    ) or any(glob == text for glob in several)


def test_many_stars_do_not_backtrack() -> None:
    assert not globs.matches("*a" * 40 + "b", "a" * 5000)


@pytest.mark.parametrize("glob", ["", "*", "**", "?*", "arn:*", "arn:aws:*", "*:*", "a*", "*#*", "????????????"])
def test_what_chooses_nothing(glob: str) -> None:
    assert not globs.chooses(glob)


@pytest.mark.parametrize(
    "glob", ["x", "prod-*", "*prod*", "arn:aws:s3:::*", "1111*", "111122223333", "*:eu-west-1:*", "*.yaml#*", "infra/*"]
)
def test_what_chooses_something(glob: str) -> None:
    assert globs.chooses(glob)
