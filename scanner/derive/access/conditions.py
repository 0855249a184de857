"""Which conditions restrict who may use a statement, and which only look as if they did.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from scanner.derive.logic import Maybe, as_kind, both, either, malformed
from scanner.derive.network.ranges import BITS, parse_cidr
from scanner.derive.node import Node
from scanner.model import Partial, Unknown

_STRINGS = frozenset({"stringequals", "stringequalsignorecase", "stringlike"})
_ARNS = frozenset({"arnequals", "arnlike"})
_COMPARED = ("equals", "notequals", "lessthan", "lessthanequals", "greaterthan", "greaterthanequals")
_OPERATORS = frozenset({
    *_STRINGS, "stringnotequals", "stringnotequalsignorecase", "stringnotlike",
    *_ARNS, "arnnotequals", "arnnotlike",
    *(f"numeric{how}" for how in _COMPARED),
    *(f"date{how}" for how in _COMPARED),
    "bool", "binaryequals", "ipaddress", "notipaddress", "null",
})  # fmt: skip
_QUANTIFIERS = ("", "forallvalues", "foranyvalue")

_PLAIN = (
    "aws:principalorgid",
    "aws:principalaccount",
    "aws:sourceaccount",
    "aws:sourceowner",
    "aws:sourceorgid",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:userid",
    "kms:calleraccount",
    "s3:dataaccesspointaccount",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
)
_ARN_KEYS = ("aws:principalarn", "aws:sourcearn", "aws:sourcevpcarn", "s3:dataaccesspointarn")
_PATH_KEYS = ("aws:principalorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths")
_WIDEST = {"ipv4": 8, "ipv6": 32}
"""Shortest prefix that S3 takes for an address range of somebody rather than of anybody."""


class Entry(NamedTuple):
    """One line of a condition; operator, quantifier and key in lower case, `written` the key as it stands."""

    operator: str
    quantifier: str
    if_exists: bool
    key: str
    written: str
    values: Node


def entries(condition: Node) -> Iterator[Entry]:
    """The lines of a condition that are known; operators and keys know no case."""
    for operator, keys in condition.members():
        quantifier, base, if_exists = _operator(operator)
        for key, values in keys.members():
            yield Entry(base, quantifier, if_exists, key.lower(), key, values)


def _operator(written: str) -> tuple[str, str, bool]:
    quantifier, _, rest = written.lower().rpartition(":")
    base = rest.removesuffix("ifexists")
    return quantifier, base, base != rest


def refused(condition: Node) -> Unknown | None:
    """What keeps this from being a whole condition: something unknown, or something AWS would refuse."""
    if condition.unknown:
        return condition.unknown
    if not isinstance(condition.value, dict | None):
        return malformed(condition.path, "a condition is an object")
    for operator, keys in condition.members():
        quantifier, base, _ = _operator(operator)
        if keys.unknown:
            return keys.unknown
        if not isinstance(keys.value, dict | None) or base not in _OPERATORS or quantifier not in _QUANTIFIERS:
            return malformed(keys.path, "this is no condition operator with its keys")
    return None


def restricts(condition: Node, checks: Checks | None = None) -> Maybe:
    """Whether the condition keeps the statement from being public (CONDITION_STRONG).

    `checks` names other keys than those that fix the caller of a resource's policy (`BOUNDARY`).

    All lines must hold, so one that fixes the caller is enough. A line fixes the caller if its
    operator is positive, it also fails where the key is absent, and each of its values is
    fixed. Ranges of addresses count from /8 (IPv4) and /32 (IPv6); after the account of an ARN
    and after the organisation of a path a wildcard may stand.
    """
    return either([*(holds for _, holds in fixing_lines(condition, checks)), refused(condition) or False])


def fixing_lines(condition: Node, checks: Checks | None = None) -> Iterator[tuple[Entry, Maybe]]:
    """Each line that is known, and whether it alone fixes the caller, or what else `checks` are about."""
    lines = list(entries(condition))
    nulls: dict[str, list[Entry]] = {}
    for line in lines:
        if line.operator == "null" and not line.if_exists:
            nulls.setdefault(line.key, []).append(line)
    for line in lines:
        yield line, fixes(line, nulls.get(line.key, []), checks)


def condition_keys(condition: Node) -> Partial:
    """The keys a condition names, as written."""
    doubt = refused(condition)
    if doubt is not None:
        return Partial(None, {"": as_kind(doubt, "any")})
    return Partial(sorted({line.written for line in entries(condition)}))


def fixes(line: Entry, nulls: Sequence[Entry] = (), checks: Checks | None = None) -> Maybe:
    """Whether one line fixes the caller, or what else `checks` are about; `nulls` are the `Null` lines on its key."""
    operators, check = (_CHECKS if checks is None else checks).get(line.key, (frozenset(), _is_literal))
    if line.operator not in operators or line.if_exists or line.quantifier not in _QUANTIFIERS:
        return False
    if line.values.value is None and not line.values.unknown:
        return malformed(line.values.path, "a condition key needs values")
    values = both([*(_is_fixed(value, line, check) for value in line.values.elements()), line.values.more or True])
    if line.quantifier == "forallvalues":
        return both((values, either(_demands(null) for null in nulls)))
    return values


def _demands(line: Entry) -> Maybe:
    """Whether a `Null` line makes the key's absence fail: it says false, and nothing else."""
    values = line.values.elements()
    return both([*(v.unknown or str(v.value).lower() == "false" for v in values), line.values.more or bool(values)])


def _is_fixed(value: Node, line: Entry, check: _Check) -> Maybe:
    if value.unknown:
        return _is_fixed_token(value.unknown, line, check)
    if not isinstance(value.value, str | int | float):
        return malformed(value.path, "a condition compares with strings")
    return check(str(value.value), line.operator)


def _is_fixed_token(why: Unknown, line: Entry, check: _Check) -> Maybe:
    """A string yet to be made names one thing; put together with others, it is judged in their place."""
    if why.kind != "opaque" or not why.token:
        return why
    text = _PLACEHOLDER.sub(_THING, why.token) if "${" in why.token else _THING
    if check is _is_narrow:
        text = text.replace(_THING, "::") if _HOST.fullmatch(text) else ""
    return check(text, line.operator) or why


def _is_literal(text: str, operator: str) -> bool:
    """Without wildcard and policy variable, which S3 counts as open whatever the operator makes of them."""
    del operator
    return not _WILD.search(text)


def _is_of_one_account(text: str, operator: str) -> bool:
    """A literal, or an ARN whose account is fixed.

    A wildcard before the account may swallow colons under `StringLike`, never under the ARN
    operators, which compare the six parts one by one.
    """
    if not _WILD.search(text):
        return True
    head, parts = _WILD.split(text)[0], text.split(":", 5)
    if len(parts) < 6 or not _ACCOUNT.fullmatch(parts[4]) or "${" in text:
        return False
    return operator in _ARNS or head.count(":") >= 5


def _is_of_one_organisation(text: str, operator: str) -> bool:
    """A literal, or a path below a fixed organisation, whose id no other organisation has."""
    del operator
    organisation, slash, _ = text.partition("/")
    return not _WILD.search(organisation if slash else text) and "${" not in text


def _is_narrow(text: str, operator: str) -> bool:
    """An address range of at most the size that S3 takes for somebody's."""
    del operator
    cidr = parse_cidr(text)
    return cidr is not None and cidr.end - cidr.start < 1 << (BITS[cidr.family] - _WIDEST[cidr.family])


_Check = Callable[[str, str], bool]
_THING = "0" * 12
_PLACEHOLDER = re.compile(r"\$\{(?:[^{}:]|::)*\}")
"""Of a string yet to be made (`${AWS::AccountId}`); a policy variable has a single colon."""
_HOST = re.compile(_THING + r"/[0-9]+")
_WILD = re.compile(r"[*?]|\$\{")
_ACCOUNT = re.compile(r"[0-9]{12}")
Checks = Mapping[str, tuple[frozenset[str], _Check]]
"""By a key in lower case: the operators that fix it, and when a value is fixed."""

_CHECKS: Checks = {
    "aws:sourceip": (frozenset({"ipaddress"}), _is_narrow),
    **dict.fromkeys(_PLAIN, (_STRINGS, _is_literal)),
    **dict.fromkeys(_ARN_KEYS, (_STRINGS | _ARNS, _is_of_one_account)),
    **dict.fromkeys(_PATH_KEYS, (_STRINGS, _is_of_one_organisation)),
}

BOUNDARY: Checks = {
    **{
        key: _CHECKS[key]
        for key in (*_PATH_KEYS[:1], "aws:principalorgid", "aws:principalaccount", "kms:calleraccount")
    },
    **dict.fromkeys(("aws:principalarn", "s3:dataaccesspointarn"), _CHECKS["aws:principalarn"]),
    **dict.fromkeys(
        ("aws:resourceorgid", "aws:resourceaccount", "s3:resourceaccount", "s3:dataaccesspointaccount"),
        (_STRINGS, _is_literal),
    ),
    "aws:resourceorgpaths": (_STRINGS, _is_of_one_organisation),
}
"""What fixes, in the policy of an endpoint, whose identities or whose resources are meant.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
"""


def names_somebody(key: str, text: str, operator: str) -> bool:
    """Whether a value of a condition (all in lower case but the value) fixes one caller, account or network."""
    found = _CHECKS.get(key)
    return found is not None and found[1](text, operator)
