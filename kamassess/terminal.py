"""Reports made from the command line: one, or a batch with its progress, until it is done or somebody stops it."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from kamassess.batch import LIMITS, Batch, DaskMaker, LocalMaker, Maker, Request, at_hand, make, place_of, plan
from kamassess.batch.connecting import see_that_somebody_listens
from kamassess.batch.looks import look_of, remarks_on
from kamassess.batch.warming import keep, load
from kamassess.children import Limits
from kamassess.errors import Fault, UsageError
from kamassess.opened import opened_audit, worn
from kamassess.readable import visible
from kamassess.reading.brand import Brand
from kamassess.stored import StoredResult

__all__ = ["make_batch", "make_one"]

STOPPED = 130


def make_one(request: Request) -> int:
    """Make the reports of one unit here and now, and say where their files are."""
    with at_hand(request) as request:
        jobs, silent = plan(request)
        if silent:
            raise UsageError(silent)
        look = _look(request)
        place = place_of(request.out)
        place.open()
        load()
        keep()
        failed = False
        with worn(look, request.since):
            for job in jobs:
                outcome = make(job)
                failed = failed or outcome.failure is not None
                for fault in outcome.faults:
                    _say(f"{job.unit} ({job.language}): {fault}")
                for name in outcome.files and job.formats:
                    print(visible(place.shown(job.file(name))))  # noqa: T201 - what the command is for
        return 1 if failed else 0


def _look(request: Request) -> Brand | None:
    """The brand that the reports shall have, seen to be usable; None if it is the engagement's own."""
    engagement, _ = opened_audit(Path(request.engagement), request.wave, request.since)
    brand = look_of(request, engagement.brand)
    for remark in remarks_on(brand, request.formats):
        _say(str(remark))
    return brand if request.brand or request.template else None


def make_batch(request: Request, options: argparse.Namespace) -> int:
    """Make the reports of a batch, and say what became of them."""
    _see_that_they_fit(options)
    if options.scheduler:
        see_that_somebody_listens(options.scheduler)  # before a thousand units are scored for it
    with at_hand(request) as request, Batch(request, fresh=options.fresh, retry_failed=options.retry_failed) as batch:
        with _Shown() as shown, _stoppable(batch):
            batch.prepare(shown.planned, shown.tick)
            counts = batch.manifest.counts()
            kept = counts["done"]
            shown.begin(kept + counts["failed"], sum(counts.values()), counts["failed"])
            remarks: list[Fault] = []

            def begun(store: StoredResult) -> Maker:
                remarks.extend(remarks_on(store.brand, request.formats))
                return _maker(batch, store, options)

            for outcome in batch.run(begun, shown.tick):
                shown.count(failed=outcome.failure is not None)
            shown.end()
        for remark in remarks:
            _say(str(remark))
        return _told(batch, kept)


def _maker(batch: Batch, store: StoredResult, options: argparse.Namespace) -> Maker:
    """Who makes the reports."""
    size, limits = options.jobs or os.cpu_count() or 1, _limits(options)
    if options.executor == "local":
        return LocalMaker(store, size, limits)
    return DaskMaker(store, batch.place, limits, options.scheduler, size)


def _see_that_they_fit(options: argparse.Namespace) -> None:
    """Refuse options that say nothing together."""
    if options.scheduler and options.executor != "dask":
        raise UsageError(Fault("--scheduler is the address of a Dask cluster", "Add --executor dask, or leave it out."))
    if options.scheduler and options.jobs:
        raise UsageError(Fault("the workers of a cluster are as many as they are", "Leave out --jobs, or --scheduler."))


def _limits(options: argparse.Namespace) -> Limits:
    return replace(
        LIMITS,
        step_seconds=options.cell_timeout or LIMITS.step_seconds,
        whole_seconds=options.timeout or LIMITS.whole_seconds,
        memory=options.memory or LIMITS.memory,
    )


def _told(batch: Batch, kept: int) -> int:
    """List what failed, say where everything is, and return the exit code; *kept* were there and are unchanged."""
    index = batch.summarise()
    for entry in batch.manifest.entries("failed"):
        for fault in entry.failure.faults if entry.failure else ():
            _say(f"{entry.job.unit} ({entry.job.language}): {fault}")
    silent = batch.manifest.fact("silent") or []
    for line in silent:
        _say(line)
    if batch.manifest.set_aside:
        _say(f"The manifest could not be read and is kept as {batch.manifest.set_aside}; every report was made again.")
    counts = batch.manifest.counts()
    total = sum(counts.values())
    unchanged = f" ({kept} of them unchanged)" if kept else ""
    print(visible(f"{counts['done']} of {total} reports made{unchanged}. Open {index}"))  # noqa: T201 - what the command is for
    if counts["waiting"]:
        _say("stopped: run the same command again, and it goes on where it was")
        return STOPPED
    return 1 if counts["failed"] or silent else 0


def _say(text: str) -> None:
    print(visible(text), file=sys.stderr)  # noqa: T201 - what the command is for


class _Shown:
    """What a terminal shows meanwhile. Drawn by nobody's thread: children are forked from here."""

    def __init__(self) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[told]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        self._progress = Progress(*columns, console=Console(stderr=True), auto_refresh=False)
        self._task = self._progress.add_task("Scoring", total=None, told="units")
        self._begun = False
        self._failed = 0
        self._made = 0

    def __enter__(self) -> _Shown:
        if self._progress.console.is_terminal:
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if not self._begun:
            self._progress.remove_task(self._task)
        if self._begun or self._progress.console.is_terminal:
            self._progress.start()
            self._progress.stop()

    def tick(self) -> None:
        """Time goes on."""
        if self._progress.console.is_terminal:
            self._progress.refresh()

    def planned(self, done: int, total: int) -> None:
        """So many units of so many are worked out."""
        self._progress.update(self._task, completed=done, total=total)
        self.tick()

    def begin(self, kept: int, total: int, failed: int) -> None:
        """Reports are made now; *kept* are there already."""
        self._progress.remove_task(self._task)
        self._begun, self._failed = True, failed
        self._task = self._progress.add_task("Reports", total=total, completed=kept, told=self._told())

    def count(self, *, failed: bool) -> None:
        """One more report is made, or has failed."""
        self._made += 1
        self._failed += failed
        self._progress.update(self._task, advance=1, told=self._told())
        self.tick()

    def end(self) -> None:
        """Nothing more comes."""
        self._progress.update(self._task, told=self._told())

    def _told(self) -> str:
        task = next((task for task in self._progress.tasks if task.id == self._task), None)
        elapsed = task.elapsed if task else None
        rate = f"{self._made / elapsed:.1f}/s " if elapsed and self._made else ""
        return f"{rate}{self._failed} failed"


@contextmanager
def _stoppable(batch: Batch) -> Iterator[None]:
    """Ctrl-C, or a polite signal to end, begins nothing more; the second time, what has begun is dropped too."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        if asked or not batch.making:
            raise KeyboardInterrupt
        asked.append(number)
        batch.stop()
        _say("stopping: reports that have begun are finished; press Ctrl-C again to drop them")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
