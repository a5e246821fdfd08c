"""An IPython shell that records what a notebook puts out, in a process that is left as it was found."""

from __future__ import annotations

import builtins
import contextlib
import getpass
import io
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from functools import cache

from IPython.core.display_functions import display
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_output
from traitlets import Any as AnyTrait
from traitlets import Type
from traitlets.config import Config

from kamassess.children import Overdue
from kamassess.engine.recorder import Recorder, as_text

__all__ = ["TIMEOUT", "Shell", "quiet_terminal", "renew", "undisturbed"]

_INLINE = "module://matplotlib_inline.backend_inline"
_ENCODING = "utf-8"
TIMEOUT = "CellTimeoutError"
"""What nbclient calls it when a cell takes too long."""


class _Stream(io.TextIOBase):
    """Standard output or error of a cell."""

    def __init__(self, name: str, descriptor: int, shell: Shell) -> None:
        self.name = name
        self._descriptor = descriptor
        self._shell = shell

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return _ENCODING

    def fileno(self) -> int:
        return self._descriptor

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text:
            self._shell.recorder.write(self.name, text)
        return len(text)


class _Publisher(DisplayPublisher):  # type: ignore[misc]
    def publish(self, data, metadata=None, *, transient=None, update=False, **_):  # type: ignore[no-untyped-def]
        self.shell.recorder.display(as_text(data), dict(metadata or {}), transient or {}, update=update)

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
            output = new_output("execute_result", data=as_text(data), metadata=metadata, execution_count=self.prompt_count)
            self.shell.recorder.add(output)


class Shell(InteractiveShell):  # type: ignore[misc]
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
        self.recorder.add(
            new_output(
                "error", ename=TIMEOUT if issubclass(etype, Overdue) else etype.__name__, evalue=str(evalue), traceback=list(stb)
            )
        )


@cache
def _made() -> Shell:
    """The shell of this process. It is no singleton: whoever was IPython's shell before stays it."""
    config = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor", "xmode": "Context"}})
    return Shell(config=config)


def renew() -> Shell:
    """The shell of this process, as a new notebook finds it."""
    shell = _made()
    if shell.execution_count > 1:  # in a process of its own, a notebook is the first
        shell.reset(new_session=True)
        shell.user_ns["In"][:] = [""]
        shell.execution_count = 1
    return shell


@contextlib.contextmanager
def undisturbed(recorder: Recorder) -> Iterator[Shell]:
    """A shell to run a notebook in, with all that a notebook may change in its process put back afterwards."""
    current, hook, path, folder = InteractiveShell._instance, sys.excepthook, sys.path[:], os.getcwd()  # noqa: PTH109
    main, names, environment = sys.modules["__main__"], vars(builtins).copy(), os.environ.copy()
    try:
        with warnings.catch_warnings(), _drawing_inline():
            shell = renew()
            shell.recorder = recorder
            vars(builtins).pop("_", None)  # where there is one, as a doctest or gettext leaves it, IPython does not set its own
            vars(builtins)["display"] = display  # IPython puts it there once, when the first shell is made
            InteractiveShell._instance = shell  # what get_ipython() and display() ask for
            sys.modules["__main__"] = shell.user_module  # where pickle looks for classes of the notebook
            yield shell
    finally:
        InteractiveShell._instance, sys.excepthook, sys.path[:], sys.modules["__main__"] = current, hook, path, main
        for name in vars(builtins).keys() - names.keys():
            del vars(builtins)[name]
        vars(builtins).update(names)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)


@contextlib.contextmanager
def _drawing_inline() -> Iterator[None]:
    """Have pyplot draw into the notebook, as a kernel does."""
    os.environ["MPLBACKEND"] = _INLINE
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is None:
        yield
        return
    before = matplotlib.rcParams._get("backend")
    matplotlib.rcParams._set("backend", _INLINE)
    try:
        yield
    finally:
        matplotlib.rcParams._set("backend", before)


@contextlib.contextmanager
def quiet_terminal(shell: Shell) -> Iterator[None]:
    """Send what a cell prints to the recorder, be it from Python or from a program it calls, and leave it nobody to ask."""
    keyboard, password = sys.stdin, getpass.getpass
    sys.stdin, getpass.getpass, vars(builtins)["input"] = io.StringIO(), _nobody, _nobody
    out, err = _Stream("stdout", 1, shell), _Stream("stderr", 2, shell)
    try:
        with _descriptor(1, out), _descriptor(2, err), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            yield
    finally:
        sys.stdin, getpass.getpass = keyboard, password


def _nobody(*_: object, **__: object) -> str:
    raise StdinNotImplementedError("nobody is there to answer: a notebook that runs by itself cannot ask")


@contextlib.contextmanager
def _descriptor(number: int, stream: _Stream) -> Iterator[None]:
    """Catch what programs write to a file descriptor; it stands after what Python has written in the same cell."""
    kept = os.dup(number)
    with tempfile.TemporaryFile() as caught:
        os.dup2(caught.fileno(), number)
        try:
            yield
        finally:
            os.dup2(kept, number)
            os.close(kept)
            if size := caught.seek(0, os.SEEK_END):
                caught.seek(0)
                stream.write(caught.read(size).decode(_ENCODING, "replace"))
