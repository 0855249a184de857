"""Random partial documents, their completions, and the law of three-valued evaluation.

Everything draws from an object with the interface of `random.Random`: hypothesis's own where a
failure should shrink, a seeded one where many cases should be quick. Members are named by type (`s`
and `u` strings, `n` and `k` numbers, `f` flag, `l` objects, `t` strings, `v` numbers, `o` object, `d`
date, `q` anything), so that most expressions have a value.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

from hypothesis import strategies as st
from strategies_expressions import NUMBERS, STRINGS, Maker

from scanner.engine.expression import EvaluationError, Expression, parse
from scanner.engine.functions import is_true
from scanner.engine.scope import Scope
from scanner.engine.three_valued import _touched, search, truth
from scanner.model import Partial, Unknown, Unknowns, Why, pointer, pointer_parts

SCOPE = Scope({"p": "x", "limit": 2, "list": ["x", "y"]}, datetime(2026, 7, 1, 12, tzinfo=UTC))
DATES = ("2026-01-01T00:00:00Z", "2026-06-30", "2027-01-01T00:00:00+02:00")

randoms = st.randoms(use_true_random=False)
texts = st.lists(
    st.sampled_from([*"abx.*@[](){}|&!?:,`'\\\"<>= 0-1é", "length(", "[?", "`1`", "'s'"]), max_size=25
).map("".join)


# Documents.


def value(rng: Random, name: str, depth: int) -> Any:
    """A value of the type that the member's name promises, or null, or now and then any other."""
    chance = rng.random()
    if chance < 0.04:
        return None
    if chance < 0.09 or name == "q":
        name = rng.choice("sfnltvo")
    if name in "lo" and depth <= 0:
        return [] if name == "l" else {}
    if name == "l":
        return [document(rng, depth - 1) if rng.random() < 0.9 else scalar(rng) for _ in range(rng.randrange(4))]
    makers: dict[str, Callable[[], Any]] = {
        "t": lambda: [rng.choice(STRINGS) for _ in range(rng.randrange(4))],
        "v": lambda: [rng.choice(NUMBERS) for _ in range(rng.randrange(4))],
        "o": lambda: document(rng, depth - 1),
        "f": lambda: rng.random() < 0.5,
        "n": lambda: rng.choice(NUMBERS),
        "k": lambda: rng.choice(NUMBERS),
        "d": lambda: rng.choice(DATES),
    }
    return makers.get(name, lambda: rng.choice(STRINGS))()


def scalar(rng: Random) -> Any:
    return rng.choice([None, True, False, rng.choice(NUMBERS), rng.choice(STRINGS)])


def document(rng: Random, depth: int = 2) -> dict[str, Any]:
    names = [name for name in "sunkfltvodq" if rng.random() < 0.8]
    rng.shuffle(names)
    return {name: value(rng, name, depth) for name in names}


# Making members unknown, and completing them.


def punctured(rng: Random) -> Partial:
    """A document with up to seven places made unknown."""
    root = document(rng)
    unknown: Unknowns = {}
    for _ in range(rng.randrange(2, 8)):
        place = _somewhere(rng, root, unknown)
        if place is not None:
            _puncture(rng, *place, unknown)
    if rng.random() < 0.05:
        unknown["/w/x"] = Unknown(Why.DENIED)
    return Partial(root, unknown)


def _somewhere(rng: Random, root: Any, unknown: Unknowns) -> tuple[Any, Any, str] | None:
    """A member, an element or a list's end that is not yet unknown: its parent, its name, its pointer."""
    node, at = root, ""
    while True:
        absent = [name for name in "sufltq" if name not in node] if isinstance(node, dict) else ["-"]
        name = rng.choice([*(node if isinstance(node, dict) else range(len(node))), *absent])
        at += pointer(name)
        if at in unknown and unknown[at].kind != "maybe":
            return None
        inside = node[name] if name not in absent else None
        if not isinstance(inside, dict | list) or rng.random() < 0.5:
            return None if at in unknown else (node, name, at)
        node = inside


def _puncture(rng: Random, parent: Any, key: Any, at: str, unknown: Unknowns) -> None:
    if isinstance(key, int) and rng.random() < 0.5:
        unknown[at] = Unknown(Why.OUT_OF_SCOPE, "maybe")
        return
    for inside in [each for each in unknown if each.startswith(at + "/")]:
        del unknown[inside]
    if key == "-":
        unknown[at] = Unknown(Why.DENIED, "more")
        return
    opaque = rng.random() < 0.35
    if isinstance(parent, list):
        parent[key] = None
    else:
        parent.pop(key, None)
    token = rng.choice(["", "k.a", "k.b"])
    unknown[at] = Unknown(Why.AFTER_APPLY, "opaque", token=token) if opaque else Unknown(Why.NOT_COLLECTED)


def clone(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: clone(item) for name, item in node.items()}
    return [clone(item) for item in node] if isinstance(node, list) else node


def completion(rng: Random, partial: Partial) -> Any:
    """One document that the partial one may be."""
    root = clone(partial.value)
    fresh: dict[str, str] = {}
    for at in sorted(partial.unknown, key=lambda at: _turn(at, partial.unknown[at])):
        unknown = partial.unknown[at]
        *above, last = pointer_parts(at)
        parent = root
        for part in above:
            parent = parent[int(part)] if isinstance(parent, list) else parent.get(part)
        if parent is None:
            if rng.random() < 0.5:
                root[above[0]] = {last: value(rng, "q", 1)}
        elif unknown.kind in ("more", "maybe"):
            _resize(rng, parent, last)
        elif unknown.kind == "opaque":
            _place(rng, parent, last, _fresh(rng, unknown.token or at, fresh))
        elif isinstance(parent, list):
            parent[int(last)] = _filler(rng, last)
        elif rng.random() < 0.85:
            _place(rng, parent, last, _filler(rng, last))
    return root


def _resize(rng: Random, parent: list[Any], last: str) -> None:
    """Up to two elements more, or the one that may be absent gone."""
    if last == "-":
        for _ in range(rng.randrange(3)):
            parent.insert(rng.randrange(len(parent) + 1), _element(rng, parent))
    elif rng.random() < 0.5:
        del parent[int(last)]


def _turn(at: str, unknown: Unknown) -> tuple[bool, int, bool, int]:
    """First what keeps indices as they are, then the deepest lists, in each the last elements."""
    last = at.rpartition("/")[2]
    more = unknown.kind == "more"
    return more or unknown.kind == "maybe", -at.count("/"), more, -int(last) if last.isdecimal() else 0


def _element(rng: Random, siblings: list[Any]) -> Any:
    """Another element, often of the siblings' kind."""
    if siblings and rng.random() < 0.3:
        return clone(rng.choice(siblings))
    return rng.choice([document(rng, 1), rng.choice(STRINGS), rng.choice(NUMBERS), value(rng, "q", 1)])


def _filler(rng: Random, name: str) -> Any:
    return value(rng, name if name in "sunkfltvod" else "q", 1) if rng.random() < 0.7 else scalar(rng)


def _fresh(rng: Random, token: str, fresh: dict[str, str]) -> str:
    """The same string for the same token; another token's may be the same string under two names."""
    if token not in fresh:
        alias = rng.random() < 0.15 and fresh
        text = rng.choice(["x{}", "{}y", "2é{}", "{}"]).format("†" + token)
        fresh[token] = rng.choice(sorted(fresh.values())) if alias else text
    return fresh[token]


def _place(rng: Random, parent: Any, name: str, item: Any) -> None:
    """Set an element, or a member at any place among the others."""
    if isinstance(parent, list):
        parent[int(name)] = item
        return
    pairs = [pair for pair in parent.items() if pair[0] != name]
    pairs.insert(rng.randrange(len(pairs) + 1), (name, item))
    parent.clear()
    parent.update(pairs)


# The law.


def spelt(found: Any) -> str:
    """Equal texts for equal values, 1 and true and 1.0 apart."""
    return json.dumps(found, sort_keys=True)


def evaluate(expression: Expression, root: Any) -> tuple[bool, Any]:
    """Whether the expression has a value on a document, and the value."""
    try:
        return True, expression.search(root, SCOPE)
    except EvaluationError:
        return False, None


def fits(known: Any, unknown: Unknowns, at: str, found: Any) -> bool:
    """Whether a value is one of those that a partial value stands for."""
    here = unknown.get(at)
    if here is not None:
        return here.kind == "any" or (isinstance(found, str) and bool(found))
    if isinstance(known, dict):
        names = {*known, *(each[len(at) + 1 :] for each in unknown if each.rpartition("/")[0] == at)}
        return isinstance(found, dict) and all(
            fits(known.get(name), unknown, at + pointer(name), found.get(name)) for name in {*found, *names}
        )
    if isinstance(known, list) and f"{at}/-" in unknown:
        rest = iter(found) if isinstance(found, list) else iter(())
        return isinstance(found, list) and all(
            any(fits(item, unknown, f"{at}/{place}", other) for other in rest) for place, item in enumerate(known)
        )
    if isinstance(known, list) and isinstance(found, list):
        pairs = enumerate(zip(known, found, strict=False))
        return len(known) == len(found) and all(fits(a, unknown, f"{at}/{i}", b) for i, (a, b) in pairs)
    return spelt(known) == spelt(found)


class Verdict:
    """What the law says of one expression on one partial document."""

    def __init__(self, source: str, partial: Partial, completions: list[Any]) -> None:
        self.source, self.partial = source, partial
        expression = parse(source)
        outcomes = [(root, *evaluate(expression, root)) for root in completions]
        self.valued = [(root, found) for root, has, found in outcomes if has]
        self.truths = {is_true(found) for _, found in self.valued}
        try:
            self.raised = False
            self.truth = truth(expression, partial, SCOPE)
            self.value = search(expression, partial, SCOPE)
        except EvaluationError:
            self.raised = True

    def violation(self) -> str:
        """What breaks the law, or nothing."""
        if self.raised:
            return f"{self.source} raised, but not on {self.valued[0][0]}" if self.valued else ""
        for root, found in self.valued:
            if self.truth.value not in (None, is_true(found)):
                return f"{self.source} is {self.truth.value} on {self.partial}, but {found!r} on {root}"
            if not fits(self.value.value, self.value.unknown, "", found):
                return f"{self.source} is {self.value} on {self.partial}, but {found!r} on {root}"
        if self.truth.value is None and not self.truth.because:
            return f"{self.source} is undecided on {self.partial} for no reason"
        return ""

    @property
    def decided(self) -> bool:
        return not self.raised and self.truth.value is not None


def judged(rng: Random, maker: Maker, partial: Partial | None = None, completions: int = 6) -> Verdict:
    """One random case of the law."""
    partial = partial or punctured(rng)
    return Verdict(maker(rng, 2), partial, [completion(rng, partial) for _ in range(completions)])


def touched(expression: Expression, partial: Partial) -> bool:
    """Whether the expression sees an unknown place at all."""
    return bool(_touched(expression, partial))
