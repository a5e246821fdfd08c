"""Reports made by the workers of a Dask cluster: one that is there, or one of processes on this machine for the time being.

A chunk of reports is submitted when another has ended, so that the scheduler never holds more than two for each worker and this
process stays small. Workers tell of each report as soon as it has come to something. A chunk whose worker dies is given to
another one by Dask; if it ends worker after worker, its reports count as failed by the machine. What waited at the same workers
is taken for as guilty by Dask: from then on a worker has one report at a time, so that the next attempt tells them apart.
"""

from __future__ import annotations

import contextlib
import os
import queue
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import msgspec

from kamassess.batch.chunks import Chunk, chunk_name, chunked, extract
from kamassess.batch.connecting import connected, patience
from kamassess.batch.inputs import made_by
from kamassess.batch.jobs import Failure, Job, Outcome
from kamassess.batch.places import Place, is_url
from kamassess.children import Limits
from kamassess.errors import Fault, KamassessError, ReportError, UsageError
from kamassess.stored import StoredResult

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["DaskMaker"]

_AT_A_TIME = 2
"""Chunks that a worker has: one that it makes, and one that waits."""
_TICK = 0.2
_LOOK_EVERY = 2.0
_GO_ON = "See to the cluster, then run the same command again: it goes on where it was."


@dataclass(frozen=True, eq=False)
class _Flight:
    """A chunk at a worker, or on its way."""

    chunk: Chunk
    future: Future[list[Outcome] | KamassessError]


class DaskMaker:
    """Makes reports on a Dask cluster.

    Parameters
    ----------
    store
        The result that they are made from.
    place
        Where they go.
    limits
        What each may take.
    scheduler
        The address of a cluster; None for one of this machine.
    size
        How many workers that one has.

    Raises
    ------
    UsageError
        There is no such cluster, or its workers have another version of kamassess.
    """

    def __init__(self, store: StoredResult, place: Place, limits: Limits, scheduler: str | None, size: int) -> None:
        self._store = store
        self._place = place
        self._out = place.address if is_url(place.address) else str(Path(place.address).resolve())
        self._limits = limits
        self._batch = f"kamassess-{token_hex(8)}"
        self._heard: queue.SimpleQueue[bytes | Future[list[Outcome] | KamassessError]] = queue.SimpleQueue()
        self._flights: dict[Future[list[Outcome] | KamassessError], _Flight] = {}
        self._left: dict[str, Job] = {}
        self._sent = 0
        self._stopped = self._told_to_stop = self._careful = False
        with contextlib.ExitStack() as opened:
            self._client: Client = opened.enter_context(connected(scheduler, size))
            self._patience = patience()
            self._threads = self._joined()
            self._seen = time.monotonic()
            self._client.subscribe_topic(self._batch, lambda event: self._heard.put(event[1]))
            self._opened = opened.pop_all()

    def _joined(self) -> list[int]:
        """How many threads each worker has; all are fit for the work."""
        from distributed import TimeoutError as NoneInTime

        try:
            self._client.wait_for_workers(1, timeout=self._patience)
        except NoneInTime:
            raise UsageError(Fault("the cluster has no workers", _GO_ON)) from None
        versions = self._client.run(made_by, on_error="return")
        differing = sorted(str(address) for address, version in versions.items() if version != made_by())
        if differing:
            remedy = "Install the same version of kamassess and of what it needs on all machines, and start the workers again."
            raise UsageError(
                Fault(f"{len(differing)} of {len(versions)} workers do not have the kamassess of this machine", remedy)
            )
        return list(self._client.nthreads().values())

    def make_all(self, jobs: Iterable[Job], tick: Callable[[], None]) -> Iterator[Outcome]:
        """Yield what became of each job, as it comes."""
        chunks = ((job,) for job in jobs) if self._careful else chunked(jobs, self._threads)
        try:
            while True:
                self._submit(chunks)
                if not self._flights:
                    return
                yield from self._outcomes()
                tick()
                self._look()
        finally:
            self._land()

    def stop(self) -> None:
        """Begin nothing more. Called by signals, whatever this process is at: workers hear of it when there is time."""
        self._stopped = True

    def close(self) -> None:
        """Leave the cluster as it was found."""
        from kamassess.batch.worker import let_go

        with contextlib.suppress(Exception):  # it may be gone
            self._client.run(let_go, on_error="ignore")
        self._opened.close()

    # ------------------------------------------------------------------------------------------------------------------

    def _submit(self, chunks: Iterator[tuple[Job, ...]]) -> None:
        """Have as many chunks on their way as there shall be."""
        from kamassess.batch.worker import make_chunk

        room = len(self._threads) * (1 if self._careful else _AT_A_TIME)
        while not self._stopped and len(self._flights) < room:
            jobs = next(chunks, None)
            if jobs is None:
                return
            self._sent += 1
            name = chunk_name(self._sent)
            seal = extract(self._store, jobs, self._place.home / name)
            self._place.send(name)
            there = tuple(replace(job, out=self._out) for job in jobs)
            chunk = Chunk(self._batch, there, name, seal, made_by(), os.environ.get("SOURCE_DATE_EPOCH"), self._limits)
            future = self._client.submit(make_chunk, chunk, key=f"{self._batch}-{self._sent}", pure=False)
            self._flights[future] = _Flight(chunk, future)
            self._left |= {job.place: job for job in jobs}
            future.add_done_callback(self._heard.put)

    def _outcomes(self) -> Iterator[Outcome]:
        """What has come in the meantime; of each job once, however often it is told."""
        with contextlib.suppress(queue.Empty):
            message = self._heard.get(timeout=_TICK)
            while True:
                told = [msgspec.msgpack.decode(message, type=Outcome)] if isinstance(message, bytes) else self._ended(message)
                yield from (outcome for outcome in told if self._left.pop(outcome.job.place, None))
                message = self._heard.get_nowait()

    def _ended(self, future: Future[list[Outcome] | KamassessError]) -> list[Outcome]:
        """What a chunk came to."""
        flight = self._flights.pop(future, None)
        if flight is None:
            return []
        try:
            return self._came_to(flight.chunk, future)
        finally:  # and not before: a result that was lost with its worker is worked out again, from the same file
            self._place.discard(flight.chunk.store)

    def _came_to(self, chunk: Chunk, future: Future[list[Outcome] | KamassessError]) -> list[Outcome]:
        if future.status == "cancelled" or future.status == "lost":
            raise self._gone()
        if future.status == "error":
            self._careful = True
            return [_lost(job, future.exception()) for job in chunk.jobs]
        found = future.result()
        if isinstance(found, KamassessError):
            raise found
        return found

    def _look(self) -> None:
        """See whether there is still a cluster, and tell it to stop if that is asked."""
        if time.monotonic() < self._seen + _LOOK_EVERY and self._stopped == self._told_to_stop:
            return
        try:
            if self._stopped and not self._told_to_stop:
                self._tell_to_stop()
            threads = list(self._client.nthreads().values())
        except (OSError, ValueError):  # the connection is closed, or was closed before
            raise self._gone() from None
        if threads:
            self._threads, self._seen = threads, time.monotonic()
        elif time.monotonic() > self._seen + self._patience:
            raise ReportError(Fault("no worker of the cluster is left", _GO_ON))

    def _tell_to_stop(self) -> None:
        from kamassess.batch.worker import stop

        self._client.run(stop, self._batch, on_error="ignore")
        self._told_to_stop = True

    def _gone(self) -> ReportError:
        return ReportError(Fault("the cluster's scheduler is gone, or was started anew", _GO_ON))

    def _land(self) -> None:
        """Let nothing go on for nobody: workers end what they have begun, and what waits is not begun."""
        if self._flights:
            with contextlib.suppress(Exception):  # the cluster may be gone
                self._tell_to_stop()
                self._client.cancel(list(self._flights))
        for flight in self._flights.values():
            self._place.discard(flight.chunk.store)
        self._flights.clear()
        self._left.clear()


def _lost(job: Job, error: BaseException) -> Outcome:
    """A report whose chunk came to nothing."""
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        count = error.allowed_failures + 1
        workers = f"{count} workers, one after the other," if count > 1 else "a worker"
        what = f"{workers} ended while making it or what was with it"
        remedy = "Look into the workers' logs; if memory ran out, give them more, or make fewer reports at a time."
        return Outcome(job, 0.0, failure=Failure((str(Fault(what, remedy)),), "infrastructure", error="KilledWorker"))
    name = type(error).__name__
    fault = Fault(f"its chunk failed on a worker: {name}: {error}", "Look into the workers' logs.")
    return Outcome(job, 0.0, failure=Failure((str(fault),), "infrastructure", error=name))
