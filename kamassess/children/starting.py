"""Three ways to start a child: fork it from here, have a helper fork it, or use a process that was started anew and kept warm."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, Pipe
from typing import Any, TypeAlias

from kamassess.children.inside import do, lead_group, unbroken
from kamassess.children.limits import Limits, Work

__all__ = ["Helper", "Started", "Warm", "forked", "send_signal"]

End: TypeAlias = Callable[[float], "int | None"]
"""Ends a child with all that it has started. Returns its exit code (negative: a signal's number) if it ended by itself within so
many seconds, and None if it had to be killed."""
Started: TypeAlias = tuple[int, Connection, End]
"""A child at work: its number, what it tells, and what ends it."""

_THREADS = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_LOOK = 1.0
"""Seconds after which a process looks whether it still has a line to its owner."""
_NEW = """
import sys
from multiprocessing import connection
line = getattr(connection, "PipeConnection" if sys.platform == "win32" else "Connection")(int(sys.argv[1]))
sys.path[:], sys.argv[:] = line.recv()
from kamassess.children.starting import serve
serve(line)
"""
"""What a new process runs: nothing of the program that starts it."""


def send_signal(pid: int, number: int) -> None:
    """Send a signal to a child and to all in its group."""
    if sys.platform == "win32":
        os.kill(pid, signal.SIGTERM)
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


# -- forked from here ----------------------------------------------------------------------------------------------------


def forked(work: Work, task: Any, limits: Limits) -> Started:
    """A child of this process."""
    for stream in (sys.stdout, sys.stderr):  # what waits there would be written twice
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    pid, connection = _fork(work, task, limits)
    return pid, connection, lambda patience: _end(pid, patience)


def _fork(work: Work, task: Any, limits: Limits, *not_for_child: Connection) -> tuple[int, Connection]:
    ours, theirs = Pipe(duplex=False)
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        for connection in (ours, *not_for_child):
            connection.close()
        do(work, task, limits, theirs, parent)
    theirs.close()
    lead_group(pid)
    return pid, ours


def _end(pid: int, patience: float) -> int | None:
    """End a child that this process has forked. As long as nobody has waited for it, its number and its group are its own."""
    try:
        by_itself = _ends_within(pid, patience)
        send_signal(pid, signal.SIGKILL)
        status = os.waitpid(pid, 0)[1]
    except ChildProcessError:  # someone else has waited for it: how it ended is not to be known
        return None
    return os.waitstatus_to_exitcode(status) if by_itself else None


def _ends_within(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
        if time.monotonic() >= until:
            return False
        time.sleep(0.01)
    return True


# -- started anew --------------------------------------------------------------------------------------------------------


class _New(ABC):
    """A new Python process that waits at the other end of ``line``, with modules loaded; it ends when the line does."""

    def __init__(self, preload: Sequence[str]) -> None:
        self.line, theirs = Pipe(duplex=True)
        handle = theirs.fileno()
        command = [sys.executable, "-c", _NEW, str(handle)]
        environment = {**os.environ, **_THREADS}
        if sys.platform == "win32":
            os.set_handle_inheritable(handle, True)
            startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})
            self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, startupinfo=startup)  # noqa: S603
        else:
            self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, pass_fds=[handle])  # noqa: S603
        theirs.close()
        self.close = weakref.finalize(self, self._close, self.line, self.process, os.getpid())
        self.line.send((sys.path, sys.argv))
        self.line.send((type(self).serve, tuple(preload)))

    @staticmethod
    @abstractmethod
    def serve(line: Connection) -> None:
        """What it does when it has loaded all."""

    @staticmethod
    def _close(line: Connection, process: subprocess.Popen[bytes], owner: int) -> None:
        """End it, unless this is a fork of the process that has started it."""
        line.close()
        if os.getpid() == owner:
            process.kill()
            process.wait()


def serve(line: Connection) -> None:
    """Be the process at the other end of a line."""
    lead_group()
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who stops the program stops it there, not here
    with contextlib.suppress(EOFError):
        what, preload = line.recv()
        for name in preload:
            importlib.import_module(name)
        what(line)


class Helper(_New):
    """A process with one thread that forks children for one that has several."""

    def fork(self, work: Work, task: Any, limits: Limits) -> Started:
        """A child of the helper."""
        from multiprocessing.reduction import recv_handle

        pid = self._ask("fork", work, task, limits)
        connection = Connection(recv_handle(self.line), writable=False)
        return pid, connection, lambda patience: self._ask("end", pid, patience)

    def _ask(self, *request: Any) -> Any:
        self.line.send(request)
        try:
            answer = self.line.recv()
        except EOFError:
            raise RuntimeError("the process that starts others has ended; what it said before is on standard error") from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    @staticmethod
    def serve(line: Connection) -> None:
        """Fork and end children until the line ends, and no child outlives that."""
        from multiprocessing.reduction import send_handle

        running: set[int] = set()
        try:
            while True:
                try:
                    what, *content = line.recv()
                except (AttributeError, ImportError) as error:  # work that is not to be found here
                    line.send(error)
                    continue
                if what == "end":
                    line.send(_end(*content))
                    running.discard(content[0])
                    continue
                with unbroken():
                    pid, told = _fork(*content, line)
                running.add(pid)
                line.send(pid)
                send_handle(line, told.fileno(), os.getppid())
                told.close()
        finally:
            for pid in running:
                _end(pid, 0.0)


class Warm(_New):
    """A process for one task."""

    def begin(self, work: Work, task: Any, limits: Limits) -> Started:
        """Give it its task."""
        self.line.send((work, task, limits))
        return self.process.pid, self.line, self._end

    def _end(self, patience: float) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        code = self.process.returncode
        send_signal(self.process.pid, signal.SIGKILL)
        self.close()
        return code

    @staticmethod
    def serve(line: Connection) -> None:
        """Do the task."""
        work, task, limits = line.recv()
        threading.Thread(target=_end_with, args=(line,), daemon=True).start()
        do(work, task, limits, line, None)


def _end_with(line: Connection) -> None:
    """End this process and its group when its owner does, or when the line is cut; nothing else comes from there."""
    with contextlib.suppress(OSError, ValueError):
        while not line.poll(_LOOK):
            pass
    if sys.platform != "win32":
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
