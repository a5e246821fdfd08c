"""A kernel's IPython shell that records what a notebook puts out, in a process that is left as it was found."""

from __future__ import annotations

import atexit
import builtins
import contextlib
import os
import sys
import warnings
from collections.abc import Iterator
from typing import Any

from ipykernel import zmqshell
from IPython.core.display_functions import display
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from IPython.core.pylabtools import select_figure_formats
from IPython.core.shellapp import InteractiveShellApp
from traitlets import Any as AnyTrait
from traitlets import Type
from traitlets.config import Config

from kamassess import home
from kamassess.children import Overdue
from kamassess.engine.recorder import Recorder, as_error, as_shown

__all__ = ["TIMEOUT", "ready", "undisturbed"]

_INLINE = "module://matplotlib_inline.backend_inline"
TIMEOUT = "CellTimeoutError"
"""What nbclient calls it when a cell takes too long."""


class _Publisher(DisplayPublisher):  # type: ignore[misc]
    """What ``display`` and ``clear_output`` hand their things to."""

    def publish(self, data, metadata=None, *, transient=None, update=False, **_):  # type: ignore[no-untyped-def]
        self._validate_data(data, metadata)
        self.shell.recorder.display(data, metadata or {}, transient or {}, update=update)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.recorder.clear(wait=wait)


class _Hook(DisplayHook):  # type: ignore[misc]
    """The value of a cell's last expression."""

    def write_output_prompt(self) -> None:
        """The number is part of the output."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        result = as_shown("execute_result", format_dict, md_dict or {}, execution_count=self.prompt_count)
        self.shell.recorder.add(result)

    def finish_displayhook(self) -> None:
        self._is_active = False


class ZMQInteractiveShell(zmqshell.ZMQInteractiveShell):
    """A kernel's shell without the kernel. Libraries know by this name that they are in a notebook."""

    recorder = AnyTrait()
    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)
    left = False
    """Whether the notebook has called ``exit()``."""
    failed_to_show = False
    """Whether the value of the last cell could not be shown."""
    memory_limit = ""
    """How much memory a notebook may have, in words."""

    def run_cell(self, *arguments: Any, **options: Any) -> ExecutionResult:
        self.displayhook.finish_displayhook()
        self.failed_to_show = False
        return super().run_cell(*arguments, **options)  # type: ignore[no-untyped-call]

    def ask_exit(self) -> None:
        self.left = not self.keepkernel_on_exit

    def init_sys_modules(self) -> None:
        """Leave ``sys.modules['__main__']`` to the program that runs."""

    def init_environment(self) -> None:
        """Leave the variables to the program that runs; each notebook gets its own."""

    def enable_gui(self, gui: object = None) -> None:
        """There is no window to draw in."""

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        self.failed_to_show |= self.displayhook.is_active
        name = TIMEOUT if issubclass(etype, Overdue) else etype.__name__
        text = str(evalue)
        if issubclass(etype, MemoryError) and self.memory_limit:  # which it seldom says by itself
            text = f"{text or 'out of memory'}; a notebook may have {self.memory_limit}"
            stb = [*stb, text]
        self.recorder.add(as_error(name, text, stb))


_READY: list[ZMQInteractiveShell] = []


def ready() -> None:
    """Have a shell ready for the next notebook, so that processes that are forked from this one need not make it."""
    if not _READY:
        _READY.append(_new())


def _new() -> ZMQInteractiveShell:
    """A shell for one notebook. It is no singleton: whoever was IPython's shell before stays it."""
    home.see_to_it()
    config = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor", "xmode": "Context"}})
    config.IPKernelApp = Config({"notebook": True})  # tqdm looks for that name, which older versions of ipykernel leave out
    with warnings.catch_warnings():  # it sets a filter for all that comes
        return ZMQInteractiveShell(config=config)  # type: ignore[no-untyped-call]


@contextlib.contextmanager
def undisturbed(recorder: Recorder, memory_limit: str, *, own_process: bool) -> Iterator[ZMQInteractiveShell]:
    """A shell to run a notebook in, with what a notebook may change of Python in its process put back afterwards.

    The one that is ready is for a process that ends with its notebook: no collection looks at it, so another would keep it all.
    """
    current, hook, path, folder = InteractiveShell._instance, sys.excepthook, sys.path[:], os.getcwd()  # noqa: PTH109
    main, names, environment = sys.modules["__main__"], vars(builtins).copy(), os.environ.copy()
    shell = _READY.pop() if own_process and _READY else _new()
    shell.recorder, shell.memory_limit = recorder, memory_limit
    try:
        with warnings.catch_warnings(), _drawing_inline(shell):
            zmqshell.ZMQInteractiveShell.init_environment(shell)  # type: ignore[no-untyped-call]
            InteractiveShellApp().init_path()  # modules that lie in the working folder
            vars(builtins).pop("_", None)  # where there is one, as a doctest or gettext leaves it, IPython does not set its own
            vars(builtins)["display"] = display  # IPython puts it there once, when the first shell is made
            InteractiveShell._instance = shell  # what get_ipython() and display() ask for
            sys.modules["__main__"] = shell.user_module  # where pickle looks for classes of the notebook
            yield shell
    finally:
        _let_go(shell)
        InteractiveShell._instance, sys.excepthook, sys.path[:], sys.modules["__main__"] = current, hook, path, main
        for name in vars(builtins).keys() - names.keys():
            del vars(builtins)[name]
        vars(builtins).update(names)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)


def _let_go(shell: ZMQInteractiveShell) -> None:
    """Have nothing done for a shell when the process ends, which until then would keep it, and all that the notebook made."""
    atexit.unregister(shell.atexit_operations)
    scripts = dict.get(shell.magics_manager.registry, "ScriptMagics")  # newer versions of IPython load it when it is asked for
    if scripts and not scripts.bg_processes:  # what a notebook has left running in the background is ended with the process
        atexit.unregister(scripts.kill_bg_processes)


@contextlib.contextmanager
def _drawing_inline(shell: ZMQInteractiveShell) -> Iterator[None]:
    """Have pyplot draw into the notebook, as a kernel does; nothing is loaded for that."""
    os.environ["MPLBACKEND"] = _INLINE
    before = _drawing()
    inline = sys.modules.get("matplotlib_inline.backend_inline")
    if before:
        _draw(_INLINE, interactive=bool(inline))
    if inline:  # it looks for a shell only once, when it is loaded
        inline.configure_inline_support(shell, _INLINE)
        settings = inline.InlineBackend.instance()
        select_figure_formats(shell, settings.figure_formats, **settings.print_figure_kwargs)
    try:
        yield
    finally:
        if inline := sys.modules.get("matplotlib_inline.backend_inline"):
            inline.InlineBackend.clear_instance()  # it holds the shell, and what this notebook has set
        if before:
            _draw(*before)


def _drawing() -> tuple[Any, bool] | None:
    """What matplotlib, if it is loaded, draws with (a name, or something else if it has not chosen yet), and whether at once."""
    matplotlib = sys.modules.get("matplotlib")
    return (matplotlib.rcParams._get("backend"), matplotlib.is_interactive()) if matplotlib else None


def _draw(backend: Any, interactive: bool) -> None:
    """Have matplotlib draw with a backend; if it has not chosen one yet, it loads this one when it needs it."""
    matplotlib, pyplot = sys.modules["matplotlib"], sys.modules.get("matplotlib.pyplot")
    matplotlib.interactive(interactive)
    if pyplot and isinstance(backend, str) and isinstance(matplotlib.rcParams._get("backend"), str):
        pyplot.switch_backend(backend)
    else:
        matplotlib.rcParams._set("backend", backend)
