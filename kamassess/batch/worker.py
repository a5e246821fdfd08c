"""What a worker of a Dask cluster does: it keeps one warm pool of children, and makes chunks of reports in it.

A worker has threads, so that its pool forks from a helper process, which ends with the worker, and its children with it. The pool
has as many children as the worker has threads; chunks are made one after the other, while the next one fetches its results.
"""

from __future__ import annotations

import os
import threading
import traceback
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from distributed import get_worker

from kamassess.batch.chunks import Chunk
from kamassess.batch.inputs import made_by
from kamassess.batch.jobs import Failure, Outcome
from kamassess.batch.making import without_places
from kamassess.batch.places import is_url, module_of, place_of
from kamassess.batch.running import Task, make_task, outcome_of
from kamassess.batch.warming import HELPER
from kamassess.children import Pool, Tell
from kamassess.errors import Fault, KamassessError, OutputError, UsageError
from kamassess.stored import StoredResult

__all__ = ["let_go", "make_chunk", "stop"]


@dataclass(frozen=True)
class _Task:
    """A report to make as at the date that stands for now where it was asked for."""

    task: Task
    stamp: str | None


class _Here:
    """What this process keeps for all its chunks."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.stopped: set[str] = set()
        self.pool: Pool[_Task] | None = None

    def drop(self) -> None:
        """End the pool."""
        if self.pool:
            self.pool.close()
        self.pool = None


_HERE = _Here()


def make_chunk(chunk: Chunk) -> list[Outcome] | KamassessError:
    """Make reports, tell of each as soon as it has come to something, and return all outcomes; or why no chunk can be made here.

    Nothing is raised: an error of a library may not survive the way to whoever asked.
    """
    told: list[Outcome] = []
    try:
        for outcome in _outcomes(chunk):
            get_worker().log_event(chunk.batch, msgspec.msgpack.encode(outcome))
            told.append(outcome)
    except KamassessError as error:
        return error
    except Exception as error:  # noqa: BLE001 - whatever it is, the other chunks go on
        name = type(error).__name__
        fault = Fault(without_places(f"a worker could not make it: {name}: {error}"), "Look into the workers' logs.")
        failure = Failure((str(fault),), "infrastructure", error=name, details=without_places(traceback.format_exc()))
        came = {outcome.job.place for outcome in told}
        told += [Outcome(job, 0.0, failure=failure) for job in chunk.jobs if job.place not in came]
    return told


def _outcomes(chunk: Chunk) -> Iterator[Outcome]:
    if chunk.made_by != made_by():
        remedy = "Install the same version everywhere, and start the workers again."
        raise UsageError(Fault("a worker has another version of kamassess, or of what it needs", remedy))
    with place_of(chunk.jobs[0].out).fetched(chunk.store) as path, _HERE.lock:
        if not path.is_file():
            remedy = "Use a folder that all machines share, or a URL such as ftp:// or s3://."
            raise OutputError(Fault("a worker does not see the output folder", remedy))
        store = StoredResult(path)
        if store.seal() != chunk.seal:
            remedy = (
                "Run the same command again: it goes on where it was. See whether the folder that all machines share lags behind."
            )
            raise OutputError(Fault("a worker sees other results than were sent to it", remedy))
        yield from _made(chunk, store, get_worker().state.nthreads)


def _made(chunk: Chunk, store: StoredResult, size: int) -> Iterator[Outcome]:
    """What becomes of each job of a chunk, as it comes."""
    tasks = (_Task(Task(job, store), chunk.stamp) for job in chunk.jobs if chunk.batch not in _HERE.stopped)
    if _HERE.pool is None:
        out = chunk.jobs[0].out
        _HERE.pool = Pool(_make, size, preload=(HELPER, module_of(out)) if is_url(out) else (HELPER,))
    _HERE.pool.limits = chunk.limits
    try:
        for task, ended in _HERE.pool.run(tasks):
            yield outcome_of(task.task.job, ended)
    except (EOFError, OSError):
        _HERE.drop()  # its helper is gone; the next chunk has a new one
        raise


def _make(task: _Task, tell: Tell) -> Outcome:
    """Make one report in a child."""
    if task.stamp is None:
        os.environ.pop("SOURCE_DATE_EPOCH", None)
    else:
        os.environ["SOURCE_DATE_EPOCH"] = task.stamp
    return make_task(task.task, tell)


def stop(batch: str) -> None:
    """Begin nothing more of a batch; what has begun goes on to its end."""
    _HERE.stopped.add(batch)


def let_go() -> None:
    """End the pool, unless it is at work for somebody else."""
    if _HERE.lock.acquire(blocking=False):
        try:
            _HERE.drop()
        finally:
            _HERE.lock.release()
