"""Memory of a process and of its children while they work: proportional set size, in which shared pages count once in all.

Looked at from outside, a few times a second. What a process says of itself at its end leaves out its children, and counts again
for each of them what they share.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Memory", "Peaks"]

_EVERY = 0.2
_PROC = Path("/proc")


@dataclass(frozen=True)
class _Look:
    """MiB at one moment of the system's monotonic clock."""

    when: float
    parent: float
    children: float


@dataclass(frozen=True)
class Peaks:
    """The most MiB that were seen: in a process, in its children together, and in all of them at one moment."""

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

    def peaks(self, since: float, until: float) -> Peaks:
        """The peaks between two moments, while a child was at work.

        A parent alone is charged for all the pages that it else shares: a moment between two children, seen or not as luck
        would have it, would make peaks that cannot be compared.
        """
        looks = [look for look in self._looks if since <= look.when <= until and look.children]
        return Peaks(
            max((look.parent for look in looks), default=0.0),
            max((look.children for look in looks), default=0.0),
            max((look.parent + look.children for look in looks), default=0.0),
        )

    def _look_until(self, ended: threading.Event, process: int) -> None:
        while not ended.wait(_EVERY):
            with contextlib.suppress(OSError):  # it has just ended
                now, parent = time.monotonic(), _mebibytes(process)
                self._looks.append(_Look(now, parent, sum(map(_of_child, _children(process)))))


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
