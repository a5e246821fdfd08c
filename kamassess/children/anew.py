"""Processes that are started anew, everything loaded: one that forks for a process with threads, or one for a single task."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import signal
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, Pipe
from typing import Any

from kamassess.children.inside import do
from kamassess.children.limits import Limits, Work

__all__ = ["Helper", "warm"]

_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class Helper:
    """A process with one thread that forks children for one that has several."""

    def __init__(self, preload: Sequence[str]) -> None:
        self.pid, self._connection = _started(_help, preload)

    def fork(self, work: Work, task: Any, limits: Limits) -> tuple[int, Connection]:
        """A child at work, and what it tells."""
        from multiprocessing.reduction import send_handle

        ours, theirs = Pipe(duplex=False)
        self._connection.send(("fork", (work, task, limits)))
        send_handle(self._connection, theirs.fileno(), self.pid)
        theirs.close()
        return int(self._connection.recv()), ours

    def status(self, pid: int) -> int | None:
        """Wait for a child's end."""
        self._connection.send(("wait", pid))
        found: int | None = self._connection.recv()
        return found

    def close(self) -> None:
        """End the helper."""
        self._connection.close()
        os.waitpid(self.pid, 0)


def _help(connection: Connection) -> None:
    """What a helper does until nobody needs it any more."""
    from multiprocessing.reduction import recv_handle

    while True:
        try:
            what, content = connection.recv()
        except EOFError:
            return
        if what == "wait":
            try:
                connection.send(os.waitpid(content, 0)[1])
            except ChildProcessError:
                connection.send(None)
            continue
        work, task, limits = content
        theirs = Connection(recv_handle(connection), readable=False)
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            connection.close()
            do(work, task, limits, theirs, parent)
        theirs.close()
        with contextlib.suppress(PermissionError, ProcessLookupError):
            os.setpgid(pid, pid)
        connection.send(pid)


def warm(preload: Sequence[str]) -> tuple[int, Connection]:
    """A process that has loaded everything and waits for its one task."""
    return _started(_wait_and_do, preload)


def _wait_and_do(connection: Connection) -> None:
    try:
        work, task, limits = connection.recv()
    except EOFError:
        return
    do(work, task, limits, connection, os.getppid())


def _started(main: Callable[[Connection], None], preload: Sequence[str]) -> tuple[int, Connection]:
    """A new Python process that runs *main* with its end of a connection."""
    ours, theirs = Pipe(duplex=True)
    process = multiprocessing.get_context("spawn").Process(target=_prepared, args=(main, tuple(preload), theirs), daemon=False)
    threads = {name: os.environ.get(name) for name in _THREADS}
    with _without_main():
        os.environ.update(dict.fromkeys(_THREADS, "1"))
        try:
            process.start()
        finally:
            for name, value in threads.items():
                os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
    theirs.close()
    multiprocessing.process._children.discard(process)  # type: ignore[attr-defined]  # ours to wait for, by its number
    return int(process.pid or 0), ours


def _prepared(main: Callable[[Connection], None], preload: Sequence[str], connection: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who stops the program stops it there, not here
    for name in preload:
        importlib.import_module(name)
    main(connection)


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Hide the program's own script: a new process would run it again, and a script that is not guarded would start over."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
