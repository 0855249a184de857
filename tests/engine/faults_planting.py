"""How faults are planted in the three-valued evaluator, and on which cases they are looked for."""

from __future__ import annotations

from dataclasses import replace

import strategies_expressions as e

from scanner.engine import three_valued as tv
from scanner.engine.unknowns import List
from scanner.model import Partial, Unknown, Why

I = tv._Interpreter  # noqa: E741 - the interpreter, patched some thirty times below


def sure(item):
    return replace(item, doubt=None)


def all_sure(value):
    return replace(value, items=tuple(map(sure, value.items))) if isinstance(value, List) else value


def after(m, owner, name, change):
    """Change what a function returns."""
    original = getattr(owner, name)
    m.setattr(owner, name, lambda *arguments: change(original(*arguments)))


def before(m, name, change):
    """Change the value that a node is applied to."""
    original = getattr(I, name)
    m.setattr(I, name, lambda self, node, value: original(self, node, change(value)))


def maker(*names):
    return lambda rng, depth: e.MAKERS[rng.choice(names)](rng, depth)


def on(root, unknown, *sources):
    """Cases on one document, for what random ones seldom meet."""
    partial = Partial(root, unknown)
    return lambda rng, _depth: (rng.choice(sources), partial)


ANY = Unknown(Why.DENIED)
MAYBE = ({"l": [{"s": "x", "t": ["y"]}, {"s": "y", "f": False}]}, {"/l/0/f": ANY})
PERHAPS = (
    {"l": [{"s": "x", "f": True}, {"s": "y", "t": ["x"]}, {"s": "z"}], "t": ["x", "y"]},
    {"/l/0": Unknown(Why.DENIED, "maybe"), "/l/2": Unknown(Why.DENIED, "maybe"), "/l/2/f": ANY}
    | {"/t/1": Unknown(Why.DENIED, "maybe")},
)
OPAQUES = {f"/{name}": Unknown(Why.AFTER_APPLY, "opaque", token=f"k.{name}") for name in "su"}
