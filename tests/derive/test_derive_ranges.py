"""Address blocks and covers, against the standard library and brute force."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scanner.derive.network.ranges import FAMILIES, Span, parse_cidr, whole_space

ADDRESSES = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(str),
    st.ip_addresses(v=6).map(lambda a: a.exploded),
    st.ip_addresses(v=4).map(lambda a: f"::ffff:{a}"),
    st.ip_addresses(v=4).map(lambda a: f"64:ff9b::{a}"),
)
NEARLY = st.text(alphabet="0123456789abcdefABCDEF.:/ %g-١²", max_size=24)


@given(ADDRESSES, st.integers(0, 128))
def test_blocks_are_those_of_the_standard_library(address: str, length: int) -> None:
    text = f"{address}/{length}"
    try:
        expected = ipaddress.ip_network(text, strict=False)
    except ValueError:
        assert parse_cidr(text) is None
        return
    found = parse_cidr(text)
    assert found is not None
    assert found == (
        f"ipv{expected.version}",
        int(expected.network_address),
        int(expected.broadcast_address),
    )


@given(NEARLY)
@example("1.2.3")
@example("1.2.3.4.5")
@example("01.2.3.4")
@example("1.2.3.256")
@example("1.2.3.4/33")
@example("1.2.3.4/+8")
@example("1.2.3.4/")
@example("1.2.3.4/08")
@example(":")
@example("::/129")
@example(":::")
@example("1::2::3")
@example("1:2:3:4:5:6:7:8:9")
@example("1:2:3:4:5:6:7::8")
@example("::1.2.3")
@example("fe80::1%eth0")
def test_what_is_no_block_is_refused(text: str) -> None:
    try:
        expected = ipaddress.ip_network(text, strict=False)
    except ValueError:
        assert parse_cidr(text) is None
        return
    if "%" in text or ("/" in text and not text.rpartition("/")[2].isascii()):
        return
    found = parse_cidr(text)
    # The library also takes a netmask and leading zeros after the slash, and AWS neither.
    mask = text.partition("/")[2]
    if "." in mask or ":" in mask or (len(mask) > 1 and mask[0] == "0"):
        assert found is None
    else:
        assert found is not None
        assert found.end - found.start + 1 == expected.num_addresses


SPANS = st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)).map(lambda p: (min(p), max(p))), max_size=8)


@given(SPANS, st.sampled_from(FAMILIES))
def test_covers_are_found_and_smallest(blocks: list[tuple[int, int]], family: str) -> None:
    shift = 28 if family == "ipv4" else 124
    spans = [Span(low << shift, ((high + 1) << shift) - 1, str(i)) for i, (low, high) in enumerate(blocks)]
    found = whole_space(spans, family)  # type: ignore[arg-type]  # drawn from the families
    covered = {cell for low, high in blocks for cell in range(low, high + 1)}
    assert (found is not None) == (len(covered) == 16)
    if found is not None:
        assert {c for i in found for c in range(blocks[int(i)][0], blocks[int(i)][1] + 1)} == covered
        assert len(found) == _smallest(blocks)


def _smallest(blocks: list[tuple[int, int]]) -> int:
    best = {0: 0}
    for reached in range(16):
        if reached in best:
            for low, high in blocks:
                if low <= reached <= high:
                    best[high + 1] = min(best.get(high + 1, 99), best[reached] + 1)
    return best[16]


@pytest.mark.parametrize("family", FAMILIES)
def test_one_missing_address_is_not_the_world(family: str) -> None:
    last = (1 << (32 if family == "ipv4" else 128)) - 1
    assert whole_space([Span(0, last - 1, "a")], family) is None  # type: ignore[arg-type]
    assert whole_space([Span(1, last, "a")], family) is None  # type: ignore[arg-type]
    assert whole_space([Span(0, 6, "a"), Span(8, last, "b")], family) is None  # type: ignore[arg-type]
    assert whole_space([Span(0, 7, "a"), Span(8, last, "b")], family) == ("a", "b")  # type: ignore[arg-type]
