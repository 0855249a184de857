"""Matching with wildcards and policy variables, in time that no pattern can blow up.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

Lookup: TypeAlias = Callable[[str], str | None]
"""Gives the one value of a key in the request (in lower case), `None` where it has none or several."""

_VARIABLE = re.compile(r"\$\{\s*(?:([*?$])|([^}*?$,\s][^},]*?)\s*(?:,\s*'([^']*)'\s*)?)\}")
_ARN_PARTS = 6


class Variable(NamedTuple):
    """`${key}` or `${key, 'default'}`."""

    key: str
    default: str | None


Part: TypeAlias = str | Variable | None
"""Literal text, a variable, or a wildcard: `None` for `*`, `Variable("", None)` for `?`."""

_ONE = Variable("", None)


@lru_cache(16384)
def _parts(text: str, *, variables: bool, wild: bool) -> tuple[Part, ...]:
    found: list[Part] = []
    at = 0
    for hit in _VARIABLE.finditer(text) if variables and "${" in text else ():
        found += _wild(text[at : hit.start()], wild=wild)
        literal, key, default = hit.groups()
        found.append(literal or Variable(key.lower(), default))
        at = hit.end()
    return (*found, *_wild(text[at:], wild=wild))


def _wild(text: str, *, wild: bool) -> list[Part]:
    if not wild:
        return [text] if text else []
    return [{"*": None, "?": _ONE}.get(piece, piece) for piece in re.split(r"([*?])", text) if piece]


def _resolved(parts: tuple[Part, ...], lookup: Lookup) -> tuple[Part, ...] | None:
    """The parts with variables replaced; `None` where one has no value: such a text matches nothing."""
    found: list[Part] = []
    for part in parts:
        if part is None or part is _ONE or isinstance(part, str):
            found.append(part)
            continue
        value = lookup(part.key)
        value = part.default if value is None else value
        if value is None:
            return None
        found.append(value)
    return tuple(found)


@lru_cache(16384)
def _regex(parts: tuple[Part, ...], *, ignore_case: bool) -> re.Pattern[str]:
    """Each run between wildcards is found at its first place and never tried again: that is exact for globs."""
    runs = [""]
    for part in parts:
        if part is None:
            runs.append("")
        else:
            runs[-1] += "." if not isinstance(part, str) else re.escape(part)
    first, *others = runs
    middle = "".join(f"(?>.*?{run})" for run in others[:-1] if run)
    last = f".*{others[-1]}" if others else ""
    return re.compile(first + middle + last, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


@lru_cache(16384)
def _literal_regex(pattern: str, *, ignore_case: bool) -> re.Pattern[str]:
    return _regex(_parts(pattern, variables=False, wild=True), ignore_case=ignore_case)


def matches(pattern: str, text: str, lookup: Lookup | None = None, *, ignore_case: bool = False) -> bool:
    """Whether `*` and `?` patterns mean the text; with a `lookup`, variables in the pattern are replaced first.

    What a variable brings is literal, whatever characters it has.
    """
    if lookup is None or "${" not in pattern:
        if "*" not in pattern and "?" not in pattern:
            return pattern.lower() == text.lower() if ignore_case else pattern == text
        return pattern == "*" or _literal_regex(pattern, ignore_case=ignore_case).fullmatch(text) is not None
    resolved = _resolved(_parts(pattern, variables=True, wild=True), lookup)
    return resolved is not None and _regex(resolved, ignore_case=ignore_case).fullmatch(text) is not None


def literal(text: str, lookup: Lookup | None) -> str | None:
    """The text with variables replaced, wildcards as they are; `None` where a variable has no value."""
    if lookup is None or "${" not in text:
        return text
    resolved = _resolved(_parts(text, variables=True, wild=False), lookup)
    return None if resolved is None else "".join(part for part in resolved if isinstance(part, str))


def arn_matches(pattern: str, arn: str, lookup: Lookup | None = None) -> bool:
    """ArnLike and ArnEquals: each of the six parts by itself, so that no wildcard reaches over a colon.

    Variables are replaced before, so that one may stand for a whole ARN.
    """
    if pattern == "*":
        return True
    given = arn.split(":", _ARN_PARTS - 1)
    wanted = arn_pieces(pattern, lookup)
    return (
        wanted is not None
        and len(given) == _ARN_PARTS
        and all(_regex(one, ignore_case=False).fullmatch(text) for one, text in zip(wanted, given, strict=True))
    )


def arn_pieces(pattern: str, lookup: Lookup | None) -> tuple[tuple[Part, ...], ...] | None:
    """The six parts of an ARN's pattern, variables replaced; `None` where one has no value, or it is no ARN."""
    if lookup is None or "${" not in pattern:
        return _plain_arn(pattern)
    return _six(pieces(pattern, lookup, wild=True) or ())


@lru_cache(16384)
def _plain_arn(pattern: str) -> tuple[tuple[Part, ...], ...] | None:
    return _six(_parts(pattern, variables=False, wild=True))


def _six(parts: tuple[Part, ...]) -> tuple[tuple[Part, ...], ...] | None:
    found: list[list[Part]] = [[]]
    for part in parts:
        if not isinstance(part, str):
            found[-1].append(part)
            continue
        first, *others = part.split(":", _ARN_PARTS - len(found))
        found[-1] += [first] if first else []
        found += [[text] if text else [] for text in others]
    return tuple(map(tuple, found)) if len(found) == _ARN_PARTS else None


@lru_cache(16384)
def split_arn(pattern: str) -> Sequence[str]:
    """The at most six parts of an ARN's pattern; a colon within a variable does not part."""
    found, depth = [""], 0
    for number, sign in enumerate(pattern):
        depth += 1 if pattern.startswith("${", number) else -1 if sign == "}" and depth else 0
        if sign == ":" and not depth and len(found) < _ARN_PARTS:
            found.append("")
        else:
            found[-1] += sign
    return tuple(found)


def pieces(pattern: str, lookup: Lookup | None, *, wild: bool) -> tuple[Part, ...] | None:
    """A pattern's literal text and wildcards (`None` for `*`, a `Variable` for `?`), variables replaced.

    `None` where a variable has no value: such a pattern matches nothing.
    """
    parts = _parts(pattern, variables=lookup is not None, wild=wild)
    return parts if lookup is None else _resolved(parts, lookup)


def variables_in(text: str) -> frozenset[str]:
    """The keys, in lower case, that the variables of a text name."""
    if "${" not in text:
        return frozenset()
    return frozenset(
        part.key for part in _parts(text, variables=True, wild=False) if isinstance(part, Variable) and part.key
    )
