"""A papermill engine that runs cells in this very process: no kernel to start, no messages to wait for.

``papermill --engine kamassess in.ipynb out.ipynb``. The libraries that a batch has loaded, and the engagement it has read, are
there for the next notebook. Cells run in an IPython shell that is emptied before each notebook; outputs are recorded as
nbclient would. A notebook that must be isolated or killed needs a process of its own: ``--engine nbclient`` is the reference.
"""

from __future__ import annotations

import base64
import builtins
import contextlib
import io
import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from IPython.core.display_functions import display
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_output
from papermill.engines import Engine
from traitlets import Any as AnyTrait
from traitlets import Type
from traitlets.config import Config

__all__ = ["InProcessEngine"]


class _Recorder:
    """The outputs of one cell, in the order in which they happen."""

    def __init__(self) -> None:
        self.outputs: list[Any] = []
        self.by_display_id: dict[str, list[Any]] = {}
        self._clear_next = False

    def add(self, output: Any) -> None:
        if self._clear_next:
            self.outputs.clear()
            self._clear_next = False
        last = self.outputs[-1] if self.outputs else None
        if (
            output["output_type"] == "stream"
            and last is not None
            and last["output_type"] == "stream"
            and last["name"] == output["name"]
        ):
            last["text"] += output["text"]
        else:
            self.outputs.append(output)

    def display(self, data: dict[str, Any], metadata: dict[str, Any], transient: dict[str, Any], *, update: bool) -> None:
        display_id = transient.get("display_id")
        for output in self.by_display_id.get(display_id or "", ()):
            output["data"], output["metadata"] = data, metadata
        if update:
            return
        output = new_output("display_data", data=data, metadata=metadata)
        self.add(output)
        if display_id:
            self.by_display_id.setdefault(display_id, []).append(output)

    def clear(self, *, wait: bool) -> None:
        if wait:
            self._clear_next = True
        else:
            self.outputs.clear()


class _Stream(io.TextIOBase):
    """Standard output or error of a cell."""

    def __init__(self, name: str, shell: _Shell) -> None:
        self.name = name
        self._shell = shell

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text:
            self._shell.recorder.add(new_output("stream", name=self.name, text=text))
        return len(text)


class _Publisher(DisplayPublisher):  # type: ignore[misc]
    def publish(self, data, metadata=None, *, transient=None, update=False, **_):  # type: ignore[no-untyped-def]
        self.shell.recorder.display(_as_text(data), dict(metadata or {}), transient or {}, update=update)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.recorder.clear(wait=wait)


class _Hook(DisplayHook):  # type: ignore[misc]
    """The value of a cell's last expression."""

    def __call__(self, result=None):  # type: ignore[no-untyped-def]
        if result is None or self.quiet():
            return
        data, metadata = self.compute_format_data(result)
        self.update_user_ns(result)
        if data:
            self.shell.recorder.add(
                new_output("execute_result", data=_as_text(data), metadata=metadata, execution_count=self.prompt_count)
            )


def _as_text(data: Mapping[str, Any]) -> dict[str, Any]:
    """Forms of an object as a notebook file can hold them: bytes as base64."""
    return {mime: base64.b64encode(form).decode("ascii") if isinstance(form, bytes) else form for mime, form in data.items()}


class _Shell(InteractiveShell):  # type: ignore[misc]
    """An IPython shell that records instead of printing."""

    recorder = AnyTrait()
    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)

    def init_sys_modules(self) -> None:
        """Leave ``sys.modules['__main__']`` to the program that runs."""

    def init_syntax_highlighting(self, changes: object = None) -> None:
        """No colours are needed."""

    def enable_gui(self, gui: object = None) -> None:
        """There is no window to draw in."""

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        self.recorder.add(new_output("error", ename=etype.__name__, evalue=str(evalue), traceback=list(stb)))


@cache
def _made() -> _Shell:
    """The shell of this process. It is no singleton: whoever was IPython's shell before stays it."""
    config = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor", "xmode": "Context"}})
    return _Shell(config=config)


def _emptied() -> _Shell:
    """The shell as a new notebook finds it."""
    shell = _made()
    shell.recorder = _Recorder()
    shell.reset(new_session=True)
    shell.user_ns["In"][:] = [""]
    shell.execution_count = 1
    return shell


@contextlib.contextmanager
def _undisturbed() -> Iterator[_Shell]:
    """A shell to run a notebook in, with all that a notebook may change in its process put back afterwards."""
    current, hook, path, folder = InteractiveShell._instance, sys.excepthook, sys.path[:], os.getcwd()  # noqa: PTH109
    names = vars(builtins).copy()
    try:
        with warnings.catch_warnings():
            shell = _emptied()
            vars(builtins).pop("_", None)  # where there is one, as a doctest or gettext leaves it, IPython does not set its own
            vars(builtins)["display"] = display  # IPython puts it there once, when the first shell is made
            InteractiveShell._instance = shell  # what get_ipython() and display() ask for
            yield shell
    finally:
        InteractiveShell._instance, sys.excepthook, sys.path[:] = current, hook, path
        for name in vars(builtins).keys() - names.keys():
            del vars(builtins)[name]
        vars(builtins).update(names)
        os.chdir(folder)


@contextlib.contextmanager
def _quiet_terminal(shell: _Shell) -> Iterator[None]:
    """Send what cells print to the recorder, and leave them nobody to ask."""
    keyboard, sys.stdin = sys.stdin, io.StringIO()
    try:
        with contextlib.redirect_stdout(_Stream("stdout", shell)), contextlib.redirect_stderr(_Stream("stderr", shell)):
            yield
    finally:
        sys.stdin = keyboard


class InProcessEngine(Engine):  # type: ignore[misc]
    """Runs a notebook in the current process."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> None:  # noqa: ARG003 - papermill's protocol
        """Run every code cell in order; stop at the first error, which papermill then raises."""
        with _undisturbed() as shell:
            for index, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, cell_index=index)
                failed = cell.cell_type == "code" and bool(cell.source.strip()) and not _run(shell, cell)
                if failed:
                    nb_man.cell_exception(nb_man.nb.cells[index], cell_index=index)
                nb_man.cell_complete(nb_man.nb.cells[index], cell_index=index)
                if failed:
                    break


def _run(shell: _Shell, cell: Any) -> bool:
    """Run one cell, and say whether it succeeded.

    Raises
    ------
    KeyboardInterrupt
        Someone wants to stop, not this cell alone.
    """
    shared = shell.recorder.by_display_id
    shell.recorder = _Recorder()
    shell.recorder.by_display_id = shared
    cell.execution_count = shell.execution_count
    with _quiet_terminal(shell):
        outcome = shell.run_cell(cell.source, store_history=True)
    cell.outputs = shell.recorder.outputs
    if isinstance(outcome.error_in_exec, KeyboardInterrupt):
        raise KeyboardInterrupt
    return bool(outcome.success)
