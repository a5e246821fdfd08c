"""The pool: starts children, hears what they tell, sees to their limits, and yields what became of each task."""

from __future__ import annotations

import contextlib
import math
import os
import pickle
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from kamassess.children.anew import Helper, warm
from kamassess.children.inside import forked
from kamassess.children.limits import Answer, Limits, Lost, Work

__all__ = ["Method", "Pool", "safe_to_fork", "start_method"]

Task = TypeVar("Task")
Method: TypeAlias = Literal["fork", "helper", "spawn"]
_TICK, _GRACE = 0.2, 3.0


def safe_to_fork() -> bool:
    """Whether a child of this process would find all it needs: Linux, and no thread but this one."""
    return sys.platform.startswith("linux") and len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208 - names are all it needs


def start_method() -> Method:
    """How children of this process are best started."""
    if not sys.platform.startswith("linux"):
        return "spawn"
    return "fork" if safe_to_fork() else "helper"


@dataclass(eq=False)
class _Child(Generic[Task]):
    """A child at work."""

    task: Task
    pid: int
    connection: Connection
    step: str = "starting"
    began: float = field(default_factory=time.monotonic)
    step_began: float = field(default_factory=time.monotonic)
    kill_at: float = math.inf
    overdue: str = ""
    ended: Answer | Lost | None = None

    def due(self, limits: Limits) -> float:
        """When it must be looked at again."""
        if self.overdue:
            return self.kill_at
        step = self.step_began + limits.step_seconds if limits.step_seconds else math.inf
        return min(step, self.began + limits.whole_seconds if limits.whole_seconds else math.inf)

    def late(self, limits: Limits) -> str:
        """What it took too long for, in words."""
        if limits.whole_seconds and time.monotonic() >= self.began + limits.whole_seconds:
            return f"took longer than {limits.whole_seconds:g} s"
        return f"{self.step} took longer than {limits.step_seconds:g} s"

    def signal(self, number: int) -> None:
        """Send a signal to it and to all that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                os.kill(self.pid, signal.SIGTERM)
            else:
                os.killpg(self.pid, number)


class Pool(Generic[Task]):
    """Does tasks in children, ``size`` at a time.

    Parameters
    ----------
    work
        Called in the child with a task and a :class:`Tell`; a function of a module, where children are not forked from here.
    size
        How many children at a time.
    limits
        What each task may take.
    preload
        Modules that children need, by name: loaded by the helper or the warm process before the first task.
    method
        How children are started; found out where it is None.
    """

    def __init__(
        self,
        work: Work,
        size: int = 1,
        limits: Limits | None = None,
        *,
        preload: Sequence[str] = (),
        method: Method | None = None,
    ) -> None:
        self.work = work
        self.size = size
        self.limits = limits or Limits()
        self.method: Method = method or start_method()
        self._preload = tuple(preload)
        self._stopped = False
        self._children: dict[Connection, _Child[Task]] = {}
        self._warm: list[tuple[int, Connection]] = []
        self._helper: Helper | None = None

    def stop(self) -> None:
        """Begin nothing more; what has begun goes on to its end."""
        self._stopped = True

    def close(self) -> None:
        """End the processes that wait for work."""
        for pid, connection in self._warm:
            connection.close()
            os.waitpid(pid, 0)
        self._warm.clear()
        if self._helper:
            self._helper.close()
            self._helper = None

    def run(
        self,
        tasks: Iterable[Task],
        told: Callable[[Task, Any], None] | None = None,
        tick: Callable[[], None] | None = None,
    ) -> Iterator[tuple[Task, Answer | Lost]]:
        """Yield what became of each task, as it comes.

        Parameters
        ----------
        tasks
            Taken one by one, when there is room for another child.
        told
            Called with each task and message that its child tells.
        tick
            Called several times a second.
        """
        waiting, self._stopped = iter(tasks), False
        try:
            while True:
                self._fill(waiting)
                if not self._children:
                    return
                due = min(child.due(self.limits) for child in self._children.values())
                ready = wait(list(self._children), max(0.0, min(_TICK, due - time.monotonic())))
                for connection in ready:
                    child = self._children[connection]  # type: ignore[index]
                    self._hear(child, told)
                    if child.ended:
                        self._reap(child)
                        yield child.task, child.ended
                self._enforce()
                if tick:
                    tick()
        finally:
            self._kill_all()

    # ------------------------------------------------------------------------------------------------------------------

    def _fill(self, waiting: Iterator[Task]) -> None:
        while len(self._children) < self.size and not self._stopped:
            try:
                task = next(waiting)
            except StopIteration:
                self._stopped = True
                return
            child = self._begin(task)
            self._children[child.connection] = child

    def _begin(self, task: Task) -> _Child[Task]:
        if self.method == "fork":
            pid, connection = forked(self.work, task, self.limits)
        elif self.method == "helper":
            self._helper = self._helper or Helper(self._preload)
            pid, connection = self._helper.fork(self.work, task, self.limits)
        else:
            self._warm = self._warm or [warm(self._preload)]
            pid, connection = self._warm.pop()
            connection.send((self.work, task, self.limits))
            self._warm.append(warm(self._preload))
        return _Child(task, pid, connection)

    def _hear(self, child: _Child[Task], told: Callable[[Task, Any], None] | None) -> None:
        try:
            kind, content = child.connection.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            child.ended = self._lost(child)
            return
        if kind == "step":
            child.step, child.step_began = content, time.monotonic()
        elif kind == "told" and told:
            told(child.task, content)
        elif kind == "answer":
            child.ended = Answer(content)
        elif kind == "lost":
            child.ended = Lost("deadline", child.step, child.overdue) if child.overdue else replace(content, step=child.step)

    def _lost(self, child: _Child[Task]) -> Lost:
        """Why a child fell silent."""
        if child.overdue:
            return Lost("deadline", child.step, child.overdue)
        child.signal(signal.SIGKILL)  # it has closed its end: whatever is left of it goes, and its own end stays what it was
        status = self._status(child)
        if status is not None and os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            name = signal.Signals(number).name
            hint = "; the machine may have run out of memory" if number == signal.SIGKILL else ""
            return Lost("killed", child.step, f"its process was ended by {name}{hint}")
        code = f" with code {os.WEXITSTATUS(status)}" if status is not None else ""
        return Lost("exited", child.step, f"its process ended by itself{code}")

    def _status(self, child: _Child[Task]) -> int | None:
        """How a child ended, as ``os.wait`` says it; None where nobody knows."""
        if self.method == "helper":
            return self._helper.status(child.pid) if self._helper else None
        try:
            return os.waitpid(child.pid, 0)[1]
        except ChildProcessError:
            return None

    def _reap(self, child: _Child[Task]) -> None:
        """Let a child go, with all that it may have left running."""
        del self._children[child.connection]
        child.connection.close()
        child.signal(signal.SIGKILL)
        self._status(child)

    def _enforce(self) -> None:
        """Ask children that are late to stop, and kill those that were asked before."""
        now = time.monotonic()
        for child in self._children.values():
            if now < child.due(self.limits):
                continue
            if child.overdue or sys.platform == "win32":
                child.signal(signal.SIGKILL)
                child.kill_at = math.inf
            else:
                child.overdue, child.kill_at = child.late(self.limits), now + _GRACE
                child.signal(signal.SIGUSR1)

    def _kill_all(self) -> None:
        for child in list(self._children.values()):
            child.signal(signal.SIGKILL)
            self._reap(child)
