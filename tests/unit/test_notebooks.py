"""Notebooks are thin: they show, in order, what the package makes, and a consultant can read one without knowing Python."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from kamassess import display
from kamassess.batch import NOTEBOOKS
from kamassess.display import AccountValueReport, GroupReport, MinutesReport, OptionsReport, ProgressReport, Report, UnitReport
from kamassess.resources import carried
from kamassess.workshop import here

PATHS = sorted(carried("notebooks").glob("*.ipynb"))
LED = "workshop"
"""The notebook that is led, not reported; what it opens stands above the reports."""
MOST_CELLS, MOST_LINES = 15, 5
FORBIDDEN = (
    *(
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.Lambda,
        ast.ClassDef,
        ast.For,
        ast.AsyncFor,
        ast.While,
        ast.If,
        ast.Try,
        ast.With,
    ),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.BinOp, ast.AugAssign, ast.Global, ast.Delete),
)


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> dict[str, Any]:
    """A notebook as it stands in the file."""
    return dict(json.loads(request.param.read_text(encoding="utf-8")))


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def _code(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _tags(cell: dict[str, Any]) -> list[str]:
    return list(cell["metadata"].get("tags", ()))


def test_the_notebooks_that_can_be_asked_for_are_there() -> None:
    # If this fails, `--notebook` offers one that is missing, or hides one that is there.
    assert sorted([*NOTEBOOKS, LED]) == [path.stem for path in PATHS]


def test_it_is_a_valid_notebook_without_outputs(notebook: dict[str, Any]) -> None:
    # If this fails, a client's figures are committed with the notebook, or every run makes a change for git.
    nbformat.validate(nbformat.from_dict(notebook))
    for cell in _code(notebook):
        assert (cell["outputs"], cell["execution_count"]) == ([], None)
    assert set(notebook["metadata"]) <= {"kernelspec", "language_info"}
    assert all(set(cell["metadata"]) <= {"tags"} for cell in notebook["cells"])


def test_cells_keep_ids_that_say_what_they_are(notebook: dict[str, Any]) -> None:
    # If this fails, two versions of a notebook can no longer be compared cell by cell.
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]{1,40}", name) for name in ids), "an id made by a program"


def test_it_is_thin(notebook: dict[str, Any]) -> None:
    # If this fails, logic has moved into a notebook, where no test and no type checker sees it.
    code = _code(notebook)
    assert 0 < len(code) <= MOST_CELLS
    for cell in code:
        lines = [line for line in _source(cell).splitlines() if line.strip()]
        assert 0 < len(lines) <= MOST_LINES, cell["id"]
        assert not any(line.startswith(("%", "!")) for line in lines), "a magic command"
        found = [type(node).__name__ for node in ast.walk(ast.parse(_source(cell))) if isinstance(node, FORBIDDEN)]
        assert found == [], cell["id"]


def test_it_imports_nothing_but_what_shows(notebook: dict[str, Any]) -> None:
    # If this fails, a notebook computes or draws by itself, beside the one way through.
    nodes = [node for cell in _code(notebook) for node in ast.walk(ast.parse(_source(cell)))]
    imported = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    assert imported in ({"kamassess.display"}, {"kamassess.workshop.here"})
    assert not [node for node in nodes if isinstance(node, ast.Import)]


def test_parameters_are_literals_with_a_comment(notebook: dict[str, Any]) -> None:
    # If this fails, papermill cannot set a parameter, or a user must guess what it means.
    (cell,) = [cell for cell in _code(notebook) if "parameters" in _tags(cell)]
    assert cell is _code(notebook)[0], "parameters come before anything runs"
    for line in _source(cell).splitlines():
        value, comment = re.fullmatch(r"[a-z_]+ = (.+?)  # (.{5,})", line).groups()  # type: ignore[union-attr]
        json.loads(value)
        assert not comment.isspace()


def test_parameters_are_those_that_are_checked(notebook: dict[str, Any]) -> None:
    # If this fails, a parameter of the notebook is refused as unknown, or one is accepted that does nothing.
    (cell,) = [cell for cell in _code(notebook) if "parameters" in _tags(cell)]
    names = [line.split(" = ")[0] for line in _source(cell).splitlines()]
    source = "\n".join(map(_source, _code(notebook)))
    ((opener, given),) = re.findall(r"^(?:report|workshop) = (open_\w+)\((.*)\)$", source, re.MULTILINE)
    assert given == ", ".join(names)
    assert [*getattr(here if opener == "open_here" else display, opener).__annotations__][:-1] == names


def test_narrative_is_written_in_both_languages_side_by_side(notebook: dict[str, Any]) -> None:
    # If this fails, a Chinese report has an English paragraph, or lacks one.
    cells = [cell for cell in notebook["cells"] if "lab-only" not in _tags(cell)]
    number = 0
    while number < len(cells):
        languages = [tag for tag in _tags(cells[number]) if tag.startswith("lang:")]
        if cells[number]["cell_type"] == "markdown":
            assert languages, f"{cells[number]['id']} is in no language"
        if not languages:
            number += 1
            continue
        pair = cells[number : number + 2]
        assert [_tags(cell) for cell in pair] == [["lang:en"], ["lang:zh"]]
        assert [cell["id"].rpartition("-")[2] for cell in pair] == ["en", "zh"]
        assert pair[0]["id"].rpartition("-")[0] == pair[1]["id"].rpartition("-")[0]
        assert not re.search("[\u4e00-\u9fff]", _source(pair[0]))
        assert re.search("[\u4e00-\u9fff]", _source(pair[1]))
        number += 2


REPORTS: dict[str, type[Report]] = {
    "unit_audit": UnitReport,
    "group_overview": GroupReport,
    "progress": ProgressReport,
    "retention_options": OptionsReport,
    "account_value": AccountValueReport,
    "workshop_minutes": MinutesReport,
}


@pytest.mark.parametrize("name", REPORTS)
def test_every_section_of_the_report_is_shown_once(name: str) -> None:
    # If this fails, a section is written and tested but never seen.
    source = "\n".join(_source(cell) for cell in _code(json.loads((carried("notebooks") / f"{name}.ipynb").read_text("utf-8"))))
    methods = [method for method, entry in vars(REPORTS[name]).items() if callable(entry) and not method.startswith("_")]
    assert re.findall(r"report\.(\w+)\(\)", source) == ["style", *methods]


def test_the_paths_are_found() -> None:
    # If this fails, the tests above look at nothing.
    assert Path("unit_audit.ipynb") in [Path(path.name) for path in PATHS]
