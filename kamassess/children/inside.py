"""What happens in a child: it makes itself one that can be limited and stopped, does one task, says what it came to, and ends."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from kamassess.children.heap import make_room
from kamassess.children.limits import STARTING, Limits, Lost, Tell, Work

__all__ = ["do", "lead_group", "unbroken"]

_leave = os._exit  # whatever a task makes of os, its process ends here and never returns to what its parent does

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux
_SIGNALS = () if sys.platform == "win32" else (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)


@contextlib.contextmanager
def unbroken() -> Iterator[None]:
    """Hold back signals: a child must be known to its pool, and know what to do with a signal, before one comes."""
    if not _SIGNALS:
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def do(work: Work, task: Any, limits: Limits, connection: Connection, parent: int | None) -> None:
    """Do one task, send what it came to, and end this process. A *parent* that is given has forked it, and takes it along."""
    code = 0
    try:
        tell = Tell(connection, limits)
        _settle(tell, connection, parent)
        tell.step(STARTING)
        make_room()
        if limits.memory:
            _limit_memory(limits.memory)
        try:
            answer = work(task, tell)
            _flush()
            tell.send("answer", answer)
        except MemoryError:
            tell.send("lost", Lost("memory", "", f"it needed more than {limits.of_memory() or 'there is'} of memory"))
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
        code = 1
        with contextlib.suppress(BaseException):
            connection.send(("lost", Lost("exited", "", f"{type(error).__name__}: {error}")))
    finally:
        with contextlib.suppress(BaseException):
            _flush()
        _leave(code)


def _flush() -> None:
    """What was printed, is out."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()


def lead_group(pid: int = 0) -> None:
    """Make a child the leader of a group; it and its parent do so, whoever comes first."""
    if sys.platform != "win32":
        with contextlib.suppress(PermissionError, ProcessLookupError):
            os.setpgid(pid, pid)


def _settle(tell: Tell, connection: Connection, parent: int | None) -> None:
    """Make this process a child that can be stopped and killed."""
    if sys.platform == "win32":
        return
    lead_group()
    os.register_at_fork(after_in_child=connection.close)  # processes that it forks do not speak for it, nor hold the line
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGUSR1, tell.overdue)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    if parent and sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def _limit_memory(room: int) -> None:
    """Let this process allocate *room* bytes more than it has. Linux only."""
    if not sys.platform.startswith("linux"):
        return
    import resource

    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    held = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData"))
    resource.setrlimit(resource.RLIMIT_DATA, (held + room, resource.RLIM_INFINITY))
