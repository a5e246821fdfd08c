"""What a child may take, what it tells, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Literal, TypeAlias

__all__ = ["Answer", "Limits", "Lost", "Overdue", "Tell", "Work"]

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

    def of_memory(self) -> str:
        """The limit of memory in words."""
        value, unit = float(self.memory or 0), 0
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


class Tell:
    """What a child has to tell its parent while it works."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.at = "starting"

    def step(self, name: str) -> None:
        """Name what begins now; the deadline for a step begins anew."""
        self.at = name
        self._connection.send(("step", name))

    def __call__(self, message: Any) -> None:
        """Hand *message* to whoever waits for the answer."""
        self._connection.send(("told", message))


Work: TypeAlias = Callable[[Any, Tell], Any]
"""What is done in a child: called with a task, returns what it came to."""
