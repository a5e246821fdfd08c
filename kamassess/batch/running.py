"""A batch from its first look at the output folder to its summary."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

from kamassess.batch.choosing import Request, plan
from kamassess.batch.inputs import inputs_key
from kamassess.batch.jobs import REMEDIES, Failure, Job, Outcome
from kamassess.batch.looks import look_key
from kamassess.batch.making import make
from kamassess.batch.manifest import NAME, Manifest
from kamassess.batch.places import place_of
from kamassess.batch.planning import PlanSummary, planned_jobs, write_plan
from kamassess.batch.warming import HELPER, load, warm
from kamassess.children import Answer, Limits, Lost, Pool, Tell, start_method
from kamassess.errors import Fault, KamassessError, OutputError, ReportError, quoted
from kamassess.stored import StoredResult

__all__ = ["LIMITS", "Batch", "LocalMaker", "Maker", "Task", "make_task", "outcome_of"]

LIMITS = Limits(step_seconds=300.0, whole_seconds=900.0, memory=4 << 30)
"""What a report may take if nothing else is said: far more than any of ours does."""

PLAN = "plan.sqlite"
_ATTEMPTS = 2
_WORTH_WARMING = 4
"""Reports from which on it pays to make one for nothing first."""


class Maker(Protocol):
    """Makes reports somewhere: here, or on a cluster."""

    def make_all(self, jobs: Iterable[Job], tick: Callable[[], None]) -> Iterator[Outcome]:
        """Yield what became of each job, as it comes; *tick* is called several times a second."""

    def stop(self) -> None:
        """Begin nothing more; what has begun goes on to its end."""

    def close(self) -> None:
        """End whatever waits for work."""


@dataclass(frozen=True)
class Task:
    """A report to make from a stored result."""

    job: Job
    store: StoredResult


class LocalMaker:
    """Makes reports in children of this process, ``size`` at a time."""

    def __init__(self, store: StoredResult, size: int, limits: Limits) -> None:
        load()
        _ = store.brand, store.of_units  # read once, for all children
        self._store = store
        self._warm = False
        self._pool: Pool[Task] = Pool(make_task, size, limits, preload=(HELPER,))

    def make_all(self, jobs: Iterable[Job], tick: Callable[[], None]) -> Iterator[Outcome]:
        """Yield what became of each job, as it comes."""
        jobs = iter(jobs)
        first = list(islice(jobs, _WORTH_WARMING))
        load(name for job in first for name in job.formats)
        if start_method() == "fork" and not self._warm:
            warm(self._store, first if len(first) == _WORTH_WARMING else ())
            self._warm = True
        tasks = (Task(job, self._store) for job in chain(first, jobs))
        for task, ended in self._pool.run(tasks, tick=tick):
            yield outcome_of(task.job, ended)

    def stop(self) -> None:
        """Begin nothing more."""
        self._pool.stop()

    def close(self) -> None:
        """End the processes that wait for work."""
        self._pool.close()


def make_task(task: Task, tell: Tell) -> Outcome:
    """Make one report in a child, which ends with it: nothing need be collected."""
    from kamassess.opened import served

    gc.disable()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # what a report has to say is in its outcome; the terminal shows the progress of the batch
        os.dup2(nowhere, stream)
    with served(task.store, Path(task.job.engagement), task.job.wave, task.job.since):
        return make(task.job, tell.step)


def outcome_of(job: Job, ended: Answer | Lost) -> Outcome:
    """What became of a job, of which a child has told or fallen silent."""
    if isinstance(ended, Answer):
        outcome: Outcome = ended.value
        return outcome
    fault = Fault(f"{ended.step}: {ended.detail}" if ended.step not in ended.detail else ended.detail, REMEDIES[ended.kind])
    return Outcome(job, 0.0, failure=Failure((str(fault),), "infrastructure", ended.step, ended.kind))


class Batch:
    """The reports of an output folder.

    Parameters
    ----------
    request
        What is asked for.
    fresh
        Make everything anew.
    retry_failed
        Make again what failed by its data, though nothing has changed.

    Raises
    ------
    OutputError
        The folder cannot be written to, or another batch is at work there.
    """

    def __init__(self, request: Request, *, fresh: bool = False, retry_failed: bool = False) -> None:
        self.request = request
        self.place = place_of(request.out)
        self._retry_failed = retry_failed
        if not Path(request.engagement).is_dir():
            plan(request)  # which says so, before a folder is made for its reports
        with contextlib.ExitStack() as undone:
            undone.callback(self.place.close)
            self._new = self.place.open([NAME])
            self._see_that_nothing_is_in_the_way()
            self.manifest = Manifest(self.place, fresh=fresh)
            undone.callback(self.manifest.close)
            if self.manifest.set_aside:
                self.place.send(self.manifest.set_aside)
            self.place.sweep()
            undone.pop_all()
        if fresh:
            self.store.path.unlink(missing_ok=True)
        self._kept = True
        self._stopped = False
        self._maker: Maker | None = None

    def __enter__(self) -> Batch:
        return self

    def _see_that_nothing_is_in_the_way(self) -> None:
        faults = [
            Fault(f"{quoted(name)} in the output folder is a folder", "Move it away, or choose another folder with --out.")
            for name in (NAME, PLAN, f".{PLAN}.part")
            if (self.place.home / name).is_dir()
        ]
        if faults:
            raise OutputError(faults)

    def __exit__(self, *_: object) -> None:
        try:
            if self._kept:
                self.place.put_back(NAME, self.manifest.copy_to, now=True)
        finally:
            self.manifest.close()
            self.place.close()

    def prepare(self, told: Callable[[int, int], None], tick: Callable[[], None]) -> None:
        """Find out what must be made; *told* is called with how many units of how many are worked out.

        Raises
        ------
        KamassessError
            The engagement has faults, or something is asked for that is not there.
        """
        if self._unchanged():
            self.manifest.look(retry_failed=self._retry_failed)
            if not self.manifest.counts()["waiting"] or self.store.is_whole(self.manifest.fact("plan")):
                return
        try:
            self._plan(told, tick)
        except (KamassessError, KeyboardInterrupt):
            if self._new:
                self._leave_nothing()
            raise

    def _leave_nothing(self) -> None:
        """Remove the output folder that was made for nothing."""
        self.manifest.close()
        self._kept = False
        self.place.leave([NAME, f"{NAME}-journal", f"{NAME}-wal", f"{NAME}-shm", f".{PLAN}.part"])

    @property
    def store(self) -> StoredResult:
        """The result that reports are made from."""
        return StoredResult(self.place.home / PLAN)

    def _unchanged(self) -> bool:
        """Whether the plan that the manifest knows is that of the same inputs."""
        return bool(self.manifest.fact("inputs") == self._inputs(self.manifest.fact("named") or ()))

    def _inputs(self, named: Sequence[str]) -> str:
        asked = {name: value for name, value in asdict(self.request).items() if name not in ("engagement", "out")}
        asked["look"] = look_key(self.request)
        return inputs_key(Path(self.request.engagement), asked, os.environ.get("SOURCE_DATE_EPOCH"), named)

    def _plan(self, told: Callable[[int, int], None], tick: Callable[[], None]) -> None:
        part = self.place.home / f".{PLAN}.part"
        part.unlink(missing_ok=True)
        before = self._inputs(())
        load()
        pool: Pool[tuple[Request, Path]] = Pool(write_plan, preload=("kamassess.batch.planning",))
        try:
            ((_, ended),) = pool.run([(self.request, part)], lambda _, message: told(*message), tick)
        finally:
            pool.close()
        if isinstance(ended, Lost):
            remedy = "Make room for it, or batch fewer units at a time with --units."
            raise ReportError(Fault(f"the engagement could not be read and scored: {ended.detail}", remedy))
        found = ended.value
        if isinstance(found, KamassessError):
            part.unlink(missing_ok=True)
            raise found
        summary: PlanSummary = found
        self.manifest.note(inputs="", named=summary.named)
        part.replace(self.store.path)
        self.manifest.adopt(planned_jobs(self.store, self.request))
        self.manifest.look(retry_failed=self._retry_failed)
        facts = {"company": summary.company, "wave": summary.wave, "silent": summary.silent, "rests_on": summary.inputs}
        same = self._inputs(()) == before  # else what the plan was made from is no more, and the next batch plans anew
        self.manifest.note(**facts, plan=summary.seal, inputs=self._inputs(summary.named) if same else "")

    def run(self, maker: Callable[[StoredResult], Maker], tick: Callable[[], None]) -> Iterator[Outcome]:
        """Make what must be made, and yield each outcome once it is noted; what failed by the machine is tried once more."""
        if not self.manifest.counts()["waiting"] or self._stopped:
            return

        def ticked() -> None:
            tick()
            self.place.put_back(NAME, self.manifest.copy_to)

        self._maker = maker(self.store)
        try:
            for attempt in range(_ATTEMPTS):
                jobs = self.manifest.waiting(self.request.engagement, attempt)
                for outcome in self._maker.make_all(jobs, ticked) if not self._stopped else ():
                    again = bool(outcome.failure and outcome.failure.kind == "infrastructure" and attempt + 1 < _ATTEMPTS)
                    self.manifest.record(outcome, again=again)
                    if not again:
                        yield outcome
        finally:
            self._maker.close()

    @property
    def making(self) -> bool:
        """Whether reports have begun."""
        return self._maker is not None

    def stop(self) -> None:
        """Begin nothing more; what has begun goes on to its end."""
        self._stopped = True
        if self._maker:
            self._maker.stop()

    def summarise(self) -> str:
        """Write the summary, and say where its page is; a batch that made all has no more use for its plan."""
        from kamassess.batch.summary import write_summary

        counts = self.manifest.counts()
        if not counts["waiting"] and not counts["failed"]:
            self.store.path.unlink(missing_ok=True)
        return write_summary(self.manifest, self.place)
