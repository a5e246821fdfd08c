"""What happens in a child: it makes itself one that can be limited and stopped, does one task, says what it came to, and ends."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

from kamassess.children.limits import Limits, Lost, Overdue, Tell, Work

__all__ = ["do", "forked"]

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


def forked(work: Work, task: Any, limits: Limits) -> tuple[int, Connection]:
    """A child of this process, at work."""
    ours, theirs = Pipe(duplex=False)
    parent = os.getpid()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    pid = os.fork()
    if pid == 0:
        ours.close()
        do(work, task, limits, theirs, parent)
    theirs.close()
    with contextlib.suppress(PermissionError, ProcessLookupError):
        os.setpgid(pid, pid)  # the child does so too: whoever comes first
    return pid, ours


def do(work: Work, task: Any, limits: Limits, connection: Connection, parent: int) -> None:
    """Do one task, send what it came to, and end this process."""
    code = 0
    try:
        tell = Tell(connection)
        _settle(limits, parent, tell)
        try:
            connection.send(("answer", work(task, tell)))
        except MemoryError:
            connection.send(("lost", Lost("memory", "", f"it needed more than {limits.of_memory()} of memory")))
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
        code = 1
        with contextlib.suppress(Exception):
            connection.send(("lost", Lost("exited", "", f"{type(error).__name__}: {error}")))
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _settle(limits: Limits, parent: int, tell: Tell) -> None:
    """Make this process a child that can be limited, stopped and killed."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(PermissionError):
        os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGUSR1, lambda *_: _overdue(tell))
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
    if limits.memory:
        _limit_memory(limits.memory)


def _overdue(tell: Tell) -> None:
    raise Overdue(f"{tell.at} took too long")


def _limit_memory(room: int) -> None:
    """Let this process allocate *room* bytes more than it has."""
    import resource

    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    held = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData"))
    resource.setrlimit(resource.RLIMIT_DATA, (held + room, resource.RLIM_INFINITY))
