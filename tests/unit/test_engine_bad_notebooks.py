"""Notebooks that hang, die, flood or spoil their process: they fail by name and cell, and nothing of them stays."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from papermill.exceptions import PapermillExecutionError

from kamassess.children import safe_to_fork
from kamassess.engine import managed

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what is asked of /proc is there on Linux")
Run = Callable[..., tuple[Any, str]]


@pytest.fixture
def method() -> str:
    """How processes are started. A worker of pytest-xdist has threads, and must not fork; other tests ask for other ways."""
    return "fork" if safe_to_fork() else "helper"


@pytest.fixture
def run(method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a notebook whose second cell is bad; returns its error (None if there is none), and what the cell had put out."""
    monkeypatch.setattr("kamassess.children.pool.start_method", lambda: method)
    monkeypatch.setattr("kamassess.children.pool._GRACE", 0.5)
    monkeypatch.setattr("kamassess.children.pool._DYING", 0.5)

    def bad(source: str, fails_in: int = 2, **options: Any) -> tuple[Any, str]:
        cells = [new_code_cell(text) for text in ("import os, sys; print(os.getpid())", source, "print('never')")]
        metadata = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
        nbformat.write(new_notebook(cells=cells, metadata=metadata), tmp_path / "in.ipynb")
        before = _process()
        raised = None
        try:
            papermill.execute_notebook(
                *(tmp_path / "in.ipynb", tmp_path / "out.ipynb"),
                engine_name="kamassess",
                kernel_name="python3",
                progress_bar=False,
                cwd=tmp_path,
                **{"request_save_on_cell_execute": False, **options},
            )
        except PapermillExecutionError as error:
            raised = error
        assert _process() == before, "the process that runs notebooks is another now"
        found = nbformat.read(tmp_path / "out.ipynb", 4).cells
        code = [cell for cell in found if cell.cell_type == "code"]
        assert _gone(int(code[0].outputs[0].text)), "something of the notebook is still there"
        if raised:
            assert raised.exec_count == fails_in
            _say_the_same(raised, code[fails_in - 1])
            assert [(cell.execution_count, cell.outputs) for cell in code[fails_in:]] == [(None, [])] * (3 - fails_in)
        return raised, "".join(output.get("text", "") for output in code[1].outputs)

    return bad


def _say_the_same(raised: PapermillExecutionError, cell: Any) -> None:
    """The saved notebook says what papermill raises, in the cell where it happened."""
    assert cell.metadata.papermill.status == "failed"
    assert raised.exec_count == cell.execution_count
    (error,) = [output for output in cell.outputs if output.output_type == "error"]
    assert (error.ename, error.evalue) == (raised.ename, raised.evalue)
    assert error.evalue in "\n".join(error.traceback), "papermill's command prints the traceback only"


def _process() -> dict[str, Any]:
    """What a notebook that runs elsewhere must not change here."""
    return {
        "folder": Path.cwd(),
        "environment": dict(os.environ),
        "streams": (sys.stdin, sys.stdout, sys.stderr),
        "signals": {
            number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGCHLD)
        },
        "masked": signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        "recursion": sys.getrecursionlimit(),
    }


def _gone(group: int) -> bool:
    """Whether no process of a group is there any more, but for those that only wait to be asked for."""
    until = time.monotonic() + 10
    while any(_belongs(entry, group) for entry in Path("/proc").iterdir() if entry.name.isdecimal()):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def _belongs(process: Path, group: int) -> bool:
    try:
        state, _, of_group = (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[:3]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return int(of_group) == group and state not in "ZX"


# -- deadlines -----------------------------------------------------------------------------------------------------------

HANGS = {
    "in Python": "while True: pass",
    "asleep": "import time; time.sleep(60)",
    "in a program": "os.system('sleep 60')",
    "in a program with a terminal": "!sleep 60",
    "in C, signals blocked": "import signal as s, time; s.pthread_sigmask(s.SIG_BLOCK, s.valid_signals()); time.sleep(60)",
    "awaiting": "import asyncio; await asyncio.sleep(60)",
    "in a lock": "import threading; threading.Lock().acquire() and threading.Event().wait()",
    "swallowing": "import time\ntry: time.sleep(60)\nexcept BaseException: pass",
    "swallowing for ever": "import time\nwhile True:\n    try: time.sleep(60)\n    except BaseException: pass",
    "stopped": "import signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "in a destructor": "import time\nclass D:\n    def __del__(self): time.sleep(60)\nd = D(); del d",
    "in a worker": "import multiprocessing, time\nwith multiprocessing.get_context('fork').Pool(1) as p: p.map(time.sleep, [60])",
}


@pytest.mark.parametrize("how", HANGS)
def test_a_cell_that_hangs_is_stopped(run: Run, how: str) -> None:
    # If this fails, one notebook that hangs holds up a batch for ever, or its file does not say which cell hung.
    error, _ = run(HANGS[how], execution_timeout=0.4)
    assert (error.ename, error.evalue) == ("CellTimeoutError", "cell 2 took longer than 0.4 s")


def test_the_whole_notebook_has_a_deadline_too(run: Run) -> None:
    # If this fails, a notebook of many slow cells takes as long as it likes.
    error, _ = run("import time; time.sleep(60)", execution_timeout=30, notebook_timeout=0.6)
    assert (error.ename, error.evalue) == ("CellTimeoutError", "it took longer than 0.6 s in all, and was at cell 2")


def test_where_it_hung_is_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, nobody knows which line of a cell to look at.
    monkeypatch.setattr("kamassess.children.pool._GRACE", 20)  # what words the error is loaded first: a second of a busy machine
    error, text = run("import time\nprint('before')\ndef wait(): time.sleep(60)\nwait()", execution_timeout=1.0)
    assert "in wait()" in "\n".join(error.traceback)
    assert text == "before\n"


def test_a_deadline_that_is_kept_is_no_error(run: Run) -> None:
    # If this fails, a cell pays for the time of those before it.
    error, _ = run("import time; time.sleep(0.3)", execution_timeout=0.5)
    assert error is None


# -- output --------------------------------------------------------------------------------------------------------------

FLOODS = {
    "printed": "for _ in range(1000): print('x' * 100_000)",
    "printed at once": "print('x' * 100_000_000)",
    "printed without end": "while True: print('x' * 100_000)",
    "printed in small pieces": "while True: print('x' * 100, end='')",
    "swallowed": "for _ in range(1000):\n    try: print('x' * 100_000)\n    except BaseException: pass",
    "of a program": "import subprocess\nsubprocess.run('head -c 100000000 /dev/zero', shell=True)",
    "of a shell": "!head -c 3000000 /dev/zero | tr '\\0' x",
    "in a thread": "import threading\nt = threading.Thread(target=lambda: [print('x' * 100_000) for _ in range(1000)])\n"
    "threading.excepthook = lambda _: None; t.start(); t.join()",
    "a result": "'x' * 100_000_000",
    "displayed": "from IPython.display import HTML\nfor _ in range(1000): display(HTML('x' * 100_000))",
    "updated": "h = display('', display_id='h')\nfor _ in range(1000): h.update('x' * 100_000)",
    "an error": "raise ValueError('x' * 3_000_000)",
    "as JSON": "display({'application/json': ['x' * 3_000_000]}, raw=True)",
    "logged": "import logging as l; l.getLogger().handlers = [l.StreamHandler()]\nwhile True: l.error('x' * 9999)",
}


@pytest.mark.parametrize("how", FLOODS)
def test_output_ends_at_its_limit(run: Run, how: str) -> None:
    # If this fails, a loop that prints fills the memory of the machine, and its notebook cannot be opened.
    error, text = run(FLOODS[how], output_limit=1_000_000)
    assert error.ename == "OutputLimitError"
    assert error.evalue == "the outputs of this notebook are longer than the 1,000,000 characters they may have"
    assert len(text) <= 1_000_000


def test_there_is_a_limit_if_nothing_is_said(run: Run) -> None:
    # papermill's command cannot set one. If this fails, such a notebook is written in full, all hundred megabytes of it.
    error, text = run(FLOODS["printed"])
    assert error.ename == "OutputLimitError"
    assert len(text) <= managed.OUTPUT_LIMIT
    assert run("print('x' * 5_000_000)")[0] is None


# -- memory and death ----------------------------------------------------------------------------------------------------


def test_memory_ends_at_its_limit(run: Run) -> None:
    # If this fails, one notebook takes the memory of the machine; or "MemoryError" is all that is said.
    error, _ = run("x = []\nwhile True: x.append(bytearray(10_000_000))", memory_limit=1 << 29)
    assert (error.ename, error.evalue) == ("MemoryError", "out of memory; a notebook may have 512 MiB")


DEATHS = {
    "os._exit(3)": "cell 2: its process ended by itself with code 3",
    "os._exit(0)": "cell 2: its process ended by itself with code 0",
    "os.kill(os.getpid(), 9)": "cell 2: its process was ended by signal 9 (Killed); the machine may have run out of memory",
    "os.killpg(0, 15)": "cell 2: its process was ended by signal 15 (Terminated)",
    "import faulthandler, ctypes; faulthandler.disable(); ctypes.string_at(0)": (
        "cell 2: its process was ended by signal 11 (Segmentation fault)"
    ),
    "import faulthandler; faulthandler.disable(); os.abort()": "cell 2: its process was ended by signal 6 (Aborted)",
    "os.fork() or os._exit(1); os._exit(2)": "cell 2: its process ended by itself with code 2",
    "import time; os.closerange(0, 1000); time.sleep(60)": "cell 2: its process cut the connection, and was ended",
    "os.closerange(0, 1000)": "cell 2: its process ended by itself with code 1",
}


@pytest.mark.parametrize("source", DEATHS)
def test_a_notebook_whose_process_dies_says_how(run: Run, source: str) -> None:
    # If this fails, a batch dies with one of its notebooks, or nobody learns which cell it was.
    error, text = run(f"print('before')\n{source}")
    assert (error.ename, error.evalue) == ("DeadKernelError", DEATHS[source])
    assert "before" in text, "what a cell has printed may say why it died"


def test_who_leaves_has_left(run: Run) -> None:
    # If this fails, `exit()` in the middle passes for a notebook that ran to its end.
    error, _ = run("exit()", fails_in=3)
    assert (error.ename, error.evalue) == ("DeadKernelError", "cell 2 has called exit(), which ends the notebook")


# -- what a notebook may do to its process -------------------------------------------------------------------------------

HARMLESS = {
    "stays in the background": "import subprocess; p = subprocess.Popen(['sleep', '60'])",
    "forks and stays": "import time\nif os.fork() == 0: time.sleep(60)",
    "forks and goes on": "os.fork()",
    "closes standard output": "os.close(1); os.close(2)",
    "replaces standard output": "import io; sys.stdout = io.StringIO(); print('into it')",
    "closes its stream": "sys.stdout.close()",
    "raises when it is deleted": "class D:\n    def __del__(self): raise ValueError('deleting')\nd = D()",
    "ignores its children": "import signal; signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
    "ignores signals": "import signal\nfor n in (2, 10, 15): signal.signal(n, signal.SIG_IGN)",
    "takes functions away": "os._exit = os.kill = None",
    "goes elsewhere": "os.chdir('/'); os.environ.clear(); sys.path.clear(); sys.setrecursionlimit(500)",
    "starts a thread that stays": "import threading; threading.Thread(target=threading.Event().wait).start()",
    "forgets everything": "get_ipython().reset()",
}


@pytest.mark.parametrize("how", HARMLESS)
def test_what_a_notebook_does_to_its_process_ends_with_it(run: Run, how: str) -> None:
    # If this fails, what one notebook leaves behind is there for the next, or a harmless one cannot be run.
    error, _ = run(HARMLESS[how])
    assert error is None


def test_files_that_a_notebook_leaves_open_are_written(run: Run, tmp_path: Path) -> None:
    # A kernel tidies up when it ends. If this fails, the last lines of a table that a notebook writes are missing.
    run("table = open('table.csv', 'w')\nprint('a,b', file=table)")
    assert (tmp_path / "table.csv").read_text(encoding="utf-8") == "a,b\n"


# -- other ways to start processes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["helper", "spawn"])
def test_it_is_the_same_however_processes_are_started(run: Run, method: str) -> None:
    # If this fails, notebooks hang, or take their batch along, in programs with threads, or on macOS and Windows.
    error, _ = run(HANGS["asleep"], execution_timeout=0.4)
    assert (error.ename, error.evalue) == ("CellTimeoutError", "cell 2 took longer than 0.4 s")
    error, _ = run("os._exit(3)")
    assert error.evalue == DEATHS["os._exit(3)"]
    assert run(HARMLESS["stays in the background"])[0] is None
