"""How much memory the process keeps of what its threads have used."""

from __future__ import annotations

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
