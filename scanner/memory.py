"""What the process does about its memory: heaps of threads, and the search for cycles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_M_ARENA_MAX = -8
"""https://man7.org/linux/man-pages/man3/mallopt.3.html"""
_HEAPS = 2


def share_heaps() -> None:
    """Let threads share two heaps, where the C library (glibc) would give each its own and keep them all.

    The threads of a collection wait for the network nearly always, so they do not wait for each other; and
    a heap of its own that once held a large answer is never given back: a fifth of a scan's memory. A
    process does this once, before it starts threads; elsewhere than on glibc nothing happens.
    """
    import ctypes
    import sys

    if sys.platform != "linux":
        return
    library = ctypes.CDLL(None)
    if hasattr(library, "gnu_get_libc_version"):  # others (musl) have no heap a thread
        library.mallopt(_M_ARENA_MAX, _HEAPS)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without looking for cycles, where much is made that only grows: what is read and kept holds hardly any.

    100,000 findings of an earlier report take a quarter of the time.
    """
    import gc

    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.freeze()  # else all that was made is looked through at once
            gc.enable()
