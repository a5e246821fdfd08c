"""Room for a child's memory, made once: asking the system for each page, and giving it back, can cost a tenth of a report.

Typesetting allocates and frees some hundred megabytes. glibc takes them from the system in small steps, page by page, and returns
them as soon as it can, to take them again; and every thread has a heap of its own. A child that ends within a second gains
nothing by that. It gets one heap, of large pages where the system has them, and keeps it until it ends: 23,000 page faults of a
PDF become 1,300. Only what is used is taken; a child's memory grows by
some ten MiB at most.
"""

from __future__ import annotations

import ctypes
import os
import sys

__all__ = ["make_room"]

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -2, -3, -8
"""What glibc's mallopt can be told, by its numbers in malloc.h."""
_NEVER = 2**31 - 1
_LARGEST = 32 << 20
"""What is larger does not come from the heap; glibc allows no more."""
_STEP = 256 << 20
"""Address space, not memory, by which the heap grows."""
_HUGE = 2 << 20
_ADVISE_HUGE = 14  # MADV_HUGEPAGE
_A_PIECE = 8 << 20


def make_room() -> None:
    """Make this process's heap one that grows in large steps and is not given back; where glibc is not, nothing happens."""
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallopt") or not hasattr(libc, "gnu_get_libc_version"):
        return
    for what, value in ((_MMAP_THRESHOLD, _LARGEST), (_TRIM_THRESHOLD, _NEVER), (_ARENA_MAX, 1), (_TOP_PAD, _STEP)):
        libc.mallopt(what, value)
    if os.sysconf("SC_PAGE_SIZE") < _HUGE:
        _advise(libc)


def _advise(libc: ctypes.CDLL) -> None:
    """Let the heap grow by its step, and ask for large pages there. A system that has none refuses, and nothing is lost."""
    libc.malloc.restype = libc.sbrk.restype = ctypes.c_void_p
    libc.malloc.argtypes, libc.free.argtypes = [ctypes.c_size_t], [ctypes.c_void_p]
    libc.sbrk.argtypes, libc.madvise.argtypes = [ctypes.c_ssize_t], [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    piece = libc.malloc(_A_PIECE)
    if not piece:
        return
    first, end = -(-piece // _HUGE) * _HUGE, (libc.sbrk(0) or 0) // _HUGE * _HUGE
    libc.free(piece)
    if 0 < end - first <= 2 * _STEP:  # else the piece is not from the heap
        libc.madvise(first, end - first, _ADVISE_HUGE)
