"""What is printed parses back to the same tree."""

from __future__ import annotations

import pytest
from jmespath.parser import Parser

from scanner.engine.unparse import unparse

EXPRESSIONS = [
    "a.b.c", "a[0].b", "a[?b=='x' && c>`2`].d", "length(not_null(a.b, `[]`)[?x]) == `0`", "!(a.b)", "!a.b",
    "a[*].b.c", "a.*.b", "a[].b[]", "a[1:2].b", '{x: a, "y z": b}', "[a,b]", "a | b", "sort_by(a,&b.c)", "@.a",
    "a[*][0].x", "*.a", "[*].a", "a[].b", "a[::-1]", '`"a\\`b"`', "'it\\'s'", "a[?!(b)]", "contains(`[1,2]`, a)",
    "a[*].[b,c]", "a[][0]", "a.b[].c[?d].e", "a[0][1]", "[0]", "[?a].b", "a[:2][?x]", "a || b && c", "@", "now()",
    "a[?b != `null`] | [0].c", '"quoted name".b', "a[*].b[*].c", "a[*].{x: b}", "(a | b).c", "(a || b)[0]",
]  # fmt: skip


@pytest.mark.parametrize("source", EXPRESSIONS)
def test_round_trip(source: str) -> None:
    tree = Parser().parse(source).parsed
    assert Parser().parse(unparse(tree)).parsed == tree
