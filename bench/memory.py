"""Memory of a process and of its children while they work: proportional set size, in which shared pages count once in all.

Looked at from outside, a few times a second. What a process says of itself at its end leaves out its children, and counts again
for each of them what they share.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Memory", "Seen", "mebibytes"]

_EVERY = 0.2
_PROC = Path("/proc")


@dataclass(frozen=True)
class _Look:
    """MiB at one moment of the system's monotonic clock."""

    when: float
    parent: float
    children: float


@dataclass(frozen=True)
class Seen:
    """MiB while children were at work: usual in the process, the most in its children, the most in all at one moment.

    The parent's share of the pages that it has in common with a child rises while the child ends: its highest moment would say
    how often somebody looked just then. The sum does not depend on who is charged.
    """

    parent: float
    children: float
    together: float


@dataclass
class Memory:
    """What was seen of a process while it was watched."""

    _looks: list[_Look] = field(default_factory=list)

    @contextlib.contextmanager
    def watch(self, process: int) -> Iterator[None]:
        """Look at a process and its children again and again."""
        ended = threading.Event()
        watcher = threading.Thread(target=self._look_until, args=(ended, process), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            ended.set()
            watcher.join()

    def between(self, since: float, until: float) -> Seen:
        """What was seen between two moments."""
        looks = [look for look in self._looks if since <= look.when <= until and look.children]
        if not looks:
            sys.exit("nobody looked at the memory in time")
        return Seen(
            statistics.median(look.parent for look in looks),
            max(look.children for look in looks),
            max(look.parent + look.children for look in looks),
        )

    def _look_until(self, ended: threading.Event, process: int) -> None:
        while not ended.wait(_EVERY):
            with contextlib.suppress(OSError):  # it has just ended
                now, parent = time.monotonic(), _mebibytes(process)
                self._looks.append(_Look(now, parent, sum(map(_of_child, _children(process)))))


def mebibytes(process: int) -> float:
    """MiB of a process and all its children at this moment."""
    return _mebibytes(process) + sum(mebibytes(child) for child in _children(process))


def _children(process: int) -> list[int]:
    return [int(child) for child in (_PROC / f"{process}/task/{process}/children").read_text().split()]


def _of_child(process: int) -> float:
    """Nothing where it has just ended."""
    try:
        return _mebibytes(process)
    except OSError:
        return 0.0


def _mebibytes(process: int) -> float:
    lines = (_PROC / f"{process}/smaps_rollup").read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
