"""The pool: starts children, hears what they tell, sees to their limits, and yields what became of each task."""

from __future__ import annotations

import math
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from kamassess.children.inside import unbroken
from kamassess.children.limits import STARTING, Answer, Limits, Lost, Work
from kamassess.children.starting import End, Helper, Started, Warm, forked, send_signal

__all__ = ["Method", "Pool", "safe_to_fork", "start_method"]

Task = TypeVar("Task")
Method: TypeAlias = Literal["fork", "helper", "spawn"]
_TICK = 0.2
_START, _GRACE, _DYING = 120.0, 3.0, 1.0
"""Seconds that a child has to start, to stop when it is asked to, and to end after it has closed its connection."""


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
    end: End
    limits: Limits
    began: float = field(default_factory=time.monotonic)
    step: str = ""
    step_began: float = 0.0
    late: str = ""
    kill_at: float = math.inf
    ended: Answer | Lost | None = None
    gone: bool = False

    def due(self) -> tuple[float, str]:
        """When it must be asked to stop, or killed if it has been asked; and why."""
        if self.late:
            return self.kill_at, self.late
        if not self.step:
            return self.began + _START, f"its process did not start within {_START:g} s"
        return self.limits.due(self.began, self.step, self.step_began)


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
        self._method = method
        self._preload = tuple(preload)
        self._stopped = False
        self._children: dict[Connection, _Child[Task]] = {}
        self._helper: Helper | None = None
        self._warm: Warm | None = None

    def stop(self) -> None:
        """Begin nothing more; what has begun goes on to its end."""
        self._stopped = True

    def close(self) -> None:
        """End the processes that wait for work. A pool that nobody holds any more is closed."""
        for process in (self._helper, self._warm):
            if process:
                process.close()
        self._helper = self._warm = None

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
        waiting, next_tick = iter(tasks), 0.0
        method = self._method or start_method()
        try:
            while True:
                self._fill(waiting, method)
                if not self._children:
                    return
                for child in self._with_news():
                    self._hear(child, told)
                    if child.ended:
                        self._let_go(child)
                        yield child.task, child.ended
                self._enforce()
                if tick and time.monotonic() >= next_tick:
                    tick()
                    next_tick = time.monotonic() + _TICK
        finally:
            self._stopped = False
            for child in list(self._children.values()):
                self._let_go(child)

    # ------------------------------------------------------------------------------------------------------------------

    def _fill(self, waiting: Iterator[Task], method: Method) -> None:
        """Begin tasks while there is room."""
        while len(self._children) < self.size and not self._stopped:
            try:
                task = next(waiting)
            except StopIteration:
                return
            with unbroken():
                pid, connection, end = self._begin(task, method)
                self._children[connection] = _Child(task, pid, connection, end, self.limits)

    def _begin(self, task: Task, method: Method) -> Started:
        if method == "fork":
            return forked(self.work, task, self.limits)
        if method == "helper":
            self._helper = self._helper or Helper(self._preload)
            return self._helper.fork(self.work, task, self.limits)
        warm, self._warm = self._warm or Warm(self._preload), None
        started = warm.begin(self.work, task, self.limits)
        self._warm = Warm(self._preload)
        return started

    def _with_news(self) -> list[_Child[Task]]:
        """Wait a little for children that tell something, or have fallen silent."""
        due = min(child.due()[0] for child in self._children.values())
        ready = wait(list(self._children), max(0.0, min(_TICK, due - time.monotonic())))
        return [self._children[connection] for connection in ready]  # type: ignore[index]

    def _hear(self, child: _Child[Task], told: Callable[[Task, Any], None] | None) -> None:
        try:
            kind, content = child.connection.recv()
        except (EOFError, OSError):
            child.ended = self._fallen_silent(child)
            return
        except Exception as error:  # noqa: BLE001 - what cannot be loaded here raises whatever it likes
            child.ended = Lost("exited", child.step, f"what it told cannot be read: {type(error).__name__}: {error}")
            return
        if kind == "step":
            child.began = child.began if child.step else content[1]
            child.step, child.step_began = content
        elif kind == "told":
            if told:
                told(child.task, content)
        elif child.late:  # it could no longer be stopped, or has stopped as it was asked to
            child.ended = Lost("deadline", child.step, child.late)
        elif kind == "answer":
            child.ended = Answer(content)
        else:
            child.ended = replace(content, step=child.step)

    def _fallen_silent(self, child: _Child[Task]) -> Lost:
        """Why a child that has closed its end did so."""
        code, child.gone = child.end(_DYING), True
        step = child.step or STARTING
        if child.late:
            return Lost("deadline", step, child.late)
        if code is None:
            return Lost("killed", step, "its process cut the connection, and was ended")
        if code < 0:
            hint = "; the machine may have run out of memory" if code == -signal.SIGKILL else ""
            return Lost("killed", step, f"its process was ended by {_name(-code)}{hint}")
        return Lost("exited", step, f"its process ended by itself with code {code}")

    def _let_go(self, child: _Child[Task]) -> None:
        """Let a child go, with all that it may have left running."""
        del self._children[child.connection]
        child.connection.close()
        if not child.gone:
            child.end(0.0)

    def _enforce(self) -> None:
        """Ask children that are late to stop, and kill those that were asked before; what one has told already counts first."""
        for child in self._children.values():
            due, why = child.due()
            if time.monotonic() < due or child.connection.poll():
                continue
            if child.late or not child.step or sys.platform == "win32":
                child.late, child.kill_at = why, math.inf
                send_signal(child.pid, signal.SIGKILL)
            else:
                child.late, child.kill_at = why, time.monotonic() + _GRACE
                send_signal(child.pid, signal.SIGUSR1)


def _name(number: int) -> str:
    """A signal in words."""
    words = signal.strsignal(number)
    return f"signal {number} ({words})" if words else f"signal {number}"
