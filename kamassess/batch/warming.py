"""What every report needs, made ready once in the process that forks them: a child finds it, and spends its time on its own.

Libraries are the smaller part. Templates and schemas are compiled, labels read, letters measured and styles parsed at their first
use; so the sections of one report are made here and thrown away. No notebook is run for it: it might hang, and this process must
not. And nothing is typeset, since that starts threads, and what has threads must not fork.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kamassess import home, later
from kamassess.batch.jobs import GROUP, Job
from kamassess.stored import StoredResult

__all__ = ["HELPER", "keep", "load", "warm"]

HELPER = "kamassess.batch.helping"
"""What a helper loads that forks for a process with threads."""
_MODULES = ("papermill", "kamassess.display", "kamassess.engine.managed", "kamassess.export.html", "kamassess.export.pdf")
_OF_FORMATS = {"xlsx": "kamassess.export.scorecard", "pptx": "kamassess.export.deck"}


def load(formats: Iterable[str] = ()) -> None:
    """Load what every report needs, and what some formats do besides. Nothing here starts a thread."""
    home.see_to_it()
    later.see_to_it()
    for name in (*_MODULES, *(_OF_FORMATS[name] for name in formats if name in _OF_FORMATS)):
        importlib.import_module(name)


def warm(store: StoredResult, jobs: Iterable[Job]) -> None:
    """Make ready what these jobs and those like them need; a fault is no matter here: who meets it again says it."""
    with contextlib.suppress(Exception):
        for language, job in {job.language: job for job in jobs if job.unit != GROUP}.items():
            _make_parts(store, job, language)
        _measure_letters()
    keep()


def keep() -> None:
    """What is loaded stays: no later collection walks over it, and forked children go on sharing its pages."""
    from kamassess.engine.shell import ready

    ready()
    gc.collect()
    gc.freeze()


def _measure_letters() -> None:
    from kamassess.charts.words import measure_usual

    measure_usual()


def _make_parts(store: StoredResult, job: Job, language: str) -> None:
    """The sections of an audit, in all forms, as an exporter takes them from an executed notebook."""
    import papermill
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    from kamassess.display import open_report
    from kamassess.export.html import KamHTMLExporter
    from kamassess.export.pdf import load_fonts
    from kamassess.opened import served

    metadata = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    notebook = new_notebook(cells=[new_code_cell("a = ''", metadata={"tags": ["parameters"]})], metadata=metadata)
    given = {"a": "b"}
    notebook = papermill.execute_notebook(
        notebook, None, given, engine_name="kamassess", kernel_name="python3", progress_bar=False, isolate=False
    )
    with served(store, Path(job.engagement), job.wave, None):
        report = open_report(job.engagement, job.unit, language, job.wave)
        for name, section in vars(type(report)).items():
            if callable(section) and not name.startswith("_"):
                cell: Any = new_code_cell("")
                cell.outputs = [new_output("display_data", data=section(report)._repr_mimebundle_())]
                notebook.cells.append(cell)
    KamHTMLExporter().from_notebook_node(notebook)
    load_fonts()
