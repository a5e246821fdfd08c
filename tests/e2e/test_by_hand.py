"""The notebook by hand, with papermill and nbconvert: the same report as the command line makes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import papermill
import pytest
from papermill.exceptions import PapermillExecutionError
from shared_demo import Demo
from watched_calls import calls, missing, outward, watched

from kamassess.resources import carried

pytestmark = pytest.mark.e2e
Program = Callable[..., "subprocess.CompletedProcess[str]"]

NOTEBOOK = carried("notebooks") / "unit_audit.ipynb"
ENGINES = {"nbclient": (), "kamassess": ("--engine", "kamassess")}


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_papermill_and_nbconvert_give_the_report_of_the_command_line(
    program: Program, demo: Demo, tmp_path: Path, engine: str
) -> None:
    # If this fails, what an analyst sees in JupyterLab is not what the client is sent; or a library on the way calls somebody.
    if why := missing():
        pytest.skip(why)
    logs = [tmp_path / name for name in ("papermill.calls", "html.calls", "pdf.calls")]
    parameters = ("-p", "engagement", "sample_data", "-p", "unit", "NC", "-p", "language", "zh")
    ran = program("papermill", NOTEBOOK, "out.ipynb", *parameters, *ENGINES[engine], before=watched(logs[0]))
    assert ran.returncode == 0, ran.stderr
    for file_format, log in zip(("html", "pdf"), logs[1:], strict=True):
        ran = program("jupyter", "nbconvert", "--to", f"kam-{file_format}", "out.ipynb", before=watched(log))
        assert ran.returncode == 0, ran.stderr
        assert "WARNING" not in ran.stderr
        same = (tmp_path / f"out.{file_format}").read_bytes() == demo.report("NC.zh", file_format).read_bytes()
        assert same, f"the {file_format} differs"
    assert [line for log in logs for line in outward(calls(log))] == []
    talks = any('inet_addr("127.0.0.1")' in line for line in calls(logs[0]))
    assert talks == (engine == "nbclient"), "a kernel of its own is talked to on this machine; nobody else is"


@pytest.mark.slow
@pytest.mark.parametrize(("notebook", "unit"), [("group_overview", "_group"), ("progress", "NC")])
def test_the_other_notebooks_give_the_reports_of_the_demo_too(
    program: Program, demo: Demo, tmp_path: Path, notebook: str, unit: str
) -> None:
    # If this fails, a report about all units, or about two waves, is another by hand than in a batch.
    about = ("-p", "unit", unit) if notebook == "progress" else ()
    ran = program("papermill", carried("notebooks") / f"{notebook}.ipynb", "out.ipynb", "-p", "language", "zh", *about)
    assert ran.returncode == 0, ran.stderr
    ran = program("jupyter", "nbconvert", "--to", "kam-html", "out.ipynb")
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "out.html").read_bytes() == demo.report(f"{unit}/{notebook}.zh").read_bytes()


def _error(notebook: Path) -> dict[str, object]:
    """The error that stopped a notebook."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    (found,) = [output for output in outputs if output["output_type"] == "error"]
    return dict(found)


def test_an_unknown_parameter_is_refused(program: Program, tmp_path: Path) -> None:
    # papermill itself only warns: if this fails, a mistyped parameter gives the report of another unit or language.
    ran = program("papermill", NOTEBOOK, "out.ipynb", "-p", "colour", "red")
    error = _error(tmp_path / "out.ipynb")
    assert ran.returncode != 0
    assert error["ename"] == "UsageError"
    assert error["evalue"] == "the notebook has no parameter 'colour'. Use one of: engagement, unit, language, wave."


@pytest.mark.parametrize(
    ("parameter", "value", "message"),
    [
        ("unit", "XX", "'XX' is no unit of this engagement. Use one of: GRP, NC, EC, SC, CA, OM, EX."),
        ("unit", "", "unit is empty. Give the id of a business unit"),
        ("unit", "GRP", "unit 'GRP' has no answers in wave 2026."),
        ("language", "fr", "language is 'fr'. Use one of: en, zh."),
        ("wave", "2019", "wave '2019' has no answers. Use one of: 2025, 2026."),
        ("wave", 2019, "wave '2019' has no answers. Use one of: 2025, 2026."),
        ("engagement", "nowhere", "there is no engagement folder 'nowhere'. Give the folder that holds engagement.yaml"),
        ("langage", "zh", "the notebook has no parameter 'langage'. Did you mean language?"),
        ("colour", "red", "the notebook has no parameter 'colour'. Use one of: engagement, unit, language, wave."),
    ],
)
def test_a_wrong_value_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parameter: str, value: object, message: str
) -> None:
    # If this fails, a wrong parameter gives a report of something else, or an error that does not say what to do.
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PapermillExecutionError) as caught:
        papermill.execute_notebook(
            NOTEBOOK, "out.ipynb", {parameter: value}, engine_name="kamassess", kernel_name="python3", progress_bar=False
        )
    assert caught.value.evalue.startswith(message)
    assert "\n" not in caught.value.evalue
    assert _error(tmp_path / "out.ipynb")["evalue"] == caught.value.evalue


def test_a_wrong_value_is_said_without_frames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, who mistypes a unit in JupyterLab is shown the insides of kamassess instead of what to do.
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PapermillExecutionError) as caught:
        papermill.execute_notebook(
            NOTEBOOK, None, {"unit": "XX"}, engine_name="kamassess", kernel_name="python3", progress_bar=False
        )
    assert not [line for line in caught.value.traceback if "Traceback" in line or "File " in line]
    assert any("'XX' is no unit" in line for line in caught.value.traceback)


def test_the_notebook_runs_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, "run all cells" in JupyterLab, the first thing anyone tries, ends in an error.
    monkeypatch.chdir(tmp_path)
    ran = papermill.execute_notebook(NOTEBOOK, None, engine_name="kamassess", kernel_name="python3", progress_bar=False)
    shown = [cell["id"] for cell in ran.cells if any("text/html" in output.get("data", {}) for output in cell.get("outputs", ()))]
    assert shown == [
        *("style", "cover", "board", "dimensions", "accounts", "suitability", "practices", "roadmap", "certainty", "appendix")
    ]
