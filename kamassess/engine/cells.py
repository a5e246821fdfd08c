"""The cells of a notebook, run one after the other in this process."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from nbformat.v4 import new_output

from kamassess.children import Tell
from kamassess.engine.recorder import Recorder
from kamassess.engine.shell import quiet_terminal, undisturbed
from kamassess.engine.widgets import WidgetStates, listening

__all__ = ["Cell", "Notebook", "Observer", "run_cells", "run_in_child", "stopped"]


@dataclass(frozen=True)
class Cell:
    """A code cell: its place in the notebook, its source, and whether the notebook goes on if it fails."""

    index: int
    source: str
    may_fail: bool = False


@dataclass(frozen=True)
class Notebook:
    """What a child needs to run a notebook: its code cells, and the folder and variables of the process that asks for it."""

    cells: tuple[Cell, ...]
    folder: str
    environment: Mapping[str, str]
    output_limit: int | None


class Observer(Protocol):
    """Hears of each cell as it runs."""

    def started(self, cell: Cell, number: int) -> None:
        """Cell begins, as number *number* of those that run."""

    def finished(self, cell: Cell, number: int, outputs: list[Any], succeeded: bool) -> None:
        """Cell has ended."""

    def changed(self, index: int, outputs: list[Any]) -> None:
        """The outputs of an earlier cell are others now."""


def run_cells(
    cells: Sequence[Cell], observer: Observer, output_limit: int | None = None, *, own_process: bool = False
) -> dict[str, Any]:
    """Run cells up to the first that fails.

    Parameters
    ----------
    cells
        Of one notebook.
    observer
        Hears of each.
    output_limit
        Bytes that their outputs may have together.
    own_process
        Whether a ``KeyboardInterrupt`` can only come from a cell, and is an error of it like any other.

    Returns
    -------
    dict
        What belongs into the notebook's metadata: the state of its widgets.

    Raises
    ------
    KeyboardInterrupt
        Someone wants to stop, not this cell alone.
    """
    recorder, states = Recorder(output_limit), WidgetStates()
    with undisturbed(recorder) as shell, listening(states):
        for cell in cells:
            number = shell.execution_count
            observer.started(cell, number)
            recorder.begin(cell.index)
            with quiet_terminal(shell):
                outcome = shell.run_cell(cell.source, store_history=True)
            if isinstance(outcome.error_in_exec, KeyboardInterrupt) and not own_process:
                raise KeyboardInterrupt
            succeeded = bool(outcome.success)
            for index in sorted(recorder.touched):
                observer.changed(index, recorder.outputs(index))
            observer.finished(cell, number, recorder.outputs(cell.index), succeeded)
            if not succeeded and not cell.may_fail:
                break
    return states.metadata()


# -- in a child ----------------------------------------------------------------------------------------------------------


class _Telling:
    """Tells the parent of each cell; what it is at bounds the time it may take."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def started(self, cell: Cell, number: int) -> None:
        self._tell.step(f"cell {number}")
        self._tell(("started", cell, number))

    def finished(self, cell: Cell, number: int, outputs: list[Any], succeeded: bool) -> None:
        self._tell(("finished", cell, number, outputs, succeeded))

    def changed(self, index: int, outputs: list[Any]) -> None:
        self._tell(("changed", index, outputs))


def run_in_child(notebook: Notebook, tell: Tell) -> dict[str, Any]:
    """Run a notebook in a child that has nothing else to do."""
    os.chdir(notebook.folder)
    os.environ.clear()
    os.environ.update(notebook.environment)
    return run_cells(notebook.cells, _Telling(tell), notebook.output_limit, own_process=True)


def stopped(name: str, why: str) -> Any:
    """The output of a cell that was ended from outside."""
    return new_output("error", ename=name, evalue=why, traceback=[f"{name}: {why}"])
