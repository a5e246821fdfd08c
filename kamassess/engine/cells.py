"""The cells of a notebook, run one after the other in this process."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from kamassess.children import Tell
from kamassess.engine.recorder import Output, OutputLimitError, Recorder, as_error
from kamassess.engine.shell import undisturbed
from kamassess.engine.terminal import Terminal
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
    """What a child needs to run a notebook: its code cells, and what it shall find as the process has it that asks for it."""

    cells: tuple[Cell, ...]
    output_limit: int | None
    memory_limit: str
    folder: str
    environment: Mapping[str, str]
    path: Sequence[str]
    arguments: Sequence[str]

    @classmethod
    def here(cls, cells: tuple[Cell, ...], output_limit: int | None, memory_limit: str) -> Notebook:
        """A notebook that shall find what this process has."""
        return cls(cells, output_limit, memory_limit, os.getcwd(), dict(os.environ), tuple(sys.path), tuple(sys.argv))  # noqa: PTH109


class Observer(Protocol):
    """Hears of each cell as it runs."""

    def started(self, cell: Cell, number: int) -> None:
        """Cell begins, as number *number* of those that run."""

    def finished(self, cell: Cell, number: int, outputs: list[Output], succeeded: bool) -> None:
        """Cell has ended."""

    def changed(self, index: int, outputs: list[Output]) -> None:
        """A cell that runs has put out more, or the outputs of an earlier one are others now."""


def run_cells(
    cells: Sequence[Cell],
    observer: Observer,
    output_limit: int | None = None,
    memory_limit: str = "",
    *,
    own_process: bool = False,
) -> dict[str, Any]:
    """Run cells up to the first that fails.

    Parameters
    ----------
    cells
        Of one notebook.
    observer
        Hears of each.
    output_limit
        Characters that their outputs may have together.
    memory_limit
        How much memory they may have, in words; others have seen to it.
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
    recorder, states = Recorder(output_limit, observer.changed if own_process else None), WidgetStates()
    with (
        undisturbed(recorder, memory_limit, own_process=own_process) as shell,
        listening(states),
        contextlib.closing(Terminal(recorder)) as terminal,
    ):
        for cell in cells:
            number = shell.execution_count
            observer.started(cell, number)
            if shell.left:
                error = stopped("DeadKernelError", f"cell {number - 1} has called exit(), which ends the notebook")
                observer.finished(cell, number, [error], False)
                break
            recorder.begin(cell.index)
            succeeded = _run(cell, shell, terminal, recorder, own_process=own_process)
            for index in sorted(recorder.touched):
                observer.changed(index, recorder.outputs(index))
            observer.finished(cell, number, recorder.outputs(cell.index), succeeded)
            if not succeeded and not cell.may_fail:
                break
        if own_process:
            with terminal:
                shell.user_ns.clear()  # files that it has left open are written now, for a child ends without tidying up
    return states.metadata()


def _run(cell: Cell, shell: Any, terminal: Terminal, recorder: Recorder, *, own_process: bool) -> bool:
    """Run a cell; return whether it succeeded."""
    succeeded, error = False, None
    with terminal, contextlib.suppress(OutputLimitError):
        outcome = shell.run_cell(cell.source, store_history=True)
        error = outcome.error_in_exec
        succeeded = bool(outcome.success) and not shell.failed_to_show
        recorder.catch_up()
    if isinstance(error, KeyboardInterrupt) and not own_process:
        raise KeyboardInterrupt
    if recorder.full:
        _see_that_it_says_so(recorder, cell)
        return False
    return succeeded


def _see_that_it_says_so(recorder: Recorder, cell: Cell) -> None:
    """It does not if a thread or a program ran into the limit, or the cell swallowed that it did."""
    name, outputs = OutputLimitError.__name__, recorder.outputs(cell.index)
    if not (outputs and outputs[-1].get("ename") == name):
        recorder.add(stopped(name, str(recorder.full)))


# -- in a child ----------------------------------------------------------------------------------------------------------


class _Telling:
    """Tells the parent of each cell; what it is at bounds the time it may take."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def started(self, cell: Cell, number: int) -> None:
        self._tell.step(f"cell {number}")
        self._tell(("started", cell, number))

    def finished(self, cell: Cell, number: int, outputs: list[Output], succeeded: bool) -> None:
        self._tell(("finished", cell, number, outputs, succeeded))

    def changed(self, index: int, outputs: list[Output]) -> None:
        if not self._tell.busy:
            self._tell(("changed", index, outputs))


def run_in_child(notebook: Notebook, tell: Tell) -> dict[str, Any]:
    """Run a notebook in a child that has nothing else to do."""
    gc.freeze()  # what the parent had loaded need not be looked through, and stays shared with it
    os.chdir(notebook.folder)
    os.environ.clear()
    os.environ.update(notebook.environment)
    sys.path[:], sys.argv[:] = notebook.path, notebook.arguments
    return run_cells(notebook.cells, _Telling(tell), notebook.output_limit, notebook.memory_limit, own_process=True)


def stopped(name: str, why: str) -> Output:
    """The output of a cell that was ended from outside."""
    return as_error(name, why, [f"{name}: {why}"])
