"""The engine as papermill knows it: what is heard of the cells goes into the notebook, wherever they run."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from typing import Any

from nbformat import from_dict
from papermill.engines import Engine
from papermill.log import logger

from kamassess.children import Limits, Lost, Pool
from kamassess.engine.cells import Cell, Notebook, run_cells, run_in_child, stopped
from kamassess.engine.recorder import Output
from kamassess.engine.shell import TIMEOUT

__all__ = ["KamassessEngine"]

_NAMES = {"deadline": TIMEOUT, "memory": "MemoryError", "killed": "DeadKernelError", "exited": "DeadKernelError"}
"""As nbclient calls what ends a notebook from outside."""
OUTPUT_LIMIT = 64 << 20
"""Characters that a notebook may put out if nothing else is said; nobody could open its file."""
_IDLE: list[Pool[Notebook]] = []
"""Pools that no thread uses: the helper that forks for one is worth keeping."""
os.register_at_fork(after_in_child=_IDLE.clear)


class KamassessEngine(Engine):  # type: ignore[misc]
    """Runs a notebook in a process forked for it, or in this one. Options: see :mod:`kamassess.engine`."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        execution_timeout: float | None = None,
        notebook_timeout: float | None = None,
        memory_limit: int | None = None,
        output_limit: int | None = OUTPUT_LIMIT,
        isolate: bool = True,
        on_cell: Callable[[int], None] | None = None,
        hand_over: Callable[[Any], None] | None = None,
        **_: Any,
    ) -> None:
        """Run every code cell in order; stop at the first error, which papermill then raises.

        Whoever takes the notebook by *hand_over* has it with all outputs, and papermill only those that say what failed: it would
        write them as JSON, even where no file is asked for.

        Raises
        ------
        ValueError
            The notebook is not for Python.
        """
        language = str(nb_man.nb.metadata.get("kernelspec", {}).get("language", "python"))
        if language.lower() != "python":
            raise ValueError(f"--engine kamassess runs Python, and this notebook is for {kernel_name}: use --engine nbclient")
        managed = _Managed(nb_man, _Log(log_output, stdout_file, stderr_file), on_cell)
        cells = _cells(nb_man.nb)
        if isolate and cells:
            limits = Limits(execution_timeout or None, notebook_timeout, memory_limit)
            metadata = _isolated(Notebook.here(cells, output_limit, limits.of_memory()), limits, managed)
        else:
            metadata = run_cells(cells, managed, output_limit)
        managed.end(metadata)
        if hand_over:
            hand_over(_taken_over(nb_man.nb))


def _taken_over(notebook: Any) -> Any:
    """A notebook with its outputs; those of the one that is given are then its errors alone."""
    taken = from_dict({**notebook, "cells": [{**cell} for cell in notebook.cells]})
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.output_type == "error"]
    return taken


def _cells(notebook: Any) -> tuple[Cell, ...]:
    """The code cells that run, as nbclient chooses them."""
    found = []
    for index, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags", ())
        if cell.cell_type == "code" and cell.source.strip() and "skip-execution" not in tags:
            found.append(Cell(index, cell.source, "raises-exception" in tags))
    return tuple(found)


def _isolated(notebook: Notebook, limits: Limits, managed: _Managed) -> dict[str, Any]:
    """Run a notebook in a child, and hear of it here."""
    try:
        pool = _IDLE.pop()
    except IndexError:
        pool = Pool(run_in_child, preload=("kamassess.engine.cells",))
    pool.limits = limits
    metadata: dict[str, Any] = {}
    for _, ended in pool.run([notebook], told=lambda _, message: managed.hear(message)):
        if isinstance(ended, Lost):
            managed.lost(notebook.cells[0], ended)
        else:
            metadata = ended.value
    _IDLE.append(pool)
    return metadata


class _Managed:
    """A notebook that papermill manages, while its cells run."""

    def __init__(self, nb_man: Any, log: _Log, on_cell: Callable[[int], None] | None) -> None:
        self._nb_man = nb_man
        self._log = log
        self._on_cell = on_cell
        self._next = 0
        self._last: int | None = None
        """The cell that was the last to begin."""
        self._failed = False

    def hear(self, message: Any) -> None:
        """What a child tells."""
        what, *content = message
        getattr(self, what)(*content)

    def started(self, cell: Cell, number: int) -> None:
        """Cell begins."""
        self._begin(cell.index)
        self._cell(cell.index).execution_count = number
        if self._on_cell:
            self._on_cell(number)

    def finished(self, cell: Cell, number: int, outputs: list[Output], succeeded: bool) -> None:  # noqa: ARG002 - an observer's
        """Cell has ended."""
        self._cell(cell.index).outputs = from_dict(outputs)
        self._log.note(outputs)
        if not succeeded and not cell.may_fail:
            self._fail(cell.index)
        self._nb_man.cell_complete(self._cell(cell.index), cell_index=cell.index)

    def changed(self, index: int, outputs: list[Output]) -> None:
        """A cell that runs has put out more, or an earlier one shows something else."""
        self._cell(index).outputs = from_dict(outputs)
        self._nb_man.autosave_cell()

    def lost(self, first: Cell, why: Lost) -> None:
        """The child that ran the cells, of which *first* is the first, is no more."""
        if self._failed:  # it was asked to stop, and did
            return
        if self._last is None:
            self._begin(first.index)
        cell, name = self._cell(self._last), _NAMES[why.kind]
        if not (cell.outputs and cell.outputs[-1].get("ename") == name):
            cell.outputs.append(from_dict(stopped(name, str(why))))
        self._fail(self._last)
        self._nb_man.cell_complete(cell, cell_index=self._last)

    def end(self, metadata: dict[str, Any]) -> None:
        """No cell runs any more."""
        if not self._failed:
            self._pass(len(self._nb_man.nb.cells))
        self._nb_man.nb.metadata.update(metadata)
        self._nb_man.nb.metadata["language_info"] = _language()

    def _begin(self, index: int) -> None:
        self._pass(index)
        self._nb_man.cell_start(self._cell(index), cell_index=index)
        self._last = index

    def _pass(self, until: int) -> None:
        """Cells that do not run have started and ended all the same."""
        for index in range(self._next, until):
            self._nb_man.cell_start(self._cell(index), cell_index=index)
            self._nb_man.cell_complete(self._cell(index), cell_index=index)
        self._next = until + 1

    def _fail(self, index: int | None) -> None:
        self._failed = True
        self._nb_man.cell_exception(self._cell(index), cell_index=index)

    def _cell(self, index: int | None) -> Any:
        return self._nb_man.nb.cells[index]


class _Log:
    """papermill's options for seeing what cells print."""

    def __init__(self, logged: bool, out: Any, err: Any) -> None:
        self._logged = logged
        self._files = {"stdout": out, "stderr": err}

    def note(self, outputs: list[Output]) -> None:
        """Log, and write to files, what a cell has put out."""
        for output in outputs:
            if output["output_type"] == "stream":
                if self._logged:
                    (logger.info if output["name"] == "stdout" else logger.warning)(output["text"])
                if file := self._files[output["name"]]:
                    file.write(output["text"])
                    file.flush()
            elif self._logged and "text/plain" in output.get("data", {}):
                logger.info(output["data"]["text/plain"])


def _language() -> dict[str, Any]:
    """What a kernel says of its language."""
    return {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": platform.python_version(),
    }
