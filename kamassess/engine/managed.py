"""The engine as papermill knows it: what is heard of the cells goes into the notebook, wherever they run."""

from __future__ import annotations

import os
import platform
import threading
from collections.abc import Callable
from typing import Any

from papermill.engines import Engine
from papermill.log import logger

from kamassess.children import Limits, Lost, Pool
from kamassess.engine.cells import Cell, Notebook, run_cells, run_in_child, stopped
from kamassess.engine.shell import TIMEOUT

__all__ = ["KamassessEngine"]

_NAMES = {"deadline": TIMEOUT, "memory": "MemoryError", "killed": "DeadKernelError", "exited": "DeadKernelError"}
"""As nbclient calls what ends a notebook from outside."""
_LOCAL = threading.local()


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
        output_limit: int | None = None,
        isolate: bool = True,
        on_cell: Callable[[int], None] | None = None,
        **_: Any,
    ) -> None:
        """Run every code cell in order; stop at the first error, which papermill then raises.

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
        if isolate:
            limits = Limits(execution_timeout or None, notebook_timeout, memory_limit)
            notebook = Notebook(cells, os.getcwd(), dict(os.environ), output_limit)  # noqa: PTH109
            metadata = _isolated(notebook, limits, managed)
        else:
            metadata = run_cells(cells, managed, output_limit)
        managed.end(metadata)


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
    if not hasattr(_LOCAL, "pool"):  # a helper that forks for this thread is worth keeping
        _LOCAL.pool = Pool(run_in_child, preload=("kamassess.engine.cells",))
    pool: Pool[Notebook] = _LOCAL.pool
    pool.limits = limits
    metadata: dict[str, Any] = {}
    for _, ended in pool.run([notebook], told=lambda _, message: managed.hear(message)):
        if isinstance(ended, Lost):
            managed.lost(ended)
        else:
            metadata = ended.value
    return metadata


class _Managed:
    """A notebook that papermill manages, while its cells run."""

    def __init__(self, nb_man: Any, log: _Log, on_cell: Callable[[int], None] | None) -> None:
        self._nb_man = nb_man
        self._log = log
        self._on_cell = on_cell
        self._next = 0
        self._running: int | None = None
        self._failed = False

    def hear(self, message: Any) -> None:
        """What a child tells."""
        what, *content = message
        getattr(self, what)(*content)

    def started(self, cell: Cell, number: int) -> None:
        """Cell begins."""
        self._pass(cell.index)
        self._cell(cell.index).execution_count = number
        self._nb_man.cell_start(self._cell(cell.index), cell_index=cell.index)
        self._running = cell.index
        if self._on_cell:
            self._on_cell(number)

    def finished(self, cell: Cell, number: int, outputs: list[Any], succeeded: bool) -> None:  # noqa: ARG002 - an observer's
        """Cell has ended."""
        self._cell(cell.index).outputs = outputs
        self._log.note(outputs)
        self._complete(failed=not succeeded and not cell.may_fail)

    def changed(self, index: int, outputs: list[Any]) -> None:
        """An earlier cell shows something else."""
        self._cell(index).outputs = outputs

    def lost(self, why: Lost) -> None:
        """The child that ran the cells is no more."""
        if self._running is None:
            code = [index for index, cell in enumerate(self._nb_man.nb.cells) if cell.cell_type == "code"]
            index = next((index for index in code if index >= self._next), code[-1])
            self._pass(index)
            self._nb_man.cell_start(self._cell(index), cell_index=index)
            self._running = index
        self._cell(self._running).outputs.append(stopped(_NAMES[why.kind], why.detail))
        self._complete(failed=True)

    def end(self, metadata: dict[str, Any]) -> None:
        """No cell runs any more."""
        if not self._failed:
            self._pass(len(self._nb_man.nb.cells))
        self._nb_man.nb.metadata.update(metadata)
        self._nb_man.nb.metadata["language_info"] = _language()

    def _pass(self, until: int) -> None:
        """Cells that do not run have started and ended all the same."""
        for index in range(self._next, until):
            self._nb_man.cell_start(self._cell(index), cell_index=index)
            self._nb_man.cell_complete(self._cell(index), cell_index=index)
        self._next = until + 1

    def _complete(self, *, failed: bool) -> None:
        index, self._running = self._running, None
        if failed:
            self._failed = True
            self._nb_man.cell_exception(self._cell(index), cell_index=index)
        self._nb_man.cell_complete(self._cell(index), cell_index=index)

    def _cell(self, index: int | None) -> Any:
        return self._nb_man.nb.cells[index]


class _Log:
    """papermill's options for seeing what cells print."""

    def __init__(self, logged: bool, out: Any, err: Any) -> None:
        self._logged = logged
        self._files = {"stdout": out, "stderr": err}

    def note(self, outputs: list[Any]) -> None:
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
