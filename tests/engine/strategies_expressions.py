"""Random JMESPath texts: one maker for each operator and each function, and whole expressions."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from scanner.engine.compiler_tables import SIGNATURES

STRINGS = ("", "x", "y", "xy", "2", "é", "x/~y")
NUMBERS = (0, 1, 2, 3, -1, 1.5)

Maker = Callable[[Random, int], str]
"""From a source of chance and how deep it may nest to a text."""


def anything(rng: Random, depth: int) -> str:
    return rng.choice([text, number, boolean, array, thing, text, number, boolean, array])(rng, depth)


def _mostly(rng: Random, depth: int, choices: list[Callable[[], str]]) -> str:
    if rng.random() < 0.04 and depth > 0:
        return anything(rng, depth - 1)
    return rng.choice(choices)()


def path(rng: Random, name: str) -> str:
    before = rng.choice(["", "", "", "o.", "l[0].", "o.o.", "l[-1]."])
    return before + (name if rng.random() < 0.95 else "q")


def text(rng: Random, depth: int) -> str:
    leaves = [lambda: path(rng, rng.choice("sud")), lambda: f"'{rng.choice(STRINGS)}'"]
    if depth <= 0:
        return rng.choice(leaves)()
    return _mostly(rng, depth, [*leaves, *leaves, *leaves, lambda: rng.choice(_TEXTS)(rng, depth - 1)])


def number(rng: Random, depth: int) -> str:
    leaves = [lambda: path(rng, rng.choice("nk")), lambda: f"`{rng.choice(NUMBERS)}`"]
    if depth <= 0:
        return rng.choice(leaves)()
    return _mostly(rng, depth, [*leaves, *leaves, lambda: rng.choice(_NUMBERS)(rng, depth - 1)])


def boolean(rng: Random, depth: int) -> str:
    leaves = [lambda: path(rng, "f"), lambda: rng.choice(["`true`", "`false`", "`null`"])]
    if depth <= 0:
        return rng.choice(leaves)()
    return _mostly(rng, depth, [*leaves, *([lambda: rng.choice(_BOOLEANS)(rng, depth - 1)] * 5)])


def thing(rng: Random, depth: int) -> str:
    return rng.choice(["o", "@", "o.o", "l[0]", "`{}`", '`{"s": "x", "n": 1}`', multi_hash(rng, max(0, depth - 1))])


def array(rng: Random, depth: int) -> str:
    leaves = [lambda: path(rng, rng.choice("ltv")), lambda: rng.choice(["`[]`", '`["x", "y"]`', "`[1, 2]`"])]
    if depth <= 0:
        return rng.choice(leaves)()
    return _mostly(rng, depth, [*leaves, *leaves, *([lambda: rng.choice(_ARRAYS)(rng, depth - 1)] * 5)])


def _right(rng: Random, depth: int) -> str:
    """What follows a projection."""
    ends = ["", "", ".s", ".n", ".f", ".t", ".t[]", ".o.s", ".l[*].s", "[0]", f".[s, {anything(rng, depth - 1)}]"]
    return rng.choice([*ends, f".{{a: {anything(rng, depth - 1)}}}", " | [0]", ".length(t)", ".type(@)"])


def filter_(rng: Random, depth: int) -> str:
    return f"{array(rng, depth - 1)}[?{boolean(rng, depth)}]{_right(rng, depth)}"


def projection(rng: Random, depth: int) -> str:
    return f"{array(rng, depth - 1)}[*]{_right(rng, depth)}"


def flatten(rng: Random, depth: int) -> str:
    base = rng.choice([array(rng, depth), f"[{array(rng, depth - 1)}, {anything(rng, depth - 1)}]", "l[*].t", "l[].l"])
    return f"{base}[]{_right(rng, depth)}"


def value_projection(rng: Random, depth: int) -> str:
    return rng.choice(["o.*", "*", "l[0].*", "q.*", "o.*.s"]) + rng.choice(["", ".s", " | [0]"])


def index(rng: Random, depth: int) -> str:
    return f"({array(rng, depth)})[{rng.randrange(-3, 4)}]{rng.choice(['', '.s', '.n'])}"


def slice_(rng: Random, depth: int) -> str:
    start, stop = (rng.choice(["", str(rng.randrange(-3, 4))]) for _ in range(2))
    return f"({array(rng, depth)})[{start}:{stop}{rng.choice(['', ':1', ':2', ':-1'])}]{rng.choice(['', '.s'])}"


def multi_list(rng: Random, depth: int) -> str:
    return f"{rng.choice(['', '', 'o.', 'q.'])}[{anything(rng, depth)}, {anything(rng, depth)}]"


def multi_hash(rng: Random, depth: int) -> str:
    return f"{rng.choice(['', '', 'o.', 'q.'])}{{s: {text(rng, depth)}, b: {anything(rng, depth)}}}"


def pipe(rng: Random, depth: int) -> str:
    return f"({array(rng, depth)} | {rng.choice(['[0]', '@', '[-1].s', 'length(@)', '[?s]', '[]'])})"


def subexpression(rng: Random, depth: int) -> str:
    return f"({thing(rng, depth)}).{rng.choice('sunkfltvod')}"


def or_(rng: Random, depth: int) -> str:
    kind = rng.choice([text, number, boolean, array, anything])
    return f"({kind(rng, depth)} || {kind(rng, depth)})"


def and_(rng: Random, depth: int) -> str:
    kind = rng.choice([text, number, boolean, array, anything])
    return f"({kind(rng, depth)} && {kind(rng, depth)})"


def not_(rng: Random, depth: int) -> str:
    return f"!({anything(rng, depth)})"


def equality(rng: Random, depth: int) -> str:
    kind = rng.choice([text, text, number, boolean, array, thing])
    other = kind if rng.random() < 0.8 else anything
    return f"({kind(rng, depth)}) {rng.choice(['==', '!='])} ({other(rng, depth)})"


def ordering(rng: Random, depth: int) -> str:
    kind = rng.choice([number, number, text])
    other = kind if rng.random() < 0.85 else anything
    return f"({kind(rng, depth)}) {rng.choice(['<', '<=', '>', '>='])} ({other(rng, depth)})"


def counted(rng: Random, depth: int) -> str:
    """The shape of many rules: how many elements satisfy something."""
    operator = rng.choice(["==", "!=", "<", "<=", ">", ">="])
    return f"length({filter_(rng, depth)}) {operator} `{rng.randrange(4)}`"


def _null(_rng: Random, _depth: int) -> str:
    return "`null`"


_BY_TYPE: dict[str, Maker] = {
    "number": number,
    "string": text,
    "array": array,
    "array-number": lambda rng, depth: rng.choice(["v", "l[*].n", "[n, k]", array(rng, depth)]),
    "array-string": lambda rng, depth: rng.choice(["t", "l[*].s", "[s, u]", array(rng, depth)]),
    "object": thing,
    "null": _null,
    "expref": lambda rng, depth: "&" + rng.choice(["s", "n", "length(t)", "@", anything(rng, depth)]),
}


def function(name: str) -> Maker:
    """A maker of calls of one function, with arguments mostly of the types it takes."""

    def call(rng: Random, depth: int) -> str:
        if name == "param":
            return rng.choice(["param('p')", "param('limit')", "param('list')", "param('none')"])
        if name == "age_days":
            return f"age_days({rng.choice(['d', 'o.d', 'l[0].d', 's', 'q'])})"
        signature = SIGNATURES[name]
        wanted = list(signature.arguments) * (rng.randrange(1, 4) if signature.variadic else 1)
        makers = [_BY_TYPE[rng.choice(types)] if types else anything for types in wanted]
        return f"{name}({', '.join(make(rng, depth) for make in makers)})"

    return call


FUNCTIONS = {name: function(name) for name in SIGNATURES}

_TEXTS = [FUNCTIONS[name] for name in ("join", "to_string", "type", "not_null", "param")] + [or_, index]
_NUMBERS = [FUNCTIONS[name] for name in ("length", "length", "sum", "to_number", "abs", "max", "not_null", "age_days")]
_BOOLEANS = [equality, equality, ordering, and_, or_, not_, counted, filter_, index, multi_list]
_BOOLEANS += [FUNCTIONS[name] for name in ("contains", "contains", "starts_with", "ends_with", "not_null")]
_ARRAYS = [filter_, filter_, projection, flatten, value_projection, slice_, multi_list, pipe, subexpression, or_]
_ARRAYS += [
    FUNCTIONS[name] for name in ("map", "between", "sort_by", "keys", "values", "to_array", "reverse", "not_null")
]

OPERATORS: dict[str, Maker] = {
    "or": or_,
    "and": and_,
    "not": not_,
    "equality": equality,
    "ordering": ordering,
    "filter": filter_,
    "counted": counted,
    "projection": projection,
    "flatten": flatten,
    "value_projection": value_projection,
    "index": index,
    "slice": slice_,
    "multi_list": multi_list,
    "multi_hash": multi_hash,
    "pipe": pipe,
    "subexpression": subexpression,
}

MAKERS = {**OPERATORS, **{f"{name}()": maker for name, maker in FUNCTIONS.items()}, "anything": anything}
