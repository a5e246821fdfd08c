"""One report: papermill runs the notebook, the exporters turn it into bytes, and it is written when all formats are there."""

from __future__ import annotations

import hashlib
import re
import time
import traceback
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from kamassess.batch.jobs import GROUP, REMEDIES, USUAL, Failure, Job, Kind, Outcome
from kamassess.batch.places import place_of
from kamassess.errors import Fault, InputError, KamassessError, OutputError, ReportError, UsageError, of_the_machine
from kamassess.resources import carried

__all__ = ["CellError", "make", "render", "write"]

_ERRORS = {error.__name__: error for error in (InputError, UsageError, OutputError, ReportError)}
_STOPPED = {"CellTimeoutError": "deadline", "MemoryError": "memory"}
"""Errors of a cell that was stopped from outside, and by what."""
_OF_THE_MACHINE = (*_STOPPED, "OutputError")
"""Errors that say nothing about what a report is made from."""
_LARGEST = 16 << 20
"""Bytes of all that a notebook may put out; the largest of ours put out three million."""
_LEAVING = ("SystemExit",)


class CellError(ReportError):
    """A cell that failed otherwise than by what we know to be wrong with the input."""

    def __init__(self, fault: Fault, cell: str, error: str, details: str) -> None:
        super().__init__(fault)
        self.cell = cell
        self.error = error
        self.details = details


def render(job: Job, step: Callable[[str], None] = lambda _: None) -> dict[str, bytes]:
    """The bytes of one report, by format.

    Parameters
    ----------
    job
        The report.
    step
        Called with the name of each part of the work as it begins.

    Raises
    ------
    KamassessError
        What the notebook found wrong, or a :class:`CellError` if a cell failed otherwise.
    """
    made = {}
    if any(name in USUAL for name in job.formats):
        made = _of_notebook(job, step)
    for file_format in job.formats:
        if file_format not in USUAL:
            step(f"the {file_format.upper()} of {job.notebook}")
            made[file_format] = _of_result(file_format, job)
    return {name: made[name] for name in job.formats}


def _of_notebook(job: Job, step: Callable[[str], None]) -> dict[str, bytes]:
    """The pages, exported from the notebook once it is run."""
    import papermill
    from papermill.exceptions import PapermillExecutionError

    from kamassess.display.shown import leaving_out

    name = f"{job.notebook}.ipynb"
    unread = ("text/plain",) if "pdf" in job.formats else ("text/plain", "text/vnd.typst")
    taken: list[Any] = []
    try:
        with leaving_out(*unread):
            papermill.execute_notebook(
                str(carried("notebooks") / name),
                None,
                job.parameters,
                engine_name="kamassess",
                kernel_name="python3",
                progress_bar=False,
                isolate=False,
                output_limit=_LARGEST,
                on_cell=lambda number: step(f"cell {number} of {name}"),
                hand_over=taken.append,
            )
    except PapermillExecutionError as error:
        raise _as_ours(job, error) from None
    (notebook,) = taken
    _see_that_it_ended(job, notebook)
    made = {}
    for file_format in job.formats:
        if file_format in USUAL:
            step(f"the {file_format.upper()} of {job.notebook}")
            made[file_format] = _export(file_format, notebook, job)
    return made


def _of_result(file_format: str, job: Job) -> bytes:
    """What people go on working with: a scorecard, a deck, or the figures for a program; all from the result that pages show."""
    from kamassess.display import view_of_group, view_of_minutes, view_of_unit
    from kamassess.export.files import write_file

    if job.unit == GROUP:
        return write_file(file_format, view_of_group(job.engagement, job.language, job.wave))
    if job.notebook == "workshop_minutes":
        return write_file(file_format, view_of_minutes(job.engagement, job.unit, job.language, job.wave))
    return write_file(file_format, view_of_unit(job.engagement, job.unit, job.language, job.wave))


def _as_ours(job: Job, error: Any) -> KamassessError:
    if error.ename in _ERRORS:
        return _ERRORS[error.ename]([Fault(line) for line in str(error.evalue).splitlines()])
    cell = f"cell {error.exec_count} of {job.notebook}.ipynb"
    remedy = f"Run 'papermill' with this notebook, unit {job.unit} and language {job.language} to see the whole error."
    if error.ename in _STOPPED:
        remedy = REMEDIES[_STOPPED[error.ename]]
    fault = Fault(f"{cell} failed: {error.ename}: {error.evalue}", remedy)
    return CellError(fault, cell, error.ename, "\n".join(error.traceback))


def _see_that_it_ended(job: Job, notebook: Any) -> None:
    """papermill takes ``sys.exit(0)`` for success, and a report would lack all that follows."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output["output_type"] == "error" and output["ename"] in _LEAVING:
                place = f"cell {cell.execution_count} of {job.notebook}.ipynb"
                remedy = "Take the call of sys.exit out of the notebook."
                raise CellError(Fault(f"{place} left the notebook before its end", remedy), place, output["ename"], "")


def _export(file_format: str, notebook: Any, job: Job) -> bytes:
    content, _ = _exporter(file_format, job.with_code).from_notebook_node(notebook)
    return content if isinstance(content, bytes) else content.encode("utf-8")


@cache
def _exporter(file_format: str, with_code: bool) -> Any:
    """An exporter, built once in a process."""
    if file_format == "pdf":
        from kamassess.export.pdf import KamPDFExporter

        return KamPDFExporter(with_code=with_code)
    from kamassess.export.html import KamHTMLExporter

    return KamHTMLExporter(with_code=with_code)


def write(job: Job, contents: Mapping[str, bytes]) -> dict[str, str]:
    """Write all formats of a report, or none of them, and return their SHA-256 by path below the output folder.

    Raises
    ------
    OutputError
        They cannot be written.
    """
    files = {job.file(name): content for name, content in contents.items()}
    place_of(job.out).write(files)
    return {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}


def make(job: Job, step: Callable[[str], None] = lambda _: None) -> Outcome:
    """Make and write one report; whatever goes wrong is part of the outcome, so that the others go on."""
    start = time.perf_counter()
    try:
        contents = render(job, step)
        step("writing")
        files = write(job, contents)
    except KamassessError as error:
        return Outcome(job, time.perf_counter() - start, failure=_failure(error))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - one report must not stop a batch; the summary names the bug
        name = type(error).__name__
        if refused := of_the_machine(error):
            failure = Failure((without_places(str(refused)),), "infrastructure", error=name)
            return Outcome(job, time.perf_counter() - start, failure=failure)
        told = f"a fault in kamassess itself: {name}: {error}"
        details = without_places("".join(traceback.format_exception(error)))
        return Outcome(job, time.perf_counter() - start, failure=Failure((without_places(told),), error=name, details=details))
    return Outcome(job, time.perf_counter() - start, files)


def _failure(error: KamassessError) -> Failure:
    faults = tuple(without_places(str(fault)) for fault in error.faults)
    name = error.error if isinstance(error, CellError) else type(error).__name__
    kind: Kind = "infrastructure" if name in _OF_THE_MACHINE else "data"
    if isinstance(error, CellError):
        return Failure(faults, kind, error.cell, name, without_places(error.details))
    return Failure(faults, kind, error=name)


_PLACE = re.compile(r"(?<![\w.~])(?:~|[A-Za-z]:)?(?:[/\\][^\s/\\:'\"()]+){2,}")


def without_places(text: str) -> str:
    """A message without the folders of this machine: of each absolute path its last two parts.

    >>> without_places("File /a/lib/pandas/core.py:12, no such file: '/x/y/z.csv'")
    "File …/pandas/core.py:12, no such file: '…/y/z.csv'"
    """
    return _PLACE.sub(lambda found: "…/" + "/".join(re.split(r"[/\\]", found[0])[-2:]), text)
