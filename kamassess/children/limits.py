"""What a child may take, what it tells, and what becomes of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Literal, TypeAlias

__all__ = ["STARTING", "Answer", "Limits", "Lost", "Overdue", "Tell", "Work"]

STARTING = "starting"
"""The step of a child that has not named one yet."""
_UNITS = ("bytes", "KiB", "MiB", "GiB")


class Overdue(BaseException):
    """Raised in a child in the middle of what takes too long; no ``except Exception`` holds it up."""


@dataclass(frozen=True)
class Limits:
    """What one task may take; None for as much as it likes.

    Attributes
    ----------
    step_seconds, whole_seconds
        Elapsed, for each step and for the whole task.
    memory
        Bytes that a child may allocate beyond what its parent had. Linux only.
    """

    step_seconds: float | None = None
    whole_seconds: float | None = None
    memory: int | None = None

    def due(self, began: float, step: str, step_began: float) -> tuple[float, str]:
        """When a task takes too long, and how to say so. Parent and child reckon alike, and by the same clock."""
        of_step = step_began + self.step_seconds if self.step_seconds else math.inf
        of_whole = began + self.whole_seconds if self.whole_seconds else math.inf
        if of_whole < of_step:
            return of_whole, f"it took longer than {self.whole_seconds:g} s in all, and was at {step}"
        return of_step, f"{step} took longer than {self.step_seconds or 0:g} s"

    def of_memory(self) -> str:
        """The limit of memory in words; empty where there is none."""
        if not self.memory:
            return ""
        value, unit = float(self.memory), 0
        while value >= 1024 and unit < len(_UNITS) - 1:
            value, unit = value / 1024, unit + 1
        return f"{value:g} {_UNITS[unit]}"


@dataclass(frozen=True)
class Answer:
    """What a task came to."""

    value: Any


@dataclass(frozen=True)
class Lost:
    """A task without an answer: its child ran out of time or memory, was killed, or ended by itself. ``detail`` is for people."""

    kind: Literal["deadline", "memory", "killed", "exited"]
    step: str
    detail: str

    def __str__(self) -> str:
        """What happened, and where."""
        return self.detail if self.step in self.detail else f"{self.step}: {self.detail}"


class Tell:
    """What a child has to tell its parent while it works."""

    def __init__(self, connection: Connection, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits
        self._at = STARTING
        self._began = self._step_began = time.monotonic()
        self._sending = False
        self._late: Overdue | None = None

    @property
    def busy(self) -> bool:
        """Whether a message is half sent, as a signal handler or a destructor may find it."""
        return self._sending

    def step(self, name: str) -> None:
        """Name what begins now; the deadline for a step begins anew."""
        self._at, self._step_began = name, time.monotonic()
        self.send("step", (name, self._step_began))

    def __call__(self, message: Any) -> None:
        """Hand *message* to whoever waits for the answer."""
        self.send("told", message)

    def send(self, kind: str, content: Any) -> None:
        """Send a message, all of it; who has swallowed that it is late is told again."""
        self._sending = True
        try:
            self._connection.send((kind, content))
        finally:
            self._sending = False
        if self._late:
            raise self._late

    def overdue(self, *_: object) -> None:
        """Stop what takes too long, or the next thing if a message is half sent: a signal handler."""
        self._late = Overdue(self._limits.due(self._began, self._at, self._step_began)[1])
        if not self._sending:
            raise self._late


Work: TypeAlias = Callable[[Any, Tell], Any]
"""What is done in a child: called with a task and a :class:`Tell`, returns what it came to."""
