"""What something costs: CPU seconds of all processes it takes, and seconds on the wall.

A command is charged for its whole process tree. Chromium's helpers and Jupyter's kernels outlive their parents for a moment; on
Linux the benchmark adopts such orphans and waits for them, so that their CPU time is counted where it belongs.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar

import psutil  # type: ignore[import-untyped]

__all__ = ["Others", "Spent", "Tree", "Watch", "binary", "machine", "median", "timed", "timed_with_children"]

T = TypeVar("T")
Watch: TypeAlias = Callable[[int], AbstractContextManager[object]]
"""Watches a process, given its id, for as long as the context is open."""

_ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER of Linux
_PATIENCE = 15.0
_LONGEST = 1800.0


@dataclass(frozen=True)
class Spent:
    """Seconds: user and system time of all processes, and elapsed."""

    cpu: float
    wall: float

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.cpu + other.cpu, self.wall + other.wall)

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.cpu - other.cpu, self.wall - other.wall)

    def per(self, count: int) -> Spent:
        """The share of one of *count*."""
        return Spent(self.cpu / count, self.wall / count)

    def share_of(self, whole: Spent) -> float:
        """This part's share of the CPU time of *whole*."""
        return self.cpu / whole.cpu


def median(all_spent: Iterable[Spent]) -> Spent:
    """The median of each."""
    spent = list(all_spent)
    return Spent(statistics.median(one.cpu for one in spent), statistics.median(one.wall for one in spent))


def timed(work: Callable[[], T]) -> tuple[T, Spent]:
    """Do *work* in this process; all its threads are charged."""
    cpu, wall = _cpu(resource.RUSAGE_SELF), time.perf_counter()
    done = work()
    return done, Spent(_cpu(resource.RUSAGE_SELF) - cpu, time.perf_counter() - wall)


def timed_with_children(work: Callable[[], T]) -> tuple[T, Spent]:
    """Do *work* in this process and in children that it waits for; all of them are charged."""
    cpu = _cpu(resource.RUSAGE_CHILDREN)
    done, own = timed(work)
    return done, own + Spent(_cpu(resource.RUSAGE_CHILDREN) - cpu, 0.0)


class Tree:
    """Runs commands one at a time in *folder*, and charges each for all processes it started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.adopts = sys.platform == "linux" and ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0) == 0

    def run(self, command: Sequence[str | Path]) -> Spent:
        """Run a command to its end; stop the benchmark if it fails."""
        return self.output(command)[1]

    def output(self, command: Sequence[str | Path], watch: Watch = contextlib.nullcontext) -> tuple[str, Spent]:
        """What a command prints, and what it costs; *watch* it meanwhile."""
        with tempfile.TemporaryFile("w+", dir=self.folder) as out, tempfile.TemporaryFile("w+", dir=self.folder) as err:
            cpu, wall = _cpu(resource.RUSAGE_CHILDREN), time.perf_counter()
            process = subprocess.Popen(command, cwd=self.folder, stdout=out, stderr=err)
            with watch(process.pid), _ended_after(_LONGEST, process):
                code = process.wait()  # without a timeout of its own: with one it looks at the clock only every now and then
            elapsed = time.perf_counter() - wall
            self._reap()
            spent = Spent(_cpu(resource.RUSAGE_CHILDREN) - cpu, elapsed)
            for stream in (out, err):
                stream.seek(0)
            if code:
                sys.exit(f"'{' '.join(map(str, command))}' failed with exit code {code}:\n{err.read()[-2000:]}")
            return out.read(), spent

    def _reap(self) -> None:
        """Wait for adopted processes; end those that stay."""
        patience = time.perf_counter() + _PATIENCE
        while self.adopts:
            try:
                found, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not found:
                if time.perf_counter() > patience:
                    for child in psutil.Process().children():
                        child.kill()
                time.sleep(0.01)


@contextlib.contextmanager
def _ended_after(seconds: float, process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Kill a process that takes longer."""
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cpu(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def binary(name: str) -> Path:
    """A command that is installed beside this Python."""
    return Path(sys.executable).parent / name


class Others:
    """How busy other programs keep the machine while the benchmark runs."""

    def __init__(self) -> None:
        self._start, self._wall = self._foreign(), time.perf_counter()

    def busy_cores(self) -> float:
        """Cores that something else has used since, on average."""
        return max(0.0, (self._foreign() - self._start) / (time.perf_counter() - self._wall))

    @staticmethod
    def _foreign() -> float:
        times = psutil.cpu_times()
        return float(times.user + times.system) - _cpu(resource.RUSAGE_SELF) - _cpu(resource.RUSAGE_CHILDREN)


def machine(versions: Mapping[str, str]) -> dict[str, str]:
    """What the numbers depend on, and nothing that says whose machine it is."""
    model = next((line.partition(":")[2].strip() for line in _cpu_info() if line.startswith("model name")), "unknown")
    return {
        "CPU": model,
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{sys.platform} {os.uname().machine}",
        "Python": ".".join(map(str, sys.version_info[:3])),
        **versions,
    }


def _cpu_info() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []
