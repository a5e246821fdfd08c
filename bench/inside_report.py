"""One report in a fresh process: as nbconvert and papermill make it from Python, and taken apart into its stages.

Libraries keep what they have set or subset before, and the second time the same report is made costs less than any report of a
batch ever does. So a process warms up with another unit's report.
"""

from __future__ import annotations

import ast
import dataclasses
import sys
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from measure import Spent, timed, timed_with_children

from kamassess.batch import Job, make
from kamassess.resources import carried

__all__ = ["in_process", "stages"]


def in_process(job: dict[str, Any], before: str, page: str) -> dict[str, Spent]:
    """A report by the Python interfaces of papermill and nbconvert, after another's: nothing is imported or built twice.

    The kernel is a child, started anew for each report. The page is left for a browser to print.
    """
    import papermill
    from nbconvert import HTMLExporter

    wanted = msgspec.convert(job, Job)
    path, exporter = str(carried("notebooks") / f"{wanted.notebook}.ipynb"), HTMLExporter()

    def run(unit: str) -> Any:
        given = {**wanted.parameters, "unit": unit}
        return papermill.execute_notebook(path, None, given, engine_name="nbclient", progress_bar=False)

    def export(notebook: Any) -> None:
        Path(page).write_text(exporter.from_notebook_node(notebook)[0], encoding="utf-8")

    export(run(before))
    notebook, executing = timed_with_children(lambda: run(wanted.unit))
    _, exporting = timed(lambda: export(notebook))
    return {"executing": executing, "exporting": exporting}


def stages(job: dict[str, Any], before: str) -> dict[str, Spent]:
    """A report taken apart, without papermill, IPython and the process of its own: the floor is their sum.

    ``read`` and ``score`` are the whole engagement, once a process; the others are one report. Memory is as in a batch: what
    was loaded before is no matter of garbage collection, and the heap has room.
    """
    import nbformat

    from kamassess.batch.warming import keep
    from kamassess.children.heap import make_room
    from kamassess.export.html import KamHTMLExporter
    from kamassess.export.pdf import KamPDFExporter
    from kamassess.reading.engagement import load_engagement
    from kamassess.recipe import audit

    wanted = msgspec.convert(job, Job)
    if faults := make(dataclasses.replace(wanted, unit=before)).faults:
        sys.exit("\n".join(faults))
    notebook = nbformat.read(carried("notebooks") / f"{wanted.notebook}.ipynb", as_version=4)
    make_room()
    keep()
    opened, sections, forms = _run_cells(notebook, wanted)
    html, pdf = KamHTMLExporter(), KamPDFExporter()
    _, as_html = timed(lambda: html.from_notebook_node(notebook))
    _, as_pdf = timed(lambda: pdf.from_notebook_node(notebook))
    engagement, read = timed(lambda: load_engagement(wanted.engagement))
    _, score = timed(lambda: audit(engagement, wanted.wave))
    return {"read": read, "score": score, "open": opened, "sections": sections, "forms": forms, "html": as_html, "pdf": as_pdf}


def _run_cells(notebook: Any, job: Job) -> tuple[Spent, Spent, Spent]:
    """Run the code cells, fill in their outputs, and time opening the unit's result, making sections, writing their forms."""
    from nbformat.v4 import new_output

    opened = sections = forms = Spent(0.0, 0.0)
    names: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        statements = ast.parse(cell.source).body
        shown = statements.pop() if statements and isinstance(statements[-1], ast.Expr) else None
        _, spent = timed(partial(_execute, statements, names))
        opened += spent
        if "parameters" in cell.metadata.get("tags", ()):
            names |= job.parameters
        if isinstance(shown, ast.Expr):
            value, spent = timed(partial(_evaluate, shown.value, names))
            sections += spent
            data, spent = timed(value._repr_mimebundle_)
            forms += spent
            cell.outputs = [new_output("execute_result", data=data, execution_count=1)]
    return opened, sections, forms


def _execute(statements: list[ast.stmt], names: dict[str, Any]) -> None:
    exec(compile(ast.Module(statements, []), "cell", "exec"), names)


def _evaluate(expression: ast.expr, names: dict[str, Any]) -> Any:
    return eval(compile(ast.Expression(expression), "cell", "eval"), names)
