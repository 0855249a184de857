"""Address ranges as integers, and which of them together cover a whole family."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

Family = Literal["ipv4", "ipv6"]
FAMILIES: tuple[Family, ...] = ("ipv4", "ipv6")
BITS: dict[Family, int] = {"ipv4": 32, "ipv6": 128}


class Cidr(NamedTuple):
    """First and last address of a block, as integers."""

    family: Family
    start: int
    end: int


@lru_cache(maxsize=4096)
def parse_cidr(text: str) -> Cidr | None:
    """An address block, `None` if the text is none. Host bits are cleared, as AWS does.

    Hand-made because importing `ipaddress` costs a gate more than all of this; a test holds the two together.
    """
    address, slash, mask = text.partition("/")
    family: Family = "ipv6" if ":" in address else "ipv4"
    number = _ipv6(address) if family == "ipv6" else _ipv4(address)
    bits = BITS[family]
    length = _decimal(mask, bits) if slash else bits
    if number is None or length is None:
        return None
    size = 1 << (bits - length)
    start = number & ~(size - 1)
    return Cidr(family, start, start + size - 1)


def _decimal(text: str, limit: int) -> int | None:
    if not (text.isascii() and text.isdecimal()) or len(text) > 3 or (len(text) > 1 and text[0] == "0"):
        return None
    return int(text) if int(text) <= limit else None


_OCTETS = {str(number): number for number in range(256)}


def _ipv4(text: str) -> int | None:
    parts = [_OCTETS.get(part) for part in text.split(".", 4)]
    if len(parts) != 4:
        return None
    number = 0
    for part in parts:
        if part is None:
            return None
        number = number << 8 | part
    return number


def _ipv6(text: str) -> int | None:
    if len(text) > 45:
        return None
    head, last = text.rsplit(":", 1)
    if "." in last:
        tail = _ipv4(last)
        if tail is None:
            return None
        text = f"{head}:{tail >> 16:x}:{tail & 0xFFFF:x}"
    left, gap, right = text.partition("::")
    before, after = (side.split(":") if side else [] for side in (left, right))
    missing = 8 - len(before) - len(after)
    if (missing < 1) if gap else missing:
        return None
    groups = before + ["0"] * missing + after
    if any(not 0 < len(group) <= 4 or set(group) - _HEX for group in groups):
        return None
    return int("".join(group.zfill(4) for group in groups), 16)


_HEX = frozenset("0123456789abcdefABCDEF")


class Span(NamedTuple):
    """Addresses `start` to `end` that one source lets in."""

    start: int
    end: int
    source: Hashable


def whole_space(spans: Iterable[Span], family: Family) -> tuple[Hashable, ...] | None:
    """The sources of a smallest set of spans that covers every address, `None` if they do not.

    Greedy from the lowest address on, always with the span that reaches furthest, which for
    intervals is a smallest cover; of equal spans the first given is told.
    """
    ordered = sorted(spans, key=lambda span: (span.start, -span.end))
    last, reached, best = (1 << BITS[family]) - 1, -1, None
    chosen: list[Hashable] = []
    for span in ordered:
        while best is not None and span.start > reached + 1:
            chosen.append(best.source)
            reached, best = best.end, None
        if span.start > reached + 1:
            return None
        if span.end > (reached if best is None else best.end):
            best = span
    if best is not None:
        chosen.append(best.source)
        reached = best.end
    return tuple(chosen) if reached >= last else None
