"""Secrets in a text: which kind stands in which line. Names of variables, references and placeholders are none."""

from __future__ import annotations

import bisect
import hashlib
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scanner.secrets.detect_kinds import ASSIGNED, KINDS, NAMED, TOLD, Kind

_KEY_ID = re.compile(r"(?<![A-Za-z0-9])A[KS]IA[A-Z2-7]{16}(?![A-Za-z0-9])")
_HASH = re.compile(r"\$(?:1|2[abxy]?|5|6|7|y|gy|argon2\w{1,2})\$")
_REFERENCE = re.compile(
    r"""(?ix) ^ (?: [$`<%] | @@ | __\w+__$ | \{\{ | \#\{ | arn: | https?:
    | file: | ssm: | vault: | op:// | sm:// | secretsmanager:
    | enc\[ | !(?:ref|sub|getatt|importvalue|join|vault|secret|reference)\b | projects/ ) | \$[({] | \{\{ | ` """
)
_WORD = re.compile(
    r"""(?ix) ^ (?: null|none|nil|true|false|yes|no|on|off|undefined|empty|prompt|ask|required|optional|string|str|env
    |default|unset|never|always|random|auto|generated|hidden|disabled|enabled|[*x.\u2022_#-]+ ) $
    | example | placeholder | your[-_ ]? | redacted | dummy | (?:change|replace)[-_ ]?(?:me|this|it|with) | insert[-_ ]
    | to-?do | x{4} | \*{3} """
)
_PATH = re.compile(r"(?:[A-Za-z]:|~|\.{0,2})[/\\][\w.-]+(?:[/\\][\w.*-]+)+/?")
# What stands bare in source text and is code: a call, an element, a member of something, or a variable's name.
_CODE = re.compile(r"[A-Za-z_][\w.:]{2,}[(\[].*|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_VARIABLE = re.compile(r"[a-z_]*(?:pass|password|passwd|passphrase|pwd|secret|token|key)", re.IGNORECASE)
_NAME = re.compile(r"[a-z]+(?:[-_./:](?:[a-z]+|\d{1,4}))+", re.IGNORECASE)
_SHORTEST = 3
_RANDOM = 3.0


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A kind of secret, and the line of the text at which it begins, from 1."""

    line: int
    kind: str


@dataclass(frozen=True, slots=True, order=True)
class KeyId:
    """What is kept of an AWS access key's id: enough to know the key by, among those that IAM lists."""

    ends: str
    sha256: str

    @classmethod
    def of(cls, key_id: str) -> KeyId:
        """Its last four characters, and the first 16 hex digits of its SHA-256."""
        return cls(key_id[-4:], hashlib.sha256(key_id.encode()).hexdigest()[:16])


def secrets(text: str) -> list[Found]:
    """The secrets that a text holds, in the order of their lines."""
    breaks = [found.start() for found in re.finditer("\n", text)]
    return sorted({Found(bisect.bisect_left(breaks, at) + 1, kind) for at, kind in _found(text)})


def key_ids(text: str) -> list[KeyId]:
    """The ids of AWS access keys in a text."""
    return sorted({KeyId.of(found[0]) for found in _KEY_ID.finditer(text) if not _WORD.search(found[0])})


def _found(text: str) -> Iterator[tuple[int, str]]:
    """Kinds with their places. What a known kind has named is not named again as some password or token."""
    lowered = text.lower()
    taken: list[tuple[int, int]] = []
    for kinds, is_secret in _JUDGES:
        for kind in kinds:
            if not any(hint in lowered for hint in kind.hints):
                continue
            for found in kind.pattern.finditer(text):
                start, end = found.span("value")
                if _free(taken, start, end) and is_secret(found):
                    bisect.insort(taken, (start, end))
                    yield start, "password hash" if _HASH.match(_bare(found["value"])) else kind.name


def _free(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a span meets none of others, which are in order and do not meet each other."""
    after = bisect.bisect_left(taken, (start, end))
    return (after == 0 or taken[after - 1][1] <= start) and (after == len(taken) or end <= taken[after][0])


def _known(found: re.Match[str]) -> bool:
    return not _WORD.search(found["value"])


def _told(found: re.Match[str]) -> bool:
    """Whether what is given as a password where a command takes one is a password."""
    value = found["value"]
    return _says_something(_bare(value)) and not (value[:1] not in "\"'" and _CODE.fullmatch(value))


def _assigned(found: re.Match[str]) -> bool:
    """Whether what is assigned to a password's name is a password."""
    value, name = found["value"], found["name"]
    bare = _bare(value)
    if not _says_something(bare) or (bare.isdigit() and len(bare) <= _SHORTEST):
        return False
    if value[:1] in "\"'\\":
        return not bare[:1].isspace()
    is_shell = name.isupper() and found["sep"] == "="
    if _CODE.fullmatch(bare) or (_VARIABLE.fullmatch(bare.rstrip(")]}")) and not is_shell):
        return False
    prose = found["sep"].startswith(":") and re.match(r"[ \t]+[A-Za-z]", found.string[found.end() : found.end() + 9])
    return not prose


def _token(found: re.Match[str]) -> bool:
    """Whether what is assigned to a token's name is one: neither words nor a name of something, but drawn at random."""
    bare = _bare(found["value"])
    mixed = re.search(r"\d", bare) and re.search(r"[A-Za-z]", bare)
    return bool(mixed) and _says_something(bare) and not _NAME.fullmatch(bare) and _bits(bare) >= _RANDOM


def _says_something(value: str) -> bool:
    if len(value) < _SHORTEST or _WORD.search(value) or _PATH.fullmatch(value):
        return False
    return bool(_HASH.match(value)) or not _REFERENCE.search(value)


def _bare(value: str) -> str:
    return value.strip("\\").strip("\"'").removesuffix("\\")


def _bits(value: str) -> float:
    """Shannon's entropy of a string's characters, in bits a character."""
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts)


_JUDGES: tuple[tuple[tuple[Kind, ...], Callable[[re.Match[str]], bool]], ...] = (
    (KINDS, _known),
    (TOLD, _told),
    (ASSIGNED, _assigned),
    (NAMED, _token),
)
