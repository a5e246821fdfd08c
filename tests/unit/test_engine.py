"""The engine records what nbclient would, and leaves its process as it found it."""

from __future__ import annotations

import builtins
import gc
import os
import re
import sys
import warnings
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from IPython.core.getipython import get_ipython
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.exceptions import PapermillExecutionError

from kamassess.batch.warming import keep
from kamassess.engine import KamassessEngine

Output = dict[str, Any]


def _run(folder: Path, *sources: str, name: str = "out", **options: Any) -> list[Any]:
    """The cells of a notebook after it ran, whether it failed or not."""
    cells = [new_markdown_cell(source[3:]) if source.startswith("md:") else new_code_cell(source) for source in sources]
    notebook = new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}})
    source, made = folder / f"{name}.in.ipynb", folder / f"{name}.ipynb"
    nbformat.write(notebook, source)
    papermill.execute_notebook(source, made, engine_name="kamassess", kernel_name="python3", progress_bar=False, **options)
    return list(nbformat.read(made, 4).cells)


def _failed(folder: Path, *sources: str) -> tuple[PapermillExecutionError, list[Any]]:
    with pytest.raises(PapermillExecutionError) as caught:
        _run(folder, *sources)
    cells = nbformat.read(folder / "out.ipynb", 4).cells
    return caught.value, [cell for cell in cells if "papermill-error-cell-tag" not in cell.metadata.get("tags", ())]


def _outputs(cell: Any) -> list[Output]:
    return [dict(output) for output in cell.outputs]


# -- outputs -------------------------------------------------------------------------------------------------------------


def test_streams_keep_their_order_and_are_joined(tmp_path: Path) -> None:
    # If this fails, a warning stands before what it is about, or each line is an output of its own.
    (cell,) = _run(tmp_path, "import sys\nprint('a'); print('b')\nprint('e', file=sys.stderr)\nprint('c')\n7")
    assert [(output["output_type"], output.get("name"), output.get("text")) for output in _outputs(cell)] == [
        ("stream", "stdout", "a\nb\n"),
        ("stream", "stderr", "e\n"),
        ("stream", "stdout", "c\n"),
        ("execute_result", None, None),
    ]


def test_a_result_has_its_number_and_a_display_has_none(tmp_path: Path) -> None:
    # If this fails, the exporters and JupyterLab cannot tell a cell's value from what it showed on the way.
    first, second = _run(tmp_path, "1", "from IPython.display import display\ndisplay(2)\n3")
    assert [output["output_type"] for output in _outputs(second)] == ["display_data", "execute_result"]
    assert (_outputs(first)[0]["execution_count"], _outputs(second)[1]["execution_count"]) == (1, 2)
    assert (first.execution_count, second.execution_count) == (1, 2)


def test_an_update_reaches_back_to_earlier_cells(tmp_path: Path) -> None:
    # If this fails, a progress shown by handle stays at its first state.
    shown, update = _run(
        tmp_path,
        "from IPython.display import display, update_display\ndisplay('old', display_id='h')",
        "update_display('new', display_id='h')",
    )
    assert _outputs(shown)[0]["data"]["text/plain"] == "'new'"
    assert _outputs(update) == []


def test_cells_without_code_are_left_alone(tmp_path: Path) -> None:
    # If this fails, an empty cell takes a number, and the cells after it are misnumbered.
    text, empty, blank, code = _run(tmp_path, "md:text", "", "  \n", "1")
    assert (empty.execution_count, blank.execution_count, code.execution_count) == (None, None, 1)
    assert text.source == "text"


def test_bytes_of_a_picture_are_base64(tmp_path: Path) -> None:
    # If this fails, a notebook with a picture cannot be saved.
    (cell,) = _run(tmp_path, "class P:\n    def _repr_png_(self): return b'\\x89PNG'\nP()")
    assert _outputs(cell)[0]["data"]["image/png"] == "iVBORw=="


# -- errors --------------------------------------------------------------------------------------------------------------


def test_an_error_stops_the_notebook_and_is_recorded(tmp_path: Path) -> None:
    # If this fails, a report goes on after a section failed, or the reason is lost.
    error, cells = _failed(tmp_path, "print('before'); 1/0", "print('after')")
    first, second = (cell for cell in cells if cell.cell_type == "code")
    assert (error.ename, error.evalue, error.exec_count) == ("ZeroDivisionError", "division by zero", 1)
    assert [output["output_type"] for output in _outputs(first)] == ["stream", "error"]
    assert "1/0" in "".join(_outputs(first)[1]["traceback"])
    assert _outputs(second) == []
    assert second.execution_count is None


@pytest.mark.parametrize(
    ("source", "name"), [("a b", "SyntaxError"), ("raise SystemExit(3)", "SystemExit"), ("del nothing", "NameError")]
)
def test_every_kind_of_error_is_named(tmp_path: Path, source: str, name: str) -> None:
    # If this fails, `sys.exit` in a notebook ends the whole batch, or a typing error passes as success.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # IPython's advice how to leave
        error, cells = _failed(tmp_path, source)
    assert error.ename == name
    assert cells


def test_leaving_with_success_is_no_error(tmp_path: Path) -> None:
    # papermill takes sys.exit(0) for a notebook that had enough; if this fails, we do not, or we take the process with us.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        first, second = _run(tmp_path, "import sys; sys.exit(0)", "1")
    assert _outputs(first)[0]["ename"] == "SystemExit"
    assert second.execution_count is None


def test_an_error_may_say_itself_how_it_is_shown(tmp_path: Path) -> None:
    # If this fails, an error that is for people is shown with frames that are for programmers.
    source = "class E(Exception):\n    def _render_traceback_(self): return ['what is wrong', 'what to do']\nraise E('short')"
    error, _ = _failed(tmp_path, source)
    assert (error.evalue, error.traceback) == ("short", ["what is wrong", "what to do"])


def test_who_stops_a_notebook_stops_the_batch(tmp_path: Path) -> None:
    # If this fails, Ctrl-C ends one report as failed and the next begins.
    with pytest.raises(KeyboardInterrupt):
        _run(tmp_path, "raise KeyboardInterrupt", isolate=False)


def test_a_notebook_that_stops_itself_has_failed(tmp_path: Path) -> None:
    # If this fails, a notebook that raises KeyboardInterrupt in a process of its own stops the batch, which a kernel's does not.
    error, _ = _failed(tmp_path, "raise KeyboardInterrupt")
    assert error.ename == "KeyboardInterrupt"


def test_nobody_is_asked(tmp_path: Path) -> None:
    # If this fails, a notebook that calls input() waits for ever, or eats what the user types next.
    error, _ = _failed(tmp_path, "input('Your name? ')")
    assert error.ename == "StdinNotImplementedError"


# -- nothing stays behind ------------------------------------------------------------------------------------------------


def test_a_notebook_finds_nothing_of_the_one_before(tmp_path: Path) -> None:
    # If this fails, a report of one unit shows a variable, a history or an output of another.
    _run(tmp_path, "secret = 'of unit A'\nsecret", name="first", isolate=False)
    (cell,) = _run(
        tmp_path,
        "sorted(name for name in globals() if not name.startswith('_')), Out, In[1][:4], '_' in globals()",
        name="second",
        isolate=False,
    )
    text = _outputs(cell)[0]["data"]["text/plain"]
    assert "secret" not in text.replace("In[1]", "")
    assert "of unit A" not in text
    assert cell.execution_count == 1


def test_what_a_doctest_has_left_is_in_nobodys_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, a notebook's `_` is something of the program that runs it, or the program's is the notebook's.
    monkeypatch.setattr(builtins, "_", "what a doctest of this process left", raising=False)
    _, cell = _run(tmp_path, "5", "_", isolate=False)
    assert _outputs(cell)[0]["data"]["text/plain"] == "5"
    assert vars(builtins)["_"] == "what a doctest of this process left"


def test_figures_are_drawn_in_every_notebook(tmp_path: Path) -> None:
    # If this fails, only the first notebook of a process shows what pyplot draws.
    for name in ("first", "second"):
        (cell,) = _run(tmp_path, "import matplotlib.pyplot as plt\nplt.plot([1, 2]);", name=name, isolate=False)
        assert [sorted(output["data"]) for output in _outputs(cell)] == [["image/png", "text/plain"]], name


@pytest.mark.parametrize("after", ["nothing", "a batch"])
def test_a_notebook_is_let_go(tmp_path: Path, after: str) -> None:
    # If this fails, a program that runs many notebooks keeps the data of all of them.
    source = "class Kept: pass\nkept = Kept()\nimport weakref, sys; sys.kept_by_a_notebook = weakref.ref(kept)"
    if after == "a batch":
        keep()
    _run(tmp_path, source, isolate=False)
    kept = vars(sys).pop("kept_by_a_notebook")
    gc.collect()
    assert kept() is None, gc.get_referrers(kept())


def test_an_update_does_not_reach_another_notebook(tmp_path: Path) -> None:
    # If this fails, a display handle of one unit's report writes into another's.
    (first,) = _run(tmp_path, "from IPython.display import display\ndisplay('A', display_id='same')", name="first", isolate=False)
    (second,) = _run(
        tmp_path, "from IPython.display import update_display\nupdate_display('B', display_id='same')", name="second"
    )
    assert _outputs(first)[0]["data"]["text/plain"] == "'A'"
    assert _outputs(second) == []


def _process() -> dict[str, Any]:
    """What a notebook could change in its process."""
    return {
        **{name: getattr(sys, name) for name in ("stdin", "stdout", "stderr", "excepthook", "displayhook")},
        "main": sys.modules["__main__"],
        "path": list(sys.path),
        "folder": Path.cwd(),
        "shell": InteractiveShell._instance,
        "get_ipython": getattr(builtins, "get_ipython", None),
        "display": getattr(builtins, "display", None),
        "filters": list(warnings.filters),
        "print": builtins.print,
    }


@pytest.mark.parametrize("ending", ["pass", "1/0", "raise KeyboardInterrupt"])
def test_the_process_is_as_it_was(tmp_path: Path, ending: str) -> None:
    # If this fails, making a report in a program (or in JupyterLab) changes that program: its output, its folder, its shell.
    before = _process()
    source = f"import os, sys, warnings\nsys.path.insert(0, '/x'); os.chdir('/'); warnings.simplefilter('ignore')\n{ending}"
    try:
        _run(tmp_path, source, isolate=False)
    except (PapermillExecutionError, KeyboardInterrupt):
        assert ending != "pass"
    after = _process()
    assert [name for name in before if before[name] != after[name]] == []
    assert os.getcwd() != "/"  # noqa: PTH109


def test_a_shell_that_was_there_stays(tmp_path: Path) -> None:
    # If this fails, a batch started from a notebook takes JupyterLab's own shell away.
    class Other(InteractiveShell):
        pass

    before = InteractiveShell._instance
    try:
        InteractiveShell._instance = other = object.__new__(Other)
        _run(tmp_path, "1", isolate=False)
        assert InteractiveShell._instance is other
        (cell,) = _run(tmp_path, "from IPython import get_ipython as g\ntype(g()).__name__", isolate=False)
        assert _outputs(cell)[0]["data"]["text/plain"] == "'ZMQInteractiveShell'"
    finally:
        InteractiveShell._instance = before
    assert get_ipython() is before


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    # If this fails, a batch's progress bar is torn by what notebooks print.
    _run(tmp_path, "import sys\nprint('x'); print('y', file=sys.stderr); 5", "%time 3")
    assert capfd.readouterr() == ("", "")


def test_papermill_knows_it_by_name() -> None:
    # If this fails, `papermill --engine kamassess` is unknown.
    found = papermill.engines.papermill_engines.get_engine("kamassess")
    assert found is KamassessEngine or found.__module__.startswith("kamassess.")


def test_progress_is_reported_cell_by_cell(tmp_path: Path) -> None:
    # If this fails, papermill's bar stands still, and the saved notebook does not say how long each cell took.
    (cell,) = _run(tmp_path, "1")
    assert cell.metadata["papermill"]["status"] == "completed"
    assert re.fullmatch(r"\d+\.\d+", str(cell.metadata["papermill"]["duration"]))
