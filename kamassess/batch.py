"""From an engagement to files: plan which reports, make each whole, write it in one piece, and list what failed.

``render`` is the one way a report is made, by ``kamassess report`` as by ``kamassess batch``: papermill runs the notebook, the
exporters turn it into bytes, and only when all formats are there is anything written.
"""

from __future__ import annotations

import concurrent.futures
import errno
import hashlib
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from kamassess.errors import Fault, InputError, KamassessError, OutputError, ReportError, UsageError, quoted
from kamassess.reading.yaml_tree import suggestion
from kamassess.resources import carried

__all__ = ["FORMATS", "GROUP", "NOTEBOOKS", "Job", "Outcome", "plan", "render", "run", "writable", "write_summary"]

FORMATS = ("html", "pdf")
GROUP = "_group"
"""Stands for all units where a report is about no single one."""
NOTEBOOKS: Mapping[str, tuple[str, ...]] = {
    "unit_audit": ("engagement", "unit", "language", "wave"),
    "group_overview": ("engagement", "language", "wave"),
    "progress": ("engagement", "unit", "language", "wave", "since"),
    "retention_options": ("engagement", "language", "wave"),
    "account_value": ("engagement", "unit", "language", "wave"),
}
"""What can be made, and the parameters of each."""
_ERRORS = {error.__name__: error for error in (InputError, UsageError, OutputError, ReportError)}


@dataclass(frozen=True)
class Job:
    """One report to make: where from, of what, in which language and formats, and where to."""

    engagement: str
    unit: str
    language: str
    wave: str
    out: str
    formats: tuple[str, ...] = FORMATS
    notebook: str = "unit_audit"
    with_code: bool = False
    since: str = ""

    @property
    def parameters(self) -> dict[str, str]:
        """What the notebook is run with."""
        return {name: str(getattr(self, name)) for name in NOTEBOOKS[self.notebook]}

    def path(self, file_format: str) -> Path:
        """Where a format of this report is written."""
        return Path(self.out) / self.wave / self.unit / f"{self.notebook}.{self.language}.{file_format}"


@dataclass(frozen=True)
class Outcome:
    """What became of a job: files with their SHA-256, or the faults that stopped it."""

    job: Job
    seconds: float
    files: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()


def plan(
    engagement: str | Path,
    *,
    units: Sequence[str] | None,
    languages: Sequence[str] | None,
    wave: str | None,
    formats: Sequence[str],
    notebooks: Sequence[str] | None,
    out: str | Path,
    since: str | None = None,
) -> tuple[list[Job], list[Fault]]:
    """The reports of a batch, and the units that have nothing to report.

    Without ``units`` all of them, and those reports that are about all units. Without ``notebooks`` every one that has something
    to say: the overview of a group where two units answered (or, before anybody is asked, have data or evidence), progress where
    there is an earlier wave, retention options where there is a table of them, account value for each unit that has accounts.

    Raises
    ------
    InputError, UsageError
        The engagement has faults, or a unit, language, wave, format or notebook does not exist; all are named.
    """
    from kamassess.opened import opened_audit

    faults = _choices("format", formats, FORMATS) + _choices("notebook", notebooks or (), list(NOTEBOOKS))
    opened, result = opened_audit(Path(engagement), wave, since)
    known = [unit.id for unit in opened.units]
    faults += _choices("unit", units or (), [*known, GROUP]) + _choices("language", languages or (), opened.languages)
    if GROUP in (units or ()) and list(notebooks or ()) == ["unit_audit"]:
        faults.append(Fault("unit_audit is about one unit", "Name a unit, or make group_overview or progress of all."))
    if "progress" in (notebooks or ()) and result.progress is None:
        faults.append(Fault(f"there is no wave before {result.wave}", "Progress needs answers of two waves."))
    if "retention_options" in (notebooks or ()) and not result.options:
        faults.append(Fault("there is no table of options", "Add data/options.csv; docs/options.md says what stands in it."))
    valued = [unit for unit, count in zip(known, opened.data.accounts_per_unit(), strict=True) if count]
    if "account_value" in (notebooks or ()) and not valued:
        faults.append(
            Fault("there is no table of accounts", "Add data/accounts.csv; docs/account_value.md says what is used of it.")
        )
    if faults:
        raise UsageError(faults)
    answered = set(opened.responses.loc[opened.responses["wave"] == result.wave, "unit"])
    told = answered | opened.documented_in(result.wave)
    both = set(result.progress.units) if result.progress else set()
    chosen = _once(units) if units else [GROUP, *(unit for unit in known if unit in told or unit not in opened.parents)]
    single = [unit for unit in chosen if unit != GROUP]
    subjects = {"unit_audit": [unit for unit in single if unit in told]}
    if GROUP in chosen or "group_overview" in (notebooks or ()):
        subjects["group_overview"] = [GROUP] if notebooks or len(answered or told) > 1 else []
    if result.options and (GROUP in chosen or "retention_options" in (notebooks or ())):
        subjects["retention_options"] = [GROUP]
    subjects["account_value"] = [unit for unit in (single if units else known) if unit in valued]
    if result.progress:
        subjects["progress"] = [unit for unit in chosen if unit in both or unit == GROUP]
    jobs = [
        Job(
            engagement=str(engagement),
            unit=unit,
            language=language,
            wave=result.wave,
            out=str(out),
            formats=tuple(_once(formats)),
            notebook=notebook,
            since=result.progress.since if result.progress and notebook == "progress" else "",
        )
        for notebook in _once(notebooks or list(NOTEBOOKS))
        for unit in subjects.get(notebook, ())
        for language in _once(languages or opened.languages)
    ]
    if any(job.notebook == "progress" for job in jobs) and result.progress:
        next(iter(result.progress.units.values()), None)  # scores the earlier wave once, for all workers
    silent = [_silence(unit, result.wave) for unit in single if unit not in told]
    if notebooks and "progress" in notebooks and result.progress:
        silent += [_silence(unit, result.progress.since) for unit in single if unit in answered - both]
    return jobs, silent


def _silence(unit: str, wave: str) -> Fault:
    remedy = "Add its answers, or choose another unit or wave."
    return Fault(f"unit '{unit}' has no answers in wave {wave}", remedy, file="responses")


def _once(names: Sequence[str]) -> list[str]:
    """The names in their order, each once: two workers must not write the same file."""
    return list(dict.fromkeys(names))


def _choices(what: str, chosen: Sequence[str], allowed: Sequence[str]) -> list[Fault]:
    return [
        Fault(f"'{name}' is no {what} of this engagement", suggestion(name, list(allowed)))
        for name in chosen
        if name not in allowed
    ]


def writable(out: str | Path) -> None:
    """Make the output folder and see that files can be written there.

    Raises
    ------
    OutputError
        They cannot.
    """
    try:
        Path(out).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise OutputError(
            Fault(
                f"cannot write to {quoted(Path(out).name or str(out))}: {error.strerror}",
                "Choose another folder with --out, or mend its permissions.",
            )
        ) from None


def render(job: Job) -> dict[str, bytes]:
    """The bytes of one report, by format.

    Raises
    ------
    KamassessError
        What the notebook found wrong, or a ``ReportError`` if a cell failed otherwise.
    """
    import papermill
    from papermill.exceptions import PapermillExecutionError

    path = carried("notebooks") / f"{job.notebook}.ipynb"
    try:
        notebook = papermill.execute_notebook(
            str(path), None, job.parameters, engine_name="kamassess", kernel_name="python3", progress_bar=False
        )
    except PapermillExecutionError as error:
        raise _as_ours(job, error) from None
    return {name: _export(name, notebook, job) for name in job.formats}


def _as_ours(job: Job, error: Any) -> KamassessError:
    if error.ename in _ERRORS:
        return _ERRORS[error.ename]([Fault(line) for line in str(error.evalue).splitlines()])
    cell = f"cell {error.exec_count} of {job.notebook}.ipynb"
    remedy = f"Run 'papermill' with this notebook, unit {job.unit} and language {job.language} to see the whole error."
    return ReportError(Fault(f"{cell} failed: {error.ename}: {error.evalue}", remedy))


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
    """Write all formats of a report, or none of them, and return their SHA-256 by path.

    Raises
    ------
    OutputError
        They cannot be written.
    """
    _write_all({job.path(name): content for name, content in contents.items()})
    return {job.path(name).as_posix(): hashlib.sha256(content).hexdigest() for name, content in contents.items()}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    _write_all({path: content})


def _write_all(contents: Mapping[Path, bytes]) -> None:
    """Write files beside their places first, and move them there when all are whole."""
    mask = os.umask(0)
    os.umask(mask)
    parts: list[tuple[Path, Path]] = []
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as part:
                parts.append((Path(part.name), path))
                part.write(content)
            Path(part.name).chmod(0o666 & ~mask)
        while parts:
            parts[0][0].replace(parts[0][1])
            parts.pop(0)
    except OSError as error:
        raise OutputError(
            Fault(f"cannot write {quoted(path.name)}: {error.strerror}", "Choose another place, or mend its permissions.")
        ) from None
    finally:
        for part_path, _ in parts:
            part_path.unlink(missing_ok=True)


def make(job: Job) -> Outcome:
    """Make and write one report; whatever goes wrong is part of the outcome, so that the others go on."""
    start = time.perf_counter()
    try:
        files = write(job, render(job))
    except KamassessError as error:
        return Outcome(job, time.perf_counter() - start, faults=tuple(str(fault) for fault in error.faults))
    except Exception as error:  # noqa: BLE001 - one report must not stop a batch; the summary names the bug
        return Outcome(
            job, time.perf_counter() - start, faults=(f"a fault in kamassess itself: {type(error).__name__}: {error}",)
        )
    return Outcome(job, time.perf_counter() - start, files)


def run(jobs: Sequence[Job], workers: int) -> Iterator[Outcome]:
    """Make all reports, *workers* at a time, and yield each outcome as it comes.

    Workers are forked from this process where that is safe, so that they find its libraries and the engagement loaded; else
    they are started anew.
    """
    if workers == 1 or len(jobs) < 2:
        yield from map(make, jobs)
        return
    pool = concurrent.futures.ProcessPoolExecutor(min(workers, len(jobs)), multiprocessing.get_context(_start_method()))
    try:
        futures = {pool.submit(make, job): job for job in jobs}
        for future in concurrent.futures.as_completed(futures):
            try:
                yield future.result()
            except concurrent.futures.process.BrokenProcessPool:
                yield Outcome(futures[future], 0.0, faults=("the worker process died; run the batch again for this report",))
    finally:
        pool.shutdown(cancel_futures=True)  # who stops a batch does not wait for the rest of it


def _start_method() -> str:
    """``fork`` on Linux, unless this process has run Typst's compiler (docs/decisions/fork-and-typst.md); else ``spawn``."""
    if not sys.platform.startswith("linux"):
        return "spawn"
    from kamassess.export.pdf import has_compiled

    if has_compiled():
        return "spawn"
    _preload()
    return "fork"


def _preload() -> None:
    """Load what every report needs before workers are forked. Nothing here starts a thread.

    What is loaded stays: it is frozen, so that no later collection walks over it and forked workers go on sharing its pages.
    """
    import gc

    import papermill  # noqa: F401

    import kamassess.display
    import kamassess.engine
    import kamassess.export.html
    import kamassess.export.pdf  # noqa: F401

    gc.collect()
    gc.freeze()


def write_summary(engagement: str | Path, out: str | Path, outcomes: Sequence[Outcome], silent: Sequence[Fault]) -> Path:
    """Write ``summary.json`` and ``index.html``: every report with its files, and everything that failed with the reason.

    Returns
    -------
    Path
        The page.
    """
    from kamassess.opened import opened_audit
    from kamassess.render.index import render_index

    root = Path(out)
    place = {name: number for number, name in enumerate(NOTEBOOKS)}
    ordered = sorted(
        outcomes,
        key=lambda outcome: (
            outcome.job.wave,
            outcome.job.unit != GROUP,
            outcome.job.unit,
            place[outcome.job.notebook],
            outcome.job.language,
        ),
    )
    opened, result = opened_audit(Path(engagement), ordered[0].job.wave)
    summary = {
        "schema": "kamassess.batch/1",
        "company": next(iter(opened.company.values())),
        "wave": result.wave,
        "units": {unit.id: next(iter(unit.name.values())) for unit in opened.units},
        "reports": [_entry(outcome, root) for outcome in ordered],
        "without_answers": [str(fault) for fault in silent],
    }
    write_whole(root / "summary.json", (json.dumps(summary, ensure_ascii=False, indent=1) + "\n").encode())
    write_whole(root / "index.html", render_index(summary, opened.brand.as_dict()).encode())
    return root / "index.html"


def _entry(outcome: Outcome, root: Path) -> dict[str, Any]:
    return {
        "unit": outcome.job.unit,
        "language": outcome.job.language,
        "wave": outcome.job.wave,
        "notebook": outcome.job.notebook,
        "status": "failed" if outcome.faults else "done",
        "files": {Path(path).relative_to(root).as_posix(): digest for path, digest in outcome.files.items()},
        "faults": list(outcome.faults),
    }
